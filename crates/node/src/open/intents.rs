//! Requests about operational intents.

use super::OpenOptions;
use super::asked::Asked;
use super::fault::Fault;
use super::wire::request::{self, base_url};
use super::wire::{Faults, Object, parse, volume};
use axum::http::StatusCode;
use pool::Call;
use pool::call::{Attach, PutIntent};
use pool::entity::IntentState;
use pool::ids::EntityId;

pub(super) fn query(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let area = request::area(asked, options, StatusCode::BAD_REQUEST)?;
    Ok(Call::QueryIntents { area })
}

pub(super) fn get(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::GetIntent { id: asked.only_id()? })
}

pub(super) fn put(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let body: request::PutIntent = parse(&asked.body)?;
    let mut faults = Faults::default();
    let id = asked.id(&mut faults);
    let base_url = base_url(body.uss_base_url, "uss_base_url", options, &mut faults);
    let attach = attach(body.subscription_id, body.new_subscription, options, &mut faults);
    let extent = volume::all(body.extents, options.strict_reference, &mut faults);
    let read = id.zip(extent).zip(attach);
    let ((id, extent), attach) = faults.settle(read, StatusCode::BAD_REQUEST)?;
    Ok(Call::PutIntent(Box::new(PutIntent {
        id,
        ovn: asked.version(),
        extent,
        key: body.key.unwrap_or_default(),
        state: state(body.state.as_deref()),
        base_url,
        attach,
        ovn_suffix: body.requested_ovn_suffix,
    })))
}

pub(super) fn delete(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::DeleteIntent {
        id: asked.only_id()?,
        ovn: asked.version().unwrap_or_default(),
    })
}

fn state(name: Option<&str>) -> Option<IntentState> {
    match name? {
        "Accepted" => Some(IntentState::Accepted),
        "Activated" => Some(IntentState::Activated),
        "Nonconforming" => Some(IntentState::Nonconforming),
        "Contingent" => Some(IntentState::Contingent),
        _ => None,
    }
}

fn attach(
    standing: Option<String>,
    new: Option<Object<request::NewSubscription>>,
    options: &OpenOptions,
    faults: &mut Faults,
) -> Option<Attach> {
    let standing = standing.filter(|id| !id.is_empty());
    let new = new.map(|Object(new)| Attach::New {
        base_url: base_url(new.uss_base_url, "new_subscription.uss_base_url", options, faults),
        constraints: new.notify_for_constraints.unwrap_or_default(),
    });
    match (standing, new) {
        (None, None) => Some(Attach::Nothing),
        (None, new) => new,
        (Some(_), Some(_)) => Some(Attach::Both),
        (Some(id), None) => faults
            .keep("subscription_id", EntityId::parse(&id))
            .map(Attach::To),
    }
}
