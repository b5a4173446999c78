//! Writes `data/egm96_bounds_1deg.bin` to standard output: for each cell of a degree, from the north pole down and from
//! Greenwich east, the lowest and highest geoid height of EGM96 at every quarter of a degree, in metres rounded outward.
//! Takes about ten minutes.

use std::io::{Write, stdout};

const PER_DEGREE: usize = 4;

fn main() -> std::io::Result<()> {
    let mut scratch = egm96::Egm96Scratch::new();
    let mut row = |row: usize| -> Vec<f64> {
        let quarter = |k: usize| k as f64 / PER_DEGREE as f64;
        (0..=360 * PER_DEGREE)
            .map(|k| {
                let lon = quarter(k % (360 * PER_DEGREE));
                egm96::egm96_compute_altitude_offset_with_scratch(90.0 - quarter(row), lon, &mut scratch)
            })
            .collect()
    };
    let mut above = row(0);
    for degree in 0..180 {
        let mut rows = vec![above];
        rows.extend((1..=PER_DEGREE).map(|k| row(degree * PER_DEGREE + k)));
        let bytes: Vec<u8> = (0..360)
            .flat_map(|column| bounds(&rows, column * PER_DEGREE))
            .collect();
        stdout().write_all(&bytes)?;
        above = rows.pop().expect("there are five rows");
    }
    Ok(())
}

fn bounds(rows: &[Vec<f64>], first: usize) -> [u8; 2] {
    let heights = rows.iter().flat_map(|row| &row[first..=first + PER_DEGREE]);
    let (low, high) = heights.fold((f64::MAX, f64::MIN), |(low, high), h| (low.min(*h), high.max(*h)));
    [
        (low.floor() as i8).cast_unsigned(),
        (high.ceil() as i8).cast_unsigned(),
    ]
}
