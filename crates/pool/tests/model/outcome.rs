//! Outcomes, as clients tell them apart.

use crate::reference::{Expected, Refusal};
use pool::{Answer, Event, Refused};
use std::collections::BTreeMap;

/// What a pool says and what follows.
pub(crate) type Heard = Result<(Answer, Vec<Event>), Refused>;

/// What an outcome is called, and how often it came.
pub(crate) type Tally = BTreeMap<String, usize>;

/// An outcome as clients tell it from others.
pub(crate) fn plain(heard: &Heard) -> Expected {
    match heard {
        Ok((answer, _)) => Ok(answer.clone()),
        Err(Refused::Bad(_)) => Err(Refusal::Code(400)),
        Err(Refused::Forbidden(_)) => Err(Refusal::Code(403)),
        Err(Refused::NotFound(..)) => Err(Refusal::Code(404)),
        Err(Refused::Conflict(_)) => Err(Refusal::Code(409)),
        Err(Refused::Down(_)) => Err(Refusal::Code(412)),
        Err(Refused::TooMany | Refused::TooManyHere) => Err(Refusal::Code(429)),
        Err(Refused::MissingKeys { intents, constraints }) => Err(Refusal::Missing {
            intents: intents.clone(),
            constraints: constraints.clone(),
        }),
    }
}

/// The name of its variant, and of the reason within.
pub(crate) fn name(heard: &Heard) -> String {
    let (text, words) = match heard {
        Ok((answer, _)) => (format!("{answer:?}"), 1),
        Err(why @ (Refused::Down(_) | Refused::TooManyHere | Refused::MissingKeys { .. })) => {
            (format!("{why:?}"), 1)
        }
        Err(why) => (format!("{why:?}"), 2),
    };
    let mut parts = text
        .split(['(', ')', '{', ' ', ','])
        .filter(|part| !part.is_empty());
    let named: Vec<&str> = parts.by_ref().take(words).collect();
    named.join(" ")
}
