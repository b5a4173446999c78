//! What an officer asks before trusting a folder again: every finding, not only the first.

use super::error::{JournalError, OpenError};
use super::limits::FINDINGS_LISTED;
use super::read::Reader;
use super::space::Space;
use super::sqlite::{Options, SqliteJournal};
use super::witness::Witnessed;
use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing to do.
    Note,
    /// Works, and somebody should act.
    Warning,
    /// Content is damaged or missing, or the journal cannot be used.
    Damage,
}

/// One thing the doctor found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub level: Level,
    /// What was found, what it means and what to do.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Note => "note",
            Level::Warning => "WARNING",
            Level::Damage => "DAMAGE",
        };
        write!(f, "{level}: {}", self.text)
    }
}

/// Examines the journal in `dir`, also one that cannot be opened. It opens the journal as usual;
/// it does not run beside a node that uses it, and creates nothing where there is no journal.
pub fn doctor(dir: &Path, options: Options) -> Vec<Finding> {
    if !dir.join(super::layout::FILE_NAME).exists() {
        return vec![finding(Level::Damage, OpenError::NoJournal { dir: dir.into() })];
    }
    match SqliteJournal::open(dir, options) {
        Ok(journal) => journal.doctor(),
        Err(error @ OpenError::Locked { .. }) => vec![finding(Level::Warning, error)],
        Err(error) => vec![finding(Level::Damage, error)],
    }
}

impl SqliteJournal {
    /// Examines everything and lists what it finds, gravest first; a sound journal gives one note.
    pub fn doctor(&self) -> Vec<Finding> {
        let mut findings = examine(&self.reader());
        let sound = findings.is_empty();
        findings.extend(self.witness());
        findings.extend(self.room());
        findings.extend(self.permissions());
        if sound {
            let text = format!(
                "{} records verify, to the last one acknowledged.",
                self.reader().head.seq
            );
            findings.push(Finding {
                level: Level::Note,
                text,
            });
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        findings
    }

    fn witness(&self) -> Option<Finding> {
        let what = match self.witnessed() {
            Witnessed::Mark(_) => return None,
            Witnessed::Nothing if self.reader().head.seq == 0 => return None,
            Witnessed::Nothing => "was missing",
            Witnessed::Unreadable => "was unreadable",
        };
        let text = format!(
            "the file `acknowledged` {what} when the journal was opened and was written anew. A loss of the newest \
             records before that would not have been noticed here; the peers will tell. Check the disk."
        );
        Some(Finding {
            level: Level::Warning,
            text,
        })
    }

    fn room(&self) -> Option<Finding> {
        let wanted = self.options().reserve_bytes;
        let text = match self.space() {
            Space::Full => {
                "the disk is full and the reserve is used up: the node does not cosign. Free space on this disk now."
                    .to_string()
            }
            Space::ReserveOnly => {
                "the disk is nearly full: planning is refused, safety traffic and peers' acts still pass. \
                 Free space on this disk."
                    .to_string()
            }
            Space::Normal if self.reserve_bytes() < wanted => format!(
                "the reserve holds {} of {wanted} bytes. It grows back by itself when there is room. Free space on this disk.",
                self.reserve_bytes()
            ),
            Space::Normal => return None,
        };
        Some(Finding {
            level: Level::Warning,
            text,
        })
    }

    fn permissions(&self) -> Option<Finding> {
        let mode = fs::metadata(self.dir()).ok()?.permissions().mode();
        (mode & 0o077 != 0).then(|| {
            let text = format!(
                "other users of this machine may enter {} (mode {:o}). Plans and bodies lie there. Run chmod 700 on it.",
                self.dir().display(),
                mode & 0o777
            );
            Finding { level: Level::Warning, text }
        })
    }
}

/// Every fault of records, bodies, snapshots and of the file itself.
pub(super) fn examine(reader: &Reader<'_>) -> Vec<Finding> {
    let mut blobs = Vec::new();
    let mut snapshots = Vec::new();
    let checks = [
        reader.verify_records(),
        reader.verify_blobs(&mut blobs).map(|_count| ()),
        reader.verify_snapshots(&mut snapshots),
    ];
    let faults = checks.into_iter().filter_map(Result::err);
    let mut findings: Vec<Finding> = faults.map(Finding::from).collect();
    findings.extend(listed("bodies", blobs));
    findings.extend(listed("snapshots", snapshots));
    match reader.malformed() {
        Ok(malformed) => findings.extend(listed("faults of structure", malformed)),
        Err(error) => findings.push(error.into()),
    }
    findings
}

fn finding(level: Level, error: impl fmt::Display) -> Finding {
    Finding {
        level,
        text: error.to_string(),
    }
}

impl From<JournalError> for Finding {
    fn from(error: JournalError) -> Self {
        let level = match error {
            JournalError::Snapshot { .. } => Level::Warning,
            _ => Level::Damage,
        };
        finding(level, error)
    }
}

/// The first of many findings of one kind, and how many more there are.
fn listed(kind: &str, errors: Vec<JournalError>) -> Vec<Finding> {
    let more = errors.len().saturating_sub(FINDINGS_LISTED);
    let shown = errors.into_iter().take(FINDINGS_LISTED);
    let mut findings: Vec<Finding> = shown.map(Finding::from).collect();
    if more > 0 {
        let text = format!("{more} more {kind} are damaged and not listed. Restore the newest backup.");
        findings.push(Finding {
            level: Level::Damage,
            text,
        });
    }
    findings
}
