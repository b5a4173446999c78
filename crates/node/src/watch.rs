//! `detente watch`: the watch officer's full-screen terminal.
//!
//! - [`state`] is a pure reducer: what the officer sees and what a key or an answer makes of
//!   it. It reads no clock and touches no socket; what is to be done comes out as effects.
//! - [`render`] is a pure function from that state to lines of text.
//! - [`io`] carries keys, answers and pictures between the two, the terminal and the node.
//!
//! What always holds:
//! - OPENED is stated only when an officer opens an item by a key, never because a list or a
//!   pane was drawn;
//! - CEASE and CHECK FIRE need two keys from anywhere, and no form stands before them;
//! - what is shown says when it was true; a node that does not answer takes the whole screen;
//! - a key that answers acts on the item the officer selected, never on one that took its
//!   place in the list.

mod bell;
mod deed;
mod detail;
mod form;
mod handover;
mod io;
mod item;
mod key;
mod picture;
mod queue;
mod read;
mod render;
mod state;
mod tell;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use io::watch;
