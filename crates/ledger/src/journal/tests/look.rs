//! Journals that are only read.

use super::damage::{copy_of, flip, meddle};
use super::*;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;

fn look(dir: &Path) -> Result<ReadOnlyJournal, OpenError> {
    ReadOnlyJournal::open(dir, Schema::default())
}

fn refused(dir: &Path) -> OpenError {
    look(dir).err().expect("it is refused")
}

/// Every file of a folder.
fn files(dir: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let listed = fs::read_dir(dir).unwrap().map(Result::unwrap);
    listed
        .map(|item| (item.file_name(), fs::read(item.path()).unwrap()))
        .collect()
}

/// Reads all of a journal, and finds its folder as it was.
fn read_untouched(dir: &Path, count: u64) {
    let before = files(dir);
    let journal = look(dir).unwrap();
    assert_eq!(journal.newest_seq(), count);
    assert_eq!(journal.records(1, usize::MAX).unwrap(), run(1, count));
    assert_eq!(journal.faults(), []);
    drop(journal);
    let after = files(dir);
    assert!(before == after, "{:?} was {:?}", after.keys(), before.keys());
}

#[test]
fn journal_that_was_closed_is_read_and_stays_as_it_is() {
    read_untouched(filled(30).path(), 30);
}

#[test]
fn journal_that_crashed_is_read_with_its_log_and_stays_as_it_is() {
    let dir = folder();
    let mut journal = open(dir.path());
    journal.append(1, &run(1, 9), &[]).unwrap();
    read_untouched(copy_of(dir.path()).path(), 9);
}

#[test]
fn journal_that_is_written_is_read_as_it_stood() {
    let dir = folder();
    let mut writer = open(dir.path());
    writer.append(1, &run(1, 9), &[]).unwrap();
    let journal = look(dir.path()).unwrap();
    writer.append(10, &run(10, 5), &[]).unwrap();
    assert_eq!(journal.records(1, usize::MAX).unwrap(), run(1, 9));
    assert_eq!(
        look(dir.path()).unwrap().records(8, usize::MAX).unwrap(),
        run(8, 7)
    );
    writer.append(15, &run(15, 1), &[]).unwrap();
}

#[test]
fn journal_that_a_node_begins_to_write_while_it_is_read_is_to_be_read_anew() {
    let dir = filled(9);
    let journal = look(dir.path()).unwrap();
    journal.records(1, 4).unwrap();
    let mut writer = open(dir.path());
    writer.append(10, &run(10, 200), &[]).unwrap();
    drop(writer);
    let stopped = journal.records(5, 4).unwrap_err().to_string();
    assert!(stopped.contains("meanwhile"), "{stopped}");
    assert_eq!(look(dir.path()).unwrap().newest_seq(), 209);
}

#[test]
fn folder_without_a_journal_is_named_and_gets_none() {
    let dir = folder();
    assert!(matches!(refused(dir.path()), OpenError::NoJournal { .. }));
    assert!(matches!(
        refused(&dir.path().join("none")),
        OpenError::NoJournal { .. }
    ));
    assert_eq!(files(dir.path()).len(), 0);
}

#[test]
fn damage_is_named_as_to_whoever_opens_to_write() {
    let dir = filled(30);
    flip(&dir.path().join(witness::FILE_NAME), 40);
    read_untouched(dir.path(), 30);
    meddle(dir.path(), "UPDATE record SET data = x'00' WHERE seq = 7");
    meddle(
        dir.path(),
        "UPDATE blob SET data = x'00' WHERE key = CAST('b20' AS BLOB)",
    );
    let journal = look(dir.path()).unwrap();
    let found = journal.records(1, usize::MAX).unwrap_err();
    assert_eq!(found.seq(), Some(7));
    let faults: Vec<String> = journal.faults().iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("record 7 is damaged"), "{faults:?}");
    assert!(faults[1].contains("key 623230"), "{faults:?}");
}

#[test]
fn lost_records_are_known_by_the_witness_also_when_only_read() {
    let dir = folder();
    let mut journal = open(dir.path());
    journal.append(1, &run(1, 9), &[]).unwrap();
    let crashed = copy_of(dir.path());
    fs::remove_file(crashed.path().join("journal.sqlite-shm")).unwrap();
    assert!(matches!(refused(crashed.path()), OpenError::NoIndex { .. }));
    fs::remove_file(crashed.path().join("journal.sqlite-wal")).unwrap();
    let lost = JournalError::Lost { from: 1, upto: 9 };
    assert!(matches!(refused(crashed.path()), OpenError::Damaged(found) if found == lost));
    fs::write(crashed.path().join(layout::FILE_NAME), b"").unwrap();
    assert!(matches!(refused(crashed.path()), OpenError::Damaged(found) if found == lost));
}

#[test]
fn records_of_an_unknown_version_and_a_foreign_database_are_refused() {
    let dir = filled(3);
    meddle(dir.path(), "UPDATE record SET version = 9 WHERE seq = 3");
    assert!(matches!(
        refused(dir.path()),
        OpenError::TooNew {
            found: 9,
            known: 1,
            ..
        }
    ));
    let foreign = folder();
    let other = rusqlite::Connection::open(foreign.path().join(layout::FILE_NAME)).unwrap();
    other.execute_batch("CREATE TABLE tracks (id)").unwrap();
    assert!(matches!(refused(foreign.path()), OpenError::NotAJournal { .. }));
}

#[test]
fn folder_of_any_name_is_read() {
    let dir = filled(3);
    let odd = dir.path().join("a b?c#d%20ü");
    fs::create_dir(&odd).unwrap();
    fs::copy(dir.path().join(layout::FILE_NAME), odd.join(layout::FILE_NAME)).unwrap();
    read_untouched(&odd, 3);
}
