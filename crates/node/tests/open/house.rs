//! A service on a loopback socket, and a client.

use crate::issuer::{AUDIENCE, Issuer};
use node::clock::wall_us;
use node::open::{Ask, Busy, Open, OpenOptions};
use pool::{Answer, Pool, Refused, Request};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

pub(crate) const SC: &str = "utm.strategic_coordination";
pub(crate) const CMSA: &str = "utm.conformance_monitoring_sa";
pub(crate) const CP: &str = "utm.constraint_processing";
pub(crate) const CM: &str = "utm.constraint_management";
pub(crate) const AA: &str = "utm.availability_arbitration";
/// All that a USS usually has.
pub(crate) const ALL: &[&str] = &[SC, CMSA, CP, CM, AA];

pub(crate) const INTENTS: &str = "/dss/v1/operational_intent_references";
pub(crate) const CONSTRAINTS: &str = "/dss/v1/constraint_references";
pub(crate) const SUBSCRIPTIONS: &str = "/dss/v1/subscriptions";

/// A pool in memory, on the real clock, checked after each step.
struct Memory {
    pool: Mutex<Pool>,
    busy: Arc<AtomicBool>,
}

impl Ask for Memory {
    async fn ask(&self, request: Request) -> Result<Result<Answer, Refused>, Busy> {
        if self.busy.load(Ordering::SeqCst) {
            return Err(Busy::Full);
        }
        let mut pool = self.pool.lock().expect("no test breaks off in here");
        let now_us = wall_us();
        let decided = pool.decide(now_us, &request);
        Ok(decided.map(|(answer, events)| {
            events.iter().for_each(|event| pool.apply(now_us, event));
            pool.invariant_is_sound();
            answer
        }))
    }
}

/// A running service.
pub(crate) struct House {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Whether what decides has no room.
    pub(crate) busy: Arc<AtomicBool>,
    agent: ureq::Agent,
    _files: tempfile::TempDir,
    _runtime: Runtime,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) media: String,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Value,
}

impl Heard {
    /// The body, if the status is this.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The message of a refusal in the shape that every refusal has.
    #[track_caller]
    pub(crate) fn refused(self, status: u16) -> String {
        assert_eq!(self.media, "application/json; charset=utf-8", "{:?}", self.body);
        let body = self.expect(status);
        let message = body["message"]
            .as_str()
            .unwrap_or_else(|| panic!("no message in {body}"));
        let (text, id) = message.rsplit_once(" (E:").expect("a correlation id");
        assert_eq!(id.len(), 37, "{message}");
        text.to_owned()
    }
}

/// Settings that the RSA key of the tests fits.
pub(crate) fn options() -> OpenOptions {
    OpenOptions {
        audiences: vec!["other.example".to_owned(), AUDIENCE.to_owned()],
        public_endpoint: "https://pool.example".to_owned(),
        locality: "here".to_owned(),
        pool_id: "pool-1".to_owned(),
        ..OpenOptions::default()
    }
}

impl House {
    /// A service that believes the RSA key of the tests.
    pub(crate) fn new() -> House {
        House::with(options(), &[&Issuer::rsa().pem])
    }

    /// A service with these settings and keys.
    pub(crate) fn with(mut options: OpenOptions, keys: &[&str]) -> House {
        let files = tempfile::tempdir().expect("a folder");
        for (at, key) in keys.iter().enumerate() {
            let path = files.path().join(format!("{at}.pem"));
            fs::write(&path, key).expect("a file");
            options.key_files.push(path);
        }
        let busy = Arc::new(AtomicBool::new(false));
        let memory = Memory {
            pool: Mutex::new(Pool::new(options.pool())),
            busy: Arc::clone(&busy),
        };
        let open = Open::new(memory, options).unwrap_or_else(|why| panic!("{why:?}"));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a socket");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(open.serve(listener));
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        House {
            address,
            busy,
            agent: agent.into(),
            _files: files,
            _runtime: runtime,
        }
    }

