//! A desk of a node, as its programs ask: over HTTP, with a key for every write.

use super::{LOOK, LOOKS};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use ureq::http::{Method, Request, Response};

/// A desk; cheap to clone, and for any thread.
#[derive(Clone)]
pub(crate) struct Desk {
    folder: PathBuf,
    name: String,
    agent: ureq::Agent,
}

impl Desk {
    /// A desk of the node in `folder`, whether it runs or not.
    pub(crate) fn of(folder: &Path, name: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(20)));
        Desk {
            folder: folder.to_owned(),
            name: name.to_owned(),
            agent: config.build().into(),
        }
    }

    /// Reads a view; null when nobody answers.
    pub(crate) fn get(&self, path: &str) -> Value {
        let got = self.ask(Method::GET, path, None, &Value::Null);
        got.and_then(read).map_or(Value::Null, |(_, answer)| answer)
    }

    /// Asks once; the status and the answer, or nothing when the node is gone.
    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
        self.ask(Method::POST, path, Some(key), body).and_then(read)
    }

    /// Asks until it is answered, always with the same key.
    pub(crate) fn insist(&self, path: &str, key: &str, body: &Value) -> Value {
        self.insist_through(&[503], path, key, body)
    }

    /// As [`Desk::insist`], for what may not be here yet.
    pub(crate) fn insist_once_there(&self, path: &str, key: &str, body: &Value) -> Value {
        self.insist_through(&[404, 503], path, key, body)
    }

    fn insist_through(&self, passing: &[u16], path: &str, key: &str, body: &Value) -> Value {
        for _ in 0..LOOKS {
            match self.post(path, key, body) {
                Some((200..300, answer)) => return answer,
                Some((status, _)) if passing.contains(&status) => thread::sleep(LOOK),
                None => thread::sleep(LOOK),
                Some((status, answer)) => panic!("{path}: {status} {answer}"),
            }
        }
        panic!("{path} was never answered");
    }

    fn ask(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Option<Response<ureq::Body>> {
        let address = fs::read_to_string(self.folder.join("run/http")).ok()?;
        let token = fs::read_to_string(self.folder.join("tokens").join(&self.name)).ok()?;
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{address}{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.agent.run(request.body(text).unwrap()).ok()
    }
}

/// Status and answer; an answer that breaks off is none.
fn read(mut response: Response<ureq::Body>) -> Option<(u16, Value)> {
    let status = response.status().as_u16();
    let answer = response.body_mut().with_config().limit(1 << 30).read_to_string();
    let answer = answer.ok()?;
    Some((
        status,
        serde_json::from_str(&answer).unwrap_or(Value::String(answer)),
    ))
}
