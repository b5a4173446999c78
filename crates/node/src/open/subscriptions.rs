//! Requests about subscriptions.

use super::OpenOptions;
use super::asked::Asked;
use super::fault::Fault;
use super::wire::request::{self, base_url};
use super::wire::{Faults, parse, volume};
use axum::http::StatusCode;
use pool::Call;
use pool::call::PutSubscription;
use pool::entity::Wants;

pub(super) fn query(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let area = request::area(asked, options, StatusCode::PAYLOAD_TOO_LARGE)?;
    Ok(Call::QuerySubscriptions { area })
}

pub(super) fn get(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::GetSubscription { id: asked.only_id()? })
}

pub(super) fn put(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let body: request::PutSubscription = parse(&asked.body)?;
    let mut faults = Faults::default();
    let id = asked.id(&mut faults);
    let base_url = base_url(body.uss_base_url, "uss_base_url", options, &mut faults);
    let extent = volume::one(body.extents, "extents", options.strict_reference, &mut faults);
    let (id, extent) = faults.settle(id.zip(extent), StatusCode::BAD_REQUEST)?;
    Ok(Call::PutSubscription(Box::new(PutSubscription {
        id,
        version: asked.version(),
        extent,
        base_url,
        wants: Wants {
            intents: body.notify_for_operational_intents.unwrap_or_default(),
            constraints: body.notify_for_constraints.unwrap_or_default(),
        },
    })))
}

pub(super) fn delete(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::DeleteSubscription {
        id: asked.only_id()?,
        version: asked.version().unwrap_or_default(),
    })
}
