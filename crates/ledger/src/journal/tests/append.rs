use super::*;

#[test]
fn what_is_appended_is_there_after_reopening() {
    let dir = folder();
    let mut journal = open(dir.path());
    assert_eq!(journal.next_seq(), 1);
    journal.append(1, &run(1, 3), &[blob("a")]).unwrap();
    journal.append(4, &run(4, 2), &[blob("b")]).unwrap();
    drop(journal);
    let journal = open(dir.path());
    assert_eq!(journal.next_seq(), 6);
    assert_eq!(journal.records(1, 100).unwrap(), run(1, 5));
    assert_eq!(journal.get_blob(b"a").unwrap(), Some(blob("a").data));
    assert_eq!(journal.get_blob(b"c").unwrap(), None);
    let verified = journal.verify().unwrap();
    assert_eq!((verified.records, verified.blobs), (5, 2));
}

#[test]
fn pages_of_records_join_without_gap_or_overlap() {
    let dir = filled(53);
    let journal = open(dir.path());
    let mut read = Vec::new();
    while let Some(last) = journal
        .records(read.len() as u64 + 1, 10)
        .unwrap()
        .last()
        .cloned()
    {
        read.extend(journal.records(read.len() as u64 + 1, 10).unwrap());
        assert_eq!(last.seq, read.len() as u64);
    }
    assert_eq!(read, run(1, 53));
    assert_eq!(journal.records(54, 10).unwrap(), []);
    assert_eq!(journal.records(1, 0).unwrap(), []);
    assert_eq!(journal.records(u64::MAX, usize::MAX).unwrap(), []);
    assert_eq!(journal.records(0, 1).unwrap(), run(1, 1));
}

#[test]
fn empty_journal_verifies_at_genesis() {
    let dir = folder();
    let verified = open(dir.path()).verify().unwrap();
    assert_eq!(
        verified,
        Verified {
            records: 0,
            blobs: 0,
            head_hash: GENESIS
        }
    );
}

#[test]
fn writer_with_an_old_state_is_fenced_and_nothing_is_written() {
    let dir = filled(5);
    let mut journal = open(dir.path());
    for expected in [0, 1, 5, 7, u64::MAX] {
        let refusal = journal.append(expected, &[record(expected)], &[]).unwrap_err();
        assert_eq!(refusal, AppendError::Fenced { expected, actual: 6 });
    }
    assert_eq!(journal.verify().unwrap().records, 5);
    journal.append(6, &run(6, 1), &[]).unwrap();
}

#[test]
fn head_moved_on_disk_fences_a_writer_that_did_not_see_it() {
    let dir = filled(5);
    let mut journal = open(dir.path());
    let intruder = layout::connect(&dir.path().join(layout::FILE_NAME)).unwrap();
    intruder.execute("UPDATE head SET seq = 9", []).unwrap();
    let refusal = journal.append(6, &run(6, 1), &[]).unwrap_err();
    assert_eq!(
        refusal,
        AppendError::Fenced {
            expected: 6,
            actual: 10
        }
    );
}

#[test]
fn records_out_of_number_are_refused_whole() {
    let dir = filled(5);
    let mut journal = open(dir.path());
    let gap = [record(6), record(8)];
    assert_eq!(
        journal.append(6, &gap, &[]),
        Err(AppendError::NotContiguous {
            found: 8,
            expected: 7
        })
    );
    let early = [record(5)];
    assert_eq!(
        journal.append(6, &early, &[]),
        Err(AppendError::NotContiguous {
            found: 5,
            expected: 6
        })
    );
    assert_eq!(journal.next_seq(), 6);
}

