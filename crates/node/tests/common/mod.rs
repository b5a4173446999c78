//! Real `detente` processes on loopback, and a wire between them that can be cut.

#![allow(dead_code, reason = "each test program uses its own part")]

use serde_json::{Value, json};
use std::fs;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// How often a wait looks again, and how often it does before it gives up.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: usize = 600;

/// One party's folder and, while it runs, its process.
pub(crate) struct Node {
    pub(crate) folder: PathBuf,
    party: String,
    child: Option<Child>,
    _root: TempDir,
}

impl Node {
    /// Sets up a node with a watch desk and a commander, and starts it.
    pub(crate) fn start_new(party: &str) -> Self {
        let root = TempDir::new().unwrap();
        let folder = root.path().join("node");
        let mut node = Node {
            folder,
            party: party.to_owned(),
            child: None,
            _root: root,
        };
        let folder = node.folder.display().to_string();
        succeed(&detente(&["init", &folder, "--party", party]));
        node.start();
        node
    }

    /// Another node out of a copy of this one's folder; not started.
    pub(crate) fn copy(&self) -> Self {
        let root = TempDir::new().unwrap();
        let folder = root.path().join("node");
        copy_folder(&self.folder, &folder);
        Node {
            folder,
            party: self.party.clone(),
            child: None,
            _root: root,
        }
    }

