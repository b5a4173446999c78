//! A pool and its reference, side by side, and what is looked at after each call.

use crate::outcome::{Tally, name, plain};
use crate::reference::{Model, is_open};
use crate::steps::{Ask, Step};
use crate::world::{self, BEGIN_US, IDS, MANAGERS, USSS};
use pool::entity::Subscription;
use pool::ids::{EntityId, Manager, Ovn};
use pool::{Answer, Call, Event, Options, Pool, Request};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct History {
    pub(crate) now: i64,
    pub(crate) model: Model,
    /// Versions that were ever shown, with what they are of.
    pub(crate) texts: Vec<(EntityId, String)>,
    options: Options,
    pool: Pool,
    /// It hears of facts alone, as they are journaled.
    replica: Pool,
    facts: Vec<(i64, String)>,
    /// The state, as a snapshot has it.
    state: String,
    versions: BTreeSet<Ovn>,
    indices: BTreeMap<EntityId, u32>,
    /// Of subscriptions to service areas.
    area_indices: BTreeMap<EntityId, u32>,
    counted: u64,
    tally: Tally,
}

impl History {
    pub(crate) fn new(options: Options) -> History {
        let pool = Pool::new(options);
        History {
            now: BEGIN_US,
            model: Model::new(options),
            texts: Vec::new(),
            options,
            state: state_of(&pool),
            pool,
            replica: Pool::new(options),
            facts: Vec::new(),
            versions: BTreeSet::new(),
            indices: BTreeMap::new(),
            area_indices: BTreeMap::new(),
            counted: 0,
            tally: Tally::new(),
        }
    }

    /// Lives through all of it.
    pub(crate) fn live(mut self, steps: &[Step]) -> Tally {
        for step in steps {
            self.now += step.wait_ms * 1_000;
            match &step.ask {
                Ask::Evict { at_deadline } => self.evict(*at_deadline),
                _ => {
                    let request = self.request(step).expect("all else is a request");
                    self.call(&request);
                }
            }
        }
        self.look_around();
        self.replay();
        self.tally
    }

    /// Asks both, compares, and looks at what followed.
    pub(crate) fn call(&mut self, request: &Request) {
        let heard = self.pool.decide(self.now, request);
        let restored = restore(self.options, &self.state);
        restored.invariant_is_sound();
        assert_eq!(restored.evicts_at_us(), self.pool.evicts_at_us());
        assert_eq!(
            restored.decide(self.now, request),
            heard,
            "a restored pool answers equally"
        );
        *self.tally.entry(name(&heard)).or_default() += 1;
        let why = heard.as_ref().err().map(ToString::to_string);
        let mut answer = plain(&heard);
        let mut expected = self.model.answer(self.now, request);
        self.model.learn(&mut expected, &mut answer);
        assert_eq!(
            answer, expected,
            "{} {request:#?} {why:?} {:#?}",
            self.now, self.model
        );
        let Ok((answer, events)) = heard else {
            assert_eq!(state_of(&self.pool), self.state, "a refused call changes nothing");
            return;
        };
        self.follow(&events);
        self.indices_grow(&answer);
        assert_eq!(
            self.pool.counts(),
            self.model.counts(),
            "{request:?} {:#?}",
            self.model
        );
        assert_eq!(self.pool.area_counts(), self.model.area_counts(), "{request:?}");
        self.remember();
    }

    /// Applies facts to both pools.
    fn follow(&mut self, events: &[Event]) {
        for event in events {
            self.pool.apply(self.now, event);
            let fact = serde_json::to_string(event).expect("a fact can be written");
            let read: Event = serde_json::from_str(&fact).expect("what was written can be read");
            assert_eq!(read, *event, "a fact is journaled as it is");
            self.replica.apply(self.now, &read);
            self.facts.push((self.now, fact));
            self.watch(event);
        }
        self.pool.invariant_is_sound();
        self.state = state_of(&self.pool);
        assert_eq!(
            state_of(&self.replica),
            self.state,
            "the state follows from the facts"
        );
    }

    /// Each write has a version that never was, and no index goes back while its subscription stands.
    fn watch(&mut self, event: &Event) {
        let version = match event {
            Event::IntentPut { intent } => &intent.ovn,
            Event::ConstraintPut { constraint } => &constraint.ovn,
            Event::SubscriptionPut { subscription } => {
                let before = self.indices.insert(subscription.id, subscription.index);
                assert!(
                    before.is_none_or(|before| before <= subscription.index),
                    "{event:?}"
                );
                &subscription.version
            }
            Event::SubscriptionGone { id } => {
                self.indices.remove(id);
                return;
            }
            Event::UssSet { state, .. } => &state.version,
            Event::AreaPut { area } => &area.version,
            Event::AreaSubscriptionPut { subscription } => {
                let before = self.area_indices.insert(subscription.id, subscription.index);
                let reset = self.options.strict_reference && subscription.index == 0;
                let grows = before.is_none_or(|before| before <= subscription.index);
                assert!(grows || reset, "{event:?}");
                &subscription.version
            }
            Event::AreaSubscriptionGone { id } => {
                self.area_indices.remove(id);
                return;
            }
            _ => return,
        };
        assert!(
            self.versions.insert(version.clone()),
            "a version came twice: {version}"
        );
    }

