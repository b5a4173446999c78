//! The names in a folder: those on the medium, and the changes since each directory was synchronised.

use crate::content::Leaves;
use crate::{Counts, Rng};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which file or directory a name means: its place in the list of all that ever were.
pub(crate) type Node = usize;

/// Names below the watched folder, relative to it.
pub(crate) type Names = BTreeMap<PathBuf, Node>;

#[derive(Debug, Clone)]
enum Change {
    Made(PathBuf, Node),
    Gone(PathBuf),
    Moved(PathBuf, PathBuf, Node),
}

#[derive(Debug, Default)]
pub(crate) struct Entries {
    live: Names,
    durable: Names,
    pending: Vec<Change>,
}

impl Entries {
    /// Names that are there and synchronised.
    pub(crate) fn durable(names: Names) -> Self {
        Entries {
            live: names.clone(),
            durable: names,
            pending: Vec::new(),
        }
    }

    pub(crate) fn live(&self) -> &Names {
        &self.live
    }

    pub(crate) fn node(&self, name: &Path) -> Option<Node> {
        self.live.get(name).copied()
    }

    pub(crate) fn made(&mut self, name: PathBuf, node: Node) {
        self.live.insert(name.clone(), node);
        self.pending.push(Change::Made(name, node));
    }

    pub(crate) fn gone(&mut self, name: &Path) {
        if self.live.remove(name).is_some() {
            self.pending.push(Change::Gone(name.into()));
        }
    }

    pub(crate) fn moved(&mut self, from: &Path, to: &Path) {
        if let Some(node) = self.live.remove(from) {
            self.live.insert(to.into(), node);
            self.pending.push(Change::Moved(from.into(), to.into(), node));
        }
    }

    /// The changes of one directory reach the medium, in their order.
    pub(crate) fn synced(&mut self, folder: &Path) {
        let (here, elsewhere) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|change| change.folder() == folder);
        self.pending = elsewhere;
        for change in Vec::into_iter(here) {
            change.apply(&mut self.durable);
        }
    }

    /// The names a power cut leaves. One below a directory that is not there is not there either.
    pub(crate) fn after_cut(&self, leaves: Leaves, rng: &mut Rng, counts: &mut Counts) -> Names {
        let mut names = self.durable.clone();
        let first = rng.index(self.pending.len() + 1);
        for (index, change) in self.pending.iter().enumerate() {
            let kept = match leaves {
                Leaves::Nothing => false,
                Leaves::Everything => true,
                Leaves::First => index < first,
                Leaves::Any => rng.chance(50),
            };
            if kept {
                change.apply(&mut names);
            } else {
                counts.names_lost += 1;
            }
        }
        let reachable = |name: &Path| {
            let mut above = name.ancestors().skip(1);
            above.all(|folder| folder.as_os_str().is_empty() || names.contains_key(folder))
        };
        names
            .iter()
            .filter(|(name, _)| reachable(name))
            .map(|(name, node)| (name.clone(), *node))
            .collect()
    }
}

impl Change {
    fn folder(&self) -> &Path {
        let (Change::Made(name, _) | Change::Gone(name) | Change::Moved(_, name, _)) = self;
        name.parent().unwrap_or(Path::new(""))
    }

    fn apply(&self, names: &mut Names) {
        match self {
            Change::Made(name, node) => _ = names.insert(name.clone(), *node),
            Change::Gone(name) => _ = names.remove(name),
            Change::Moved(from, to, node) => {
                names.remove(from);
                names.insert(to.clone(), *node);
            }
        }
    }
}
