//! CEASE and CHECK FIRE: which line, which place, drill or not.

use super::{Armed, Model};
use crate::watch::deed::Deed;
use crate::watch::item::Kind;
use accord::act::Place;
use geo4d::{Footprint, Position, VolumeSpec};

impl Model {
    /// A stop for the place of the armed item, on its line.
    pub(in crate::watch) fn stop_here(&self, armed: &Armed) -> Result<Deed, String> {
        let picture = self
            .picture
            .as_ref()
            .ok_or("nothing was read from the node yet; use voice")?;
        let of_item = armed.item.as_ref().and_then(|item| picture.line_of(item));
        let line = match (of_item, picture.pulse.lines.as_slice()) {
            (Some(line), _) => line,
            (None, [line]) => line.line.clone(),
            (None, []) => return Err("there is no line; use voice".to_owned()),
            (None, _) => return Err("which line? Press its number".to_owned()),
        };
        let drill = armed.item.as_ref().is_some_and(|item| picture.is_drill(item));
        Ok(Deed::stop(&line, armed.pause, self.stop_place(armed), drill))
    }

    /// A stop for everything on the line with that number; never a drill.
    pub(super) fn stop_on_line(&self, pause: bool, digit: char) -> Result<Deed, String> {
        let at = digit
            .to_digit(10)
            .and_then(|digit| usize::try_from(digit).ok())
            .unwrap_or(0);
        let lines = self
            .picture
            .as_ref()
            .map_or(&[][..], |picture| &picture.pulse.lines);
        let line = at
            .checked_sub(1)
            .and_then(|at| lines.get(at))
            .ok_or("there is no line of that number")?;
        Ok(Deed::stop(&line.line, pause, everywhere(), false))
    }

    /// The place that an armed stop is for.
    pub(in crate::watch) fn stop_place(&self, armed: &Armed) -> Place {
        let of_item = || {
            let picture = self.picture.as_ref()?;
            let item = picture.subject(armed.item.as_ref()?)?;
            let (at, name) = match item.kind {
                Kind::Notice => {
                    let notice = picture.notice(&item)?;
                    (
                        notice.current.volumes.first().and_then(middle),
                        format!("notice {}", item.id),
                    )
                }
                Kind::Hazard => (
                    middle(&picture.hazard(&item)?.hazard.volume),
                    format!("hazard {}", item.id),
                ),
                Kind::Stop => (
                    picture.stop(&item)?.place.at,
                    picture.stop(&item)?.place.words.clone(),
                ),
                Kind::Message | Kind::Voice | Kind::Alarm => return None,
            };
            Some(Place { at, words: name })
        };
        of_item().unwrap_or_else(everywhere)
    }
}

/// For a stop that names no place: nobody may take it for a place elsewhere.
fn everywhere() -> Place {
    Place {
        at: None,
        words: "everything on this line, everywhere".to_owned(),
    }
}

/// A point of a footprint to name it by: a circle's centre, the middle vertex of the others.
fn middle(volume: &VolumeSpec) -> Option<Position> {
    match &volume.footprint {
        Footprint::Circle { center, .. } => Some(*center),
        Footprint::Polygon { ring: points } | Footprint::Corridor { line: points, .. } => {
            points.get(points.len() / 2).copied()
        }
    }
}
