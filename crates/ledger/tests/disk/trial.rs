//! One trial: a journal that lives several lives on one disk, each ended by what was drawn for it.
//!
//! What must hold, checked whenever a life begins:
//!
//! 1. Everything acknowledged is given out, whole and in order.
//! 2. Nothing else is, except the one transaction under way when the life ended, whole.
//! 3. What was once given out after an opening is as good as acknowledged: the node has acted on it.
//! 4. Records, chain, bodies, snapshots and SQLite's own structure verify, and the doctor finds no damage.
//! 5. No file of the journal holds the bytes of a body whose erasure was acknowledged.
//! 6. A backup that was acknowledged is there and restores to what the journal held; one that was not is there
//!    whole or not at all.

pub(crate) mod rot;

use crate::truth::{Given, Truth};
use crate::work::{self, Size, Work};
use ledger::journal::{
    AppendError, DiskProbe, Journal, JournalError, Level, OpenError, Options, Schema, SpaceProbe,
    SqliteJournal, restore,
};
use powercut::{Counts, Disk, Fault, Leaves, Rng};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Files of the folder that hold nothing a crash could spoil: a lock, space, and SQLite's shared index, which the
/// first opening makes anew.
pub(crate) const PASSING: &[&str] = &["lock", "reserve", "-shm"];

/// Lives of a trial before the last, quiet one.
const LIVES: u64 = 4;

/// Things asked of the journal in one life, at most.
const WORK_OF_A_LIFE: u64 = 16;

/// How far off the end of a life is, in steps: an opening takes about 30 and an append about 10.
const STEPS_OFF: [u64; 4] = [12, 40, 120, 400];

/// Of a hundred ends, how many wait for a synchronisation.
const AT_SYNC: u64 = 40;

/// Of a hundred lives that came to the end of their work, how many end there and not while they close.
const AT_ONCE: u64 = 70;

/// Of a hundred lives in which calls failed, how many end with a power cut as well.
const CUT_TOO: u64 = 40;

/// Which ends are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// Power cuts alone.
    PowerCuts,
    /// Power cuts, deaths of the process, and calls that fail.
    All,
}

/// What a trial did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) trials: u64,
    pub(crate) kills: u64,
    pub(crate) faults: u64,
    pub(crate) quiet_ends: u64,
    pub(crate) appends: u64,
    pub(crate) records: u64,
    pub(crate) erasures: u64,
    pub(crate) snapshots: u64,
    pub(crate) backups: u64,
    pub(crate) openings: u64,
    /// Transactions under way at the end of a life that were there in the next.
    pub(crate) under_way_kept: u64,
    /// Those that were not.
    pub(crate) under_way_gone: u64,
    pub(crate) steps: u64,
    pub(crate) disk: Counts,
    pub(crate) digest: u64,
}

pub(crate) struct Trial {
    rng: Rng,
    size: Size,
    ends: Ends,
    root: TempDir,
    disk: Disk,
    truth: Truth,
    /// What the journal holds if the transaction under way was kept.
    otherwise: Option<Truth>,
    /// What the journal held before the last thing done, where nobody was told that it was done: the process died in
    /// the call, or an erasure was to be asked for again.
    untold: Option<Truth>,
    /// Keys of bodies whose erasure was acknowledged.
    erased: Vec<Vec<u8>>,
    /// Backups, what they hold, and whether they were acknowledged.
    backups: Vec<(PathBuf, Truth, bool)>,
    /// What was planned for this life.
    fault: Option<Fault>,
    story: Vec<String>,
    pub(crate) tally: Tally,
}

/// Runs the trial of a seed; fails with its story.
pub(crate) fn run(seed: u64, ends: Ends, size: Size, lying: bool) -> Result<Tally, String> {
    let mut trial = Trial::new(seed, ends, size);
    if lying {
        trial.disk.lie();
    }
    let outcome = trial.all_lives();
    trial.result(seed, outcome)
}

/// Room that memory must have before folders are made there: some large trials at once.
const MEMORY_BYTES: u64 = 1 << 30;

/// A folder in memory where there is room: a trial synchronises often and means none of it.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("detente-disk-");
    let room = DiskProbe.free_bytes(memory).unwrap_or(0);
    let made = if room >= MEMORY_BYTES {
        builder.tempdir_in(memory)
    } else {
        builder.tempdir()
    };
    made.expect("a temporary folder can be made")
}

pub(crate) fn options() -> Options {
    Options {
        reserve_bytes: 0,
        low_water_bytes: 0,
        full_below_bytes: 0,
        ..Options::default()
    }
}

