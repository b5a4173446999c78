//! The witness: the last acknowledged record, written outside the database after each commit.
//!
//! SQLite ends its recovery at the first bad byte of the write-ahead log and treats what follows
//! as never committed. The witness tells that loss from a crash: every record it names was durable
//! before the witness was written, so a database that ends earlier, or holds another record at
//! that place, has lost or exchanged acknowledged records.
//!
//! It is overwritten in place and not synchronised. After a power cut it may name an older record;
//! that is still a true lower bound.

use super::chain::ChainHash;
use super::error::JournalError;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// Name of the file in the journal's folder.
pub(super) const FILE_NAME: &str = "acknowledged";

const TAG: &str = "detente/acknowledged/v1";

/// A point of the record chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The newest record; 0 when there is none.
    pub(super) seq: u64,
    /// The chain's link at `seq`.
    pub(super) chain: ChainHash,
}

/// What the file said when it was opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Witnessed {
    /// There was no file, or an empty one.
    Nothing,
    /// The file is not a mark: damaged, or from a newer program.
    Unreadable,
    /// Everything up to this mark had been acknowledged.
    Mark(Mark),
}

/// The open witness file.
#[derive(Debug)]
pub(super) struct Witness {
    file: File,
}

impl Witness {
    /// Opens or creates the file and reads it; changes nothing in it.
    pub(super) fn open(dir: &Path) -> io::Result<(Self, Witnessed)> {
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let file = options.open(dir.join(FILE_NAME))?;
        let witnessed = read(&file)?;
        Ok((Witness { file }, witnessed))
    }

    /// Notes that everything up to `mark` has been acknowledged. A failure leaves the older mark
    /// or an unreadable one; neither claims too much, so the append it follows still stands.
    pub(super) fn note(&self, mark: &Mark) {
        let _older_mark_stays = self.file.write_all_at(encode(mark).as_bytes(), 0);
    }

    /// As [`Witness::note`], durable on return, over whatever the file held. In place, so that it
    /// succeeds on a full disk.
    pub(super) fn note_durably(&self, mark: &Mark) -> io::Result<()> {
        let line = encode(mark);
        self.file.write_all_at(line.as_bytes(), 0)?;
        self.file.set_len(line.len() as u64)?;
        self.file.sync_all()
    }
}

/// Reads the file in `dir`, and makes none where there is none.
pub(super) fn look(dir: &Path) -> io::Result<Witnessed> {
    match File::open(dir.join(FILE_NAME)) {
        Ok(file) => read(&file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Witnessed::Nothing),
        Err(error) => Err(error),
    }
}

/// Refuses a database that is gone or empty although records were acknowledged, before SQLite
/// takes the write-ahead log beside it for a stale one and deletes it.
pub(super) fn refuse_emptied(file: &Path, witnessed: &Witnessed) -> Result<(), JournalError> {
    let emptied = std::fs::metadata(file).map_or(true, |file| file.len() == 0);
    match witnessed {
        Witnessed::Mark(Mark { seq: upto @ 1.., .. }) if emptied => {
            Err(JournalError::Lost { from: 1, upto: *upto })
        }
        _ => Ok(()),
    }
}

/// Holds the database against the mark, where there is one; see [`check`].
pub(super) fn hold(
    witnessed: &Witnessed,
    here: &Mark,
    at: impl FnOnce(u64) -> Result<ChainHash, JournalError>,
) -> Result<(), JournalError> {
    match witnessed {
        Witnessed::Mark(mark) => check(mark, here, at),
        Witnessed::Nothing | Witnessed::Unreadable => Ok(()),
    }
}

