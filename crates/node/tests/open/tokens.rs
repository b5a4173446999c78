//! Who is let in.

use crate::house::{AA, ALL, CM, CMSA, CONSTRAINTS, CP, House, INTENTS, SC, SUBSCRIPTIONS, new_id, options};
use crate::issuer::{AUDIENCE, Issuer};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use node::open::OpenOptions;
use pool::{Answer, Refused, Request};
use serde_json::{Value, json};

/// Something that every USS may do, with a body that nobody could read.
fn try_token(house: &House, token: Option<&str>) -> u16 {
    let heard = house.raw("POST", &format!("{INTENTS}/query"), token, Some(b"{"));
    if heard.status == 401 {
        assert_eq!(heard.headers["www-authenticate"], "Bearer");
        heard.refused(401);
        return 401;
    }
    heard.status
}

fn with(change: Value) -> String {
    let mut claims = Issuer::claims("uss1", ALL);
    for (name, value) in change.as_object().expect("works on this machine") {
        match value {
            Value::Null => drop(
                claims
                    .as_object_mut()
                    .expect("works on this machine")
                    .remove(name),
            ),
            _ => claims[name] = value.clone(),
        }
    }
    Issuer::rsa().sign(Algorithm::RS256, None, &claims)
}

#[test]
fn a_good_token_is_let_in_and_its_bad_body_is_400() {
    let house = House::new();
    assert_eq!(try_token(&house, Some(&with(json!({})))), 400);
    assert_eq!(
        try_token(&house, Some(&with(json!({ "aud": ["x", AUDIENCE] })))),
        400
    );
    let soon = jiff::Timestamp::now().as_second() + 3_630;
    assert_eq!(
        try_token(&house, Some(&with(json!({ "exp": soon })))),
        400,
        "a clock may be ahead"
    );
}

