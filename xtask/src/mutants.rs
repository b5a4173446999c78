//! Planted faults: each is put into a copy of the sources, and a test or a simulated world must fail of it. What
//! survives is a hole in the tests. `docs/mutants.md` says what caught what.

mod catcher;
mod copy;
mod page;
mod patch;

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{files, root};
use catcher::{Catcher, Outcome};
use copy::Copy;
pub(crate) use page::{PAGE, Row, rows};
pub(crate) use patch::{Mutant, all};

/// Plants the named faults one after the other, all of them where none is named, and writes the page.
///
/// # Errors
/// What survived, what does not build or apply, or a catcher that fails although nothing was planted.
pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    let files = files()?;
    let mutants = all(&files).into_iter().collect::<Result<Vec<_>, _>>()?;
    let chosen = chosen(&mutants, names)?;
    let copy = Copy::of(&files)?;
    nothing_planted(&copy, &chosen)?;
    let mut rows = rows(files.get(PAGE).map_or("", String::as_str));
    rows.retain(|name, _| mutants.iter().any(|mutant| mutant.name == *name));
    let mut problems = Vec::new();
    for mutant in &chosen {
        match planted(&copy, mutant) {
            Ok(row) => {
                println!("caught   {}: `{}`: {}", mutant.name, row.caught_by, row.how);
                rows.insert(mutant.name.clone(), row);
            }
            Err(problem) => {
                println!("PROBLEM  {}: {problem}", mutant.name);
                rows.remove(&mutant.name);
                problems.push(format!("{}: {problem}", mutant.name));
            }
        }
        write(&rows)?;
    }
    let caught = chosen.len() - problems.len();
    println!("mutants: {caught} caught, {} not", problems.len());
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

fn chosen<'m>(mutants: &'m [Mutant], names: &[&str]) -> Result<Vec<&'m Mutant>, String> {
    let of_name = |name: &&str| {
        let found = mutants.iter().find(|mutant| mutant.name == *name);
        found.ok_or_else(|| {
            let known: Vec<&str> = mutants.iter().map(|mutant| mutant.name.as_str()).collect();
            format!("no planted fault `{name}`; there are {}", known.join(", "))
        })
    };
    if names.is_empty() {
        return Ok(mutants.iter().collect());
    }
    names.iter().map(of_name).collect()
}

/// Without a fault every catcher passes: else it would catch anything.
fn nothing_planted(copy: &Copy, chosen: &[&Mutant]) -> Result<(), String> {
    let catchers: BTreeSet<&Catcher> = chosen.iter().flat_map(|mutant| &mutant.catchers).collect();
    for catcher in catchers {
        match catcher.run(copy)? {
            Outcome::Passed => println!("sound    `{catcher}`"),
            Outcome::Caught(how) => {
                return Err(format!("`{catcher}` fails although nothing is planted: {how}"));
            }
        }
    }
    Ok(())
}

/// The first catcher that fails of a fault.
fn planted(copy: &Copy, mutant: &Mutant) -> Result<Row, String> {
    copy.plant(mutant)?;
    let found = caught(copy, mutant);
    copy.restore(mutant)?;
    let (caught_by, how) = found?.ok_or("SURVIVED: nothing that was tried fails of it")?;
    Ok(Row {
        fault: mutant.fault.clone(),
        harm: mutant.harm.clone(),
        caught_by,
        how,
    })
}

fn caught(copy: &Copy, mutant: &Mutant) -> Result<Option<(String, String)>, String> {
    for catcher in &mutant.catchers {
        if let Outcome::Caught(how) = catcher.run(copy)? {
            return Ok(Some((catcher.to_string(), how)));
        }
    }
    Ok(None)
}

fn write(rows: &BTreeMap<String, Row>) -> Result<(), String> {
    let path = root().join(PAGE);
    std::fs::write(&path, page::text(rows)).map_err(|e| format!("{PAGE} cannot be written: {e}"))
}
