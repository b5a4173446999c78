//! What goes over the wire. Read leniently, as the standard's community does: what is not known is ignored, what is
//! missing or null counts as zero, empty or none and is judged as such; a wrong type is refused.

pub(super) mod bounds;
pub(super) mod reply;
pub(super) mod request;
pub(super) mod rid_reply;
pub(super) mod rid_request;
pub(super) mod volume;

use super::fault::Fault;
use crate::failed::in_short;
use crate::limits::MAX_OPEN_FAULTS;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use std::fmt::{self, Display};
use std::marker::PhantomData;

/// A JSON object, and nothing else that could be read as one.
#[derive(Clone, Debug, Default)]
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OfMap<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        from.deserialize_map(OfMap(PhantomData))
    }
}

/// Reads a body.
///
/// # Errors
/// No body, no JSON, or a wrong type in it, with its line and column.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    if body.is_empty() {
        return Err(Fault::bad("there is no body; a JSON object is needed"));
    }
    let read: Result<Object<T>, _> = serde_json::from_slice(body);
    read.map(|Object(read)| read)
        .map_err(|why| Fault::bad(format_args!("the body cannot be read: {}", in_short(why))))
}

/// Everything wrong with a request.
#[derive(Debug, Default)]
pub(super) struct Faults {
    told: Vec<String>,
    more: usize,
    /// Whether more than size is wrong.
    wrong: bool,
}

impl Faults {
    /// Notes a fault.
    pub(super) fn at(&mut self, place: impl Display, what: impl Display) {
        self.wrong = true;
        self.note(place, what);
    }

    /// Notes that something asks for too much, and is well formed otherwise.
    pub(super) fn too_large(&mut self, place: impl Display, what: impl Display) {
        self.note(place, what);
    }

    fn note(&mut self, place: impl Display, what: impl Display) {
        if self.told.len() < MAX_OPEN_FAULTS {
            self.told.push(in_short(format_args!("{place}: {what}")));
        } else {
            self.more += 1;
        }
    }

    /// Keeps what went well, and notes what did not.
    pub(super) fn keep<T, E: Display>(&mut self, place: impl Display, read: Result<T, E>) -> Option<T> {
        read.map_err(|why| self.at(place, why)).ok()
    }

    /// What was read, if nothing is wrong with the request. `too_large` is the status when size alone is.
    pub(super) fn settle<T>(self, read: Option<T>, too_large: StatusCode) -> Result<T, Fault> {
        let status = if self.wrong {
            StatusCode::BAD_REQUEST
        } else {
            too_large
        };
        match read {
            Some(read) if self.told.is_empty() => Ok(read),
            _ => Err(Fault::new(status, self)),
        }
    }
}

impl Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told.join("; "))?;
        match self.more {
            0 => Ok(()),
            more => write!(f, "; and {more} more faults"),
        }
    }
}
