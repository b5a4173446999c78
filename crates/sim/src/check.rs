//! What must hold once everything has settled, whatever happened before.
//!
//! 1. `invariant_all_is_up`: every node runs, every line is up and not stalled.
//! 2. `invariant_nothing_is_owed`: what one side sealed the other cosigned.
//! 3. `invariant_promises_are_kept`: what a node acknowledged stands at both ends, once.
//! 4. `invariant_sides_agree`: both ends show the same notices, receipts and leads.
//! 5. `invariant_leads_are_honest`: a lead is the start minus the instant of receipt, and the
//!    start that was told is no later than the one filed.
//! 6. `invariant_replay_is_lived`: the state is what its records make.
//! 7. `invariant_contradictions_are_true`: only about a node that was put back, copied or lied.
//! 8. `invariant_minds_are_sound`: every mind passes its own checks.
//! 9. `invariant_unanswered_clocks_alarm`: a notice that nobody opened is an alarm at both ends.
//! 10. `invariant_conflicts_are_told`: of two live notices that meet both desks are told.
//! 11. `invariant_nothing_is_held_on_to`: what is held for a while is let go of, and the rest stays
//!     within its limit.
//!
//! What must hold of every frame while it leaves stands in `world/watch.rs`.
//!
//! Of lines with a party that lies or runs twice no agreement is asked, but that they go on, that
//! honest nodes keep their own word, and that no evidence is made against them.

use crate::audit::{Promise, What};
use crate::limits::{MINUTE_US, SECOND_US};
use crate::net::{End, Wire};
use crate::world::World;
use accord::Mind;
use accord::act::{Level, Notice};
use accord::alarm::{Alarm, Author, Subject, Topic};
use accord::ids::{LineId, NoticeId};
use accord::terms::Terms;
use accord::view::{NoticeFilter, NoticeState, NoticeView};
use engine::event::Side;
use engine::session::Light;
use engine::view::LineView;
use geo4d::Footprint;
use ledger::contradiction::Contradiction;
use ledger::header::Origin;
use std::collections::BTreeMap;

/// What was looked at, and what did not hold.
#[derive(Debug, Default)]
pub struct Findings {
    /// Checks made, by invariant.
    pub checked: BTreeMap<&'static str, u64>,
    /// What did not hold, in words.
    pub violations: Vec<String>,
}

impl Findings {
    /// One look at an invariant.
    pub fn check(&mut self, name: &'static str, holds: bool, what: impl FnOnce() -> String) {
        *self.checked.entry(name).or_default() += 1;
        if !holds {
            self.violations.push(format!("{name}: {}", what()));
        }
    }
}

/// Every invariant, over the whole world.
pub fn everything(world: &World, findings: &mut Findings) {
    invariant_all_is_up(world, findings);
    if !findings.violations.is_empty() {
        return;
    }
    invariant_nothing_is_owed(world, findings);
    invariant_promises_are_kept(world, findings);
    invariant_sides_agree(world, findings);
    invariant_leads_are_honest(world, findings);
    invariant_replay_is_lived(world, findings);
    invariant_contradictions_are_true(world, findings);
    invariant_unanswered_clocks_alarm(world, findings);
    invariant_conflicts_are_told(world, findings);
    invariant_minds_are_sound(world, findings);
    invariant_nothing_is_held_on_to(world, findings);
}

/// Items of one author on a line, as a mind shows them.
pub fn items(mind: &Mind, line: &LineId, author: Author) -> Vec<What> {
    let notices = mind
        .notices(&of(line, author))
        .into_iter()
        .map(|view| What::Notice(view.notice.id.0));
    let texts = mind
        .dialogues(line)
        .into_iter()
        .filter(|view| view.author == author);
    let stops = mind
        .stops()
        .into_iter()
        .filter(|view| view.author == author && view.line == *line);
    notices
        .chain(texts.map(|view| What::Text(view.book.text)))
        .chain(stops.map(|view| What::Stop(view.id.0)))
        .collect()
}

fn invariant_all_is_up(world: &World, findings: &mut Findings) {
    for node in &world.nodes {
        let up = node.engine.is_some();
        findings.check("invariant_all_is_up", up, || format!("{} is down", node.name));
        for view in views(world, &node.name) {
            let well = view.light == Light::Up && view.stalled.is_none();
            findings.check("invariant_all_is_up", well, || format!("{}: {view:?}", node.name));
        }
    }
}

