//! Volumes: as written ([`VolumeSpec`]), and as checked ([`Volume`]).

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::units::{Band, Position, Window};

/// A footprint as written, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "snake_case", deny_unknown_fields)]
pub enum Footprint {
    /// The smaller side of a ring of geodesic edges; the last vertex joins the first, either winding.
    Polygon {
        /// Vertices, the first not repeated at the end.
        ring: Vec<Position>,
    },
    /// All points within a distance of a centre.
    Circle {
        /// The centre.
        center: Position,
        /// Geodesic radius, millimetres.
        radius_mm: i64,
    },
    /// All points within a distance of a line of geodesic edges, round at its ends. The line may cross itself.
    Corridor {
        /// Vertices from one end to the other.
        line: Vec<Position>,
        /// Distance to either side, millimetres.
        half_width_mm: i64,
    },
}

/// A volume as written, unchecked: the form that stands in canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeSpec {
    /// Where, seen from above.
    pub footprint: Footprint,
    /// How high.
    pub band: Band,
    /// When.
    pub window: Window,
}

/// A volume that passed every check. It only comes from [`VolumeSpec::check`], also when deserialised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "VolumeSpec", into = "VolumeSpec")]
pub struct Volume {
    spec: VolumeSpec,
}

impl VolumeSpec {
    /// Checks everything that can be checked and keeps the volume only if all holds.
    ///
    /// # Errors
    /// All faults with their places, up to [`MAX_FAULTS`](crate::limits::MAX_FAULTS). What would be costly to
    /// examine is only examined after what is cheap has passed, so a hostile volume is refused in bounded time.
    pub fn check(&self) -> Result<Volume, Vec<Fault>> {
        let faults = crate::check::faults_of(self);
        if faults.is_empty() {
            Ok(Volume { spec: self.clone() })
        } else {
            Err(faults)
        }
    }
}

impl Volume {
    /// The volume as it was written.
    #[must_use]
    pub fn spec(&self) -> &VolumeSpec {
        &self.spec
    }

    /// Where, seen from above.
    #[must_use]
    pub fn footprint(&self) -> &Footprint {
        &self.spec.footprint
    }

    /// How high.
    #[must_use]
    pub fn band(&self) -> &Band {
        &self.spec.band
    }

    /// When.
    #[must_use]
    pub fn window(&self) -> &Window {
        &self.spec.window
    }
}

impl From<Volume> for VolumeSpec {
    fn from(volume: Volume) -> VolumeSpec {
        volume.spec
    }
}

impl TryFrom<VolumeSpec> for Volume {
    type Error = Faults;

    fn try_from(spec: VolumeSpec) -> Result<Volume, Faults> {
        spec.check().map_err(Faults)
    }
}

/// All faults of one volume, as one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { "; " };
            write!(f, "{comma}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
