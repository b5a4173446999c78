//! Which cosigned heads of a log go into a bundle.
//!
//! The first cosignature that covers an act proves by when the peer held it. All of them go along
//! while they are few. Where they are too many, some are left out, and what they covered first is
//! covered by a later one: the time that a bundle proves may move back towards its reader, never
//! before the act was held.

use crate::limits::MAX_BUNDLE_HEADS;
use crate::line::KIND_RECEIVED;

/// What hangs on the instant at which the peer held an act. Ascending.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// RECEIVED, which is never receipted itself.
    Receipt,
    /// Messages, and what this version does not know.
    Talk,
    /// What a desk made of a notice; signatures; voice.
    Answer,
    /// Notices, what became of them, and safety.
    Notice,
}

impl Worth {
    /// Of an act, by its header type.
    pub fn of(kind: &str) -> Worth {
        match kind {
            KIND_RECEIVED => Worth::Receipt,
            "notice" | "withdraw" | "activate" | "all-clear" | "end" | "proceed" => Worth::Notice,
            "hazard" | "hazard-over" | "cease" | "check-fire" | "stop-answer" => Worth::Notice,
            "opened" | "read-back" | "answer" | "voice" | "voice-answer" => Worth::Answer,
            "sign-terms" | "words-confirmed" | "not-understood" | "open" | "accept-epoch" => Worth::Answer,
            _ => Worth::Talk,
        }
    }
}

/// Places in `sizes`, ascending, of the heads that go along: all up to [`MAX_BUNDLE_HEADS`], beyond
/// it those on which most hangs, and of those that are alike every so many. The newest always does.
///
/// `sizes` are the heads' sizes, ascending; `worths` those of the log's entries, in order.
pub fn kept(sizes: &[u64], worths: &[Worth]) -> Vec<usize> {
    kept_of(sizes, worths, MAX_BUNDLE_HEADS)
}

fn kept_of(sizes: &[u64], worths: &[Worth], most: usize) -> Vec<usize> {
    let Some(newest) = sizes.len().checked_sub(1) else {
        return Vec::new();
    };
    if sizes.len() <= most {
        return (0..sizes.len()).collect();
    }
    let mut kept = vec![newest];
    for worth in [Worth::Notice, Worth::Answer, Worth::Talk, Worth::Receipt] {
        let alike: Vec<usize> = (0..newest)
            .filter(|at| worth_of(sizes, worths, *at) == worth)
            .collect();
        let room = most.saturating_sub(kept.len());
        if alike.len() <= room {
            kept.extend(alike);
        } else {
            kept.extend((0..room).map(|n| alike[n * alike.len() / room]));
            break;
        }
    }
    kept.sort_unstable();
    kept
}

/// The most that hangs on any entry which the head in this place covers first.
fn worth_of(sizes: &[u64], worths: &[Worth], at: usize) -> Worth {
    let place = |size: u64| usize::try_from(size).unwrap_or(usize::MAX).min(worths.len());
    let from = at.checked_sub(1).map_or(0, |before| place(sizes[before]));
    let first = worths.get(from..place(sizes[at])).unwrap_or_default();
    first.iter().copied().max().unwrap_or(Worth::Receipt)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A head an entry.
    fn each(worths: &[Worth], most: usize) -> Vec<usize> {
        let sizes: Vec<u64> = (1..=worths.len() as u64).collect();
        kept_of(&sizes, worths, most)
    }

    #[test]
    fn few_heads_all_go_along() {
        let worths = [Worth::Receipt, Worth::Notice, Worth::Talk];
        assert_eq!(each(&worths, 3), [0, 1, 2]);
        assert_eq!(each(&[], 3), Vec::<usize>::new());
    }

    #[test]
    fn of_too_many_those_stay_on_which_most_hangs_and_the_newest() {
        let (r, t, a, n) = (Worth::Receipt, Worth::Talk, Worth::Answer, Worth::Notice);
        let worths = [r, n, t, a, r, n, t, r, r];
        assert_eq!(each(&worths, 6), [1, 2, 3, 5, 6, 8]);
        assert_eq!(each(&worths, 4), [1, 3, 5, 8]);
        assert_eq!(each(&worths, 2), [1, 8]);
    }

    #[test]
    fn of_those_that_are_alike_every_so_many_stay() {
        assert_eq!(
            each(&[Worth::Talk; 101], 11),
            [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
        );
    }

    #[test]
    fn a_head_is_worth_the_best_that_it_covers_first() {
        let worths = [
            Worth::Notice,
            Worth::Receipt,
            Worth::Receipt,
            Worth::Notice,
            Worth::Talk,
        ];
        // The second covers only a RECEIVED that the first did not.
        assert_eq!(kept_of(&[1, 2, 4, 5], &worths, 3), [0, 2, 3]);
    }

    #[test]
    fn every_statement_has_its_worth_by_name() {
        let known = [
            "notice",
            "hazard",
            "cease",
            "check-fire",
            "stop-answer",
            "opened",
            "read-back",
            "answer",
        ];
        for kind in known {
            assert!(Worth::of(kind) >= Worth::Answer, "{kind}");
        }
        assert_eq!(Worth::of(KIND_RECEIVED), Worth::Receipt);
        assert_eq!(Worth::of("of-a-later-version"), Worth::Talk);
    }
}
