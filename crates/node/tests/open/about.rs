//! What the service tells about itself; availability and reports.

use crate::house::{ALL, House, SC, minutes, options};
use crate::issuer::Issuer;
use serde_json::{Value, json};

const READ: &[&str] = &["interuss.pool_status.read"];
const BEAT: &[&str] = &["interuss.pool_status.heartbeat.write"];
const RID: &[&str] = &["dss.read.identification_service_areas"];

#[test]
fn it_is_healthy_and_has_a_version_for_everybody() {
    let house = House::new();
    let heard = house.raw("GET", "/healthy", None, None);
    assert_eq!((heard.status, heard.body), (200, json!("ok")));
    let version = house.raw("GET", "/aux/v1/version", None, None).expect(200);
    let version = version["version"].as_str().unwrap().to_owned();
    assert!(
        version.starts_with("detente/") && !version.contains("undefined"),
        "{version}"
    );
    let scope = &["interuss.versioning.read_system_versions"];
    let told = house
        .ask_with("uss1", scope, "GET", "/versions/dss", &Value::Null)
        .expect(200);
    assert_eq!(
        told,
        json!({ "system_identity": "dss", "system_version": version })
    );
    for path in ["accepted_ca_certs", "ca_certs"] {
        let path = format!("/aux/v1/configuration/{path}");
        assert_eq!(house.raw("GET", &path, None, None).expect(200), json!({}));
    }
}

#[test]
fn a_token_can_be_tried_out() {
    let house = House::new();
    let try_owner = |query: &str| {
        house.ask_with(
            "uss1",
            RID,
            "GET",
            &format!("/aux/v1/validate_oauth{query}"),
            &Value::Null,
        )
    };
    assert_eq!(try_owner("").expect(200), json!({}));
    try_owner("?owner=uss1").expect(200);
    try_owner("?owner=").expect(200);
    try_owner("?owner=uss2").refused(403);
    house
        .ask_with("uss1", &[SC], "GET", "/aux/v1/validate_oauth", &Value::Null)
        .refused(403);
    house
        .raw("GET", "/aux/v1/validate_oauth", None, None)
        .refused(401);
}

#[test]
fn the_pool_and_its_choices_are_told() {
    let mut options = options();
    options.time_based_index = true;
    let house = House::with(options, &[&Issuer::rsa().pem]);
    let told = house
        .ask_with("uss1", READ, "GET", "/aux/v1/pool", &Value::Null)
        .expect(200);
    assert_eq!(told, json!({ "dar_id": "pool-1" }));
    let told = house
        .ask_with(
            "uss1",
            READ,
            "GET",
            "/aux/v1/configuration/global_options",
            &Value::Null,
        )
        .expect(200);
    assert_eq!(told["time_based_notification_index"], true);
}

#[test]
fn the_newest_heartbeat_is_told() {
    let house = House::new();
    let instances = || {
        house
            .ask_with("uss1", READ, "GET", "/aux/v1/pool/dss_instances", &Value::Null)
            .expect(200)
    };
    let own = json!({ "id": "here", "public_endpoint": "https://pool.example" });
    assert_eq!(instances(), json!({ "dss_instances": [own] }));
    let beat = |query: &str| {
        let path = format!("/aux/v1/pool/dss_instances/heartbeat{query}");
        house.ask_with("watcher", BEAT, "PUT", &path, &Value::Null)
    };
    let told = beat(
        "?source=cron&timestamp=2026-01-01T00:00:00Z&next_heartbeat_expected_before=2026-01-01T01:00:00Z",
    )
    .expect(201);
    assert_eq!(
        told["dss_instances"][0]["most_recent_heartbeat"],
        json!({
            "timestamp": "2026-01-01T00:00:00.000000Z", "reporter": "watcher", "source": "cron",
            "next_heartbeat_expected_before": "2026-01-01T01:00:00.000000Z",
        })
    );
    beat("?source=hand").expect(201);
    beat("?source=cron&timestamp=2026-01-01T00:00:00Z").expect(201);
    let newest = &instances()["dss_instances"][0]["most_recent_heartbeat"];
    assert_eq!(newest["source"], "hand");
    assert_eq!(newest.get("next_heartbeat_expected_before"), None);
    for wrong in [
        "",
        "?source=",
        "?source=x&timestamp=now",
        "?source=x&next_heartbeat_expected_before=later",
        "?source=x&timestamp=2026-01-01T00:00:00Z&next_heartbeat_expected_before=2025-01-01T00:00:00Z",
        "?source=x&next_heartbeat_expected_before=2025-01-01T00:00:00Z",
    ] {
        beat(wrong).refused(400);
    }
}

