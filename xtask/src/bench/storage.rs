//! What one durable commit costs here: the journal against the bare disk.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ledger::journal::{Journal, Options, Record, SqliteJournal};

use super::{Row, Section, Verdict};

/// A record of a notice is about this long, in bytes.
const RECORD_BYTES: usize = 600;
/// Records a busy line commits at once.
const BATCH: u64 = 64;
/// The bare file wraps at this size, in bytes, as a write-ahead log does after a checkpoint.
const WRAP_BYTES: u64 = 4 << 20;
/// Rounds go by turns in blocks of this many, so that both sides see the same disk.
const BLOCK: usize = 50;
/// Journal over bare disk, at most: one commit may cost this many bare ones.
const AIM_RATIO: u128 = 3;
/// Records a second at [`BATCH`], at least: a line must carry 5 000 acts/s, and an act costs its node two records,
/// itself and its cosignature.
const AIM_RECORDS_PER_S: u128 = 10_000;

/// Measures bare writes and commits of one and of [`BATCH`] records, in turns, for `budget`.
pub(super) fn run(budget: Duration) -> Section {
    let dir = folder("storage");
    let mut bare = Bare::open(&dir);
    let mut journal =
        SqliteJournal::open(&dir.join("journal"), Options::default()).expect("a new journal opens");
    let (mut bare_times, mut one_times, mut batch_times) =
        (Times::default(), Times::default(), Times::default());
    let start = Instant::now();
    while start.elapsed() < budget {
        bare_times.block(|| bare.commit());
        one_times.block(|| append(&mut journal, 1));
        batch_times.block(|| append(&mut journal, BATCH));
    }
    drop(journal);
    // The folder lies under the build's own and goes with it if this fails.
    let _ = fs::remove_dir_all(&dir);
    Section {
        title: "Storage: one durable commit".to_owned(),
        rows: rows(&bare_times, &one_times, &batch_times),
    }
}

fn rows(bare: &Times, one: &Times, batch: &Times) -> Vec<Row> {
    let floor = format!("{} µs", bare.at(50));
    let against = |what: &str, times: &Times, percent: usize| {
        let (ours, other) = (times.at(percent), bare.at(percent));
        let met = ours <= AIM_RATIO * other;
        Row {
            what: what.to_owned(),
            ours: format!("{ours} µs"),
            other: format!("{other} µs"),
            ratio: ratio(ours, other),
            aim: format!("≤ {AIM_RATIO}"),
            verdict: verdict(met),
        }
    };
    let per_s = 1_000_000 * u128::from(BATCH) / batch.at(50).max(1);
    vec![
        Row {
            what: format!(
                "bare write of {RECORD_BYTES} bytes and fdatasync, median of {}",
                bare.micros.len()
            ),
            ours: String::new(),
            other: floor,
            ratio: "1.0".to_owned(),
            aim: String::new(),
            verdict: Verdict::Reference,
        },
        against("journal, 1 record a commit, median", one, 50),
        against("journal, 1 record a commit, 99th percentile", one, 99),
        against(&format!("journal, {BATCH} records a commit, median"), batch, 50),
        Row {
            what: format!("journal, {BATCH} records a commit, records a second"),
            ours: per_s.to_string(),
            other: AIM_RECORDS_PER_S.to_string(),
            ratio: ratio(per_s, AIM_RECORDS_PER_S),
            aim: "≥ 1".to_owned(),
            verdict: verdict(per_s >= AIM_RECORDS_PER_S),
        },
    ]
}

pub(super) fn verdict(met: bool) -> Verdict {
    if met { Verdict::Met } else { Verdict::Missed }
}

/// `a / b` with one decimal, in integers.
pub(super) fn ratio(a: u128, b: u128) -> String {
    let tenths = (10 * a + b / 2) / b.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn append(journal: &mut SqliteJournal, count: u64) {
    let next = journal.next_seq();
    let records: Vec<Record> = (next..next + count)
        .map(|seq| Record {
            seq,
            data: vec![b'x'; RECORD_BYTES],
        })
        .collect();
    journal
        .append(next, &records, &[])
        .expect("a disk with room takes a record");
}

/// A folder of this process beside the program, so on the disk the build lies on.
pub(super) fn folder(of: &str) -> PathBuf {
    let program = std::env::current_exe().expect("a running program has a path");
    let dir = program.with_file_name(format!("bench-{of}-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("the build's folder takes a folder");
    dir
}

/// A file written in place, as bare as a durable write gets.
pub(super) struct Bare {
    file: File,
    written: u64,
}

impl Bare {
    /// A new file in `dir`.
    pub(super) fn open(dir: &Path) -> Bare {
        let path = dir.join("bare");
        let mut file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .open(path)
            .expect("a new file opens");
        let zeros = vec![0; usize::try_from(WRAP_BYTES).expect("a few MiB fit in memory")];
        file.write_all(&zeros)
            .and_then(|()| file.sync_all())
            .expect("a disk with room takes the file");
        Bare { file, written: 0 }
    }

    /// One small durable write.
    pub(super) fn commit(&mut self) {
        let record = [b'x'; RECORD_BYTES];
        let end = self.written + RECORD_BYTES as u64;
        self.written = if end > WRAP_BYTES { 0 } else { self.written };
        let written = self
            .file
            .seek(SeekFrom::Start(self.written))
            .and_then(|_| self.file.write_all(&record));
        written
            .and_then(|()| self.file.sync_data())
            .expect("a written file takes the same again");
        self.written += RECORD_BYTES as u64;
    }
}

/// Durations of single commits, in µs.
#[derive(Default)]
pub(super) struct Times {
    micros: Vec<u128>,
}

impl Times {
    /// Adds one duration.
    pub(super) fn add(&mut self, duration: Duration) {
        self.micros.push(duration.as_micros());
    }

    fn block(&mut self, mut commit: impl FnMut()) {
        for _ in 0..BLOCK {
            let start = Instant::now();
            commit();
            self.micros.push(start.elapsed().as_micros());
        }
    }

    /// The value `percent` of all are at or below; 1 µs at least, so that it divides.
    pub(super) fn at(&self, percent: usize) -> u128 {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        sorted
            .get(sorted.len().saturating_sub(1) * percent / 100)
            .copied()
            .unwrap_or(0)
            .max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_round_to_the_nearest_tenth() {
        assert_eq!(
            [ratio(30, 20), ratio(1, 3), ratio(2, 3), ratio(5, 0)],
            ["1.5", "0.3", "0.7", "50.0"]
        );
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let times = Times {
            micros: (1..=100).rev().collect(),
        };
        assert_eq!(
            [times.at(0), times.at(50), times.at(99), times.at(100)],
            [1, 50, 99, 100]
        );
    }

    #[test]
    fn a_section_carries_both_sides_of_every_ratio() {
        let section = run(Duration::from_millis(1));
        assert_eq!(section.rows.len(), 5);
        assert!(
            section
                .rows
                .iter()
                .all(|row| !row.other.is_empty() && !row.ratio.is_empty())
        );
    }
}
