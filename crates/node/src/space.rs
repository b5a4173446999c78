//! How full the disk is, for the engine and for the officer.

use crate::limits::CORE_WAKE;
use accord::{Trouble, TroubleKey};
use engine::input::{Input, Space};
use ledger::journal::{self, SqliteJournal};
use std::time::Instant;

/// Looks at the disk now and then, and tells of changes.
#[derive(Default)]
pub struct SpaceWatch {
    looked: Option<Instant>,
    known: Space,
}

impl SpaceWatch {
    /// The level and what to report, if it changed since the last look. Space that came back
    /// goes to the reserve first. Looks each time while space is short: every write counts.
    pub fn look(&mut self, journal: &mut SqliteJournal) -> Option<(Space, Vec<Input>)> {
        let lately = self.looked.is_some_and(|looked| looked.elapsed() < CORE_WAKE);
        if lately && self.known == Space::Normal {
            return None;
        }
        self.looked = Some(Instant::now());
        // A reserve that cannot grow shows in the level.
        let _level_tells = journal.tend_reserve();
        let space = level(journal.space());
        let before = std::mem::replace(&mut self.known, space);
        (before != space).then(|| (space, change(before, space)))
    }
}

fn level(space: journal::Space) -> Space {
    match space {
        journal::Space::Normal => Space::Normal,
        journal::Space::ReserveOnly => Space::Reserve,
        journal::Space::Full => Space::Full,
    }
}

/// The trouble that ends and the one that begins.
fn change(before: Space, space: Space) -> Vec<Input> {
    let over = match before {
        Space::Normal => None,
        Space::Reserve => Some(TroubleKey::DiskReserve),
        Space::Full => Some(TroubleKey::DiskFull),
    };
    let begun = match space {
        Space::Normal => None,
        Space::Reserve => Some(Trouble::DiskReserve),
        Space::Full => Some(Trouble::DiskFull),
    };
    let over = over.map(Input::TroubleOver);
    over.into_iter().chain(begun.map(Input::Trouble)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_trouble_ends_where_the_other_begins() {
        let change = change(Space::Reserve, Space::Full);
        assert!(matches!(
            change.as_slice(),
            [
                Input::TroubleOver(TroubleKey::DiskReserve),
                Input::Trouble(Trouble::DiskFull)
            ]
        ));
    }

    #[test]
    fn room_that_came_back_ends_the_trouble() {
        let change = change(Space::Full, Space::Normal);
        assert!(matches!(
            change.as_slice(),
            [Input::TroubleOver(TroubleKey::DiskFull)]
        ));
    }
}