impl Trial {
    pub(crate) fn new(seed: u64, ends: Ends, size: Size) -> Self {
        let root = folder();
        fs::create_dir(root.path().join("backups")).expect("a folder can be made");
        let disk = Disk::watch(root.path(), PASSING).expect("the folder can be watched");
        Trial {
            rng: Rng::new(seed),
            size,
            ends,
            root,
            disk,
            truth: Truth::default(),
            otherwise: None,
            untold: None,
            erased: Vec::new(),
            backups: Vec::new(),
            fault: None,
            story: Vec::new(),
            tally: Tally {
                trials: 1,
                ..Tally::default()
            },
        }
    }

    fn all_lives(&mut self) -> Result<(), String> {
        for _ in 0..LIVES {
            self.life()?;
        }
        self.last_life()
    }

    /// A life without faults, and then everything once more.
    pub(crate) fn last_life(&mut self) -> Result<(), String> {
        let mut journal = self.open()?.ok_or("the last opening failed")?;
        for _ in 0..3 {
            let work = work::next(&mut self.rng, &self.truth, Size::Usual);
            journal = self.perform(journal, &work)?.ok_or("the last life ended early")?;
        }
        drop(journal);
        drop(self.open()?);
        if self.disk.counts().unseen > 0 {
            return Err("bytes came into a file by calls that the disk does not see".to_owned());
        }
        self.restore_backups()
    }

    /// One life, from opening to its end, and what the end leaves of the disk.
    fn life(&mut self) -> Result<(), String> {
        let fault = self.draw_end();
        let off = STEPS_OFF[self.rng.index(STEPS_OFF.len())];
        let steps = 1 + self.rng.below(off);
        let at_sync = fault != Some(Fault::Read) && self.rng.chance(AT_SYNC);
        self.plan(fault, steps, at_sync);
        let mut journal = self.open()?;
        for _ in 0..self.rng.below(WORK_OF_A_LIFE) {
            let Some(open) = journal else { break };
            let work = work::next(&mut self.rng, &self.truth, self.size);
            journal = self.perform(open, &work)?;
        }
        let sudden = matches!(fault, Some(Fault::PowerCut | Fault::Kill));
        if sudden && !self.disk.is_down() && self.rng.chance(AT_ONCE) {
            self.disk.plan(fault.unwrap_or(Fault::Kill), 1);
        }
        let leaves = self.draw_leaves();
        self.end(journal, leaves)
    }

    /// A life of a fixed script; says whether the fault struck in it.
    pub(crate) fn scripted(
        &mut self,
        script: &[Work],
        fault: Option<Fault>,
        steps: u64,
        leaves: Leaves,
    ) -> Result<bool, String> {
        self.plan(fault, steps, false);
        let mut journal = self.open()?;
        for work in script {
            let Some(open) = journal else { break };
            journal = self.perform(open, work)?;
        }
        drop(journal);
        let struck = self.disk.has_struck();
        self.end(None, leaves)?;
        Ok(struck)
    }

    fn plan(&mut self, fault: Option<Fault>, steps: u64, at_sync: bool) {
        let when = if at_sync {
            "at the first synchronisation after"
        } else {
            "in"
        };
        self.story
            .push(format!("-- a life: {fault:?} {when} {steps} steps"));
        self.fault = fault;
        match fault {
            Some(fault) if at_sync => self.disk.plan_at_sync(fault, steps),
            Some(fault) => self.disk.plan(fault, steps),
            None => {}
        }
    }

    fn draw_end(&mut self) -> Option<Fault> {
        let calls = 1 + self.rng.below(4);
        let draw = self.rng.below(20);
        match (self.ends, draw) {
            (_, 0) => None,
            (Ends::PowerCuts, _) | (_, 1..=9) => Some(Fault::PowerCut),
            (_, 10..=12) => Some(Fault::Kill),
            (_, 13 | 14) => Some(Fault::Error { calls }),
            (_, 15 | 16) => Some(Fault::ErrorForgotten { calls }),
            (_, 17 | 18) => Some(Fault::Full { calls: calls * 3 }),
            _ => Some(Fault::Read),
        }
    }

    /// Opens and checks; `None` where what was planned struck first.
    fn open(&mut self) -> Result<Option<SqliteJournal>, String> {
        self.check_erased()?;
        let journal = match SqliteJournal::open(&self.folder(), options()) {
            Ok(journal) => journal,
            Err(error) => return self.refused(&error),
        };
        self.tally.openings += 1;
        match self.check(&journal) {
            Err(_because_of_it) if self.disk.has_struck() => Ok(None),
            Err(what) => Err(what),
            Ok(()) => Ok(Some(journal)),
        }
    }

