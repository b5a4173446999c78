//! Boxes and how they meet: ends included.

use super::{BAD, Refusal, unless};
use geo4d::s2::Cells;
use pool::Extent;
use pool::extent::{Heights, Span};

pub(super) fn share_cell(a: &Cells, b: &Cells) -> bool {
    a.iter().any(|one| b.iter().any(|other| one == other))
}

pub(super) fn has_all(a: &Cells, b: &Cells) -> bool {
    b.iter().all(|one| a.iter().any(|other| one == other))
}

pub(super) fn both(a: &Cells, b: &Cells) -> Cells {
    let mut ids: Vec<u64> = a.iter().chain(b.iter()).collect();
    ids.sort();
    ids.dedup();
    Cells::from_sorted(ids).expect("they are sorted and each is there once")
}

pub(super) fn around(a: &Span, b: &Span) -> Span {
    Span {
        start_us: a.start_us.min(b.start_us),
        end_us: a.end_us.max(b.end_us),
    }
}

/// Whether an area asked for meets a time, where it says when.
pub(super) fn meets_time(area: &Extent, span: &Span) -> bool {
    area.start_us.is_none_or(|start| span.end_us >= start)
        && area.end_us.is_none_or(|end| span.start_us <= end)
}

/// Whether an area asked for meets heights, where it says how high.
pub(super) fn meets_heights(area: &Extent, heights: &Heights) -> bool {
    area.lower_mm.is_none_or(|lower| heights.upper_mm >= lower)
        && area.upper_mm.is_none_or(|upper| heights.lower_mm <= upper)
}

/// What can be searched: it has a footprint and does not run backwards.
pub(super) fn searchable(area: &Extent) -> Result<(), Refusal> {
    unless(!area.cells.is_empty(), BAD)?;
    let backwards = area
        .start_us
        .zip(area.end_us)
        .is_some_and(|(start, end)| start > end);
    unless(!backwards, BAD)
}

/// What can be flown or closed: it has a footprint, starts and ends, and not in the past.
pub(super) fn to_come(now: i64, extent: &Extent) -> Result<Span, Refusal> {
    searchable(extent)?;
    let span = Span {
        start_us: extent.start_us.ok_or(BAD)?,
        end_us: extent.end_us.ok_or(BAD)?,
    };
    unless(span.end_us >= now, BAD)?;
    Ok(span)
}

/// The heights, both said.
pub(super) fn bounded_heights(extent: &Extent) -> Result<Heights, Refusal> {
    Ok(Heights {
        lower_mm: extent.lower_mm.ok_or(BAD)?,
        upper_mm: extent.upper_mm.ok_or(BAD)?,
    })
}
