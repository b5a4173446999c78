//! One flipped byte anywhere is named, or changes nothing that is read.

use super::*;
use crate::journal::doctor::Level;
use rusqlite::Connection;
use std::fs;

const COUNT: u64 = 40;

/// Everything a journal gives out.
#[derive(Debug, PartialEq)]
struct Content {
    records: Vec<Record>,
    blobs: Vec<Option<Vec<u8>>>,
    snapshot: Option<(u64, Vec<u8>)>,
}

fn content(journal: &SqliteJournal) -> Result<Content, JournalError> {
    let blobs = (1..=COUNT / 10).map(|n| journal.get_blob(format!("b{}", n * 10).as_bytes()));
    Ok(Content {
        records: journal.records(1, usize::MAX)?,
        blobs: blobs.collect::<Result<_, _>>()?,
        snapshot: journal.newest_snapshot()?,
    })
}

fn try_open(dir: &Path) -> Result<SqliteJournal, OpenError> {
    SqliteJournal::open(dir, small())
}

/// Opens and verifies; gives what failed first.
fn verdict(dir: &Path) -> Result<Verified, JournalError> {
    match try_open(dir) {
        Ok(journal) => journal.verify(),
        Err(OpenError::Damaged(damage)) => Err(damage),
        Err(other) => panic!("neither opened nor named as damaged: {other}"),
    }
}

/// Changes the database through SQL, past all checks.
pub(super) fn meddle(dir: &Path, sql: &str) {
    let connection = Connection::open(dir.join(layout::FILE_NAME)).unwrap();
    assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
}

/// A copy of a closed journal's files, as a crash or a disk would leave them.
pub(super) fn copy_of(dir: &Path) -> TempDir {
    let copy = folder();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}

pub(super) fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[at] ^= 0x20;
    fs::write(file, bytes).unwrap();
}

fn position(bytes: &[u8], needle: &[u8]) -> usize {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
        .expect("the needle is in the file")
}

#[test]
fn flipped_byte_of_any_record_through_sql_is_named_with_its_number() {
    let dir = filled(COUNT);
    for seq in 1..=COUNT {
        let copy = copy_of(dir.path());
        let sql = "UPDATE record SET data = CAST(replace(CAST(data AS TEXT), 'record', 'recorD') AS BLOB)";
        meddle(copy.path(), &format!("{sql} WHERE seq = {seq}"));
        let damage = verdict(copy.path()).unwrap_err();
        assert_eq!(
            damage,
            JournalError::Record {
                seq,
                why: RecordFault::Chain
            }
        );
        let journal = try_open(copy.path()).unwrap();
        assert_eq!(journal.records(1, usize::MAX).unwrap_err().seq(), Some(seq));
        assert_eq!(journal.records(1, seq as usize - 1).unwrap(), run(1, seq - 1));
    }
}

#[test]
fn flipped_byte_of_any_record_in_the_file_is_named_with_its_number() {
    let dir = filled(COUNT);
    let file = fs::read(dir.path().join(layout::FILE_NAME)).unwrap();
    for seq in 1..=COUNT {
        let data = record(seq).data;
        let start = position(&file, &data);
        for at in [start, start + data.len() / 2, start + data.len() - 1] {
            let copy = copy_of(dir.path());
            flip(&copy.path().join(layout::FILE_NAME), at);
            assert_eq!(verdict(copy.path()).unwrap_err().seq(), Some(seq), "byte {at}");
        }
    }
}

