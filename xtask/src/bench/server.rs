//! Real nodes in processes of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::http::Client;
use crate::run::capture;

/// The line between the two.
pub(super) const LINE: &str = "bench";
/// How often a wait looks again, and how often it does before it gives up.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: usize = 1_200;
/// `/proc` counts processor time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// One node and its process.
pub(super) struct Server {
    folder: PathBuf,
    child: Child,
}

/// Two nodes on one line, in folders under `dir`.
pub(super) fn pair(dir: &Path) -> (Server, Server) {
    let (a, b) = (Server::start(dir, "alpha", &[]), Server::start(dir, "bravo", &[]));
    let file = dir.join("invitation").display().to_string();
    a.cli(&["invite", LINE, "--out", &file]);
    b.cli(&["join", &file]);
    for node in [&a, &b] {
        until("the line is up", || {
            node.client().get("/v1/lines")["lines"][0]["light"] == "up"
        });
    }
    (a, b)
}

/// Processor time that a process has used.
pub(super) fn cpu(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let fields = after_name.split(' ').skip(11).take(2);
    TICK * fields.filter_map(|field| field.parse::<u32>().ok()).sum()
}

impl Server {
    /// A node in a new folder under `dir`, served with more arguments.
    pub(super) fn start(dir: &Path, party: &str, more: &[&str]) -> Server {
        let folder = dir.join(party);
        let place = folder.display().to_string();
        capture(detente().args(["init", &place, "--party", party])).expect("a new folder takes a node");
        let log = fs::File::create(dir.join(format!("{party}.log"))).expect("the folder takes a file");
        let child = detente()
            .args(["serve", "--dir", &place])
            .args(more)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program was built just now");
        let server = Server { folder, child };
        until("the node is up", || server.folder.join("run/pid").exists());
        server
    }

    /// A connection of its own, as the watch.
    pub(super) fn client(&self) -> Client {
        let read = |name| fs::read_to_string(self.folder.join(name)).expect("a running node wrote it");
        Client::connect(read("run/http").trim(), read("tokens/watch").trim())
    }

    /// Processor time of the node so far.
    pub(super) fn cpu(&self) -> Duration {
        cpu(self.child.id())
    }

    /// Transactions of its journal so far.
    pub(super) fn commits(&self) -> u64 {
        let figures = self.client().text("/metrics");
        let commits = figures
            .lines()
            .find_map(|line| line.strip_prefix("detente_journal_commits_total "));
        commits.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    fn cli(&self, words: &[&str]) {
        let mut command = detente();
        capture(command.args(words).arg("--dir").arg(&self.folder)).expect("the node does as it is told");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _it_may_have_ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The program beside this one; `cargo xtask bench` builds both.
pub(super) fn detente() -> Command {
    let program = std::env::current_exe().expect("a running program has a path");
    let mut command = Command::new(program.with_file_name("detente"));
    command.env_remove("DETENTE_DIR").stdin(Stdio::null());
    command
}

pub(super) fn until(what: &str, holds: impl Fn() -> bool) {
    let held = (0..LOOKS).any(|_| {
        let holds = holds();
        if !holds {
            thread::sleep(LOOK);
        }
        holds
    });
    assert!(held, "never: {what}");
}
