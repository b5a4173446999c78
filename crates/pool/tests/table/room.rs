//! A pool, and short words for what is asked of it and heard from it.

use pool::answer::{Subscriber, Thing};
use pool::ids::{EntityId, Manager};
use pool::limits::MINUTE_US;
use pool::{Answer, Call, Options, Pool, Refused, Request};

/// 2026-08-05, an hour before noon.
pub(crate) const BEGIN_US: i64 = 1_785_927_600_000_000;

/// A rule: after what is given, what is asked is answered so.
pub(crate) struct Row {
    pub(crate) claim: &'static str,
    pub(crate) options: Options,
    pub(crate) given: Vec<Step>,
    pub(crate) ask: Step,
    pub(crate) heard: Heard,
}

/// Somebody asks, some minutes after the beginning.
#[derive(Clone)]
pub(crate) struct Step {
    who: &'static str,
    at_min: i64,
    may_be_off_nominal: bool,
    call: Call,
}

/// What is looked at in an answer.
pub(crate) enum Heard {
    /// The status that it has on the wire.
    Code(u16),
    Refused(Refused),
    /// What was found.
    Found(&'static [u8]),
    /// What the key lacks: operational intents, constraints.
    Missing(&'static [u8], &'static [u8]),
    /// Who is to be told, with indices.
    Told(&'static [(u8, u32)]),
    That(fn(&Answer) -> bool),
}

pub(crate) fn row<const N: usize>(claim: &'static str, given: [Step; N], ask: Step, heard: Heard) -> Row {
    Row {
        claim,
        options: Options::default(),
        given: given.into(),
        ask,
        heard,
    }
}

/// Refused for this reason, and no other.
pub(crate) fn no(why: impl Into<Refused>) -> Heard {
    Heard::Refused(why.into())
}

pub(crate) fn not_found(what: Thing, which: u8) -> Heard {
    Heard::Refused(Refused::NotFound(what, id(which)))
}

pub(crate) fn id(which: u8) -> EntityId {
    EntityId::from_random([which; 16])
}

/// The first id that a request draws; each request draws the next.
pub(crate) const DRAWN: u8 = 100;

/// Those that come later draw the same: they make no subscriptions.
const LAST_DRAWN: u8 = 99;

/// The id that the n-th request draws, from 0: an implicit subscription made by it has that.
pub(crate) fn drawn(nth: u8) -> u8 {
    DRAWN + nth
}

impl Row {
    pub(crate) fn strict(mut self) -> Row {
        self.options.strict_reference = true;
        self
    }

    pub(crate) fn by_time(mut self) -> Row {
        self.options.time_based_index = true;
        self
    }

    /// What is wrong with it, if anything is.
    pub(crate) fn check(&self) -> Result<(), String> {
        let mut room = Room::new(self.options);
        for (nth, step) in self.given.iter().enumerate() {
            if let Err(why) = room.hear(step) {
                return Err(format!("{}: step {nth} is refused: {why}", self.claim));
            }
        }
        let heard = room.hear(&self.ask);
        if self.heard.is(&heard) {
            Ok(())
        } else {
            Err(format!("{}: {heard:#?}", self.claim))
        }
    }
}

impl Heard {
    fn is(&self, heard: &Result<Answer, Refused>) -> bool {
        match (self, heard) {
            (Heard::Code(code), heard) => *code == code_of(heard),
            (Heard::Refused(expected), Err(why)) => expected == why,
            (Heard::Found(ids), Ok(answer)) => same(ids, found_in(answer)),
            (Heard::Missing(i, c), Err(Refused::MissingKeys { intents, constraints })) => {
                same(i, intents.iter().map(|view| view.intent.id).collect())
                    && same(c, constraints.iter().map(|view| view.constraint.id).collect())
            }
            (Heard::Told(told), Ok(answer)) => told_in(answer) == sorted(told),
            (Heard::That(holds), Ok(answer)) => holds(answer),
            _ => false,
        }
    }
}

fn code_of(heard: &Result<Answer, Refused>) -> u16 {
    match heard {
        Ok(Answer::IntentChanged { made: true, .. } | Answer::ConstraintChanged { made: true, .. }) => 201,
        Ok(_) => 200,
        Err(Refused::Bad(_)) => 400,
        Err(Refused::Forbidden(_)) => 403,
        Err(Refused::NotFound(..)) => 404,
        Err(Refused::Conflict(_) | Refused::MissingKeys { .. }) => 409,
        Err(Refused::Down(_)) => 412,
        Err(Refused::TooMany | Refused::TooManyHere) => 429,
    }
}

fn same(expected: &[u8], mut found: Vec<EntityId>) -> bool {
    let mut expected: Vec<EntityId> = expected.iter().map(|which| id(*which)).collect();
    expected.sort();
    found.sort();
    expected == found
}

fn found_in(answer: &Answer) -> Vec<EntityId> {
    match answer {
        Answer::Intents(views) => views.iter().map(|view| view.intent.id).collect(),
        Answer::Constraints(views) => views.iter().map(|view| view.constraint.id).collect(),
        Answer::Subscriptions(views) => views.iter().map(|view| view.subscription.id).collect(),
        Answer::Areas(found) => found.iter().map(|one| one.id).collect(),
        Answer::AreaSubscriptions(found) => found.iter().map(|one| one.id).collect(),
        other => panic!("nothing is found by {other:?}"),
    }
}

/// The subscribers of an answer.
pub(crate) fn tell_of(answer: &Answer) -> &[Subscriber] {
    match answer {
        Answer::IntentChanged { tell, .. }
        | Answer::ConstraintChanged { tell, .. }
        | Answer::AreaChanged { tell, .. } => tell,
        other => panic!("nobody is told of {other:?}"),
    }
}

fn told_in(answer: &Answer) -> Vec<(EntityId, u32)> {
    let mut told: Vec<_> = tell_of(answer)
        .iter()
        .flat_map(|one| one.subscriptions.clone())
        .collect();
    told.sort();
    told
}

fn sorted(told: &[(u8, u32)]) -> Vec<(EntityId, u32)> {
    let mut told: Vec<_> = told.iter().map(|(which, index)| (id(*which), *index)).collect();
    told.sort();
    told
}

/// A pool, and how many were heard.
pub(crate) struct Room {
    pub(crate) pool: Pool,
    heard: u8,
}

impl Room {
    pub(crate) fn new(options: Options) -> Room {
        let pool = Pool::new(options);
        Room { pool, heard: 0 }
    }

    /// Asks. `@1` stands for the current OVN of an operational intent, `@c1` of a constraint, `@s1` of a
    /// subscription, `@uss1` of a state, `@a1` of a service area, `@b1` of a subscription to such.
    pub(crate) fn hear(&mut self, step: &Step) -> Result<Answer, Refused> {
        let now = BEGIN_US + step.at_min * MINUTE_US;
        let request = Request {
            manager: Manager(step.who.to_owned()),
            may_be_off_nominal: step.may_be_off_nominal,
            fresh: id(drawn(self.heard)),
            call: self.with_versions(step.call.clone()),
        };
        self.heard = self.heard.saturating_add(1).min(LAST_DRAWN);
        let (answer, events) = self.pool.decide(now, &request)?;
        events.iter().for_each(|event| self.pool.apply(now, event));
        self.pool.invariant_is_sound();
        Ok(answer)
    }

    fn with_versions(&self, mut call: Call) -> Call {
        let fill = |text: &mut String| {
            if let Some(of) = text.strip_prefix('@') {
                *text = self.version(of);
            }
        };
        match &mut call {
            Call::PutIntent(put) => put.ovn.iter_mut().chain(&mut put.key).for_each(fill),
            Call::PutConstraint(put) => put.ovn.iter_mut().for_each(fill),
            Call::PutSubscription(put) => put.version.iter_mut().for_each(fill),
            Call::DeleteIntent { ovn, .. } | Call::DeleteConstraint { ovn, .. } => fill(ovn),
            Call::DeleteSubscription { version, .. } => fill(version),
            Call::SetAvailability { old_version, .. } => fill(old_version),
            Call::PutArea(put) | Call::PutAreaSubscription(put) => put.version.iter_mut().for_each(fill),
            Call::DeleteArea { version, .. } | Call::DeleteAreaSubscription { version, .. } => fill(version),
            _ => {}
        }
        call
    }

    fn version(&self, of: &str) -> String {
        let (kind, which) = of.split_at(of.find(|c: char| c.is_ascii_digit()).expect("it names something"));
        let id = id(which.parse().expect("a number"));
        let answers = ["uss1", "uss2"].map(|who| {
            let call = match kind {
                "" => Call::GetIntent { id },
                "c" => Call::GetConstraint { id },
                "s" => Call::GetSubscription { id },
                "a" => Call::GetArea { id },
                "b" => Call::GetAreaSubscription { id },
                _ => Call::GetAvailability { uss: of.to_owned() },
            };
            self.pool
                .decide(BEGIN_US, &uss(who, call).request())
                .map(|(answer, _)| answer)
        });
        match answers.into_iter().find_map(Result::ok).expect("it stands") {
            Answer::Intent(view) => view.intent.ovn.0,
            Answer::Constraint(view) => view.constraint.ovn.0,
            Answer::Subscription(view) => view.subscription.version.0,
            Answer::Availability { version, .. } => version.expect("it was set").0,
            Answer::Area(area) => area.version.0,
            Answer::AreaSubscription(one) => one.version.0,
            other => panic!("no version in {other:?}"),
        }
    }
}

impl Step {
    /// This many minutes after the beginning.
    pub(crate) fn at(mut self, minutes: i64) -> Step {
        self.at_min = minutes;
        self
    }

    /// With the scope `utm.conformance_monitoring_sa`.
    pub(crate) fn off_nominal(mut self) -> Step {
        self.may_be_off_nominal = true;
        self
    }

    fn request(self) -> Request {
        Request {
            manager: Manager(self.who.to_owned()),
            may_be_off_nominal: false,
            fresh: id(99),
            call: self.call,
        }
    }
}

fn uss(who: &'static str, call: Call) -> Step {
    Step {
        who,
        at_min: 0,
        may_be_off_nominal: false,
        call,
    }
}

pub(crate) fn uss1(call: impl Into<Call>) -> Step {
    uss("uss1", call.into())
}

pub(crate) fn uss2(call: impl Into<Call>) -> Step {
    uss("uss2", call.into())
}
