//! One real node: a process of this program, its clients, and its clock.

use super::scenario::ChairSpec;
use crate::client::{Client, Who};
use crate::clock;
use crate::dir::NodeDir;
use crate::failed::Failed;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Time for a node to end once its scenario has; then it is killed.
const END_WAIT: Duration = Duration::from_secs(5);

/// A folder that goes when its owner does. It holds keys: for the owner's eyes alone.
pub(super) struct Scratch {
    path: PathBuf,
}

/// A running node. Dropping it ends the process.
pub(super) struct Chair {
    dir: NodeDir,
    process: Child,
    clock_in: Option<ChildStdin>,
    clock_out: BufReader<ChildStdout>,
    log: PathBuf,
}

impl Scratch {
    /// A new one under the system's folder for such things.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn new() -> Result<Self, Failed> {
        let name = hex::encode(clock::random::<8>()?);
        let path = std::env::temp_dir().join(format!("detente-demo-{name}"));
        NodeDir::at(&path).create()?;
        Ok(Scratch { path })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _nothing_else_can_be_done = fs::remove_dir_all(&self.path);
    }
}

impl Chair {
    /// Sets up a node in `folder` and starts it at the scenario's instant.
    ///
    /// # Errors
    /// It cannot be set up or does not start; with what it said.
    pub(super) fn start(spec: &ChairSpec, folder: &Path, begins_us: i64) -> Result<Self, Failed> {
        let program = std::env::current_exe()
            .map_err(|why| Failed::internal(format_args!("this program cannot find itself: {why}")))?;
        let mut init = Command::new(&program);
        init.arg("init").arg(folder).args(["--party", &spec.party]);
        for desk in &spec.desks {
            init.args(["--desk", desk]);
        }
        let made = init.stdin(Stdio::null()).output().map_err(|why| started(&why))?;
        if !made.status.success() {
            return Err(Failed::internal(String::from_utf8_lossy(&made.stderr)));
        }
        let log = folder.join("serve.log");
        let errors = File::create(&log).map_err(|why| Failed::file("create", &log, &why))?;
        let begins = crate::figures::write::instant(begins_us).replace(' ', "T");
        let mut serve = Command::new(&program);
        serve
            .arg("serve")
            .arg("--dir")
            .arg(folder)
            .args(["--scenario-clock", &begins]);
        serve.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        // Ctrl-C at the terminal is for the player, who ends the nodes in order.
        let mut process = serve.process_group(0).spawn().map_err(|why| started(&why))?;
        let clock_in = process.stdin.take();
        let clock_out = process
            .stdout
            .take()
            .expect("standard output was asked for as a pipe");
        let clock_out = BufReader::new(clock_out);
        let mut chair = Chair {
            dir: NodeDir::at(folder),
            process,
            clock_in,
            clock_out,
            log,
        };
        chair.await_line("RECONSTRUCTION")?;
        Ok(chair)
    }

    /// Sends the clock forward; [`Chair::arrived`] waits for it.
    ///
    /// # Errors
    /// The node has ended.
    pub(super) fn send_to(&mut self, at_us: i64) -> Result<(), Failed> {
        let sent = self
            .clock_in
            .as_mut()
            .map(|clock| writeln!(clock, "{at_us}").and_then(|()| clock.flush()));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(self.ended()),
        }
    }

    /// Waits until the clock stands there and the node has taken its turn.
    ///
    /// # Errors
    /// The node has ended.
    pub(super) fn arrived(&mut self) -> Result<(), Failed> {
        self.await_line("at ")
    }

    /// A client for a desk, or for the keeper.
    ///
    /// # Errors
    /// No such desk.
    pub(super) fn client(&self, who: &Who) -> Result<Client, Failed> {
        Client::open(&self.dir, who)
    }

    fn await_line(&mut self, start: &str) -> Result<(), Failed> {
        let mut line = String::new();
        loop {
            line.clear();
            match self.clock_out.read_line(&mut line) {
                Ok(0) | Err(_) => return Err(self.ended()),
                Ok(_) if line.starts_with(start) => return Ok(()),
                Ok(_) => {}
            }
        }
    }

    fn ended(&self) -> Failed {
        let said = fs::read_to_string(&self.log).unwrap_or_default();
        Failed::internal(format_args!(
            "a node of the demonstration has ended: {}",
            said.trim()
        ))
    }
}

impl Drop for Chair {
    fn drop(&mut self) {
        drop(self.clock_in.take());
        let begun = Instant::now();
        while begun.elapsed() < END_WAIT {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _it_may_end_just_now = self.process.kill();
        let _it_is_gone_either_way = self.process.wait();
    }
}

fn started(why: &std::io::Error) -> Failed {
    Failed::internal(format_args!("this program cannot start itself: {why}"))
}
