//! `detente exposure` and `detente conflicts`.

use super::desk::Session;
use crate::failed::Failed;
use crate::figures::write;
use crate::http::show::{Found, FoundShown};
use crate::table::{Table, plain};

/// By latest time to act.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Of this line only.
    #[arg(long)]
    line: Option<String>,
}

pub(super) fn list(args: &Args, what: &str, desk: &Session<'_>) -> Result<(), Failed> {
    desk.show(&format!("/v1/{what}"), |found: &Found| {
        let none = if what == "exposure" {
            "no exposure found among what is filed here; what is not filed is UNKNOWN"
        } else {
            "no conflict found among what is filed here; what is not filed is UNKNOWN"
        };
        let heading = [
            "ACT BY",
            "LEFT",
            "OURS",
            "MEETS",
            "LINE",
            "HOW CLOSE",
            "FROM",
            "UNTIL",
        ];
        let mut table = Table::new(&heading, none);
        let of_line = |row: &&FoundShown| args.line.as_ref().is_none_or(|line| *line == row.line);
        found
            .rows
            .iter()
            .filter(of_line)
            .for_each(|row| table.row(cells(row)));
        table.to_string()
    })
}

fn cells(row: &FoundShown) -> [String; 8] {
    let finding = &row.finding;
    let aboard = if finding.aboard > 0 {
        format!(" ({} aboard)", finding.aboard)
    } else {
        String::new()
    };
    let part = match (&finding.hazard, finding.volume) {
        (Some(hazard), _) => format!("hazard {hazard}"),
        (None, Some(volume)) => format!("volume {volume}"),
        (None, None) => String::new(),
    };
    let id = row.subject.id.as_deref().unwrap_or_default();
    let drill = if row.drill { "DRILL " } else { "" };
    let unknown = row.unknown_since_us.map_or_else(String::new, |since_us| {
        format!(" UNKNOWN since {}", write::instant(since_us))
    });
    let close = match finding.witness.horizontal_mm {
        0 => "inside".to_owned(),
        mm => write::length(mm),
    };
    [
        write::instant(finding.act_by_us),
        write::span(row.left_us),
        format!(
            "{drill}{} {}{aboard}{unknown}",
            finding.against_kind,
            plain(&row.name)
        ),
        format!("{} {id} {part}", row.subject.kind),
        row.line.clone(),
        close,
        write::clock(finding.first_us),
        write::clock(finding.last_us),
    ]
}
