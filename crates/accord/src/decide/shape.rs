//! What a desk may give: texts, numbers, volumes. Everything that is wrong with the volumes
//! is told at once.

use crate::act::{Place, is_on_earth};
use crate::command::{HazardDraft, OperationDraft, Role};
use crate::limits::{MAX_HAZARDS_PER_NOTICE, MAX_NAME_CHARS, MAX_REACTION_US, MAX_TEXT_CHARS, MAX_VOLUMES};
use crate::refusal::Refusal;
use crate::separation::MAX_SEPARATION;
use geo4d::{Fault, Position, Separation, VolumeSpec};

/// A desk whose role reaches `needed`. An admin is no desk.
pub(crate) fn desk(role: Role, needed: Role) -> Result<(), Refusal> {
    match role {
        Role::Admin => Err(Refusal::NotADesk),
        role if role < needed => Err(Refusal::RoleTooLow(needed)),
        _ => Ok(()),
    }
}

/// A desk or an admin: for this party's own books.
pub(crate) fn keeper(role: Role) -> Result<(), Refusal> {
    if role < Role::Watch {
        Err(Refusal::RoleTooLow(Role::Watch))
    } else {
        Ok(())
    }
}

/// A free text, perhaps empty.
pub(crate) fn text(field: &str, text: &str) -> Result<(), Refusal> {
    at_most(field, text, MAX_TEXT_CHARS)
}

/// A free text that says something.
pub(crate) fn some_text(field: &str, given: &str) -> Result<(), Refusal> {
    text(field, given)?;
    if given.trim().is_empty() {
        Err(Refusal::TextMissing(field.to_owned()))
    } else {
        Ok(())
    }
}

/// A name.
pub(crate) fn name(field: &str, name: &str) -> Result<(), Refusal> {
    at_most(field, name, MAX_NAME_CHARS)?;
    if name.trim().is_empty() {
        Err(Refusal::TextMissing(field.to_owned()))
    } else {
        Ok(())
    }
}

/// A number.
pub(crate) fn within(field: &str, value: i64, low: i64, high: i64) -> Result<(), Refusal> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Refusal::OutOfRange {
        field: field.to_owned(),
        low,
        high,
    })
}

/// One or more volumes.
pub(crate) fn volumes(given: &[VolumeSpec]) -> Result<(), Refusal> {
    if given.is_empty() {
        return Err(Refusal::NoVolumes);
    }
    count("volumes", given.len(), MAX_VOLUMES)?;
    none(volume_faults("/volumes", given.iter()))
}

/// Volumes, perhaps none, in the field of this name.
pub(crate) fn volumes_in(field: &str, given: &[VolumeSpec]) -> Result<(), Refusal> {
    count(field, given.len(), MAX_VOLUMES)?;
    none(volume_faults(&format!("/{field}"), given.iter()))
}

/// A plan.
pub(crate) fn draft(draft: &OperationDraft) -> Result<(), Refusal> {
    name("name", &draft.name)?;
    for hazard in &draft.hazards {
        text("words of a hazard", &hazard.words)?;
    }
    if let Some(reaction_us) = draft.reaction_us {
        within("reaction_us", reaction_us, 0, MAX_REACTION_US)?;
    }
    separation(draft.separation)?;
    count("hazards", draft.hazards.len(), MAX_HAZARDS_PER_NOTICE)?;
    if draft.volumes.is_empty() {
        return Err(Refusal::NoVolumes);
    }
    count("volumes", draft.volumes.len(), MAX_VOLUMES)?;
    let mut faults = volume_faults("/volumes", draft.volumes.iter());
    faults.extend(volume_faults(
        "/hazards",
        draft.hazards.iter().map(|hazard| &hazard.volume),
    ));
    none(faults)
}

/// A hazard.
pub(crate) fn hazard(hazard: &HazardDraft) -> Result<(), Refusal> {
    text("words", &hazard.words)?;
    none(volume_faults("/hazard", std::iter::once(&hazard.volume)))
}

/// A separation.
pub(crate) fn separation(given: Option<Separation>) -> Result<(), Refusal> {
    let Some(given) = given else { return Ok(()) };
    within(
        "horizontal_mm",
        given.horizontal_mm,
        0,
        MAX_SEPARATION.horizontal_mm,
    )?;
    within("vertical_mm", given.vertical_mm, 0, MAX_SEPARATION.vertical_mm)?;
    within("time_us", given.time_us, 0, MAX_SEPARATION.time_us)
}

/// A place to stop at, perhaps only in words, perhaps everywhere.
pub(crate) fn place(place: &Place) -> Result<(), Refusal> {
    text("place", &place.words)?;
    place.at.map_or(Ok(()), position)
}

/// A position.
pub(crate) fn position(at: Position) -> Result<(), Refusal> {
    if is_on_earth(at) {
        return Ok(());
    }
    let high = geo4d::limits::MAX_LON_ND;
    Err(Refusal::OutOfRange {
        field: "position".to_owned(),
        low: -high,
        high,
    })
}

/// Room for one more.
pub(crate) fn room(what: &str, stand: usize, limit: usize) -> Result<(), Refusal> {
    if stand < limit {
        Ok(())
    } else {
        Err(Refusal::Full {
            what: what.to_owned(),
            limit: limit as u64,
        })
    }
}

/// A list that is not too long.
pub(crate) fn count(field: &str, got: usize, limit: usize) -> Result<(), Refusal> {
    if got <= limit {
        return Ok(());
    }
    Err(Refusal::TooMany {
        field: field.to_owned(),
        got: got as u64,
        limit: limit as u64,
    })
}

fn at_most(field: &str, text: &str, limit: usize) -> Result<(), Refusal> {
    let chars = text.chars().count();
    if chars <= limit {
        return Ok(());
    }
    Err(Refusal::TextTooLong {
        field: field.to_owned(),
        chars: chars as u64,
        limit: limit as u64,
    })
}

fn volume_faults<'a>(place: &str, volumes: impl Iterator<Item = &'a VolumeSpec>) -> Vec<Fault> {
    let placed = |(i, fault): (usize, Fault)| Fault {
        place: format!("{place}/{i}{}", fault.place),
        ..fault
    };
    let faults = volumes.enumerate().flat_map(|(i, volume)| {
        volume
            .check()
            .err()
            .into_iter()
            .flatten()
            .map(move |fault| (i, fault))
    });
    faults.map(placed).collect()
}

fn none(faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refusal::BadVolumes(faults))
    }
}
