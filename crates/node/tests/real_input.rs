//! Real drawings and a real flight through real nodes. The data lies beside the project and is
//! not part of it: without it these tests say SKIPPED, loudly, and prove nothing.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::{Node, join};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LINE: &str = "north";
const HALF_WIDTH_M: f64 = 25.0;
/// Between certainly touching and certainly apart lies what the two models may see differently.
const DOUBT_M: f64 = 2.0;

/// A folder of the data; none, said loudly, when it is not there.
fn data(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("SKIPPED: no folder {folder} beside the project; this test proved NOTHING");
    None
}

fn pair() -> (Node, Node) {
    let (blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    join(&blue, &red, LINE, None);
    (blue, red)
}

fn import(node: &Node, file: &str) -> String {
    let half_width = HALF_WIDTH_M.to_string();
    let times = ["--start", "+30m", "--end", "+60m", "--half-width", &half_width];
    let what = [
        "plan",
        "import",
        file,
        "--class",
        "unmanned",
        "--altitude",
        "0..120m[ground]",
    ];
    let filed = node.cli(&[&what[..], &times[..]].concat());
    filed["id"].as_str().expect("an id").to_owned()
}

/// Notices that red's node holds against one of its own things.
fn conflicts_with(red: &Node, own: &str) -> BTreeSet<String> {
    let view = red.get("/v1/conflicts");
    let rows = view["rows"].as_array().cloned().unwrap_or_default();
    let with_own = rows.into_iter().filter(|row| row["finding"]["against"] == own);
    with_own
        .map(|row| row["subject"]["id"].as_str().expect("a notice").to_owned())
        .collect()
}

fn vertices(file: &Path) -> Vec<(f64, f64)> {
    let drawing: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let line = drawing["features"][0]["geometry"]["coordinates"]
        .as_array()
        .unwrap()
        .clone();
    let number = |value: &Value| value.as_f64().unwrap();
    line.iter()
        .map(|place| (number(&place[0]), number(&place[1])))
        .collect()
}

/// Least distance of two lines on a plane laid at Bern, metres: an oracle of a few lines.
fn apart_m(a: &[(f64, f64)], b: &[(f64, f64)]) -> f64 {
    let plane = |(lon, lat): (f64, f64)| (lon * 111_320.0 * 46.98_f64.to_radians().cos(), lat * 111_170.0);
    let sample = |line: &[(f64, f64)]| {
        let ends = line.windows(2);
        let between = ends.flat_map(|pair| {
            let (from, to) = (plane(pair[0]), plane(pair[1]));
            (0..=2_000).map(move |step| {
                let part = f64::from(step) / 2_000.0;
                (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
            })
        });
        between.collect::<Vec<_>>()
    };
    let (a, b) = (sample(a), sample(b));
    let square = |p: &(f64, f64), q: &(f64, f64)| (p.0 - q.0).powi(2) + (p.1 - q.1).powi(2);
    let least = a
        .iter()
        .step_by(4)
        .map(|p| b.iter().map(|q| square(p, q)).fold(f64::MAX, f64::min));
    least.fold(f64::MAX, f64::min).sqrt()
}

#[test]
fn five_drone_flights_over_bern_meet_what_they_meet_and_not_the_fence_in_africa() {
    let Some(bern) = data("bern") else { return };
    let (blue, red) = pair();
    let files: Vec<PathBuf> = (1..=5)
        .map(|n| bern.join(format!("trajectory_f{n}.json")))
        .collect();
    // Red first: a drone of its own on the second route, the fence as drawn, a box over Bern.
    let own = import(&red, &files[1].display().to_string());
    let fence = add_zone(&red, &bern.join("geo_fence.geojson"));
    let over_bern = add_zone(&red, &declared_box(&bern, &red));
    let mut notices = Vec::new();
    for file in &files {
        let operation = import(&blue, &file.display().to_string());
        let given = blue.cli(&["notify", &operation, "--line", LINE, "--yes"]);
        notices.push(given["id"].as_str().expect("a notice").to_owned());
    }
    blue.until_settled(LINE);
    red.until("heard all", |red| {
        red.get("/v1/notices")["notices"]
            .as_array()
            .is_some_and(|all| all.len() == 5)
    });
    let all: BTreeSet<String> = notices.iter().cloned().collect();
    assert_eq!(
        conflicts_with(&red, &over_bern),
        all,
        "every flight is inside the declared box"
    );
    assert_eq!(
        conflicts_with(&red, &fence),
        BTreeSet::new(),
        "the fence lies in another continent"
    );
    let found = conflicts_with(&red, &own);
    let second = vertices(&files[1]);
    for (file, notice) in files.iter().zip(&notices) {
        let room_m = apart_m(&vertices(file), &second) - 2.0 * HALF_WIDTH_M;
        if room_m.abs() > DOUBT_M {
            assert_eq!(
                found.contains(notice),
                room_m < 0.0,
                "{}: {room_m} m between them",
                file.display()
            );
        }
    }
    assert!(!found.is_empty());
}

fn add_zone(node: &Node, file: &Path) -> String {
    let file = file.display().to_string();
    let heights = ["--altitude", "0..500m[ground]", "--start", "now", "--end", "+3h"];
    let filed = node.cli(&[&["zone", "add", &file, "--kind", "danger"], &heights[..]].concat());
    filed["id"].as_str().expect("an id").to_owned()
}

/// The bounds in the flight declaration, as a drawing in a file of the node's own.
fn declared_box(bern: &Path, node: &Node) -> PathBuf {
    let bounds: Value =
        serde_json::from_str(&fs::read_to_string(bern.join("flight_declaration.json")).unwrap()).unwrap();
    let at = |name: &str| bounds[name].as_f64().unwrap();
    let (west, south, east, north) = (at("minx"), at("miny"), at("maxx"), at("maxy"));
    let ring = json!([
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south]
    ]);
    let file = node.folder.join("declared.geojson");
    let drawing = json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates": [ring] } });
    fs::write(&file, drawing.to_string()).unwrap();
    file
}

/// Positions of a real flight: latitude, longitude, feet, knots.
fn flight(file: &Path) -> Vec<(f64, f64, f64, f64)> {
    let unpacked = Command::new("gzip")
        .arg("-dc")
        .arg(file)
        .output()
        .expect("gzip is on every Debian");
    let all: Value = serde_json::from_slice(&unpacked.stdout).expect("a list of positions");
    let number = |row: &Value, name: &str| row[name].as_f64();
    let rows = all.as_array().expect("a list").iter();
    rows.filter_map(|row| {
        Some((
            number(row, "latitude")?,
            number(row, "longitude")?,
            number(row, "altitude")?,
            number(row, "groundspeed")?,
        ))
    })
    .collect()
}

#[test]
fn a_real_rescue_flight_is_exposed_when_it_nears_a_notified_hazard() {
    let Some(tracks) = data("tracks") else { return };
    let (blue, red) = pair();
    let flight = flight(&tracks.join("rega_sg.json.gz"));
    let (lat, lon, _, _) = flight[flight.len() / 2];
    let nd = |degrees: f64| (degrees * 1e9).round() as i64;
    let drawing = json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Point", "coordinates": [lon, lat] } });
    let file = blue.folder.join("range.geojson");
    fs::write(&file, drawing.to_string()).unwrap();
    let file = file.display().to_string();
    let extent = [
        "--altitude",
        "0..6000m[msl]",
        "--start",
        "+1s",
        "--end",
        "+1h",
        "--radius",
        "1000",
    ];
    let operation = blue.cli(&[&["plan", "import", &file, "--class", "hazard"], &extent[..]].concat());
    let operation = operation["id"].as_str().unwrap().to_owned();
    let given = blue.cli(&["notify", &operation, "--line", LINE, "--yes"]);
    let notice = given["id"].as_str().unwrap().to_owned();
    blue.until_settled(LINE);
    let exposed = |red: &Node| {
        let view = red.get("/v1/exposure");
        let rows = view["rows"].as_array().cloned().unwrap_or_default();
        rows.iter().any(|row| {
            row["subject"]["id"] == notice
                && row["finding"]["against"] == "REGA1"
                && row["finding"]["ended_at_us"].is_null()
        })
    };
    declare(&red, 48.5, 5.0, 3000.0, 100.0, &nd);
    assert!(!exposed(&red), "far away it is not exposed");
    let mut inside = 0;
    for (at_lat, at_lon, feet, knots) in flight.iter().step_by(flight.len().div_ceil(40)) {
        declare(&red, *at_lat, *at_lon, *feet, *knots, &nd);
        let (north, east) = (
            (at_lat - lat) * 111_200.0,
            (at_lon - lon) * 111_320.0 * lat.to_radians().cos(),
        );
        if north.hypot(east) < 1_000.0 {
            inside += 1;
            assert!(exposed(&red), "inside the hazard at {at_lat}, {at_lon}");
        }
    }
    declare(&red, lat, lon, 3000.0, 60.0, &nd);
    assert!(exposed(&red), "{}", red.get("/v1/exposure"));
    assert!(
        red.alarm_texts().to_lowercase().contains("exposure"),
        "and an alarm says so"
    );
    println!("{inside} sampled positions lay inside the hazard");
}

fn declare(node: &Node, lat: f64, lon: f64, feet: f64, knots: f64, nd: &dyn Fn(f64) -> i64) {
    let height_mm = (feet * 304.8).round() as i64;
    let at = format!("{},{}", nd(lat) as f64 / 1e9, nd(lon) as f64 / 1e9);
    let speed = format!("{}", (knots * 0.514_444).max(1.0).round());
    let height = format!("{}m[msl]", height_mm / 1000);
    node.cli(&[
        "position",
        "declare",
        "REGA1",
        "--at",
        &at,
        "--altitude",
        &height,
        "--speed",
        &speed,
        "--aboard",
        "4",
    ]);
}