    /// A refusal is right only where a fault caused it, and is then not said to be damage, unless by SQLite, which
    /// takes a page that cannot be read for one that is damaged.
    fn refused(&self, error: &OpenError) -> Result<Option<SqliteJournal>, String> {
        match error {
            OpenError::System { .. } if self.disk.has_struck() => Ok(None),
            OpenError::Damaged(JournalError::Read { .. }) if self.disk.has_struck() => Ok(None),
            OpenError::Damaged(JournalError::File { .. } | JournalError::Record { .. })
                if self.fault == Some(Fault::Read) && self.disk.has_struck() =>
            {
                Ok(None)
            }
            _ => Err(format!("the journal does not open: {error}")),
        }
    }

    fn check(&mut self, journal: &SqliteJournal) -> Result<(), String> {
        let verified = journal
            .verify()
            .map_err(|error| format!("it does not verify: {error}"))?;
        let given = Given::by(journal).map_err(|error| format!("it cannot be read: {error}"))?;
        if let Some(truth) = self.otherwise.take() {
            if truth.differs_from(&given).is_none() {
                self.tally.under_way_kept += 1;
                self.truth = truth;
            } else {
                self.tally.under_way_gone += 1;
            }
        }
        if let Some(difference) = self.truth.differs_from(&given) {
            return Err(format!(
                "acknowledged: {}; given out: {difference}",
                self.truth.words()
            ));
        }
        if verified.records != self.truth.newest() {
            return Err(format!("{} records verify", verified.records));
        }
        let found = journal.doctor();
        // After a power cut the witness may be missing, and says so itself.
        let known = |text: &str| text.contains("`acknowledged`");
        match found
            .iter()
            .find(|one| one.level > Level::Note && !known(&one.text))
        {
            Some(finding) => Err(format!("the doctor finds {finding}")),
            None => Ok(()),
        }
    }

    /// Does one thing; `None` where the life ends with it.
    fn perform(&mut self, mut journal: SqliteJournal, work: &Work) -> Result<Option<SqliteJournal>, String> {
        self.story
            .push(format!("step {}: {}", self.disk.steps(), work.words()));
        match work {
            Work::Append(records, blobs) => {
                let next = journal.next_seq();
                let after = self.truth.appended(records, blobs);
                let done = journal.append(next, records, blobs);
                self.tally.appends += u64::from(done.is_ok());
                self.tally.records += if done.is_ok() { records.len() as u64 } else { 0 };
                self.judge(journal, done, after)
            }
            Work::Snapshot(upto, data) => {
                let after = self.truth.with_snapshot(*upto, data);
                let done = journal.save_snapshot(*upto, data);
                self.tally.snapshots += u64::from(done.is_ok());
                self.judge(journal, done, after)
            }
            Work::Erase(key) => {
                let after = self.truth.erased(key);
                let done = journal.erase_blob(key);
                if done == Ok(true) {
                    self.tally.erasures += 1;
                    self.erased.push(key.clone());
                }
                self.judge(journal, done.map(|_| ()), after)
            }
            Work::Backup => self.back_up(journal),
            Work::Reopen => {
                drop(journal);
                self.open()
            }
        }
    }

    /// What an answer means for the truth.
    fn judge(
        &mut self,
        journal: SqliteJournal,
        done: Result<(), AppendError>,
        after: Truth,
    ) -> Result<Option<SqliteJournal>, String> {
        match done {
            Ok(()) if self.disk.is_down() => self.untold = Some(std::mem::replace(&mut self.truth, after)),
            Ok(()) => self.truth = after,
            Err(error) if !self.disk.has_struck() => return Err(format!("refused without a fault: {error}")),
            Err(AppendError::Full) => {}
            // The body is gone from the database; only its bytes may be left somewhere.
            Err(AppendError::EraseUnfinished { .. }) => {
                self.untold = Some(std::mem::replace(&mut self.truth, after));
            }
            Err(AppendError::Disk { .. } | AppendError::Stopped { .. }) => {
                self.otherwise.get_or_insert(after);
                return self.dies(journal);
            }
            Err(other) => return Err(format!("a fault of the disk was called another: {other}")),
        }
        Ok(Some(journal))
    }

    /// The journal is stopped: it takes nothing more, and the process ends.
    fn dies(&mut self, mut journal: SqliteJournal) -> Result<Option<SqliteJournal>, String> {
        let next = journal.next_seq();
        match journal.append(next, &[], &[]) {
            Err(AppendError::Stopped { .. }) => Ok(None),
            other => Err(format!("a stopped journal answered {other:?}")),
        }
    }

