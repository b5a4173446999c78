//! Reading a journal without touching its folder: for investigators, also beside a node that runs.

use super::doctor::{Finding, examine};
use super::error::{JournalError, OpenError};
use super::read::{self, Reader};
use super::upcast::Schema;
use super::witness::{self, Mark};
use super::{Record, layout};
use rusqlite::Connection;
use std::cell::Cell;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// A journal that is only read, as it stood when it was opened. It creates and changes nothing in the folder and does
/// not take its lock: a node may start, write and stop there meanwhile.
pub struct ReadOnlyJournal {
    connection: Connection,
    dir: PathBuf,
    schema: Schema,
    linkers: Vec<super::chain::Linker>,
    head: Mark,
    blobs_checked: Cell<bool>,
    /// The file as it was, where it is read without SQLite's locks because nobody else had it open.
    alone: Option<Metadata>,
}

impl ReadOnlyJournal {
    /// Opens the journal in `dir` and checks identity, head, last record and witness.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(dir: &Path, schema: Schema) -> Result<Self, OpenError> {
        layout::check_sqlite(rusqlite::version_number())?;
        let file = dir.join(layout::FILE_NAME);
        let system = |error: io::Error| OpenError::System {
            dir: dir.into(),
            why: error.to_string(),
        };
        let found = fs::metadata(&file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => OpenError::NoJournal { dir: dir.into() },
            _ => system(error),
        })?;
        // Before the head: a node that runs moves both on, the head first.
        let witnessed = witness::look(dir).map_err(system)?;
        witness::refuse_emptied(&file, &witnessed)?;
        let shared = layout::is_shared(dir)?;
        let connection =
            layout::connect_to_read(&file, shared).map_err(|error| layout::refusal(&file, &error))?;
        layout::check(&connection, &file)?;
        let journal = ReadOnlyJournal {
            head: head(&connection, &schema)?,
            linkers: read::linkers(&schema),
            connection,
            dir: dir.into(),
            schema,
            blobs_checked: Cell::new(false),
            alone: (!shared).then_some(found),
        };
        witness::hold(&witnessed, &journal.head, |seq| journal.reader().link_at(seq))?;
        Ok(journal)
    }

    /// The sequence number of the newest record; 0 in an empty journal.
    pub fn newest_seq(&self) -> u64 {
        self.head.seq
    }

    /// The records from `from` on, at most `limit`, as by [`super::Journal::records`].
    ///
    /// # Errors
    /// As there; [`JournalError::Read`] when the file was written to and has to be read anew.
    pub fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, JournalError> {
        let records = self.reader().records(from, limit);
        self.check_alone()?;
        records
    }

    /// Every fault of records, bodies, snapshots and of the file itself; none in a sound journal.
    pub fn faults(&self) -> Vec<Finding> {
        let findings = examine(&self.reader());
        match self.check_alone() {
            Ok(()) => findings,
            Err(error) => vec![error.into()],
        }
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            connection: &self.connection,
            linkers: &self.linkers,
            schema: &self.schema,
            head: self.head,
            blobs_checked: &self.blobs_checked,
        }
    }

    /// Without SQLite's locks only a file that nobody wrote to meanwhile was read as it is.
    fn check_alone(&self) -> Result<(), JournalError> {
        let Some(found) = &self.alone else { return Ok(()) };
        let now = fs::metadata(self.dir.join(layout::FILE_NAME))?;
        if now.len() == found.len() && now.modified()? == found.modified()? {
            return Ok(());
        }
        Err(JournalError::Read {
            why: "a node wrote to it meanwhile".to_owned(),
        })
    }
}

/// The head, and the last record it is held against, out of one view of the file.
fn head(connection: &Connection, schema: &Schema) -> Result<Mark, OpenError> {
    let view = connection.unchecked_transaction().map_err(JournalError::from)?;
    let head = read::head(connection, schema)?;
    view.finish().map_err(JournalError::from)?;
    Ok(head)
}
