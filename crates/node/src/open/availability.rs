//! Requests about the availability of USSs.

use super::OpenOptions;
use super::asked::Asked;
use super::fault::Fault;
use super::wire::parse;
use super::wire::request::SetAvailability;
use pool::Call;
use pool::entity::Availability;

pub(super) fn get(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::GetAvailability {
        uss: asked.name(0).to_owned(),
    })
}

pub(super) fn set(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    let body: SetAvailability = parse(&asked.body)?;
    Ok(Call::SetAvailability {
        uss: asked.name(0).to_owned(),
        availability: availability(&body.availability.unwrap_or_default())?,
        old_version: body.old_version.unwrap_or_default(),
    })
}

/// Case does not matter, and nothing at all is Unknown, as in the reference implementation.
fn availability(name: &str) -> Result<Availability, Fault> {
    let known = [
        ("", Availability::Unknown),
        ("Unknown", Availability::Unknown),
        ("Normal", Availability::Normal),
        ("Down", Availability::Down),
    ];
    let found = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found
        .map(|(_, availability)| *availability)
        .ok_or_else(|| Fault::bad("availability: one of Unknown, Normal, Down is needed"))
}
