//! Two minds joined by a line in memory. The line seals and carries like the engine does:
//! our RECEIVED first, then safety, then the rest; entries arrive in order, once.
//!
//! Every input is decided twice, every event goes through JSON, and the invariants are
//! checked after every input.

use accord::act::{Act, Class, HazardKind, Level};
use accord::alarm::{AlarmState, Author, Topic};
use accord::command::{Command, HazardDraft, Officer, OperationDraft, Role};
use accord::ids::{Desk, Fresh, LineId, NoticeId, OperationId, Party};
use accord::terms::Terms;
use accord::time::Now;
use accord::view::{AlarmView, NoticeView};
use accord::{Event, Input, LineState, Mind, Note, Outcome, Refusal};
use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};
use std::collections::{BTreeMap, VecDeque};

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// 2026-01-01T00:00:00Z.
pub(crate) const START: i64 = 1_767_225_600 * SECOND;
pub(crate) const LINE: &str = "north";

/// Ids by counting, one stream a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counting {
    local: u64,
    lines: BTreeMap<LineId, u64>,
}

impl Fresh for Counting {
    fn local(&mut self) -> String {
        self.local += 1;
        format!("l{}", self.local)
    }

    fn on_line(&mut self, line: &LineId) -> String {
        let count = self.lines.entry(line.clone()).or_default();
        *count += 1;
        format!("n{count}")
    }
}

/// What stands in a log.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Act {
        desk: Desk,
        drill: bool,
        at_us: i64,
        act: Act,
    },
    Received(Vec<(u64, i64)>),
}

/// What waits for a place.
#[derive(Clone, Debug)]
struct Unsealed {
    act_ref: u64,
    safety: bool,
    entry: Entry,
}

/// One party's node, without disk or network.
pub(crate) struct Node {
    pub(crate) mind: Mind,
    pub(crate) fresh: Counting,
    pub(crate) line: LineId,
    pub(crate) log: Vec<Entry>,
    /// Everything that was decided, as the journal keeps it.
    pub(crate) journal: Vec<(Now, Event)>,
    /// Own acts in the order in which they were stated.
    pub(crate) acts: Vec<Act>,
    unsealed: VecDeque<Unsealed>,
    to_receipt: Vec<(u64, i64)>,
    taken: usize,
}

impl Node {
    pub(crate) fn new(own: &str, peer: &str) -> Node {
        let desks = ["watch", "duty-commander", "deputy-chief"].map(Desk::from);
        let mut node = Node {
            mind: Mind::new(Party::from(own), desks.to_vec()),
            fresh: Counting::default(),
            line: LineId::from(LINE),
            log: Vec::new(),
            journal: Vec::new(),
            acts: Vec::new(),
            unsealed: VecDeque::new(),
            to_receipt: Vec::new(),
            taken: 0,
        };
        let joined = LineState::Joined {
            peer: Party::from(peer),
            peer_desks: vec![Desk::from("watch")],
            verified: true,
        };
        node.line_state(at(START), joined);
        node.line_state(at(START), LineState::Up);
        node
    }

    pub(crate) fn line_state(&mut self, now: Now, state: LineState) {
        let line = self.line.clone();
        self.input(now, Input::Line { line, state })
            .expect("only commands are refused");
    }

    /// Decides and applies.
    pub(crate) fn input(&mut self, now: Now, input: Input) -> Result<Outcome, Refusal> {
        let mut again = self.fresh.clone();
        let decided = self.mind.decide(now, &input, &mut self.fresh);
        assert_eq!(
            decided,
            self.mind.decide(now, &input, &mut again),
            "a decision is a function of its inputs"
        );
        let decision = decided?;
        for event in &decision.events {
            let json = serde_json::to_string(event).expect("events are written to the journal");
            let event: Event = serde_json::from_str(&json).expect("and read back");
            self.mind.apply(now, &event);
            self.state(&event);
            self.journal.push((now, event));
        }
        self.mind.check_invariants();
        Ok(decision.outcome)
    }

    pub(crate) fn command(&mut self, now: Now, role: Role, command: Command) -> Result<Outcome, Refusal> {
        let officer = Officer {
            desk: Desk::from("watch"),
            role,
        };
        self.input(now, Input::Command { officer, command })
    }

    fn state(&mut self, event: &Event) {
        let Event::Act {
            desk,
            drill,
            safety,
            at_us,
            act,
            ..
        } = event
        else {
            return;
        };
        let act_ref = self.acts.len() as u64;
        self.acts.push(act.clone());
        let entry = Entry::Act {
            desk: desk.clone(),
            drill: *drill,
            at_us: *at_us,
            act: act.clone(),
        };
        self.unsealed.push_back(Unsealed {
            act_ref,
            safety: *safety,
            entry,
        });
    }

    /// Gives everything that waits its place: our RECEIVED, then safety, then the rest.
    pub(crate) fn seal(&mut self, now: Now) {
        self.seal_receipts(now);
        self.seal_acts(now);
    }

