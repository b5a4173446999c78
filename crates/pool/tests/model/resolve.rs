//! From a step to a request, by what the reference says stands.

use crate::history::History;
use crate::steps::{Ask, Box4, Hears, Key, Step, Suffix, Version};
use crate::world::{self, STATES, URLS, USSS};
use pool::call::{Attach, PutConstraint, PutIntent, PutSubscription};
use pool::entity::{Intent, Subscription, Wants};
use pool::extent::Span;
use pool::ids::{EntityId, Manager, Ovn};
use pool::{Call, Extent, Request};
use std::collections::BTreeSet;
use uuid::Uuid;

impl History {
    /// The request, if the step is one.
    pub(crate) fn request(&mut self, step: &Step) -> Option<Request> {
        let who = self.who(step);
        let call = self.call_of(&step.ask, &who)?;
        Some(Request {
            manager: who,
            may_be_off_nominal: step.may_be_off_nominal,
            fresh: self.draw(),
            call,
        })
    }

    /// The manager of what is asked for, if the step says so and it stands, or of what has the same id.
    fn who(&self, step: &Step) -> Manager {
        let model = &self.model;
        let manager = match &step.ask {
            Ask::GetIntent(id) | Ask::PutIntent { id, .. } | Ask::DeleteIntent(id, _) => {
                let id = self.id(*id);
                let intent = model.intents.iter().find(|one| one.id == id);
                let namesake = self.subscription(id).map(|one| &one.manager);
                intent.map(|one| &one.manager).or(namesake)
            }
            Ask::GetConstraint(id) | Ask::PutConstraint(id, ..) | Ask::DeleteConstraint(id, _) => {
                let id = self.id(*id);
                model
                    .constraints
                    .iter()
                    .find(|one| one.id == id)
                    .map(|one| &one.manager)
            }
            Ask::GetSubscription(id) | Ask::PutSubscription { id, .. } | Ask::DeleteSubscription(id, _) => {
                self.subscription(self.id(*id)).map(|one| &one.manager)
            }
            _ => None,
        };
        let manager = manager.filter(|_| step.as_manager);
        manager.cloned().unwrap_or_else(|| world::manager(step.who))
    }

    fn call_of(&mut self, ask: &Ask, who: &Manager) -> Option<Call> {
        Some(match ask {
            Ask::QueryIntents(area) => Call::QueryIntents {
                area: self.extent(area),
            },
            Ask::GetIntent(id) => Call::GetIntent { id: self.id(*id) },
            Ask::PutIntent { .. } => Call::PutIntent(Box::new(self.put_intent(ask, who)?)),
            Ask::DeleteIntent(id, version) => {
                let id = self.id(*id);
                let ovn = self.intent_ovn(id, *version).unwrap_or_default();
                Call::DeleteIntent { id, ovn }
            }
            Ask::QueryConstraints(area) => Call::QueryConstraints {
                area: self.extent(area),
            },
            Ask::GetConstraint(id) => Call::GetConstraint { id: self.id(*id) },
            Ask::PutConstraint(id, version, extent) => Call::PutConstraint(Box::new(PutConstraint {
                id: self.id(*id),
                ovn: self.constraint_ovn(self.id(*id), *version),
                extent: self.extent(extent),
                base_url: URLS[usize::from(*id) % URLS.len()].to_owned(),
            })),
            Ask::DeleteConstraint(id, version) => {
                let id = self.id(*id);
                let ovn = self.constraint_ovn(id, *version).unwrap_or_default();
                Call::DeleteConstraint { id, ovn }
            }
            Ask::QuerySubscriptions(area) => Call::QuerySubscriptions {
                area: self.extent(area),
            },
            Ask::GetSubscription(id) => Call::GetSubscription { id: self.id(*id) },
            Ask::PutSubscription { .. } => Call::PutSubscription(Box::new(self.put_subscription(ask)?)),
            Ask::DeleteSubscription(id, version) => {
                let id = self.id(*id);
                let version = self.subscription_version(id, *version).unwrap_or_default();
                Call::DeleteSubscription { id, version }
            }
            Ask::GetAvailability(uss) => Call::GetAvailability {
                uss: USSS[usize::from(*uss)].to_owned(),
            },
            Ask::SetAvailability(uss, version, availability) => Call::SetAvailability {
                uss: USSS[usize::from(*uss)].to_owned(),
                availability: *availability,
                old_version: self.uss_version(USSS[usize::from(*uss)], *version),
            },
            Ask::Report => Call::Report {
                text: "{}".to_owned(),
            },
            Ask::Evict { .. } => return None,
        })
    }

