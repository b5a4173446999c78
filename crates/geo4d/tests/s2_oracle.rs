//! Cells against those of the C++ S2 library.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "runs another library beside the test"
)]

mod rings;
mod scatter;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use geo4d::limits::MAX_S2_CELLS;
use geo4d::s2::{self, Cells, LatLng, Limits, ShapeFault};
use rings::{Drawn, draw};
use scatter::Dice;

/// More than the roundings of both libraries together, in steradians (some 400 m²).
const AREA_ROUNDING: f64 = 1e-11;

/// The C++ program, or nothing where it cannot be built.
fn oracle() -> Option<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/s2_cells.cc");
    let program = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("s2_cells");
    let mut compile = Command::new("g++");
    compile.args(["-std=c++17", "-O1", "-DNDEBUG", source]);
    compile
        .args(["-ls2", "-lcrypto", "-lpthread", "-o"])
        .arg(&program);
    let built = compile
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    built.then_some(program)
}

fn written(drawn: &Drawn) -> String {
    match drawn {
        // Two libraries of sines may round those differently.
        Drawn::Polygon(vertices) if rings::hangs_on_last_digits(vertices) => {
            let points = vertices.iter().map(|at| on_sphere(*at));
            let points = points.map(|[x, y, z]| format!(" {x:?} {y:?} {z:?}"));
            format!("X{}\n", points.collect::<String>())
        }
        Drawn::Polygon(vertices) => {
            let places = vertices.iter().map(|at| format!(" {:?} {:?}", at.lat, at.lng));
            format!("P{}\n", places.collect::<String>())
        }
        Drawn::Circle { center, radius_m } => {
            format!("C {:?} {:?} {radius_m:?}\n", center.lat, center.lng)
        }
    }
}

fn on_sphere(at: LatLng) -> [f64; 3] {
    let (lat, lng) = (at.lat.to_radians(), at.lng.to_radians());
    let around = libm::cos(lat);
    [around * libm::cos(lng), around * libm::sin(lng), libm::sin(lat)]
}

fn answers(program: &PathBuf, shapes: &[Drawn]) -> Vec<String> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: String = shapes.iter().map(written).collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// What the answer differs in, if it does.
fn compare(drawn: &Drawn, answer: &str) -> Result<(), String> {
    let limits = Limits {
        polygon_km2: f64::INFINITY,
        ..Limits::REFERENCE
    };
    let crossing = |fault: &ShapeFault| {
        matches!(
            fault,
            ShapeFault::CrossesItself { .. } | ShapeFault::RepeatedVertex { .. }
        )
    };
    match s2::cover(&drawn.shape(), &limits) {
        Err(faults) if answer == "invalid" && faults.iter().all(crossing) => Ok(()),
        Err(faults) if faults == [ShapeFault::TooManyCells { max: MAX_S2_CELLS }] => {
            let theirs = answer.split(' ').count() - 1;
            if theirs > MAX_S2_CELLS {
                Ok(())
            } else {
                Err(format!("too many cells: {theirs}"))
            }
        }
        Err(faults) => Err(format!("refused: {faults:?}")),
        Ok(_) if answer == "invalid" => Err("accepted".to_owned()),
        Ok(cells) => compare_cells(drawn, &cells, answer),
    }
}

fn compare_cells(drawn: &Drawn, cells: &Cells, answer: &str) -> Result<(), String> {
    let mut words = answer.split(' ');
    let area: f64 = words.next().unwrap().parse().unwrap();
    let theirs: Vec<u64> = words.map(|word| word.parse().unwrap()).collect();
    let sphere = 4.0 * std::f64::consts::PI;
    let off = (s2::area_km2(&drawn.shape()).unwrap() / s2::EARTH_KM2 * sphere - area).abs();
    // For a ring that encloses nothing, that library may answer with all but nothing.
    if off.min(sphere - off) > AREA_ROUNDING {
        return Err(format!("area differs by {off:e}"));
    }
    if cells.as_slice() != theirs {
        return Err(format!("{} cells, {} there", cells.len(), theirs.len()));
    }
    Ok(())
}

#[test]
fn cells_are_those_of_the_cpp_library() {
    let Some(program) = oracle() else {
        // Not `eprintln!`, which nobody reads of a test that passes.
        writeln!(
            std::io::stderr(),
            "NOT RUN: cells against the C++ S2 library; it takes g++ and libs2-dev"
        )
        .unwrap();
        return;
    };
    let count: usize = std::env::var("S2_SHAPES").map_or(3000, |text| text.parse().unwrap());
    let mut dice = Dice::new(13);
    let shapes: Vec<Drawn> = (0..count).map(|_| draw(&mut dice)).collect();
    let answers = answers(&program, &shapes);
    assert_eq!(answers.len(), count);
    let pairs = shapes.iter().zip(&answers);
    let wrong: Vec<String> = pairs
        .filter_map(|(shape, answer)| Some(format!("{}: {shape:?}", compare(shape, answer).err()?)))
        .collect();
    let invalid = answers.iter().filter(|answer| *answer == "invalid").count();
    assert!(
        invalid > count / 50 && invalid < count / 3,
        "{invalid} of {count} invalid"
    );
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
