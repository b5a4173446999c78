//! Pictures made by hand, for tests.

use super::item::Item;
use super::picture::{Books, Picture, Pulse};
use super::state::{Event, Model};
use crate::http::show::alarms::{AlarmShown, Alarms};
use crate::http::show::lines::{LineShown, StopShown};
use crate::http::show::notices::{HazardShown, NoticeShown};
use crate::http::show::own::{FoundShown, NodeShown};
use serde_json::{Value, json};

/// 2026-11-21 10:00:00Z.
pub(super) const NOON: i64 = 1_795_255_200_000_000;
/// µs of a minute.
pub(super) const MINUTE: i64 = 60_000_000;

/// Two desks, one verified line that is up, nothing waiting.
pub(super) fn quiet() -> Picture {
    Picture {
        pulse: Pulse {
            node: NodeShown {
                party: "Blue".to_owned(),
                desks: vec!["watch".to_owned(), "commander".to_owned()],
                now_us: NOON,
                next_seq: 7,
            },
            lines: vec![line("north", json!({}))],
            alarms: Alarms {
                as_of_us: NOON,
                alarms: Vec::new(),
                not_listed: 0,
                raised_in_10_min: 0,
                flood: false,
                cleared_count: 0,
            },
        },
        books: Books::default(),
    }
}

/// A line in good order, but for `changes`.
pub(super) fn line(name: &str, changes: Value) -> LineShown {
    let base = json!({
        "line": name, "peer": "Red", "peer_desks": ["watch"], "side": "a", "light": "up", "silent_us": 1_000_000,
        "stalled": null, "verified": true, "words": ["a", "b", "c", "d", "e", "f"], "epoch": 1, "accepted_own": true,
        "accepted_peer": true, "held": false, "open_items": 0, "in_force": null, "own_size": 3, "cosigned_size": 3,
        "peer_size": 2, "unsealed": 0, "contradictions": 0, "dial": null,
    });
    made(base, changes)
}

/// A peer's hazard notice that starts in twenty minutes and that nobody opened, but for
/// `changes`.
pub(super) fn notice(id: &str, changes: Value) -> NoticeShown {
    let base = json!({
        "line": "north", "author": "peer", "id": id, "operation": null, "state": "notified", "drill": false,
        "proven": true, "protected": false, "waits_for": "opened", "late": false, "blanket_km2_h": null,
        "activated_at_us": null, "all_clear_at_us": null, "finished_at_us": null, "proceeding_at_us": null,
        "proceeding_words": null, "withdrawn_after_answer": false, "told": [], "place": "agrees",
        "place_distance_mm": null, "check_words": ["amber", "basil", "cedar"], "history": [], "dropped_versions": 0,
        "current": {
            "version": 1, "class": "hazard", "level": "exact", "words": "west of the lake", "hazards": [],
            "window": window(), "volumes": [volume()], "desk": "ops", "stated_at_us": NOON - 2 * MINUTE,
            "received": {"at_us": NOON - MINUTE, "lead_us": 21 * MINUTE, "lateness": "no_floor", "floor_us": null},
            "opened": null, "read_back": null, "answers": [],
        },
    });
    made(base, changes)
}

/// The changes that make a notice opened by a desk a minute ago.
pub(super) fn opened() -> Value {
    json!({"waits_for": "read_back", "current": {"opened": {"desk": "watch", "at_us": NOON, "lead_us": 20 * MINUTE}}})
}

/// A peer's active hazard of a notice, but for `changes`.
pub(super) fn hazard(id: &str, changes: Value) -> HazardShown {
    let base = json!({
        "line": "north", "author": "peer", "state": "active", "notice": null, "drill": false, "stated_at_us": NOON,
        "said_over_at_us": null, "closed_by": null, "closed_at_us": null, "closed_words": null,
        "hazard": {"id": id, "kind": "air_defence", "volume": volume(), "words": "reaction likely"},
    });
    made(base, changes)
}

/// A peer's CEASE of ten seconds ago.
pub(super) fn cease(id: &str) -> StopShown {
    let place =
        json!({"at": {"lat_nd": 35_400_000_000_i64, "lon_nd": 35_900_000_000_i64}, "words": "the lake"});
    let base = json!({
        "line": "north", "author": "peer", "id": id, "pause": false, "place": place, "desk": "ops", "drill": false,
        "at_us": NOON - 10_000_000, "received_at_us": NOON - 9_000_000, "answers": [],
    });
    made(base, json!({}))
}

/// A high exposure alarm about a notice, two minutes to act, but for `changes`.
pub(super) fn alarm(id: &str, about: &str, changes: Value) -> AlarmShown {
    let base = json!({
        "id": id, "kind": "exposure", "topic": "picture", "line": "north",
        "subject": {"kind": "notice", "author": "peer", "id": about}, "drill": false, "desk": "watch",
        "escalated": 0, "state": "unacked", "priority": "high", "raised_at_us": NOON - MINUTE, "again": 0,
        "age_us": MINUTE, "left_us": 2 * MINUTE, "act_by_us": NOON + 2 * MINUTE,
        "cause": "own or protected people are in or near a notified danger", "consequence": "people may be harmed",
        "response": "order traffic and people away or to hold", "acked_by": null, "acked_at_us": null,
        "shelved_why": null, "rows": [], "more_rows": 0,
    });
    made(base, changes)
}

/// People near a notice.
pub(super) fn found(about: &str) -> FoundShown {
    let witness = json!({
        "at": {"lat_nd": 35_400_000_000_i64, "lon_nd": 35_900_000_000_i64}, "at_us": NOON, "horizontal_mm": 1_200_000,
        "vertical_mm": 0, "gap_us": 0,
    });
    made(
        json!({
            "line": "north", "subject": {"kind": "notice", "author": "peer", "id": about}, "name": "Clinic",
            "left_us": 2 * MINUTE, "drill": false, "unknown_since_us": null,
            "finding": {
                "kind": "exposure", "against_kind": "people", "against": "p1", "volume": 0, "hazard": null,
                "witness": witness, "first_us": NOON, "last_us": NOON + MINUTE, "act_by_us": NOON + 2 * MINUTE,
                "aboard": 12, "ended_at_us": null,
            },
        }),
        json!({}),
    )
}

/// A screen of the desk `watch` that has just read a picture.
pub(super) fn watching(picture: Picture) -> Model {
    let mut model = Model::new("watch");
    model.update(Event::Tick {
        mono_us: 0,
        offset_s: 7_200,
    });
    model.update(Event::Read(Box::new(picture)));
    model
}

/// The item of a notice that [`notice`] makes.
pub(super) fn item(id: &str) -> Item {
    Item::notice(&notice(id, json!({})))
}

fn window() -> Value {
    json!({"start_us": NOON + 20 * MINUTE, "end_us": NOON + 80 * MINUTE})
}

fn volume() -> Value {
    json!({
        "footprint": {"shape": "circle", "center": {"lat_nd": 35_400_000_000_i64, "lon_nd": 35_900_000_000_i64}, "radius_mm": 5_000_000},
        "band": {"low_mm": 300_000, "high_mm": 900_000, "datum": "msl"},
        "window": window(),
    })
}

fn made<T: serde::de::DeserializeOwned>(mut base: Value, changes: Value) -> T {
    merge(&mut base, changes);
    serde_json::from_value(base).unwrap()
}

fn merge(base: &mut Value, changes: Value) {
    match (base, changes) {
        (Value::Object(base), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(base.entry(name).or_insert(Value::Null), change);
            }
        }
        (base, change) => *base = change,
    }
}
