//! What a key does in each mode.

use super::{ARMED_US, Armed, Effect, Mode, Model, Sight};
use crate::watch::deed::Deed;
use crate::watch::form::{Form, Purpose, Typed};
use crate::watch::key::Key;
use crate::watch::queue::stop_name;

impl Model {
    /// Takes a key.
    pub(super) fn pressed(&mut self, key: Key) -> Vec<Effect> {
        if let Some(pause) = self.arms(key) {
            self.arm(pause);
            return Vec::new();
        }
        match self.mode.clone() {
            Mode::Watching => self.watching(key),
            Mode::Writing(form) => self.writing(form, key),
            Mode::Armed(armed) => self.armed(&armed, key),
            Mode::Confirming { deed, .. } => self.confirming(deed, key),
            Mode::Leaving => self.leaving(key),
            Mode::Help => {
                self.mode = Mode::Watching;
                Vec::new()
            }
        }
    }

    /// Whether a key arms a stop here: Control reaches through a form, the plain letter
    /// through everything else.
    fn arms(&self, key: Key) -> Option<bool> {
        match (key, &self.mode) {
            (_, Mode::Armed(_)) => None,
            (Key::Ctrl('x'), _) => Some(false),
            (Key::Ctrl('f'), _) => Some(true),
            (Key::Char('C'), mode) if !matches!(mode, Mode::Writing(_)) => Some(false),
            (Key::Char('F'), mode) if !matches!(mode, Mode::Writing(_)) => Some(true),
            _ => None,
        }
    }

    fn arm(&mut self, pause: bool) {
        let item = self.selected().cloned();
        let until_us = self.mono_us + ARMED_US;
        let back = Box::new(self.mode.clone());
        self.mode = Mode::Armed(Armed {
            pause,
            item,
            until_us,
            back,
        });
    }

    /// The same letter sends for the place of the selected item; a digit for a whole line.
    fn armed(&mut self, armed: &Armed, key: Key) -> Vec<Effect> {
        self.mode = (*armed.back).clone();
        let deed = match key {
            Key::Char('C') | Key::Ctrl('x') if !armed.pause => self.stop_here(armed),
            Key::Char('F') | Key::Ctrl('f') if armed.pause => self.stop_here(armed),
            Key::Char(digit @ '1'..='9') => self.stop_on_line(armed.pause, digit),
            _ => Err("another key was pressed".to_owned()),
        };
        match deed {
            Ok(deed) => {
                self.say(format!("{}: SENDING", deed.what));
                vec![Effect::Ask(deed)]
            }
            Err(why) => {
                self.complain(format!("{} was NOT sent: {why}", stop_name(armed.pause)));
                Vec::new()
            }
        }
    }

    fn watching(&mut self, key: Key) -> Vec<Effect> {
        if self.moves(key) {
            return Vec::new();
        }
        match key {
            Key::Tab => self.wide = !self.wide,
            Key::Char('a') => self.all = !self.all,
            Key::Char('?') => self.mode = Mode::Help,
            Key::Char('q') | Key::Ctrl('c') => self.mode = Mode::Leaving,
            Key::Esc => self.wide = false,
            _ if matches!(self.sight(), Sight::None | Sight::Stopped) => {
                self.complain("NODE STOPPED: nothing can be sent. Use voice. (C and F are still tried.)");
            }
            key => return self.acts(key),
        }
        Vec::new()
    }

    fn writing(&mut self, mut form: Form, key: Key) -> Vec<Effect> {
        if matches!(form.purpose, Purpose::HandOver { .. }) && self.scrolls(key) {
            return Vec::new();
        }
        let typed = form.typed(key, self.now_us());
        self.mode = Mode::Writing(form);
        match typed {
            Typed::More => Vec::new(),
            Typed::Wrong(why) => {
                self.complain(why);
                Vec::new()
            }
            Typed::Left => {
                self.mode = Mode::Watching;
                self.say("given up; nothing was sent");
                Vec::new()
            }
            Typed::Sent(deed) => {
                self.mode = Mode::Watching;
                self.send(*deed)
            }
        }
    }

    fn confirming(&mut self, deed: Deed, key: Key) -> Vec<Effect> {
        self.mode = Mode::Watching;
        if key == Key::Char('y') {
            return self.send(deed.confirmed());
        }
        self.say(format!("{}: given up; nothing was sent", deed.what));
        Vec::new()
    }

    fn leaving(&mut self, key: Key) -> Vec<Effect> {
        self.mode = Mode::Watching;
        if matches!(key, Key::Char('q' | 'y') | Key::Ctrl('c')) {
            vec![Effect::Quit]
        } else {
            Vec::new()
        }
    }

    /// Sends, and says that it is on its way: it is done only when the node says so.
    pub(super) fn send(&mut self, deed: Deed) -> Vec<Effect> {
        self.say(format!("{}: sending", deed.what));
        vec![Effect::Ask(deed)]
    }
}
