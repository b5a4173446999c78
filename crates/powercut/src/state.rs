//! What one thread watches, and what is answered to each of its calls.
//!
//! The functions here that [`crate::calls`] asks do nothing for calls that they themselves cause: the state is
//! borrowed then, and the call passes.

use crate::Rng;
use crate::content::{Content, Leaves};
use crate::disk::{Counts, Fault};
use crate::entries::{Entries, Names, Node};
use crate::limits::STORY_CALLS;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

thread_local! {
    static WATCHED: RefCell<Option<State>> = const { RefCell::new(None) };
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What it always does.
    Go,
    /// The same with so many bytes only.
    Only(usize),
    /// It fails with this error number.
    Fail(i32),
}

/// A file or a directory that is there or was.
enum Kind {
    File(Content),
    Folder,
}

/// One watched folder.
pub(crate) struct State {
    root: PathBuf,
    passing: &'static [&'static str],
    nodes: Vec<Kind>,
    entries: Entries,
    planned: Option<(Fault, u64)>,
    /// What is planned waits from its step on for a synchronisation.
    at_sync: bool,
    /// Calls that still fail, and how.
    failing: (u64, i32),
    /// Whether the call at hand is the one during which the power failed: it may have arrived.
    in_flight: bool,
    pub(crate) lying: bool,
    pub(crate) down: bool,
    pub(crate) struck: bool,
    pub(crate) steps: u64,
    reads: u64,
    pub(crate) counts: Counts,
    pub(crate) story: VecDeque<String>,
    pub(crate) digest: u64,
}

/// Starts to watch.
pub(crate) fn install(state: State) {
    WATCHED.with_borrow_mut(|watched| {
        assert!(watched.is_none(), "a thread watches one folder");
        *watched = Some(state);
    });
}

/// Watches no longer.
pub(crate) fn remove() {
    let _ended_thread = WATCHED.try_with(|watched| watched.take());
}

/// Works on the state; calls made meanwhile pass.
pub(crate) fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    WATCHED.with_borrow_mut(|watched| work(watched.as_mut().expect("a disk lives as long as its state")))
}

/// Whether this thread watches anything.
pub(crate) fn watches() -> bool {
    let there = WATCHED.try_with(|watched| watched.try_borrow().is_ok_and(|state| state.is_some()));
    there.unwrap_or(false)
}

fn ask(question: impl FnOnce(&mut State) -> Answer) -> Answer {
    let asked = WATCHED.try_with(|watched| match watched.try_borrow_mut() {
        Ok(mut state) => state.as_mut().map_or(Answer::Go, question),
        Err(_our_own_call) => Answer::Go,
    });
    asked.unwrap_or(Answer::Go)
}

/// Before `data` is written at `at`.
pub(crate) fn write(fd: i32, at: u64, data: &[u8]) -> Answer {
    ask(|state| match state.behind(fd) {
        Some(name) => state.write(&name, at, data),
        None => Answer::Go,
    })
}

/// Before a file gets another length.
pub(crate) fn resize(fd: i32, length: u64) -> Answer {
    ask(|state| match state.behind(fd) {
        Some(name) => state.resize(&name, length),
        None => Answer::Go,
    })
}

/// Before a file or a directory is synchronised.
pub(crate) fn sync(fd: i32) -> Answer {
    ask(|state| match state.behind(fd) {
        Some(name) => state.sync(&name),
        None => Answer::Go,
    })
}

/// Before a file is read.
pub(crate) fn read(fd: i32) -> Answer {
    ask(|state| match state.planned {
        Some((Fault::Read, _)) => match state.behind(fd) {
            Some(_name) => state.read(),
            None => Answer::Go,
        },
        _ => Answer::Go,
    })
}

/// Before a name is removed.
pub(crate) fn unlink(path: &Path) -> Answer {
    ask(|state| match state.inside(path) {
        Some(name) => state.unlink(&name),
        None => Answer::Go,
    })
}

/// Before a name is changed.
pub(crate) fn rename(from: &Path, to: &Path) -> Answer {
    ask(|state| match (state.inside(from), state.inside(to)) {
        (Some(from), Some(to)) => state.rename(&from, &to),
        _ => Answer::Go,
    })
}

