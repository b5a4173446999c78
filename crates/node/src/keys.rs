//! Key material on disk: the node's own secret, its TLS key, one secret for each line.
//!
//! Guarantee: a line's secret is durable before the engine hears of the line, and is never
//! replaced by another one while its file is there.

use crate::clock::random;
use crate::dir::{NodeDir, read_private, write_private};
use crate::failed::Failed;
use crate::tls::Identity;
use accord::ids::{Desk, LineId};
use engine::keyring::{Keyring, SecretKeyring, is_name};
use std::fs;
use std::path::{Path, PathBuf};

/// Keys of a node, as they lie in its folder.
#[derive(Clone, Debug)]
pub struct Keys {
    dir: NodeDir,
}

impl Keys {
    /// The keys in `dir`; nothing is read yet.
    pub fn of(dir: &NodeDir) -> Self {
        Keys { dir: dir.clone() }
    }

    /// Makes the node's own keys where they are missing.
    pub fn create(&self) -> Result<(), Failed> {
        if read_private(&self.node_file())?.is_none() {
            write_private(&self.node_file(), hex::encode(random::<32>()?).as_bytes())?;
        }
        if read_private(&self.tls_file())?.is_none() {
            write_private(&self.tls_file(), Identity::generate()?.as_bytes())?;
        }
        Ok(())
    }

    /// The TLS key and a certificate for it.
    pub fn identity(&self) -> Result<Identity, Failed> {
        let path = self.tls_file();
        let pem = read_private(&path)?.ok_or_else(|| missing(&path))?;
        Identity::from_pem(&pem)
    }

    /// The node's own secret.
    pub fn node_secret(&self) -> Result<[u8; 32], Failed> {
        let path = self.node_file();
        self.read_secret(&path)?.ok_or_else(|| missing(&path))
    }

    /// A keyring with every line whose secret lies here.
    pub fn keyring(&self, desks: &[Desk]) -> Result<SecretKeyring, Failed> {
        let mut keyring = SecretKeyring::new(self.node_secret()?);
        for line in self.lines()? {
            if let Some(secret) = self.read_secret(&self.line_file(&line))? {
                keyring.add_line(&line, secret, desks);
            }
        }
        Ok(keyring)
    }

    /// The secret of a line: the one on disk, or a new one that is on disk when this returns.
    pub fn line_secret(&self, line: &LineId) -> Result<[u8; 32], Failed> {
        if !is_name(&line.0) {
            return Err(Failed::usage(format_args!(
                "line {line}: 1 to 32 of a-z, 0-9 and - are needed"
            )));
        }
        let path = self.line_file(line);
        if let Some(secret) = self.read_secret(&path)? {
            return Ok(secret);
        }
        let secret = random::<32>()?;
        write_private(&path, hex::encode(secret).as_bytes())?;
        Ok(secret)
    }

    /// Lines whose secrets lie here.
    pub fn lines(&self) -> Result<Vec<LineId>, Failed> {
        let folder = self.dir.line_keys();
        let listed =
            fs::read_dir(&folder).map_err(|why| Failed::file("list the line keys", &folder, &why))?;
        let mut lines = Vec::new();
        for item in listed {
            let item = item.map_err(|why| Failed::file("list the line keys", &folder, &why))?;
            let name = item.file_name().into_string().unwrap_or_default();
            if let Some(line) = name.strip_suffix(".secret").filter(|line| is_name(line)) {
                lines.push(LineId::from(line));
            }
        }
        lines.sort();
        Ok(lines)
    }

    fn read_secret(&self, path: &Path) -> Result<Option<[u8; 32]>, Failed> {
        let Some(text) = read_private(path)? else {
            return Ok(None);
        };
        engine::keyring::public_key(text.trim()).map(Some).ok_or_else(|| {
            Failed::refused(format_args!(
                "{} is not a key: 64 hexadecimal digits are needed. Put back the file from a backup; without it \
                 this node cannot sign as itself.",
                path.display()
            ))
        })
    }

    fn node_file(&self) -> PathBuf {
        self.dir.keys().join("node.secret")
    }

    fn tls_file(&self) -> PathBuf {
        self.dir.keys().join("tls.key.pem")
    }

    fn line_file(&self, line: &LineId) -> PathBuf {
        self.dir.line_keys().join(format!("{line}.secret"))
    }
}

fn missing(path: &Path) -> Failed {
    Failed::refused(format_args!(
        "{} is missing. A node without its keys is another node: put the file back from a backup.",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> (tempfile::TempDir, Keys) {
        let folder = tempfile::tempdir().unwrap();
        let dir = NodeDir::at(folder.path());
        dir.create().unwrap();
        let keys = Keys::of(&dir);
        keys.create().unwrap();
        (folder, keys)
    }

    #[test]
    fn keys_are_made_once_and_stay() {
        let (_folder, keys) = keys();
        let pin = keys.identity().unwrap().pin().to_owned();
        keys.create().unwrap();
        assert_eq!(keys.identity().unwrap().pin(), pin);
        let line = LineId::from("north");
        assert_eq!(keys.line_secret(&line).unwrap(), keys.line_secret(&line).unwrap());
        assert_eq!(keys.lines().unwrap(), [line]);
    }

    #[test]
    fn a_keyring_holds_every_line_on_disk() {
        let (_folder, keys) = keys();
        let line = LineId::from("north");
        keys.line_secret(&line).unwrap();
        let desks = [Desk::from("watch")];
        let set = keys
            .keyring(&desks)
            .unwrap()
            .key_set(&line, "Blue", &"0".repeat(64))
            .unwrap();
        assert_eq!(set.faults(), Vec::<String>::new());
    }

    #[test]
    fn a_line_name_cannot_leave_the_folder() {
        let (_folder, keys) = keys();
        assert!(keys.line_secret(&LineId::from("../node")).is_err());
    }

    #[test]
    fn a_damaged_secret_is_named_and_never_replaced() {
        let (_folder, keys) = keys();
        write_private(&keys.node_file(), b"not hex").unwrap();
        keys.create().unwrap();
        let refused = keys.keyring(&[]).err().unwrap().to_string();
        assert!(refused.contains("node.secret"), "{refused}");
    }
}
