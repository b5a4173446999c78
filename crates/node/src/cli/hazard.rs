//! `detente hazard …`

use super::desk::Session;
use super::plan::{Extent, draw, hazard_kind, volumes};
use crate::client::part;
use crate::failed::Failed;
use crate::figures::{self, write};
use crate::http::ask;
use crate::http::show::{HazardShown, Hazards, HazardsAt};
use crate::table::{Table, plain};
use serde_json::json;
use std::path::PathBuf;

/// Danger that an operation provokes beyond itself.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// Hazards of both sides.
    List,
    /// What is known of danger at a place.
    At {
        /// 35.40,35.95 or 35°24'N 35°57'E.
        #[arg(allow_hyphen_values = true)]
        place: String,
        /// Heights.
        #[arg(long, value_name = "LOW..HIGH[DATUM]", allow_hyphen_values = true)]
        altitude: String,
        /// When; now when left out.
        #[arg(long, value_name = "TIME", default_value = "now")]
        time: String,
    },
    /// Warn the peer of a danger, without a notice.
    Warn(Warn),
    /// Say that a hazard of ours is over. Clears nothing for the peer's traffic.
    Over(Which),
    /// Close a peer's hazard for our own traffic: the only way it ever ends.
    Close {
        #[command(flatten)]
        which: Which,
        /// On what grounds.
        #[arg(long, default_value = "")]
        words: String,
    },
}

/// A warning.
#[derive(clap::Args, Debug)]
pub(super) struct Warn {
    /// Drawing of the place.
    file: PathBuf,
    /// The line.
    #[arg(long)]
    line: String,
    /// air-defence, debris, jamming or other.
    #[arg(long)]
    kind: String,
    #[command(flatten)]
    extent: Extent,
    /// In words.
    #[arg(long, default_value = "")]
    words: String,
    /// Exercise traffic.
    #[arg(long)]
    drill: bool,
}

/// A hazard.
#[derive(clap::Args, Debug)]
pub(super) struct Which {
    /// Its id.
    hazard: String,
    /// Its line; found by itself when it stands on one only.
    #[arg(long)]
    line: Option<String>,
}

pub(super) fn run(verb: Verb, desk: &Session<'_>) -> Result<(), Failed> {
    match verb {
        Verb::List => desk.show("/v1/hazards", list_text),
        Verb::At {
            place,
            altitude,
            time,
        } => at(&place, &altitude, &time, desk),
        Verb::Warn(args) => warn(&args, desk),
        Verb::Over(which) => desk.post(&which.path("own", "over", desk)?, &json!({}), "said to be over"),
        Verb::Close { which, words } => {
            let body = ask::CloseHazard { words };
            desk.post(
                &which.path("peer", "close", desk)?,
                &body,
                "CLOSED for our own traffic",
            )
        }
    }
}

fn at(place: &str, altitude: &str, time: &str, desk: &Session<'_>) -> Result<(), Failed> {
    let (at, band) = (figures::place(place)?, figures::band(altitude)?);
    let at_us = figures::instant(time, desk.now_us())?;
    let datum = serde_json::to_value(band.datum).unwrap_or_default();
    let path = format!(
        "/v1/hazards/at?lat_nd={}&lon_nd={}&low_mm={}&high_mm={}&datum={}&at_us={at_us}",
        at.lat_nd,
        at.lon_nd,
        band.low_mm,
        band.high_mm,
        datum.as_str().unwrap_or("msl")
    );
    desk.show(&path, |known: &HazardsAt| match known.hazards.is_empty() {
        true => known.text.clone(),
        false => format!("{}\n{}", known.text, table(&known.hazards)),
    })
}

fn warn(args: &Warn, desk: &Session<'_>) -> Result<(), Failed> {
    let sizes = args.extent.sizes(desk.now_us())?;
    let kind = hazard_kind(&args.kind)?;
    let path = format!("/v1/lines/{}/hazards", part(&args.line));
    for volume in volumes(&args.file, &draw(&args.file)?, &sizes)? {
        let body = ask::WarnHazard {
            kind,
            volume,
            words: args.words.clone(),
            drill: args.drill,
        };
        desk.post(&path, &body, "HAZARD warned of:")?;
    }
    Ok(())
}

impl Which {
    fn path(&self, author: &str, deed: &str, desk: &Session<'_>) -> Result<String, Failed> {
        let line = match &self.line {
            Some(line) => line.clone(),
            None => self.find(author, desk)?,
        };
        Ok(format!(
            "/v1/lines/{}/hazards/{}/{deed}",
            part(&line),
            part(&self.hazard)
        ))
    }

    fn find(&self, author: &str, desk: &Session<'_>) -> Result<String, Failed> {
        let all: Hazards = desk.client.get("/v1/hazards")?;
        let same = |shown: &&HazardShown| shown.author == author && shown.hazard.id.0 == self.hazard;
        let lines: Vec<&str> = all
            .hazards
            .iter()
            .filter(same)
            .map(|shown| shown.line.as_str())
            .collect();
        match lines[..] {
            [line] => Ok(line.to_owned()),
            [] => Err(Failed::refused(format_args!(
                "there is no hazard {} here; see: detente hazard list",
                self.hazard
            ))),
            _ => Err(Failed::usage(format_args!(
                "hazard {} stands on several lines; say --line",
                self.hazard
            ))),
        }
    }
}

fn list_text(list: &Hazards) -> String {
    table(&list.hazards).to_string()
}

fn table(hazards: &[HazardShown]) -> Table {
    let heading = [
        "HAZARD",
        "LINE",
        "WHOSE",
        "STATE",
        "KIND",
        "NOTICE",
        "WHERE AND WHEN",
        "WORDS",
    ];
    let mut table = Table::new(&heading, "no secondary hazard on file: state UNKNOWN, not CLEAR");
    for shown in hazards {
        let drill = if shown.drill { "DRILL " } else { "" };
        let kind = format!("{:?}", shown.hazard.kind);
        table.row([
            shown.hazard.id.0.clone(),
            shown.line.clone(),
            shown.author.clone(),
            format!("{drill}{}", shown.state.to_uppercase()),
            kind,
            shown.notice.clone().unwrap_or_default(),
            write::volume(&shown.hazard.volume),
            plain(&shown.hazard.words),
        ]);
    }
    table
}