impl State {
    /// Takes the folder's content as synchronised.
    pub(crate) fn new(root: &Path, passing: &'static [&'static str]) -> io::Result<Self> {
        let mut state = State {
            root: root.into(),
            passing,
            nodes: Vec::new(),
            entries: Entries::default(),
            planned: None,
            at_sync: false,
            failing: (0, 0),
            in_flight: false,
            lying: false,
            down: false,
            struck: false,
            steps: 0,
            reads: 0,
            counts: Counts::default(),
            story: VecDeque::new(),
            digest: 0,
        };
        state.settle()?;
        Ok(state)
    }

    pub(crate) fn plan(&mut self, fault: Fault, steps: u64, at_sync: bool) {
        let now = if fault == Fault::Read {
            self.reads
        } else {
            self.steps
        };
        self.unplan();
        self.planned = Some((fault, now + steps));
        self.at_sync = at_sync;
    }

    pub(crate) fn unplan(&mut self) {
        self.planned = None;
        self.failing = (0, 0);
        self.struck = false;
    }

    pub(crate) fn cut(&mut self, leaves: Leaves, rng: &mut Rng) -> io::Result<()> {
        if !self.down {
            self.look_inside();
        }
        self.counts.cuts += 1;
        let names = self.entries.after_cut(leaves, rng, &mut self.counts);
        let mut image = Vec::new();
        for (name, node) in names {
            let bytes = match &self.nodes[node] {
                Kind::Folder => None,
                Kind::File(content) => Some(content.after_cut(leaves, rng, &mut self.counts)),
            };
            image.push((name, bytes));
        }
        self.replace(&image)?;
        self.tell(format!("-- the power is cut, and leaves {leaves:?}"));
        self.down = false;
        self.unplan();
        self.settle()
    }

    pub(crate) fn restart(&mut self) -> io::Result<()> {
        if self.down {
            // The dead process's last words, after it was dead.
            for name in self.names()? {
                if self.entries.node(&name).is_none() && !self.passes(&name) {
                    fs::remove_file(self.root.join(name))?;
                }
            }
        }
        self.tell("-- the process starts again".to_owned());
        self.down = false;
        self.unplan();
        Ok(())
    }

    fn write(&mut self, name: &Path, at: u64, data: &[u8]) -> Answer {
        let answer = self.step("write", name, at, data.len());
        let arriving = match answer {
            Answer::Go => data,
            Answer::Only(part) => &data[..part],
            Answer::Fail(_) if self.in_flight => data,
            Answer::Fail(_) => return answer,
        };
        let path = self.root.join(name);
        if let Some(content) = self.content(name) {
            content.write(at, arriving, || fs::read(path).unwrap_or_default());
        }
        answer
    }

    fn resize(&mut self, name: &Path, length: u64) -> Answer {
        let answer = self.step("resize", name, length, 0);
        if (answer == Answer::Go || self.in_flight)
            && let Some(content) = self.content(name)
        {
            content.resize(length);
        }
        answer
    }

    fn sync(&mut self, name: &Path) -> Answer {
        let answer = self.step("sync", name, 0, 0);
        if self.lying {
            return answer;
        }
        let forgetful = matches!(self.planned, Some((Fault::ErrorForgotten { .. }, _)));
        let path = self.root.join(name);
        match answer {
            Answer::Go if path.is_dir() => {
                self.look();
                self.entries.synced(name);
            }
            Answer::Go => {
                let mut counts = self.counts;
                if let Some(content) = self.content(name) {
                    content.synced(fs::read(path).unwrap_or_default(), &mut counts);
                }
                self.counts = counts;
            }
            Answer::Fail(_) if forgetful && !self.down => {
                if let Some(content) = self.content(name) {
                    content.forgotten();
                }
            }
            _ => {}
        }
        answer
    }

    fn unlink(&mut self, name: &Path) -> Answer {
        self.look();
        if self.entries.node(name).is_none() {
            return Answer::Go;
        }
        let answer = self.step("unlink", name, 0, 0);
        if answer == Answer::Go || self.in_flight {
            self.entries.gone(name);
        }
        answer
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Answer {
        self.look();
        let answer = self.step("rename", from, 0, 0);
        if answer == Answer::Go || self.in_flight {
            self.entries.moved(from, to);
        }
        answer
    }

    fn read(&mut self) -> Answer {
        self.reads += 1;
        if self.planned == Some((Fault::Read, self.reads)) {
            self.struck = true;
            self.counts.failed_calls += 1;
            return Answer::Fail(libc::EIO);
        }
        Answer::Go
    }

    /// Counts a call, and says what becomes of it.
    fn step(&mut self, what: &str, name: &Path, at: u64, length: usize) -> Answer {
        self.in_flight = false;
        if self.down {
            return Answer::Fail(libc::EIO);
        }
        self.steps += 1;
        self.remember(what, name, at, length);
        if self.failing.0 > 0 {
            self.failing.0 -= 1;
            return self.failed(self.failing.1);
        }
        match self.planned {
            _ if self.struck => Answer::Go,
            Some((fault, step)) if step == self.steps && !self.at_sync => self.strike(fault, what, length),
            Some((fault, step)) if step <= self.steps && self.at_sync && what == "sync" => {
                self.strike(fault, what, length)
            }
            _ => Answer::Go,
        }
    }

    fn strike(&mut self, fault: Fault, what: &str, length: usize) -> Answer {
        self.struck = true;
        self.tell(format!("-- {fault:?}"));
        match fault {
            Fault::PowerCut | Fault::Kill => {
                self.look_inside();
                self.down = true;
                self.in_flight = fault == Fault::PowerCut;
                Answer::Fail(libc::EIO)
            }
            Fault::Error { calls } | Fault::ErrorForgotten { calls } => {
                self.failing = (calls.saturating_sub(1), libc::EIO);
                self.failed(libc::EIO)
            }
            Fault::Full { calls } => {
                self.failing = (calls, libc::ENOSPC);
                if what == "write" && length > 1 {
                    Answer::Only(length / 2)
                } else {
                    self.failed(libc::ENOSPC)
                }
            }
            Fault::Read => Answer::Go,
        }
    }

    fn failed(&mut self, errno: i32) -> Answer {
        self.counts.failed_calls += 1;
        Answer::Fail(errno)
    }

    fn remember(&mut self, what: &str, name: &Path, at: u64, length: usize) {
        for byte in what.bytes().chain(name.to_string_lossy().bytes()) {
            self.digest = self.digest.wrapping_mul(0x0100_0000_01B3) ^ u64::from(byte);
        }
        self.digest = self.digest.wrapping_mul(0x0100_0000_01B3) ^ at ^ ((length as u64) << 40);
        let step = self.steps;
        self.tell(format!(
            "step {step}: {what} {} at {at}, {length} bytes",
            name.display()
        ));
    }

    fn tell(&mut self, line: String) {
        if self.story.len() == STORY_CALLS {
            self.story.pop_front();
        }
        self.story.push_back(line);
    }

    /// The name of the file behind a descriptor, where it is one of ours and still has a name.
    fn behind(&self, fd: i32) -> Option<PathBuf> {
        self.inside(&fs::read_link(format!("/proc/self/fd/{fd}")).ok()?)
    }

    fn inside(&self, path: &Path) -> Option<PathBuf> {
        let name = path.strip_prefix(&self.root).ok()?;
        let deleted = name.as_os_str().as_encoded_bytes().ends_with(b" (deleted)");
        (!deleted && !self.passes(name)).then(|| name.into())
    }

    fn passes(&self, name: &Path) -> bool {
        let name = name.as_os_str().as_encoded_bytes();
        self.passing.iter().any(|end| name.ends_with(end.as_bytes()))
    }

    fn content(&mut self, name: &Path) -> Option<&mut Content> {
        if self.entries.node(name).is_none() && !self.down {
            self.look();
        }
        match &mut self.nodes[self.entries.node(name)?] {
            Kind::File(content) => Some(content),
            Kind::Folder => None,
        }
    }

    /// Notices names that came and names that went.
    fn look(&mut self) {
        if self.down {
            // What was under way is noted and did not happen in the folder.
            return;
        }
        let there = self.names().unwrap_or_default();
        for name in &there {
            if self.entries.node(name).is_none() && !self.passes(name) {
                let node = self.add(Content::default(), name);
                self.entries.made(name.clone(), node);
            }
        }
        let live: Vec<PathBuf> = self.entries.live().keys().cloned().collect();
        for name in live.iter().filter(|name| !there.contains(name)) {
            self.entries.gone(name);
        }
    }

    /// Before the last moment: notices also what came into files by calls that are not seen.
    fn look_inside(&mut self) {
        self.look();
        for (name, node) in self.entries.live() {
            if let Kind::File(content) = &mut self.nodes[*node] {
                let live = fs::read(self.root.join(name)).unwrap_or_default();
                content.catch_up(&live, &mut self.counts);
            }
        }
    }

    fn add(&mut self, content: Content, name: &Path) -> Node {
        let folder = self.root.join(name).is_dir();
        self.nodes
            .push(if folder { Kind::Folder } else { Kind::File(content) });
        self.nodes.len() - 1
    }

    /// Every name below the root, a directory before what is in it.
    fn names(&self) -> io::Result<Vec<PathBuf>> {
        let mut names = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                names.extend(path.strip_prefix(&self.root).map(PathBuf::from));
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// What is in the folder now is on the medium.
    fn settle(&mut self) -> io::Result<()> {
        self.nodes.clear();
        let mut names = Names::new();
        for name in self.names()? {
            if !self.passes(&name) {
                let bytes = fs::read(self.root.join(&name)).unwrap_or_default();
                names.insert(name.clone(), self.add(Content::durable(bytes), &name));
            }
        }
        self.entries = Entries::durable(names);
        Ok(())
    }

    fn replace(&self, image: &[(PathBuf, Option<Vec<u8>>)]) -> io::Result<()> {
        for entry in fs::read_dir(&self.root)? {
            let path = entry?.path();
            match path.is_dir() {
                true => fs::remove_dir_all(path)?,
                false => fs::remove_file(path)?,
            }
        }
        for (name, bytes) in image {
            let path = self.root.join(name);
            match bytes {
                None => fs::DirBuilder::new().mode(0o700).create(path)?,
                Some(bytes) => {
                    let mut file = fs::OpenOptions::new();
                    let mut file = file.write(true).create_new(true).mode(0o600).open(path)?;
                    io::Write::write_all(&mut file, bytes)?;
                }
            }
        }
        Ok(())
    }
}
