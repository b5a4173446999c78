//! A disk that fills: levels, the reserve, and writes that fail whole.

use super::*;
use crate::journal::doctor::Level;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const MIB: u64 = 1024 * 1024;

/// A disk whose free space the test sets; `u64::MAX` stands for one that does not say.
#[derive(Clone, Default)]
struct Gauge(Arc<AtomicU64>);

impl Gauge {
    fn set(&self, free: u64) {
        self.0.store(free, Ordering::Relaxed);
    }
}

impl SpaceProbe for Gauge {
    fn free_bytes(&self, _dir: &Path) -> io::Result<u64> {
        match self.0.load(Ordering::Relaxed) {
            u64::MAX => Err(io::Error::other("no answer")),
            free => Ok(free),
        }
    }
}

fn gauged(gauge: &Gauge) -> Options {
    Options {
        reserve_bytes: 16 * MIB,
        low_water_bytes: 64 * MIB,
        full_below_bytes: 8 * MIB,
        probe: Box::new(gauge.clone()),
        ..Options::default()
    }
}

fn roomy() -> (TempDir, Gauge, SqliteJournal) {
    let dir = folder();
    let gauge = Gauge::default();
    gauge.set(1024 * MIB);
    let journal = SqliteJournal::open(dir.path(), gauged(&gauge)).unwrap();
    (dir, gauge, journal)
}

fn reserve_of(dir: &TempDir) -> u64 {
    std::fs::metadata(dir.path().join(space::FILE_NAME))
        .unwrap()
        .len()
}

/// Lets SQLite's file grow no further than it is: its own `SQLITE_FULL`.
fn fill_disk(journal: &SqliteJournal) {
    let connection = journal.reader().connection;
    let pages: i64 = connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    let limit = format!("PRAGMA max_page_count = {pages}");
    let granted: i64 = connection.query_row(&limit, [], |row| row.get(0)).unwrap();
    assert_eq!(granted, pages);
}

#[test]
fn levels_follow_the_disk_and_count_the_reserve() {
    let (_dir, gauge, journal) = roomy();
    let at = |free| {
        gauge.set(free);
        journal.space()
    };
    assert_eq!(at(64 * MIB), Space::Normal);
    assert_eq!(at(64 * MIB - 1), Space::ReserveOnly);
    assert_eq!(at(0), Space::ReserveOnly, "the reserve is still there");
    assert_eq!(
        at(u64::MAX),
        Space::ReserveOnly,
        "a disk that does not say is not taken for an empty one"
    );
}

#[test]
fn reserve_is_given_up_before_the_disk_is_full_and_space_says_when_it_is() {
    let (dir, gauge, mut journal) = roomy();
    assert_eq!(reserve_of(&dir), 16 * MIB);
    gauge.set(0);
    let mut steps = Vec::new();
    for seq in 1..=5 {
        journal.append(seq, &run(seq, 1), &[]).unwrap();
        steps.push((reserve_of(&dir) / MIB, journal.space()));
    }
    use Space::{Full, ReserveOnly};
    assert_eq!(
        steps,
        [
            (12, ReserveOnly),
            (8, ReserveOnly),
            (4, Full),
            (0, Full),
            (0, Full)
        ]
    );
    assert_eq!(
        journal.verify().unwrap().records,
        5,
        "the node's own safety acts still pass"
    );
}

#[test]
fn reserve_grows_back_when_there_is_room() {
    let (dir, gauge, mut journal) = roomy();
    gauge.set(0);
    journal.append(1, &run(1, 1), &[]).unwrap();
    assert_eq!(reserve_of(&dir), 12 * MIB);
    gauge.set(67 * MIB);
    journal.tend_reserve().unwrap();
    assert_eq!(
        reserve_of(&dir),
        12 * MIB,
        "growing would take the disk below its low water mark"
    );
    assert_eq!(journal.space(), Space::ReserveOnly);
    gauge.set(68 * MIB);
    journal.tend_reserve().unwrap();
    assert_eq!((reserve_of(&dir), journal.space()), (16 * MIB, Space::Normal));
}

#[test]
fn full_disk_refuses_the_append_and_leaves_everything_as_it_was() {
    let (_dir, _gauge, mut journal) = roomy();
    journal.append(1, &run(1, 3), &[blob("a")]).unwrap();
    let before = journal.verify().unwrap();
    fill_disk(&journal);
    let large = Record {
        seq: 4,
        data: vec![7; 100_000],
    };
    assert_eq!(
        journal.append(4, std::slice::from_ref(&large), &[blob("b")]),
        Err(AppendError::Full)
    );
    assert_eq!(journal.next_seq(), 4);
    assert_eq!(journal.verify().unwrap(), before);
    assert_eq!(journal.get_blob(b"b").unwrap(), None);
    journal
        .reader()
        .connection
        .execute_batch("PRAGMA max_page_count = 1000000")
        .unwrap();
    journal.append(4, &[large], &[blob("b")]).unwrap();
    assert_eq!(journal.verify().unwrap().records, 4);
}

