//! Both logs of a line, read out of the journal as one bundle.

use super::{KeepFault, Keeper};
use crate::failed::Failed;
use crate::limits::EXPORT_CHUNK;
use accord::ids::LineId;
use engine::Engine;
use engine::event::{LineConfig, Side};
use engine::frame::{Countersigned, Entry};
use engine::heads::{Worth, kept};
use engine::input::{LogOf, Refused};
use engine::keyring::{KeySet, public_key};
use engine::limits::MAX_BUNDLE_HEADS;
use engine::line::{entry_key, head_key};
use engine::view::LogState;
use ledger::bundle::{self, Bundle, Log, Manifest};
use ledger::contradiction::Contradiction;
use ledger::header::{Header, Origin};
use ledger::journal::{Journal, SqliteJournal};
use ledger::keys::PartyKeys;
use std::collections::BTreeMap;

/// Heads of one log by size.
type HeadsBySize = BTreeMap<u64, Countersigned>;

/// What an export starts from, taken between two batches.
struct Heads {
    config: LineConfig,
    logs: Vec<(LogOf, LogState)>,
    contradictions: Vec<String>,
}

impl Keeper {
    /// Both logs of a line as a bundle; the node goes on meanwhile.
    ///
    /// # Errors
    /// See [`KeepFault`].
    pub async fn bundle(&self, line: LineId) -> Result<Vec<u8>, KeepFault> {
        let id = line.clone();
        let heads = self.core.query(move |engine, _| heads(engine, &id)).await?;
        let heads = heads.ok_or_else(|| Refused::NoSuchLine(line.clone()))?;
        let mut logs = Vec::new();
        for (of, state) in heads.logs {
            let entries = self.entries(&line, of, &state).await?;
            let heads = self.cosigned(&line, of, &state).await?;
            let origin = Origin::parse(&state.origin).map_err(|why| Failed::internal(why.to_string()))?;
            logs.push(Log {
                origin,
                checkpoints: checkpoints(&state, heads, &entries),
                entries,
            });
        }
        logs.sort_by(|a, b| (a.origin.epoch, &a.origin.side).cmp(&(b.origin.epoch, &b.origin.side)));
        let contradictions = decoded(&heads.contradictions);
        let manifest =
            manifest(&heads.config).ok_or_else(|| Failed::internal("a key set without its keys"))?;
        let bundle = Bundle {
            manifest,
            logs,
            contradictions,
        };
        let encoded = tokio::task::spawn_blocking(move || bundle.encode()).await;
        Ok(encoded.map_err(|why| Failed::internal(format_args!("the export stopped: {why}")))?)
    }

    /// Entries in order, read a chunk at a time so that nothing waits behind an export.
    async fn entries(
        &self,
        line: &LineId,
        of: LogOf,
        state: &LogState,
    ) -> Result<Vec<bundle::Entry>, KeepFault> {
        let mut entries = Vec::new();
        while (entries.len() as u64) < state.size {
            let (id, epoch, from) = (line.clone(), state.epoch, entries.len() as u64);
            let upto = state.size.min(from + EXPORT_CHUNK);
            let read = self.core.query_journal(move |_, journal, _| {
                (from..upto)
                    .map(|seq| stored(journal, &entry_key(&id, of, epoch, seq)))
                    .collect::<Result<Vec<_>, _>>()
            });
            entries.extend(read.await?.map_err(Failed::refused)?);
        }
        Ok(entries)
    }

    /// Every head that was ever cosigned, by size, as far as the export goes.
    async fn cosigned(&self, line: &LineId, of: LogOf, state: &LogState) -> Result<HeadsBySize, KeepFault> {
        let (mut heads, mut from) = (HeadsBySize::new(), 0);
        loop {
            let (id, epoch, below) = (line.clone(), state.epoch, state.size + 1);
            let read = self.core.query_journal(move |_, journal, _| {
                let (from, below) = (head_key(&id, of, epoch, from), head_key(&id, of, epoch, below));
                journal.blobs(&from, &below, EXPORT_CHUNK as usize)
            });
            let found = read.await?.map_err(|why| Failed::refused(why.to_string()))?;
            let full = found.len() as u64 == EXPORT_CHUNK;
            for blob in &found {
                let head =
                    serde_json::from_slice(&blob.data).map_err(|why| Failed::internal(why.to_string()))?;
                let size = size_in(&blob.key).ok_or_else(|| Failed::internal("a head without its size"))?;
                heads.insert(size, head);
            }
            match heads.last_key_value().filter(|_| full) {
                Some((size, _)) => from = size + 1,
                None => return Ok(heads),
            }
        }
    }
}