    fn put_intent(&mut self, ask: &Ask, who: &Manager) -> Option<PutIntent> {
        let Ask::PutIntent {
            id,
            version,
            extent,
            fits,
            key,
            state,
            attach,
            suffix,
        } = ask
        else {
            return None;
        };
        let id = self.id(*id);
        let ovn = self.intent_ovn(id, *version);
        let first = ovn.is_none() && *fits && *state != 4;
        let attach = self.attach(*attach, id, who);
        let mut extent = self.extent(extent);
        if let (Attach::To(to), true) = (&attach, *fits && attach != Attach::To(id)) {
            extent = self
                .subscription(*to)
                .map_or(extent.clone(), |one| within(extent, one));
        }
        Some(PutIntent {
            id,
            ovn,
            extent,
            key: self.key(*key),
            state: STATES[if first { 0 } else { usize::from(*state) }],
            base_url: URLS[0].to_owned(),
            attach,
            ovn_suffix: self.suffix(*suffix, id),
        })
    }

    fn put_subscription(&mut self, ask: &Ask) -> Option<PutSubscription> {
        let Ask::PutSubscription {
            id,
            version,
            extent,
            fits,
            intents,
            constraints,
            url,
        } = ask
        else {
            return None;
        };
        let id = self.id(*id);
        let version = self.subscription_version(id, *version);
        let mut extent = self.extent(extent);
        if *fits {
            let dependents = self
                .model
                .intents
                .iter()
                .filter(|one| one.subscription == Some(id));
            extent = dependents.fold(extent, with_room_for);
        }
        Some(PutSubscription {
            id,
            version,
            extent,
            base_url: URLS[usize::from(*url)].to_owned(),
            wants: Wants {
                intents: *intents,
                constraints: *constraints,
            },
        })
    }

    fn attach(&self, hears: Hears, id: EntityId, who: &Manager) -> Attach {
        match hears {
            Hears::Nothing => Attach::Nothing,
            Hears::Both => Attach::Both,
            Hears::ToNamesake => Attach::To(id),
            Hears::ToNone => Attach::To(world::fresh(u64::MAX)),
            Hears::New { url, constraints } => Attach::New {
                base_url: URLS[usize::from(url)].to_owned(),
                constraints,
            },
            Hears::To { which, own } => {
                let all = &self.model.subscriptions;
                let may = |one: &&Subscription| one.manager == *who && one.span.end_us >= self.now;
                let some: Vec<_> = all.iter().filter(|one| !own || may(one)).collect();
                let nth = usize::from(which).checked_rem(some.len());
                nth.map_or(Attach::Nothing, |nth| Attach::To(some[nth].id))
            }
        }
    }

    fn key(&self, key: Key) -> Vec<String> {
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

    fn suffix(&mut self, suffix: Suffix, id: EntityId) -> Option<String> {
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

    fn intent_ovn(&self, id: EntityId, version: Version) -> Option<String> {
        let one = self.model.intents.iter().find(|one| one.id == id);
        self.version(version, id, one.map(|one| &one.ovn))
    }

    fn constraint_ovn(&self, id: EntityId, version: Version) -> Option<String> {
        let one = self.model.constraints.iter().find(|one| one.id == id);
        self.version(version, id, one.map(|one| &one.ovn))
    }

    /// Its owner looks first, if it has to.
    fn subscription_version(&mut self, id: EntityId, version: Version) -> Option<String> {
        self.look_at(id);
        self.version(version, id, self.subscription(id).map(|one| &one.version))
    }

    fn uss_version(&self, uss: &str, version: Version) -> String {
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

    fn extent(&self, of: &Box4) -> Extent {
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
fn within(extent: Extent, one: &Subscription) -> Extent {
    let covered: Vec<u64> = one
        .cells
        .iter()
        .filter(|cell| extent.cells.iter().any(|own| own == *cell))
        .collect();
    let cells = geo4d::s2::Cells::from_sorted(covered).filter(|cells| !cells.is_empty());
    let Span { start_us, end_us } = one.span;
    Extent {
        cells: cells.unwrap_or_else(|| one.cells.clone()),
        start_us: extent.start_us.map(|start| start.clamp(start_us, end_us)),
        end_us: extent.end_us.map(|end| end.clamp(start_us, end_us)),
        ..extent
    }
}

/// Widened so that it covers what depends on it.
fn with_room_for(extent: Extent, one: &Intent) -> Extent {
    let cells = [extent.cells.clone(), one.cells.clone()];
    Extent {
        cells: geo4d::s2::Cells::union(&cells),
        start_us: extent.start_us.map(|start| start.min(one.span.start_us)),
        end_us: extent.end_us.map(|end| end.max(one.span.end_us)),
        lower_mm: extent.lower_mm.map(|lower| lower.min(one.heights.lower_mm)),
        upper_mm: extent.upper_mm.map(|upper| upper.max(one.heights.upper_mm)),
    }
}
