//! Bodies that will do until 2099.

use serde_json::{Value, json};

/// A search.
pub(super) fn area() -> Value {
    json!({ "area_of_interest": volume() })
}

/// An operational intent.
pub(super) fn intent() -> Value {
    json!({
        "extents": [volume()],
        "key": [],
        "state": "Accepted",
        "uss_base_url": "https://uss.example/utm",
        "new_subscription": { "uss_base_url": "https://uss.example/utm", "notify_for_constraints": false },
    })
}

/// A constraint.
pub(super) fn constraint() -> Value {
    json!({ "extents": [volume()], "uss_base_url": "https://uss.example/utm" })
}

/// A subscription.
pub(super) fn subscription() -> Value {
    json!({
        "extents": volume(),
        "uss_base_url": "https://uss.example/utm",
        "notify_for_operational_intents": true,
        "notify_for_constraints": true,
    })
}

/// A state of a USS.
pub(super) fn availability() -> Value {
    json!({ "availability": "Normal", "old_version": "" })
}

/// A report.
pub(super) fn report() -> Value {
    json!({ "exchange": {
        "url": "https://uss.example/utm/uss/v1/operational_intents",
        "method": "POST",
        "recorder_role": "Client",
        "request_time": { "value": "2099-01-01T08:00:00Z", "format": "RFC3339" },
        "problem": "no answer within 10 s",
    } })
}

/// An identification service area of F3411-19.
pub(super) fn area_v19() -> Value {
    json!({ "extents": volume_v19(), "flights_url": "https://uss.example/rid/flights" })
}

/// A subscription of F3411-19. It begins now and lasts a day.
pub(super) fn subscription_v19() -> Value {
    let url = "https://uss.example/rid/identification_service_areas";
    json!({
        "extents": { "spatial_volume": volume_v19()["spatial_volume"] },
        "callbacks": { "identification_service_area_url": url },
    })
}

/// An identification service area or a subscription of F3411-22a.
pub(super) fn put_v22a() -> Value {
    json!({ "extents": volume(), "uss_base_url": "https://uss.example/rid" })
}

fn volume_v19() -> Value {
    let vertex = |lat: f64, lng: f64| json!({ "lat": lat, "lng": lng });
    let ring = [vertex(46.95, 7.45), vertex(46.95, 7.46), vertex(46.96, 7.45)];
    json!({
        "spatial_volume": { "footprint": { "vertices": ring }, "altitude_lo": 600, "altitude_hi": 700 },
        "time_start": "2099-01-01T08:00:00Z",
        "time_end": "2099-01-01T09:00:00Z",
    })
}

fn volume() -> Value {
    let altitude = |metres: u32| json!({ "value": metres, "reference": "W84", "units": "M" });
    let instant = |text: &str| json!({ "value": text, "format": "RFC3339" });
    json!({
        "volume": {
            "outline_circle": { "center": { "lat": 46.95, "lng": 7.45 }, "radius": { "value": 300, "units": "M" } },
            "altitude_lower": altitude(600),
            "altitude_upper": altitude(700),
        },
        "time_start": instant("2099-01-01T08:00:00Z"),
        "time_end": instant("2099-01-01T09:00:00Z"),
    })
}
