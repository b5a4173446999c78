//! What USSs do all day: plan, look, fly, change, end, subscribe, close airspace; each in a mood of its own.

mod draft;
mod hears;

use crate::limits::SECOND_US;
use crate::rng::Rng;
use crate::workload::Mood;
use draft::Draft;
use geo4d::s2::Cells;
use pool::call::{Attach, PutConstraint, PutIntent, PutSubscription};
use pool::entity::{Availability, IntentState, Wants};
use pool::ids::EntityId;
use pool::{Call, Extent};
use std::collections::BTreeMap;

/// What managers tell one another of the OVNs of what is theirs.
pub type Book = BTreeMap<EntityId, String>;

const MOODS: [Mood; 6] = [
    Mood::Prompt,
    Mood::Prompt,
    Mood::Slow,
    Mood::Absent,
    Mood::Wrong,
    Mood::Panicking,
];

/// Cells that all share: few, so that things meet.
const CELLS: u64 = 4;

/// Most operational intents that a USS has at once, and most constraints, and most subscriptions that it asked for.
const MOST_OWN: [usize; 3] = [6, 3, 3];

/// How many calls a USS sends at once when it has lost its head, at most: more than fit into one batch.
const FLOOD: u64 = 200;

/// An operational intent, as its manager knows it.
#[derive(Clone, Debug)]
pub struct Mine {
    ovn: String,
    extent: Extent,
    subscription: Option<EntityId>,
}

/// One USS.
#[derive(Debug)]
pub struct Uss {
    name: String,
    mood: Mood,
    rng: Rng,
    /// What it manages.
    intents: BTreeMap<EntityId, Mine>,
    constraints: BTreeMap<EntityId, String>,
    /// Its subscriptions, with their versions where it saw them.
    subscriptions: BTreeMap<EntityId, Option<String>>,
    /// OVNs that it knows of others, current or not.
    known: Book,
    /// Versions of the states of USSs.
    states: BTreeMap<String, String>,
    /// Suffixes that it wished for.
    suffixes: Vec<String>,
    /// What it has to look at again.
    doubts: Vec<Call>,
}

