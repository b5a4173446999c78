//! Who is to be told of a change.

use super::Model;
use super::bounds::{share_cell, share_instant};
use geo4d::s2::Cells;
use pool::answer::Subscriber;
use pool::entity::Wants;
use pool::extent::Span;
use pool::ids::EntityId;
use pool::limits::DAY_US;

impl Model {
    /// Every subscription that asks for it and meets it in a cell and an instant, at whatever height, expired or
    /// not, also the client's own; each with its index, which is one more than before.
    pub(crate) fn tell(
        &mut self,
        now: i64,
        cells: &Cells,
        span: &Span,
        asks: fn(&Wants) -> bool,
    ) -> Vec<Subscriber> {
        let mut told: Vec<Subscriber> = Vec::new();
        let by_time = self.options.time_based_index;
        for one in &mut self.subscriptions {
            if !asks(&one.wants) || !share_cell(&one.cells, cells) || !share_instant(&one.span, span) {
                continue;
            }
            if !by_time {
                one.index += 1;
            }
            let index = if by_time { millis_of_day(now) } else { one.index };
            add(&mut told, &one.base_url, one.id, index);
        }
        told
    }
}

pub(super) fn millis_of_day(now: i64) -> u32 {
    u32::try_from(now.rem_euclid(DAY_US) / 1_000).expect("a day has few milliseconds")
}

pub(super) fn add(told: &mut Vec<Subscriber>, base_url: &str, id: EntityId, index: u32) {
    match told.iter_mut().find(|one| one.base_url == base_url) {
        Some(known) => known.subscriptions.push((id, index)),
        None => told.push(Subscriber {
            base_url: base_url.to_owned(),
            subscriptions: vec![(id, index)],
        }),
    }
}
