//! `detente plan …`

use super::desk::Session;
use crate::client::part;
use crate::failed::Failed;
use crate::figures::{self, write};
use crate::http::ask::Plan;
use crate::http::show::Operations;
use crate::import::{self, Drawing, Fault, Sizes};
use crate::table::{Table, plain};
use accord::act::{Class, HazardKind};
use accord::command::HazardDraft;
use clap::ValueEnum;
use geo4d::{VolumeSpec, Window};
use std::path::{Path, PathBuf};

/// Operations of this party. Private until a notice discloses them.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// File an operation out of a GeoJSON or KML drawing.
    Import(Box<Import>),
    /// Show operations.
    List,
    /// Take an operation off the books.
    Scrap {
        /// The operation.
        operation: String,
    },
    /// Mark an operation as contingent: it cannot keep its plan.
    Contingent {
        /// The operation.
        operation: String,
    },
}

/// An operation out of a drawing.
#[derive(clap::Args, Debug)]
pub(super) struct Import {
    /// Drawing: .geojson, .json or .kml.
    file: PathBuf,
    /// Kind of operation.
    #[arg(long)]
    class: ClassWord,
    #[command(flatten)]
    extent: Extent,
    /// Name at home; the drawing's own when left out.
    #[arg(long)]
    name: Option<String>,
    /// A danger beyond the operation: KIND=DRAWING, or KIND alone for the operation's own
    /// volumes. KIND is air-defence, debris, jamming or other.
    #[arg(long, value_name = "KIND[=FILE]")]
    hazard: Vec<String>,
    /// When the danger ends, if later than the operation.
    #[arg(long, value_name = "TIME")]
    hazard_end: Option<String>,
    /// How long ahead our own traffic must be told, as in 5m.
    #[arg(long, value_name = "SPAN")]
    reaction: Option<String>,
    /// Exercise traffic.
    #[arg(long)]
    drill: bool,
    /// Plan this operation anew instead of filing another.
    #[arg(long, value_name = "OPERATION")]
    replace: Option<String>,
}

/// What a drawing does not say.
#[derive(clap::Args, Debug)]
pub(super) struct Extent {
    /// Heights: 300..900m, FL100..FL200, 0..120m[ground], 1000..5000ft[msl].
    #[arg(long, value_name = "LOW..HIGH[DATUM]", allow_hyphen_values = true)]
    pub(super) altitude: String,
    /// Start: RFC 3339, now, or +15m.
    #[arg(long, value_name = "TIME")]
    pub(super) start: String,
    /// End: RFC 3339, or +1h from now.
    #[arg(long, value_name = "TIME")]
    pub(super) end: String,
    /// Distance to either side of lines, as in 250 (metres) or 1NM.
    #[arg(long, value_name = "LENGTH")]
    pub(super) half_width: Option<String>,
    /// Radius around points.
    #[arg(long, value_name = "LENGTH")]
    pub(super) radius: Option<String>,
}

/// Kinds of operation.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub(super) enum ClassWord {
    /// Passing through.
    Transit,
    /// Looking.
    Reconnaissance,
    /// Anything that releases or fires.
    Hazard,
    /// Training.
    Exercise,
    /// Search, rescue, medical evacuation.
    Rescue,
    /// Relief movements and sites.
    Humanitarian,
    /// Nobody aboard.
    Unmanned,
}

pub(super) fn run(verb: Verb, desk: &Session<'_>) -> Result<(), Failed> {
    match verb {
        Verb::Import(args) => import(*args, desk),
        Verb::List => desk.show("/v1/operations", list_text),
        Verb::Scrap { operation } => {
            desk.delete(&format!("/v1/operations/{}", part(&operation)), "off the books")
        }
        Verb::Contingent { operation } => {
            let path = format!("/v1/operations/{}/contingent", part(&operation));
            desk.post(&path, &serde_json::json!({}), "CONTINGENT")
        }
    }
}

fn import(args: Import, desk: &Session<'_>) -> Result<(), Failed> {
    let sizes = args.extent.sizes(desk.now_us())?;
    let drawing = draw(&args.file)?;
    let volumes = volumes(&args.file, &drawing, &sizes)?;
    let hazards = hazards(&args, &volumes, &sizes, desk.now_us())?;
    let name = args
        .name
        .or_else(|| drawing.name.clone())
        .unwrap_or_else(|| stem(&args.file));
    let reaction_us = args.reaction.as_deref().map(figures::duration).transpose()?;
    let count = volumes.len();
    let plan = Plan {
        name,
        class: args.class.into(),
        volumes,
        hazards,
        drill: args.drill,
        separation: None,
        reaction_us,
    };
    say_unused(&drawing);
    let (value, said) = match &args.replace {
        Some(id) => (
            desk.client.put(&format!("/v1/operations/{}", part(id)), &plan)?,
            "planned anew",
        ),
        None => (
            desk.client.post("/v1/operations", &plan)?,
            "filed as draft, told to nobody:",
        ),
    };
    desk.print_done(&value, &format!("{count} volumes {said}"))
}

