//! Volumes as a scenario file writes them.

use super::scenario::Scenario;
use crate::figures;
use accord::act::HazardKind;
use accord::command::HazardDraft;
use geo4d::{Footprint, VolumeSpec, Window};
use serde::Deserialize;

/// A volume: a circle around a place, or a corridor along a way.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// Middle of a circle.
    #[serde(default)]
    pub around: Option<String>,
    /// Middle line of a corridor.
    #[serde(default)]
    pub along: Option<String>,
    /// Radius, or distance to either side.
    pub within: String,
    /// How high.
    pub height: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// A secondary hazard.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardRoom {
    /// What kind of danger.
    pub kind: HazardKind,
    /// In words.
    pub words: String,
    /// Where and when.
    pub volume: Room,
}

impl Room {
    /// As it is filed.
    ///
    /// # Errors
    /// What of it names nothing, or why it is no valid volume.
    pub fn volume(&self, scenario: &Scenario) -> Result<VolumeSpec, String> {
        let within_mm = figures::length(&self.within).map_err(|why| why.to_string())?;
        let footprint = match (&self.around, &self.along) {
            (Some(place), None) => Footprint::Circle {
                center: scenario.place(place)?,
                radius_mm: within_mm,
            },
            (None, Some(way)) => Footprint::Corridor {
                line: scenario.way(way)?,
                half_width_mm: within_mm,
            },
            _ => return Err("a volume lies either around a place or along a way".to_owned()),
        };
        let band = figures::band(&self.height).map_err(|why| why.to_string())?;
        let window = Window {
            start_us: scenario.instant(&self.from)?,
            end_us: scenario.instant(&self.to)?,
        };
        let spec = VolumeSpec {
            footprint,
            band,
            window,
        };
        spec.check().map_err(|faults| {
            faults
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        })?;
        Ok(spec)
    }
}

impl HazardRoom {
    /// As it is filed.
    ///
    /// # Errors
    /// As for a volume.
    pub fn draft(&self, scenario: &Scenario) -> Result<HazardDraft, String> {
        Ok(HazardDraft {
            kind: self.kind,
            volume: self.volume.volume(scenario)?,
            words: self.words.clone(),
        })
    }
}
