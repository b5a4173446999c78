use super::*;
use std::fs;

#[test]
fn backup_restores_to_the_same_records_bodies_and_snapshot() {
    let dir = filled(30);
    let place = folder();
    let file = place.path().join("monday.backup");
    let mut journal = open(dir.path());
    let verified = journal.backup(&file).unwrap();
    assert_eq!(verified, journal.verify().unwrap());
    journal.append(31, &run(31, 5), &[]).unwrap();
    let target = place.path().join("restored");
    assert_eq!(restore(&file, &target, &Schema::default()).unwrap(), verified);
    let mut restored = open(&target);
    assert_eq!(restored.records(1, 100).unwrap(), run(1, 30));
    assert_eq!(restored.get_blob(b"b20").unwrap(), Some(blob("b20").data));
    assert_eq!(restored.newest_snapshot().unwrap().unwrap().0, 15);
    restored.append(31, &run(31, 1), &[]).unwrap();
}

#[test]
fn backup_is_one_file_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = filled(30);
    let place = folder();
    let file = place.path().join("one.backup");
    open(dir.path()).backup(&file).unwrap();
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn backup_on_another_thread_holds_a_prefix_while_writes_go_on() {
    let dir = filled(30);
    let place = folder();
    let file = place.path().join("live.backup");
    let mut journal = open(dir.path());
    let job = journal.backup_job();
    let target = file.clone();
    let backup = std::thread::spawn(move || job.run(&target).unwrap());
    let mut seq = 31;
    while !backup.is_finished() || seq < 60 {
        journal.append(seq, &run(seq, 1), &[]).unwrap();
        seq += 1;
    }
    let held = backup.join().unwrap();
    assert!((30..seq).contains(&held.records));
    assert_eq!(journal.records(held.records, 1).unwrap(), run(held.records, 1));
    assert_eq!(journal.verify().unwrap().records, seq - 1);
}

#[test]
fn nothing_is_ever_overwritten() {
    let dir = filled(3);
    let place = folder();
    let file = place.path().join("b");
    let journal = open(dir.path());
    journal.backup(&file).unwrap();
    assert!(matches!(journal.backup(&file), Err(BackupError::Exists { .. })));
    drop(journal);
    let refusal = restore(&file, dir.path(), &Schema::default()).unwrap_err();
    assert!(matches!(refusal, BackupError::Exists { .. }), "{refusal}");
    assert_eq!(open(dir.path()).verify().unwrap().records, 3);
}

#[test]
fn restore_beside_a_left_over_log_or_witness_is_refused() {
    let dir = filled(3);
    let place = folder();
    let file = place.path().join("b");
    open(dir.path()).backup(&file).unwrap();
    for left_over in ["journal.sqlite-wal", "acknowledged"] {
        let target = folder();
        fs::write(target.path().join(left_over), b"old").unwrap();
        let refusal = restore(&file, target.path(), &Schema::default()).unwrap_err();
        assert!(matches!(refusal, BackupError::Exists { .. }), "{refusal}");
    }
}

#[test]
fn damaged_backup_is_refused_and_leaves_no_journal() {
    let dir = filled(30);
    let place = folder();
    let file = place.path().join("b");
    open(dir.path()).backup(&file).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let needle = record(17).data;
    let at = bytes
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap();
    bytes[at + 3] ^= 1;
    fs::write(&file, bytes).unwrap();
    let target = place.path().join("restored");
    match restore(&file, &target, &Schema::default()) {
        Err(BackupError::Damaged(damage)) => assert_eq!(damage.seq(), Some(17)),
        other => panic!("{other:?}"),
    }
    assert!(!target.join(layout::FILE_NAME).exists());
    assert!(!target.join("journal.sqlite.partial").exists());
}

#[test]
fn live_journal_is_not_taken_for_a_backup() {
    let dir = folder();
    let mut journal = open(dir.path());
    journal.append(1, &run(1, 3), &[]).unwrap();
    let target = folder();
    let refusal = restore(
        &dir.path().join(layout::FILE_NAME),
        target.path(),
        &Schema::default(),
    )
    .unwrap_err();
    assert!(matches!(refusal, BackupError::NotABackup { .. }), "{refusal}");
}

#[test]
fn interrupted_backup_does_not_stand_in_the_way_of_the_next() {
    let dir = filled(3);
    let place = folder();
    fs::write(place.path().join("b.partial"), b"half").unwrap();
    assert_eq!(
        open(dir.path()).backup(&place.path().join("b")).unwrap().records,
        3
    );
}

#[test]
fn folder_stays_locked_while_a_backup_job_lives() {
    let dir = filled(3);
    let journal = open(dir.path());
    let job = journal.backup_job();
    drop(journal);
    assert!(matches!(
        SqliteJournal::open(dir.path(), small()),
        Err(OpenError::Locked { .. })
    ));
    drop(job);
    open(dir.path());
}
