//! The USSs of one node's region, what they asked and what they wait for.

use super::audit::Audit;
use super::check::{self, Told};
use super::uss::{Book, Uss};
use crate::check::Findings;
use crate::limits::{FLOODS, LOST_ANSWERS, MAX_USSS, MIN_USSS, MOST_OPEN_BEFORE_SAFETY, OPEN_TRIES, USS};
use crate::rng::Rng;
use engine::input::{OpenRefused, ReplyTo};
use pool::ids::{EntityId, Manager};
use pool::{Call, Extent, Request};
use std::collections::{BTreeMap, BTreeSet};

/// A request as it was put before an engine.
#[derive(Clone, Debug)]
pub struct Op {
    /// What the client asked, by number.
    pub asked: usize,
    /// As the engine got it.
    pub request: Request,
    /// What the node's clock read then, µs.
    pub from_us: i64,
    /// Whether the disk was short at some time since.
    pub short: bool,
    /// Whether it had room at some time since.
    pub room: bool,
}

/// What a client asks, until it is answered.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which USS.
    pub uss: usize,
    /// What.
    pub call: Call,
    /// How often it was put before an engine.
    pub tries: u32,
    /// Whether it is over for its client: an answer came, or it gave up.
    pub over: bool,
}

/// An answer that left, for the record of the run.
#[derive(Debug)]
pub struct Left {
    /// Who asked what.
    pub op: Op,
    /// Whether its client got it.
    pub arrived: bool,
}

/// One node's region.
#[derive(Debug)]
pub struct Region {
    /// Its USSs.
    pub usss: Vec<Uss>,
    /// Everything they ever asked.
    pub asked: Vec<Asked>,
    /// What they were told.
    pub audit: Audit,
    /// Answers that left so far.
    pub answered: u64,
    /// What managers tell one another of the OVNs of what is theirs.
    book: Book,
    waiting: BTreeMap<ReplyTo, Op>,
    away: Option<BTreeMap<ReplyTo, Op>>,
    /// The node ran twice, on disks of which either may have been short for itself.
    copied: bool,
    next_reply: ReplyTo,
    /// Subscriptions that ever may have been, with their owners.
    subscriptions: BTreeSet<(EntityId, Manager)>,
    /// Versions that were found on the disk, and those that were when the last backup was made.
    durable: BTreeSet<String>,
    durable_then: BTreeSet<String>,
    /// Safety commands that wait, with the answers that had left before each, and how many more may.
    safety: BTreeMap<usize, (u64, u64)>,
    ids: Rng,
    net: Rng,
}

impl Region {
    /// The region of a node, with USSs drawn from streams of its own.
    pub fn new(seed: u64, at: usize) -> Self {
        let mut rng = Rng::new(seed, &format!("region-{at}"));
        let count = MIN_USSS + rng.index(MAX_USSS - MIN_USSS + 1);
        let uss = |k| {
            let name = format!("{USS}{at}-{k}");
            Uss::new(Rng::new(seed, &name), name)
        };
        Region {
            usss: (0..count).map(uss).collect(),
            asked: Vec::new(),
            audit: Audit::default(),
            answered: 0,
            book: Book::default(),
            waiting: BTreeMap::new(),
            away: None,
            copied: false,
            next_reply: 1,
            subscriptions: BTreeSet::new(),
            durable: BTreeSet::new(),
            durable_then: BTreeSet::new(),
            safety: BTreeMap::new(),
            ids: Rng::new(seed, &format!("open-ids-{at}")),
            net: Rng::new(seed, &format!("open-net-{at}")),
        }
    }

    /// What a USS asks next, at true time; several things at once, one after the other.
    pub fn wishes(&mut self, uss: usize, now_us: i64) -> Vec<Call> {
        let names: Vec<String> = self.usss.iter().map(|one| one.name().to_owned()).collect();
        self.usss[uss].wishes(now_us, &names, &self.book)
    }

    /// A client asks for the first time; its number.
    pub fn ask(&mut self, uss: usize, call: Call) -> usize {
        self.asked.push(Asked {
            uss,
            call,
            tries: 0,
            over: false,
        });
        self.asked.len() - 1
    }

    /// What a client puts before the engine: the same again when it had no answer, as another request.
    pub fn request(&mut self, number: usize) -> (ReplyTo, Request) {
        let fresh = super::uss::fresh_id(&mut self.ids);
        let asked = &mut self.asked[number];
        asked.tries += 1;
        let uss = &self.usss[asked.uss];
        let request = Request {
            manager: Manager(uss.name().to_owned()),
            may_be_off_nominal: uss.may_be_off_nominal(),
            fresh,
            call: asked.call.clone(),
        };
        let id = match &request.call {
            Call::PutIntent(_) => Some(fresh),
            Call::PutSubscription(put) => Some(put.id),
            _ => None,
        };
        self.subscriptions
            .extend(id.map(|id| (id, request.manager.clone())));
        self.next_reply += 1;
        (self.next_reply, request)
    }

    /// An engine took it, when its clock read `from_us`.
    pub fn taken(&mut self, reply: ReplyTo, asked: usize, request: Request, from_us: i64, short: bool) {
        let op = Op {
            asked,
            request,
            from_us,
            short,
            room: !short,
        };
        self.waiting.insert(reply, op);
    }

    /// Whether a client still asks: it gives up after a while.
    pub fn goes_on(&mut self, number: usize) -> bool {
        let asked = &mut self.asked[number];
        asked.over |= asked.tries >= OPEN_TRIES;
        !asked.over
    }