#[test]
fn full_disk_takes_the_reserve_and_tries_once_more() {
    let (dir, gauge, mut journal) = roomy();
    journal.append(1, &run(1, 3), &[]).unwrap();
    fill_disk(&journal);
    gauge.set(0);
    let large = Record {
        seq: 4,
        data: vec![7; 100_000],
    };
    assert_eq!(journal.append(4, &[large], &[]), Err(AppendError::Full));
    assert_eq!(
        reserve_of(&dir),
        8 * MIB,
        "once before the write, once after it failed"
    );
}

#[test]
fn snapshot_never_takes_the_reserve_or_the_space_below_the_low_water_mark() {
    let (dir, gauge, mut journal) = roomy();
    journal.append(1, &run(1, 3), &[]).unwrap();
    gauge.set(64 * MIB + 100);
    assert_eq!(
        journal.save_snapshot(3, b"state"),
        Err(AppendError::NoRoomForSnapshot)
    );
    assert_eq!(
        (reserve_of(&dir), journal.newest_snapshot().unwrap()),
        (16 * MIB, None)
    );
    gauge.set(66 * MIB);
    journal.save_snapshot(3, b"state").unwrap();
    assert!(journal.newest_snapshot().unwrap().is_some());
}

#[test]
fn journal_opens_on_a_disk_too_full_for_its_reserve() {
    let dir = folder();
    let gauge = Gauge::default();
    let mut journal = SqliteJournal::open(dir.path(), gauged(&gauge)).unwrap();
    assert_eq!((reserve_of(&dir), journal.space()), (0, Space::Full));
    journal.append(1, &run(1, 1), &[]).unwrap();
    let findings = journal.doctor();
    assert!(
        findings
            .iter()
            .any(|f| f.level == Level::Warning && f.text.contains("does not cosign"))
    );
}

#[test]
fn journal_on_a_full_disk_gives_up_reserve_to_open() {
    let (dir, gauge, mut journal) = roomy();
    journal.append(1, &run(1, 3), &[]).unwrap();
    drop(journal);
    gauge.set(0);
    let journal = SqliteJournal::open(dir.path(), gauged(&gauge)).unwrap();
    assert_eq!(
        (reserve_of(&dir), journal.space()),
        (12 * MIB, Space::ReserveOnly)
    );
}

#[test]
fn default_reserve_is_taken_from_the_disk_at_once() {
    use std::os::unix::fs::MetadataExt;
    let dir = folder();
    let journal = SqliteJournal::open(dir.path(), Options::default()).unwrap();
    let reserve = std::fs::metadata(dir.path().join(space::FILE_NAME)).unwrap();
    assert_eq!(
        (journal.space(), reserve.len()),
        (Space::Normal, limits::RESERVE_BYTES)
    );
    assert!(reserve.blocks() * 512 >= limits::RESERVE_BYTES);
}

/// A disk of a size that the test sets, on which there is nothing but the reserve.
struct Small(Arc<AtomicU64>);

impl SpaceProbe for Small {
    fn free_bytes(&self, dir: &Path) -> io::Result<u64> {
        let held = std::fs::metadata(dir.join(space::FILE_NAME))?.len();
        Ok(self.0.load(Ordering::Relaxed).saturating_sub(held))
    }
}

#[test]
fn what_a_write_did_not_use_is_reserve_again_before_anybody_takes_it() {
    let (dir, size) = (folder(), Arc::new(AtomicU64::new(1024 * MIB)));
    let probe = Box::new(Small(Arc::clone(&size)));
    let options = Options {
        probe,
        ..gauged(&Gauge::default())
    };
    let mut journal = SqliteJournal::open(dir.path(), options).unwrap();
    assert_eq!(reserve_of(&dir), 16 * MIB);
    for seq in 1..=20 {
        size.store(reserve_of(&dir), Ordering::Relaxed); // somebody takes all that is free
        journal.append(seq, &run(seq, 1), &[]).unwrap();
    }
    assert_eq!(
        (reserve_of(&dir), journal.space()),
        (16 * MIB, Space::ReserveOnly)
    );
}
