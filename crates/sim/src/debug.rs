//! A run step by step, and who knows what at any instant of it.

use crate::check::of;
use crate::limits::{SECOND_US, T0_US};
use crate::node::Node;
use crate::world::World;
use accord::alarm::Author;
use accord::ids::LineId;
use accord::time::Now;
use accord::view::NoticeView;
use engine::Engine;
use engine::view::LineView;
use pool::ids::{EntityId, Manager};
use pool::{Answer, Call, Request};
use std::io::{BufRead, Result, Write};

/// What can be asked.
const HELP: &str =
    "Enter: the next step; a number: so many; t SECONDS: up to that instant; w: who knows what; q: end";

/// Reads commands and obeys them until the input, or the world, ends. The world tells its steps
/// itself.
///
/// # Errors
/// Input or output fails.
pub fn debug(world: &mut World, minutes: i64, input: impl BufRead, mut out: impl Write) -> Result<()> {
    let end_us = T0_US + minutes * 60 * SECOND_US;
    writeln!(out, "{HELP}")?;
    for line in input.lines() {
        let line = line?;
        let goes_on = match line.split_whitespace().collect::<Vec<_>>()[..] {
            [] => world.step(end_us),
            ["q"] => false,
            ["w"] => {
                write!(out, "{}", who_knows_what(world))?;
                true
            }
            ["t", seconds] => {
                let until_us = seconds
                    .parse()
                    .map_or(world.now_us, |s: i64| T0_US + s * SECOND_US);
                while world.step(until_us.min(end_us)) {}
                until_us < end_us
            }
            [count] => {
                let steps = count.parse().unwrap_or(0_u32);
                steps > 0 && (0..steps).all(|_| world.step(end_us))
            }
            _ => {
                writeln!(out, "{HELP}")?;
                true
            }
        };
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// For each line: how far either log goes, who holds and has cosigned how much of it, and for each
/// notice what its author knows of it and what its receiver does. For each region: what stands, and what its
/// managers know of it.
pub fn who_knows_what(world: &World) -> String {
    let mut told = String::new();
    for wire in &world.wires {
        for (end, at) in wire.nodes.into_iter().enumerate() {
            let (node, peer) = (&world.nodes[at], &world.nodes[wire.nodes[1 - end]]);
            told.push_str(&format!(
                "{} {}: {}\n",
                wire.line,
                node.name,
                logs(world, node, &wire.line)
            ));
            let there = notices(peer, &wire.line, Author::Peer);
            for view in notices(node, &wire.line, Author::Own) {
                let id = &view.notice.id;
                let other = there.iter().find(|other| other.notice.id == *id);
                let other = other.map_or_else(|| "not known".to_owned(), known);
                let (known, name) = (known(&view), &peer.name);
                told.push_str(&format!("    notice {id}: {known} here; {other} at {name}\n"));
            }
        }
    }
    told + &open_traffic(world)
}

fn open_traffic(world: &World) -> String {
    let mut told = String::new();
    for (node, region) in world.nodes.iter().zip(&world.regions) {
        let Some(region) = region else { continue };
        let (name, waits, states) = (&node.name, region.unanswered(), region.audit.states());
        let counts = node.engine.as_ref().map(|engine| engine.pool().counts());
        let stands = counts.map_or_else(
            || "down".to_owned(),
            |(intents, constraints, subscriptions)| {
                format!(
                    "{intents} operational intents, {constraints} constraints, {subscriptions} subscriptions"
                )
            },
        );
        told.push_str(&format!(
            "open at {name}: {stands}; {waits} requests wait; what was told allows {states} states\n"
        ));
        for uss in &region.usss {
            told.push_str(&format!("    {} {:?}\n", uss.name(), uss.mood()));
            for (id, ovn) in uss.intents() {
                let known = as_known(node, uss.name(), id, ovn);
                told.push_str(&format!("        operational intent {id}: {known}\n"));
            }
        }
    }
    told
}

/// What its manager takes for an operational intent, held against what stands.
fn as_known(node: &Node, manager: &str, id: EntityId, ovn: &str) -> String {
    let Some(engine) = &node.engine else {
        return "not to be read".to_owned();
    };
    let request = Request {
        manager: Manager(manager.to_owned()),
        may_be_off_nominal: false,
        fresh: id,
        call: Call::GetIntent { id },
    };
    match engine.pool().decide(0, &request) {
        Ok((Answer::Intent(view), _)) if view.intent.ovn.0 == ovn => {
            format!("{:?} version {}", view.intent.state, view.intent.version)
        }
        Ok((Answer::Intent(view), _)) => {
            let (state, version) = (view.intent.state, view.intent.version);
            format!("{state:?} version {version}, of which its manager knows another")
        }
        _ => "gone, which its manager does not know".to_owned(),
    }
}

/// What one node alone knows: of each line its logs, of each notice of either side its receipts and answers.
pub fn what_it_knows(engine: &Engine, now: Now) -> String {
    let mut told = String::new();
    for view in engine.line_views(now) {
        let (line, peer) = (&view.line, &view.peer);
        told.push_str(&format!("{line} with {peer}: {}\n", sizes(&view)));
        for (author, whose) in [(Author::Own, "own"), (Author::Peer, "the peer's")] {
            for view in engine.mind().notices(&of(line, author)) {
                let (id, known) = (&view.notice.id, known(&view));
                told.push_str(&format!("    notice {id}, {whose}: {known}\n"));
            }
        }
    }
    told
}

fn logs(world: &World, node: &Node, line: &LineId) -> String {
    let now = node.now(world.now_us);
    let views = node.engine.as_ref().map(|engine| engine.line_views(now));
    let Some(view) = views.into_iter().flatten().find(|view| view.line == *line) else {
        return "down".to_owned();
    };
    format!("{}; {:?}", sizes(&view), view.light)
}

/// How far either log of a line goes, and who holds and has cosigned how much of it.
fn sizes(view: &LineView) -> String {
    let (epoch, own, held) = (view.epoch, view.own_size, view.peer_size);
    let (cosigned, waits) = (view.cosigned_size, view.unsealed);
    let stalled = view
        .stalled
        .as_ref()
        .map_or_else(String::new, |why| format!("; STALLED: {why}"));
    format!(
        "epoch {epoch}, {own} entries, {cosigned} cosigned by the peer, {waits} wait; holds {held} of the peer's{stalled}"
    )
}

fn notices(node: &Node, line: &LineId, author: Author) -> Vec<NoticeView> {
    let engine = node.engine.as_ref();
    engine.map_or_else(Vec::new, |engine| engine.mind().notices(&of(line, author)))
}

fn known(view: &NoticeView) -> String {
    let mark = |name: &'static str, known: bool| known.then_some(name);
    let marks = [
        mark("RECEIVED", view.received.is_some()),
        mark("OPENED", view.opened.is_some()),
        mark("READ BACK", view.read_back.is_some()),
        mark("ANSWERED", !view.current.answers.is_empty()),
        mark("LATE", view.late),
    ];
    let marks: Vec<&str> = marks.into_iter().flatten().collect();
    format!(
        "version {} {:?} {}",
        view.notice.version,
        view.state,
        marks.join(", ")
    )
}
