//! `detente zone …`

use super::desk::Session;
use super::plan::{Extent, draw, say_unused, stem, volumes};
use crate::client::part;
use crate::failed::Failed;
use crate::figures::{self, write};
use crate::http::ask;
use crate::http::show::Zones;
use crate::table::{Table, plain};
use accord::command::ZoneKind;
use clap::ValueEnum;
use geo4d::Separation;
use std::path::PathBuf;

/// Standing volumes. Never told to a peer by themselves.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// File a zone out of a GeoJSON or KML drawing.
    Add(Add),
    /// Remove a zone.
    Remove {
        /// The zone.
        zone: String,
    },
    /// Show zones.
    List,
}

/// A zone out of a drawing.
#[derive(clap::Args, Debug)]
pub(super) struct Add {
    /// Drawing.
    file: PathBuf,
    /// What it is for.
    #[arg(long)]
    kind: KindWord,
    #[command(flatten)]
    extent: Extent,
    /// Its name; the drawing's own when left out.
    #[arg(long)]
    name: Option<String>,
    /// How far to keep from it, as in 10km.
    #[arg(long, value_name = "LENGTH")]
    keep: Option<String>,
    /// How far above and below.
    #[arg(long, value_name = "LENGTH", default_value = "0m")]
    keep_vertical: String,
    /// For an exercise: compared with drills only.
    #[arg(long)]
    drill: bool,
}

/// What zones are for.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub(super) enum KindWord {
    /// Keep out by a distance.
    Buffer,
    /// A hospital, a shelter, a relief site.
    Protected,
    /// Firing, demolition.
    Danger,
    /// Air defence is active here.
    AirDefence,
    /// Special caution area.
    Caution,
    /// Our own planner is warned before release.
    RedLine,
}

pub(super) fn run(verb: Verb, desk: &Session<'_>) -> Result<(), Failed> {
    match verb {
        Verb::Add(args) => add(args, desk),
        Verb::Remove { zone } => desk.delete(&format!("/v1/zones/{}", part(&zone)), "removed"),
        Verb::List => desk.show("/v1/zones", list_text),
    }
}

fn add(args: Add, desk: &Session<'_>) -> Result<(), Failed> {
    let drawing = draw(&args.file)?;
    let volumes = volumes(&args.file, &drawing, &args.extent.sizes(desk.now_us())?)?;
    say_unused(&drawing);
    let body = ask::AddZone {
        name: args.name.or(drawing.name).unwrap_or_else(|| stem(&args.file)),
        kind: args.kind.into(),
        volumes,
        separation: separation(args.keep.as_deref(), &args.keep_vertical)?,
        drill: args.drill,
    };
    desk.post("/v1/zones", &body, "zone filed, told to nobody:")
}

fn separation(keep: Option<&str>, vertical: &str) -> Result<Option<Separation>, Failed> {
    let Some(keep) = keep else { return Ok(None) };
    Ok(Some(Separation {
        horizontal_mm: figures::length(keep)?,
        vertical_mm: figures::length(vertical)?,
        time_us: 0,
    }))
}

fn list_text(list: &Zones) -> String {
    let mut table = Table::new(
        &["ZONE", "KIND", "KEEP", "VOLUMES", "FIRST", "NAME"],
        "no zones filed",
    );
    for zone in &list.zones {
        let drill = if zone.drill { "DRILL " } else { "" };
        table.row([
            zone.id.clone(),
            format!("{drill}{:?}", zone.kind),
            zone.separation
                .map_or_else(|| "by terms".to_owned(), |keep| write::length(keep.horizontal_mm)),
            zone.volumes.len().to_string(),
            zone.volumes.first().map_or_else(String::new, write::volume),
            plain(&zone.name),
        ]);
    }
    table.to_string()
}

impl From<KindWord> for ZoneKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Buffer => ZoneKind::Buffer,
            KindWord::Protected => ZoneKind::Protected,
            KindWord::Danger => ZoneKind::Danger,
            KindWord::AirDefence => ZoneKind::AirDefence,
            KindWord::Caution => ZoneKind::Caution,
            KindWord::RedLine => ZoneKind::RedLine,
        }
    }
}
