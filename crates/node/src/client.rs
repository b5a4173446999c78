//! A small blocking HTTP client for the command line, the watch and the demonstration.
//!
//! Every write carries an idempotency key of its own and is repeated with the same key when
//! the answer got lost or the queue was full, so it happens once.

use crate::cli::At;
use crate::clock::random;
use crate::config::{ADMIN_DESK, Config};
use crate::dir::{NodeDir, read_private, read_text};
use crate::failed::Failed;
use crate::http::problem::Problem;
use crate::limits::{MAX_ANSWER_BYTES, MAX_EVENT_BYTES};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader, Read};
use std::thread::sleep;
use std::time::Duration;
use ureq::http::{Method, Request, Response};
use ureq::{Agent, Body};

/// Time for one request: an fsync on a slow disk many times over.
const REQUEST_WAIT: Duration = Duration::from_secs(30);
/// Tries of a write whose answer got lost or that met a full queue.
const TRIES: u32 = 5;
/// Pause before another try.
const PAUSE: Duration = Duration::from_millis(500);

/// In whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A desk; the first of the settings when none is named.
    Desk(Option<String>),
    /// The node's keeper.
    Admin,
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The node refused, with its reasons.
    #[error("{}", refusal(.0))]
    Refused(Box<Problem>),
    /// Nothing answers.
    #[error("{0}")]
    Unreachable(String),
    /// What came back cannot be read.
    #[error("the node's answer cannot be read: {0}. Do the two programs have the same version?")]
    Unreadable(String),
}

/// A way to a running node.
#[derive(Clone)]
pub struct Client {
    base: String,
    secret: String,
    agent: Agent,
    start_hint: String,
}

/// Events of a running node, one after the other.
pub struct Events {
    lines: BufReader<Box<dyn std::io::Read + Send>>,
}

/// One event of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamEvent {
    /// Its name, for coming back.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its content, JSON.
    pub data: String,
}

impl Client {
    /// The node that the command line means, as the desk that it names.
    ///
    /// # Errors
    /// No folder, no node that ever ran there, no token of that desk.
    pub fn desk(at: &At) -> Result<Self, Failed> {
        Client::open(&at.node_dir()?, &Who::Desk(at.desk.clone()))
    }

    /// The same, as the node's keeper.
    ///
    /// # Errors
    /// As for a desk.
    pub fn admin(at: &At) -> Result<Self, Failed> {
        Client::open(&at.node_dir()?, &Who::Admin)
    }

    /// The node of a folder.
    ///
    /// # Errors
    /// As for a desk.
    pub fn open(dir: &NodeDir, who: &Who) -> Result<Self, Failed> {
        let start_hint = format!("detente serve --dir {}", dir.root().display());
        let desk = match who {
            Who::Admin => ADMIN_DESK.to_owned(),
            Who::Desk(Some(desk)) => desk.clone(),
            Who::Desk(None) => first_desk(dir)?,
        };
        let address = read_text(&dir.http_address())?;
        let secret = if is_file_name(&desk) {
            read_private(&dir.tokens().join(&desk))?
        } else {
            None
        };
        let (Some(address), true) = (address, dir.exists()) else {
            return Err(Failed::refused(format_args!(
                "no node has run at {} yet. Start it: {start_hint}",
                dir.root().display()
            )));
        };
        let secret = secret.ok_or_else(|| {
            Failed::usage(format_args!(
                "there is no token of desk {desk:?} in {}. Name a desk of config.toml with --as",
                dir.tokens().display()
            ))
        })?;
        Ok(Client::at(address.trim(), secret.trim(), start_hint))
    }