    /// Gives our acts their places, safety first. RECEIVED may come after them when it
    /// waited for the disk.
    pub(crate) fn seal_acts(&mut self, now: Now) {
        let (safety, rest): (Vec<_>, Vec<_>) = self.unsealed.drain(..).partition(|unsealed| unsealed.safety);
        for unsealed in safety.into_iter().chain(rest) {
            let (line, seq, act_ref) = (self.line.clone(), self.log.len() as u64, unsealed.act_ref);
            self.log.push(unsealed.entry);
            let sealed = Input::Sealed {
                line,
                epoch: 0,
                seq,
                act_ref,
                at_us: now.wall_us,
            };
            self.input(now, sealed).expect("only commands are refused");
        }
    }

    /// Gives our RECEIVED its place.
    pub(crate) fn seal_receipts(&mut self, now: Now) {
        let entries = std::mem::take(&mut self.to_receipt);
        if !entries.is_empty() {
            self.log.push(Entry::Received(entries.clone()));
            let receipted = Input::Receipted {
                line: self.line.clone(),
                epoch: 0,
                entries,
            };
            self.input(now, receipted).expect("only commands are refused");
        }
    }

    /// Takes the next entry of the peer's log. False when there is none.
    pub(crate) fn take(&mut self, now: Now, peer: &[Entry]) -> bool {
        let Some(entry) = peer.get(self.taken) else {
            return false;
        };
        let seq = self.taken as u64;
        self.taken += 1;
        let input = match entry {
            Entry::Received(entries) => Input::Received {
                line: self.line.clone(),
                epoch: 0,
                entries: entries.clone(),
            },
            Entry::Act {
                desk,
                drill,
                at_us,
                act,
            } => {
                self.to_receipt.push((seq, now.wall_us));
                self.heard(now, seq, (desk, *drill, *at_us), act.kind(), act.to_body())
            }
        };
        self.input(now, input).expect("only commands are refused");
        true
    }

    fn heard(
        &self,
        now: Now,
        seq: u64,
        (desk, drill, at_us): (&Desk, bool, i64),
        kind: &str,
        body: serde_json::Value,
    ) -> Input {
        Input::Heard {
            line: self.line.clone(),
            epoch: 0,
            seq,
            kind: kind.to_owned(),
            desk: desk.clone(),
            drill,
            at_us,
            received_at_us: now.wall_us,
            proven: true,
            body,
        }
    }

    /// What a backup would have of this node now.
    pub(crate) fn backup(&self) -> Backup {
        Backup {
            events: self.journal.len(),
            acts: self.acts.len(),
            entries: self.log.len(),
            taken: self.taken,
        }
    }

    /// The node as of a backup, with nothing that waited; its log is at hand, and its mind has not
    /// been told of what came after the backup.
    pub(crate) fn restored(&self, own: &str, peer: &str, backup: &Backup) -> Node {
        let mut node = Node::new(own, peer);
        for (now, event) in &self.journal[node.journal.len()..backup.events] {
            node.mind.apply(*now, event);
            node.journal.push((*now, event.clone()));
        }
        node.fresh.local = self.fresh.local;
        node.fresh.lines.clone_from(&self.fresh.lines);
        node.acts = self.acts[..backup.acts].to_vec();
        node.log.clone_from(&self.log);
        node.taken = backup.taken;
        node
    }

    /// The peer gives back what stands in our log from an entry on.
    pub(crate) fn take_back(&mut self, now: Now, from: usize) {
        for (seq, entry) in (0..).zip(self.log.clone()).skip(from) {
            let input = restored(self.line.clone(), seq, entry);
            self.input(now, input).expect("only commands are refused");
        }
    }

    /// Lets time pass: every clock that runs out until `now` is attended to.
    pub(crate) fn tick(&mut self, now: Now) {
        for _ in 0..64 {
            if self.mind.next_due(now).is_none_or(|left_us| left_us > 0) {
                return;
            }
            self.input(now, Input::Tick).expect("only commands are refused");
        }
        panic!("ticks go on for ever at one instant");
    }

    pub(crate) fn queue(&self, now: Now) -> Vec<AlarmView> {
        self.mind.alarms(now).queue
    }

    /// The alarm of this topic, which must be the only one.
    pub(crate) fn alarm(&self, now: Now, topic: Topic) -> AlarmView {
        let mut found = self.queue(now).into_iter().filter(|view| view.topic == topic);
        let alarm = found
            .next()
            .unwrap_or_else(|| panic!("an alarm about {topic:?} stands"));
        assert_eq!(found.next(), None, "one alarm about {topic:?}");
        alarm
    }

    /// Whether an alarm of this topic stands whose condition holds.
    pub(crate) fn has(&self, now: Now, topic: Topic) -> bool {
        let holds = |state| {
            matches!(
                state,
                AlarmState::Unacked | AlarmState::Acked | AlarmState::Shelved
            )
        };
        self.queue(now)
            .iter()
            .any(|view| view.topic == topic && holds(view.state))
    }

    pub(crate) fn notice(&self, author: Author, id: &str) -> NoticeView {
        self.mind
            .notice(&self.line, author, &NoticeId::from(id))
            .expect("the notice stands")
    }
}

