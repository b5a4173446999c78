//! A copy of the sources to plant faults in, with a target folder of its own: the sources themselves never change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::patch::Mutant;
use crate::house::root;

/// The copy.
pub(super) struct Copy {
    sources: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Copies what differs and removes what is no longer there, so that what was built stays built.
    pub(super) fn of(files: &BTreeMap<String, String>) -> Result<Copy, String> {
        let place = root().join("target").join("mutants");
        let copy = Copy {
            sources: place.join("tree"),
            target: place.join("target"),
        };
        std::fs::create_dir_all(&copy.sources).map_err(|e| fault(&copy.sources, &e))?;
        let mut there = BTreeSet::new();
        list(&copy.sources, &mut there)?;
        for path in there {
            let inside = path.strip_prefix(&copy.sources).ok().and_then(Path::to_str);
            if !inside.is_some_and(|inside| files.contains_key(inside)) {
                std::fs::remove_file(&path).map_err(|e| fault(&path, &e))?;
            }
        }
        files.keys().try_for_each(|path| copy.renew(path))?;
        Ok(copy)
    }

    pub(super) fn sources(&self) -> &Path {
        &self.sources
    }

    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Puts a fault into the copy.
    pub(super) fn plant(&self, mutant: &Mutant) -> Result<(), String> {
        for path in mutant.changes.keys() {
            let here = self.sources.join(path);
            let text = std::fs::read_to_string(&here).map_err(|e| fault(&here, &e))?;
            let text = mutant.put_into(path, &text)?;
            std::fs::write(&here, text).map_err(|e| fault(&here, &e))?;
        }
        Ok(())
    }

    /// Takes it out again.
    pub(super) fn restore(&self, mutant: &Mutant) -> Result<(), String> {
        mutant.changes.keys().try_for_each(|path| self.renew(path))
    }

    /// Makes one file of the copy as it is in the sources.
    fn renew(&self, path: &str) -> Result<(), String> {
        let (from, to) = (root().join(path), self.sources.join(path));
        let wanted = std::fs::read(&from).map_err(|e| fault(&from, &e))?;
        if std::fs::read(&to).is_ok_and(|had| had == wanted) {
            return Ok(());
        }
        let folder = to.parent().unwrap_or(&self.sources);
        std::fs::create_dir_all(folder).map_err(|e| fault(folder, &e))?;
        std::fs::copy(&from, &to).map(|_| ()).map_err(|e| fault(&to, &e))
    }
}

fn list(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), String> {
    for entry in std::fs::read_dir(folder).map_err(|e| fault(folder, &e))? {
        let path = entry.map_err(|e| fault(folder, &e))?.path();
        if path.is_dir() {
            list(&path, found)?;
        } else {
            found.insert(path);
        }
    }
    Ok(())
}

fn fault(path: &Path, why: &std::io::Error) -> String {
    format!("{}: {why}", path.display())
}
