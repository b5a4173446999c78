//! Who is to be told of a change.

use super::Model;
use super::bounds::share_cell;
use geo4d::s2::Cells;
use pool::answer::Subscriber;
use pool::entity::Wants;
use pool::extent::Span;

impl Model {
    /// Every subscription that asks for it and meets it in a cell and an instant, at whatever height, expired or
    /// not, also the client's own; each with its index, which is one more than before.
    pub(super) fn tell(&mut self, cells: &Cells, span: &Span, asks: fn(&Wants) -> bool) -> Vec<Subscriber> {
        let mut told: Vec<Subscriber> = Vec::new();
        for one in &mut self.subscriptions {
            let apart = one.span.end_us < span.start_us || span.end_us < one.span.start_us;
            if apart || !asks(&one.wants) || !share_cell(&one.cells, cells) {
                continue;
            }
            one.index += 1;
            let state = (one.id, one.index);
            match told.iter_mut().find(|known| known.base_url == one.base_url) {
                Some(known) => known.subscriptions.push(state),
                None => told.push(Subscriber {
                    base_url: one.base_url.clone(),
                    subscriptions: vec![state],
                }),
            }
        }
        told
    }
}
