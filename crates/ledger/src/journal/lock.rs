//! One process at a time: an advisory lock that the system drops with the process, however it ends.

use super::error::OpenError;
use super::limits::MAX_HOLDER_CHARS;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// Name of the lock file in the journal's folder.
pub(super) const FILE_NAME: &str = "lock";

/// Held while this lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock or says who holds it.
    pub(super) fn take(dir: &Path) -> Result<Self, OpenError> {
        let system = |error: std::io::Error| OpenError::System {
            dir: dir.into(),
            why: error.to_string(),
        };
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let file = options.open(dir.join(FILE_NAME)).map_err(system)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Locked {
                    dir: dir.into(),
                    holder: holder(&file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(system(error)),
        }
        sign(&file);
        Ok(Lock { file })
    }
}

impl Drop for Lock {
    /// Unlocks rather than only closes: a child process started in this instant still holds the
    /// same open file until it runs its program.
    fn drop(&mut self) {
        let _closing_unlocks_too = self.file.unlock();
    }
}

/// Writes who holds the lock, for the one who is refused; a hint, over the last one in place, so
/// that a full disk does not keep a node from starting.
fn sign(file: &File) {
    let line = format!(
        "{:<width$}\n",
        std::process::id(),
        width = MAX_HOLDER_CHARS as usize - 1
    );
    let _a_hint_only = file.write_all_at(line.as_bytes(), 0);
}

fn holder(file: &File) -> String {
    let mut text = String::new();
    let read = file.take(MAX_HOLDER_CHARS).read_to_string(&mut text);
    match (read, text.trim().parse::<u32>()) {
        (Ok(_), Ok(process)) => format!(" (process {process})"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_holder_is_refused_and_told_who_holds() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        let refusal = Lock::take(dir.path()).unwrap_err().to_string();
        assert!(
            refusal.contains(&format!("(process {})", std::process::id())),
            "{refusal}"
        );
        drop(first);
        Lock::take(dir.path()).unwrap();
    }

    #[test]
    fn lock_ends_with_its_holder_also_where_the_file_is_still_open_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let lock = Lock::take(dir.path()).unwrap();
        let _inherited = lock.file.try_clone().unwrap();
        drop(lock);
        Lock::take(dir.path()).unwrap();
    }
}
