//! Requests about constraints.

use super::OpenOptions;
use super::asked::Asked;
use super::fault::Fault;
use super::wire::request::{self, base_url};
use super::wire::{Faults, parse, volume};
use axum::http::StatusCode;
use pool::Call;
use pool::call::PutConstraint;

pub(super) fn query(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let area = request::area(asked, options, StatusCode::PAYLOAD_TOO_LARGE)?;
    Ok(Call::QueryConstraints { area })
}

pub(super) fn get(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::GetConstraint { id: asked.only_id()? })
}

pub(super) fn put(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let body: request::PutConstraint = parse(&asked.body)?;
    let mut faults = Faults::default();
    let id = asked.id(&mut faults);
    let base_url = base_url(body.uss_base_url, "uss_base_url", options, &mut faults);
    let extent = volume::all(body.extents, options.strict_reference, &mut faults);
    let (id, extent) = faults.settle(id.zip(extent), StatusCode::BAD_REQUEST)?;
    Ok(Call::PutConstraint(Box::new(PutConstraint {
        id,
        ovn: asked.version(),
        extent,
        base_url,
    })))
}

pub(super) fn delete(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::DeleteConstraint {
        id: asked.only_id()?,
        ovn: asked.version().unwrap_or_default(),
    })
}
