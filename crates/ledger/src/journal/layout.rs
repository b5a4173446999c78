//! The database file: its tables, its identity, and how connections to it are set up.

use super::error::{Class, JournalError, OpenError, class_of};
use super::limits::{PAGE_CACHE_KIB, SQLITE_AT_LEAST, WAL_CHECKPOINT_PAGES, WAL_COPY_BYTES, WAL_KEEP_BYTES};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::Path;

/// Name of the database in the journal's folder.
pub(super) const FILE_NAME: &str = "journal.sqlite";

/// Name of its write-ahead log, beside it. Unlike the database it may be opened and closed here while SQLite has it
/// open: SQLite's locks are not on it.
const WAL_NAME: &str = "journal.sqlite-wal";

/// Name of the index of the write-ahead log, beside it while a node runs or after one died.
const WAL_INDEX_NAME: &str = "journal.sqlite-shm";

/// `DTNT` in the file's header: whose database this is.
const APPLICATION_ID: i64 = 0x4454_4E54;

/// Version of the tables below.
const LAYOUT_VERSION: i64 = 1;

/// The tables, in the order of creation. Compared word for word when a file is opened, so that
/// neither damage nor a foreign trigger in the schema goes unseen.
const TABLES: [&str; 4] = [
    "CREATE TABLE head (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, chain BLOB NOT NULL) STRICT",
    "CREATE TABLE record (seq INTEGER PRIMARY KEY, version INTEGER NOT NULL, chain BLOB NOT NULL, \
     data BLOB NOT NULL) STRICT",
    "CREATE TABLE blob (key BLOB PRIMARY KEY NOT NULL, chk BLOB, data BLOB) STRICT",
    "CREATE TABLE snapshot (upto INTEGER PRIMARY KEY, chk BLOB NOT NULL, data BLOB NOT NULL) STRICT",
];

/// Refuses an SQLite that can lose committed transactions.
pub(super) fn check_sqlite(found: i32) -> Result<(), OpenError> {
    if found < SQLITE_AT_LEAST {
        Err(OpenError::SqliteTooOld { found })
    } else {
        Ok(())
    }
}

/// Creates the journal's folder, and those above it that are missing, so that it is there after a power cut: a
/// lost folder takes with it what was synchronised inside. One that was there is synchronised too, because a start
/// before this one may have died between making it and this.
pub(super) fn create_folder(dir: &Path) -> io::Result<()> {
    let dir = std::path::absolute(dir)?;
    let missing = dir.ancestors().take_while(|folder| !folder.exists()).count();
    DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
    let below_the_root = dir.ancestors().filter(|folder| folder.parent().is_some());
    for (level, folder) in below_the_root.enumerate() {
        match sync_folder_of(folder) {
            Err(error) if level >= missing && (level > 0 || is_not_for_us(&error)) => {}
            done => done?,
        }
    }
    Ok(())
}

/// Whether a folder that was there before cannot be synchronised by this user, or not at all, as on a file system
/// that is only read: whoever made it has seen to it.
fn is_not_for_us(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(
        error.kind(),
        K::PermissionDenied | K::ReadOnlyFilesystem | K::InvalidInput | K::Unsupported
    )
}

/// Creates an empty file that only this user may read, unless there is one.
pub(super) fn create_file(file: &Path) -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(file)?
        .sync_all()?;
    sync_folder_of(file)
}

/// Makes a created or renamed entry durable.
pub(super) fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// A connection that does not trust the file and does not yet touch the write-ahead log when it is
/// closed: a journal that is refused stays as it was found.
pub(super) fn connect(file: &Path) -> rusqlite::Result<Connection> {
    guarded(Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?)
}

/// A connection that reads and creates no file. Where the database is `shared` it takes SQLite's locks of a reader,
/// under which a node writes on; else it takes none, and the file must not change meanwhile.
pub(super) fn connect_to_read(file: &Path, shared: bool) -> rusqlite::Result<Connection> {
    let how = if shared { "readonly_shm=1" } else { "immutable=1" };
    let uri = format!("file:{}?mode=ro&{how}", escaped(file));
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    guarded(Connection::open_with_flags(uri, flags)?)
}

/// Whether records may lie in a write-ahead log, where a node runs or has died, and are to be read beside it.
pub(super) fn is_shared(dir: &Path) -> Result<bool, OpenError> {
    let log = std::fs::metadata(dir.join(WAL_NAME)).map(|log| log.len());
    let index = dir.join(WAL_INDEX_NAME).exists();
    match log {
        Ok(_) if index => Ok(true),
        Ok(1..) => Err(OpenError::NoIndex { dir: dir.into() }),
        _ => Ok(false),
    }
}

/// A path inside of a URI.
fn escaped(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let bytes = path.as_os_str().as_bytes().iter();
    let char_of = |byte: &u8| match *byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    bytes.map(char_of).collect()
}

/// Makes a connection distrust its file.
fn guarded(connection: Connection) -> rusqlite::Result<Connection> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "cache_size", -i64::from(PAGE_CACHE_KIB))?;
    Ok(connection)
}

