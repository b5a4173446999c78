//! `detente token mint`.

use crate::house::{House, INTENTS, SC, options};
use crate::issuer::{AUDIENCE, Issuer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize};
use std::path::Path;
use std::process::{Command, Output};

fn minted(key: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command
        .args(["token", "mint", "--sub", "uss1", "--audience", AUDIENCE, "--key"])
        .arg(key);
    command.args(more).output().expect("the program runs")
}

/// The status of a read of something that has a wrong id: 400 when the token is taken, 403 when its scope does not reach.
fn status(house: &House, made: &Output) -> u16 {
    assert!(made.status.success(), "{made:?}");
    let token = std::str::from_utf8(&made.stdout).expect("text").trim_end();
    house
        .raw("GET", &format!("{INTENTS}/x"), Some(token), None)
        .status
}

#[test]
fn tokens_of_every_kind_of_key_are_taken() {
    let files = tempfile::tempdir().expect("a folder");
    let rsa = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key");
    let p256 = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).expect("a key");
    // PKCS #8 of an RSA key of this size is PKCS #1 behind 26 bytes.
    let inner = STANDARD.encode(&rsa.serialize_der()[26..]);
    let pkcs1 = format!("-----BEGIN RSA PRIVATE KEY-----\n{inner}\n-----END RSA PRIVATE KEY-----\n");
    for (name, private, pair) in [
        ("rsa", rsa.serialize_pem(), &rsa),
        ("pkcs1", pkcs1, &rsa),
        ("p256", p256.serialize_pem(), &p256),
        ("p384", p384.serialize_pem(), &p384),
    ] {
        let house = House::with(options(), &[&pair.public_key_pem()]);
        let key = files.path().join(name);
        std::fs::write(&key, private).expect("a file");
        assert_eq!(status(&house, &minted(&key, &[])), 400, "{name}");
        assert_eq!(
            status(&house, &minted(&key, &["--scope", "other"])),
            403,
            "{name}"
        );
        assert_eq!(
            status(&house, &minted(&key, &["--scope", "other", "--scope", SC])),
            400,
            "{name}"
        );
        assert_eq!(
            status(&house, &minted(&key, &["--minutes", "62"])),
            401,
            "{name}: too long"
        );
    }
}

#[test]
fn a_key_that_signs_nothing_is_told() {
    let files = tempfile::tempdir().expect("a folder");
    let odd = KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
    for (name, text) in [
        ("public", Issuer::rsa().pem.clone()),
        ("odd", odd.serialize_pem()),
        ("empty", String::new()),
    ] {
        let key = files.path().join(name);
        std::fs::write(&key, text).expect("a file");
        let made = minted(&key, &[]);
        let told = String::from_utf8_lossy(&made.stderr);
        assert_eq!(made.status.code(), Some(1), "{told}");
        assert!(
            told.contains(name) && told.contains("a private key is needed"),
            "{told}"
        );
    }
    let none = minted(&files.path().join("none"), &[]);
    assert!(String::from_utf8_lossy(&none.stderr).contains("none"), "{none:?}");
}