impl Uss {
    /// A USS in a mood drawn from `rng`.
    pub fn new(mut rng: Rng, name: String) -> Self {
        let mood = *rng.pick(&MOODS).expect("there are moods");
        Uss {
            name,
            mood,
            rng,
            intents: BTreeMap::new(),
            constraints: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            known: Book::new(),
            states: BTreeMap::new(),
            suffixes: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// Its name: the `sub` of its tokens.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The mood it is in.
    pub fn mood(&self) -> Mood {
        self.mood
    }

    /// Whether its tokens bear the scope for off-nominal states.
    pub fn may_be_off_nominal(&self) -> bool {
        !matches!(self.mood, Mood::Slow | Mood::Wrong)
    }

    /// What it manages, and the version of each as it knows it.
    pub fn intents(&self) -> impl Iterator<Item = (EntityId, &str)> {
        self.intents.iter().map(|(id, mine)| (*id, mine.ovn.as_str()))
    }

    /// Time until it does the next thing, µs.
    pub fn pause_us(&mut self) -> i64 {
        let mean_us = match self.mood {
            Mood::Prompt | Mood::Wrong => 5 * SECOND_US,
            Mood::Slow => 20 * SECOND_US,
            Mood::Absent => 40 * SECOND_US,
            Mood::Panicking => 4 * SECOND_US,
        };
        self.rng.wait(mean_us)
    }

    /// The next things it asks, one after the other without waiting for answers.
    pub fn wishes(&mut self, now_us: i64, usss: &[String], book: &Book) -> Vec<Call> {
        if let Some(doubt) = self.doubts.pop().filter(|_| self.mood != Mood::Absent) {
            return vec![doubt];
        }
        let wish = self.wish(now_us, usss);
        let mut wishes = self.with_looks(wish);
        if self.mood == Mood::Panicking && self.rng.chance(30) {
            wishes.extend(self.flood(now_us, book));
        }
        wishes
    }

    /// A flood of looks, as of a client that has lost its head.
    pub fn flood(&mut self, now_us: i64, book: &Book) -> Vec<Call> {
        let looks = 1 + self.rng.below(FLOOD);
        (0..looks).map(|_| self.look(now_us, book)).collect()
    }

    /// Some look at once at what they just wrote, as a second machine of theirs does.
    fn with_looks(&mut self, wish: Call) -> Vec<Call> {
        let look = match &wish {
            Call::PutIntent(put) => Call::GetIntent { id: put.id },
            Call::DeleteIntent { id, .. } => Call::GetIntent { id: *id },
            Call::PutConstraint(put) => Call::GetConstraint { id: put.id },
            Call::PutSubscription(put) => Call::GetSubscription { id: put.id },
            _ => return vec![wish],
        };
        if self.rng.chance(250) {
            vec![wish, look]
        } else {
            vec![wish]
        }
    }

    fn wish(&mut self, now_us: i64, usss: &[String]) -> Call {
        match self.rng.below(100) {
            0..24 => self.plan(now_us),
            24..44 => self.change(now_us),
            44..56 => self.end(),
            56..68 => self.query(now_us),
            68..78 => self.constraint(now_us),
            78..95 => self.subscription(now_us),
            95..98 => self.arbitrate(usss),
            _ => Call::Report {
                text: "it was slow".to_owned(),
            },
        }
    }

    fn plan(&mut self, now_us: i64) -> Call {
        if self.intents.len() >= MOST_OWN[0] {
            return self.end();
        }
        let id = match self.rng.pick(&self.known_ids()) {
            Some(other) if self.is_wrong(100) => *other,
            _ => fresh_id(&mut self.rng),
        };
        let extent = self.draft(now_us).extent();
        let state = if self.is_wrong(50) {
            self.state()
        } else {
            Some(IntentState::Accepted)
        };
        let attach = self.attach(None);
        let suffix = self.suffix(now_us);
        self.put((id, None), extent, state, attach, suffix)
    }

    fn change(&mut self, now_us: i64) -> Call {
        let all: Vec<EntityId> = self.intents.keys().copied().collect();
        let Some(id) = self.rng.pick(&all).copied() else {
            return self.plan(now_us);
        };
        let mine = self.intents[&id].clone();
        let extent = if self.rng.chance(600) {
            mine.extent
        } else {
            self.draft(now_us).extent()
        };
        let state = self.state();
        let attach = self.attach(mine.subscription);
        let ovn = if self.is_wrong(150) {
            self.other_version()
        } else {
            mine.ovn
        };
        let again = ovn.strip_prefix(&format!("{id}_")).map(str::to_owned);
        let suffix = match again {
            Some(again) if self.rng.chance(200) => Some(again),
            _ => self.suffix(now_us),
        };
        self.put((id, Some(ovn)), extent, state, attach, suffix)
    }

    fn put(
        &mut self,
        (id, ovn): (EntityId, Option<String>),
        extent: Extent,
        state: Option<IntentState>,
        attach: Attach,
        ovn_suffix: Option<String>,
    ) -> Call {
        Call::PutIntent(Box::new(PutIntent {
            id,
            ovn,
            extent,
            key: self.key(),
            state,
            base_url: self.url(),
            attach,
            ovn_suffix,
        }))
    }

    fn end(&mut self) -> Call {
        let all: Vec<(EntityId, String)> = self
            .intents
            .iter()
            .map(|(id, mine)| (*id, mine.ovn.clone()))
            .collect();
        let Some((id, ovn)) = self.rng.pick(&all).cloned() else {
            return Call::GetAvailability {
                uss: self.name.clone(),
            };
        };
        let ovn = if self.is_wrong(200) {
            self.other_version()
        } else {
            ovn
        };
        Call::DeleteIntent { id, ovn }
    }

    fn query(&mut self, now_us: i64) -> Call {
        let mut area = self.draft(now_us).extent();
        if self.rng.chance(500) {
            area = Extent {
                cells: all_cells(),
                ..Extent::default()
            };
        }
        match self.rng.below(8) {
            0 => Call::QuerySubscriptions { area },
            1 => Call::QueryConstraints { area },
            _ => Call::QueryIntents { area },
        }
    }

    /// One of many looks at once.
    fn look(&mut self, now_us: i64, book: &Book) -> Call {
        let ids: Vec<EntityId> = book.keys().copied().collect();
        match self.rng.pick(&ids).copied() {
            Some(id) if self.rng.chance(500) => Call::GetIntent { id },
            Some(id) if self.rng.chance(300) => Call::GetConstraint { id },
            _ => self.query(now_us),
        }
    }

    fn constraint(&mut self, now_us: i64) -> Call {
        let all: Vec<(EntityId, String)> = self
            .constraints
            .iter()
            .map(|(id, ovn)| (*id, ovn.clone()))
            .collect();
        let own = self.rng.pick(&all).cloned();
        let may_make = all.len() < MOST_OWN[1];
        let (id, ovn) = match (own, self.rng.below(3)) {
            (Some((id, ovn)), 0) => return Call::DeleteConstraint { id, ovn },
            (Some((id, ovn)), choice) if choice == 1 || !may_make => (id, Some(ovn)),
            _ => (fresh_id(&mut self.rng), None),
        };
        Call::PutConstraint(Box::new(PutConstraint {
            id,
            ovn,
            extent: self.draft(now_us).extent(),
            base_url: self.url(),
        }))
    }

    fn subscription(&mut self, now_us: i64) -> Call {
        let all: Vec<(EntityId, Option<String>)> = self
            .subscriptions
            .iter()
            .map(|(id, version)| (*id, version.clone()))
            .collect();
        let own = self.rng.pick(&all).cloned();
        match (own, self.rng.below(5)) {
            (Some((id, None)), _) => Call::GetSubscription { id },
            (Some((id, Some(version))), 0) => Call::DeleteSubscription { id, version },
            (Some((id, Some(version))), 1) => self.put_subscription(now_us, id, Some(version)),
            (Some((id, _)), 2) => Call::GetSubscription { id },
            _ if all.len() < MOST_OWN[2] => {
                let id = fresh_id(&mut self.rng);
                self.put_subscription(now_us, id, None)
            }
            _ => Call::QuerySubscriptions {
                area: self.draft(now_us).extent(),
            },
        }
    }

    fn put_subscription(&mut self, now_us: i64, id: EntityId, version: Option<String>) -> Call {
        let mut extent = self.draft(now_us).wide();
        if self.rng.chance(200) {
            extent = self.draft(now_us).extent();
        }
        Call::PutSubscription(Box::new(PutSubscription {
            id,
            version,
            extent,
            base_url: self.url(),
            wants: Wants {
                intents: self.rng.chance(850),
                constraints: self.rng.chance(500),
            },
        }))
    }

    /// Says of a USS that it is down, or that it is not.
    fn arbitrate(&mut self, usss: &[String]) -> Call {
        let uss = self.rng.pick(usss).expect("there is this one").clone();
        let known = self.states.get(&uss).cloned();
        let states = [
            Availability::Normal,
            Availability::Normal,
            Availability::Unknown,
            Availability::Down,
        ];
        match known {
            None => Call::GetAvailability { uss },
            Some(old_version) => Call::SetAvailability {
                uss,
                availability: *self.rng.pick(&states).expect("there are states"),
                old_version,
            },
        }
    }

    /// What it knows of others: all of it, or not, by its mood.
    fn key(&mut self) -> Vec<String> {
        let mut key: Vec<String> = self.known.values().cloned().collect();
        key.extend(self.intents.values().map(|mine| mine.ovn.clone()));
        key.extend(self.constraints.values().cloned());
        if self.is_wrong(300) || self.rng.chance(40) {
            key.clear();
        } else if self.is_wrong(300) {
            key.truncate(key.len() / 2);
        }
        key
    }

    fn attach(&mut self, stays: Option<EntityId>) -> Attach {
        if self.is_wrong(60) {
            return Attach::Both;
        }
        let own: Vec<EntityId> = self.subscriptions.keys().copied().collect();
        match (stays, self.rng.pick(&own).copied(), self.rng.below(10)) {
            (Some(id), _, 0..6) | (None, Some(id), 0..3) | (Some(_), Some(id), 6) => Attach::To(id),
            (_, _, 9) | (None, _, 8) => Attach::Nothing,
            _ => Attach::New {
                base_url: self.url(),
                constraints: self.rng.chance(400),
            },
        }
    }

    fn state(&mut self) -> Option<IntentState> {
        let calm = [
            IntentState::Accepted,
            IntentState::Activated,
            IntentState::Activated,
        ];
        let wild = [
            IntentState::Activated,
            IntentState::Nonconforming,
            IntentState::Contingent,
        ];
        let off = if self.mood == Mood::Panicking { 600 } else { 120 };
        let of = if self.rng.chance(off) { wild } else { calm };
        self.rng.pick(&of).copied()
    }

    /// A version of something that it knows, but hardly of this.
    fn other_version(&mut self) -> String {
        let known: Vec<String> = self.known.values().cloned().collect();
        self.rng.pick(&known).cloned().unwrap_or_else(|| "x".repeat(44))
    }

    fn known_ids(&self) -> Vec<EntityId> {
        self.known.keys().copied().collect()
    }

    fn url(&self) -> String {
        format!("https://{}.example", self.name)
    }

    /// In so many of a thousand cases, if it is one that types the wrong things.
    fn is_wrong(&mut self, per_mille: u64) -> bool {
        self.mood == Mood::Wrong && self.rng.chance(per_mille)
    }

    fn draft(&mut self, now_us: i64) -> Draft<'_> {
        let wrong = self.mood == Mood::Wrong;
        Draft {
            rng: &mut self.rng,
            now_us,
            wrong,
        }
    }

    fn suffix(&mut self, now_us: i64) -> Option<String> {
        if !self.rng.chance(400) {
            return None;
        }
        if let Some(last) = self.suffixes.last().cloned()
            && self.rng.chance(150)
        {
            return Some(last);
        }
        if self.is_wrong(200) {
            return Some("0198b7a0-of-course-not".to_owned());
        }
        let made_us = if self.is_wrong(100) {
            now_us - 60 * 60 * SECOND_US
        } else {
            now_us
        };
        let suffix = uuid_v7(&mut self.rng, made_us);
        self.suffixes.push(suffix.clone());
        Some(suffix)
    }
}

/// The shared cells, one for each bit.
pub fn cells(bits: u64) -> Cells {
    let of = |bit: u64| (2_u64 << 61) | ((2 * bit + 1) << 34);
    let ids = (0..CELLS).filter(|bit| bits & (1 << bit) != 0).map(of).collect();
    Cells::from_sorted(ids).expect("higher bits are higher cells")
}

/// All of them.
pub fn all_cells() -> Cells {
    cells(u64::MAX)
}

/// An id that nobody has.
pub fn fresh_id(rng: &mut Rng) -> EntityId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&rng.below(u64::MAX).to_be_bytes());
    bytes[8..].copy_from_slice(&rng.below(u64::MAX).to_be_bytes());
    EntityId::from_random(bytes)
}

/// By hand: 48 bits of milliseconds, the version, the variant, and random bits.
fn uuid_v7(rng: &mut Rng, made_us: i64) -> String {
    let millis = u128::try_from(made_us / 1_000).expect("it is after 1970");
    let bits = (millis << 80) | (7 << 76) | (0b10 << 62) | u128::from(rng.below(1 << 60));
    let hex = format!("{bits:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
