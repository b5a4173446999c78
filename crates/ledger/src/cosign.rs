//! Cosignatures (C2SP tlog-cosignature, `cosignature/v1`): a timestamped countersignature of a
//! checkpoint by somebody else.
//!
//! A cosigning key on a line says more than C2SP does: that its holder has on durable storage the
//! header and the opened body of every entry below the size.

use crate::checkpoint::Checkpoint;
use crate::keys::{Signer, Verifier};
use crate::note::{COSIGNATURE, NoteSignature, key_id};

/// Countersigns `checkpoint` at `time_s` (POSIX seconds) and gives the signature line, without
/// its newline.
pub fn cosign(checkpoint: &Checkpoint, cosigner_name: &str, time_s: u64, signer: &dyn Signer) -> String {
    let signature = signer.sign(message(checkpoint, time_s).as_bytes());
    let id = key_id(cosigner_name, COSIGNATURE, &signer.public());
    let bytes = [&time_s.to_be_bytes()[..], &signature].concat();
    NoteSignature {
        name: cosigner_name.to_owned(),
        id,
        bytes,
    }
    .line()
}

/// The time (POSIX seconds) of a cosignature of `checkpoint`, if `line` is one by the key `public`
/// named `cosigner_name`. A newline at its end may stand or not.
pub fn verify_cosignature(
    checkpoint: &Checkpoint,
    line: &str,
    cosigner_name: &str,
    public: &[u8; 32],
    verifier: &dyn Verifier,
) -> Option<u64> {
    let signature = NoteSignature::parse(line.strip_suffix('\n').unwrap_or(line))?;
    let known = signature.name == cosigner_name && signature.id == key_id(cosigner_name, COSIGNATURE, public);
    let (time, bytes) = signature.bytes.split_first_chunk::<8>()?;
    let (time_s, bytes) = (u64::from_be_bytes(*time), <&[u8; 64]>::try_from(bytes).ok()?);
    // C2SP: a timestamp must not exceed 2^63 − 1.
    let in_range = i64::try_from(time_s).is_ok();
    let holds = known && in_range && verifier.verify(public, message(checkpoint, time_s).as_bytes(), bytes);
    holds.then_some(time_s)
}

fn message(checkpoint: &Checkpoint, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{}", checkpoint.body())
}

#[cfg(test)]
mod tests;