#[test]
fn each_limit_refuses_one_byte_more_and_takes_the_last_one() {
    let dir = folder();
    let mut journal = open(dir.path());
    let sized = |bytes| Record {
        seq: 1,
        data: vec![0; bytes],
    };
    let too_large = |refusal| matches!(refusal, Err(AppendError::TooLarge { .. }));
    assert!(too_large(journal.append(
        1,
        &[sized(limits::MAX_RECORD_BYTES + 1)],
        &[]
    )));
    let body = |key, data| Blob {
        key: vec![1; key],
        data: vec![2; data],
    };
    assert!(too_large(journal.append(
        1,
        &[],
        &[body(1, limits::MAX_BLOB_BYTES + 1)]
    )));
    assert!(too_large(journal.append(
        1,
        &[],
        &[body(limits::MAX_BLOB_KEY_BYTES + 1, 1)]
    )));
    let many: Vec<Record> = (1..=4)
        .map(|seq| Record {
            seq,
            data: vec![0; limits::MAX_RECORD_BYTES],
        })
        .collect();
    assert!(too_large(journal.append(1, &many, &[])));
    journal
        .append(
            1,
            &[sized(limits::MAX_RECORD_BYTES)],
            &[body(limits::MAX_BLOB_KEY_BYTES, limits::MAX_BLOB_BYTES)],
        )
        .unwrap();
    assert_eq!(journal.verify().unwrap().records, 1);
}

#[test]
fn same_blob_twice_is_one_blob_and_another_under_its_key_is_refused_with_the_records() {
    let dir = folder();
    let mut journal = open(dir.path());
    journal.append(1, &run(1, 1), &[blob("a"), blob("a")]).unwrap();
    journal.append(2, &run(2, 1), &[blob("a")]).unwrap();
    let other = Blob {
        data: b"another body".to_vec(),
        ..blob("a")
    };
    let refusal = journal.append(3, &run(3, 1), &[blob("b"), other]).unwrap_err();
    assert_eq!(refusal, AppendError::BlobConflict { key: "61".into() });
    assert_eq!(journal.next_seq(), 3);
    assert_eq!(journal.get_blob(b"b").unwrap(), None);
    assert_eq!(journal.verify().unwrap().blobs, 1);
}

#[test]
fn erased_body_is_gone_from_every_file_and_does_not_come_back() {
    let dir = folder();
    let mut journal = open(dir.path());
    // Keys in no order, so that pages split and cells move before the erasure.
    let secret = |n: u64| Blob {
        key: (n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).to_be_bytes().to_vec(),
        data: format!("SECRET-{n:05}-{}", "s".repeat((n as usize * 37) % 900)).into_bytes(),
    };
    for n in 1..=400 {
        journal.append(n, &run(n, 1), &[secret(n)]).unwrap();
    }
    let erased: Vec<u64> = (1..=400).filter(|n| n % 3 == 0).collect();
    for n in &erased {
        assert!(journal.erase_blob(&secret(*n).key).unwrap());
    }
    assert!(
        !journal.erase_blob(&secret(3).key).unwrap(),
        "there is nothing left to erase"
    );
    journal.append(401, &run(401, 1), &[secret(3)]).unwrap();
    assert_eq!(journal.get_blob(&secret(3).key).unwrap(), None);
    assert_eq!(journal.get_blob(&secret(4).key).unwrap(), Some(secret(4).data));
    assert_eq!(journal.verify().unwrap().records, 401);
    let files: Vec<Vec<u8>> = ["journal.sqlite", "journal.sqlite-wal"]
        .iter()
        .filter_map(|name| std::fs::read(dir.path().join(name)).ok())
        .collect();
    let holds = |n: u64| {
        let needle = format!("SECRET-{n:05}").into_bytes();
        files
            .iter()
            .any(|file| file.windows(needle.len()).any(|window| window == needle))
    };
    assert!(holds(4) && holds(400), "the search must be able to find a body");
    let left: Vec<&u64> = erased.iter().filter(|n| holds(**n)).collect();
    assert!(left.is_empty(), "left on disk: {left:?}");
}

