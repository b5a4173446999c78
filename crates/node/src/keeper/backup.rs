//! Backup and restore of a whole node: journal, settings, keys.

use super::{KeepFault, Keeper, needs_admin};
use crate::dir::{NodeDir, write_private};
use crate::failed::Failed;
use accord::command::Officer;
use ledger::journal::Schema;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use utoipa::ToSchema;

/// Name of the journal in a backup folder.
const JOURNAL: &str = "journal.sqlite";

/// Answer of `POST /v1/backups` (body: `{"to": "/absolute/new/folder"}`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupMade {
    /// The folder; it holds every key of the node.
    pub folder: String,
    /// Records in it, all verified.
    pub records: u64,
    /// Hash of the last, over all before.
    pub head: String,
}

impl Keeper {
    /// Makes a backup in the new folder `to` while the node goes on. Needs the admin role.
    ///
    /// # Errors
    /// See [`KeepFault`].
    pub async fn backup(&self, officer: Officer, to: PathBuf) -> Result<BackupMade, KeepFault> {
        needs_admin(&officer)?;
        if !to.is_absolute() {
            return Err(KeepFault::Input(vec![
                "to: an absolute path is needed".to_owned(),
            ]));
        }
        let job = self
            .core
            .query_journal(|_, journal, _| journal.backup_job())
            .await?;
        let from = self.dir.clone();
        let made = tokio::task::spawn_blocking(move || {
            let target = NodeDir::at(&to);
            if to.exists() {
                return Err(KeepFault::Input(vec![format!(
                    "to: {} exists already",
                    to.display()
                )]));
            }
            target.create()?;
            let verified = job.run(&to.join(JOURNAL)).map_err(Failed::refused)?;
            copy_settings(&from, &target)?;
            let head = hex::encode(verified.head_hash);
            Ok(BackupMade {
                folder: to.display().to_string(),
                records: verified.records,
                head,
            })
        });
        made.await
            .map_err(|why| Failed::internal(format_args!("the backup stopped: {why}")))?
    }
}

/// Puts a backup back as the node in `dir`, which must hold no journal. Keys and settings
/// that are there already stay.
///
/// # Errors
/// What is in the way or damaged, and what to do.
pub fn restore(backup: &Path, dir: &NodeDir) -> Result<u64, Failed> {
    let from = NodeDir::at(backup);
    if !from.exists() || !backup.join(JOURNAL).exists() {
        return Err(Failed::usage(format_args!(
            "{} is no backup folder (config.toml and {JOURNAL} are needed). Name a folder that `detente backup` made.",
            backup.display()
        )));
    }
    dir.create()?;
    let verified = ledger::journal::restore(&backup.join(JOURNAL), &dir.journal(), &Schema::default())
        .map_err(Failed::refused)?;
    copy_settings(&from, dir)?;
    Ok(verified.records)
}

fn copy_settings(from: &NodeDir, to: &NodeDir) -> Result<(), Failed> {
    let mut files = vec![
        (from.config(), to.config()),
        (from.line_address(), to.line_address()),
    ];
    for (source, target) in [(from.keys(), to.keys()), (from.line_keys(), to.line_keys())] {
        let listed = fs::read_dir(&source).map_err(|why| Failed::file("list the keys", &source, &why))?;
        for item in listed.flatten().filter(|item| item.path().is_file()) {
            files.push((item.path(), target.join(item.file_name())));
        }
    }
    for (source, target) in files {
        if target.exists() || !source.exists() {
            continue;
        }
        let bytes = fs::read(&source).map_err(|why| Failed::file("read", &source, &why))?;
        write_private(&target, &bytes)?;
    }
    Ok(())
}
