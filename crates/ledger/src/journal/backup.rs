//! Backups: one checked file, made while the journal goes on; and the way back.

use super::error::{BackupError, JournalError, OpenError};
use super::layout;
use super::lock::Lock;
use super::read::{self, Reader, Verified};
use super::sqlite::SqliteJournal;
use super::upcast::Schema;
use super::witness::{self, Mark, Witness};
use rusqlite::backup::{Backup, StepResult};
use std::cell::Cell;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A backup to be made, on any thread: the journal takes writes meanwhile, and the backup holds
/// what was acknowledged when it began. It keeps the folder locked while it lives.
pub struct BackupJob {
    file: PathBuf,
    schema: Schema,
    _lock: Arc<Lock>,
}

impl SqliteJournal {
    /// A backup job for this journal.
    pub fn backup_job(&self) -> BackupJob {
        let file = self.dir().join(layout::FILE_NAME);
        BackupJob {
            file,
            schema: self.options().schema,
            _lock: self.lock(),
        }
    }

    /// Makes a backup at once, on this thread.
    ///
    /// # Errors
    /// As for [`BackupJob::run`].
    pub fn backup(&self, to: &Path) -> Result<Verified, BackupError> {
        self.backup_job().run(to)
    }
}

impl BackupJob {
    /// Copies the journal to the file `to`, verifies the copy and gives it its name only then.
    ///
    /// # Errors
    /// See [`BackupError`]; no file of the name `to` is left behind, or a whole one where the disk refuses to
    /// remove it.
    pub fn run(&self, to: &Path) -> Result<Verified, BackupError> {
        refuse_existing(to)?;
        let partial = partial_of(to);
        let made = self
            .copy_to(&partial)
            .and_then(|()| verify_file(&partial, &self.schema));
        finish(made, &partial, to)
    }

    fn copy_to(&self, partial: &Path) -> Result<(), BackupError> {
        let failed = |error: rusqlite::Error| system(partial, error.to_string());
        create_anew(partial)?;
        let source = layout::connect(&self.file).map_err(failed)?;
        let mut copy = layout::connect(partial).map_err(failed)?;
        let step = Backup::new(&source, &mut copy)
            .and_then(|backup| backup.step(-1))
            .map_err(failed)?;
        if step != StepResult::Done {
            return Err(system(partial, format!("SQLite stopped at {step:?}")));
        }
        // One file, without a write-ahead log beside it.
        copy.pragma_update(None, "journal_mode", "delete").map_err(failed)
    }
}

/// Puts the backup `from` into the folder `to_dir` as its journal, after verifying the copy.
///
/// The folder may exist but must hold no journal. The restored journal knows nothing of what was
/// acknowledged after the backup: the engine learns that from the peers before it seals anything.
///
/// # Errors
/// See [`BackupError`]; no journal is left in the folder, or a whole one where the disk refuses to remove it.
pub fn restore(from: &Path, to_dir: &Path, schema: &Schema) -> Result<Verified, BackupError> {
    if fs::metadata(beside(from, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(BackupError::NotABackup { path: from.into() });
    }
    let failed = |error: io::Error| system(to_dir, error.to_string());
    layout::create_folder(to_dir).map_err(failed)?;
    let _lock = Lock::take(to_dir)?;
    let file = to_dir.join(layout::FILE_NAME);
    for name in [
        &file,
        &beside(&file, "-wal"),
        &beside(&file, "-shm"),
        &to_dir.join(witness::FILE_NAME),
    ] {
        refuse_existing(name)?;
    }
    let partial = partial_of(&file);
    let made = copy_file(from, &partial).and_then(|()| verify_file(&partial, schema));
    let verified = finish(made, &partial, &file)?;
    let mark = Mark {
        seq: verified.records,
        chain: verified.head_hash,
    };
    let noted = Witness::open(to_dir).and_then(|(witness, _)| witness.note_durably(&mark));
    if let Err(error) = noted {
        remove_all([to_dir.join(witness::FILE_NAME), file]);
        return Err(failed(error));
    }
    Ok(verified)
}

/// Gives a verified copy its name, durably; removes any other.
fn finish(made: Result<Verified, BackupError>, partial: &Path, to: &Path) -> Result<Verified, BackupError> {
    let named = made.and_then(|verified| {
        let name = || {
            File::open(partial)?.sync_all()?;
            fs::rename(partial, to)?;
            layout::sync_folder_of(to).inspect_err(|_not_durable| remove_all([to.into()]))
        };
        name()
            .map(|()| verified)
            .map_err(|error| system(to, error.to_string()))
    });
    if named.is_err() {
        remove_all(with_company(partial));
    }
    named
}

fn verify_file(file: &Path, schema: &Schema) -> Result<Verified, BackupError> {
    let connection = layout::connect(file).map_err(|error| layout::refusal(file, &error))?;
    layout::check(&connection, file)?;
    let head = read::head(&connection, schema).map_err(|error| match error {
        OpenError::Damaged(damage) => BackupError::Damaged(damage),
        other => BackupError::Unusable(other),
    })?;
    let linkers = read::linkers(schema);
    let blobs_checked = Cell::new(false);
    let reader = Reader {
        connection: &connection,
        linkers: &linkers,
        schema,
        head,
        blobs_checked: &blobs_checked,
    };
    let verified: Result<Verified, JournalError> = reader.verify();
    Ok(verified?)
}

fn copy_file(from: &Path, partial: &Path) -> Result<(), BackupError> {
    create_anew(partial)?;
    let copy = || {
        let mut target = OpenOptions::new().write(true).open(partial)?;
        io::copy(&mut File::open(from)?, &mut target)
    };
    copy()
        .map(|_bytes| ())
        .map_err(|error| system(from, error.to_string()))
}

/// An empty file that only this user may read, in place of what an interrupted run left. SQLite would take a log
/// left beside it for its own.
fn create_anew(partial: &Path) -> Result<(), BackupError> {
    remove_all(with_company(partial));
    let created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(partial);
    created
        .map(|_file| ())
        .map_err(|error| system(partial, error.to_string()))
}

/// A database and what SQLite puts beside it.
fn with_company(file: &Path) -> [PathBuf; 4] {
    ["-journal", "-wal", "-shm", ""].map(|suffix| beside(file, suffix))
}

/// Removes what is there of these; what cannot be removed stays, and the error at hand is told instead.
fn remove_all(names: impl IntoIterator<Item = PathBuf>) {
    for name in names {
        let _may_not_exist = fs::remove_file(name);
    }
}

fn refuse_existing(path: &Path) -> Result<(), BackupError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(BackupError::Exists { path: path.into() });
    }
    Ok(())
}

fn partial_of(file: &Path) -> PathBuf {
    beside(file, ".partial")
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    name.into()
}

fn system(path: &Path, why: String) -> BackupError {
    BackupError::System {
        path: path.into(),
        why,
    }
}

// A backup runs beside the writer, on a thread of its own.
const _: fn() = || {
    fn sendable<T: Send + 'static>() {}
    sendable::<BackupJob>();
};