    pub(crate) fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Starts the process and waits until it answers.
    pub(crate) fn start_with(&mut self, more: &[&str]) {
        let _left_by_the_last_run = fs::remove_file(self.folder.join("run/pid"));
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_file())
            .unwrap();
        let child = command()
            .args(["serve", "--dir"])
            .arg(&self.folder)
            .args(more)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        self.until("serve", |node| {
            node.folder.join("run/pid").exists() && node.get("/healthy")["running"] == true
        });
    }

    /// As a power cut would.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// As an officer would.
    pub(crate) fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        let told = Command::new("kill").arg(child.id().to_string()).status().unwrap();
        assert!(told.success());
        assert!(child.wait().unwrap().success(), "{}", self.log());
    }

    /// Runs a verb on this node and reads its JSON.
    pub(crate) fn cli(&self, words: &[&str]) -> Value {
        let output = self.try_cli(words);
        succeed(&output);
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    pub(crate) fn try_cli(&self, words: &[&str]) -> Output {
        command()
            .args(words)
            .arg("--json")
            .arg("--dir")
            .arg(&self.folder)
            .output()
            .unwrap()
    }

    /// Reads a view; null when nobody answers.
    pub(crate) fn get(&self, path: &str) -> Value {
        let got = self.request(ureq::http::Method::GET, path, None, &Value::Null);
        got.map_or(Value::Null, |(_, body)| body)
    }

    /// Asks as the watch; the status and the answer, or nothing when the node is gone.
    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
        self.request(ureq::http::Method::POST, path, Some(key), body)
    }

    fn request(
        &self,
        method: ureq::http::Method,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Option<(u16, Value)> {
        let address = fs::read_to_string(self.folder.join("run/http")).ok()?;
        let token = fs::read_to_string(self.folder.join("tokens/watch")).ok()?;
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{address}{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None);
        let agent: ureq::Agent = config
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .into();
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut response = agent.run(request.body(text).unwrap()).ok()?;
        let status = response.status().as_u16();
        let answer = response.body_mut().read_to_string().ok()?;
        Some((
            status,
            serde_json::from_str(&answer).unwrap_or(Value::String(answer)),
        ))
    }

    /// Asks until it is answered, always with the same key.
    pub(crate) fn insist(&self, path: &str, key: &str, body: &Value) -> Value {
        for _ in 0..LOOKS {
            match self.post(path, key, body) {
                Some((200..300, answer)) => return answer,
                Some((503, _)) | None => thread::sleep(LOOK),
                Some((status, answer)) => panic!("{path}: {status} {answer}"),
            }
        }
        panic!("{} never answered {path}\n{}", self.party, self.log());
    }

    pub(crate) fn say(&self, line: &str, text: &str) -> String {
        let body = json!({ "urgency": "normal", "response": "R", "closes": false, "text": text });
        let said = self.insist(&format!("/v1/lines/{line}/messages"), text, &body);
        said["id"].as_str().unwrap().to_owned()
    }

    /// Texts of one author's messages on a line, in the order in which they were received.
    pub(crate) fn texts(&self, line: &str, author: &str) -> Vec<String> {
        let mut heard = self.heard(line, author);
        heard.sort();
        heard.into_iter().map(|(_, text)| text).collect()
    }

    /// Messages of one author with the instant of their receipt.
    pub(crate) fn heard(&self, line: &str, author: &str) -> Vec<(i64, String)> {
        let view = self.get(&format!("/v1/lines/{line}/messages"));
        let messages = view["messages"].as_array().cloned().unwrap_or_default();
        let own = messages.iter().filter(|message| message["author"] == author);
        own.map(|m| {
            (
                m["received_at_us"].as_i64().unwrap_or(0),
                m["text"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
    }

    pub(crate) fn line(&self, line: &str) -> Value {
        let view = self.get("/v1/lines");
        let lines = view["lines"].as_array().cloned().unwrap_or_default();
        lines
            .into_iter()
            .find(|candidate| candidate["line"] == line)
            .unwrap_or(Value::Null)
    }

    pub(crate) fn alarm_texts(&self) -> String {
        self.get("/v1/alarms").to_string()
    }

    /// Waits until something holds; shows the node's log when it never does.
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Node) -> bool) {
        for _ in 0..LOOKS {
            if holds(self) {
                return;
            }
            thread::sleep(LOOK);
        }
        panic!(
            "{}: never {what}\n{}\n{}",
            self.party,
            self.get("/v1/lines"),
            self.log()
        );
    }

    /// Waits until the peer holds all that this node stated, and this node all of the peer's.
    pub(crate) fn until_settled(&self, line: &str) {
        self.until("settled", |node| {
            let view = node.line(line);
            view["light"] == "up" && view["unsealed"] == 0 && view["own_size"] == view["cosigned_size"]
        });
    }

    /// Both logs as evidence, checked.
    pub(crate) fn export(&self, line: &str) -> PathBuf {
        let mut number = 0;
        let file = loop {
            let file = self.folder.join(format!("evidence-{number}"));
            if !file.exists() {
                break file;
            }
            number += 1;
        };
        self.cli(&[
            "log",
            "export",
            "--line",
            line,
            "--out",
            &file.display().to_string(),
        ]);
        file
    }

    fn log_file(&self) -> PathBuf {
        self.folder.with_extension("log")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _may_have_ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// The program under test.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command.env_remove("DETENTE_DIR").stdin(Stdio::null());
    command
}

pub(crate) fn detente(words: &[&str]) -> Output {
    command().args(words).output().unwrap()
}

pub(crate) fn succeed(output: &Output) {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Joins `joiner` to `inviter`; the joiner dials `through` if given.
pub(crate) fn join(inviter: &Node, joiner: &Node, line: &str, through: Option<SocketAddr>) {
    let file = inviter
        .folder
        .join(format!("{line}.invitation"))
        .display()
        .to_string();
    let address = through.map(|address| address.to_string());
    let mut words = vec!["invite", line, "--out", &file];
    if let Some(address) = &address {
        words.extend(["--address", address]);
    }
    inviter.cli(&words);
    joiner.cli(&["join", &file]);
    inviter.until_settled(line);
    joiner.until_settled(line);
}

/// Checks an evidence file offline; the report as JSON and whether it held.
pub(crate) fn verify(file: &Path) -> (bool, Value) {
    let output = command().args(["verify", "--json"]).arg(file).output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.success(), report)
}

/// A TCP wire that can be cut and mended.
pub(crate) struct Wire {
    pub(crate) address: SocketAddr,
    cut: Arc<AtomicBool>,
    carried: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// A wire to `target`.
    pub(crate) fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Wire {
            address: listener.local_addr().unwrap(),
            cut: Arc::default(),
            carried: Arc::default(),
        };
        let (cut, carried) = (Arc::clone(&wire.cut), Arc::clone(&wire.carried));
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(onward) = TcpStream::connect(target) else {
                    continue;
                };
                carried
                    .lock()
                    .unwrap()
                    .extend([socket.try_clone().unwrap(), onward.try_clone().unwrap()]);
                carry(&socket, &onward);
                carry(&onward, &socket);
            }
        });
        wire
    }

    /// Breaks every connection and lets no new one come about.
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        for socket in self.carried.lock().unwrap().drain(..) {
            let _may_be_closed = socket.shutdown(Shutdown::Both);
        }
    }

    pub(crate) fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}

fn carry(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        let _until_either_end_closes = io::copy(&mut from, &mut to);
        let _may_be_closed = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
    });
}

/// Where a node takes lines.
pub(crate) fn line_address(node: &Node) -> SocketAddr {
    fs::read_to_string(node.folder.join("run/lines"))
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy_folder(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}