impl Extent {
    /// In integers, with every figure that cannot be read as an error of usage.
    pub(super) fn sizes(&self, now_us: i64) -> Result<Sizes, Failed> {
        let window = Window {
            start_us: figures::instant(&self.start, now_us)?,
            end_us: figures::instant(&self.end, now_us)?,
        };
        Ok(Sizes {
            band: figures::band(&self.altitude)?,
            window,
            half_width_mm: self.half_width.as_deref().map(figures::length).transpose()?,
            radius_mm: self.radius.as_deref().map(figures::length).transpose()?,
        })
    }
}

/// Reads a drawing from a file; its faults are told at once.
pub(super) fn draw(file: &Path) -> Result<Drawing, Failed> {
    let bytes = std::fs::read(file).map_err(|why| Failed::file("read the drawing", file, &why))?;
    import::read(file, &bytes).map_err(|faults| faulty(file, &faults))
}

/// The volumes of a drawing.
pub(super) fn volumes(file: &Path, drawing: &Drawing, sizes: &Sizes) -> Result<Vec<VolumeSpec>, Failed> {
    import::volumes(drawing, sizes).map_err(|faults| faulty(file, &faults))
}

/// What was in a drawing and was not used.
pub(super) fn say_unused(drawing: &Drawing) {
    for what in &drawing.unused {
        eprintln!("detente: not used from the drawing: {}", plain(what));
    }
}

/// A file's name without its ending.
pub(super) fn stem(file: &Path) -> String {
    file.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// A kind of danger, as typed.
pub(super) fn hazard_kind(word: &str) -> Result<HazardKind, Failed> {
    match word {
        "air-defence" => Ok(HazardKind::AirDefence),
        "debris" => Ok(HazardKind::Debris),
        "jamming" => Ok(HazardKind::Jamming),
        "other" => Ok(HazardKind::Other),
        _ => Err(Failed::usage(format_args!(
            "{word:?} is no kind of hazard; air-defence, debris, jamming, other"
        ))),
    }
}

fn hazards(
    args: &Import,
    volumes: &[VolumeSpec],
    sizes: &Sizes,
    now_us: i64,
) -> Result<Vec<HazardDraft>, Failed> {
    let end_us = args
        .hazard_end
        .as_deref()
        .map(|end| figures::instant(end, now_us))
        .transpose()?;
    let window = Window {
        end_us: end_us.unwrap_or(sizes.window.end_us),
        ..sizes.window
    };
    let sizes = Sizes { window, ..*sizes };
    let mut hazards = Vec::new();
    for asked in &args.hazard {
        let (kind, drawn) = match asked.split_once('=') {
            Some((kind, file)) => {
                let file = Path::new(file);
                (kind, self::volumes(file, &draw(file)?, &sizes)?)
            }
            None => (asked.as_str(), volumes.to_vec()),
        };
        let kind = hazard_kind(kind)?;
        hazards.extend(drawn.into_iter().map(|volume| HazardDraft {
            kind,
            volume: VolumeSpec { window, ..volume },
            words: String::new(),
        }));
    }
    Ok(hazards)
}

fn faulty(file: &Path, faults: &[Fault]) -> Failed {
    let list: String = faults
        .iter()
        .map(|fault| format!("\n  {}", plain(&fault.to_string())))
        .collect();
    Failed::refused(format_args!(
        "{} cannot be used; nothing was filed:{list}",
        file.display()
    ))
}

fn list_text(list: &Operations) -> String {
    let mut table = Table::new(
        &["OPERATION", "STATE", "CLASS", "WINDOW", "TOLD TO", "NAME"],
        "no operations on the books",
    );
    for operation in &list.operations {
        let start_us = operation
            .volumes
            .iter()
            .map(|volume| volume.window.start_us)
            .min()
            .unwrap_or(0);
        let end_us = operation
            .volumes
            .iter()
            .map(|volume| volume.window.end_us)
            .max()
            .unwrap_or(0);
        let told: Vec<String> = operation
            .notices
            .iter()
            .map(|told| format!("{} ({})", told.line, told.notice))
            .collect();
        let drill = if operation.drill { "DRILL " } else { "" };
        table.row([
            operation.id.clone(),
            operation.state.to_uppercase(),
            format!("{drill}{}", format!("{:?}", operation.class).to_lowercase()),
            write::window(&Window { start_us, end_us }),
            if told.is_empty() {
                "nobody".to_owned()
            } else {
                told.join(", ")
            },
            plain(&operation.name),
        ]);
    }
    table.to_string()
}

impl From<ClassWord> for Class {
    fn from(word: ClassWord) -> Self {
        match word {
            ClassWord::Transit => Class::Transit,
            ClassWord::Reconnaissance => Class::Reconnaissance,
            ClassWord::Hazard => Class::Hazard,
            ClassWord::Exercise => Class::Exercise,
            ClassWord::Rescue => Class::Rescue,
            ClassWord::Humanitarian => Class::Humanitarian,
            ClassWord::Unmanned => Class::Unmanned,
        }
    }
}
