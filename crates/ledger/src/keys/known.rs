//! Verification under keys that are known ahead, for many signatures of few keys.

use super::{Ed25519, Verifier};
use curve25519_dalek::constants::ED25519_BASEPOINT_TABLE;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsBasepointTable};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::BasepointTable;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha512};
use std::collections::BTreeMap;

/// Checks Ed25519 signatures exactly as [`Ed25519`] does, and sooner under the keys it knows: a table
/// of multiples of each spares all doublings. A table takes 30 KiB and the time of some signatures.
pub struct KnownKeys {
    tables: BTreeMap<[u8; 32], EdwardsBasepointTable>,
}

impl KnownKeys {
    /// Knows those of `publics` that are keys at all; a key of small order is none.
    pub fn new(publics: impl IntoIterator<Item = [u8; 32]>) -> Self {
        let table = |public: [u8; 32]| {
            let key = VerifyingKey::from_bytes(&public)
                .ok()
                .filter(|key| !key.is_weak())?;
            let point = CompressedEdwardsY(key.to_bytes()).decompress()?;
            Some((public, EdwardsBasepointTable::create(&point)))
        };
        KnownKeys {
            tables: publics.into_iter().filter_map(table).collect(),
        }
    }
}

impl Verifier for KnownKeys {
    /// The check of `verify_strict`: `s` is reduced, `R = s·B − k·A` in its one encoding, and neither
    /// `R` nor `A` is of small order.
    fn verify(&self, public: &[u8; 32], msg: &[u8], sig: &[u8; 64]) -> bool {
        let Some(table) = self.tables.get(public) else {
            return Ed25519.verify(public, msg, sig);
        };
        let (stated, s) = sig.split_first_chunk::<32>().expect("a signature has 64 bytes");
        let s = <[u8; 32]>::try_from(s).expect("32 bytes are left of 64");
        let Some(s) = Scalar::from_canonical_bytes(s).into_option() else {
            return false;
        };
        let digest = Sha512::new()
            .chain_update(stated)
            .chain_update(public)
            .chain_update(msg)
            .finalize();
        let k = Scalar::from_bytes_mod_order_wide(&digest.into());
        let point = ED25519_BASEPOINT_TABLE * &s - table * &k;
        point.compress().as_bytes() == stated && !point.is_small_order()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Ed25519Signer, Signer};
    use curve25519_dalek::constants::EIGHT_TORSION;
    use proptest::prelude::*;

    fn agree(public: [u8; 32], msg: &[u8], sig: &[u8; 64]) -> bool {
        let known = KnownKeys::new([public]);
        let (ours, theirs) = (known.verify(&public, msg, sig), Ed25519.verify(&public, msg, sig));
        assert_eq!(
            ours,
            theirs,
            "key {}, signature {}",
            hex::encode(public),
            hex::encode(sig)
        );
        ours
    }

    #[test]
    fn keys_and_points_of_small_order_are_refused_as_by_the_library() {
        let signer = Ed25519Signer::from_seed([1; 32]);
        for low in EIGHT_TORSION {
            for s in [Scalar::ZERO, Scalar::ONE] {
                let sig = [low.compress().to_bytes(), s.to_bytes()]
                    .concat()
                    .try_into()
                    .unwrap();
                assert!(!agree(low.compress().to_bytes(), b"any", &sig));
                assert!(!agree(signer.public(), b"any", &sig));
            }
        }
    }

    /// A key and a point with a part of small order: the library's strict check decides on the bare
    /// equation, and so do we.
    #[test]
    fn keys_with_a_part_of_small_order_are_judged_as_by_the_library() {
        let secret = Scalar::from_bytes_mod_order([7; 32]);
        let nonce = Scalar::from_bytes_mod_order([9; 32]);
        let mut accepted = 0;
        for (a, r, n) in (0..8).flat_map(|a| (0..8).flat_map(move |r| (0..8_u8).map(move |n| (a, r, n)))) {
            let public = (ED25519_BASEPOINT_TABLE * &secret + EIGHT_TORSION[a])
                .compress()
                .to_bytes();
            let stated = (ED25519_BASEPOINT_TABLE * &nonce + EIGHT_TORSION[r])
                .compress()
                .to_bytes();
            let digest = Sha512::new()
                .chain_update(stated)
                .chain_update(public)
                .chain_update([n])
                .finalize();
            let s = nonce + Scalar::from_bytes_mod_order_wide(&digest.into()) * secret;
            let sig = [stated, s.to_bytes()].concat().try_into().unwrap();
            accepted += u32::from(agree(public, &[n], &sig));
        }
        assert!(
            accepted > 0 && accepted < 512,
            "{accepted} of 512: the cases are of both kinds"
        );
    }

    #[test]
    fn an_unreduced_second_half_is_refused() {
        let signer = Ed25519Signer::from_seed([1; 32]);
        for fill in [0x10, 0x1f, 0x7f, 0xff] {
            let mut sig = signer.sign(b"notice");
            sig[63] = fill;
            assert!(!agree(signer.public(), b"notice", &sig));
        }
    }

    proptest! {
        #[test]
        fn every_signature_and_every_change_is_judged_as_by_the_library(
            seed in any::<[u8; 32]>(), msg in any::<Vec<u8>>(), place in 0_usize..64, mask: u8,
        ) {
            let signer = Ed25519Signer::from_seed(seed);
            let mut sig = signer.sign(&msg);
            sig[place] ^= mask;
            prop_assert_eq!(agree(signer.public(), &msg, &sig), mask == 0);
        }

        #[test]
        fn bytes_that_are_no_key_are_judged_as_by_the_library(public in any::<[u8; 32]>(), sig in any::<[u8; 32]>()) {
            let sig = [sig, [0; 32]].concat().try_into().unwrap();
            prop_assert!(!agree(public, b"notice", &sig));
        }
    }
}
