//! Own things of which what is on file has become too old to rely on. They are UNKNOWN then, not
//! gone: they are compared as before, until a desk says anew where they are, or that they are
//! there no longer.

use crate::alarm::{AlarmKind, Subject, Topic};
use crate::decide::case::{Case, Raise};
use crate::event::Timer;
use crate::findings::{Against, Findings};
use crate::mind::{FoundKey, PeopleBook};
use crate::picture::until_dropped;

impl Case<'_> {
    /// Starts the clock after which `what` is UNKNOWN.
    pub(crate) fn grows_old_at(&mut self, what: Against, at_us: i64) {
        self.start_at(Timer::GrowsOld { what }, at_us);
    }

    /// It was said anew where `what` is, or that it is there no longer.
    pub(crate) fn is_known(&mut self, what: Against) {
        self.stop(Timer::GrowsOld { what: what.clone() });
        self.settle(Topic::Old, None, Subject::Own(what));
    }

    /// The clock ran out: an alarm, where a peer's notice or hazard lies within its reach.
    pub(crate) fn grows_old(&mut self, what: &Against) {
        let near = match what {
            Against::Track(id) => {
                let book = self.mind.tracks.get(id);
                book.map(|book| self.mind.notified.near_track(&book.track, &self.all_terms()))
            }
            Against::People(id) => self.mind.people.get(id).map(|book| self.near_people(book)),
            Against::Operation(_) | Against::Zone(_) => None,
        };
        if near.is_some_and(|near| !near.is_empty()) {
            let rows = self.mind.found.values().flat_map(|book| book.standing());
            let act_by_us = rows.filter(|row| row.against == *what).map(|row| row.act_by_us);
            self.raise_old(what, act_by_us.min());
        }
    }

    /// Tells of every thing in `found` that is UNKNOWN by now.
    pub(crate) fn found_old(&mut self, found: &Findings) {
        for row in &found.rows {
            let act_by_us = found.rows.iter().filter(|other| other.against == row.against);
            self.raise_old(&row.against, act_by_us.map(|row| row.act_by_us).min());
        }
    }

    /// Notices and hazards that people or a site may concern, for as long as they are on file.
    pub(crate) fn near_people(&self, book: &PeopleBook) -> Vec<FoundKey> {
        let volumes = until_dropped(&book.volumes);
        self.mind
            .notified
            .near_people(&volumes, &self.all_terms(), book.drill)
    }

    fn raise_old(&mut self, what: &Against, act_by_us: Option<i64>) {
        let Some(since_us) = self.mind.unknown_since_us(what, self.now) else {
            return;
        };
        let (name, drill) = (self.mind.name_of(what), self.mind.is_drill(what));
        let kind = match what {
            Against::People(_) => AlarmKind::PeopleUnknown { name, since_us },
            _ => AlarmKind::PositionUnknown { name, since_us },
        };
        self.raise(Raise {
            kind,
            line: None,
            subject: Subject::Own(what.clone()),
            drill,
            within_us: None,
            act_by_us,
            anew: false,
        });
    }
}
