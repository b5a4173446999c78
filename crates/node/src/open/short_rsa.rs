//! RSA keys of less than 2048 bits, for trials alone: the test authority of the public suites has one, and libraries for
//! tokens refuse it with reason.

use super::trust::{Claims, Unverified};
use aws_lc_rs::signature::{
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, decode_header};

/// What may be signed with them.
pub(super) const ALGORITHMS: &[Algorithm] = &[Algorithm::RS256, Algorithm::RS512];

/// A public key.
#[derive(Clone)]
pub(super) struct ShortRsa(RsaPublicKeyComponents<Vec<u8>>);

impl ShortRsa {
    /// Of a modulus and an exponent, big-endian.
    pub(super) fn new(n: &[u8], e: &[u8]) -> Self {
        let bare = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect();
        ShortRsa(RsaPublicKeyComponents {
            n: bare(n),
            e: bare(e),
        })
    }

    /// What a token claims, if it is signed with this key. Dates, names and audience are not looked at here.
    pub(super) fn claims(&self, token: &str) -> Result<Claims, Unverified> {
        let header = decode_header(token).map_err(|_| Unverified::Unreadable)?;
        let (signed, signature) = token.rsplit_once('.').ok_or(Unverified::Unreadable)?;
        let (_, claims) = signed.split_once('.').ok_or(Unverified::Unreadable)?;
        let read = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Unverified::Unreadable);
        let parameters = match header.alg {
            Algorithm::RS256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Algorithm::RS512 => &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
            _ => return Err(Unverified::Algorithm),
        };
        self.0
            .verify(parameters, signed.as_bytes(), &read(signature)?)
            .map_err(|_| Unverified::Signature)?;
        serde_json::from_slice(&read(claims)?).map_err(|_| Unverified::Claims)
    }
}
