//! A node that was copied: whoever follows into the next epoch gets the evidence.

mod common;

use accord::command::Role;
use common::*;
use engine::event::Side;
use engine::input::Input;

/// Two copies of one node spoke to the peer in turn; the disk of the second, and the world
/// with the first.
fn forked() -> (World, Disk) {
    let mut world = World::new();
    world.disconnect();
    let copy = world.a.disk.clone();
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("said while cut off"))
        .expect("said");
    let original = std::mem::replace(&mut world.a, Node::new("alpha", Side::A, now));
    world.a.disk = copy.clone();
    world.a.restart(at(world.now_us));
    world.connect();
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("said by the copy"))
        .expect("said");
    world.settle();
    world.disconnect();
    world.a = original;
    world.connect();
    (world, copy)
}

#[test]
fn a_copy_that_hears_of_the_new_epoch_first_gets_the_evidence_all_the_same() {
    let (mut world, copy) = forked();
    let known = world.b.engine.contradictions(&line()).to_vec();
    world.disconnect();
    world.a = Node::new("alpha", Side::A, world.now());
    world.a.disk = copy;
    world.a.restart(at(world.now_us));
    world.conn += 1;
    world.cut = false;
    let (conn, now) = (world.conn, world.now());
    let connected = || Input::Connected { line: line(), conn };
    world.b.engine.input(connected()).expect("room");
    world.b.step(now);
    world.a.engine.input(connected()).expect("room");
    for bytes in std::mem::take(&mut world.b.sent) {
        let frame = Input::Frame {
            line: line(),
            conn,
            bytes,
        };
        world.a.engine.input(frame).expect("room");
    }
    world.settle();
    assert_eq!(world.a.engine.line_views(world.now())[0].epoch, 1);
    let learned = world.a.engine.contradictions(&line());
    assert_eq!(learned, &known[known.len() - 1..], "the copy holds it");
    assert_eq!(
        world.b.engine.contradictions(&line()),
        known,
        "nobody learned it twice"
    );
}
