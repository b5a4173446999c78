//! Arrows between crates, read from the manifests: the shape ARCHITECTURE.md draws is the shape cargo builds.

use crate::house::{Arrow, Crate, House, Kind};

use super::Finding;

/// Every crate and the crates of ours it may use in what ships. Tests may use the same, and [`TESTS_MAY_USE`].
const MAY_USE: &[(&str, &[&str])] = &[
    ("geo4d", &[]),
    ("accord", &["geo4d"]),
    ("pool", &["geo4d"]),
    ("ledger", &[]),
    ("engine", &["accord", "pool", "ledger"]),
    ("node", &["engine", "accord", "pool", "ledger", "geo4d"]),
    ("sim", &["engine", "accord", "pool", "ledger", "geo4d"]),
    ("fuzz", &[]),
    ("powercut", &[]),
    ("xtask", &[]),
];

/// Beyond [`MAY_USE`], for tests alone: the simulator drives the engine's tests, geometry builds its inputs, `fuzz`
/// drives the fuzz targets of whoever reads what comes from outside, and the journal is tried on a disk whose power
/// is cut. `powercut` takes the place of C functions: nothing that ships may.
const TESTS_MAY_USE: &[(&str, &[&str])] = &[
    ("geo4d", &["fuzz"]),
    ("accord", &["fuzz"]),
    ("ledger", &["fuzz", "powercut"]),
    ("engine", &["sim", "geo4d", "fuzz"]),
    ("node", &["sim", "fuzz"]),
];

/// What benches may measure; the arrow must be optional, so that every other task starts without it.
const BENCHES_MAY_USE: &[(&str, &[&str])] =
    &[("xtask", &["geo4d", "accord", "pool", "ledger", "engine", "node"])];

/// Crates that are functions of their inputs.
pub(super) const PURE: [&str; 5] = ["geo4d", "accord", "pool", "ledger", "engine"];

/// What a pure crate must not carry into what ships, unless a feature switches it on (the ledger's journal).
const IMPURE: &[&str] = &[
    "async-std",
    "chrono",
    "crossbeam",
    "getrandom",
    "hyper",
    "jiff",
    "libc",
    "mio",
    "rand",
    "rayon",
    "rusqlite",
    "rustix",
    "smol",
    "tempfile",
    "time",
    "tokio",
];

/// Finds every arrow that the shape does not have.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let names: Vec<&str> = house.crates.iter().map(|c| c.name.as_str()).collect();
    house.crates.iter().flat_map(|c| of_crate(c, &names)).collect()
}

fn of_crate(from: &Crate, ours: &[&str]) -> Vec<Finding> {
    if row(MAY_USE, &from.name).is_none() {
        return vec![Finding {
            place: manifest(&from.name),
            what: format!("`{}` has no place in the shape of the code", from.name),
            instead: "Give it a row in xtask/src/tidy/arrows.rs and in ARCHITECTURE.md, or a folder in a crate that is there"
                .to_owned(),
        }];
    }
    from.arrows
        .iter()
        .filter_map(|arrow| of_arrow(from, arrow, ours.contains(&arrow.to.as_str())))
        .collect()
}

fn of_arrow(from: &Crate, arrow: &Arrow, to_ours: bool) -> Option<Finding> {
    if to_ours {
        return (!may_use(from, arrow)).then(|| stray(from, arrow));
    }
    let pure = PURE.contains(&from.name.as_str());
    let carried = arrow.kind == Kind::Ships && !arrow.optional && IMPURE.contains(&arrow.to.as_str());
    (pure && carried).then(|| Finding {
        place: manifest(&from.name),
        what: format!("the pure crate `{}` uses `{}`", from.name, arrow.to),
        instead: "Take its results as inputs and let `node` do it, or put it behind an optional feature"
            .to_owned(),
    })
}

fn may_use(from: &Crate, arrow: &Arrow) -> bool {
    let listed = |table| row(table, &from.name).is_some_and(|to: &[&str]| to.contains(&arrow.to.as_str()));
    listed(MAY_USE)
        || (arrow.kind == Kind::Tests && listed(TESTS_MAY_USE))
        || (arrow.optional && listed(BENCHES_MAY_USE))
}