#[test]
fn claims_that_do_not_hold_are_401_before_the_body_is_looked_at() {
    let house = House::new();
    let now = jiff::Timestamp::now().as_second();
    for change in [
        json!({ "exp": now - 120 }),
        json!({ "exp": now + 7_200 }),
        json!({ "exp": null }),
        json!({ "exp": "soon" }),
        json!({ "nbf": now + 600 }),
        json!({ "aud": "somebody.else" }),
        json!({ "aud": null }),
        json!({ "aud": "" }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": 7 }),
        json!({ "iss": null }),
        json!({ "iss": "" }),
        json!({ "scope": [SC, CMSA] }),
    ] {
        assert_eq!(try_token(&house, Some(&with(change.clone()))), 401, "{change}");
    }
}

#[test]
fn what_is_no_token_is_401() {
    let house = House::new();
    assert_eq!(try_token(&house, None), 401);
    for token in ["", "x", "a.b", "a.b.c", "a.b.c.d", "..", &"x".repeat(9_000)] {
        assert_eq!(try_token(&house, Some(token)), 401, "{token}");
    }
    let good = with(json!({}));
    let basic = format!("GET {INTENTS}/x HTTP/1.1\r\nhost: x\r\nauthorization: Basic {good}\r\n\r\n");
    assert!(house.bytes(basic.as_bytes()).starts_with("HTTP/1.1 401"));
    let lower = format!("GET {INTENTS}/x HTTP/1.1\r\nhost: x\r\nauthorization: bearer {good}\r\n\r\n");
    assert!(
        house.bytes(lower.as_bytes()).starts_with("HTTP/1.1 400"),
        "the scheme has no case"
    );
}

#[test]
fn signatures_that_prove_nothing_are_401() {
    let house = House::new();
    let claims = Issuer::claims("uss1", ALL);
    let good = with(json!({}));
    let [head, body, signature]: [&str; 3] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    // {"alg":"none"}
    for unsigned in [
        format!("eyJhbGciOiJub25lIn0.{body}."),
        format!("eyJhbGciOiJub25lIn0.{body}.{signature}"),
    ] {
        assert_eq!(try_token(&house, Some(&unsigned)), 401);
    }
    let secret = EncodingKey::from_secret(Issuer::rsa().pem.as_bytes());
    let confused = encode(&Header::new(Algorithm::HS256), &claims, &secret).unwrap();
    assert_eq!(
        try_token(&house, Some(&confused)),
        401,
        "a public key is no secret"
    );
    let (other_body, _) = with(json!({ "sub": "uss2" }))
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert_eq!(try_token(&house, Some(&format!("{other_body}.{signature}"))), 401);
    assert_eq!(try_token(&house, Some(&format!("{head}.{body}."))), 401);
    let stranger = Issuer::other_rsa().sign(Algorithm::RS256, None, &claims);
    assert_eq!(try_token(&house, Some(&stranger)), 401);
    let padded = Issuer::rsa().sign(Algorithm::PS256, None, &claims);
    assert_eq!(try_token(&house, Some(&padded)), 401, "RSA-PSS is not asked for");
}

#[test]
fn every_key_of_every_file_is_believed_with_its_own_algorithms() {
    let (p256, p384) = (Issuer::ec(Algorithm::ES256), Issuer::ec(Algorithm::ES384));
    let both = format!("{}{}", p256.pem, p384.pem);
    let house = House::with(options(), &[&Issuer::rsa().pem, &both]);
    let claims = Issuer::claims("uss1", ALL);
    for algorithm in [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512] {
        assert_eq!(
            try_token(&house, Some(&Issuer::rsa().sign(algorithm, None, &claims))),
            400,
            "{algorithm:?}"
        );
    }
    assert_eq!(try_token(&house, Some(&p256.token("uss1", ALL))), 400);
    assert_eq!(try_token(&house, Some(&p384.token("uss1", ALL))), 400);
    assert_eq!(
        try_token(&house, Some(&p384.named_token("any", "uss1", ALL))),
        400
    );
    assert_eq!(
        try_token(&house, Some(&Issuer::ec(Algorithm::ES256).token("uss1", ALL))),
        401
    );
}

/// Which scopes let a client use which endpoint: F3548-21 Annex A, and the reference implementation.
const SCOPES: &[(&str, &str, &[&str])] = &[
    ("POST", "/dss/v1/operational_intent_references/query", &[SC, CMSA]),
    ("GET", "/dss/v1/operational_intent_references/ID", &[SC, CMSA]),
    ("PUT", "/dss/v1/operational_intent_references/ID", &[SC, CMSA]),
    ("PUT", "/dss/v1/operational_intent_references/ID/OVN", &[SC, CMSA]),
    (
        "DELETE",
        "/dss/v1/operational_intent_references/ID/OVN",
        &[SC, CMSA],
    ),
    ("POST", "/dss/v1/constraint_references/query", &[CM, CP]),
    ("GET", "/dss/v1/constraint_references/ID", &[CM, CP]),
    ("PUT", "/dss/v1/constraint_references/ID", &[CM]),
    ("PUT", "/dss/v1/constraint_references/ID/OVN", &[CM]),
    ("DELETE", "/dss/v1/constraint_references/ID/OVN", &[CM]),
    ("POST", "/dss/v1/subscriptions/query", &[SC, CP]),
    ("GET", "/dss/v1/subscriptions/ID", &[SC, CP]),
    ("PUT", "/dss/v1/subscriptions/ID", &[SC, CP]),
    ("PUT", "/dss/v1/subscriptions/ID/OVN", &[SC, CP]),
    ("DELETE", "/dss/v1/subscriptions/ID/OVN", &[SC, CP]),
    ("POST", "/dss/v1/reports", &[SC, CMSA, CP, CM, AA]),
    ("GET", "/dss/v1/uss_availability/USS", &[SC, CMSA, AA]),
    ("PUT", "/dss/v1/uss_availability/USS", &[AA]),
    (
        "GET",
        "/aux/v1/validate_oauth",
        &[
            "dss.read.identification_service_areas",
            "dss.write.identification_service_areas",
        ],
    ),
    ("GET", "/aux/v1/pool", &["interuss.pool_status.read"]),
    (
        "GET",
        "/aux/v1/pool/dss_instances",
        &["interuss.pool_status.read"],
    ),
    (
        "PUT",
        "/aux/v1/pool/dss_instances/heartbeat",
        &["interuss.pool_status.heartbeat.write"],
    ),
    (
        "GET",
        "/aux/v1/configuration/global_options",
        &["interuss.pool_status.read"],
    ),
    (
        "GET",
        "/versions/any",
        &["interuss.versioning.read_system_versions"],
    ),
];

#[test]
fn each_endpoint_takes_its_own_scopes_and_a_wrong_one_is_403_before_a_bad_body() {
    let house = House::new();
    let every: std::collections::BTreeSet<&str> = SCOPES
        .iter()
        .flat_map(|(_, _, scopes)| scopes.iter().copied())
        .collect();
    for (method, path, scopes) in SCOPES {
        let path = path.replace("ID", &new_id());
        let body = (*method == "POST" || *method == "PUT").then_some(b"{".as_slice());
        assert_eq!(
            house.raw(method, &path, None, body).status,
            401,
            "{method} {path}"
        );
        for scope in &every {
            let token = Issuer::rsa().token("uss1", &[scope]);
            let heard = house.raw(method, &path, Some(&token), body);
            let let_in = scopes.contains(scope);
            assert_eq!(
                heard.status != 403,
                let_in,
                "{method} {path} {scope}: {}",
                heard.body
            );
            if !let_in {
                heard.refused(403);
            }
        }
        let token = Issuer::rsa().token("uss1", &[]);
        house.raw(method, &path, Some(&token), body).refused(403);
    }
}

#[test]
fn scopes_that_only_look_alike_do_not_let_in() {
    let house = House::new();
    for scope in [
        "utm.strategic_coordination2",
        "UTM.STRATEGIC_COORDINATION",
        "utm",
        "utm.strategic_coordination,x",
    ] {
        let path = format!("{SUBSCRIPTIONS}/{}", new_id());
        house
            .ask_with("uss1", &[scope], "GET", &path, &Value::Null)
            .refused(403);
    }
    let path = format!("{CONSTRAINTS}/{}", new_id());
    house
        .ask_with("uss1", &["x", CP, "y"], "GET", &path, &Value::Null)
        .refused(404);
}

struct Nobody;

impl node::open::Ask for Nobody {
    async fn ask(&self, _: Request) -> Result<Result<Answer, Refused>, node::open::Busy> {
        Err(node::open::Busy::Stopped)
    }
}

#[test]
fn settings_that_let_nobody_in_are_refused_at_the_start() {
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let good = file("good.pem", &Issuer::rsa().pem);
    let start = |change: &dyn Fn(&mut OpenOptions)| {
        let mut options = options();
        options.key_files = vec![good.clone()];
        change(&mut options);
        node::open::Open::new(Nobody, options)
            .err()
            .map(|why| format!("{why:?}"))
    };
    assert_eq!(start(&|_| ()), None);
    assert!(
        start(&|options| options.audiences.clear())
            .unwrap()
            .contains("audience")
    );
    assert!(
        start(&|options| options.key_files.clear())
            .unwrap()
            .contains("key")
    );
    assert!(
        start(&|options| options.jwks_urls.push("ftp://x".to_owned()))
            .unwrap()
            .contains("ftp://x")
    );
    let none = files.path().join("none.pem");
    assert!(
        start(&|options| options.key_files.push(none.clone()))
            .unwrap()
            .contains("none.pem")
    );
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    for (name, text, why) in [
        ("empty.pem", String::new(), "0 public keys"),
        ("private.pem", pair.serialize_pem(), "0 public keys"),
        ("odd.pem", pair.public_key_pem(), "P-256"),
        ("short.pem", SHORT_RSA.to_owned(), "2048"),
    ] {
        let path = file(name, &text);
        let told = start(&|options| options.key_files.push(path.clone())).unwrap();
        assert!(told.contains(why) && told.contains(name), "{told}");
    }
}

#[test]
fn a_short_key_proves_tokens_where_it_is_asked_for() {
    let trial = OpenOptions {
        allow_short_rsa_keys: true,
        ..options()
    };
    let house = House::with(trial, &[SHORT_RSA, &Issuer::rsa().pem]);
    let told = |token: &str| {
        let heard = house.raw("GET", &format!("{INTENTS}/x"), Some(token), None);
        assert_eq!(heard.status, 401, "{heard:?}");
        heard.body["message"].as_str().expect("a message").to_owned()
    };
    for signed in [OF_SHORT_RS256, OF_SHORT_RS512] {
        assert!(
            told(signed).contains("expired"),
            "the signature is valid: {}",
            told(signed)
        );
        let (claims, signature) = signed.rsplit_once('.').unwrap();
        let other = if signature.starts_with('A') { "B" } else { "A" };
        let altered = format!("{claims}.{other}{}", &signature[1..]);
        assert!(told(&altered).contains("signature"), "{}", told(&altered));
    }
    assert_eq!(
        try_token(&house, Some(&with(json!({})))),
        400,
        "and so do the others"
    );
}

/// A public RSA key of 1024 bits, made for these tests.
const SHORT_RSA: &str = "-----BEGIN PUBLIC KEY-----\nMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDAkvQF/Ntd0K3M7fj+zcWmxq+0\n/tYVFeesBonDjfR9UCMaDH6hvrG3EM8Vrd6FCGrhb6QkyBo+xOUtiS5e+xO20fFU\nmozBHoTG4DSsGC5ew7czSELx3iGTcNlHIIp0nrEXIT7WOyVUtkzkZntIOmhjZ0YI\nAsNpw7CLCMQw+BtuKwIDAQAB\n-----END PUBLIC KEY-----\n";
/// Tokens that were signed with it and have expired.
const OF_SHORT_RS256: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c3MxIiwiaXNzIjoiYXV0aG9yaXR5IiwiYXVkIjoicG9vbC5leGFtcGxlIiwiZXhwIjoxNzAwMDAwMDAwLCJzY29wZSI6InV0bS5zdHJhdGVnaWNfY29vcmRpbmF0aW9uIn0.DbBuPSAgggCr7u7lYLHl_YeJzyZTqAoYRVrDQEYjEh-1Q5bwvsKG3CNNxu7zYMMPMWTmj_phHoVToclzV36lekisxdZ9TbyqfoFt6rxGKNXhBlJHR9GUOooB4UpNqx-lav6ArmRKoBgFxp3HSe7voTPGMPfY4P-GssxOL9QbBXE";
const OF_SHORT_RS512: &str = "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c3MxIiwiaXNzIjoiYXV0aG9yaXR5IiwiYXVkIjoicG9vbC5leGFtcGxlIiwiZXhwIjoxNzAwMDAwMDAwLCJzY29wZSI6InV0bS5zdHJhdGVnaWNfY29vcmRpbmF0aW9uIn0.HwH8F-6LDUzSAJcrD0NA0A03cjBXh7N8yjU_MR9ZrWILDq0jXvuVela8OzuHA2-xCxTU84x6c7vEqAda02dcVHL6Xy4yVsN5iKN7mRGOZAbUWpbMrfmtuC1hCiipacTpUVwjuWZqtui_Te3DckU1e-97DUUtV-s98xbKUhjBSD0";
