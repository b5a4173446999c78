//! A failing run made short: what can be left out is left out.
//!
//! Everything that drives a world is a **happening** with a name that does not depend on the
//! others: the third fault of a kind at a place, the tenth thing that staff ask. A run may be told
//! which of them to keep. Left out are halves, quarters, and so on, as long as the same invariant
//! is broken (delta debugging: Zeller and Hildebrandt, 2002).

use crate::limits::SHRINK_RUNS;
use crate::world::Report;
use std::collections::BTreeSet;

/// A run that was made short.
#[derive(Debug)]
pub struct Short {
    /// Its happenings, in order: what `--keep` takes.
    pub keep: Vec<String>,
    /// Their instants and words, in order.
    pub story: Vec<String>,
    /// What does not hold.
    pub violations: Vec<String>,
    /// Happenings of the run as it was.
    pub before: usize,
}

/// Makes a run short; none when nothing is broken in it. `run` makes it with the happenings that
/// may happen, or with all.
pub fn shrink(run: impl Fn(Option<BTreeSet<String>>) -> Report) -> Option<Short> {
    let mut best = run(None);
    let broken = invariants(&best);
    if broken.is_empty() {
        return None;
    }
    let mut keep: Vec<String> = best.happened.iter().map(|(name, _)| name.clone()).collect();
    let before = keep.len();
    let mut runs = 0;
    let mut chunk = before.div_ceil(2).max(1);
    loop {
        let (mut from, had) = (0, keep.len());
        while from < keep.len() && runs < SHRINK_RUNS {
            let upto = (from + chunk).min(keep.len());
            let fewer = [&keep[..from], &keep[upto..]].concat();
            let report = run(Some(fewer.iter().cloned().collect()));
            runs += 1;
            if invariants(&report).is_disjoint(&broken) {
                from = upto;
            } else {
                (keep, best) = (fewer, report);
            }
        }
        if runs == SHRINK_RUNS || chunk == 1 && keep.len() == had {
            break;
        }
        chunk = chunk.div_ceil(2);
    }
    Some(Short {
        keep,
        story: best.happened.into_iter().map(|(_, words)| words).collect(),
        violations: best.violations,
        before,
    })
}

/// The names of the invariants that are broken.
fn invariants(report: &Report) -> BTreeSet<String> {
    let names = report
        .violations
        .iter()
        .filter_map(|words| words.split(':').next());
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// A run of forty happenings in which something breaks when the third and the thirtieth happen.
    fn breaks_by_two(keep: Option<BTreeSet<String>>) -> Report {
        let names = (0..40).map(|n| format!("one {n}"));
        let kept: Vec<String> = names
            .filter(|name| keep.as_ref().is_none_or(|keep| keep.contains(name)))
            .collect();
        let breaks = ["one 3", "one 30"]
            .iter()
            .all(|name| kept.iter().any(|kept| kept == name));
        Report {
            digest: String::new(),
            counts: BTreeMap::new(),
            node_us: 0,
            promises: 0,
            open: false,
            frames: BTreeMap::new(),
            checked: BTreeMap::new(),
            violations: breaks
                .then(|| "invariant_of_this_test: broken".to_owned())
                .into_iter()
                .collect(),
            happened: kept.into_iter().map(|name| (name.clone(), name)).collect(),
        }
    }

    #[test]
    fn a_failing_run_is_left_with_what_breaks_it() {
        let short = shrink(breaks_by_two).expect("it fails");
        assert_eq!(
            (short.keep, short.before),
            (vec!["one 3".to_owned(), "one 30".to_owned()], 40)
        );
    }

    #[test]
    fn a_run_that_holds_is_not_made_short() {
        assert!(shrink(|_| breaks_by_two(Some(BTreeSet::new()))).is_none());
    }
}
