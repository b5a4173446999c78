//! Access tokens for trials, signed with a key that stands in a file. A real region has a real authority.

use crate::failed::Failed;
use crate::limits::MAX_KEY_SET_BYTES;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use std::path::Path;

/// A private key, by what it signs with.
enum Signer {
    Rs256(RsaKeyPair),
    Es256(EcdsaKeyPair),
    Es384(EcdsaKeyPair),
}

/// A token with these claims, signed with the key in a PEM file.
///
/// # Errors
/// A file that cannot be read, or has no key that tokens are signed with here.
pub(crate) fn mint(key_file: &Path, claims: &Value) -> Result<String, Failed> {
    let signer = Signer::of_file(key_file)?;
    let header = json!({ "alg": signer.name(), "typ": "JWT" });
    let [header, claims] = [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = format!("{header}.{claims}");
    let signature = signer.sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

impl Signer {
    fn of_file(path: &Path) -> Result<Signer, Failed> {
        let length = std::fs::metadata(path).map_err(|why| Failed::file("read the key", path, &why))?;
        let read = match length.len() {
            ..=MAX_KEY_SET_BYTES => std::fs::read(path),
            _ => Err(std::io::Error::other("too large for a key")),
        };
        let read = read.map_err(|why| Failed::file("read the key", path, &why))?;
        let key = PrivateKeyDer::from_pem_slice(&read).ok();
        key.and_then(|key| Signer::of_der(&key)).ok_or_else(|| {
            Failed::refused(format_args!(
                "{}: a private key is needed, PEM: RSA of 2048 bits or more, or EC on P-256 or P-384",
                path.display()
            ))
        })
    }

    fn of_der(key: &PrivateKeyDer<'_>) -> Option<Signer> {
        let der = key.secret_der();
        let rsa = RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der));
        let ec = |curve| EcdsaKeyPair::from_private_key_der(curve, der).ok();
        rsa.ok()
            .map(Signer::Rs256)
            .or_else(|| ec(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Signer::Es256))
            .or_else(|| ec(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Signer::Es384))
    }

    fn name(&self) -> &'static str {
        match self {
            Signer::Rs256(_) => "RS256",
            Signer::Es256(_) => "ES256",
            Signer::Es384(_) => "ES384",
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let random = SystemRandom::new();
        let signed = match self {
            Signer::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map(|()| signature)
            }
            Signer::Es256(key) | Signer::Es384(key) => key
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec()),
        };
        signed.map_err(|_| Failed::internal("the token could not be signed"))
    }
}