fn invariant_nothing_is_owed(world: &World, findings: &mut Findings) {
    for wire in &world.wires {
        let ends = wire.nodes.map(|at| view_of(world, at, &wire.line));
        for (own, peer) in [(&ends[0], &ends[1]), (&ends[1], &ends[0])] {
            let settled = own.epoch == peer.epoch
                && own.own_size == own.cosigned_size
                && own.own_size == peer.peer_size
                && own.unsealed == 0;
            findings.check("invariant_nothing_is_owed", settled, || {
                format!("{own:?} and {peer:?}")
            });
        }
    }
}

fn invariant_promises_are_kept(world: &World, findings: &mut Findings) {
    for (at, node) in world.nodes.iter().enumerate() {
        for line in &node.lines {
            let peer = peer_of(world, at, line);
            let doubted = world.doubts(at) || world.doubts(peer);
            let own = count(items(mind(world, at), line, Author::Own));
            let theirs = count(items(mind(world, peer), line, Author::Peer));
            for promise in world.auditor.promises(at, line) {
                let [here, there] =
                    [&own, &theirs].map(|count| count.get(&promise.what).copied().unwrap_or(0));
                let kept = is_kept(promise, here, there, (doubted, world.was_put_back(at)));
                findings.check("invariant_promises_are_kept", kept, || {
                    let name = &node.name;
                    format!("{name} on {line}: {promise:?} stands {here} times here, {there} there")
                });
            }
        }
    }
}

fn is_kept(promise: &Promise, here: u32, there: u32, (doubted, put_back): (bool, bool)) -> bool {
    let lost = promise.may_be_lost && here == 0 && there <= 1;
    let stands = here == 1 && (there == 1 || doubted);
    lost || stands || here == 0 && doubted && put_back
}

fn invariant_sides_agree(world: &World, findings: &mut Findings) {
    for wire in world.wires.iter().filter(|wire| !world.doubts_wire(wire)) {
        for (at, peer) in [(wire.nodes[0], wire.nodes[1]), (wire.nodes[1], wire.nodes[0])] {
            let own = mind(world, at).notices(&of(&wire.line, Author::Own));
            let theirs = mind(world, peer).notices(&of(&wire.line, Author::Peer));
            let theirs: BTreeMap<_, _> = theirs.iter().map(|view| (view.notice.id.clone(), view)).collect();
            for view in &own {
                let Some(other) = theirs.get(&view.notice.id) else {
                    continue;
                };
                let differing = differing(view, other);
                findings.check("invariant_sides_agree", differing.is_empty(), || {
                    let id = &view.notice.id;
                    format!("{} notice {id}: {}", wire.line, differing.join("; "))
                });
            }
        }
    }
}

/// What both ends must show alike and do not, in words. Of a notice that is over only that.
fn differing(one: &NoticeView, two: &NoticeView) -> Vec<String> {
    let over = |view: &NoticeView| matches!(view.state, NoticeState::Ended | NoticeState::Withdrawn);
    let mut found = Vec::new();
    let mut compare = |name: &str, one: String, two: String| {
        if one != two {
            found.push(format!("{name}: {one} but {two}"));
        }
    };
    compare("drill", one.drill.to_string(), two.drill.to_string());
    if over(one) && over(two) {
        return found;
    }
    compare("state", format!("{:?}", one.state), format!("{:?}", two.state));
    compare(
        "content",
        format!("{:?}", one.notice),
        format!("{:?}", two.notice),
    );
    let received = |view: &NoticeView| {
        let made = view.received.as_ref().map(|made| (made.at_us, made.lead_us));
        format!("{made:?} late {}", view.late)
    };
    compare("received", received(one), received(two));
    let opened = |view: &NoticeView| format!("{:?}", view.opened.as_ref().map(|stamp| stamp.at_us));
    compare("opened", opened(one), opened(two));
    let read_back = |view: &NoticeView| format!("{:?}", view.read_back);
    compare("read back", read_back(one), read_back(two));
    let answers = |view: &NoticeView| view.current.answers.len().to_string();
    compare("answers", answers(one), answers(two));
    found
}

