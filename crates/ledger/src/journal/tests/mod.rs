//! Claims about a whole journal in a folder; each file one theme.

mod append;
mod backups;
mod crash;
mod damage;
mod look;
mod room;

use super::*;
use std::path::Path;
use tempfile::TempDir;

/// A record whose content tells its number and is long enough to be looked for in a file.
fn record(seq: u64) -> Record {
    let data = format!(
        "{{\"record\":{seq:08},\"pad\":\"{}\"}}",
        "x".repeat(40 + seq as usize % 43 * 7)
    );
    Record {
        seq,
        data: data.into_bytes(),
    }
}

fn run(from: u64, count: u64) -> Vec<Record> {
    (from..from + count).map(record).collect()
}

fn blob(name: &str) -> Blob {
    Blob {
        key: name.as_bytes().to_vec(),
        data: format!("body of {name}, kept apart").into_bytes(),
    }
}

/// Options with a small reserve, so that tests write little.
fn small() -> Options {
    Options {
        reserve_bytes: 0,
        low_water_bytes: 0,
        full_below_bytes: 0,
        ..Options::default()
    }
}

fn open(dir: &Path) -> SqliteJournal {
    SqliteJournal::open(dir, small()).unwrap()
}

/// A folder that only its owner may enter, as the journal would create it.
fn folder() -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new()
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir()
        .unwrap()
}

/// A folder with `count` records, one blob for each tenth, and a snapshot in the middle.
fn filled(count: u64) -> TempDir {
    let dir = folder();
    let mut journal = open(dir.path());
    for seq in 1..=count {
        let blobs = if seq % 10 == 0 {
            vec![blob(&format!("b{seq}"))]
        } else {
            Vec::new()
        };
        journal.append(seq, &[record(seq)], &blobs).unwrap();
    }
    journal.save_snapshot(count / 2, b"state in the middle").unwrap();
    dir
}
