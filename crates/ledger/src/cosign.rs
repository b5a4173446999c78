//! Timestamped cosignatures (C2SP tlog-cosignature, cosignature/v1).

use crate::checkpoint::{Checkpoint, TYPE_COSIGNATURE, read_signature, signature_line};
use crate::keys::{Signer, Verifier};

/// One signature line: the peer's statement that it holds the log up to this checkpoint.
/// `time_s` is seconds since 1970, the cosigner's word.
pub fn cosign(checkpoint: &Checkpoint, name: &str, time_s: u64, signer: &dyn Signer) -> String {
    let mut signature = time_s.to_be_bytes().to_vec();
    signature.extend_from_slice(&signer.sign(&message(checkpoint, time_s)));
    signature_line(name, TYPE_COSIGNATURE, &signer.public(), &signature)
}

/// The time of a cosignature line, if it holds.
pub fn verify_cosignature(
    checkpoint: &Checkpoint,
    line: &str,
    name: &str,
    public: &[u8; 32],
    verifier: &dyn Verifier,
) -> Option<u64> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let bytes = read_signature(line, name, TYPE_COSIGNATURE, public)?;
    let (time, signature) = bytes.split_at_checked(8)?;
    let time_s = u64::from_be_bytes(time.try_into().ok()?);
    let signature: [u8; 64] = signature.try_into().ok()?;
    verifier.verify(public, &message(checkpoint, time_s), &signature).then_some(time_s)
}

fn message(checkpoint: &Checkpoint, time_s: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time_s}\n{}", checkpoint.body()).into_bytes()
}
