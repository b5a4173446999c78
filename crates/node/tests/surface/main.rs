//! The surface of real nodes: every verb of a desk, every shown shape, every refusal.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod room;
mod shape;

use room::{LINE, Pair, until};
use serde_json::{Value, json};
use shape::Shapes;

const STRIKE: &str = r#"{"type":"Feature","properties":{"name":"range 4"},"geometry":{"type":"Polygon",
    "coordinates":[[[35.75,35.48],[35.85,35.48],[35.85,35.56],[35.75,35.56],[35.75,35.48]]]}}"#;
const ROAD: &str =
    r#"{"type":"LineString","coordinates":[[36.6,35.9],[36.0,35.6],[35.70,35.50],[35.95,35.40]]}"#;
const SITE: &str = r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>clinic</name>
    <Point><coordinates>35.80,35.52</coordinates></Point></Placemark></kml>"#;

/// Files an operation; gives its id.
fn plan(pair: &Pair, room: &room::Room, drawing: &str, class: &str, more: &[&str]) -> String {
    let file = pair.file(&format!("{class}.geojson"), drawing);
    let args = [
        "plan", "import", &file, "--class", class, "--start", "+20m", "--end", "+1h",
    ];
    let done = room.run(&[&args, more].concat());
    done["id"].as_str().expect("an id").to_owned()
}

