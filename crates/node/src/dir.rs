//! The folder of a node: where everything lies, and how secrets are written.
//!
//! Guarantees: a secret file is readable by its owner alone from the moment it has its
//! name; a file written here is either the old one or the new one after any crash.

use crate::failed::Failed;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A node's folder.
#[derive(Clone, Debug)]
pub struct NodeDir {
    root: PathBuf,
}

impl NodeDir {
    /// Names a folder; it need not exist.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        NodeDir { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Settings.
    pub fn config(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// All key material.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// One secret per line.
    pub fn line_keys(&self) -> PathBuf {
        self.keys().join("lines")
    }

    /// The journal.
    pub fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// Names this copy of the journal: event ids of another copy are not ours.
    pub fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    /// Bearer tokens for the command line on this machine.
    pub fn tokens(&self) -> PathBuf {
        self.root.join("tokens")
    }

    /// What a running node tells the command line.
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    /// Address of the HTTP surface of the running or last run node.
    pub fn http_address(&self) -> PathBuf {
        self.run().join("http")
    }

    /// Address of the open service of the running or last run node.
    pub fn open_address(&self) -> PathBuf {
        self.run().join("open")
    }

    /// Address on which lines are taken.
    pub fn line_address(&self) -> PathBuf {
        self.run().join("lines")
    }

    /// Process id of the running node; absent after a clean stop.
    pub fn pid(&self) -> PathBuf {
        self.run().join("pid")
    }

    /// Creates the folder and its parts, for the owner alone.
    pub fn create(&self) -> Result<(), Failed> {
        for dir in [
            self.root.clone(),
            self.keys(),
            self.line_keys(),
            self.tokens(),
            self.run(),
        ] {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(&dir);
            made.map_err(|why| Failed::file("create the folder", &dir, &why))?;
        }
        Ok(())
    }

    /// Whether a node was set up here.
    pub fn exists(&self) -> bool {
        self.config().exists()
    }
}

/// Writes a file for the owner alone, durably: content, then name, then folder.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    replace(path, bytes).map_err(|why| Failed::file("write", path, &why))
}

/// Reads a small text file; none when it does not exist.
pub fn read_text(path: &Path) -> Result<Option<String>, Failed> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(Failed::file("read", path, &why)),
    }
}

/// Reads a secret, and refuses one that others on this machine may read.
pub fn read_private(path: &Path) -> Result<Option<String>, Failed> {
    let text = read_text(path)?;
    if text.is_some() {
        let mode = fs::metadata(path)
            .map_err(|why| Failed::file("look", path, &why))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(Failed::refused(format_args!(
                "{} can be read by other users (mode {:o}). Treat its key as known to them, or, if nobody else \
                 was on this machine, run: chmod 600 {}",
                path.display(),
                mode & 0o777,
                path.display()
            )));
        }
    }
    Ok(text)
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    match fs::remove_file(&partial) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&partial, path)?;
    let named = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(named.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        write_private(&path, b"one").unwrap();
        write_private(&path, b"two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read_private(&path).unwrap().as_deref(), Some("two"));
    }

    #[test]
    fn a_file_beside_us_needs_no_folder_in_its_name() {
        let name = format!("beside-{}", std::process::id());
        write_private(Path::new(&name), b"one").unwrap();
        fs::remove_file(name).unwrap();
    }

    #[test]
    fn a_secret_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        write_private(&path, b"one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = read_private(&path).unwrap_err().to_string();
        assert!(
            refused.contains("644") && refused.contains("chmod 600"),
            "{refused}"
        );
    }

    #[test]
    fn what_is_not_there_reads_as_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read_private(&dir.path().join("none")).unwrap(), None);
    }
}
