//! A small disk of a node's own: a file system in memory, in a mount namespace that only this
//! test and its node see. Nothing is mounted for anybody else, and no privilege is needed
//! where the system lets users have namespaces.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const MOUNT: &str = r#"mount -t tmpfs -o size="$1m" tmpfs "$2" && echo up && exec cat"#;
const CHUNK: usize = 1 << 20;

/// The disk; gone when dropped.
pub(crate) struct SmallDisk {
    /// Where it is for the node.
    pub(crate) inside: PathBuf,
    /// Where it is for the test.
    pub(crate) outside: PathBuf,
    holder: Child,
    _place: TempDir,
}

impl SmallDisk {
    /// A disk of so many MiB; none, said loudly, where this machine does not let a test have
    /// one.
    pub(crate) fn of_mib(mib: u32) -> Option<Self> {
        let place = TempDir::new().unwrap();
        let holder = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", MOUNT, "sh"])
            .arg(mib.to_string())
            .arg(place.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let up = holder.ok().and_then(|mut holder| {
            let mut word = String::new();
            let told = BufReader::new(holder.stdout.take()?).read_line(&mut word);
            (told.is_ok() && word.trim() == "up").then_some(holder)
        });
        let Some(holder) = up else {
            println!("SKIPPED: no small disk can be mounted here (unshare, tmpfs); this test proved NOTHING");
            return None;
        };
        let seen = PathBuf::from(format!("/proc/{}/root", holder.id()));
        Some(SmallDisk {
            inside: place.path().to_owned(),
            outside: seen.join(place.path().strip_prefix("/").unwrap()),
            holder,
            _place: place,
        })
    }

    /// The program, where it can write to this disk.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--preserve-credentials", "--user", "--mount", "--target"])
            .arg(self.holder.id().to_string())
            .arg(env!("CARGO_BIN_EXE_detente"))
            .env_remove("DETENTE_DIR")
            .stdin(Stdio::null());
        command
    }

    /// Bytes that are free on it.
    pub(crate) fn free(&self) -> u64 {
        let told = Command::new("df")
            .args(["--output=avail", "--block-size=1"])
            .arg(&self.outside)
            .output()
            .unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        told.lines().last().unwrap().trim().parse().unwrap()
    }

    /// Somebody else's files take the disk, but for so many bytes.
    pub(crate) fn fill_but(&self, bytes: u64) {
        let mut filler = File::options()
            .create(true)
            .append(true)
            .open(self.outside.join("filler"))
            .unwrap();
        while let Some(more) = self.free().checked_sub(bytes).filter(|more| *more > 0) {
            let mut left = usize::try_from(more).unwrap();
            while left > 0 {
                let chunk = left.min(CHUNK);
                if filler.write_all(&vec![0; chunk]).is_err() {
                    return;
                }
                left -= chunk;
            }
        }
    }

    /// And are removed.
    pub(crate) fn empty(&self) {
        fs::remove_file(self.outside.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _may_have_ended = self.holder.kill();
        let _reaped = self.holder.wait();
    }
}