fn stray(from: &Crate, arrow: &Arrow) -> Finding {
    let allowed = row(MAY_USE, &from.name).unwrap_or(&[]);
    let allowed = if allowed.is_empty() {
        "no crate of ours".to_owned()
    } else {
        allowed.join(", ")
    };
    Finding {
        place: manifest(&from.name),
        what: format!("`{}` uses `{}`; it may use {allowed}", from.name, arrow.to),
        instead: "Move the code to the side that may see both, or pass a value instead".to_owned(),
    }
}

fn row<'a>(table: &'a [(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

fn manifest(name: &str) -> String {
    if name == "xtask" {
        "xtask/Cargo.toml".to_owned()
    } else {
        format!("crates/{name}/Cargo.toml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::assert_places;

    fn house(from: &str, arrows: &[(&str, Kind, bool)]) -> House {
        let names = [
            "geo4d", "accord", "ledger", "engine", "node", "sim", "powercut", "xtask",
        ];
        let mut crates: Vec<Crate> = names
            .iter()
            .map(|n| Crate {
                name: (*n).to_owned(),
                arrows: Vec::new(),
            })
            .collect();
        let arrows = arrows.iter().map(|(to, kind, optional)| Arrow {
            to: (*to).to_owned(),
            kind: *kind,
            optional: *optional,
        });
        match crates.iter_mut().find(|c| c.name == from) {
            Some(known) => known.arrows = arrows.collect(),
            None => crates.push(Crate {
                name: from.to_owned(),
                arrows: arrows.collect(),
            }),
        }
        House {
            crates,
            ..House::default()
        }
    }

    fn findings(from: &str, to: &str, kind: Kind, optional: bool) -> Vec<Finding> {
        check(&house(from, &[(to, kind, optional)]))
    }

    #[test]
    fn the_arrows_of_the_shape_pass() {
        for (from, to) in [
            ("accord", "geo4d"),
            ("engine", "ledger"),
            ("node", "geo4d"),
            ("sim", "engine"),
        ] {
            assert_places(&findings(from, to, Kind::Ships, false), &[]);
        }
    }

    #[test]
    fn every_other_arrow_is_found() {
        for (from, to) in [
            ("geo4d", "accord"),
            ("accord", "ledger"),
            ("ledger", "accord"),
            ("engine", "node"),
            ("engine", "geo4d"),
            ("sim", "node"),
            ("ledger", "powercut"),
            ("xtask", "ledger"),
        ] {
            let found = findings(from, to, Kind::Ships, false);
            assert_places(&found, &[&manifest(from)]);
            assert!(found[0].what.contains(to), "{found:?}");
        }
    }

    #[test]
    fn tests_may_use_the_simulator_and_nothing_that_ships_may() {
        assert_places(&findings("engine", "sim", Kind::Tests, false), &[]);
        assert_places(&findings("ledger", "powercut", Kind::Tests, false), &[]);
        assert_places(
            &findings("engine", "sim", Kind::Ships, false),
            &["crates/engine/Cargo.toml"],
        );
        assert_places(
            &findings("sim", "node", Kind::Tests, false),
            &["crates/sim/Cargo.toml"],
        );
    }

    #[test]
    fn a_bench_may_use_ours_only_behind_a_feature() {
        assert_places(&findings("xtask", "ledger", Kind::Ships, true), &[]);
        assert_places(
            &findings("xtask", "sim", Kind::Ships, true),
            &["xtask/Cargo.toml"],
        );
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        assert_places(
            &findings("helpers", "geo4d", Kind::Ships, false),
            &["crates/helpers/Cargo.toml"],
        );
    }

    #[test]
    fn a_pure_crate_carries_no_runtime_unless_a_feature_or_a_test_asks() {
        assert_places(
            &findings("accord", "tokio", Kind::Ships, false),
            &["crates/accord/Cargo.toml"],
        );
        assert_places(&findings("accord", "rand", Kind::Tests, false), &[]);
        assert_places(&findings("ledger", "rusqlite", Kind::Ships, true), &[]);
        assert_places(&findings("node", "tokio", Kind::Ships, false), &[]);
    }
}