    /// The node at an address, with a token.
    pub fn at(address: &str, secret: &str, start_hint: String) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(REQUEST_WAIT))
            .build();
        Client {
            base: format!("http://{address}"),
            secret: secret.to_owned(),
            agent: config.into(),
            start_hint,
        }
    }

    /// Reads a view.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        parsed(&self.get_bytes(path)?)
    }

    /// Reads anything.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn get_bytes(&self, path: &str) -> Result<Vec<u8>, Fault> {
        self.once(&Method::GET, path, None, None)
    }

    /// Asks for something to be done, once.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Fault> {
        self.write(&Method::POST, path, Some(&json(body)))
    }

    /// Sets something under a name.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Fault> {
        self.write(&Method::PUT, path, Some(&json(body)))
    }

    /// Takes something away.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        self.write(&Method::DELETE, path, None)
    }

    /// Events after the one named, or from now on.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn events(&self, after: Option<&str>) -> Result<Events, Fault> {
        let mut request = self.request(&Method::GET, "/v1/events");
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let request = request
            .body(())
            .map_err(|why| Fault::Unreadable(why.to_string()))?;
        let response = self.agent.run(request).map_err(|why| self.unreachable(&why))?;
        if !response.status().is_success() {
            return Err(refused(read(response)?));
        }
        Ok(Events {
            lines: BufReader::new(Box::new(response.into_body().into_reader())),
        })
    }

    /// With one key through all tries.
    fn write<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        body: Option<&[u8]>,
    ) -> Result<T, Fault> {
        let key = random::<16>()
            .map(hex::encode)
            .map_err(|why| Fault::Unreachable(why.to_string()))?;
        let mut tries = 1;
        loop {
            match self.once(method, path, Some(&key), body) {
                Ok(answer) => return parsed(&answer),
                Err(fault) if tries < TRIES && fault.may_pass() => sleep(PAUSE),
                Err(fault) => return Err(fault),
            }
            tries += 1;
        }
    }

    fn once(
        &self,
        method: &Method,
        path: &str,
        key: Option<&str>,
        body: Option<&[u8]>,
    ) -> Result<Vec<u8>, Fault> {
        let mut request = self.request(method, path);
        if let Some(key) = key {
            request = request.header(crate::http::KEY_HEADER, key);
        }
        let unreadable = |why: ureq::http::Error| Fault::Unreadable(why.to_string());
        let sent = match body {
            Some(body) => {
                let request = request
                    .header("content-type", "application/json")
                    .body(body)
                    .map_err(unreadable)?;
                let timed = self
                    .agent
                    .configure_request(request)
                    .timeout_global(Some(REQUEST_WAIT));
                self.agent.run(timed.build())
            }
            None => {
                let request = request.body(()).map_err(unreadable)?;
                let timed = self
                    .agent
                    .configure_request(request)
                    .timeout_global(Some(REQUEST_WAIT));
                self.agent.run(timed.build())
            }
        };
        let response = sent.map_err(|why| self.unreachable(&why))?;
        let done = response.status().is_success();
        let answer = read(response)?;
        if done { Ok(answer) } else { Err(refused(answer)) }
    }

    fn request(&self, method: &Method, path: &str) -> ureq::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {}", self.secret))
    }

    fn unreachable(&self, why: &ureq::Error) -> Fault {
        let hint = &self.start_hint;
        Fault::Unreachable(format!(
            "no node answers at {} ({why}). If it does not run, start it: {hint}",
            self.base
        ))
    }
}

impl Events {
    /// The next event; none when the stream ended.
    ///
    /// # Errors
    /// A connection that broke.
    pub fn next_event(&mut self) -> std::io::Result<Option<StreamEvent>> {
        let mut event = StreamEvent::default();
        let mut line = String::new();
        loop {
            line.clear();
            if self
                .lines
                .by_ref()
                .take(MAX_EVENT_BYTES as u64)
                .read_line(&mut line)?
                == 0
            {
                return Ok(None);
            }
            match line.trim_end_matches(['\r', '\n']) {
                "" if !event.kind.is_empty() => return Ok(Some(event)),
                text => event.take(text),
            }
        }
    }
}

