//! What a cut leaves and what it takes.

#![cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use powercut::limits::{PAGE_BYTES, SECTOR_BYTES};
use powercut::{Disk, Fault, Leaves, Rng};
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn file(path: &Path) -> File {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path).unwrap()
}

/// A watched folder with one synchronised file of zeros.
fn zeros(length: usize) -> (TempDir, Disk, File) {
    let root = folder();
    fs::write(root.path().join("f"), vec![0; length]).unwrap();
    let disk = Disk::watch(root.path(), &[]).unwrap();
    let file = file(&root.path().join("f"));
    (root, disk, file)
}

fn left(root: &TempDir) -> Vec<u8> {
    fs::read(root.path().join("f")).unwrap()
}

#[test]
fn what_was_synchronised_stays_and_what_was_not_may_go() {
    for (leaves, expected) in [(Leaves::Nothing, b"11000000"), (Leaves::Everything, b"11112200")] {
        let root = folder();
        fs::write(root.path().join("f"), b"00000000").unwrap();
        let disk = Disk::watch(root.path(), &[]).unwrap();
        let file = file(&root.path().join("f"));
        file.write_all_at(b"11", 0).unwrap();
        file.sync_all().unwrap();
        file.write_all_at(b"11", 2).unwrap();
        file.write_all_at(b"22", 4).unwrap();
        disk.cut(leaves, &mut Rng::new(1)).unwrap();
        assert_eq!(left(&root), expected);
        assert_eq!(disk.counts().unseen, 0);
    }
}

#[test]
fn torn_write_breaks_at_sectors_only() {
    let (mut whole, mut gone, mut torn) = (0, 0, 0);
    for seed in 0..200 {
        let (root, disk, file) = zeros(8 * SECTOR_BYTES);
        file.write_all_at(&[1; 6 * SECTOR_BYTES], SECTOR_BYTES as u64)
            .unwrap();
        disk.cut(Leaves::Any, &mut Rng::new(seed)).unwrap();
        let left = left(&root);
        let sectors: Vec<u8> = left.chunks(SECTOR_BYTES).map(|sector| sector[0]).collect();
        assert!(
            left.iter()
                .enumerate()
                .all(|(at, byte)| *byte == sectors[at / SECTOR_BYTES])
        );
        assert_eq!((sectors[0], sectors[7]), (0, 0), "what was not written stays");
        match sectors.iter().filter(|byte| **byte == 1).count() {
            0 => gone += 1,
            6 => whole += 1,
            _ => torn += 1,
        }
    }
    assert!(whole > 20 && gone > 20 && torn > 20, "{whole} {gone} {torn}");
}

#[test]
fn name_is_lost_with_its_file_unless_its_directory_was_synchronised() {
    for synchronised in [false, true] {
        let root = folder();
        let disk = Disk::watch(root.path(), &[]).unwrap();
        fs::create_dir(root.path().join("d")).unwrap();
        let new = file(&root.path().join("d/f"));
        new.write_all_at(b"new", 0).unwrap();
        new.sync_all().unwrap();
        File::open(root.path().join("d")).unwrap().sync_all().unwrap();
        if synchronised {
            File::open(root.path()).unwrap().sync_all().unwrap();
        }
        disk.cut(Leaves::Nothing, &mut Rng::new(1)).unwrap();
        assert_eq!(root.path().join("d/f").exists(), synchronised);
    }
}

#[test]
fn removed_and_renamed_names_come_back_unless_their_directory_was_synchronised() {
    for synchronised in [false, true] {
        let root = folder();
        for name in ["a", "b"] {
            fs::write(root.path().join(name), name).unwrap();
        }
        let disk = Disk::watch(root.path(), &[]).unwrap();
        fs::remove_file(root.path().join("a")).unwrap();
        fs::rename(root.path().join("b"), root.path().join("c")).unwrap();
        if synchronised {
            File::open(root.path()).unwrap().sync_all().unwrap();
        }
        disk.cut(Leaves::Nothing, &mut Rng::new(1)).unwrap();
        let there = |name| root.path().join(name).exists();
        assert_eq!(
            [there("a"), there("b"), there("c")],
            [!synchronised, !synchronised, synchronised]
        );
    }
}

