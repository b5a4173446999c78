//! An authority for tests: keys made for the run, and tokens of every kind.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// Who every service of the tests is, to authorities.
pub(crate) const AUDIENCE: &str = "pool.example";

/// One key of an authority.
pub(crate) struct Issuer {
    /// The public half.
    pub(crate) pem: String,
    key: EncodingKey,
    algorithm: Algorithm,
}

impl Issuer {
    /// The RSA key that most tests use.
    pub(crate) fn rsa() -> &'static Issuer {
        static KEY: OnceLock<Issuer> = OnceLock::new();
        KEY.get_or_init(Issuer::new_rsa)
    }

    /// Another RSA key.
    pub(crate) fn other_rsa() -> &'static Issuer {
        static KEY: OnceLock<Issuer> = OnceLock::new();
        KEY.get_or_init(Issuer::new_rsa)
    }

    fn new_rsa() -> Issuer {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key");
        // PKCS #8 of an RSA key of this size is PKCS #1 behind 26 bytes.
        let key = EncodingKey::from_rsa_der(&pair.serialize_der()[26..]);
        Issuer {
            pem: pair.public_key_pem(),
            key,
            algorithm: Algorithm::RS256,
        }
    }

    /// A key on P-256 or P-384.
    pub(crate) fn ec(algorithm: Algorithm) -> Issuer {
        let curve = match algorithm {
            Algorithm::ES256 => &PKCS_ECDSA_P256_SHA256,
            _ => &PKCS_ECDSA_P384_SHA384,
        };
        let pair = KeyPair::generate_for(curve).expect("a key");
        let key = EncodingKey::from_ec_der(&pair.serialize_der());
        Issuer {
            pem: pair.public_key_pem(),
            key,
            algorithm,
        }
    }

    /// The public half as a JSON Web Key.
    pub(crate) fn jwk(&self, id: &str) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).expect("a key");
        jwk.common.key_id = Some(id.to_owned());
        serde_json::to_value(jwk).expect("plain data")
    }

    /// What a good token of a client says.
    pub(crate) fn claims(client: &str, scopes: &[&str]) -> Value {
        json!({
            "sub": client, "iss": "authority.example", "aud": AUDIENCE,
            "exp": jiff::Timestamp::now().as_second() + 1800, "scope": scopes.join(" "),
        })
    }

    /// A good token.
    pub(crate) fn token(&self, client: &str, scopes: &[&str]) -> String {
        self.sign(self.algorithm, None, &Issuer::claims(client, scopes))
    }

    /// A token whose header names its key.
    pub(crate) fn named_token(&self, id: &str, client: &str, scopes: &[&str]) -> String {
        self.sign(self.algorithm, Some(id), &Issuer::claims(client, scopes))
    }

    /// Any token.
    pub(crate) fn sign(&self, algorithm: Algorithm, id: Option<&str>, claims: &Value) -> String {
        let header = Header {
            kid: id.map(str::to_owned),
            ..Header::new(algorithm)
        };
        encode(&header, claims, &self.key).expect("a token")
    }
}