#[test]
fn changed_link_version_number_or_deletion_is_named() {
    let dir = filled(COUNT);
    let cases = [
        ("UPDATE record SET chain = zeroblob(32) WHERE seq = 7", 7),
        ("UPDATE record SET version = 2 WHERE seq = 8", 8),
        ("UPDATE record SET version = 0 WHERE seq = 9", 9),
        ("UPDATE record SET seq = 900 WHERE seq = 10", 10),
        ("DELETE FROM record WHERE seq = 1", 1),
        ("DELETE FROM record WHERE seq = 11", 11),
        ("DELETE FROM record WHERE seq = 40", 40),
        ("UPDATE record SET chain = x'00' WHERE seq = 12", 12),
    ];
    for (sql, seq) in cases {
        let copy = copy_of(dir.path());
        meddle(copy.path(), sql);
        match verdict(copy.path()).unwrap_err() {
            JournalError::File { place } => assert!(place.contains("head row"), "{sql}: {place}"),
            named => assert_eq!(named.seq(), Some(seq), "{sql}"),
        }
    }
}

#[test]
fn exchanged_records_are_named() {
    let dir = filled(COUNT);
    for (from, to) in [(5, 1000), (6, 5), (1000, 6)] {
        meddle(
            dir.path(),
            &format!("UPDATE record SET seq = {to} WHERE seq = {from}"),
        );
    }
    assert_eq!(verdict(dir.path()).unwrap_err().seq(), Some(5));
}

#[test]
fn journal_cut_back_with_its_head_is_known_by_the_witness() {
    let dir = filled(COUNT);
    meddle(dir.path(), "DELETE FROM record WHERE seq = 40");
    meddle(
        dir.path(),
        "UPDATE head SET seq = 39, chain = (SELECT chain FROM record WHERE seq = 39)",
    );
    assert_eq!(
        verdict(dir.path()).unwrap_err(),
        JournalError::Lost { from: 40, upto: 40 }
    );
    let journal = SqliteJournal::open(
        dir.path(),
        Options {
            accept_loss: true,
            ..small()
        },
    )
    .unwrap();
    assert_eq!(journal.next_seq(), 40);
    drop(journal);
    assert_eq!(open(dir.path()).verify().unwrap().records, 39);
}

#[test]
fn older_file_put_in_place_is_known_by_the_witness() {
    let dir = filled(10);
    let old = fs::read(dir.path().join(layout::FILE_NAME)).unwrap();
    open(dir.path()).append(11, &run(11, 3), &[]).unwrap();
    fs::write(dir.path().join(layout::FILE_NAME), old).unwrap();
    assert_eq!(
        verdict(dir.path()).unwrap_err(),
        JournalError::Lost { from: 11, upto: 13 }
    );
    fs::remove_file(dir.path().join(layout::FILE_NAME)).unwrap();
    assert_eq!(
        verdict(dir.path()).unwrap_err(),
        JournalError::Lost { from: 1, upto: 13 }
    );
}

#[test]
fn another_journal_put_in_place_is_known_by_the_witness() {
    let dir = filled(10);
    let other = folder();
    let different: Vec<Record> = run(1, 12)
        .into_iter()
        .map(|r| Record { data: vec![1], ..r })
        .collect();
    open(other.path()).append(1, &different, &[]).unwrap();
    fs::copy(
        other.path().join(layout::FILE_NAME),
        dir.path().join(layout::FILE_NAME),
    )
    .unwrap();
    assert_eq!(
        verdict(dir.path()).unwrap_err(),
        JournalError::OtherHistory { seq: 10 }
    );
}

#[test]
fn flipped_bytes_of_a_body_or_snapshot_are_named_and_never_given_out() {
    let dir = filled(COUNT);
    meddle(
        dir.path(),
        "UPDATE blob SET data = x'00' WHERE key = CAST('b20' AS BLOB)",
    );
    meddle(dir.path(), "UPDATE snapshot SET data = x'00'");
    let journal = open(dir.path());
    assert!(matches!(journal.get_blob(b"b20"), Err(JournalError::Blob { key, .. }) if key == "623230"));
    assert_eq!(journal.get_blob(b"b10").unwrap(), Some(blob("b10").data));
    assert_eq!(journal.newest_snapshot().unwrap(), None);
    assert!(matches!(journal.verify(), Err(JournalError::Blob { .. })));
    let findings = journal.doctor();
    let levels: Vec<Level> = findings.iter().map(|finding| finding.level).collect();
    assert_eq!(levels, [Level::Damage, Level::Warning], "{findings:?}");
    assert!(
        findings[0].text.contains("623230") && findings[1].text.contains("record 20"),
        "{findings:?}"
    );
}

