//! `/uss_availability`.

use super::{BAD, CONFLICT, Expected, Model, unless};
use pool::Answer;
use pool::entity::{Availability, UssState};
use pool::limits::MAX_USS_BYTES;

impl Model {
    pub(crate) fn get_availability(&self, uss: &str) -> Expected {
        let state = self
            .usss
            .iter()
            .find(|(name, _)| name == uss)
            .map(|(_, state)| state);
        Ok(Answer::Availability {
            uss: uss.to_owned(),
            availability: self.availability(uss),
            version: state.map(|state| state.version.clone()),
        })
    }

    /// Who has never been set has the version "".
    pub(crate) fn set_availability(
        &mut self,
        uss: &str,
        availability: Availability,
        old_version: &str,
    ) -> Expected {
        unless(!uss.is_empty() && uss.len() <= MAX_USS_BYTES, BAD)?;
        let old = self.usss.iter().find(|(name, _)| name == uss);
        let current = old.map_or("", |(_, state)| &state.version.0);
        unless(current == old_version, CONFLICT)?;
        let version = self.unseen();
        self.usss.retain(|(name, _)| name != uss);
        let state = UssState {
            availability,
            version,
        };
        self.usss.push((uss.to_owned(), state));
        self.get_availability(uss)
    }
}
