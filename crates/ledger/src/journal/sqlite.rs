//! The journal in one SQLite file.

use super::chain::{Linker, snapshot_check};
use super::error::{AppendError, JournalError, OpenError};
use super::layout;
use super::limits::{FULL_BELOW_BYTES, LOW_WATER_BYTES, RESERVE_BYTES, WRITE_OVERHEAD_BYTES};
use super::lock::Lock;
use super::read::{self, Reader, Verified};
use super::space::{self, DiskProbe, Marks, Reserve, Space, SpaceProbe};
use super::upcast::Schema;
use super::witness::{self, Mark, Witness, Witnessed};
use super::write::{self, Batch, Fault};
use super::{Blob, Journal, Record};
use rusqlite::Connection;
use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a journal is opened. The defaults are the constants of [`super::limits`].
pub struct Options {
    /// Size of the reserve file, in bytes.
    pub reserve_bytes: u64,
    /// Free bytes below which space is [`Space::ReserveOnly`].
    pub low_water_bytes: u64,
    /// Bytes left, disk and reserve together, below which space is [`Space::Full`].
    pub full_below_bytes: u64,
    /// The schema of the records.
    pub schema: Schema,
    /// Where free space is asked for.
    pub probe: Box<dyn SpaceProbe>,
    /// Open although acknowledged records are gone ([`JournalError::Lost`],
    /// [`JournalError::OtherHistory`]). An officer's decision, never a default: what is lost here
    /// can then only come back from peers.
    pub accept_loss: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            reserve_bytes: RESERVE_BYTES,
            low_water_bytes: LOW_WATER_BYTES,
            full_below_bytes: FULL_BELOW_BYTES,
            schema: Schema::default(),
            probe: Box::new(DiskProbe),
            accept_loss: false,
        }
    }
}

impl Options {
    fn marks(&self) -> Marks {
        Marks {
            reserve: self.reserve_bytes,
            low_water: self.low_water_bytes,
            full_below: self.full_below_bytes,
        }
    }
}

// An engine may own its journal on a thread of its own.
const _: fn() = || {
    fn sendable<T: Send>() {}
    sendable::<SqliteJournal>();
};

/// An open journal. It holds the folder's lock until it is dropped.
///
/// Invariants: `head` is the head row of the last commit this journal acknowledged, and equals the
/// last record's number and link; `stopped` is set as soon as the disk's content is in doubt.
pub struct SqliteJournal {
    // Closed before the lock, the last field, is released.
    connection: Connection,
    dir: PathBuf,
    options: Options,
    linkers: Vec<Linker>,
    head: Mark,
    witness: Witness,
    witnessed: Witnessed,
    reserve: Reserve,
    blobs_checked: Cell<bool>,
    stopped: Option<String>,
    lock: Arc<Lock>,
}

