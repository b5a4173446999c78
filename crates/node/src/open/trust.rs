//! Public keys of authorities, and what they have signed.

use super::short_rsa::{self, ShortRsa};
use crate::failed::{Failed, in_short};
use crate::limits::{MAX_KEY_SET_BYTES, MAX_KEYS, MIN_RSA_BITS, MIN_TRIAL_RSA_BITS};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, Header, Validation, decode, decode_header};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

const RSA: &[Algorithm] = &[Algorithm::RS256, Algorithm::RS384, Algorithm::RS512];
const P256: &[Algorithm] = &[Algorithm::ES256];
const P384: &[Algorithm] = &[Algorithm::ES384];

/// AlgorithmIdentifier of a SubjectPublicKeyInfo, DER: rsaEncryption (RFC 3279, 2.3.1).
const RSA_ID: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
/// The same: id-ecPublicKey on secp256r1 (RFC 5480, 2.1.1).
const P256_ID: &[u8] = &[
    0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7,
];
/// The same: id-ecPublicKey on secp384r1.
const P384_ID: &[u8] = &[
    0x30, 16, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x22,
];

/// A public key, and what may be signed with it: the key tells the algorithm, never the token.
#[derive(Clone)]
pub(super) struct Key {
    id: Option<String>,
    proof: Proof,
    algorithms: &'static [Algorithm],
}

/// What checks signatures.
#[derive(Clone)]
enum Proof {
    Sound(DecodingKey),
    Short(ShortRsa),
}

/// Which RSA keys are taken.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Rsa {
    /// Those that prove something.
    Sound,
    /// Short ones too, for trials.
    AlsoShort,
}

/// What a token claims. A claim of a wrong type makes it unreadable.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: Option<String>,
    pub(super) iss: Option<String>,
    pub(super) aud: Option<Audience>,
    pub(super) exp: Option<f64>,
    pub(super) nbf: Option<f64>,
    pub(super) iat: Option<f64>,
    pub(super) scope: Option<String>,
}

/// One or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl From<Audience> for Vec<String> {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::One(name) => vec![name],
            Audience::Several(names) => names,
        }
    }
}

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unverified {
    /// Not three parts; with words of the reference implementation, which tests of the standard's community look for.
    #[error("the access token contains an invalid number of segments")]
    Unreadable,
    /// Another kind of signature, or none.
    #[error("the access token is not signed with RS256, RS384, RS512, ES256 or ES384")]
    Algorithm,
    /// Nobody known has such a key.
    #[error("the access token is signed with a key that is not known here")]
    NoKey,
    /// The signature does not fit.
    #[error("the signature of the access token is not valid")]
    Signature,
    /// What is signed is not what it should be.
    #[error(
        "the claims of the access token cannot be read: sub, iss and scope are texts, aud is a text or a list of texts, exp, nbf and iat are numbers"
    )]
    Claims,
}

/// The header of a token, if its signature can be checked at all.
pub(super) fn header(token: &str) -> Result<Header, Unverified> {
    let mut parts = token.split('.');
    let head = parts.next().unwrap_or_default();
    if parts.count() != 2 || head.is_empty() {
        return Err(Unverified::Unreadable);
    }
    // A header with an algorithm that is not known, such as none, is not read either.
    let header = decode_header(token).map_err(|_| Unverified::Algorithm)?;
    let known = [RSA, P256, P384].iter().any(|known| known.contains(&header.alg));
    if !known || header.crit.is_some() {
        return Err(Unverified::Algorithm);
    }
    Ok(header)
}

impl Key {
    /// Whether a token with this header may be signed with this key: keys without a name are tried for every token.
    pub(super) fn may_have_signed(&self, header: &Header) -> bool {
        let named = match (&self.id, &header.kid) {
            (Some(own), Some(asked)) => own == asked,
            _ => true,
        };
        named && self.algorithms.contains(&header.alg)
    }

    /// Whether a token names this key.
    pub(super) fn is_named(&self, header: &Header) -> bool {
        self.id.is_some() && self.id == header.kid
    }

    /// What a token claims, if it is signed with this key. Dates, names and audience are not looked at here.
    pub(super) fn claims(&self, token: &str) -> Result<Claims, Unverified> {
        match &self.proof {
            Proof::Sound(key) => self.claims_by(key, token),
            Proof::Short(key) => key.claims(token),
        }
    }

    fn claims_by(&self, key: &DecodingKey, token: &str) -> Result<Claims, Unverified> {
        use jsonwebtoken::errors::ErrorKind;
        let mut validation = Validation::new(self.algorithms[0]);
        validation.algorithms = self.algorithms.to_vec();
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let decoded = decode(token, key, &validation);
        decoded.map(|token| token.claims).map_err(|why| match why.kind() {
            ErrorKind::Json(_) | ErrorKind::Utf8(_) => Unverified::Claims,
            _ => Unverified::Signature,
        })
    }