#[test]
fn every_call_fails_after_a_cut_until_the_disk_starts_again() {
    let (root, disk, file) = zeros(8);
    disk.plan(Fault::PowerCut, 2);
    file.write_all_at(b"1", 0).unwrap();
    file.sync_all().unwrap_err();
    file.write_all_at(b"1", 1).unwrap_err();
    file.set_len(3).unwrap_err();
    fs::remove_file(root.path().join("f")).unwrap_err();
    fs::rename(root.path().join("f"), root.path().join("g")).unwrap_err();
    assert!(disk.is_down());
    disk.cut(Leaves::Everything, &mut Rng::new(1)).unwrap();
    assert_eq!(
        left(&root),
        [b'1', 0, 0, 0, 0, 0, 0, 0],
        "nothing but what was under way"
    );
    fs::remove_file(root.path().join("f")).unwrap();
}

#[test]
fn what_a_dead_process_wrote_is_read_back_and_is_not_synchronised() {
    let (root, disk, file) = zeros(4);
    disk.plan(Fault::Kill, 2);
    file.write_all_at(b"1", 0).unwrap();
    file.sync_all().unwrap_err();
    disk.restart().unwrap();
    assert_eq!(left(&root), [b'1', 0, 0, 0]);
    disk.cut(Leaves::Nothing, &mut Rng::new(1)).unwrap();
    assert_eq!(left(&root), [0; 4]);
}

#[test]
fn synchronising_again_does_not_help_after_it_failed_and_writing_again_does() {
    for rewritten in [false, true] {
        let (root, disk, file) = zeros(2 * PAGE_BYTES);
        file.write_all_at(b"1", 10).unwrap();
        disk.plan(Fault::ErrorForgotten { calls: 1 }, 1);
        file.sync_all().unwrap_err();
        assert_eq!(left(&root)[10], b'1', "the kernel still gives it out");
        let at = if rewritten { 0 } else { PAGE_BYTES as u64 };
        file.write_all_at(&[2], at).unwrap();
        file.sync_all().unwrap();
        disk.cut(Leaves::Nothing, &mut Rng::new(1)).unwrap();
        assert_eq!(left(&root)[10], if rewritten { b'1' } else { 0 });
        assert_eq!(left(&root)[at as usize], 2);
    }
}

#[test]
fn full_disk_cuts_a_write_short_and_then_takes_none_until_there_is_space() {
    let (root, disk, file) = zeros(0);
    disk.plan(Fault::Full { calls: 2 }, 1);
    assert_eq!(file.write_at(&[1; 10], 0).unwrap(), 5);
    for _ in 0..2 {
        let error = file.write_at(&[1; 5], 5).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    }
    file.write_all_at(&[1; 5], 5).unwrap();
    assert_eq!(left(&root), [1; 10]);
    assert_eq!(disk.counts().failed_calls, 2);
}

#[test]
fn lying_disk_keeps_nothing() {
    let (root, disk, file) = zeros(4);
    disk.lie();
    file.write_all_at(b"1", 0).unwrap();
    file.sync_all().unwrap();
    disk.cut(Leaves::Nothing, &mut Rng::new(1)).unwrap();
    assert_eq!(left(&root), [0; 4]);
}

#[test]
fn other_folders_and_other_threads_are_left_alone() {
    let (root, disk, file) = zeros(4);
    let other = folder();
    disk.plan(Fault::PowerCut, 1);
    fs::write(other.path().join("f"), b"1").unwrap();
    let path = root.path().join("f");
    let elsewhere =
        std::thread::spawn(move || OpenOptions::new().write(true).open(path)?.write_all_at(b"1", 0));
    elsewhere.join().unwrap().unwrap();
    assert_eq!(disk.steps(), 0);
    file.write_all_at(b"1", 0).unwrap_err();
    fs::remove_file(other.path().join("f")).unwrap();
}

#[test]
fn bytes_that_came_unseen_are_counted_and_lost() {
    let (root, disk, file) = zeros(4);
    let path = root.path().join("f");
    let unseen = move || OpenOptions::new().write(true).open(path)?.write_all_at(b"1", 0);
    std::thread::spawn(unseen).join().unwrap().unwrap();
    drop(file);
    disk.cut(Leaves::Nothing, &mut Rng::new(1)).unwrap();
    assert_eq!(left(&root), [0; 4]);
    assert_eq!(disk.counts().unseen, 1);
}