impl SqliteJournal {
    /// Opens the journal in `dir`, creating folder and file where there are none.
    ///
    /// Checks identity, head, last record and witness; it does not read every record, because
    /// [`Journal::records`] verifies what it returns. A journal that is refused is left unchanged.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(dir: &Path, options: Options) -> Result<Self, OpenError> {
        layout::check_sqlite(rusqlite::version_number())?;
        let system = |error: io::Error| OpenError::System {
            dir: dir.into(),
            why: error.to_string(),
        };
        layout::create_folder(dir).map_err(system)?;
        let lock = Arc::new(Lock::take(dir)?);
        let file = dir.join(layout::FILE_NAME);
        let (witness, witnessed) = Witness::open(dir).map_err(system)?;
        if !options.accept_loss {
            witness::refuse_emptied(&file, &witnessed)?;
        }
        let reserve = reserve_for_opening(dir, &options).map_err(system)?;
        layout::create_file(&file).map_err(system)?;
        layout::make_wal_durable(dir).map_err(system)?;
        let mut connection = layout::connect(&file).map_err(|error| layout::refusal(&file, &error))?;
        layout::establish(&mut connection, &file)?;
        let head = read::head(&connection, &options.schema)?;
        let linkers = read::linkers(&options.schema);
        let dir = dir.to_path_buf();
        let mut journal = SqliteJournal {
            connection,
            dir,
            options,
            linkers,
            head,
            witness,
            witnessed,
            reserve,
            blobs_checked: Cell::new(false),
            stopped: None,
            lock,
        };
        journal.settle(&file)?;
        Ok(journal)
    }

    /// Grows the reserve back to its size if the disk has room for that and the low water mark.
    /// Called when the journal is opened; call it again when space may have come back.
    ///
    /// # Errors
    /// The system's; the reserve then keeps its former size.
    pub fn tend_reserve(&mut self) -> io::Result<()> {
        let free = self.options.probe.free_bytes(&self.dir)?;
        self.reserve
            .fill(self.options.reserve_bytes, free, self.options.low_water_bytes)
    }

    /// How much room is left. Where the disk does not say, [`Space::ReserveOnly`]: safety traffic
    /// passes and nothing is claimed.
    pub fn space(&self) -> Space {
        match self.options.probe.free_bytes(&self.dir) {
            Ok(free) => space::level(free, self.reserve.bytes(), self.options.marks()),
            Err(_unknown) => Space::ReserveOnly,
        }
    }

    /// Verifies everything: each record against the chain and the head, each blob and snapshot
    /// against its check, and the structure of the file.
    ///
    /// # Errors
    /// The first fault, named as closely as it can be.
    pub fn verify(&self) -> Result<Verified, JournalError> {
        self.reader().verify()
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        Reader {
            connection: &self.connection,
            linkers: &self.linkers,
            schema: &self.options.schema,
            head: self.head,
            blobs_checked: &self.blobs_checked,
        }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn lock(&self) -> Arc<Lock> {
        Arc::clone(&self.lock)
    }

    pub(super) fn witnessed(&self) -> &Witnessed {
        &self.witnessed
    }

    pub(super) fn reserve_bytes(&self) -> u64 {
        self.reserve.bytes()
    }

    /// After the checks of the file itself: holds it against the witness, then makes it writable.
    fn settle(&mut self, file: &Path) -> Result<(), OpenError> {
        let kept = witness::hold(&self.witnessed, &self.head, |seq| self.reader().link_at(seq));
        match kept {
            Err(JournalError::Lost { .. } | JournalError::OtherHistory { .. })
                if self.options.accept_loss => {}
            other => other?,
        }
        let refused = |error| layout::refusal(file, &error);
        layout::make_durable(&self.connection).map_err(refused)?;
        layout::checkpoint_on_close(&self.connection).map_err(refused)?;
        layout::open_wal(&self.connection).map_err(refused)?;
        let system = |error: io::Error| OpenError::System {
            dir: self.dir.clone(),
            why: error.to_string(),
        };
        layout::sync_folder_of(file).map_err(system)?;
        self.witness.note_durably(&self.head).map_err(system)?;
        // A disk too full for the reserve is a level of `space`, not a reason to stay down.
        let _space_tells = self.tend_reserve();
        Ok(())
    }

    /// Runs one transaction. For a write that may use the reserve, `room` is what it needs on the
    /// disk: reserve is given up before it where the disk is nearly full, and once more if it was
    /// full all the same. Any other failure stops the journal.
    fn commit<T>(
        &mut self,
        room: u64,
        work: impl Fn(&Connection) -> Result<T, Fault>,
    ) -> Result<T, AppendError> {
        if let Some(why) = &self.stopped {
            return Err(AppendError::Stopped { why: why.clone() });
        }
        let held = self.reserve.bytes();
        self.make_room(room);
        let mut done = write::transact(&self.connection, &work);
        if done.as_ref().is_err_and(write::is_full) && self.release(room) {
            done = write::transact(&self.connection, &work);
        }
        self.take_back(held);
        done.map_err(|fault| self.judge(fault))
    }

    /// What was given up for a write and not used goes back into the reserve at once: whoever
    /// filled the disk would take it before the next write.
    fn take_back(&mut self, held: u64) {
        if self.reserve.bytes() >= held {
            return;
        }
        if let Ok(free) = self.options.probe.free_bytes(&self.dir) {
            let target = held.min(self.reserve.bytes().saturating_add(free));
            // Space that is gone by now stays gone, and shows in the level.
            let _level_tells = self.reserve.fill(target, free, 0);
        }
    }

    /// What a fault means for the caller and for this journal.
    fn judge(&mut self, fault: Fault) -> AppendError {
        let in_doubt = !self.connection.is_autocommit();
        match fault {
            Fault::Refused(refusal) if !in_doubt => refusal,
            ref fault if !in_doubt && write::is_full(fault) => AppendError::Full,
            Fault::Refused(refusal) => self.stop(refusal.to_string()),
            Fault::Sqlite(error) => self.stop(error.to_string()),
        }
    }

    fn stop(&mut self, why: String) -> AppendError {
        self.stopped = Some(why.clone());
        AppendError::Disk { why }
    }

    /// Gives up reserve before SQLite meets a full disk: it cannot roll back the growth of every
    /// one of its files.
    fn make_room(&mut self, room: u64) {
        if room == 0 || self.reserve.bytes() == 0 {
            return;
        }
        let free = self.options.probe.free_bytes(&self.dir);
        if free.is_ok_and(|free| free < room) {
            self.release(room);
        }
    }

    /// Gives up reserve and folds the write-ahead log into the file, which frees what the log took.
    /// Says whether either made room. A write that may not use the reserve changes nothing.
    fn release(&mut self, room: u64) -> bool {
        if room == 0 {
            return false;
        }
        let given = self.reserve.release(room).unwrap_or(false);
        let folded = layout::empty_wal(&self.connection).unwrap_or(false);
        given || folded
    }

    /// A snapshot can be rebuilt: it takes neither the reserve nor the space below the low water.
    fn has_room_beside_the_low_water(&self, bytes: usize) -> bool {
        let free = self.options.probe.free_bytes(&self.dir);
        let wanted = self.options.low_water_bytes.saturating_add(room_for(bytes));
        free.is_ok_and(|free| free >= wanted)
    }
}

