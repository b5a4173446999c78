//! A wire on which a test may lose, spoil, double or add frames.

use super::{World, line};
use engine::frame::Frame;
use engine::input::Input;

/// Rounds in which two nodes have said all that they have to say, or never will.
const MOST_ROUNDS: usize = 400;

/// A new connection on which every frame passes through `edit` on its way; it gets the sender's name.
pub fn connect_through<I: IntoIterator<Item = Frame>>(world: &mut World, edit: impl FnMut(&str, Frame) -> I) {
    world.conn += 1;
    world.cut = false;
    let conn = world.conn;
    for node in [&mut world.a, &mut world.b] {
        let line = line();
        node.engine.input(Input::Connected { line, conn }).expect("room");
    }
    settle_through(world, edit);
}

/// Lets the two nodes talk through `edit` until they have nothing more to say.
pub fn settle_through<I: IntoIterator<Item = Frame>>(
    world: &mut World,
    mut edit: impl FnMut(&str, Frame) -> I,
) {
    let conn = world.conn;
    for _ in 0..MOST_ROUNDS {
        world.now_us += 10;
        let now = world.now();
        world.a.step(now);
        world.b.step(now);
        let (a, b) = (&mut world.a, &mut world.b);
        let (from_a, from_b) = (std::mem::take(&mut a.sent), std::mem::take(&mut b.sent));
        for (name, frames, to) in [("alpha", from_a, b), ("bravo", from_b, a)] {
            let frames = frames.iter().map(|bytes| Frame::parse(bytes).expect("a frame"));
            for frame in frames.flat_map(|frame| edit(name, frame)) {
                let (line, bytes) = (line(), frame.to_bytes());
                to.engine.input(Input::Frame { line, conn, bytes }).expect("room");
            }
        }
        if !world.a.engine.has_input() && !world.b.engine.has_input() {
            return;
        }
    }
}
