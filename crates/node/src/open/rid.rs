//! Requests of remote identification (F3411-19 and F3411-22a). The two ask the same, and differ in the bodies of writes
//! alone.

use super::OpenOptions;
use super::asked::Asked;
use super::fault::Fault;
use super::wire::bounds::instant_us;
use super::wire::request::base_url;
use super::wire::rid_request::{self, PutAreaV19, PutSubscriptionV19, PutV22a};
use super::wire::{Faults, Object, parse, volume};
use axum::http::StatusCode;
use pool::call::PutArea;
use pool::{Call, Extent};

pub(super) fn search_areas(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let mut faults = Faults::default();
    let start_us = instant(asked, "earliest_time", &mut faults);
    let end_us = instant(asked, "latest_time", &mut faults);
    let area = searched(asked, options, faults)?;
    Ok(Call::SearchAreas {
        area: Extent {
            start_us,
            end_us,
            ..area
        },
    })
}

pub(super) fn get_area(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::GetArea { id: asked.only_id()? })
}

pub(super) fn put_area_v19(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let body: PutAreaV19 = parse(&asked.body)?;
    let mut faults = Faults::default();
    let extent = rid_request::extent(
        body.extents,
        rid_request::NO_AREA,
        options.strict_reference,
        &mut faults,
    );
    let put = put(asked, options, extent, (body.flights_url, "flights_url"), faults)?;
    Ok(Call::PutArea(Box::new(put)))
}

pub(super) fn put_area_v22a(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::PutArea(Box::new(put_v22a(asked, options)?)))
}

pub(super) fn delete_area(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::DeleteArea {
        id: asked.only_id()?,
        version: asked.version().unwrap_or_default(),
    })
}

pub(super) fn search_subscriptions(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::SearchAreaSubscriptions {
        area: searched(asked, options, Faults::default())?,
    })
}

pub(super) fn get_subscription(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::GetAreaSubscription { id: asked.only_id()? })
}

pub(super) fn put_subscription_v19(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    let body: PutSubscriptionV19 = parse(&asked.body)?;
    let mut faults = Faults::default();
    let extent = rid_request::extent(
        body.extents,
        rid_request::NO_EXTENTS,
        options.strict_reference,
        &mut faults,
    );
    let url = body
        .callbacks
        .and_then(|Object(callbacks)| callbacks.identification_service_area_url);
    let place = "callbacks.identification_service_area_url";
    let put = put(asked, options, extent, (url, place), faults)?;
    Ok(Call::PutAreaSubscription(Box::new(put)))
}

pub(super) fn put_subscription_v22a(asked: &Asked, options: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::PutAreaSubscription(Box::new(put_v22a(asked, options)?)))
}

pub(super) fn delete_subscription(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    Ok(Call::DeleteAreaSubscription {
        id: asked.only_id()?,
        version: asked.version().unwrap_or_default(),
    })
}

/// Areas and subscriptions are written alike in F3411-22a.
fn put_v22a(asked: &Asked, options: &OpenOptions) -> Result<PutArea, Fault> {
    let body: PutV22a = parse(&asked.body)?;
    let mut faults = Faults::default();
    let extent = volume::of_rid(body.extents, "extents", options.strict_reference, &mut faults);
    put(
        asked,
        options,
        extent,
        (body.uss_base_url, "uss_base_url"),
        faults,
    )
}

/// What is written: on the way to make something the path names no version, on the way to change it one, be it empty.
fn put(
    asked: &Asked,
    options: &OpenOptions,
    extent: Option<Extent>,
    (url, place): (Option<String>, &str),
    mut faults: Faults,
) -> Result<PutArea, Fault> {
    let url = base_url(url, place, options, &mut faults);
    let id = asked.id(&mut faults);
    let (id, extent) = faults.settle(id.zip(extent), StatusCode::BAD_REQUEST)?;
    Ok(PutArea {
        id,
        version: asked.names.get(1).cloned(),
        extent,
        url,
    })
}

/// Where is searched.
fn searched(asked: &Asked, options: &OpenOptions, mut faults: Faults) -> Result<Extent, Fault> {
    let text = asked.query.get("area").map_or("", String::as_str);
    let cells = rid_request::cells(text, options.strict_reference, &mut faults);
    let cells = faults.settle(cells, StatusCode::PAYLOAD_TOO_LARGE)?;
    Ok(Extent {
        cells,
        ..Extent::default()
    })
}

/// An instant that the query names, µs UTC.
fn instant(asked: &Asked, name: &str, faults: &mut Faults) -> Option<i64> {
    let text = asked.query.get(name).filter(|text| !text.is_empty())?;
    faults.keep(name, instant_us(text).ok_or("a time as in RFC 3339 is needed"))
}