    fn back_up(&mut self, journal: SqliteJournal) -> Result<Option<SqliteJournal>, String> {
        let to = self
            .root
            .path()
            .join("backups")
            .join(format!("b{}", self.backups.len()));
        match journal.backup(&to) {
            Ok(verified) if verified.records == self.truth.newest() => {
                self.tally.backups += 1;
                self.backups.push((to, self.truth.clone(), true));
            }
            Ok(verified) => return Err(format!("a backup with {} records", verified.records)),
            Err(error) if !self.disk.has_struck() => {
                return Err(format!("no backup without a fault: {error}"));
            }
            // Where the disk refused to remove it too, it may be there; whole, as is seen when it is restored.
            Err(_failed) => self.backups.push((to, self.truth.clone(), false)),
        }
        Ok(Some(journal))
    }

    /// The process is gone; what was planned has happened now at the latest.
    fn end(&mut self, journal: Option<SqliteJournal>, leaves: Leaves) -> Result<(), String> {
        drop(journal);
        let struck = self.disk.has_struck();
        match self.fault {
            Some(Fault::PowerCut) => {}
            Some(Fault::Kill) if struck => self.tally.kills += 1,
            Some(_fault) if struck => self.tally.faults += 1,
            _ => self.tally.quiet_ends += 1,
        }
        let cut_too = self.fault.is_some_and(|fault| fault != Fault::Kill) && self.rng.chance(CUT_TOO);
        let done = match self.fault {
            Some(Fault::PowerCut) => self.disk.cut(leaves, &mut self.rng),
            Some(_failed) if cut_too => self.disk.cut(leaves, &mut self.rng),
            _ => self.disk.restart(),
        };
        done.map_err(|error| format!("the trial's own disk: {error}"))?;
        self.litter();
        Ok(())
    }

    fn draw_leaves(&mut self) -> Leaves {
        match self.rng.below(20) {
            0..=2 => Leaves::Nothing,
            3 | 4 => Leaves::Everything,
            5..=9 => Leaves::First,
            _ => Leaves::Any,
        }
    }

    /// An old shared index beside the database, full of rubbish: the next opening must not believe it.
    fn litter(&mut self) {
        let index = self.folder().join("journal.sqlite-shm");
        if !index.exists() && self.folder().exists() && self.rng.chance(20) {
            let rubbish: Vec<u8> = (0..32_768).map(|_| self.rng.below(256) as u8).collect();
            fs::write(index, rubbish).expect("the folder can be written");
        }
    }

    fn check_erased(&self) -> Result<(), String> {
        for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-journal"] {
            let bytes = fs::read(self.folder().join(name)).unwrap_or_default();
            let holds = |key: &Vec<u8>| {
                let needle = work::needle(key);
                bytes.windows(needle.len()).any(|window| window == needle)
            };
            if let Some(key) = self.erased.iter().find(|key| holds(key)) {
                let key = String::from_utf8_lossy(key);
                return Err(format!(
                    "{name} holds the body {key}, whose erasure was acknowledged"
                ));
            }
        }
        Ok(())
    }

    fn restore_backups(&mut self) -> Result<(), String> {
        for (index, (file, truth, acknowledged)) in std::mem::take(&mut self.backups).into_iter().enumerate()
        {
            if !acknowledged && !file.exists() {
                continue;
            }
            let to = self.root.path().join(format!("restored{index}"));
            restore(&file, &to, &Schema::default())
                .map_err(|error| format!("a backup does not restore: {error}"))?;
            let journal =
                SqliteJournal::open(&to, options()).map_err(|error| format!("restored: {error}"))?;
            let given = Given::by(&journal).map_err(|error| format!("restored: {error}"))?;
            if let Some(difference) = truth.differs_from(&given) {
                return Err(format!("a backup of {} holds {difference}", truth.words()));
            }
        }
        Ok(())
    }

    /// What the trial did, or its story.
    pub(crate) fn result(mut self, seed: u64, outcome: Result<(), String>) -> Result<Tally, String> {
        self.tally.steps = self.disk.steps();
        self.tally.disk = self.disk.counts();
        self.tally.digest = self.disk.digest();
        outcome
            .map(|()| self.tally)
            .map_err(|what| self.tell(seed, &what))
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("journal")
    }

    fn tell(&self, seed: u64, what: &str) -> String {
        let mut lines = vec![format!(
            "seed {seed}, {:?}, {:?}, step {}: {what}",
            self.ends,
            self.size,
            self.disk.steps()
        )];
        lines.extend(self.story.iter().cloned());
        lines.push("the last calls:".to_owned());
        lines.extend(self.disk.story());
        lines.join("\n    ")
    }
}
