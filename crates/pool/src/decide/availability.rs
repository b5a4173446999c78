//! States of USSs, as arbitrators set them.

use super::Decision;
use crate::answer::{Answer, Bad, Conflict, Refused};
use crate::entity::{Availability, UssState};
use crate::event::Event;
use crate::ids::Ovn;
use crate::limits::{MAX_USS_BYTES, MAX_USSS};
use crate::ovn;
use crate::state::Pool;

impl Pool {
    pub(super) fn get_availability(&self, uss: &str) -> Answer {
        let state = self.usss.get(uss);
        Answer::Availability {
            uss: uss.to_owned(),
            availability: self.availability(uss),
            version: state.map(|state| state.version.clone()),
        }
    }

    pub(super) fn set_availability(
        &self,
        now_us: i64,
        uss: &str,
        availability: Availability,
        old_version: &str,
    ) -> Decision {
        if uss.is_empty() || uss.len() > MAX_USS_BYTES {
            return Err(Bad::UssName.into());
        }
        let standing = self.usss.get(uss).map(|state| &state.version);
        if standing.map_or("", |version: &Ovn| version.0.as_str()) != old_version {
            return Err(Conflict::Availability(uss.to_owned()).into());
        }
        if standing.is_none() && self.usss.len() >= MAX_USSS {
            return Err(Refused::TooMany);
        }
        let version = ovn::made_for_uss(uss, now_us, self.writes);
        let answer = Answer::Availability {
            uss: uss.to_owned(),
            availability,
            version: Some(version.clone()),
        };
        let (uss, state) = (
            uss.to_owned(),
            UssState {
                availability,
                version,
            },
        );
        Ok((answer, vec![Event::UssSet { uss, state }]))
    }
}