#[test]
fn damaged_newest_snapshot_gives_way_to_the_one_before() {
    let dir = filled(COUNT);
    open(dir.path()).save_snapshot(COUNT, b"the newest").unwrap();
    meddle(dir.path(), "UPDATE snapshot SET data = x'00' WHERE upto = 40");
    let journal = open(dir.path());
    assert_eq!(
        journal.newest_snapshot().unwrap(),
        Some((20, b"state in the middle".to_vec()))
    );
    assert_eq!(journal.verify().unwrap_err(), JournalError::Snapshot { upto: 40 });
}

#[test]
fn foreign_trigger_in_the_schema_is_refused() {
    let dir = filled(3);
    let connection = Connection::open(dir.path().join(layout::FILE_NAME)).unwrap();
    connection
        .execute_batch("CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM record WHERE seq = 1; END")
        .unwrap();
    drop(connection);
    assert!(matches!(verdict(dir.path()), Err(JournalError::File { .. })));
}

/// Opens a damaged copy; whatever it gives out must be the truth, or a named error.
fn check_copy(copy: &Path, truth: &Content, at: usize) -> bool {
    let journal = match try_open(copy) {
        Ok(journal) => journal,
        Err(OpenError::Damaged(_) | OpenError::NotAJournal { .. } | OpenError::TooNew { .. }) => return true,
        Err(other) => panic!("byte {at}: not named as damage: {other}"),
    };
    let verdict = journal.verify();
    match content(&journal) {
        Ok(content) if content == *truth => verdict.is_err(),
        Ok(content) => {
            // A damaged snapshot is passed over; everything else must be the truth.
            let passed_over = Content {
                snapshot: truth.snapshot.clone(),
                ..content
            };
            assert_eq!(passed_over, *truth, "byte {at}: damage was given out as content");
            assert!(
                verdict.is_err(),
                "byte {at}: content is missing and the journal verifies"
            );
            true
        }
        Err(_named) => {
            assert!(
                verdict.is_err(),
                "byte {at}: reading fails and the journal verifies"
            );
            true
        }
    }
}

