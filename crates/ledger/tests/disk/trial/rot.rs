//! Plain rot: one bit of a file flips while nobody looks.
//!
//! The process was closed or killed before; the power was not cut, so the file `acknowledged` tells the last record.
//! After a power cut it may tell an older one, and then a flipped bit in the write-ahead log looks like the end of
//! what was written.

use super::*;
use ledger::journal::{Finding, Verified};

/// How a flipped bit came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// The journal did not open and said why.
    RefusedAtOpening,
    /// It opened; verification or the doctor named it.
    Named,
    /// Nothing that is given out changed.
    Harmless,
    /// An older snapshot is given out than the newest: the records hold the same facts.
    OlderSnapshot,
}

/// One journal, one life, one flipped bit.
pub(crate) fn run(seed: u64) -> Result<Verdict, String> {
    let mut trial = Trial::new(seed, Ends::All, Size::Usual);
    let outcome = trial.one_flip();
    let verdict = outcome.clone();
    trial.result(seed, outcome.map(|_verdict| ()))?;
    verdict
}

impl Trial {
    fn one_flip(&mut self) -> Result<Verdict, String> {
        let fault = self.rng.chance(60).then_some(Fault::Kill);
        let steps = 60 + self.rng.below(300);
        let at_sync = self.rng.chance(50);
        self.plan(fault, steps, at_sync);
        let mut journal = self.open()?;
        for _ in 0..4 + self.rng.below(WORK_OF_A_LIFE) {
            let Some(open) = journal else { break };
            let work = work::next(&mut self.rng, &self.truth, Size::Usual);
            // A node never appends bodies without a record; the file `acknowledged` tells records alone.
            let bare = matches!(&work, Work::Append(records, _) if records.is_empty());
            journal = if bare {
                Some(open)
            } else {
                self.perform(open, &work)?
            };
        }
        if fault.is_some() && !self.disk.is_down() {
            self.disk.plan(Fault::Kill, 1);
        }
        self.end(journal, Leaves::Nothing)?;
        let flipped = self.flip()?;
        self.after_flip().map_err(|what| format!("{flipped}: {what}"))
    }

    fn flip(&mut self) -> Result<String, String> {
        const FILES: [&str; 8] = [
            "journal.sqlite",
            "journal.sqlite",
            "journal.sqlite",
            "journal.sqlite",
            "journal.sqlite-wal",
            "journal.sqlite-wal",
            "journal.sqlite-wal",
            "acknowledged",
        ];
        let name = FILES[self.rng.index(FILES.len())];
        let path = self.folder().join(name);
        let mut bytes = fs::read(&path).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(format!("{name} is empty"));
        }
        let (at, bit) = (self.rng.index(bytes.len()), self.rng.below(8));
        bytes[at] ^= 1 << bit;
        fs::write(&path, bytes).map_err(|error| error.to_string())?;
        Ok(format!("bit {bit} of byte {at} of {name} is flipped"))
    }

    fn after_flip(&mut self) -> Result<Verdict, String> {
        let journal = match SqliteJournal::open(&self.folder(), options()) {
            Ok(journal) => journal,
            Err(OpenError::Damaged(_) | OpenError::NotAJournal { .. } | OpenError::TooNew { .. }) => {
                return Ok(Verdict::RefusedAtOpening);
            }
            Err(other) => return Err(format!("it is not called damage: {other}")),
        };
        let (verified, found, given) = (journal.verify(), journal.doctor(), Given::by(&journal));
        let verdict = self.weigh(&verified, &found, given.as_ref())?;
        if verdict == Verdict::Harmless {
            self.goes_on(journal, given.as_ref())?;
        }
        Ok(verdict)
    }

    fn weigh(
        &self,
        verified: &Result<Verified, JournalError>,
        found: &[Finding],
        given: Result<&Given, &JournalError>,
    ) -> Result<Verdict, String> {
        let named = verified.is_err() || found.iter().any(|finding| finding.level > Level::Note);
        let given = match given {
            Err(_unreadable) if named => return Ok(Verdict::Named),
            Err(error) => return Err(format!("nothing is found, and reading says {error}")),
            Ok(given) => given,
        };
        // What nobody was told of may be undone.
        let known = [Some(&self.truth), self.otherwise.as_ref(), self.untold.as_ref()];
        let truths = || known.into_iter().flatten();
        if truths().any(|truth| truth.differs_from(given).is_none()) {
            return Ok(if named { Verdict::Named } else { Verdict::Harmless });
        }
        if named && truths().any(|truth| truth.holds(given)) {
            return Ok(Verdict::Named);
        }
        if truths().any(|truth| truth.with_snapshots_like(given).differs_from(given).is_none()) {
            return Ok(Verdict::OlderSnapshot);
        }
        Err(format!(
            "given out as content, verified {verified:?}, found {found:?}"
        ))
    }

    /// What was taken for harmless must stay so, and is the truth from here on.
    fn goes_on(
        &mut self,
        journal: SqliteJournal,
        given: Result<&Given, &JournalError>,
    ) -> Result<(), String> {
        drop(journal);
        let undone = self.untold.take();
        if let Some(before) =
            undone.filter(|before| given.is_ok_and(|given| before.differs_from(given).is_none()))
        {
            self.truth = before;
        }
        let mut journal = self.open()?.ok_or("it does not open a second time")?;
        for _ in 0..3 {
            let work = work::next(&mut self.rng, &self.truth, Size::Usual);
            journal = self.perform(journal, &work)?.ok_or("it does not go on")?;
        }
        drop(journal);
        self.open().map(|_journal| ())
    }
}
