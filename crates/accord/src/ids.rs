//! Names: short strings that cannot be mistaken for one another.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(text.to_owned())
            }
        }
    };
}

name!(/// The local name of a line, `[a-z0-9-]{1,64}`; equal at both ends.
    LineId);
name!(/// An organisation with its own keys.
    Party);
name!(/// A post with a duty rota. Messages go to desks, never to persons.
    Desk);
name!(/// Something this party plans. Local: never stands on a line.
    OperationId);
name!(/// A notice, unique on its line and per author. Stands on the line.
    NoticeId);
name!(/// A secondary hazard, unique on its line and per author. Stands on the line.
    HazardId);
name!(/// Any other act that is answered: a cease, a message, a voice account, unique on its line and per author.
    ActId);
name!(/// A standing volume of this party. Local.
    ZoneId);
name!(/// A group of own or protected people or a protected site. Local.
    PeopleId);
name!(/// An aircraft whose position this party declared to its own node. Local.
    TrackId);
name!(/// An alarm of this node. Local.
    AlarmId);

/// Where ids come from. Each line has a random stream of its own, so that a
/// count kept elsewhere can never be read off an id that leaves on a line.
pub trait Fresh {
    /// A new id of this node's own stream, for things that never leave.
    fn local(&mut self) -> String;
    /// A new id of the stream of `line`.
    fn on_line(&mut self, line: &LineId) -> String;
}