fn stride() -> usize {
    let rounds: usize = std::env::var("JOURNAL_FLIPS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(400);
    rounds.max(1)
}

#[test]
fn flipped_byte_anywhere_in_the_file_is_named_or_changes_nothing() {
    let dir = filled(COUNT);
    let truth = content(&open(dir.path())).unwrap();
    let length = fs::read(dir.path().join(layout::FILE_NAME)).unwrap().len();
    let step = (length / stride()).max(1);
    let mut named = 0;
    // The file's header and the head of every page densely, the rest in steps.
    for at in (0..length).filter(|at| *at < 120 || at % 4096 < 16 || at % step == 0) {
        let copy = copy_of(dir.path());
        flip(&copy.path().join(layout::FILE_NAME), at);
        named += usize::from(check_copy(copy.path(), &truth, at));
    }
    assert!(named > 100, "flips must have hit content: {named}");
}

#[test]
fn flipped_byte_anywhere_in_the_write_ahead_log_is_named_or_changes_nothing() {
    let dir = filled(COUNT / 2);
    let mut journal = open(dir.path());
    journal.append(21, &run(21, 10), &[blob("b30")]).unwrap();
    journal.append(31, &run(31, 10), &[blob("b40")]).unwrap();
    let truth = content(&journal).unwrap();
    // The files while the journal is open are what a killed process leaves.
    let crashed = copy_of(dir.path());
    drop(journal);
    let log = crashed.path().join("journal.sqlite-wal");
    let length = fs::metadata(&log).unwrap().len() as usize;
    let mut lost = 0;
    for at in (0..32).chain((32..length).step_by((length / stride()).max(1))) {
        let copy = copy_of(crashed.path());
        flip(&copy.path().join("journal.sqlite-wal"), at);
        match try_open(copy.path()) {
            Err(OpenError::Damaged(JournalError::Lost { from, upto: 40 })) => {
                assert!(from == 21 || from == 31);
                lost += 1;
                // Refusing leaves the log as it was: the next attempt says the same.
                assert!(matches!(verdict(copy.path()), Err(JournalError::Lost { .. })));
            }
            _ => _ = check_copy(copy.path(), &truth, at),
        }
    }
    assert!(lost > 100, "flips must have cut the log: {lost}");
}

#[test]
fn deleted_write_ahead_log_is_named() {
    let dir = folder();
    let mut journal = open(dir.path());
    journal.append(1, &run(1, 9), &[]).unwrap();
    let crashed = copy_of(dir.path());
    fs::remove_file(crashed.path().join("journal.sqlite-wal")).unwrap();
    let _ = fs::remove_file(crashed.path().join("journal.sqlite-shm"));
    assert_eq!(
        verdict(crashed.path()).unwrap_err(),
        JournalError::Lost { from: 1, upto: 9 }
    );
}

#[test]
fn emptied_database_is_refused_before_its_write_ahead_log_is_touched() {
    let dir = folder();
    let mut journal = open(dir.path());
    journal.append(1, &run(1, 9), &[]).unwrap();
    let crashed = copy_of(dir.path());
    let log = fs::read(crashed.path().join("journal.sqlite-wal")).unwrap();
    fs::write(crashed.path().join(layout::FILE_NAME), b"").unwrap();
    let lost = JournalError::Lost { from: 1, upto: 9 };
    assert_eq!(verdict(crashed.path()).unwrap_err(), lost);
    fs::remove_file(crashed.path().join(layout::FILE_NAME)).unwrap();
    assert_eq!(verdict(crashed.path()).unwrap_err(), lost);
    assert_eq!(fs::read(crashed.path().join("journal.sqlite-wal")).unwrap(), log);
}

#[test]
fn unreadable_witness_is_reported_and_the_journal_opens() {
    let dir = filled(3);
    flip(&dir.path().join(witness::FILE_NAME), 40);
    let journal = open(dir.path());
    assert_eq!(journal.verify().unwrap().records, 3);
    assert!(
        journal
            .doctor()
            .iter()
            .any(|f| f.level == Level::Warning && f.text.contains("`acknowledged`"))
    );
    drop(journal);
    assert!(
        !open(dir.path())
            .doctor()
            .iter()
            .any(|f| f.text.contains("`acknowledged`"))
    );
}

#[test]
fn doctor_names_damage_of_a_journal_that_cannot_be_opened() {
    let dir = filled(3);
    meddle(dir.path(), "DELETE FROM record WHERE seq = 3");
    let findings = doctor(dir.path(), small());
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].to_string().starts_with("DAMAGE: record 3 is damaged"),
        "{}",
        findings[0]
    );
}

#[test]
fn doctor_of_a_sound_journal_has_nothing_to_warn_of() {
    let dir = filled(30);
    let findings = doctor(dir.path(), small());
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(
        findings[0].to_string(),
        "note: 30 records verify, to the last one acknowledged."
    );
}

#[test]
fn doctor_creates_nothing_where_there_is_no_journal() {
    let dir = folder();
    assert_eq!(doctor(dir.path(), small())[0].level, Level::Damage);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn doctor_warns_when_others_may_enter_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let dir = filled(3);
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(
        doctor(dir.path(), small())
            .iter()
            .any(|f| f.text.contains("chmod 700"))
    );
}
