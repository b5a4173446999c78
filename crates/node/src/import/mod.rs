//! Drawings from elsewhere, GeoJSON and KML, as volumes.
//!
//! A drawing gives places; heights and times come from the one who imports it. Edges of a
//! drawing are straight in degrees, edges of a volume are geodesics: every edge is cut until
//! the two are within a metre of each other, and what is left between them is added
//! outside, never taken away inside. All faults of a drawing are told at once.

pub mod geojson;
pub mod kml;
mod shape;

pub use shape::{Drawing, Fault, Outline, Shape, Sizes, volumes};

pub use crate::limits::{
    MAX_DRAWING_BYTES, MAX_DRAWING_DEPTH as MAX_DEPTH, MAX_DRAWING_FAULTS as MAX_FAULTS, MAX_SHAPES,
};
use std::path::Path;

/// Reads a drawing by the ending of its name: `.geojson`, `.json` or `.kml`.
///
/// # Errors
/// Every fault with its place.
pub fn read(path: &Path, bytes: &[u8]) -> Result<Drawing, Vec<Fault>> {
    if bytes.len() > MAX_DRAWING_BYTES {
        return Err(vec![Fault::whole(format!(
            "has {} bytes; at most {MAX_DRAWING_BYTES} are read. Split the drawing",
            bytes.len()
        ))]);
    }
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some("geojson" | "json") => geojson::read(bytes),
        Some("kml") => kml::read(bytes),
        Some("kmz") => Err(vec![Fault::whole(
            "is a packed KMZ; unpack it and import the KML inside",
        )]),
        _ => Err(vec![Fault::whole(
            "is no drawing that can be read; .geojson, .json and .kml are",
        )]),
    }
}

#[cfg(test)]
mod tests;
