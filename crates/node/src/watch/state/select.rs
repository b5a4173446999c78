//! Which item keys act on.

use super::{Mode, Model, SETTLE_US};
use crate::watch::item::Item;
use crate::watch::key::Key;
use crate::watch::queue::{Row, stop_name};

/// Rows that a page key moves by.
const PAGE: usize = 5;

impl Model {
    /// Keeps the selection where the officer put it. When its item left the queue nothing is
    /// selected for a moment, so that a key on its way does not answer another item.
    pub(super) fn keep_selection(&mut self) {
        let rows = self.rows();
        match &self.selected {
            Some(item) if rows.iter().any(|row| row.item == *item) => {}
            Some(_) => {
                let heir = self.heir(&rows);
                self.select(heir);
                self.settle_us = self.mono_us + SETTLE_US;
            }
            None if self.mono_us >= self.settle_us => self.select(rows.first().map(|row| row.item.clone())),
            None => {}
        }
    }

    /// Moves by arrow and page keys; whether the key was one of these.
    pub(super) fn moves(&mut self, key: Key) -> bool {
        let rows = self.rows();
        let last = rows.len().saturating_sub(1);
        let at = rows
            .iter()
            .position(|row| Some(&row.item) == self.selected.as_ref());
        let to = match key {
            Key::Up => at.map_or(0, |at| at.saturating_sub(1)),
            Key::Down => at.map_or(0, |at| (at + 1).min(last)),
            Key::Home => 0,
            Key::End => last,
            Key::PageUp | Key::PageDown => return self.scrolls(key),
            _ => return false,
        };
        self.select(rows.get(to).map(|row| row.item.clone()));
        true
    }

    /// Scrolls detail or list; whether the key was for that.
    pub(super) fn scrolls(&mut self, key: Key) -> bool {
        match key {
            Key::PageUp => self.scroll = self.scroll.saturating_sub(PAGE),
            Key::PageDown => self.scroll = self.scroll.saturating_add(PAGE),
            _ => return false,
        }
        true
    }

    /// Ends an armed stop whose time is over.
    pub(super) fn disarm_in_time(&mut self) {
        if let Mode::Armed(armed) = &self.mode
            && armed.until_us <= self.mono_us
        {
            let back = (*armed.back).clone();
            let name = stop_name(armed.pause);
            self.mode = back;
            self.complain(format!("{name} was NOT sent: no second key came"));
        }
    }

    fn select(&mut self, item: Option<Item>) {
        self.subject = item
            .as_ref()
            .and_then(|item| self.picture.as_ref()?.subject(item));
        self.selected = item;
        self.scroll = 0;
    }

    /// The row that the selected one became: an alarm about it when it had none, or it itself
    /// when its alarm ended. It is the same matter, so the selection follows it.
    fn heir(&self, rows: &[Row]) -> Option<Item> {
        let (picture, subject) = (self.picture.as_ref()?, self.subject.as_ref()?);
        let same = |row: &&Row| picture.subject(&row.item).as_ref() == Some(subject);
        rows.iter().find(same).map(|row| row.item.clone())
    }
}