/// Sets the one writing connection up so that a commit is on the disk when it returns.
pub(super) fn make_durable(connection: &Connection) -> rusqlite::Result<()> {
    use_wal(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", WAL_CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", WAL_KEEP_BYTES)?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    assert!(
        mode == "wal" && synchronous == 2,
        "SQLite must accept WAL and synchronous=FULL"
    );
    Ok(())
}

/// Switches to the write-ahead log. SQLite answers `wal` before it writes that into the file and only then says whether
/// it could: whoever reads the answer alone goes on with a rollback journal, whose removal it does not synchronise, and
/// a power cut takes back what was committed.
fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    let mut switch = connection.prepare("PRAGMA journal_mode = wal")?;
    let mut rows = switch.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// Reads once, so that the write-ahead log is created. The folder must be synchronised after it, by us: SQLite does so
/// at its first synchronisation and passes over a failure, and a power cut then takes the log, or brings back the
/// rollback journal of the switch to it.
pub(super) fn open_wal(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .query_row("SELECT seq FROM head", [], |row| row.get::<_, i64>(0))
        .map(|_seq| ())
}

/// Lets the connection fold the write-ahead log into the file when it is closed.
pub(super) fn checkpoint_on_close(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
        .map(|_| ())
}

/// Empties the write-ahead log into the file, so that no older page stays readable in it. False
/// where another connection still needs it.
pub(super) fn empty_wal(connection: &Connection) -> rusqlite::Result<bool> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// Makes length and content of the write-ahead log in `dir` durable, where there is one.
///
/// It is written over itself first. What a start finds in the log counts as acknowledged from then on, and a part of
/// it may be in the kernel's memory alone: because the process died before it synchronised, or because that failed,
/// after which Linux takes the pages for written and synchronising again does nothing. The bytes stay the same, so a
/// crash in between leaves each of them as it was.
pub(super) fn make_wal_durable(dir: &Path) -> io::Result<()> {
    let log = match OpenOptions::new().read(true).write(true).open(dir.join(WAL_NAME)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut bytes = vec![0; WAL_COPY_BYTES];
    let mut at = 0;
    loop {
        let read = log.read_at(&mut bytes, at)?;
        if read == 0 {
            return log.sync_all();
        }
        log.write_all_at(&bytes[..read], at)?;
        at += read as u64;
    }
}

/// Creates the tables in an empty file; refuses any file that is not exactly such a journal.
pub(super) fn establish(connection: &mut Connection, file: &Path) -> Result<(), OpenError> {
    let objects = schema_of(connection).map_err(|error| refusal(file, &error))?;
    if objects.is_empty() && identity(connection, file)? == (0, 0) {
        create_tables(connection).map_err(|error| refusal(file, &error))?;
    }
    check(connection, file)
}

/// Refuses a file that is not exactly a journal of this layout; changes nothing.
pub(super) fn check(connection: &Connection, file: &Path) -> Result<(), OpenError> {
    let (application, version) = identity(connection, file)?;
    if application != APPLICATION_ID || version < 1 {
        return Err(OpenError::NotAJournal { file: file.into() });
    }
    if version > LAYOUT_VERSION {
        return Err(OpenError::TooNew {
            what: "file layout",
            found: version,
            known: LAYOUT_VERSION,
        });
    }
    if schema_of(connection).map_err(|error| refusal(file, &error))? != TABLES {
        return Err(JournalError::File {
            place: "the table of tables (page 1)".into(),
        }
        .into());
    }
    Ok(())
}

/// What an error of SQLite while opening means.
pub(super) fn refusal(file: &Path, error: &rusqlite::Error) -> OpenError {
    match class_of(error) {
        Class::Damaged => JournalError::File {
            place: format!("a page SQLite rejects or cannot read ({error})"),
        }
        .into(),
        Class::Full | Class::Disk => OpenError::System {
            dir: file.parent().unwrap_or(file).into(),
            why: error.to_string(),
        },
    }
}

fn identity(connection: &Connection, file: &Path) -> Result<(i64, i64), OpenError> {
    let read = |name| {
        let value: rusqlite::Result<i64> = connection.pragma_query_value(None, name, |row| row.get(0));
        value.map_err(|error| refusal(file, &error))
    };
    Ok((read("application_id")?, read("user_version")?))
}

fn schema_of(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn create_tables(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for table in TABLES {
        transaction.execute_batch(table)?;
    }
    transaction.execute(
        "INSERT INTO head (id, seq, chain) VALUES (0, 0, ?1)",
        [super::GENESIS],
    )?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", LAYOUT_VERSION)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_that_loses_commits_is_refused() {
        assert!(matches!(
            check_sqlite(3_051_002),
            Err(OpenError::SqliteTooOld { found: 3_051_002 })
        ));
        assert!(check_sqlite(3_051_003).is_ok());
        assert!(check_sqlite(rusqlite::version_number()).is_ok());
    }
}