fn invariant_leads_are_honest(world: &World, findings: &mut Findings) {
    for (at, node) in world.nodes.iter().enumerate() {
        for line in &node.lines {
            for view in mind(world, at).notices(&of(line, Author::Own)) {
                let start_us = world.auditor.start_us(at, line, &view.notice.id.0);
                let (Some(start_us), Some(made)) = (start_us, &view.received) else {
                    continue;
                };
                if view.notice.version > 1 {
                    continue;
                }
                // A box is rounded outward: it may begin earlier than what it stands for.
                let told_us = view.notice.window.start_us;
                let honest = made.lead_us == Some(told_us - made.at_us)
                    && if view.notice.level == Level::Exact {
                        told_us == start_us
                    } else {
                        told_us <= start_us
                    };
                findings.check("invariant_leads_are_honest", honest, || {
                    format!(
                        "{} notice {}: {made:?}, filed start {start_us}",
                        node.name, view.notice.id
                    )
                });
            }
        }
    }
}

fn invariant_replay_is_lived(world: &World, findings: &mut Findings) {
    for node in &world.nodes {
        let (Some(engine), Ok(again)) = (&node.engine, node.recovered(false)) else {
            continue;
        };
        let difference = engine.difference(&again).filter(|_| !node.busy);
        findings.check("invariant_replay_is_lived", difference.is_none(), || {
            format!("{}: {difference:?}", node.name)
        });
    }
}

fn invariant_contradictions_are_true(world: &World, findings: &mut Findings) {
    for wire in &world.wires {
        let signed_twice = |end: usize| {
            let at = wire.nodes[end];
            world.was_put_back(at) || world.doubts(at)
        };
        for at in wire.nodes {
            let engine = world.nodes[at].engine.as_ref();
            let found = engine.map_or(&[][..], |engine| engine.contradictions(&wire.line));
            for evidence in found {
                let holds = blamed(evidence).is_some_and(signed_twice);
                findings.check("invariant_contradictions_are_true", holds, || {
                    format!("{}: {evidence} though that node never was put back", wire.line)
                });
            }
        }
    }
}

/// The end of its line that evidence is against.
fn blamed(evidence: &str) -> Option<End> {
    let origin = Contradiction::decode(evidence).ok()?.origin()?;
    let origin = Origin::parse(&origin).ok()?;
    Some(usize::from(origin.side == Side::B.letter()))
}

/// A clock that ran out unanswered has an alarm at both ends.
fn invariant_unanswered_clocks_alarm(world: &World, findings: &mut Findings) {
    for wire in world.wires.iter().filter(|wire| !world.doubts_wire(wire)) {
        for end in 0..2 {
            let views = mind(world, wire.nodes[end]).notices(&live(&wire.line, Author::Own));
            for view in views.iter().filter(|view| is_overdue(world.now_us, view)) {
                let id = &view.notice.id;
                let told = [(end, Author::Own), (1 - end, Author::Peer)]
                    .map(|(end, author)| stands(world, wire, end, (author, id), Topic::Opened));
                findings.check("invariant_unanswered_clocks_alarm", told == [true, true], || {
                    format!("{} notice {id} is not opened: {told:?}", wire.line)
                });
            }
        }
    }
}

/// Received, and not opened within what the workload's parties agree on.
fn is_overdue(now_us: i64, view: &NoticeView) -> bool {
    let within_us = i64::from(Terms::pair_proposal().opened_within_s) * SECOND_US;
    let received = view.received.as_ref().filter(|_| view.opened.is_none());
    received
        .is_some_and(|made| made.at_us + within_us + MINUTE_US < now_us && view.notice.window.end_us > now_us)
}

/// Two live notices of one line that meet: both desks are told. The workload's places are circles
/// round few centres that lie far apart, on the ground: two meet when their centres are one and
/// their windows overlap. Nothing else is asked of geometry here.
fn invariant_conflicts_are_told(world: &World, findings: &mut Findings) {
    // Plans are in no log: what a backup lacks, nobody can give back.
    let whole = |wire: &&Wire| {
        !wire
            .nodes
            .iter()
            .any(|at| world.was_put_back(*at) || world.doubts(*at))
    };
    for wire in world.wires.iter().filter(whole) {
        let own = wire
            .nodes
            .map(|at| mind(world, at).notices(&live(&wire.line, Author::Own)));
        let pairs = own[0]
            .iter()
            .flat_map(|one| own[1].iter().map(move |two| (one, two)));
        for (one, two) in pairs.filter(|(one, two)| meet(world.now_us, one, two)) {
            let (one, two) = (&one.notice.id, &two.notice.id);
            let told = [(0, two), (1, one)]
                .map(|(end, id)| stands(world, wire, end, (Author::Peer, id), Topic::Picture));
            findings.check("invariant_conflicts_are_told", told == [true, true], || {
                format!("{} notices {one} and {two} meet: {told:?}", wire.line)
            });
        }
    }
}