/// Checks the mark against the database: `here` is its newest record, `at` finds the link it holds
/// for a given record.
fn check(
    mark: &Mark,
    here: &Mark,
    at: impl FnOnce(u64) -> Result<ChainHash, JournalError>,
) -> Result<(), JournalError> {
    if mark.seq > here.seq {
        return Err(JournalError::Lost {
            from: here.seq + 1,
            upto: mark.seq,
        });
    }
    if at(mark.seq)? != mark.chain {
        return Err(JournalError::OtherHistory { seq: mark.seq });
    }
    Ok(())
}

fn read(file: &File) -> io::Result<Witnessed> {
    let mut text = [0u8; 256];
    let mut length = 0;
    while length < text.len() {
        match file.read_at(&mut text[length..], length as u64)? {
            0 => break,
            more => length += more,
        }
    }
    if length == 0 {
        return Ok(Witnessed::Nothing);
    }
    let mark = std::str::from_utf8(&text[..length]).ok().and_then(decode);
    Ok(mark.map_or(Witnessed::Unreadable, Witnessed::Mark))
}

/// One line of fixed length, so that each overwrites the last exactly; within one disk sector.
fn encode(mark: &Mark) -> String {
    let body = format!("{TAG} {:020} {}", mark.seq, hex::encode(mark.chain));
    let check = check_of(&body);
    format!("{body} {check}\n")
}

fn decode(text: &str) -> Option<Mark> {
    let (body, check) = text.strip_suffix('\n')?.rsplit_once(' ')?;
    if check != check_of(body) {
        return None;
    }
    let mut words = body.split(' ');
    if words.next()? != TAG {
        return None;
    }
    let seq = words.next()?.parse().ok()?;
    let chain = hex::decode(words.next()?).ok()?.try_into().ok()?;
    Some(Mark { seq, chain })
}

fn check_of(body: &str) -> String {
    hex::encode(&Sha256::digest(body.as_bytes())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Mark = Mark {
        seq: 1234,
        chain: [7; 32],
    };

    #[test]
    fn mark_survives_writing_and_reading() {
        let dir = tempfile::tempdir().unwrap();
        let (witness, before) = Witness::open(dir.path()).unwrap();
        assert_eq!(before, Witnessed::Nothing);
        witness.note(&MARK);
        witness.note(&Mark { seq: 1235, ..MARK });
        let (_, after) = Witness::open(dir.path()).unwrap();
        assert_eq!(after, Witnessed::Mark(Mark { seq: 1235, ..MARK }));
    }

    #[test]
    fn longer_rubbish_is_overwritten_whole() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE_NAME), [b'x'; 400]).unwrap();
        let (witness, before) = Witness::open(dir.path()).unwrap();
        assert_eq!(before, Witnessed::Unreadable);
        witness.note_durably(&MARK).unwrap();
        let (_, after) = Witness::open(dir.path()).unwrap();
        assert_eq!(after, Witnessed::Mark(MARK));
    }

    #[test]
    fn any_changed_byte_makes_the_mark_unreadable() {
        let good = encode(&MARK);
        assert_eq!(decode(&good), Some(MARK));
        for at in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[at] ^= 1;
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(decode(&changed), None, "byte {at}");
        }
    }

    #[test]
    fn mark_fits_one_disk_sector() {
        assert!(
            encode(&Mark {
                seq: u64::MAX,
                chain: [255; 32]
            })
            .len()
                <= 512
        );
    }

    #[test]
    fn database_that_ends_before_the_mark_has_lost_records() {
        let here = Mark {
            seq: 1200,
            chain: [1; 32],
        };
        let found = check(&MARK, &here, |_| Ok([7; 32])).unwrap_err();
        assert!(matches!(
            found,
            JournalError::Lost {
                from: 1201,
                upto: 1234
            }
        ));
    }

    #[test]
    fn database_with_another_record_at_the_mark_is_another_history() {
        let here = Mark {
            seq: 2000,
            chain: [1; 32],
        };
        let found = check(&MARK, &here, |_| Ok([8; 32])).unwrap_err();
        assert!(matches!(found, JournalError::OtherHistory { seq: 1234 }));
    }
}