#[test]
fn sources_of_heartbeats_are_bounded() {
    let house = House::new();
    let beat = |at: usize| {
        let path = format!("/aux/v1/pool/dss_instances/heartbeat?source=s{at}");
        house.ask_with("watcher", BEAT, "PUT", &path, &Value::Null)
    };
    for at in 0..node::limits::MAX_HEARTBEAT_SOURCES {
        beat(at).expect(201);
    }
    beat(usize::MAX).refused(429);
    beat(0).expect(201);
}

fn set(house: &House, uss: &str, body: &Value) -> crate::house::Heard {
    house.ask("arbiter", "PUT", &format!("/dss/v1/uss_availability/{uss}"), body)
}

#[test]
fn availability_is_set_by_who_knows_its_version() {
    let house = House::new();
    let get = |uss: &str| {
        house
            .ask(
                "uss1",
                "GET",
                &format!("/dss/v1/uss_availability/{uss}"),
                &Value::Null,
            )
            .expect(200)
    };
    assert_eq!(
        get("uss9"),
        json!({ "status": { "uss": "uss9", "availability": "Unknown" }, "version": "" })
    );
    set(
        &house,
        "uss9",
        &json!({ "availability": "Down", "old_version": "x" }),
    )
    .refused(409);
    let set_first = set(
        &house,
        "uss9",
        &json!({ "availability": "nORMAL", "old_version": "" }),
    )
    .expect(200);
    assert_eq!(
        set_first["status"],
        json!({ "uss": "uss9", "availability": "Normal" })
    );
    assert_eq!(get("uss9"), set_first);
    let version = set_first["version"].as_str().unwrap();
    assert!(!version.is_empty());
    set(&house, "uss9", &json!({ "availability": "Down" })).refused(409);
    let second = set(
        &house,
        "uss9",
        &json!({ "availability": "down", "old_version": version }),
    )
    .expect(200);
    assert_eq!(second["status"]["availability"], "Down");
    assert_ne!(second["version"], set_first["version"]);
    let third = set(&house, "uss9", &json!({ "old_version": second["version"] })).expect(200);
    assert_eq!(third["status"]["availability"], "Unknown");
    set(
        &house,
        "uss9",
        &json!({ "availability": "Busy", "old_version": third["version"] }),
    )
    .refused(400);
    set(&house, "uss9", &json!({ "availability": 1 })).refused(400);
    set(&house, "", &json!({ "availability": "Down" })).refused(400);
    let odd = set(&house, "a%20b%2Fc", &json!({ "availability": "Down" })).expect(200);
    assert_eq!(odd["status"]["uss"], "a b/c");
}

#[test]
fn a_report_comes_back_with_its_id() {
    let house = House::new();
    let report = json!({
        "exchange": {
            "url": "https://uss.example/x", "method": "GET", "recorder_role": "Client", "request_time": minutes(0),
            "problem": "no answer", "request_source": "x", "anything": [1.5],
        },
        "extra": true,
    });
    for scope in ALL {
        let mut echoed = house
            .ask_with("uss1", &[scope], "POST", "/dss/v1/reports", &report)
            .expect(201);
        let id = echoed.as_object_mut().unwrap().remove("report_id").unwrap();
        assert_eq!(id.as_str().unwrap().len(), 36);
        assert_eq!(echoed, report);
    }
    for wrong in [
        json!({}),
        json!({ "exchange": [] }),
        json!({ "exchange": { "url": "x" } }),
    ] {
        house.ask("uss1", "POST", "/dss/v1/reports", &wrong).refused(400);
    }
    let long = json!({ "exchange": report["exchange"], "x": "x".repeat(300 << 10) });
    house.ask("uss1", "POST", "/dss/v1/reports", &long).refused(400);
}