impl StreamEvent {
    fn take(&mut self, line: &str) {
        let Some((field, value)) = line.split_once(':') else {
            return;
        };
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => value.clone_into(&mut self.id),
            "event" => value.clone_into(&mut self.kind),
            "data" => self.data.push_str(value),
            _ => {}
        }
    }
}

impl Fault {
    /// What the node needs to have confirmed, if that is all.
    pub fn to_confirm(&self) -> Option<&Problem> {
        match self {
            Fault::Refused(problem) if problem.short_kind() == "needs-confirmation" => Some(problem),
            _ => None,
        }
    }

    /// Whether the same request may succeed a little later.
    fn may_pass(&self) -> bool {
        match self {
            Fault::Refused(problem) => matches!(problem.short_kind(), "queue-full" | "line-backlog"),
            Fault::Unreachable(_) => true,
            Fault::Unreadable(_) => false,
        }
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        match &fault {
            Fault::Refused(problem) if problem.status < 500 => Failed::refused(fault),
            Fault::Unreachable(_) => Failed::refused(fault),
            Fault::Refused(_) | Fault::Unreadable(_) => Failed::internal(fault),
        }
    }
}

/// A part of a path, so that a name with a slash or a question mark stays one part.
pub fn part(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            safe.push(char::from(byte));
        } else {
            safe.push_str(&format!("%{byte:02X}"));
        }
    }
    safe
}

fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("request bodies are plain data")
}

fn first_desk(dir: &NodeDir) -> Result<String, Failed> {
    let config = Config::load(dir)?;
    let first = config
        .desks
        .first()
        .expect("settings without a desk are refused when they are read");
    Ok(first.name.0.clone())
}

fn is_file_name(desk: &str) -> bool {
    engine::keyring::is_name(desk)
}

fn read(mut response: Response<Body>) -> Result<Vec<u8>, Fault> {
    let body = response
        .body_mut()
        .with_config()
        .limit(MAX_ANSWER_BYTES)
        .read_to_vec();
    body.map_err(|why| Fault::Unreachable(format!("the answer broke off: {why}")))
}

fn parsed<T: DeserializeOwned>(answer: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(answer).map_err(|why| Fault::Unreadable(why.to_string()))
}

fn refused(answer: Vec<u8>) -> Fault {
    match parsed::<Problem>(&answer) {
        Ok(problem) => Fault::Refused(Box::new(problem)),
        Err(fault) => fault,
    }
}

/// The sentence of a refusal; its faults on lines of their own.
fn refusal(problem: &Problem) -> String {
    let mut text = problem.detail.clone();
    for fault in &problem.faults {
        if !fault.place.is_empty() && !text.contains(&fault.reason) {
            text.push_str(&format!("\n  {}: {}", fault.place, fault.reason));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_part_of_a_path() {
        assert_eq!(part("north-1"), "north-1");
        assert_eq!(part("a/b?c é"), "a%2Fb%3Fc%20%C3%A9");
    }

    #[test]
    fn an_event_stream_is_read_event_by_event() {
        let text: &[u8] =
            b": alive\n\nid: h-1-0\nevent: heard\ndata: {\"a\":1}\n\nevent: stopped\r\ndata: {}\r\n\r\n";
        let mut events = Events {
            lines: BufReader::new(Box::new(text)),
        };
        let first = events.next_event().unwrap().unwrap();
        assert_eq!(
            (first.id.as_str(), first.kind.as_str(), first.data.as_str()),
            ("h-1-0", "heard", "{\"a\":1}")
        );
        assert_eq!(events.next_event().unwrap().unwrap().kind, "stopped");
        assert_eq!(events.next_event().unwrap(), None);
    }

    #[test]
    fn a_node_that_does_not_run_is_named_with_the_command_that_starts_it() {
        let gone = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let client = Client::at(&gone.to_string(), "secret", "detente serve --dir X".to_owned());
        let fault = client.get::<serde_json::Value>("/v1/lines").unwrap_err();
        assert!(fault.to_string().contains("detente serve --dir X"), "{fault}");
    }
}
