//! The checks of one log.

use super::loss::{self, Loss, Run, Stated};
use super::{Cover, Failure, LogReport, Why};
use crate::bundle::{Countersigned, Entry, Log, Manifest};
use crate::canon::parse_canonical;
use crate::checkpoint::{Checkpoint, open_checkpoint};
use crate::cosign::verify_cosignature;
use crate::header::{Header, Seen};
use crate::keys::{PartyKeys, Verifier};
use crate::merkle::{Tree, empty_root};
use crate::note::NoteSignature;

/// A log, what it is checked against, and what was found so far.
///
/// The checks run in stages over all logs, so that the first failure is the cause and not what
/// follows from it in the other log: entries by themselves, what they had seen of each other,
/// checkpoints, then whether what was seen and is missing may be lost.
pub(super) struct Check<'a> {
    manifest: &'a Manifest,
    log: &'a Log,
    tree: &'a Tree,
    /// The log in the other direction, if the bundle holds it.
    peer: Option<&'a Tree>,
    verifier: &'a dyn Verifier,
    /// What each entry had seen, as far as they were read.
    pub(super) seen: Vec<Seen>,
    /// Entries that had seen more of the other log than there is.
    pub(super) loss: Option<Loss>,
    pub(super) report: LogReport,
}

/// Where a check failed.
type Fault = (Option<u64>, Why);

impl<'a> Check<'a> {
    pub(super) fn new(
        manifest: &'a Manifest,
        (log, tree): (&'a Log, &'a Tree),
        peer: Option<&'a Tree>,
        verifier: &'a dyn Verifier,
    ) -> Self {
        let report = LogReport {
            origin: log.origin.to_string(),
            party: manifest.keys_of(&log.origin).party.clone(),
            size: tree.size(),
            root: tree.root(),
            opened: 0,
            signed_size: 0,
            covers: Vec::new(),
            witnessed: 0,
            failure: None,
        };
        Check {
            manifest,
            log,
            tree,
            peer,
            verifier,
            seen: Vec::new(),
            loss: None,
            report,
        }
    }

    /// Each entry by itself.
    pub(super) fn entries(&mut self) -> Option<Failure> {
        self.stage(|check| {
            for (seq, entry) in (0..).zip(&check.log.entries) {
                let seen = check.entry(seq, entry).map_err(|why| (Some(seq), why))?;
                check.seen.push(seen);
                check.report.opened += u64::from(entry.opened.is_some());
            }
            Ok(())
        })
    }

    /// What the entries `had` seen of the peer's log, and its entries of this.
    pub(super) fn relations(
        &mut self,
        (had, peer_had): (&[Seen], &[Seen]),
        stated: &[Stated],
    ) -> Option<Failure> {
        let ended = loss::ended(stated, &self.log.origin.peer(), self.peer);
        self.stage(|check| {
            let mut before = Seen {
                size: 0,
                root: empty_root(),
            };
            for (seq, seen) in (0..).zip(had) {
                let place = |why| (Some(seq), why);
                match check.seen(seen, &before) {
                    Err(Why::SeenBeyond { held, .. }) if ended => {
                        not_in_turn(seq, peer_had).map_err(place)?;
                        check.lost(seq, *seen, held);
                    }
                    outcome => outcome.map_err(place)?,
                }
                before = *seen;
            }
            Ok(())
        })
    }

    /// Checkpoints and cosignatures.
    pub(super) fn checkpoints(&mut self) -> Option<Failure> {
        self.stage(|check| {
            for (n, countersigned) in (1..).zip(&check.log.checkpoints) {
                let checkpoint = check.checkpoint(n, &countersigned.note)?;
                check.report.signed_size = checkpoint.size;
                check
                    .cosignatures(&checkpoint, countersigned)
                    .map_err(|why| (None, why))?;
            }
            let (signed, size) = (check.report.signed_size, check.report.size);
            if signed < size {
                Err((Some(signed), Why::Uncovered))
            } else {
                Ok(())
            }
        })
    }

    /// Whether the peer agreed to have had what it has no more: it countersigned who saw it. And whether the
    /// two agreed where its log ended: of what they `agreed` on, one statement is enough.
    pub(super) fn losses(&mut self, agreed: &[Stated]) -> Option<Failure> {
        let ended = loss::ended(agreed, &self.log.origin.peer(), self.peer);
        self.stage(|check| {
            let cosigned = if ended { check.report.cosigned_size() } else { 0 };
            let Some(loss) = &check.loss else { return Ok(()) };
            let beyond = loss.runs.iter().find(|run| run.last >= cosigned);
            beyond.map_or(Ok(()), |run| {
                let (size, held) = (run.seen.size, loss.held);
                Err((Some(run.first.max(cosigned)), Why::SeenBeyond { size, held }))
            })
        })
    }