/// The reserve as it stands, less a step where the disk is too full even for opening.
fn reserve_for_opening(dir: &Path, options: &Options) -> io::Result<Reserve> {
    let mut reserve = Reserve::open(dir)?;
    let free = options.probe.free_bytes(dir);
    if free.is_ok_and(|free| free < room_for(0)) {
        reserve.release(room_for(0))?;
    }
    Ok(reserve)
}

/// Space a write of `bytes` may take on the disk: once in the write-ahead log, once more when that
/// is copied into the file, and pages around both.
fn room_for(bytes: usize) -> u64 {
    2 * bytes as u64 + WRITE_OVERHEAD_BYTES
}

impl Journal for SqliteJournal {
    fn next_seq(&self) -> u64 {
        self.head.seq + 1
    }

    fn append(&mut self, expected_next: u64, records: &[Record], blobs: &[Blob]) -> Result<(), AppendError> {
        let actual = self.next_seq();
        if expected_next != actual {
            return Err(AppendError::Fenced {
                expected: expected_next,
                actual,
            });
        }
        let linker = self
            .linkers
            .last()
            .expect("a schema has at least its first version");
        let batch = Batch::new(self.head, linker, records, blobs)?;
        self.commit(room_for(batch.bytes()), |connection| batch.write(connection))?;
        self.head = batch.mark();
        self.witness.note(&self.head);
        Ok(())
    }

    fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.reader().records(from, limit)
    }

    fn get_blob(&self, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        self.reader().blob(key)
    }

    fn blobs(&self, from: &[u8], below: &[u8], limit: usize) -> Result<Vec<Blob>, JournalError> {
        self.reader().blobs(from, below, limit)
    }

    fn erase_blob(&mut self, key: &[u8]) -> Result<bool, AppendError> {
        let erased = self.commit(room_for(0), |connection| write::erase_blob(connection, key))?;
        let unfinished = |why: String| AppendError::EraseUnfinished { why };
        match layout::empty_wal(&self.connection) {
            // The shorter log must be on the disk too, or a power cut brings its older pages back.
            Ok(true) => layout::make_wal_durable(&self.dir)
                .map(|()| erased)
                .map_err(|error| unfinished(error.to_string())),
            Ok(false) => Err(unfinished("a backup is being made".into())),
            Err(error) => Err(unfinished(error.to_string())),
        }
    }

    fn save_snapshot(&mut self, upto: u64, data: &[u8]) -> Result<(), AppendError> {
        write::check_snapshot_size(data)?;
        if upto > self.head.seq {
            return Err(AppendError::SnapshotAhead {
                upto,
                newest: self.head.seq,
            });
        }
        if !self.has_room_beside_the_low_water(data.len()) {
            return Err(AppendError::NoRoomForSnapshot);
        }
        let link = self
            .reader()
            .link_at(upto)
            .map_err(|error| self.stop(error.to_string()))?;
        let check = snapshot_check(upto, &link, data);
        self.commit(0, |connection| {
            write::save_snapshot(connection, upto, &check, data)
        })
    }

    fn newest_snapshot(&self) -> Result<Option<(u64, Vec<u8>)>, JournalError> {
        self.reader().newest_snapshot()
    }
}