    /// The keys in a PEM file.
    pub(super) fn of_file(path: &Path, rsa: Rsa) -> Result<Vec<Key>, Failed> {
        let wrong = |why: &str| Failed::refused(format_args!("{}: {why}", path.display()));
        let length = std::fs::metadata(path).map_err(|why| Failed::file("read the key", path, &why))?;
        if length.len() > MAX_KEY_SET_BYTES {
            return Err(wrong("too large for a file of keys"));
        }
        let read = std::fs::read(path).map_err(|why| Failed::file("read the key", path, &why))?;
        let found: Result<Vec<_>, _> = SubjectPublicKeyInfoDer::pem_slice_iter(&read).collect();
        let found = found.map_err(|why| wrong(&format!("not PEM: {why}")))?;
        if found.is_empty() || found.len() > MAX_KEYS {
            return Err(wrong(&format!(
                "has {} public keys; 1 to {MAX_KEYS}, each after -----BEGIN PUBLIC KEY-----, are needed",
                found.len()
            )));
        }
        found
            .iter()
            .map(|key| Key::of_der(key, rsa).map_err(|why| wrong(&why)))
            .collect()
    }

    fn of_der(info: &[u8], rsa: Rsa) -> Result<Key, String> {
        let inner = content(info).ok_or("not a SubjectPublicKeyInfo")?;
        let key = |algorithms, decoding| Key {
            id: None,
            proof: Proof::Sound(decoding),
            algorithms,
        };
        if inner.starts_with(RSA_ID) {
            let components = Jwk::from_decoding_key(&DecodingKey::from_rsa_der(info), None);
            let components = components.map_err(|_| "not an RSA key")?;
            let least = rsa.least_bits();
            let short = format!("an RSA key of less than {least} bits proves nothing");
            return Key::of_jwk(&components, rsa).ok_or(short);
        }
        if inner.starts_with(P256_ID) {
            return Ok(key(P256, DecodingKey::from_ec_der(info)));
        }
        if inner.starts_with(P384_ID) {
            return Ok(key(P384, DecodingKey::from_ec_der(info)));
        }
        Err("neither an RSA key nor one on P-256 or P-384".to_owned())
    }

    /// The keys of a JWK Set. One of another kind is no fault: sets serve many.
    pub(super) fn of_set(document: &[u8], rsa: Rsa) -> Result<Vec<Key>, String> {
        let set: Value = serde_json::from_slice(document).map_err(in_short)?;
        let keys = set
            .get("keys")
            .and_then(Value::as_array)
            .ok_or("it has no list `keys`")?;
        let read = keys.iter().take(MAX_KEYS);
        let read = read.filter_map(|key| serde_json::from_value(key.clone()).ok());
        Ok(read.filter_map(|key| Key::of_jwk(&key, rsa)).collect())
    }

    fn of_jwk(jwk: &Jwk, rsa: Rsa) -> Option<Key> {
        let for_signatures = !matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption));
        let decoding = DecodingKey::from_jwk(jwk).ok().filter(|_| for_signatures)?;
        let (algorithms, proof) = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => of_rsa(decoding, rsa)?,
            AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
                (P256, Proof::Sound(decoding))
            }
            AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P384 => {
                (P384, Proof::Sound(decoding))
            }
            _ => return None,
        };
        let id = jwk.common.key_id.clone();
        Some(Key {
            id,
            proof,
            algorithms,
        })
    }
}

impl Rsa {
    fn least_bits(self) -> usize {
        match self {
            Rsa::Sound => MIN_RSA_BITS,
            Rsa::AlsoShort => MIN_TRIAL_RSA_BITS,
        }
    }
}

/// What an RSA key proves, if it is one that is taken.
fn of_rsa(key: DecodingKey, rsa: Rsa) -> Option<(&'static [Algorithm], Proof)> {
    let bits = rsa_bits(&key);
    if bits >= MIN_RSA_BITS {
        return Some((RSA, Proof::Sound(key)));
    }
    let DecodingKeyKind::RsaModulusExponent { n, e } = key.kind() else {
        return None;
    };
    let taken = bits >= rsa.least_bits();
    taken.then(|| (short_rsa::ALGORITHMS, Proof::Short(ShortRsa::new(n, e))))
}

fn rsa_bits(key: &DecodingKey) -> usize {
    let DecodingKeyKind::RsaModulusExponent { n, .. } = key.kind() else {
        return 0;
    };
    let zeros = n.iter().take_while(|byte| **byte == 0).count();
    let leading = n.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    (n.len() - zeros) * 8 - leading
}

/// What a DER SEQUENCE holds.
fn content(der: &[u8]) -> Option<&[u8]> {
    let (&[tag, length], rest) = der.split_first_chunk()?;
    let longer = if length < 0x80 {
        0
    } else {
        usize::from(length & 0x7f)
    };
    (tag == 0x30).then(|| rest.get(longer..)).flatten()
}
