//! Faults: when they begin and how they end.

use super::open::Befell;
use super::*;
use crate::limits::MAX_SLEEP_US;

impl Kind {
    /// As counted.
    fn name(self) -> &'static str {
        match self {
            Kind::Crash => "fault crash",
            Kind::Cut => "fault cut",
            Kind::Silence(_) => "fault silence",
            Kind::Rot => "fault rot",
            Kind::Rollback => "fault rollback",
            Kind::Jump => "fault jump",
            Kind::Sleep => "fault sleep",
            Kind::Shortage => "fault shortage",
            Kind::Copy => "fault copy",
        }
    }
}

impl World {
    pub(super) fn plan_faults(&mut self) {
        let faults = self.faults.clone();
        let of_nodes = [
            (Kind::Crash, faults.crash_us),
            (Kind::Rot, faults.rot_us),
            (Kind::Rollback, faults.rollback_us),
            (Kind::Jump, faults.jump_us),
            (Kind::Sleep, faults.sleep_us),
            (Kind::Shortage, faults.shortage_us),
            (Kind::Copy, faults.copy_us),
        ];
        let of_wires = [
            (Kind::Cut, faults.cut_us),
            (Kind::Silence(0), faults.silence_us),
            (Kind::Silence(1), faults.silence_us),
        ];
        let nodes = (0..self.nodes.len()).flat_map(|at| of_nodes.map(|(kind, mean_us)| (kind, mean_us, at)));
        let wires = (0..self.wires.len()).flat_map(|at| of_wires.map(|(kind, mean_us)| (kind, mean_us, at)));
        for (kind, mean_us, at) in nodes.chain(wires).collect::<Vec<_>>() {
            if kind == Kind::Copy && !self.doubts(at) {
                continue;
            }
            if let Some(mean_us) = mean_us {
                let wait_us = self.fate.wait(mean_us);
                self.after(wait_us, Event::Fault(kind, at));
            }
        }
    }

    pub(super) fn mean_us(&self, kind: Kind) -> Option<i64> {
        let faults = &self.faults;
        match kind {
            Kind::Crash => faults.crash_us,
            Kind::Cut => faults.cut_us,
            Kind::Silence(_) => faults.silence_us,
            Kind::Rot => faults.rot_us,
            Kind::Rollback => faults.rollback_us,
            Kind::Jump => faults.jump_us,
            Kind::Sleep => faults.sleep_us,
            Kind::Shortage => faults.shortage_us,
            Kind::Copy => faults.copy_us,
        }
    }

    pub(super) fn fault(&mut self, kind: Kind, at: usize) {
        let Some(mean_us) = self.mean_us(kind) else { return };
        let again_us = self.fate.wait(mean_us);
        self.after(again_us, Event::Fault(kind, at));
        let mut lasts_us = self.fate.wait(20 * SECOND_US);
        if !self.happens(&format!("{kind:?} {at}"), "begins") {
            return;
        }
        self.trace.step(self.now_us, kind.name(), format_args!("{at}"));
        match kind {
            Kind::Crash => self.crash(at),
            Kind::Cut => {
                self.wires[at].cut = true;
                self.hang_up(at);
            }
            Kind::Silence(end) => self.wires[at].silent[end] = true,
            Kind::Rot | Kind::Rollback if self.nodes[at].backup.is_empty() => {}
            Kind::Rot => {
                self.crash(at);
                self.nodes[at].disk.rot(&mut self.disk);
            }
            Kind::Rollback => {
                self.crash(at);
                self.go_back(at);
            }
            Kind::Jump => {
                let by_us = self.fate.between(-3 * SECOND_US, 3 * SECOND_US);
                self.nodes[at].clock.jump(by_us);
                lasts_us = 0;
            }
            Kind::Sleep => {
                lasts_us = lasts_us.min(MAX_SLEEP_US);
                self.nodes[at].asleep_until_us = self.now_us + lasts_us;
            }
            Kind::Shortage => self.set_space(at, Space::Reserve),
            Kind::Copy => {
                self.change_places(at);
                lasts_us = self.fate.wait(60 * SECOND_US);
            }
        }
        self.after(lasts_us, Event::Repair(kind, at));
    }

    pub(super) fn repair(&mut self, kind: Kind, at: usize) {
        match kind {
            Kind::Cut => self.wires[at].cut = false,
            Kind::Silence(end) => {
                self.wires[at].silent[end] = false;
                for (conn, bytes) in std::mem::take(&mut self.wires[at].held[end]) {
                    self.arrive(at, end, conn, bytes);
                }
            }
            Kind::Crash | Kind::Rot | Kind::Rollback if self.nodes[at].engine.is_none() => {
                self.start(at);
            }
            Kind::Crash | Kind::Rot | Kind::Rollback | Kind::Jump | Kind::Sleep => {}
            Kind::Copy => self.change_places(at),
            Kind::Shortage => match self.nodes[at].space {
                Space::Reserve if !self.calm && self.fate.chance(500) => {
                    self.set_space(at, Space::Full);
                    self.after(10 * SECOND_US, Event::Repair(kind, at));
                }
                _ => self.set_space(at, Space::Normal),
            },
        }
    }

    /// The other copy of a node goes on in its place. A busy node changes places a little later.
    fn change_places(&mut self, at: usize) {
        if self.calm || self.nodes[at].engine.is_none() {
            return;
        }
        if !self.nodes[at].change_places(self.now_us) {
            return self.after(DISK_MOST_US, Event::Repair(Kind::Copy, at));
        }
        self.put_back[at] += 1;
        self.open_hears(at, Befell::ChangedPlaces);
        self.open_look(at);
        for wire in 0..self.wires.len() {
            if let Some(end) = self.wires[wire].end_of(at) {
                self.hang_up(wire);
                self.wires[wire].told[end] = None;
            }
        }
        self.nodes[at].wake_us = i64::MAX;
        self.wake_later(at);
    }

    pub(super) fn set_space(&mut self, at: usize, space: Space) {
        let node = &mut self.nodes[at];
        node.space = space;
        if let Some(engine) = &mut node.engine {
            engine.set_space(space);
        }
        self.open_hears(at, Befell::Space(space));
        self.wake_later(at);
    }
}
