//! Two rooms with a real node each, joined over loopback.

use node::client::{Client, Who};
use node::dir::NodeDir;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The line between the two.
pub(crate) const LINE: &str = "north";
/// How long anything may take before a test gives up. Not a claim about speed.
const PATIENCE: Duration = Duration::from_secs(60);

/// One node and its folder.
pub(crate) struct Room {
    /// Its folder.
    pub(crate) dir: PathBuf,
    child: Child,
}

/// Two nodes that are joined, and the folder of both.
pub(crate) struct Pair {
    /// The inviter.
    pub(crate) blue: Room,
    /// The joiner.
    pub(crate) red: Room,
    /// For files of a test.
    pub(crate) files: tempfile::TempDir,
}

impl Room {
    fn start(dir: PathBuf, party: &str) -> Room {
        let folder = dir.to_str().expect("a plain path");
        let made = detente(&["init", folder, "--party", party, "--clock", "unwatched"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let child = Command::new(env!("CARGO_BIN_EXE_detente"))
            .args(["serve", "--dir", folder])
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let room = Room { dir, child };
        until("the node answers", || {
            room.raw("GET", "/healthy", None)
                .is_some_and(|answer| answer.0 == 200)
        });
        room
    }

    /// Runs a verb of the first desk; gives its JSON.
    pub(crate) fn run(&self, args: &[&str]) -> Value {
        let (code, json, error) = self.tried(args);
        assert_eq!(code, 0, "detente {args:?}: {error}");
        json
    }

    /// Runs a verb as a desk; gives its JSON.
    pub(crate) fn run_as(&self, desk: &str, args: &[&str]) -> Value {
        self.run(&[args, &["--as", desk]].concat())
    }

    /// Runs a verb; gives its exit code, its JSON and what it said of an error.
    pub(crate) fn tried(&self, args: &[&str]) -> (i32, Value, String) {
        let folder = self.dir.to_str().expect("a plain path");
        let output = detente(&[args, &["--json", "--dir", folder]].concat());
        let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (
            output.status.code().unwrap_or(-1),
            json,
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Runs a verb for people.
    pub(crate) fn text(&self, args: &[&str]) -> String {
        let folder = self.dir.to_str().expect("a plain path");
        let output = detente(&[args, &["--dir", folder]].concat());
        assert!(
            output.status.success(),
            "detente {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// One HTTP request with these headers besides `Host`; status and body.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> (u16, Value) {
        let address = std::fs::read_to_string(self.dir.join("run/http")).expect("the node told its address");
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: {address}\r\n"));
        }
        headers
            .iter()
            .for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        let body = body.unwrap_or_default();
        request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        exchange(&address, &request).expect("the node answers")
    }

    /// One HTTP request with the token of a desk.
    pub(crate) fn with_token(
        &self,
        desk: &str,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> (u16, Value) {
        let token = format!("Bearer {}", self.token(desk));
        let mut headers = vec![("Authorization", token.as_str())];
        if body.is_some() {
            headers.push(("Content-Type", "application/json"));
        }
        self.ask(method, path, &headers, body)
    }

    /// A client as the first desk.
    pub(crate) fn client(&self) -> Client {
        Client::open(&NodeDir::at(&self.dir), &Who::Desk(None)).expect("the node runs")
    }

    /// The bearer secret of a desk.
    pub(crate) fn token(&self, desk: &str) -> String {
        std::fs::read_to_string(self.dir.join("tokens").join(desk))
            .expect("a token file")
            .trim()
            .to_owned()
    }

    fn raw(&self, method: &str, path: &str, body: Option<&str>) -> Option<(u16, Value)> {
        let address = std::fs::read_to_string(self.dir.join("run/http")).ok()?;
        let body = body.unwrap_or_default();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        exchange(&address, &request).ok()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _may_be_gone = self.child.kill();
        let _no_status_matters = self.child.wait();
    }
}

impl Pair {
    /// Sets up, starts and joins two nodes, and waits until each hears the other.
    pub(crate) fn joined() -> Pair {
        let files = tempfile::tempdir().expect("a folder");
        let blue = Room::start(files.path().join("blue"), "Blue Air");
        let red = Room::start(files.path().join("red"), "Red Air");
        let invitation = files.path().join("north.invitation");
        let invitation = invitation.to_str().expect("a plain path");
        blue.run(&["invite", LINE, "--out", invitation]);
        red.run(&["join", invitation]);
        let pair = Pair { blue, red, files };
        for room in [&pair.blue, &pair.red] {
            until("the line is up", || {
                room.run(&["lines"])["lines"][0]["light"] == "up"
            });
        }
        pair
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).expect("the file is written");
        path.to_str().expect("a plain path").to_owned()
    }
}

/// Runs the program.
pub(crate) fn detente(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command.args(args).stdin(Stdio::null()).env_remove("DETENTE_DIR");
    command.output().expect("the program starts")
}

/// Waits until something is so.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "gave up waiting until {what}");
        sleep(Duration::from_millis(100));
    }
}

fn exchange(address: &str, request: &str) -> std::io::Result<(u16, Value)> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address.trim())?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    let body = if head.to_lowercase().contains("transfer-encoding: chunked") {
        unchunked(body)
    } else {
        body.to_owned()
    };
    Ok((status, serde_json::from_str(&body).unwrap_or(Value::String(body))))
}

fn unchunked(body: &str) -> String {
    let mut rest = body;
    let mut out = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 || size > after.len() {
            break;
        }
        out.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    out
}
