//! Coming back: open the journal, newest snapshot, the records after it.

use super::feed::Feed;
use crate::config::Config;
use crate::dir::{NodeDir, read_text, write_private};
use crate::failed::Failed;
use crate::keys::Keys;
use crate::limits::{FEED_RECORDS, RECOVERY_AHEAD, RECOVERY_CHUNK};
use accord::ids::Party;
use engine::Engine;
use engine::event::{Facts, Record};
use ledger::journal::{Journal, Options, SqliteJournal};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// What recovery gives.
pub struct Recovered {
    /// The engine, in the state of the newest durable record.
    pub engine: Engine,
    /// The journal, locked by this process.
    pub journal: SqliteJournal,
    /// The feed, with the newest records.
    pub feed: Arc<Feed>,
    /// The record that the snapshot used covers; 0 without one.
    pub snapshot_seq: u64,
}

/// Loads and re-verifies the state of the node in `dir`.
///
/// # Errors
/// A journal in use, damaged or not of this program, each with what to do.
pub fn recover(dir: &NodeDir, config: &Config, options: Options) -> Result<Recovered, Failed> {
    let journal = SqliteJournal::open(&dir.journal(), options).map_err(Failed::refused)?;
    let (engine, snapshot_seq) = rebuilt(dir, config, &journal)?;
    let newest = newest_records(&journal)?;
    let feed = Arc::new(Feed::new(history(dir)?, journal.next_seq(), newest));
    Ok(Recovered {
        engine,
        journal,
        feed,
        snapshot_seq,
    })
}

/// What a second look at a node's records gave.
pub struct Audit {
    /// The engine, as the node would start with it.
    pub engine: Engine,
    /// The record that the snapshot used covers; 0 without one.
    pub snapshot_seq: u64,
    /// Where the state that was lived and kept is not the one that all records give.
    pub difference: Option<String>,
}

/// Replays every record from the first, and compares with the state that the node would
/// start with: what it lived and kept in its snapshot, and the records after it.
///
/// # Errors
/// As for [`recover`].
pub fn audit(dir: &NodeDir, config: &Config, options: Options) -> Result<Audit, Failed> {
    let journal = SqliteJournal::open(&dir.journal(), options).map_err(Failed::refused)?;
    let (engine, snapshot_seq) = rebuilt(dir, config, &journal)?;
    let mut replayed = empty(dir, config)?;
    replay(&mut replayed, &journal)?;
    let difference = engine.difference(&replayed);
    Ok(Audit {
        engine,
        snapshot_seq,
        difference,
    })
}

fn rebuilt(dir: &NodeDir, config: &Config, journal: &SqliteJournal) -> Result<(Engine, u64), Failed> {
    let (mut engine, snapshot_seq) = from_snapshot(dir, config, journal)?;
    replay(&mut engine, journal)?;
    Ok((engine, snapshot_seq))
}

/// The engine of the newest snapshot that fits, or an empty one. A snapshot that this
/// program cannot use costs time, not content.
fn from_snapshot(dir: &NodeDir, config: &Config, journal: &SqliteJournal) -> Result<(Engine, u64), Failed> {
    let desks = config.desk_names();
    if let Some((upto, bytes)) = journal.newest_snapshot().map_err(Failed::refused)? {
        match Engine::from_snapshot(&bytes, Box::new(Keys::of(dir).keyring(&desks)?)) {
            Ok(mut engine) if engine.next_seq() == upto + 1 => {
                engine.set_desks(desks);
                return Ok((engine, upto));
            }
            Ok(_) => {
                eprintln!("detente: the snapshot up to record {upto} names another record; replaying all")
            }
            Err(why) => eprintln!("detente: {why}; replaying all records"),
        }
    }
    Ok((empty(dir, config)?, 0))
}

/// The engine before the first record.
fn empty(dir: &NodeDir, config: &Config) -> Result<Engine, Failed> {
    let desks = config.desk_names();
    let keyring = Keys::of(dir).keyring(&desks)?;
    Ok(Engine::new(Party(config.party.clone()), desks, Box::new(keyring)))
}

/// Applies the records after those that the engine has seen, while the next ones are read and checked.
fn replay(engine: &mut Engine, journal: &SqliteJournal) -> Result<(), Failed> {
    let from = engine.next_seq();
    let (ahead, chunks) = sync_channel(RECOVERY_AHEAD);
    let (read, applied) = thread::scope(|scope| {
        let apply = scope.spawn(move || apply(engine, chunks));
        (read_ahead(journal, from, ahead), apply.join())
    });
    applied.map_err(|_| Failed::internal("the recovery broke off; report the text above"))??;
    read
}

fn apply(engine: &mut Engine, chunks: Receiver<Vec<Facts>>) -> Result<(), Failed> {
    for facts in chunks.into_iter().flatten() {
        engine.replay(&facts).map_err(Failed::refused)?;
    }
    Ok(())
}

/// Reads to the end of the journal, or until nobody applies what was read: that has a reason of its own.
fn read_ahead(journal: &SqliteJournal, mut from: u64, ahead: SyncSender<Vec<Facts>>) -> Result<(), Failed> {
    loop {
        let stored = journal.records(from, RECOVERY_CHUNK).map_err(Failed::refused)?;
        let facts = stored
            .iter()
            .map(|stored| Engine::read_facts(stored.seq, &stored.data))
            .collect::<Result<Vec<_>, _>>()
            .map_err(Failed::refused)?;
        from += facts.len() as u64;
        if ahead.send(facts).is_err() || stored.len() < RECOVERY_CHUNK {
            return Ok(());
        }
    }
}

fn newest_records(journal: &SqliteJournal) -> Result<Vec<Record>, Failed> {
    let from = journal.next_seq().saturating_sub(FEED_RECORDS as u64).max(1);
    let stored = journal.records(from, FEED_RECORDS).map_err(Failed::refused)?;
    let read = |stored: &ledger::journal::Record| Engine::read_record(stored.seq, &stored.data);
    stored
        .iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(Failed::refused)
}

/// The name of this copy of the journal; made where there is none, as after a restore.
fn history(dir: &NodeDir) -> Result<String, Failed> {
    let path = dir.history();
    if let Some(name) = read_text(&path)? {
        return Ok(name.trim().to_owned());
    }
    let name = hex::encode(crate::clock::random::<8>()?);
    write_private(&path, name.as_bytes())?;
    Ok(name)
}
