//! Real `detente` processes on loopback, and a wire between them that can be cut.

#![allow(dead_code, reason = "each test program uses its own part")]

pub(crate) mod desk;
pub(crate) mod disk;
pub(crate) mod evidence;
pub(crate) mod notices;

use desk::Desk;
use disk::SmallDisk;
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
pub(crate) const LOOK: Duration = Duration::from_millis(40);
pub(crate) const LOOKS: usize = 3000;

/// One party's folder and, while it runs, its process.
pub(crate) struct Node {
    pub(crate) folder: PathBuf,
    party: String,
    child: Option<Child>,
    watch: Desk,
    disk: Option<SmallDisk>,
    root: TempDir,
}

impl Node {
    /// Sets up a node with a watch desk and a commander, and starts it.
    pub(crate) fn start_new(party: &str) -> Self {
        let mut node = Node::at(party, |root| root.join("node"), None);
        node.set_up("unwatched");
        node
    }

    /// The same, on a clock that `source` vouches for.
    pub(crate) fn start_new_with_clock(party: &str, source: &str) -> Self {
        let mut node = Node::at(party, |root| root.join("node"), None);
        node.set_up(source);
        node
    }

    /// The same on a disk of its own, of so many MiB.
    pub(crate) fn start_new_on(disk: SmallDisk, party: &str) -> Self {
        let folder = disk.outside.join("node");
        let mut node = Node::at(party, |_| folder, Some(disk));
        node.set_up("unwatched");
        node
    }

    /// Another node out of a copy of this one's folder; not started.
    pub(crate) fn copy(&self) -> Self {
        let copy = Node::at(&self.party, |root| root.join("node"), None);
        copy_folder(&self.folder, &copy.folder);
        copy
    }

    fn at(party: &str, folder: impl FnOnce(&Path) -> PathBuf, disk: Option<SmallDisk>) -> Self {
        let root = TempDir::new().unwrap();
        let folder = folder(root.path());
        Node {
            watch: Desk::of(&folder, "watch"),
            folder,
            party: party.to_owned(),
            child: None,
            disk,
            root,
        }
    }

    fn set_up(&mut self, clock: &str) {
        let made = self
            .run_here()
            .args([
                "init",
                &self.folder_here(),
                "--party",
                &self.party,
                "--clock",
                clock,
            ])
            .output();
        succeed(&made.unwrap());
        self.start();
    }

    /// The program, where this node's folder can be written.
    fn run_here(&self) -> Command {
        self.disk.as_ref().map_or_else(command, SmallDisk::command)
    }

    /// The folder, as a process of [`Node::run_here`] sees it.
    fn folder_here(&self) -> String {
        let disk = self.disk.as_ref();
        let folder = disk.map_or(self.folder.clone(), |disk| disk.inside.join("node"));
        folder.display().to_string()
    }

    /// A desk of this node.
    pub(crate) fn desk(&self, name: &str) -> Desk {
        Desk::of(&self.folder, name)
    }

    /// The disk of its own.
    pub(crate) fn disk(&self) -> &SmallDisk {
        self.disk.as_ref().unwrap()
    }

    pub(crate) fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Starts the process and waits until it answers.
    pub(crate) fn start_with(&mut self, more: &[&str]) {
        self.spawn(more);
        self.until_serving();
    }

    /// Starts the process.
    pub(crate) fn spawn(&mut self, more: &[&str]) {
        let _left_by_the_last_run = fs::remove_file(self.folder.join("run/pid"));
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_file())
            .unwrap();
        let child = self
            .run_here()
            .args(["serve", "--dir", &self.folder_here()])
            .args(more)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// Waits until the process answers.
    pub(crate) fn until_serving(&self) {
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
        self.run_here()
            .args(words)
            .args(["--json", "--dir", &self.folder_here()])
            .output()
            .unwrap()
    }

    /// Reads a view; null when nobody answers.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.watch.get(path)
    }

    /// Asks as the watch; the status and the answer, or nothing when the node is gone.
    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
        self.watch.post(path, key, body)
    }

    /// Asks until it is answered, always with the same key.
    pub(crate) fn insist(&self, path: &str, key: &str, body: &Value) -> Value {
        self.watch.insist(path, key, body)
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
            let file = self.root.path().join(format!("evidence-{number}"));
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
        self.root.path().join("log")
    }

    /// What the process told on its standard error.
    pub(crate) fn log(&self) -> String {
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
    let file = inviter.root.path().join(format!("{line}.invitation"));
    let file = file.display().to_string();
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
