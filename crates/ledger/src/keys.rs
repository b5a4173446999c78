//! Hashes, keys, and signatures behind traits, so that a simulator can put keyed hashes in their place.

mod known;

pub use known::KnownKeys;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Domain of [`derive_seed`].
const DERIVE_DOMAIN: &[u8] = b"detente/derive/v1\n";

/// Something that signs under one key.
///
/// Signers are `Send` and `Sync`: the node keeps them where several threads reach.
pub trait Signer: Send + Sync {
    /// The public key.
    fn public(&self) -> [u8; 32];
    /// Signs `msg`; the same message always gives the same signature.
    fn sign(&self, msg: &[u8]) -> [u8; 64];
}

/// Something that checks signatures.
pub trait Verifier: Send + Sync {
    /// Whether `sig` is a signature of `msg` under `public`. Strict: no second encoding of a
    /// signature passes, and no key of small order.
    fn verify(&self, public: &[u8; 32], msg: &[u8], sig: &[u8; 64]) -> bool;

    /// A verifier with the same judgement that is quicker under `publics`, where there is one. Worth it
    /// from some hundred signatures on.
    fn prepared(&self, publics: &[[u8; 32]]) -> Option<Box<dyn Verifier>> {
        let _ = publics;
        None
    }
}

/// An Ed25519 key (RFC 8032). Its secret is wiped from memory when it is dropped.
pub struct Ed25519Signer(SigningKey);

impl Ed25519Signer {
    /// The key that grows from `seed`, the private key of RFC 8032, section 5.1.5.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Ed25519Signer(SigningKey::from_bytes(&seed))
    }
}

impl Signer for Ed25519Signer {
    fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, msg: &[u8]) -> [u8; 64] {
        self.0.sign(msg).to_bytes()
    }
}

impl std::fmt::Debug for Ed25519Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ed25519Signer({})", hex::encode(self.public()))
    }
}

/// Checks Ed25519 signatures, strictly.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ed25519;

impl Verifier for Ed25519 {
    fn verify(&self, public: &[u8; 32], msg: &[u8], sig: &[u8; 64]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(public) else {
            return false;
        };
        key.verify_strict(msg, &Signature::from_bytes(sig)).is_ok()
    }

    fn prepared(&self, publics: &[[u8; 32]]) -> Option<Box<dyn Verifier>> {
        Some(Box::new(KnownKeys::new(publics.iter().copied())))
    }
}

/// The public keys of one party on one line. One key per role, never shared: an Ed25519
/// cosignature does not bind the cosigner's name (C2SP tlog-cosignature).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyKeys {
    /// Name of the party, as it calls itself.
    pub party: String,
    /// Signs checkpoints of its log, in every epoch.
    pub log: [u8; 32],
    /// Countersigns its peer's checkpoints.
    pub cosign: [u8; 32],
    /// Sign the headers of its desks' acts, by desk name.
    pub desks: BTreeMap<String, [u8; 32]>,
}

/// A seed for one purpose, from a secret: HMAC-SHA-256 (RFC 2104) under `secret` of
/// `"detente/derive/v1\n"` and the bytes of `label`. Seeds of different labels tell nothing of
/// each other or of the secret.
pub fn derive_seed(secret: &[u8; 32], label: &str) -> [u8; 32] {
    hmac_sha256(secret, &[DERIVE_DOMAIN, label.as_bytes()])
}

/// What an officer reads out to compare a key by voice: the first 16 bytes of its SHA-256, in
/// groups of four hexadecimal digits.
pub fn fingerprint(public: &[u8; 32]) -> String {
    let digits = hex::encode(&sha256(&[public])[..16]);
    let groups: Vec<&str> = (0..8).map(|i| &digits[i * 4..i * 4 + 4]).collect();
    groups.join(" ")
}

/// SHA-256 of the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        for (slot, key_byte) in block.iter_mut().zip(key) {
            *slot ^= key_byte;
        }
        block
    };
    let (inner_pad, outer_pad) = (pad(0x36), pad(0x5c));
    let inner_parts: Vec<&[u8]> = [&inner_pad[..]]
        .into_iter()
        .chain(parts.iter().copied())
        .collect();
    sha256(&[&outer_pad, &sha256(&inner_parts)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    /// RFC 8032, section 7.1, test 3.
    #[test]
    fn ed25519_signs_as_rfc_8032_says() {
        let seed = bytes("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
        let signer = Ed25519Signer::from_seed(seed);
        let public = bytes("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
        assert_eq!(signer.public(), public);
        let sig = bytes(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        );
        assert_eq!(signer.sign(&[0xaf, 0x82]), sig);
        assert!(Ed25519.verify(&public, &[0xaf, 0x82], &sig));
        assert!(!Ed25519.verify(&public, &[0xaf, 0x83], &sig));
    }

    #[test]
    fn a_second_encoding_of_a_signature_is_refused() {
        let signer = Ed25519Signer::from_seed([7; 32]);
        let mut sig = signer.sign(b"notice");
        // s + L for the group order L, little-endian: the same point, another encoding.
        let order: [u8; 32] = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let mut carry = 0_u16;
        for (slot, add) in sig[32..].iter_mut().zip(order) {
            carry += u16::from(*slot) + u16::from(add);
            *slot = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        assert!(!Ed25519.verify(&signer.public(), b"notice", &sig));
    }

    #[test]
    fn a_key_of_small_order_is_refused() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut sig = [0; 64];
        sig[0] = 1;
        assert!(!Ed25519.verify(&neutral, b"any message at all", &sig));
    }

    /// RFC 4231 has no case with a 32-byte key; this one is from Python's `hmac`.
    #[test]
    fn seeds_are_hmac_sha256_of_domain_and_label() {
        let expected = "c3bcc0efc4bf9c9c7e75669188484e6b31ca76f73006e9866df927275e3eb490";
        assert_eq!(hex::encode(derive_seed(&[0x0b; 32], "log")), expected);
        assert_ne!(derive_seed(&[1; 32], "log"), derive_seed(&[1; 32], "cosign"));
    }

    #[test]
    fn a_signer_shows_its_public_key_only() {
        let shown = format!("{:?}", Ed25519Signer::from_seed([9; 32]));
        assert!(shown.contains(&hex::encode(Ed25519Signer::from_seed([9; 32]).public())));
        assert!(!shown.contains(&hex::encode([9; 32])));
    }
}