fn meet(now_us: i64, one: &NoticeView, two: &NoticeView) -> bool {
    let exact = one.notice.level == Level::Exact && two.notice.level == Level::Exact;
    let centres = [one, two].map(|view| centre(&view.notice));
    let (a, b) = (one.notice.window, two.notice.window);
    let together = a.start_us < b.end_us && b.start_us < a.end_us;
    let ahead = a.end_us.min(b.end_us) > now_us + MINUTE_US;
    exact && one.drill == two.drill && together && ahead && centres[0].is_some() && centres[0] == centres[1]
}

fn centre(notice: &Notice) -> Option<i64> {
    match notice.volumes.first()?.footprint {
        Footprint::Circle { center, .. } => Some(center.lat_nd),
        _ => None,
    }
}

/// Whether an alarm about a notice stands at an end of a wire, or more stand there than are listed.
fn stands(world: &World, wire: &Wire, end: End, (author, id): (Author, &NoticeId), topic: Topic) -> bool {
    let at = wire.nodes[end];
    let alarms = mind(world, at).alarms(world.nodes[at].now(world.now_us));
    let id = id.clone();
    let about = (Some(&wire.line), &Subject::Notice { author, id }, topic);
    let of = |alarm: &Alarm| (alarm.line.as_ref(), &alarm.subject, alarm.kind.topic()) == about;
    alarms.not_listed > 0 || alarms.queue.iter().any(|view| of(&view.alarm))
}

fn invariant_minds_are_sound(world: &World, findings: &mut Findings) {
    for at in 0..world.nodes.len() {
        mind(world, at).check_invariants();
        findings.check("invariant_minds_are_sound", true, String::new);
    }
}

/// Within its limit, whatever peers do; and none of it when all lines have settled, unless a peer lies.
fn invariant_nothing_is_held_on_to(world: &World, findings: &mut Findings) {
    let doubted = |line: &LineId| {
        let wire = world.wires.iter().find(|wire| wire.line == *line);
        wire.is_some_and(|wire| world.doubts_wire(wire))
    };
    for (at, node) in world.nodes.iter().enumerate() {
        for holding in node.engine.iter().flat_map(engine::Engine::holdings) {
            let settles = holding.passing && !holding.line.as_ref().is_some_and(doubted);
            let most = if settles { 0 } else { holding.most };
            let holds = holding.held <= most || world.doubts(at);
            findings.check("invariant_nothing_is_held_on_to", holds, || {
                format!("{}: {holding:?}", node.name)
            });
        }
    }
}

fn count(items: Vec<What>) -> BTreeMap<What, u32> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}

fn live(line: &LineId, author: Author) -> NoticeFilter {
    NoticeFilter {
        live: true,
        ..of(line, author)
    }
}

/// What one author gave notice of on a line.
pub(crate) fn of(line: &LineId, author: Author) -> NoticeFilter {
    NoticeFilter {
        line: Some(line.clone()),
        author: Some(author),
        ..NoticeFilter::default()
    }
}

fn mind(world: &World, at: usize) -> &Mind {
    world.nodes[at]
        .engine
        .as_ref()
        .expect("every node is up when it is calm")
        .mind()
}

fn peer_of(world: &World, at: usize, line: &LineId) -> usize {
    let wire = world.wires.iter().find(|wire| wire.line == *line);
    let [a, b] = wire.expect("a line has a wire").nodes;
    if a == at { b } else { a }
}

fn views(world: &World, name: &str) -> Vec<LineView> {
    let node = world
        .nodes
        .iter()
        .find(|node| node.name == name)
        .expect("a node of that name");
    let now = node.now(world.now_us);
    node.engine
        .as_ref()
        .map_or_else(Vec::new, |engine| engine.line_views(now))
}

fn view_of(world: &World, at: usize, line: &LineId) -> LineView {
    let views = views(world, &world.nodes[at].name);
    views
        .into_iter()
        .find(|view| view.line == *line)
        .expect("every line was joined")
}
