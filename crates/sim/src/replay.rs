//! The journal of a real node, through the engine that runs in worlds: the same records give the same digest as in the
//! node that wrote them. No key is needed, and nothing in the folder is touched.

use crate::debug::what_it_knows;
use crate::limits::REPLAY_CHUNK;
use crate::story::fact;
use accord::time::Now;
use engine::Engine;
use engine::event::Facts;
use ledger::journal::{ReadOnlyJournal, Record, Schema};
use ledger::verify::utc;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;

/// Where a node's folder holds its journal.
const JOURNAL: &str = "journal";

/// Why a journal was not replayed.
#[derive(Debug)]
pub enum ReplayFault {
    /// What is wrong with it: every fault that was found, each with its place.
    Journal(Vec<String>),
    /// What was to be told could not be written.
    Out(io::Error),
}

/// What came of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Records, from the first: a journal loses none.
    pub records: u64,
    /// Instants of the first and the last; none without records.
    pub span: Option<(Now, Now)>,
    /// See [`Engine::digest`], hexadecimal.
    pub digest: String,
}

/// Replays every record of the journal in `folder`: that of a node, running or not, or a journal alone, as in a backup.
/// With `tell`, writes to `out` what became of each record, and in the end what the node knew.
///
/// # Errors
/// See [`ReplayFault`].
pub fn replay(folder: &Path, tell: bool, out: &mut impl Write) -> Result<Replayed, ReplayFault> {
    let within = folder.join(JOURNAL);
    let dir = if within.is_dir() { &within } else { folder };
    let journal = ReadOnlyJournal::open(dir, Schema::default()).map_err(named)?;
    let (mut engine, mut span) = (Engine::without_keys(), None);
    while engine.next_seq() <= journal.newest_seq() {
        let records = journal.records(engine.next_seq(), REPLAY_CHUNK);
        for stored in records.map_err(|why| all_faults(&journal, &why))? {
            let facts = take(&mut engine, &stored)?;
            let first = span.map_or(facts.now(), |(first, _)| first);
            span = Some((first, facts.now()));
            if tell {
                tell_facts(stored.seq, &facts, out)?;
            }
        }
    }
    if let Some((_, last)) = span.filter(|_| tell) {
        write!(out, "{}", what_it_knows(&engine, last))?;
    }
    Ok(Replayed {
        records: journal.newest_seq(),
        span,
        digest: hex::encode(engine.digest()),
    })
}

/// Applies a record.
fn take(engine: &mut Engine, stored: &Record) -> Result<Facts, ReplayFault> {
    let facts = Engine::read_facts(stored.seq, &stored.data).map_err(named)?;
    engine.replay(&facts).map_err(named)?;
    Ok(facts)
}

fn tell_facts(seq: u64, facts: &Facts, out: &mut impl Write) -> io::Result<()> {
    let at = instant(facts.now());
    let mut told = facts.events().iter().filter_map(fact);
    told.try_for_each(|fact| writeln!(out, "{seq:>8} {at} {fact}"))
}

fn named(why: impl fmt::Display) -> ReplayFault {
    ReplayFault::Journal(vec![why.to_string()])
}

/// Whoever finds one fault wants to know of all; `why` alone where a second look finds none.
fn all_faults(journal: &ReadOnlyJournal, why: &impl fmt::Display) -> ReplayFault {
    let faults = journal.faults();
    match faults.as_slice() {
        [] => named(why),
        faults => ReplayFault::Journal(faults.iter().map(ToString::to_string).collect()),
    }
}

/// To the second: digests rest on µs, eyes do not.
fn instant(now: Now) -> String {
    u64::try_from(now.wall_us / 1_000_000).map_or_else(|_| format!("{} µs", now.wall_us), utc)
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records", self.records)?;
        if let Some((first, last)) = self.span {
            let seconds = (last.wall_us - first.wall_us) / 1_000_000;
            write!(f, " over {seconds} s, {} to {}", instant(first), instant(last))?;
        }
        write!(f, "\ndigest {}", self.digest)
    }
}

impl fmt::Display for ReplayFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplayFault::Journal(faults) => write!(f, "no replay: {}", faults.join("\n")),
            ReplayFault::Out(why) => write!(f, "what was replayed cannot be told: {why}"),
        }
    }
}

impl From<io::Error> for ReplayFault {
    fn from(why: io::Error) -> Self {
        ReplayFault::Out(why)
    }
}
