//! `detente watch`

use super::At;
use crate::failed::Failed;

/// Watch the node in a full-screen terminal: the queue by time to act, one-key answers.
#[derive(clap::Args, Debug)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args, at: &At) -> Result<(), Failed> {
    crate::watch::watch(&at.node_dir()?, at.desk.as_deref())
}
