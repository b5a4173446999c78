//! Keys that authorities publish, and change.

use crate::house::{ALL, House, INTENTS, options};
use crate::issuer::Issuer;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Publishes what it is given; nothing makes it fail.
struct Publisher {
    url: String,
    document: Arc<Mutex<String>>,
    looks: Arc<AtomicUsize>,
}

impl Publisher {
    fn new(document: &str) -> Publisher {
        let listener = TcpListener::bind("127.0.0.1:0").expect("works on this machine");
        let url = format!(
            "http://{}/keys",
            listener.local_addr().expect("works on this machine")
        );
        let document = Arc::new(Mutex::new(document.to_owned()));
        let looks = Arc::new(AtomicUsize::new(0));
        let (shown, counted) = (Arc::clone(&document), Arc::clone(&looks));
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.expect("works on this machine");
                let _request = socket.read(&mut [0; 4096]);
                counted.fetch_add(1, Ordering::SeqCst);
                let body = shown.lock().expect("works on this machine").clone();
                let status = if body.is_empty() { "500 Sorry" } else { "200 OK" };
                let head = format!(
                    "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let _may_be_gone = socket.write_all(format!("{head}{body}").as_bytes());
            }
        });
        Publisher { url, document, looks }
    }

    fn publish(&self, keys: &[Value]) {
        *self.document.lock().expect("works on this machine") = json!({ "keys": keys }).to_string();
    }

    fn house(&self) -> House {
        let mut options = options();
        options.jwks_urls.push(self.url.clone());
        let house = House::with(options, &[]);
        // The first look is over when the service answers.
        assert_eq!(house.raw("GET", "/healthy", None, None).status, 200);
        house
    }
}

fn try_token(house: &House, token: &str) -> u16 {
    house
        .raw("POST", &format!("{INTENTS}/query"), Some(token), Some(b"{"))
        .status
}

#[test]
fn a_new_key_is_taken_at_once_and_an_old_one_is_not_believed_any_more() {
    let publisher = Publisher::new("{}");
    publisher.publish(&[Issuer::rsa().jwk("first")]);
    let house = publisher.house();
    let old = Issuer::rsa().named_token("first", "uss1", ALL);
    let new = Issuer::other_rsa().named_token("second", "uss1", ALL);
    assert_eq!(try_token(&house, &old), 400);
    publisher.publish(&[Issuer::other_rsa().jwk("second")]);
    assert_eq!(try_token(&house, &old), 400, "nobody has looked yet");
    assert_eq!(try_token(&house, &new), 400);
    assert_eq!(try_token(&house, &old), 401, "known tokens go with their key");
    assert_eq!(
        try_token(&house, &Issuer::rsa().named_token("second", "uss1", ALL)),
        401
    );
}

#[test]
fn tokens_with_unknown_keys_do_not_make_the_address_be_asked_each_time() {
    let publisher = Publisher::new("{}");
    publisher.publish(&[Issuer::rsa().jwk("first")]);
    let house = publisher.house();
    for at in 0..20 {
        let token = Issuer::other_rsa().named_token(&format!("key-{at}"), "uss1", ALL);
        assert_eq!(try_token(&house, &token), 401);
    }
    // One at the start, one for the first of them, and perhaps some more on a machine that is very slow.
    assert!(publisher.looks.load(Ordering::SeqCst) < 10);
}

#[test]
fn an_authority_that_is_down_at_the_start_costs_401_and_nothing_else() {
    let publisher = Publisher::new("");
    let house = publisher.house();
    let unnamed = Issuer::rsa().token("uss1", ALL);
    assert_eq!(try_token(&house, &unnamed), 401);
    publisher.publish(&[Issuer::rsa().jwk("first")]);
    assert_eq!(
        try_token(&house, &Issuer::rsa().named_token("first", "uss1", ALL)),
        400
    );
    assert_eq!(try_token(&house, &unnamed), 400);
}

#[test]
fn keys_of_other_kinds_in_a_set_do_no_harm() {
    let publisher = Publisher::new("{}");
    let encryption = {
        let mut key = Issuer::other_rsa().jwk("enc");
        key["use"] = "enc".into();
        key
    };
    publisher.publish(&[
        json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "symmetric" }),
        json!({ "kty": "new", "x": 1 }),
        json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "short" }),
        json!("no key"),
        encryption,
        Issuer::rsa().jwk("first"),
    ]);
    let house = publisher.house();
    assert_eq!(
        try_token(&house, &Issuer::rsa().named_token("first", "uss1", ALL)),
        400
    );
    assert_eq!(
        try_token(&house, &Issuer::other_rsa().named_token("enc", "uss1", ALL)),
        401
    );
}

/// Publishes one document over TLS, at `localhost`; gives its address and its certificate.
fn publish_over_tls(document: String) -> (String, String) {
    let made =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("works on this machine");
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("works on this machine")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .expect("works on this machine");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("works on this machine");
    let url = format!(
        "https://localhost:{}/keys",
        listener.local_addr().expect("works on this machine").port()
    );
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("works on this machine");
            let mut socket = StreamOwned::new(connection, socket.expect("works on this machine"));
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                document.len()
            );
            let _may_be_refused = socket.read(&mut [0; 4096]);
            let _may_be_refused = socket.write_all(format!("{head}{document}").as_bytes());
            socket.conn.send_close_notify();
            let _may_be_refused = socket.flush();
        }
    });
    (url, made.cert.pem())
}

#[test]
fn over_tls_keys_come_only_from_whom_the_settings_believe() {
    let document = json!({ "keys": [Issuer::rsa().jwk("first")] }).to_string();
    let (url, certificate) = publish_over_tls(document.clone());
    let (_, stranger) = publish_over_tls(document);
    let files = tempfile::tempdir().unwrap();
    let status = |name: &str, believed: &str| {
        let file = files.path().join(name);
        std::fs::write(&file, believed).unwrap();
        let mut options = options();
        options.jwks_urls.push(url.clone());
        options.jwks_ca_file = Some(file);
        let house = House::with(options, &[]);
        try_token(&house, &Issuer::rsa().named_token("first", "uss1", ALL))
    };
    assert_eq!(status("right.pem", &certificate), 400);
    assert_eq!(status("wrong.pem", &stranger), 401);
}
