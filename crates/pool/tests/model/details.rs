//! Keys, suffixes, versions and boxes, by what the reference says stands.

use crate::history::History;
use crate::steps::{Ask, Box4, Key, Suffix, Version};
use crate::world;
use geo4d::s2::Cells;
use pool::Extent;
use pool::entity::{AreaSubscription, Intent, Subscription};
use pool::extent::Span;
use pool::ids::{EntityId, Ovn};
use std::collections::BTreeSet;
use uuid::Uuid;

impl History {
    pub(crate) fn key(&self, key: Key) -> Vec<String> {
        let intents = self.model.intents.iter().map(|one| one.ovn.0.clone());
        let constraints = self.model.constraints.iter().map(|one| one.ovn.0.clone());
        let mut all: Vec<String> = intents.chain(constraints).collect();
        match key {
            Key::All => {}
            Key::AllBut(nth) => {
                if let Some(nth) = usize::from(nth).checked_rem(all.len()) {
                    all.remove(nth);
                }
            }
            Key::OnlyIntents => all.truncate(self.model.intents.len()),
            Key::Old => {
                let current: BTreeSet<String> = all.into_iter().collect();
                let known = self.texts.iter().map(|(_, text)| text);
                all = known.filter(|text| !current.contains(*text)).cloned().collect();
            }
            Key::None => all.clear(),
        }
        all
    }

    pub(crate) fn suffix(&mut self, suffix: Suffix, id: EntityId) -> Option<String> {
        let now = |history: &mut History, version| history.uuid(0, version);
        let text = match suffix {
            Suffix::None => return None,
            Suffix::Made(from_now_ms) => self.uuid(from_now_ms, 7).to_string(),
            Suffix::Upper => now(self, 7).to_string().to_uppercase(),
            Suffix::Simple => now(self, 7).simple().to_string(),
            Suffix::Again => {
                let prefix = format!("{id}_");
                let had = self
                    .texts
                    .iter()
                    .rev()
                    .find_map(|(_, text)| text.strip_prefix(&prefix));
                had.map(str::to_owned).unwrap_or_else(|| now(self, 7).to_string())
            }
            Suffix::OfVersion(version) => now(self, version).to_string(),
            Suffix::Empty => String::new(),
            Suffix::Garbage => "0198b7a0-of-course-not".to_owned(),
        };
        Some(text)
    }

    /// By hand: 48 bits of milliseconds, the version, and numbers that never come twice.
    fn uuid(&mut self, from_now_ms: i64, version: u8) -> Uuid {
        let millis = u128::try_from(self.now / 1_000 + from_now_ms).expect("it is after 1970");
        let count = u128::from(self.count());
        Uuid::from_u128((millis << 80) | (u128::from(version) << 76) | (0b10 << 62) | count)
    }

    pub(crate) fn intent_ovn(&self, id: EntityId, version: Version) -> Option<String> {
        let one = self.model.intents.iter().find(|one| one.id == id);
        self.version(version, id, one.map(|one| &one.ovn))
    }

    pub(crate) fn constraint_ovn(&self, id: EntityId, version: Version) -> Option<String> {
        let one = self.model.constraints.iter().find(|one| one.id == id);
        self.version(version, id, one.map(|one| &one.ovn))
    }

    /// Its owner looks first, if it has to.
    pub(crate) fn subscription_version(&mut self, id: EntityId, version: Version) -> Option<String> {
        self.look_at(id);
        self.version(version, id, self.subscription(id).map(|one| &one.version))
    }

    /// The version of the area or of the subscription that is asked for.
    pub(crate) fn area_version(&self, ask: &Ask, which: u8, version: Version) -> Option<String> {
        let id = world::area_id(which);
        let current = match ask {
            Ask::PutArea(_) | Ask::DeleteArea(..) => {
                let one = self.model.areas.iter().find(|one| one.id == id);
                one.map(|one| &one.version)
            }
            _ => self.area_subscription(which).map(|one| &one.version),
        };
        match version {
            // As qualification suites make one that is wrong.
            Version::Foreign => {
                let stripped = current.map(|one| one.0[1..one.0.len() - 1].to_owned());
                stripped.or(Some("notacorrectversion".to_owned()))
            }
            _ => self.version(version, id, current),
        }
    }

    pub(crate) fn area_subscription(&self, which: u8) -> Option<&AreaSubscription> {
        let id = world::area_id(which);
        self.model.area_subscriptions.iter().find(|one| one.id == id)
    }

    pub(crate) fn uss_version(&self, uss: &str, version: Version) -> String {
        let one = self.model.usss.iter().find(|(name, _)| name == uss);
        let current = one.map(|(_, state)| &state.version);
        self.version(version, world::id(0), current).unwrap_or_default()
    }

    fn version(&self, version: Version, id: EntityId, current: Option<&Ovn>) -> Option<String> {
        let is_current = |text: &String| current.is_some_and(|current| current.0 == *text);
        let known = |own: bool| {
            let mut texts = self
                .texts
                .iter()
                .rev()
                .filter(|(of, text)| (*of == id) == own && !is_current(text));
            texts.next().map(|(_, text)| text.clone())
        };
        match version {
            Version::Right => current.map(|current| current.0.clone()),
            Version::Absent => None,
            Version::Empty => Some(String::new()),
            Version::Stale => known(true).or(Some("x".repeat(44))),
            Version::Foreign => known(false).or(Some("y".repeat(44))),
            Version::Garbage => Some("%\u{fc} of no version at all".to_owned()),
        }
    }

    pub(crate) fn extent(&self, of: &Box4) -> Extent {
        let start = of.start_min.map(|start| self.now + world::minutes(start));
        Extent {
            cells: world::cells(of.cells),
            start_us: start,
            end_us: of
                .lasts_min
                .map(|lasts| start.unwrap_or(self.now) + world::minutes(lasts)),
            lower_mm: of.lower.map(|lower| lower * 100_000),
            upper_mm: of.upper.map(|upper| upper * 100_000),
        }
    }
}

/// As much of it as a subscription covers, or all of that.
pub(crate) fn within(extent: Extent, one: &Subscription) -> Extent {
    let covered: Vec<u64> = one
        .cells
        .iter()
        .filter(|cell| extent.cells.iter().any(|own| own == *cell))
        .collect();
    let cells = Cells::from_sorted(covered).ok().filter(|cells| !cells.is_empty());
    let Span { start_us, end_us } = one.span;
    Extent {
        cells: cells.unwrap_or_else(|| one.cells.clone()),
        start_us: extent.start_us.map(|start| start.clamp(start_us, end_us)),
        end_us: extent.end_us.map(|end| end.clamp(start_us, end_us)),
        ..extent
    }
}

/// Widened so that it covers what depends on it, just so.
pub(crate) fn with_room_for(extent: Extent, one: &Intent) -> Extent {
    let cells = [extent.cells.clone(), one.cells.clone()];
    Extent {
        cells: Cells::union(&cells),
        start_us: extent
            .start_us
            .map(|start| start.min(one.span.start_us + world::minutes(5))),
        end_us: extent.end_us.map(|end| end.max(one.span.end_us)),
        lower_mm: extent.lower_mm.map(|lower| lower.min(one.heights.lower_mm)),
        upper_mm: extent.upper_mm.map(|upper| upper.max(one.heights.upper_mm)),
    }
}
