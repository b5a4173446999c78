use super::*;
use geo4d::{Band, Datum, Footprint, Position, Window};

const SIZES: Sizes = Sizes {
    band: Band {
        low_mm: 300_000,
        high_mm: 900_000,
        datum: Datum::Msl,
    },
    window: Window {
        start_us: 1_000_000,
        end_us: 3_601_000_000,
    },
    half_width_mm: Some(250_000),
    radius_mm: Some(500_000),
};

fn json(text: &str) -> Result<Drawing, Vec<Fault>> {
    read(Path::new("x.geojson"), text.as_bytes())
}

fn kml(text: &str) -> Result<Drawing, Vec<Fault>> {
    let text = format!(
        "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>{text}</Document></kml>"
    );
    read(Path::new("x.kml"), text.as_bytes())
}

fn at(lat_nd: i64, lon_nd: i64) -> Position {
    Position { lat_nd, lon_nd }
}

#[test]
fn a_line_becomes_a_corridor_of_the_width_asked_for() {
    let drawing = json(
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"north leg"},
        "geometry":{"type":"LineString","coordinates":[[7.4722,46.9800],[7.4802,46.9809]]}}]}"#,
    )
    .unwrap();
    assert_eq!(drawing.name.as_deref(), Some("north leg"));
    let volumes = volumes(&drawing, &SIZES).unwrap();
    let [volume] = &volumes[..] else {
        panic!("one volume, got {volumes:?}")
    };
    let Footprint::Corridor { line, half_width_mm } = &volume.footprint else {
        panic!("{volume:?}")
    };
    assert_eq!(
        (line[0], *line.last().unwrap()),
        (
            at(46_980_000_000, 7_472_200_000),
            at(46_980_900_000, 7_480_200_000)
        )
    );
    assert!((250_000..=251_001).contains(half_width_mm), "{half_width_mm}");
    assert!(volume.check().is_ok());
    assert_eq!((volume.band, volume.window), (SIZES.band, SIZES.window));
}

#[test]
fn a_drawn_ring_lies_wholly_within_its_volumes() {
    let drawing =
        json(r#"{"type":"Polygon","coordinates":[[[30,40],[32,40],[32,41],[30,41],[30,40]]]}"#).unwrap();
    let volumes = volumes(&drawing, &SIZES).unwrap();
    let volumes: Vec<_> = volumes.iter().map(|volume| volume.check().unwrap()).collect();
    let band = Band {
        low_mm: 400_000,
        high_mm: 400_001,
        datum: Datum::Msl,
    };
    for step in 0..=200_i64 {
        let lon_nd = 30_000_000_000 + step * 10_000_000;
        for lat_nd in [40_000_000_000, 41_000_000_000] {
            let place = at(lat_nd, lon_nd);
            let none = geo4d::Separation::default();
            let inside = volumes
                .iter()
                .any(|volume| geo4d::point_in_volume(volume, place, band, 2_000_000, &none).is_some());
            assert!(inside, "{place:?} on the drawn edge");
        }
    }
}

#[test]
fn points_lines_and_rings_are_found_in_every_nesting() {
    let drawing = json(
        r#"{"type":"GeometryCollection","geometries":[
            {"type":"Point","coordinates":[1,2,300]},
            {"type":"MultiPoint","coordinates":[[1,3],[1,4]]},
            {"type":"MultiLineString","coordinates":[[[0,0],[0,1]],[[1,0],[1,1]]]},
            {"type":"MultiPolygon","coordinates":[[[[0,0],[0,1],[1,1],[0,0]],[[0.1,0.2],[0.1,0.3],[0.2,0.3],[0.1,0.2]]]]}]}"#,
    )
    .unwrap();
    assert_eq!(drawing.shapes.len(), 6);
    assert!(
        drawing.unused.iter().any(|what| what.contains("holes")),
        "{:?}",
        drawing.unused
    );
    assert!(
        drawing.unused.iter().any(|what| what.contains("heights")),
        "{:?}",
        drawing.unused
    );
}

#[test]
fn kml_placemarks_give_the_same_shapes_as_geojson() {
    let from_kml = kml(
        "<Placemark><name>range</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
           35.5,35.4,0 35.9,35.4,0 35.9,35.6,0 35.5,35.4,0
         </coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
         <Placemark><MultiGeometry><Point><coordinates>1,2</coordinates></Point>
         <LineString><coordinates>0,0 0,1</coordinates></LineString></MultiGeometry></Placemark>",
    )
    .unwrap();
    let from_json = json(
        r#"{"type":"GeometryCollection","geometries":[
           {"type":"Polygon","coordinates":[[[35.5,35.4],[35.9,35.4],[35.9,35.6],[35.5,35.4]]]},
           {"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[0,0],[0,1]]}]}"#,
    )
    .unwrap();
    let outlines = |drawing: &Drawing| -> Vec<Outline> {
        drawing.shapes.iter().map(|shape| shape.outline.clone()).collect()
    };
    assert_eq!(outlines(&from_kml), outlines(&from_json));
    assert_eq!(from_kml.name.as_deref(), Some("range"));
}

#[test]
fn every_fault_of_a_drawing_is_told_at_once_with_its_place() {
    let faults = json(
        r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[0,0]]}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[200,0]}},
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[1,0]]]}},
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[0,"x"],[0,null]]}},
        {"type":"Feature","geometry":{"type":"Blob","coordinates":[]}}, 7]}"#,
    )
    .unwrap_err();
    let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "/features/0/geometry/coordinates",
            "/features/1/geometry/coordinates",
            "/features/2/geometry/coordinates/0",
            "/features/3/geometry/coordinates/0",
            "/features/3/geometry/coordinates/1",
            "/features/4/geometry/coordinates",
            "/features/5",
        ]
    );
}