/// Evidence in the order in which it was found; both ends may have found the same.
fn decoded(texts: &[String]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for contradiction in texts.iter().filter_map(|text| Contradiction::decode(text).ok()) {
        if !found.contains(&contradiction) {
            found.push(contradiction);
        }
    }
    found
}

fn heads(engine: &Engine, line: &LineId) -> Option<Heads> {
    let config = engine.line_config(line)?.clone();
    let all = |of| {
        engine
            .closed_logs(line, of)
            .into_iter()
            .chain(engine.log_state(line, of))
    };
    let sides = [LogOf::Own, LogOf::Peer].into_iter();
    let logs = sides
        .flat_map(|of| all(of).map(move |state| (of, state)))
        .collect();
    Some(Heads {
        config,
        logs,
        contradictions: engine.contradictions(line).to_vec(),
    })
}

fn stored(journal: &SqliteJournal, key: &[u8]) -> Result<bundle::Entry, String> {
    let bytes = journal.get_blob(key).map_err(|why| why.to_string())?;
    let bytes = bytes.ok_or("the text of an entry is missing in the journal; run: detente doctor")?;
    let Entry { header, salt, body } = Entry::parse(&bytes).map_err(|why| why.to_string())?;
    Ok(bundle::Entry {
        header,
        opened: body.map(|body| bundle::Opened { salt, body }),
    })
}

/// The heads that a bundle of `entries` carries, by size: the cosigned ones, and the newest.
fn checkpoints(
    state: &LogState,
    mut heads: HeadsBySize,
    entries: &[bundle::Entry],
) -> Vec<bundle::Countersigned> {
    if let Some(cosigned) = &state.cosigned {
        heads.insert(state.cosigned_size, cosigned.clone());
    }
    if let Some(newest) = &state.head {
        heads.entry(state.size).or_insert_with(|| newest.clone());
    }
    let (sizes, heads): (Vec<u64>, Vec<Countersigned>) = heads.into_iter().unzip();
    let worth =
        |entry: &bundle::Entry| Header::parse(&entry.header).map_or(Worth::Talk, |h| Worth::of(&h.kind));
    let worths: Vec<Worth> = if sizes.len() > MAX_BUNDLE_HEADS {
        entries.iter().map(worth).collect()
    } else {
        Vec::new()
    };
    let kept = kept(&sizes, &worths);
    kept.into_iter().map(|at| countersigned(&heads[at])).collect()
}

fn countersigned(head: &Countersigned) -> bundle::Countersigned {
    let lines = head.cosignature.iter().map(|line| line.trim_end().to_owned());
    bundle::Countersigned {
        note: head.note.clone(),
        cosignatures: lines.collect(),
    }
}

/// The size that a key of [`head_key`] ends in.
fn size_in(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|size| u64::from_be_bytes(*size))
}

fn manifest(config: &LineConfig) -> Option<Manifest> {
    let (a, b) = match config.side {
        Side::A => (&config.own, &config.peer),
        Side::B => (&config.peer, &config.own),
    };
    let sides = [party_keys(a)?, party_keys(b)?];
    Some(Manifest {
        line: config.line.0.clone(),
        sides,
        witnesses: BTreeMap::new(),
    })
}

fn party_keys(keys: &KeySet) -> Option<PartyKeys> {
    let desk = |(desk, key): (&accord::ids::Desk, &String)| Some((desk.0.clone(), public_key(key)?));
    Some(PartyKeys {
        party: keys.party.clone(),
        log: public_key(&keys.log)?,
        cosign: public_key(&keys.cosign)?,
        desks: keys.desks.iter().map(desk).collect::<Option<_>>()?,
    })
}