#[test]
fn newest_two_snapshots_are_kept_and_the_newest_is_given() {
    let dir = filled(20);
    let mut journal = open(dir.path());
    assert_eq!(
        journal.newest_snapshot().unwrap(),
        Some((10, b"state in the middle".to_vec()))
    );
    journal.save_snapshot(15, b"later").unwrap();
    journal.save_snapshot(20, b"latest").unwrap();
    assert_eq!(journal.newest_snapshot().unwrap(), Some((20, b"latest".to_vec())));
    let count: u64 = journal
        .reader()
        .connection
        .query_row("SELECT count(*) FROM snapshot", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 2);
    let ahead = journal.save_snapshot(21, b"not yet").unwrap_err();
    assert_eq!(ahead, AppendError::SnapshotAhead { upto: 21, newest: 20 });
}

#[test]
fn old_records_are_lifted_on_reading_and_still_verify() {
    fn old_to_new(mut record: Record) -> Record {
        record.data.extend_from_slice(b" lifted");
        record
    }
    const NEW: Schema = Schema {
        upcasters: &[old_to_new],
    };
    let dir = filled(3);
    let mut journal = SqliteJournal::open(
        dir.path(),
        Options {
            schema: NEW,
            ..small()
        },
    )
    .unwrap();
    journal.append(4, &run(4, 1), &[]).unwrap();
    let read = journal.records(1, 10).unwrap();
    assert_eq!(read[2], old_to_new(record(3)));
    assert_eq!(read[3], record(4));
    assert_eq!(journal.verify().unwrap().records, 4);
    drop(journal);
    let refusal = SqliteJournal::open(dir.path(), small()).err().unwrap();
    assert!(
        matches!(
            refusal,
            OpenError::TooNew {
                what: "record schema",
                found: 2,
                known: 1
            }
        ),
        "{refusal}"
    );
}

#[test]
fn second_opener_is_refused_until_the_first_is_gone() {
    let dir = filled(3);
    let first = open(dir.path());
    assert!(matches!(
        SqliteJournal::open(dir.path(), small()),
        Err(OpenError::Locked { .. })
    ));
    drop(first);
    open(dir.path());
}

#[test]
fn files_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let parent = folder();
    let dir = parent.path().join("node");
    let mut journal = open(&dir);
    journal.append(1, &run(1, 1), &[]).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o077;
    assert_eq!(mode(&dir), 0);
    let mut seen = 0;
    for entry in std::fs::read_dir(&dir).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0);
        seen += 1;
    }
    assert!(seen >= 5, "database, write-ahead log, lock, witness, reserve");
}

#[test]
fn database_of_something_else_is_refused_and_left_as_it_was() {
    let dir = folder();
    let file = dir.path().join(layout::FILE_NAME);
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute_batch("CREATE TABLE mine (a)")
        .unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(
        SqliteJournal::open(dir.path(), small()),
        Err(OpenError::NotAJournal { .. })
    ));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn layout_of_a_newer_program_is_refused() {
    let dir = filled(3);
    let connection = layout::connect(&dir.path().join(layout::FILE_NAME)).unwrap();
    connection.pragma_update(None, "user_version", 2).unwrap();
    drop(connection);
    let refusal = SqliteJournal::open(dir.path(), small()).err().unwrap();
    assert!(
        matches!(
            refusal,
            OpenError::TooNew {
                what: "file layout",
                found: 2,
                known: 1
            }
        ),
        "{refusal}"
    );
}

#[test]
fn blobs_between_two_keys_come_in_order_checked_and_without_erased_ones() {
    let dir = folder();
    let mut journal = open(dir.path());
    let blobs: Vec<Blob> = ["b3", "a9", "b1", "c0", "b2"].into_iter().map(blob).collect();
    journal.append(1, &run(1, 1), &blobs).unwrap();
    journal.erase_blob(b"b2").unwrap();
    let keys = |limit| -> Vec<Vec<u8>> {
        let found = journal.blobs(b"b", b"c", limit).unwrap();
        assert!(found.iter().all(|blob| blobs.contains(blob)));
        found.into_iter().map(|blob| blob.key).collect()
    };
    assert_eq!(keys(9), [b"b1".to_vec(), b"b3".to_vec()]);
    assert_eq!(keys(1), [b"b1".to_vec()]);
    assert_eq!(journal.blobs(b"c", b"b", 9).unwrap(), []);
}