    /// Runs a stage unless one failed before, and gives the failure, which the report keeps.
    fn stage(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Fault>) -> Option<Failure> {
        if self.report.failure.is_none() {
            let outcome = run(self);
            self.report.failure = outcome.err().map(|(seq, why)| {
                let log = Some(self.report.origin.clone());
                Failure { log, seq, why }
            });
        }
        self.report.failure.clone()
    }

    fn entry(&self, seq: u64, entry: &Entry) -> Result<Seen, Why> {
        let header = Header::parse(&entry.header).map_err(Why::Header)?;
        if header.origin != self.report.origin {
            return Err(Why::OtherLog);
        }
        if header.seq != seq {
            return Err(Why::Order { stated: header.seq });
        }
        let desk = || header.desk.clone();
        let key = self
            .keys()
            .desks
            .get(&header.desk)
            .ok_or_else(|| Why::UnknownDesk { desk: desk() })?;
        if !header.verify(key, self.verifier) {
            return Err(Why::DeskSignature { desk: desk() });
        }
        if let Some(opened) = &entry.opened {
            parse_canonical(&opened.body).map_err(Why::Body)?;
            if Header::commitment(&opened.salt, &opened.body) != header.body {
                return Err(Why::Commitment);
            }
        }
        Ok(header.seen)
    }

    fn seen(&self, seen: &Seen, before: &Seen) -> Result<(), Why> {
        if seen.size < before.size {
            return Err(Why::SeenWentBack {
                before: before.size,
                now: seen.size,
            });
        }
        if seen.size > 0 && seen.size == before.size && seen.root != before.root {
            return Err(Why::SeenUntrue { size: seen.size });
        }
        let held = self.peer.map_or(0, Tree::size);
        match self.peer {
            _ if seen.size == 0 => Ok(()),
            Some(peer) if seen.size <= held && peer.root_at(seen.size) == seen.root => Ok(()),
            Some(_) if seen.size <= held => Err(Why::SeenUntrue { size: seen.size }),
            _ => Err(Why::SeenBeyond {
                size: seen.size,
                held,
            }),
        }
    }

    fn lost(&mut self, seq: u64, seen: Seen, held: u64) {
        let of = self.log.origin.peer();
        let loss = self.loss.get_or_insert_with(|| Loss {
            log: self.report.origin.clone(),
            runs: Vec::new(),
            party: self.manifest.keys_of(&of).party.clone(),
            of: of.to_string(),
            held,
            endings: Vec::new(),
        });
        match loss.runs.last_mut().filter(|run| run.seen == seen) {
            Some(run) => run.last = seq,
            None => loss.runs.push(Run {
                first: seq,
                last: seq,
                seen,
            }),
        }
    }

    /// A checkpoint that is signed, larger than the one before and over the entries of
    /// the bundle.
    fn checkpoint(&self, n: usize, note: &str) -> Result<Checkpoint, Fault> {
        let opened = open_checkpoint(note, &self.report.origin, &self.keys().log, self.verifier);
        let checkpoint = opened.map_err(|fault| (None, Why::Note { n, fault }))?;
        let (size, signed) = (checkpoint.size, self.report.signed_size);
        if n > 1 && size <= signed {
            return Err((None, Why::CheckpointOrder { n, size }));
        }
        if size > self.tree.size() {
            return Err((Some(self.tree.size()), Why::Missing { size }));
        }
        if self.tree.root_at(size) != checkpoint.root {
            return Err((Some(signed), Why::Root { size }));
        }
        Ok(checkpoint)
    }

    fn cosignatures(&mut self, checkpoint: &Checkpoint, countersigned: &Countersigned) -> Result<(), Why> {
        let size = checkpoint.size;
        let peer_origin = self.log.origin.peer();
        let peer_name = peer_origin.cosigner_name();
        for line in &countersigned.cosignatures {
            let signature = NoteSignature::parse(line).ok_or(Why::UnknownCosigner { size })?;
            let name = signature.name;
            let by_peer = name == peer_name;
            let peer_key = by_peer.then(|| &self.manifest.keys_of(&peer_origin).cosign);
            let key = peer_key.or_else(|| self.manifest.witnesses.get(&name));
            let key = key.ok_or(Why::UnknownCosigner { size })?;
            let time_s = verify_cosignature(checkpoint, line, &name, key, self.verifier);
            let time_s = time_s.ok_or(Why::Cosignature { size, name })?;
            if by_peer {
                self.report.covers.push(Cover { size, time_s });
            } else {
                self.report.witnessed += 1;
            }
        }
        Ok(())
    }

    fn keys(&self) -> &'a PartyKeys {
        self.manifest.keys_of(&self.log.origin)
    }
}

/// Entry `seq` had seen all that is left of the peer's log, and more: none of that can have seen it.
fn not_in_turn(seq: u64, peer_had: &[Seen]) -> Result<(), Why> {
    let by = peer_had.partition_point(|had| had.size <= seq);
    if by < peer_had.len() {
        Err(Why::SeenInTurn { by: by as u64 })
    } else {
        Ok(())
    }
}