    /// Counted, the index of a subscription is a new one at each notification.
    fn indices_grow(&mut self, answer: &Answer) {
        let (tell, indices) = match answer {
            Answer::IntentChanged { tell, .. } | Answer::ConstraintChanged { tell, .. } => {
                (tell, &mut self.indices)
            }
            Answer::AreaChanged { tell, .. } => (tell, &mut self.area_indices),
            _ => return,
        };
        if self.options.time_based_index {
            return;
        }
        for (id, index) in tell.iter().flat_map(|one| &one.subscriptions) {
            let before = indices.insert(*id, *index).unwrap_or(0);
            assert!(before < *index, "index of {id} was {before} and is {index}");
        }
    }

    /// All that may go goes, by one spring-clean or several, and nothing before its time.
    fn evict(&mut self, at_deadline: bool) {
        if let Some(at) = self.pool.evicts_at_us().filter(|_| at_deadline) {
            self.now = self.now.max(at);
        }
        while self.pool.evicts_at_us().is_some_and(|at| at <= self.now) {
            let events = self.pool.evict(self.now);
            assert!(!events.is_empty(), "what is due is done");
            self.follow(&events);
        }
        assert_eq!(self.pool.evict(self.now), [], "what is not due is not done");
        self.model.evict(self.now);
        self.look_around();
    }

    /// Everything that can be seen, by everybody.
    fn look_around(&mut self) {
        let mut ids: BTreeSet<EntityId> = (0..IDS).map(world::id).collect();
        ids.extend(self.model.subscriptions.iter().map(|one| one.id));
        ids.extend(self.model.intents.iter().map(|one| one.id));
        ids.extend(self.model.constraints.iter().map(|one| one.id));
        let area = world::everything();
        let areas = self.model.areas.iter().map(|one| one.id);
        let to_areas = self.model.area_subscriptions.iter().map(|one| one.id);
        let of_f3411: BTreeSet<EntityId> = areas.chain(to_areas).chain([world::area_id(0)]).collect();
        for id in of_f3411 {
            self.ask(MANAGERS[0], Call::GetArea { id });
            self.ask(MANAGERS[1], Call::GetAreaSubscription { id });
        }
        self.ask(MANAGERS[0], Call::SearchAreas { area: area.clone() });
        for manager in MANAGERS {
            self.ask(manager, Call::SearchAreaSubscriptions { area: area.clone() });
            self.ask(manager, Call::QueryIntents { area: area.clone() });
            self.ask(manager, Call::QueryConstraints { area: area.clone() });
            self.ask(manager, Call::QuerySubscriptions { area: area.clone() });
            for &id in &ids {
                self.ask(manager, Call::GetSubscription { id });
            }
        }
        for &id in &ids {
            self.ask(MANAGERS[0], Call::GetIntent { id });
            self.ask(MANAGERS[0], Call::GetConstraint { id });
        }
        for uss in USSS {
            self.ask(MANAGERS[0], Call::GetAvailability { uss: uss.to_owned() });
        }
    }

    /// The owner of a subscription looks at it, if nobody knows its version.
    pub(crate) fn look_at(&mut self, id: EntityId) {
        let one = self.subscription(id).filter(|one| is_open(&one.version));
        if let Some(owner) = one.map(|one| one.manager.0.clone()) {
            self.ask(&owner, Call::GetSubscription { id });
        }
    }

    fn ask(&mut self, manager: &str, call: Call) {
        let request = Request {
            manager: Manager(manager.to_owned()),
            may_be_off_nominal: false,
            fresh: self.draw(),
            call,
        };
        self.call(&request);
    }

    /// A pool that hears of all facts once more is the same.
    fn replay(&self) {
        let mut pool = Pool::new(self.options);
        for (now, fact) in &self.facts {
            pool.apply(
                *now,
                &serde_json::from_str(fact).expect("what was written can be read"),
            );
        }
        pool.invariant_is_sound();
        assert_eq!(state_of(&pool), self.state);
    }

    fn remember(&mut self) {
        let intents = self.model.intents.iter().map(|one| (one.id, &one.ovn));
        let constraints = self.model.constraints.iter().map(|one| (one.id, &one.ovn));
        let subscriptions = self.model.subscriptions.iter().map(|one| (one.id, &one.version));
        let areas = self.model.areas.iter().map(|one| (one.id, &one.version));
        let to_areas = self.model.area_subscriptions.iter();
        let of_f3411 = areas.chain(to_areas.map(|one| (one.id, &one.version)));
        for (id, version) in intents.chain(constraints).chain(subscriptions).chain(of_f3411) {
            let known = is_open(version) || self.texts.iter().any(|(_, text)| *text == version.0);
            if !known {
                self.texts.push((id, version.0.clone()));
            }
        }
    }

    pub(crate) fn subscription(&self, id: EntityId) -> Option<&Subscription> {
        self.model.subscriptions.iter().find(|one| one.id == id)
    }

    /// One of the few ids, or beyond them that of an implicit subscription, which may name something else as well.
    pub(crate) fn id(&self, which: u8) -> EntityId {
        let all = self.model.subscriptions.iter();
        let implicit: Vec<_> = all.filter(|one| one.implicit).collect();
        let beyond = which.checked_sub(IDS);
        let nth = beyond.and_then(|beyond| usize::from(beyond).checked_rem(implicit.len()));
        nth.map_or(world::id(which), |nth| implicit[nth].id)
    }

    /// A number that was not there before.
    pub(crate) fn count(&mut self) -> u64 {
        self.counted += 1;
        self.counted
    }

    pub(crate) fn draw(&mut self) -> EntityId {
        world::fresh(self.count())
    }
}

fn state_of(pool: &Pool) -> String {
    serde_json::to_string(pool).expect("a snapshot can be written")
}

fn restore(options: Options, state: &str) -> Pool {
    let mut pool: Pool = serde_json::from_str(state).expect("a snapshot can be read");
    pool.set_options(options);
    pool
}
