//! Processes that die or meet a failing disk. The test starts itself again as the victim.

use super::*;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Names the victim's folder; set in the victim alone.
const FOLDER: &str = "JOURNAL_CRASH_FOLDER";

/// How many times to kill; 50 unless this is set.
const ROUNDS: &str = "JOURNAL_CRASH_ROUNDS";

fn rounds() -> u64 {
    std::env::var(ROUNDS)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(50)
}

/// Appends for ever, in batches of one to eight, and prints each acknowledged number.
fn be_the_victim(dir: &Path) {
    let mut journal = SqliteJournal::open(dir, small()).unwrap();
    let mut out = std::io::stdout().lock();
    loop {
        let next = journal.next_seq();
        let count = 1 + next % 8;
        let body = blob(&format!("b{next}"));
        match journal.append(next, &run(next, count), &[body]) {
            Ok(()) => writeln!(out, "ack {}", next + count - 1).unwrap(),
            Err(error) => break writeln!(out, "error {error:?}").unwrap(),
        }
        out.flush().unwrap();
    }
    let stopped = journal
        .append(journal.next_seq(), &run(journal.next_seq(), 1), &[])
        .unwrap_err();
    writeln!(out, "then {stopped:?}").unwrap();
}

/// Runs this test binary on one test, as victim in `dir`, under a shell with `limits` set.
fn victim(test: &str, dir: &Path, limits: &str) -> (Child, BufReader<ChildStdout>) {
    let binary = std::env::current_exe().unwrap();
    let mut child = Command::new("sh")
        .args([
            "-c",
            &format!("{limits} exec \"$0\" --exact \"$1\" --nocapture"),
            binary.to_str().unwrap(),
            test,
        ])
        .env(FOLDER, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

/// The number in `ack N`, wherever the harness has put it on the line.
fn acknowledged(line: &str) -> Option<u64> {
    line.split("ack ").nth(1)?.trim().parse().ok()
}

fn last_acknowledged(out: BufReader<ChildStdout>) -> u64 {
    out.lines()
        .map_while(Result::ok)
        .filter_map(|line| acknowledged(&line))
        .last()
        .unwrap_or(0)
}

/// What must hold after any death: nothing acknowledged lost, nothing half there.
fn check_after_death(dir: &Path, acknowledged: u64) -> u64 {
    let journal = SqliteJournal::open(dir, small()).unwrap();
    let verified = journal.verify().unwrap();
    assert!(
        verified.records >= acknowledged,
        "{} of {acknowledged} records are there",
        verified.records
    );
    assert_eq!(journal.records(1, usize::MAX).unwrap(), run(1, verified.records));
    let mut first = 1;
    while first <= verified.records {
        let body = blob(&format!("b{first}"));
        assert_eq!(
            journal.get_blob(&body.key).unwrap(),
            Some(body.data),
            "body of the batch at {first}"
        );
        first += 1 + first % 8;
    }
    assert_eq!(
        first,
        verified.records + 1,
        "the last batch is there whole or not at all"
    );
    verified.records
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    if let Some(dir) = std::env::var_os(FOLDER) {
        return be_the_victim(Path::new(&dir));
    }
    let name = "journal::tests::crash::nothing_acknowledged_is_lost_when_the_process_is_killed";
    let mut dir = folder();
    let mut killed_after = 0;
    for round in 0..rounds() {
        let (mut child, mut out) = victim(name, dir.path(), "");
        let mut first = String::new();
        while acknowledged(&first).is_none() {
            first.clear();
            assert_ne!(out.read_line(&mut first).unwrap(), 0, "the victim died by itself");
        }
        // Not a duration under test: only where in its work the victim dies.
        std::thread::sleep(Duration::from_micros((round * 7_919) % 40_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let last = last_acknowledged(out).max(acknowledged(&first).unwrap());
        killed_after += u64::from(check_after_death(dir.path(), last) > 0);
        if round % 10 == 9 {
            dir = folder();
        }
    }
    assert_eq!(killed_after, rounds());
}

#[test]
fn disk_that_fails_stops_the_journal_and_loses_nothing_acknowledged() {
    if let Some(dir) = std::env::var_os(FOLDER) {
        return be_the_victim(Path::new(&dir));
    }
    let name = "journal::tests::crash::disk_that_fails_stops_the_journal_and_loses_nothing_acknowledged";
    let dir = folder();
    // Files may not grow beyond 1024 blocks, and the signal for it is ignored: writes then fail.
    let (mut child, out) = victim(name, dir.path(), "trap '' XFSZ; ulimit -f 1024;");
    let lines: Vec<String> = out.lines().map_while(Result::ok).collect();
    child.wait().unwrap();
    let last = lines
        .iter()
        .filter_map(|line| acknowledged(line))
        .next_back()
        .unwrap();
    assert!(last > 100, "the victim must have worked first: {last}");
    let said = |what: &str| lines.iter().any(|line| line.contains(what));
    assert!(
        said("error Disk {") && said("then Stopped {"),
        "{:?}",
        &lines[lines.len().saturating_sub(4)..]
    );
    check_after_death(dir.path(), last);
}