    /// A request with any token and any bytes.
    pub(crate) fn raw(&self, method: &str, path: &str, token: Option<&str>, body: Option<&[u8]>) -> Heard {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = match body {
            Some(body) => self.agent.run(request.body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let mut answer = answer.unwrap_or_else(|why| panic!("{method} {path}: {why}"));
        let text = answer.body_mut().read_to_string().expect("text");
        Heard {
            status: answer.status().as_u16(),
            media: answer.headers()["content-type"]
                .to_str()
                .expect("ASCII")
                .to_owned(),
            headers: answer.headers().clone(),
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }

    /// A request of a client with every scope.
    pub(crate) fn ask(&self, client: &str, method: &str, path: &str, body: &Value) -> Heard {
        self.ask_with(client, ALL, method, path, body)
    }

    /// A request of a client with some scopes. A body of null is none.
    pub(crate) fn ask_with(
        &self,
        client: &str,
        scopes: &[&str],
        method: &str,
        path: &str,
        body: &Value,
    ) -> Heard {
        let token = Issuer::rsa().token(client, scopes);
        let body = (!body.is_null()).then(|| body.to_string());
        self.raw(method, path, Some(&token), body.as_deref().map(str::as_bytes))
    }

    /// Sends bytes as they are, and reads until the service is done with them.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> String {
        let mut socket = TcpStream::connect(self.address).expect("a connection");
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a socket");
        let _may_be_closed_early = socket.write_all(bytes);
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        while !String::from_utf8_lossy(&answer).contains("\"}") {
            match socket.read(&mut chunk) {
                Ok(0) | Err(_) => break,
                Ok(length) => answer.extend_from_slice(&chunk[..length]),
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// An id that no other test has.
pub(crate) fn new_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!(
        "00000000-0000-4000-8000-{:012x}",
        NEXT.fetch_add(1, Ordering::SeqCst)
    )
}

/// An instant so many minutes from now.
pub(crate) fn minutes(from_now: i64) -> Value {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(from_now);
    json!({ "value": at.to_string(), "format": "RFC3339" })
}

/// A circle of 300 m around a place, for an hour from so many minutes from now, 50 to 100 m high.
pub(crate) fn volume(lat: f64, start: i64) -> Value {
    json!({
        "volume": {
            "outline_circle": { "center": { "lat": lat, "lng": 8.0 }, "radius": { "value": 300.0, "units": "M" } },
            "altitude_lower": altitude(50.0),
            "altitude_upper": altitude(100.0),
        },
        "time_start": minutes(start),
        "time_end": minutes(start + 60),
    })
}

/// An altitude.
pub(crate) fn altitude(metres: f64) -> Value {
    json!({ "value": metres, "reference": "W84", "units": "M" })
}

/// A good operational intent.
pub(crate) fn intent(lat: f64) -> Value {
    json!({ "extents": [volume(lat, 5)], "key": [], "state": "Accepted", "uss_base_url": "https://uss.example" })
}

/// A good constraint.
pub(crate) fn constraint(lat: f64) -> Value {
    json!({ "extents": [volume(lat, 5)], "uss_base_url": "https://uss.example" })
}

/// A good subscription.
pub(crate) fn subscription(lat: f64) -> Value {
    json!({
        "extents": volume(lat, 0), "uss_base_url": "https://uss.example",
        "notify_for_operational_intents": true, "notify_for_constraints": false,
    })
}

/// A search around a place.
pub(crate) fn area(lat: f64) -> Value {
    json!({ "area_of_interest": volume(lat, 5) })
}

/// A value with one of its members changed, by JSON pointer.
pub(crate) fn changed(mut value: Value, pointer: &str, to: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = value.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"));
    match parent {
        Value::Array(list) => list[name.parse::<usize>().expect("an index")] = to,
        _ => parent[name] = to,
    }
    value
}

/// A value without one of its members.
pub(crate) fn without(mut value: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.expect("an object").remove(name).expect("a member");
    value
}
