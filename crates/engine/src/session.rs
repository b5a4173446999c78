//! What a node knows of a line's connection. Never journaled: a restart forgets it, and
//! HELLO finds it again.

use crate::event::Side;
use crate::frame::{Countersigned, Entry, Frame, Hello};
use crate::input::Conn;
use crate::limits::{AMBER_US, BEAT_US, RED_US};
use accord::time::Now;
use std::collections::BTreeMap;

/// How a line looks to its officers.
#[derive(Copy, Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Connected, HELLO done, heard within 6 s.
    Up,
    /// Silent for 6 s.
    Amber,
    /// Silent for 20 s.
    Red,
    /// No connection.
    Down,
}

/// Volatile state of one line.
pub struct Session {
    /// The newest connection.
    pub conn: Option<Conn>,
    /// HELLO was settled on this connection.
    pub ready: bool,
    /// HELLO was settled at least once since this node started: only then may it seal.
    pub synced: bool,
    /// When HELLO was last said, or something came that it asked for, on the monotonic clock.
    pub settling_mono_us: i64,
    /// HELLO is to be sent.
    pub hello_due: bool,
    /// When the peer was last heard, on the monotonic clock.
    pub heard_mono_us: i64,
    /// When the next beat is due.
    pub beat_mono_us: i64,
    /// A beat is to be sent, behind the entries that go now.
    pub beat_due: bool,
    /// Our entries below this were sent on this connection.
    pub sent_upto: u64,
    /// How much of our log the peer holds, by its word on this connection, which nothing proves: less than it once cosigned
    /// when it was put back to an older state.
    pub peer_holds: u64,
    /// Safety entries below this were considered for going ahead on this connection.
    pub urgent_upto: u64,
    /// The largest size of the peer's log whose cosignature was sent on this connection.
    pub cosign_sent: u64,
    /// Entries the peer lost though it had cosigned them, read back from our store.
    pub refill: BTreeMap<u64, Entry>,
    /// Where their reading goes on: there is one reading, however often HELLO comes.
    pub refilling: Option<u64>,
    /// The peer's HELLO about the epoch that is open here.
    pub shown: Option<Hello>,
    /// Why these logs cannot go on, while what is left of them is taken back.
    pub closing: Option<String>,
    /// How often in this epoch what is left of logs that cannot go on was asked for.
    pub last_asked: u32,
    /// Entries that are being taken back.
    pub restoring: Option<Restoring>,
    /// How often since the line last was ready HELLO brought a spoilt cosignature.
    pub hello_tries: u32,
    /// How often on this connection what was given back did not hold.
    pub restore_tries: u32,
    /// How often on this connection the peer cosigned more of our log than there is here.
    pub beyond_ours: u32,
    /// The peer is in an epoch that is closed here and was told so: once it has followed it needs
    /// to hear HELLO again.
    pub told_closed: bool,
    /// Why the peer does not cosign, by its own word on this connection.
    pub peer_stalled: Option<String>,
    /// STALLED was said on this connection.
    pub stall_said: bool,
    /// An entry that came again with another header: its place and that header. What stands there
    /// is being read.
    pub suspect: Option<(u64, String)>,
    /// What the mind was last told.
    pub light: Light,
    /// When the line was last seen to work, on the monotonic clock: the peer was heard on a
    /// connection on which HELLO was settled.
    pub worked_mono_us: i64,
    /// Frames that wait for the end of the batch.
    pub outbox: Vec<Frame>,
    /// Something may be sendable.
    pub touched: bool,
}

/// A taking-back under way.
pub struct Restoring {
    /// Whose log it is.
    pub side: Side,
    /// Where it ends.
    pub target: Countersigned,
    /// Its size there.
    pub size: u64,
    /// Entries so far, in order.
    pub entries: Vec<Entry>,
    /// What the peer said of this epoch.
    pub hello: Hello,
    /// Why the next epoch is opened once they are back; without, this one goes on.
    pub then_close: Option<String>,
}

impl Restoring {
    /// The same, before its first entry.
    pub fn anew(&self) -> Self {
        Restoring {
            side: self.side,
            target: self.target.clone(),
            size: self.size,
            entries: Vec::new(),
            hello: self.hello.clone(),
            then_close: self.then_close.clone(),
        }
    }
}

impl Session {
    /// A line before its first connection.
    pub fn new(now: Now) -> Self {
        Session {
            conn: None,
            ready: false,
            synced: false,
            hello_due: false,
            settling_mono_us: now.mono_us,
            heard_mono_us: now.mono_us,
            beat_mono_us: now.mono_us,
            beat_due: false,
            sent_upto: 0,
            peer_holds: 0,
            urgent_upto: 0,
            cosign_sent: 0,
            refill: BTreeMap::new(),
            refilling: None,
            shown: None,
            closing: None,
            last_asked: 0,
            restoring: None,
            hello_tries: 0,
            restore_tries: 0,
            beyond_ours: 0,
            told_closed: false,
            peer_stalled: None,
            stall_said: false,
            suspect: None,
            light: Light::Down,
            worked_mono_us: now.mono_us,
            outbox: Vec::new(),
            touched: false,
        }
    }

    /// A new connection: what was sent on the last one may be lost.
    pub fn connect(&mut self, conn: Conn, now: Now) {
        self.disconnect();
        self.conn = Some(conn);
        self.hello_due = true;
        self.settling_mono_us = now.mono_us;
        self.heard_mono_us = now.mono_us;
        self.beat_mono_us = now.mono_us + BEAT_US;
        self.touched = true;
    }

    /// The connection fell.
    pub fn disconnect(&mut self) {
        self.conn = None;
        self.restart();
    }

    /// µs until this line needs attention though nothing came in.
    pub fn due_in(&self, now: Now) -> Option<i64> {
        let silent = match self.light {
            Light::Up => self.worked_mono_us + AMBER_US,
            Light::Amber => self.worked_mono_us + RED_US,
            Light::Red | Light::Down => i64::MAX,
        };
        let beat = if self.conn.is_some() {
            self.beat_mono_us
        } else {
            i64::MAX
        };
        let due = silent.min(beat);
        (due < i64::MAX).then(|| due - now.mono_us)
    }

    /// The peer says that it holds this much of our log, whatever an older HELLO said. If that is not so, it
    /// lacks what it does not ask for again.
    pub fn note_peer_holds(&mut self, size: u64) {
        self.peer_holds = self.peer_holds.max(size);
        self.sent_upto = self.sent_upto.max(size);
        self.refill = self.refill.split_off(&self.sent_upto);
    }

    /// Something of the peer's did not come or was not taken: HELLO once more says what we
    /// hold, and the peer sends from there. What we sent stands.
    pub fn ask_again(&mut self) {
        self.hello_due = self.conn.is_some();
        self.touched = true;
    }

    /// HELLO is to be settled anew.
    pub fn restart(&mut self) {
        self.ready = false;
        self.hello_due = self.conn.is_some();
        self.sent_upto = 0;
        self.peer_holds = 0;
        self.urgent_upto = 0;
        self.cosign_sent = 0;
        self.refill.clear();
        self.refilling = None;
        self.beat_due = false;
        self.shown = None;
        self.closing = None;
        self.restoring = None;
        self.restore_tries = 0;
        self.beyond_ours = 0;
        self.told_closed = false;
        self.peer_stalled = None;
        self.stall_said = false;
        self.suspect = None;
        self.outbox.clear();
        self.touched = true;
    }
}
