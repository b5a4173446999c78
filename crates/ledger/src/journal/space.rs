//! Room on the disk: three levels, a reserve to live on, and a probe that tests can replace.

use super::limits::RESERVE_STEP_BYTES;
use rustix::fs::{FallocateFlags, fallocate, statvfs};
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Name of the reserve file in the journal's folder.
pub(super) const FILE_NAME: &str = "reserve";

/// How much room is left, and so what may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Everything may be written; the reserve is whole, or can be made whole again.
    Normal,
    /// Below the low water mark: pool and planning writes are refused; safety traffic and peers'
    /// acts are taken, into the reserve where needed.
    ReserveOnly,
    /// The disk and the reserve are used up but for a rest kept for the node's own safety acts.
    /// The node stops cosigning, because it can no longer promise durable storage, and says so.
    Full,
}

/// Tells the free space of a folder's disk. Injected, so that a full disk can be tested.
pub trait SpaceProbe: Send {
    /// Bytes an unprivileged process can still write in `dir`.
    fn free_bytes(&self, dir: &Path) -> io::Result<u64>;
}

/// The real probe: `statvfs`, blocks available to unprivileged processes.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskProbe;

impl SpaceProbe for DiskProbe {
    fn free_bytes(&self, dir: &Path) -> io::Result<u64> {
        let stat = statvfs(dir)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}

/// Where the levels change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    /// Size of the whole reserve.
    pub(super) reserve: u64,
    /// Below this much free space there is no planning.
    pub(super) low_water: u64,
    /// Below this much, disk and reserve together, there is no cosigning.
    pub(super) full_below: u64,
}

/// The level for `free` bytes on the disk and `held` bytes in the reserve file. A reserve that was
/// given up is owed first: planning does not come back to spend what was freed for safety.
pub(super) fn level(free: u64, held: u64, marks: Marks) -> Space {
    let owed = marks.reserve.saturating_sub(held);
    if free >= marks.low_water.saturating_add(owed) {
        Space::Normal
    } else if free.saturating_add(held) >= marks.full_below {
        Space::ReserveOnly
    } else {
        Space::Full
    }
}

/// The reserve file: space taken from the disk in good times and given back in bad ones.
#[derive(Debug)]
pub(super) struct Reserve {
    file: File,
    bytes: u64,
}

impl Reserve {
    /// Opens the file as it stands, or creates it empty.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let file = options.open(dir.join(FILE_NAME))?;
        let bytes = file.metadata()?.len();
        Ok(Reserve { file, bytes })
    }

    /// Bytes held now.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Grows to `target` if the disk then still has `keep_free` bytes; otherwise stays as it is.
    pub(super) fn fill(&mut self, target: u64, free: u64, keep_free: u64) -> io::Result<()> {
        let missing = target.saturating_sub(self.bytes);
        if missing == 0 || free < keep_free.saturating_add(missing) {
            return Ok(());
        }
        let grown = allocate(&mut self.file, self.bytes, missing).and_then(|()| self.file.sync_all());
        if grown.is_err() {
            self.file.set_len(self.bytes)?;
        }
        grown?;
        self.bytes = target;
        Ok(())
    }

    /// Gives back at least `wanted` bytes, whole steps, or all there is. Says whether any were.
    pub(super) fn release(&mut self, wanted: u64) -> io::Result<bool> {
        if self.bytes == 0 {
            return Ok(false);
        }
        let step = wanted.max(1).next_multiple_of(RESERVE_STEP_BYTES);
        let rest = self.bytes.saturating_sub(step);
        self.file.set_len(rest)?;
        self.bytes = rest;
        Ok(true)
    }
}

/// Takes blocks from the disk; where the file system cannot reserve them, writes zeros.
fn allocate(file: &mut File, from: u64, bytes: u64) -> io::Result<()> {
    match fallocate(&*file, FallocateFlags::empty(), from, bytes) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::OPNOTSUPP) => write_zeros(file, from, bytes),
        Err(error) => Err(error.into()),
    }
}

fn write_zeros(file: &mut File, from: u64, bytes: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(from))?;
    io::copy(&mut io::Read::take(io::repeat(0), bytes), file)?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: u64 = RESERVE_STEP_BYTES;

    #[test]
    fn levels_change_exactly_at_their_marks() {
        let marks = Marks {
            reserve: 50,
            low_water: 100,
            full_below: 10,
        };
        assert_eq!(level(100, 50, marks), Space::Normal);
        assert_eq!(level(99, 50, marks), Space::ReserveOnly);
        assert_eq!(level(0, 10, marks), Space::ReserveOnly);
        assert_eq!(level(9, 0, marks), Space::Full);
        assert_eq!(level(0, 9, marks), Space::Full);
    }

    #[test]
    fn planning_does_not_come_back_before_the_reserve_is_whole() {
        let marks = Marks {
            reserve: 50,
            low_water: 100,
            full_below: 10,
        };
        assert_eq!(level(149, 0, marks), Space::ReserveOnly);
        assert_eq!(level(150, 0, marks), Space::Normal);
        assert_eq!(level(110, 39, marks), Space::ReserveOnly);
    }

    #[test]
    fn reserve_takes_real_blocks_and_gives_them_back_in_steps() {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir().unwrap();
        let mut reserve = Reserve::open(dir.path()).unwrap();
        reserve.fill(3 * STEP, u64::MAX, 0).unwrap();
        let held = || std::fs::metadata(dir.path().join(FILE_NAME)).unwrap();
        assert_eq!(held().len(), 3 * STEP);
        assert!(
            held().blocks() * 512 >= 3 * STEP,
            "a sparse file reserves nothing"
        );
        assert!(reserve.release(1).unwrap());
        assert_eq!((held().len(), reserve.bytes()), (2 * STEP, 2 * STEP));
        assert!(reserve.release(STEP + 1).unwrap());
        assert!(
            !reserve.release(1).unwrap(),
            "an empty reserve has nothing to give"
        );
    }

    #[test]
    fn reserve_does_not_grow_when_that_would_leave_too_little() {
        let dir = tempfile::tempdir().unwrap();
        let mut reserve = Reserve::open(dir.path()).unwrap();
        reserve.fill(STEP, STEP + 9, 10).unwrap();
        assert_eq!(reserve.bytes(), 0);
        reserve.fill(STEP, STEP + 10, 10).unwrap();
        assert_eq!(reserve.bytes(), STEP);
        assert_eq!(Reserve::open(dir.path()).unwrap().bytes(), STEP);
    }

    #[test]
    fn zeros_stand_in_where_blocks_cannot_be_reserved() {
        let mut file = tempfile::tempfile().unwrap();
        write_zeros(&mut file, 100, 5_000).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 5_100);
    }

    #[test]
    fn probe_of_a_missing_folder_is_an_error() {
        assert!(DiskProbe.free_bytes(Path::new("/no/such/folder")).is_err());
    }
}
