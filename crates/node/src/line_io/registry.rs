//! The live connections of all lines.

use super::outbox::Outbox;
use crate::core::{Core, Wire};
use crate::limits::{DISPLACED_WITHIN, FRAME_BUDGET_KIB, MAX_DISPLACED};
use accord::ids::LineId;
use accord::{Trouble, TroubleKey};
use engine::input::{Conn, Input};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The connections; cheap to clone.
#[derive(Clone)]
pub struct Lines {
    core: Core,
    live: Arc<Mutex<Live>>,
    tasks: Arc<Mutex<JoinSet<()>>>,
}

#[derive(Default)]
struct Live {
    newest: Conn,
    conns: BTreeMap<Conn, (LineId, Arc<Outbox>)>,
    displaced: BTreeMap<LineId, VecDeque<Instant>>,
}

/// One connection's place in the registry; gone when dropped.
pub(super) struct Place {
    lines: Lines,
    pub(super) line: LineId,
    pub(super) conn: Conn,
    pub(super) outbox: Arc<Outbox>,
    pub(super) budget: Arc<Semaphore>,
}

impl Lines {
    /// No connections yet.
    pub fn new(core: Core) -> Self {
        Lines {
            core,
            live: Arc::default(),
            tasks: Arc::default(),
        }
    }

    /// Ends every connection, and neither listens nor dials any more.
    pub async fn shut(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }

    /// Runs a task until [`Lines::shut`].
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .spawn(task);
    }

    /// The core thread.
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// Lines with a live connection.
    pub fn connected(&self) -> Vec<LineId> {
        let mut lines: Vec<LineId> = self.live().conns.values().map(|(line, _)| line.clone()).collect();
        lines.dedup();
        lines
    }

    /// Enters a connection and tells the engine of it.
    pub(super) fn enter(&self, line: &LineId) -> Place {
        let outbox = Arc::new(Outbox::default());
        let mut live = self.live();
        live.newest += 1;
        let conn = live.newest;
        let two = live.conns.values().any(|(other, _)| other == line) && live.count_displaced(line);
        live.conns.insert(conn, (line.clone(), Arc::clone(&outbox)));
        drop(live);
        if two {
            self.report_two(line.clone());
        }
        self.core.edge(Input::Connected {
            line: line.clone(),
            conn,
        });
        let budget = Arc::new(Semaphore::new(FRAME_BUDGET_KIB as usize));
        Place {
            lines: self.clone(),
            line: line.clone(),
            conn,
            outbox,
            budget,
        }
    }

    /// What came was no frame: the peer runs something else, or somebody tampers.
    pub(super) fn report_bad_frames(&self, line: &LineId, why: &std::io::Error) {
        let trouble = Trouble::BadFrames {
            line: line.clone(),
            why: why.to_string(),
        };
        self.core.edge(Input::Trouble(trouble));
    }

    fn report_two(&self, line: LineId) {
        self.core
            .edge(Input::Trouble(Trouble::TwoConnections { line: line.clone() }));
        let lines = self.clone();
        tokio::spawn(async move {
            while lines.displaced_lately(&line) {
                tokio::time::sleep(DISPLACED_WITHIN / 4).await;
            }
            lines
                .core
                .edge(Input::TroubleOver(TroubleKey::TwoConnections(line)));
        });
    }

    fn displaced_lately(&self, line: &LineId) -> bool {
        let live = self.live();
        let last = live.displaced.get(line).and_then(VecDeque::back);
        last.is_some_and(|last| last.elapsed() < DISPLACED_WITHIN)
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// Notes that a live connection is displaced. True when this makes it too many: once,
    /// until the window is over.
    fn count_displaced(&mut self, line: &LineId) -> bool {
        let displaced = self.displaced.entry(line.clone()).or_default();
        while displaced
            .front()
            .is_some_and(|at| at.elapsed() >= DISPLACED_WITHIN)
        {
            displaced.pop_front();
        }
        let before = displaced.len();
        displaced.push_back(Instant::now());
        before == MAX_DISPLACED
    }
}

impl Wire for Lines {
    fn send(&mut self, _line: &LineId, conn: Conn, bytes: Vec<u8>) {
        let outbox = self.live().conns.get(&conn).map(|(_, outbox)| Arc::clone(outbox));
        if let Some(outbox) = outbox {
            outbox.push(bytes);
        }
    }

    fn close(&mut self, _line: &LineId, conn: Conn, why: &str) {
        let outbox = self.live().conns.get(&conn).map(|(_, outbox)| Arc::clone(outbox));
        if let Some(outbox) = outbox {
            outbox.close(why);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lines.live().conns.remove(&self.conn);
        self.lines.core.edge(Input::Disconnected {
            line: self.line.clone(),
            conn: self.conn,
        });
    }
}