/// The one notice that a side sees of the other.
fn heard(room: &room::Room) -> Value {
    until("the notice arrives", || {
        room.run(&["inbox", "--all"])["notices"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    room.run(&["inbox", "--all"])["notices"][0].clone()
}

#[test]
fn a_notice_goes_from_drawing_to_answer_with_every_receipt_by_itself() {
    let pair = Pair::joined();
    let (blue, red) = (&pair.blue, &pair.red);
    red_has_something_to_lose(&pair);
    let operation = plan(
        &pair,
        blue,
        STRIKE,
        "hazard",
        &["--altitude", "0..9000m", "--hazard", "air-defence"],
    );
    assert_eq!(blue.run(&["plan", "list"])["operations"][0]["state"], "draft");
    let given = blue.run(&["notify", &operation, "--line", LINE, "--yes"]);
    let notice = given["id"].as_str().expect("an id");

    let shown = heard(red);
    assert_eq!(shown["id"], notice);
    assert_eq!(shown["current"]["opened"], Value::Null, "listing opens nothing");
    assert_eq!(shown["waits_for"], "opened");
    until("RECEIVED is back", || {
        blue.run(&["outbox"])["notices"][0]["current"]["received"].is_object()
    });
    assert_eq!(
        blue.run(&["outbox"])["notices"][0]["current"]["opened"],
        Value::Null
    );

    assert!(
        !red.run(&["exposure"])["rows"]
            .as_array()
            .expect("rows")
            .is_empty()
    );
    let alarm = red.run(&["alarms"])["alarms"][0]["id"]
        .as_str()
        .expect("an alarm")
        .to_owned();
    red.run(&["alarms", "ack", &alarm]);

    let opened = red.run(&["open", notice]);
    assert_eq!(opened["notice"]["current"]["opened"]["desk"], "watch");
    let check: Vec<&str> = opened["notice"]["check_words"]
        .as_array()
        .expect("words")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    red.run(&[
        "readback",
        notice,
        "--words",
        "35.52N 35.80E, in 20 minutes",
        "--check",
        &check.join(" "),
    ]);
    red.run(&["told", notice, "--to", "tower"]);
    red.run(&["standby", notice]);
    let (code, _, why) = red.tried(&["object", notice, "--words", "our road home"]);
    assert_eq!(code, 1, "an objection is confirmed first");
    assert!(why.contains("--yes"), "{why}");
    let counter = pair.file("counter.geojson", STRIKE);
    let later = [
        "--altitude",
        "0..3000m",
        "--start",
        "+2h",
        "--end",
        "+3h",
        "--counter",
        &counter,
    ];
    red.run(
        &[
            &["object", notice, "--words", "our road home", "--yes"][..],
            &later,
        ]
        .concat(),
    );
    until("the objection is back", || {
        let answers = blue.run(&["outbox", "--all"])["notices"][0]["current"]["answers"].clone();
        answers
            .as_array()
            .is_some_and(|answers| answers.iter().any(|made| made["answer"] == "object"))
    });

    let answers = blue.run(&["outbox", "--all"])["notices"][0]["current"]["answers"].clone();
    assert!(
        answers[1]["counter"][0]["band"]["high_mm"] == 3_000_000,
        "{answers}"
    );
    assert_eq!(
        blue.tried(&["proceed", notice, "--words", "we go on"]).0,
        1,
        "a watch officer does not proceed"
    );
    blue.run_as("commander", &["proceed", notice, "--words", "we go on"]);
    blue.run(&["activate", notice]);
    blue.run(&["allclear", notice]);
    blue.run(&["end", notice]);
    until("END arrives", || {
        red.run(&["inbox", "--all"])["notices"][0]["state"] == "ended"
    });
    assert_eq!(blue.run(&["statistics", "--line", LINE])["own"]["proceeded"], 1);
}

/// An own flight and a site in the way of [`STRIKE`].
fn red_has_something_to_lose(pair: &Pair) {
    let wide = ["--altitude", "0..9000m", "--half-width", "2km"];
    plan(pair, &pair.red, ROAD, "transit", &wide);
    let site = pair.file("site.kml", SITE);
    let when = [
        "--altitude",
        "0..100m[ground]",
        "--start",
        "now",
        "--end",
        "+1d",
        "--radius",
        "500m",
    ];
    pair.red
        .run(&[&["people", "add", &site, "--count", "120"][..], &when].concat());
    assert_eq!(pair.red.run(&["people", "list"])["people"][0]["name"], "clinic");
}

#[test]
fn amended_and_withdrawn_notices_say_so_at_the_other_end() {
    let pair = Pair::joined();
    let (blue, red) = (&pair.blue, &pair.red);
    let heights = ["--altitude", "FL100..FL200", "--half-width", "1km"];
    let operation = plan(&pair, blue, ROAD, "reconnaissance", &heights);
    let given = blue.run(&["notify", &operation, "--line", LINE, "--level", "box", "--yes"]);
    let notice = given["id"].as_str().expect("an id");
    assert_eq!(heard(red)["current"]["level"], "box");
    red.run(&["open", notice]);
    red.run(&["note", notice]);
    let later = pair.file("later.geojson", ROAD);
    let again = [
        "plan",
        "import",
        &later,
        "--class",
        "reconnaissance",
        "--start",
        "+30m",
        "--end",
        "+2h",
    ];
    blue.run(&[&again[..], &heights, &["--replace", &operation]].concat());
    blue.run(&["amend", notice, "--yes"]);
    until("the amendment arrives", || {
        red.run(&["inbox", "--all"])["notices"][0]["current"]["version"] == 2
    });
    let shown = red.run(&["inbox", "--all"])["notices"][0].clone();
    assert_eq!(
        shown["current"]["opened"],
        Value::Null,
        "what was opened was another version"
    );
    assert_eq!(shown["history"][0]["answers"][0]["answer"], "noted");
    blue.run(&["withdraw", notice, "--words", "weather"]);
    until("the withdrawal arrives", || {
        red.run(&["inbox", "--all"])["notices"][0]["state"] == "withdrawn"
    });
    blue.run(&["plan", "scrap", &operation]);
}

#[test]
fn a_cease_goes_out_whatever_way_its_place_is_typed_and_is_answered() {
    let pair = Pair::joined();
    let (blue, red) = (&pair.blue, &pair.red);
    blue.run(&["cease", "--line", LINE, "--at", "36°43′4.91″N 68°51′43.96″E"]);
    blue.run(&["checkfire", "--line", LINE, "--at", "the bridge at the river"]);
    let stops = || {
        red.run(&["stop", "list"])["stops"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    until("both arrive", || stops().len() == 2);
    let all = stops();
    let cease = all.iter().find(|stop| stop["pause"] == false).expect("the cease");
    assert_eq!(cease["place"]["at"]["lat_nd"], 36_718_030_556_i64);
    let pause = all
        .iter()
        .find(|stop| stop["pause"] == true)
        .expect("the check fire");
    assert_eq!(
        pause["place"],
        json!({ "at": null, "words": "the bridge at the river" })
    );
    red.run(&["stop", "answer", cease["id"].as_str().expect("an id"), "stopping"]);
    red.run(&[
        "stop",
        "answer",
        pause["id"].as_str().expect("an id"),
        "not-ours",
        "--words",
        "a third party",
    ]);
    until("both answers are back", || {
        let mine = blue.run(&["stop", "list"]);
        mine["stops"]
            .as_array()
            .expect("stops")
            .iter()
            .all(|stop| !stop["answers"][0].is_null())
    });
}

#[test]
fn talk_calls_terms_and_words_go_both_ways() {
    let pair = Pair::joined();
    let (blue, red) = (&pair.blue, &pair.red);
    blue.run(&[
        "say",
        "who has the northern valley?",
        "--line",
        LINE,
        "--response",
        "any",
    ]);
    let messages = || {
        red.run(&["talk", "--line", LINE])["messages"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    until("the message arrives", || !messages().is_empty());
    let asked = messages()[0]["id"].as_str().expect("an id").to_owned();
    red.run(&[
        "say",
        "we have",
        "--line",
        LINE,
        "--answers",
        &asked,
        "--closes",
        "--response",
        "none",
    ]);
    until("the answer closes it", || {
        blue.run(&["talk", "--line", LINE])["messages"][0]["closed"] == true
    });

    let tape = pair.file("tape.wav", "sound");
    blue.run(&[
        "voice",
        "log",
        "--line",
        LINE,
        "--words",
        "told at the usual hour",
        "--tape",
        &tape,
    ]);
    let accounts = || {
        red.run(&["voice", "list", "--line", LINE])["accounts"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    until("the account arrives", || !accounts().is_empty());
    assert_eq!(accounts()[0]["tape_sha256"].as_str().map(str::len), Some(64));
    red.run(&[
        "voice",
        "answer",
        accounts()[0]["id"].as_str().expect("an id"),
        "disputed",
        "--line",
        LINE,
    ]);
    until("the dispute is back", || {
        blue.run(&["voice", "list", "--line", LINE])["accounts"][0]["answer"] == "disputed"
    });

    assert_eq!(
        blue.tried(&["terms", "sign", "pair-proposal", "--line", LINE]).0,
        1,
        "a watch officer does not sign"
    );
    for room in [blue, red] {
        room.run_as("commander", &["terms", "sign", "pair-proposal", "--line", LINE]);
    }
    until("both signatures are in force", || {
        [blue, red]
            .iter()
            .all(|room| room.run(&["terms", "show", "--line", LINE])["in_force"].is_object())
    });

    let words = blue.run(&["lines"])["lines"][0]["words"].clone();
    let words: Vec<&str> = words
        .as_array()
        .expect("six words")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for room in [blue, red] {
        room.run(&[&["words"][..], &words, &["--line", LINE]].concat());
    }
    until("the line is verified", || {
        [blue, red]
            .iter()
            .all(|room| room.run(&["lines"])["lines"][0]["verified"] == true)
    });
    blue.run(&["handover", "to the night watch; nothing open"]);
    assert_eq!(blue.tried(&["epoch", "--line", LINE]).0, 1, "no epoch waits");
}

#[test]
fn hazards_zones_and_positions_stand_until_their_own_desk_ends_them() {
    let pair = Pair::joined();
    let (blue, red) = (&pair.blue, &pair.red);
    let at = ["hazard", "at", "35.52,35.80", "--altitude", "1000..1100m"];
    assert_eq!(red.run(&at)["state"], "unknown");
    assert!(red.text(&at).contains("UNKNOWN, not CLEAR"));
    let drawing = pair.file("danger.geojson", STRIKE);
    let when = ["--altitude", "0..9000m", "--start", "now", "--end", "+30m"];
    blue.run(
        &[
            &["hazard", "warn", &drawing, "--line", LINE, "--kind", "debris"][..],
            &when,
        ]
        .concat(),
    );
    until("the warning arrives", || {
        !red.run(&["hazard", "list"])["hazards"][0].is_null()
    });
    let hazard = red.run(&["hazard", "list"])["hazards"][0]["hazard"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    red.run(&[
        "position",
        "declare",
        "RESCUE1",
        "--at",
        "35.52,35.80",
        "--altitude",
        "1000m",
        "--speed",
        "60",
        "--aboard",
        "4",
    ]);
    until("the aircraft is exposed", || {
        !red.run(&["exposure"])["rows"][0].is_null()
    });
    assert!(red.text(&["position", "list"]).contains("RESCUE1"));
    blue.run(&["hazard", "over", &hazard]);
    until("its author says it is over", || {
        red.run(&["hazard", "list"])["hazards"][0]["said_over_at_us"].is_i64()
    });
    assert_ne!(red.run(&["hazard", "list"])["hazards"][0]["state"], "closed");
    red.run(&["hazard", "close", &hazard, "--words", "flown through"]);
    assert_eq!(red.run(&["hazard", "list"])["hazards"][0]["state"], "closed");
    red.run(&["position", "drop", "RESCUE1"]);
    let zone = red.run(
        &[
            &["zone", "add", &drawing, "--kind", "buffer", "--keep", "10km"][..],
            &when,
        ]
        .concat(),
    );
    assert_eq!(
        red.run(&["zone", "list"])["zones"][0]["separation"]["horizontal_mm"],
        10_000_000
    );
    red.run(&["zone", "remove", zone["id"].as_str().expect("an id")]);
    assert_eq!(red.run(&["zone", "list"])["zones"], json!([]));
}

#[test]
fn every_view_has_the_shape_that_is_described() {
    let pair = Pair::joined();
    let (blue, red) = (&pair.blue, &pair.red);
    red_has_something_to_lose(&pair);
    let operation = plan(
        &pair,
        blue,
        STRIKE,
        "hazard",
        &["--altitude", "0..9000m", "--hazard", "debris"],
    );
    blue.run(&["notify", &operation, "--line", LINE, "--yes"]);
    blue.run(&["say", "hello", "--line", LINE]);
    blue.run(&["cease", "--line", LINE, "--at", "35.5,35.8"]);
    blue.run(&["voice", "log", "--line", LINE, "--words", "a call"]);
    red.run(&["handover", "to the next"]);
    red.run(&[
        "position",
        "declare",
        "R1",
        "--at",
        "35.5,35.8",
        "--altitude",
        "900m",
        "--speed",
        "60",
    ]);
    let notice = heard(red)["id"].as_str().expect("an id").to_owned();
    red.run(&["open", &notice]);
    until("there is an alarm with rows", || {
        let alarms = red.run(&["alarms"]);
        alarms["alarms"]
            .as_array()
            .is_some_and(|all| all.iter().any(|alarm| !alarm["rows"][0].is_null()))
    });
    let (status, document) = red.ask("GET", "/openapi.json", &[], None);
    assert_eq!(status, 200);
    let shapes = Shapes::new(document.clone());
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        if item["get"]["responses"]["200"]["content"]["application/json"].is_null() || path == "/openapi.json"
        {
            continue;
        }
        let concrete = path
            .replace("{line}", LINE)
            .replace("{author}", "peer")
            .replace("{id}", &notice);
        let query = if path == "/v1/hazards/at" {
            "?lat_nd=35500000000&lon_nd=35800000000&low_mm=0&high_mm=1000"
        } else {
            ""
        };
        let (status, answer) = red.with_token("watch", "GET", &format!("{concrete}{query}"), None);
        assert_eq!(status, 200, "{path}: {answer}");
        shapes.check("get", path, "200", "application/json", &answer);
        checked += 1;
    }
    assert!(checked >= 18, "{checked} views were held against the document");
    let (_, refused) = red.with_token("watch", "POST", "/v1/operations", Some("{}"));
    shapes.check(
        "post",
        "/v1/operations",
        "default",
        "application/problem+json",
        &refused,
    );
}

#[test]
fn what_is_refused_names_its_reason_and_changes_nothing() {
    let pair = Pair::joined();
    let room = &pair.blue;
    let status =
        |headers: &[(&str, &str)], body: Option<&str>| room.ask("POST", "/v1/operations", headers, body).0;
    let token = format!("Bearer {}", room.token("watch"));
    let (auth, json_type) = (
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
    );
    assert_eq!(status(&[json_type], Some("{}")), 401);
    assert_eq!(
        status(&[("Authorization", "Bearer nonsense"), json_type], Some("{}")),
        401
    );
    assert_eq!(status(&[auth, ("Content-Type", "text/plain")], Some("{}")), 415);
    assert_eq!(
        status(&[auth, json_type, ("Host", "evil.example")], Some("{}")),
        421
    );
    assert_eq!(
        status(&[auth, json_type, ("Origin", "http://evil.example")], Some("{}")),
        421
    );
    assert_eq!(status(&[auth, json_type], Some("{")), 422);
    assert_eq!(room.with_token("watch", "GET", "/v1/nowhere", None).0, 404);
    assert_eq!(room.with_token("watch", "DELETE", "/v1/operations", None).0, 405);
    assert_eq!(
        room.with_token("watch", "GET", "/v1/notices?colour=red", None).0,
        400
    );
    assert_eq!(
        room.with_token(
            "watch",
            "POST",
            "/v1/lines/no-line/cease",
            Some(r#"{"place":{"at":null,"words":"x"}}"#)
        )
        .0,
        404
    );
    let faulty = json!({ "name": "x", "class": "transit", "volumes": [{
        "footprint": { "shape": "circle", "center": { "lat_nd": 91_000_000_000_i64, "lon_nd": 0 }, "radius_mm": 0 },
        "band": { "low_mm": 5, "high_mm": 1, "datum": "msl" },
        "window": { "start_us": 10, "end_us": 1 } }] });
    let (code, problem) = room.with_token("watch", "POST", "/v1/operations", Some(&faulty.to_string()));
    assert_eq!(
        (code, problem["type"].as_str()),
        (422, Some("urn:detente:problem:bad-volumes"))
    );
    assert!(
        problem["faults"]
            .as_array()
            .is_some_and(|faults| faults.len() >= 4),
        "{problem}"
    );
    let (code, problem) = room.with_token(
        "watch",
        "POST",
        "/v1/tokens",
        Some(r#"{"name":"x","desk":"watch","role":"watch"}"#),
    );
    assert_eq!(
        (code, problem["type"].as_str()),
        (403, Some("urn:detente:problem:role"))
    );
    let message = json!({ "urgency": "normal", "response": "R", "text": "hello" }).to_string();
    let (code, problem) = room.with_token("admin", "POST", "/v1/lines/north/messages", Some(&message));
    assert_eq!(
        (code, problem["type"].as_str()),
        (403, Some("urn:detente:problem:not-a-desk"))
    );
    assert_eq!(room.run(&["plan", "list"])["operations"], json!([]));
}

#[test]
fn a_repeated_key_happens_once_and_another_body_under_it_is_refused() {
    let pair = Pair::joined();
    let room = &pair.blue;
    let token = format!("Bearer {}", room.token("watch"));
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "one"),
    ];
    let say = |text: &str| json!({ "urgency": "normal", "response": "R", "text": text }).to_string();
    let path = format!("/v1/lines/{LINE}/messages");
    let first = room.ask("POST", &path, &headers, Some(&say("hello")));
    let second = room.ask("POST", &path, &headers, Some(&say("hello")));
    assert_eq!(first, second);
    assert_eq!(first.0, 200);
    let (status, problem) = room.ask("POST", &path, &headers, Some(&say("other")));
    assert_eq!(
        (status, problem["type"].as_str()),
        (422, Some("urn:detente:problem:key-reused"))
    );
    assert_eq!(
        room.run(&["talk", "--line", LINE])["messages"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn what_a_person_types_wrongly_is_an_error_of_usage_that_shows_what_is_expected() {
    let pair = Pair::joined();
    let room = &pair.blue;
    let file = pair.file("bad.geojson", r#"{"type":"Point","coordinates":[200,0]}"#);
    let import = |altitude: &str, file: &str| {
        let when = [
            "--start",
            "+5m",
            "--end",
            "+1h",
            "--altitude",
            altitude,
            "--radius",
            "1km",
        ];
        room.tried(&[&["plan", "import", file, "--class", "transit"][..], &when].concat())
    };
    let (code, _, why) = import("high", &file);
    assert!(code == 2 && why.contains("FL100..FL200"), "{code} {why}");
    let (code, _, why) = import("0..100m", &file);
    assert!(code == 1 && why.contains("/coordinates"), "{code} {why}");
    assert_eq!(import("0..100m", "/nowhere.geojson").0, 70);
    assert_eq!(room.tried(&["notify", "NONE", "--line", LINE]).0, 1);
    assert_eq!(room.tried(&["open", "NONE"]).0, 1);
    assert_eq!(room.tried(&["frobnicate"]).0, 2);
    assert_eq!(room.tried(&["inbox", "--as", "nobody"]).0, 2);
}

#[test]
fn an_event_stream_comes_back_where_it_was_and_says_when_it_cannot() {
    let pair = Pair::joined();
    let client = pair.blue.client();
    let mut stream = client.events(None).expect("a stream");
    for text in ["one", "two"] {
        pair.blue.run(&["say", text, "--line", LINE]);
    }
    let act = |stream: &mut node::client::Events| loop {
        let event = stream.next_event().expect("a stream").expect("an event");
        if event.kind == "act" {
            return event;
        }
    };
    let (first, second) = (act(&mut stream), act(&mut stream));
    assert!(
        first.data.contains("one") && second.data.contains("two"),
        "{first:?} {second:?}"
    );
    let mut again = client.events(Some(&first.id)).expect("a stream");
    assert_eq!(
        act(&mut again),
        second,
        "nothing is missed and nothing is told twice"
    );
    let mut elsewhere = client.events(Some("another-7-0")).expect("a stream");
    let reset = elsewhere.next_event().expect("a stream").expect("an event");
    assert_eq!(reset.kind, "reset");
    let mut from_reset = client.events(Some(&reset.id)).expect("a stream");
    pair.blue.run(&["say", "three", "--line", LINE]);
    assert!(
        act(&mut from_reset).data.contains("three"),
        "a reset names a place to go on from"
    );
}

#[test]
fn figures_for_prometheus_name_every_line_and_need_no_token() {
    let pair = Pair::joined();
    let (status, text) = pair.blue.ask("GET", "/metrics", &[], None);
    let text = text.as_str().expect("text").to_owned();
    assert_eq!(status, 200);
    for figure in [
        "detente_running 1",
        "detente_line_up{line=\"north\"} 1",
        "detente_queue_waiting{queue=\"safety\"} 0",
    ] {
        assert!(text.contains(figure), "{figure} in {text}");
    }
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let value = line
            .rsplit(' ')
            .next()
            .and_then(|value| value.parse::<i64>().ok());
        assert!(value.is_some(), "{line}");
    }
}