/// How far a node's books were.
pub(crate) struct Backup {
    events: usize,
    acts: usize,
    pub(crate) entries: usize,
    taken: usize,
}

fn restored(line: LineId, seq: u64, entry: Entry) -> Input {
    match entry {
        Entry::Received(entries) => Input::Receipted {
            line,
            epoch: 0,
            entries,
        },
        Entry::Act {
            desk,
            drill,
            at_us,
            act,
        } => Input::Restored {
            line,
            epoch: 0,
            seq,
            kind: act.kind().to_owned(),
            desk,
            drill,
            at_us,
            body: act.to_body(),
        },
    }
}

/// Two nodes and the time.
pub(crate) struct Pair {
    pub(crate) a: Node,
    pub(crate) b: Node,
    pub(crate) now: Now,
}

pub(crate) fn at(wall_us: i64) -> Now {
    Now {
        wall_us,
        mono_us: wall_us - START,
        boot: 1,
    }
}

impl Pair {
    pub(crate) fn new() -> Pair {
        Pair {
            a: Node::new("alpha", "bravo"),
            b: Node::new("bravo", "alpha"),
            now: at(START),
        }
    }

    /// With the proposal signed by both, everything carried.
    pub(crate) fn agreed() -> Pair {
        let mut pair = Pair::new();
        pair.sign(Terms::pair_proposal());
        pair
    }

    pub(crate) fn sign(&mut self, terms: Terms) {
        let line = LineId::from(LINE);
        let command = Command::SignTerms { line, terms };
        self.a
            .command(self.now, Role::Commander, command.clone())
            .expect("a commander may sign");
        self.b
            .command(self.now, Role::Commander, command)
            .expect("a commander may sign");
        self.carry();
    }

    /// Lets time pass at both ends.
    pub(crate) fn pass(&mut self, us: i64) {
        self.now = at(self.now.wall_us + us);
        self.a.tick(self.now);
        self.b.tick(self.now);
    }

    /// Seals and delivers until nothing is left to say.
    pub(crate) fn carry(&mut self) {
        for _ in 0..16 {
            self.a.seal(self.now);
            self.b.seal(self.now);
            let mut moved = false;
            while self.b.take(self.now, &self.a.log) {
                moved = true;
            }
            while self.a.take(self.now, &self.b.log) {
                moved = true;
            }
            if !moved {
                return;
            }
        }
        panic!("the two nodes talk for ever");
    }

    pub(crate) fn a_does(&mut self, command: Command) -> Outcome {
        self.a
            .command(self.now, Role::Watch, command)
            .expect("it may be done")
    }

    pub(crate) fn b_does(&mut self, command: Command) -> Outcome {
        self.b
            .command(self.now, Role::Watch, command)
            .expect("it may be done")
    }

    /// A plans and gives exact notice; nothing is carried.
    pub(crate) fn a_notifies(&mut self, draft: OperationDraft) -> String {
        let id = self.a_does(Command::Plan(draft)).id.expect("a plan has an id");
        let outcome = self.a_does(notify(&id));
        outcome.id.expect("a notice has an id")
    }
}

pub(crate) fn notify(operation: &str) -> Command {
    Command::Notify {
        operation: OperationId::from(operation),
        line: LineId::from(LINE),
        level: Level::Exact,
        words: String::new(),
        confirmed: false,
    }
}

pub(crate) fn line() -> LineId {
    LineId::from(LINE)
}

pub(crate) fn id(notice: &str) -> NoticeId {
    NoticeId::from(notice)
}

/// A circle; degrees in hundredths.
pub(crate) fn circle(lat_cd: i64, lon_cd: i64, radius_m: i64, window: (i64, i64)) -> VolumeSpec {
    let center = Position {
        lat_nd: lat_cd * 10_000_000,
        lon_nd: lon_cd * 10_000_000,
    };
    VolumeSpec {
        footprint: Footprint::Circle {
            center,
            radius_mm: radius_m * 1_000,
        },
        band: Band {
            low_mm: 0,
            high_mm: 5_000_000,
            datum: Datum::Msl,
        },
        window: Window {
            start_us: window.0,
            end_us: window.1,
        },
    }
}

pub(crate) fn draft(class: Class, volume: VolumeSpec) -> OperationDraft {
    OperationDraft {
        name: "one".to_owned(),
        class,
        volumes: vec![volume],
        hazards: Vec::new(),
        drill: false,
        separation: None,
        reaction_us: None,
    }
}

/// An operation around 35.52N 35.80E that starts after so long and lasts an hour.
pub(crate) fn after(class: Class, start_in_us: i64) -> OperationDraft {
    let start_us = START + start_in_us;
    draft(class, circle(3552, 3580, 5_000, (start_us, start_us + HOUR)))
}

pub(crate) fn debris(volume: VolumeSpec) -> HazardDraft {
    HazardDraft {
        kind: HazardKind::Debris,
        volume,
        words: String::new(),
    }
}

pub(crate) fn has_note(outcome: &Outcome, wanted: impl Fn(&Note) -> bool) -> bool {
    outcome.notes.iter().any(wanted)
}