    /// An answer left. `upto_us` is what the node's clock reads now, `on_disk` whether a text stands on the disk.
    pub fn answer(
        &mut self,
        findings: &mut Findings,
        reply: ReplyTo,
        result: &Result<pool::Answer, OpenRefused>,
        (upto_us, on_disk): (i64, impl Fn(&str) -> bool),
    ) -> Option<Left> {
        let first = self.waiting.first_key_value().map(|(first, _)| *first);
        let op = self.waiting.remove(&reply)?;
        self.answered += 1;
        check::invariant_open_answers_come_in_order(findings, first == Some(reply), &op);
        if !self.copied {
            check::invariant_open_writes_leave_the_reserve(findings, &op, result);
        }
        let told: Option<Told> = match result.clone() {
            Ok(answer) => Some(Ok(answer)),
            Err(OpenRefused::Pool(refused)) => Some(Err(refused)),
            Err(OpenRefused::DiskReserve) => None,
        };
        if let Some(told) = &told {
            let missing = self.not_durable(told, on_disk);
            check::invariant_open_answers_are_durable(findings, &op, missing.as_deref());
            self.audit.heard(findings, &op, told, upto_us);
        }
        let arrived = !self.net.chance(LOST_ANSWERS);
        if arrived && !std::mem::replace(&mut self.asked[op.asked].over, true) {
            let uss = &mut self.usss[self.asked[op.asked].uss];
            uss.hears(&op.request.call, told.as_ref(), &mut self.book);
        }
        Some(Left { op, arrived })
    }

    /// The disk is short from now on, or no longer.
    pub fn space_changed(&mut self, short: bool) {
        let ops = self.waiting.values_mut();
        ops.for_each(|op| {
            op.short |= short;
            op.room |= !short;
        });
    }

    /// The process died when its clock read `upto_us`.
    pub fn died(&mut self, upto_us: i64) {
        let unanswered = std::mem::take(&mut self.waiting);
        self.audit.died(unanswered.values(), upto_us);
        self.away = None;
        self.safety.clear();
    }

    /// A backup was made.
    pub fn backed_up(&mut self) {
        self.audit.backed_up();
        self.durable_then.clone_from(&self.durable);
    }

    /// The last backup was put in the place of the disk.
    pub fn put_back(&mut self) {
        self.waiting.clear();
        self.audit.put_back();
        self.durable.clone_from(&self.durable_then);
        self.away = None;
        self.safety.clear();
    }

    /// The other copy of the node goes on, in the middle of what it did.
    pub fn changed_places(&mut self) {
        self.copied = true;
        let here = std::mem::take(&mut self.waiting);
        self.waiting = self.away.replace(here).unwrap_or_default();
        self.audit.changed_places();
        self.durable.clear();
        self.safety.clear();
    }

    /// The other copy is gone for good.
    pub fn end_twin(&mut self) {
        self.away = None;
        self.audit.end_twin();
    }

    /// Before a safety command many lose their heads; what they ask, and who.
    pub fn flood(&mut self, now_us: i64) -> Option<(usize, Vec<Call>)> {
        let comes = self.net.chance(FLOODS);
        let uss = self.net.index(self.usss.len());
        comes.then(|| (uss, self.usss[uss].flood(now_us, &self.book)))
    }

    /// A safety command of this node's desks was taken, while a batch was written or not.
    pub fn safety_taken(&mut self, number: usize, busy: bool) {
        let most = if busy { MOST_OPEN_BEFORE_SAFETY } else { 0 };
        self.safety.entry(number).or_insert((self.answered, most));
    }

    /// It was answered.
    pub fn safety_answered(&mut self, findings: &mut Findings, number: usize, words: &str) {
        if let Some((before, most)) = self.safety.remove(&number) {
            let left = (self.answered - before, most);
            check::invariant_open_traffic_is_behind_safety(findings, left, words);
        }
    }

    /// How many requests wait for an answer.
    pub fn unanswered(&self) -> usize {
        self.waiting.len()
    }

    /// Everything that can be read, by everybody who may: asked after each start, and in the end.
    pub fn look_around(&mut self) -> Vec<Request> {
        let area = Extent {
            cells: super::uss::all_cells(),
            ..Extent::default()
        };
        let names = self.usss.iter().map(|one| Manager(one.name().to_owned()));
        let mut all = Vec::new();
        for name in names {
            let uss = name.0.clone();
            let calls = [
                Call::QueryIntents { area: area.clone() },
                Call::QueryConstraints { area: area.clone() },
                Call::QuerySubscriptions { area: area.clone() },
                Call::GetAvailability { uss },
            ];
            all.extend(calls.into_iter().map(|call| (name.clone(), call)));
        }
        let get = |(id, owner): &(EntityId, Manager)| (owner.clone(), Call::GetSubscription { id: *id });
        all.extend(self.subscriptions.iter().map(get));
        let request = |(manager, call)| Request {
            manager,
            may_be_off_nominal: false,
            fresh: super::uss::fresh_id(&mut self.ids),
            call,
        };
        all.into_iter().map(request).collect()
    }

    /// A version that somebody is shown and that is not on the disk.
    fn not_durable(&mut self, told: &Told, on_disk: impl Fn(&str) -> bool) -> Option<String> {
        let mut versions = Vec::new();
        let mut heard = told.clone().map_err(super::model::Refusal::of);
        super::model::each_version(&mut heard, &mut |version| versions.push(version.0.clone()));
        versions.retain(|version| !self.durable.contains(version));
        for version in versions {
            if !on_disk(&version) {
                return Some(version);
            }
            self.durable.insert(version);
        }
        None
    }
}