#[test]
fn a_line_or_point_without_its_size_is_refused() {
    let drawing = json(r#"{"type":"MultiLineString","coordinates":[[[0,0],[0,1]],[[1,0],[1,1]]]}"#).unwrap();
    let faults = volumes(
        &drawing,
        &Sizes {
            half_width_mm: None,
            ..SIZES
        },
    )
    .unwrap_err();
    assert_eq!(faults.len(), 2);
    assert!(faults[0].to_string().contains("--half-width"));
    let drawing = json(r#"{"type":"Point","coordinates":[0,0]}"#).unwrap();
    let faults = volumes(
        &drawing,
        &Sizes {
            radius_mm: None,
            ..SIZES
        },
    )
    .unwrap_err();
    assert!(faults[0].to_string().contains("--radius"));
}

#[test]
fn coordinates_that_are_not_degrees_are_refused() {
    for text in [
        r#"{"type":"Point","coordinates":[NaN,0]}"#,
        r#"{"type":"Point","coordinates":[1e400,0]}"#,
        r#"{"type":"Point","coordinates":["1","2"]}"#,
        r#"{"type":"Point","coordinates":[0]}"#,
        r#"{"type":"Point","coordinates":[12345678,5432100]}"#,
        r#"{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}"#,
        r#"{"type":"FeatureCollection"}"#,
        r#"{"type":"FeatureCollection","features":[]}"#,
        "[]",
        "null",
        "",
        "{",
    ] {
        assert!(json(text).is_err(), "{text}");
    }
}

#[test]
fn a_hostile_drawing_is_refused_with_few_words() {
    let deep = format!(
        "{}{}",
        r#"{"type":"GeometryCollection","geometries":["#.repeat(50),
        "]}".repeat(50)
    );
    assert!(json(&deep).unwrap_err()[0].to_string().contains("deep"));
    let many = format!(
        r#"{{"type":"MultiPoint","coordinates":[{}]}}"#,
        vec!["[500,0]"; 50_000].join(",")
    );
    assert_eq!(json(&many).unwrap_err().len(), MAX_FAULTS + 1);
    let points = format!(
        r#"{{"type":"MultiPoint","coordinates":[{}]}}"#,
        vec!["[50,0]"; MAX_SHAPES + 1].join(",")
    );
    assert!(json(&points).unwrap_err()[0].to_string().contains("split"));
    let huge = vec![b' '; MAX_DRAWING_BYTES + 1];
    assert!(read(Path::new("x.json"), &huge).is_err());
}

#[test]
fn hostile_kml_is_refused_and_expands_nothing() {
    let bomb = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><kml><Placemark><name>&lol2;</name></Placemark></kml>";
    let faults = read(Path::new("x.kml"), bomb.as_bytes()).unwrap_err();
    assert!(faults[0].to_string().contains("document type"), "{faults:?}");
    for text in [
        "<Placemark><Point><coordinates>1;2</coordinates></Point></Placemark>",
        "<Placemark><Point><coordinates>1,91</coordinates></Point></Placemark>",
        "<Placemark><Point><coordinates>1,2 3,4</coordinates></Point></Placemark>",
        "<Placemark><Point><coordinates></coordinates></Point></Placemark>",
        "<Placemark><LineString><coordinates>1,2</coordinates></LineString></Placemark>",
        "<Placemark><Point>",
        "</Folder>",
        "",
    ] {
        assert!(kml(text).is_err(), "{text}");
    }
    let deep = format!("{}{}", "<Folder>".repeat(100), "</Folder>".repeat(100));
    assert!(kml(&deep).unwrap_err()[0].to_string().contains("deep"));
    assert!(read(Path::new("x.kml"), &[0xff, 0xfe, 0x00]).is_err());
}

#[test]
fn a_file_of_another_kind_is_named() {
    assert!(
        read(Path::new("x.kmz"), b"PK").unwrap_err()[0]
            .to_string()
            .contains("unpack")
    );
    assert!(read(Path::new("x.shp"), b"").is_err());
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let _ = geojson::read(&bytes);
        let _ = kml::read(&bytes);
    }

    #[test]
    fn no_text_of_marks_makes_the_kml_reader_panic(text in "(</?(kml|Point|coordinates|name)/?>|[0-9,. <>&;\\[\\]!-]){0,40}") {
        let _ = kml::read(text.as_bytes());
    }
}
