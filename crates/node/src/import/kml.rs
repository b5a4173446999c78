//! Reading KML 2.2: placemarks with points, lines and polygons. Nothing is fetched and no
//! entity is expanded beyond XML's own five.

use super::shape::Found;
use super::{Drawing, Fault, MAX_DEPTH};
use crate::figures::fixed;
use crate::limits::MAX_TEXT_BYTES;
use geo4d::Position;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Where the reader stands.
#[derive(Default)]
struct Walk {
    path: Vec<String>,
    text: String,
    shapes: usize,
}

/// Reads a drawing.
///
/// # Errors
/// Every fault, with the number and kind of the shape.
pub fn read(bytes: &[u8]) -> Result<Drawing, Vec<Fault>> {
    let text = std::str::from_utf8(bytes).map_err(|_| vec![Fault::whole("is no UTF-8 text")])?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let (mut found, mut walk) = (Found::default(), Walk::default());
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => walk
                .step(&mut found, event)
                .map_err(|why| vec![Fault::whole(why)])?,
            Err(why) => {
                let at = reader.error_position();
                return Err(vec![Fault::whole(format!("is no XML at byte {at}: {why}"))]);
            }
        }
    }
    if walk.path.is_empty() {
        found.done()
    } else {
        Err(vec![Fault::whole("ends inside an element")])
    }
}

impl Walk {
    /// # Errors
    /// What makes the rest of the file unreadable.
    fn step(&mut self, found: &mut Found, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::DocType(_) => return Err("declares a document type, which no KML needs".to_owned()),
            Event::Start(element) => {
                if self.path.len() == MAX_DEPTH {
                    return Err(format!("nested deeper than {MAX_DEPTH}"));
                }
                let name = element.local_name();
                self.path.push(name.as_ref().to_owned());
                self.text.clear();
            }
            Event::Text(text) => self.keep(&text)?,
            Event::CData(text) => self.keep(&text)?,
            Event::GeneralRef(entity) => {
                let known = quick_xml::escape::resolve_predefined_entity(&entity);
                let text = known
                    .ok_or_else(|| format!("names the entity &{};, which XML does not know", &*entity))?;
                self.keep(text)?;
            }
            Event::End(_) => {
                self.close(found);
                self.path.pop();
                self.text.clear();
            }
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Result<(), String> {
        if self.text.len() + text.len() > MAX_TEXT_BYTES {
            return Err(format!("one element holds more than {MAX_TEXT_BYTES} bytes"));
        }
        self.text.push_str(text);
        Ok(())
    }

    fn close(&mut self, found: &mut Found) {
        let parents: Vec<&str> = self.path.iter().rev().map(String::as_str).collect();
        match parents[..] {
            ["name", "Placemark" | "Document" | "Folder", ..] => found.name(&self.text),
            ["coordinates", "Point", ..] => self.shape(found, "Point", Found::point),
            ["coordinates", "LineString", ..] => self.shape(found, "LineString", Found::line),
            ["coordinates", "LinearRing", "outerBoundaryIs", ..] => self.shape(found, "Polygon", Found::ring),
            ["coordinates", "LinearRing", "innerBoundaryIs", ..] => {
                found.unused("holes in polygons: they are filled");
            }
            ["coordinates", "LinearRing", ..] => self.shape(found, "LinearRing", Found::ring),
            [
                "Track" | "MultiTrack" | "Model" | "GroundOverlay" | "NetworkLink",
                ..,
            ] => {
                found.unused(format!("elements {}", parents[0]));
            }
            ["altitudeMode" | "TimeSpan" | "TimeStamp" | "ExtendedData", ..] => {
                found.unused("heights, times and data of placemarks");
            }
            _ => {}
        }
    }

    fn shape(&mut self, found: &mut Found, kind: &str, take: fn(&mut Found, &str, Vec<Position>)) {
        self.shapes += 1;
        let place = format!("{kind} {}", self.shapes);
        let tuples = self.text.split_ascii_whitespace().enumerate();
        let read: Vec<Option<Position>> = tuples
            .map(|(i, tuple)| position(found, tuple, &format!("{place}, position {}", i + 1)))
            .collect();
        if let Some(positions) = read.into_iter().collect() {
            take(found, &place, positions);
        }
    }
}

/// `longitude,latitude[,height]`, without spaces.
fn position(found: &mut Found, tuple: &str, place: &str) -> Option<Position> {
    let mut figures = tuple.split(',');
    let pair = figures
        .next()
        .and_then(|lon| fixed(lon, 9))
        .zip(figures.next().and_then(|lat| fixed(lat, 9)));
    if figures.next().is_some() {
        found.unused("heights of positions");
    }
    match pair {
        Some((lon_nd, lat_nd)) => super::shape::within(found, Position { lat_nd, lon_nd }, place),
        None => {
            found.fault(
                place,
                "a position is longitude,latitude in degrees, without spaces",
            );
            None
        }
    }
}
