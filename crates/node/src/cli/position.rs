//! `detente position …`

use super::desk::Session;
use crate::client::part;
use crate::failed::Failed;
use crate::figures::{self, write};
use crate::http::ask;
use crate::http::show::Positions;
use crate::table::{Table, plain};
use geo4d::Band;
use serde_json::Value;

/// Where own aircraft are. Never told to a peer.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// Declare where an aircraft is; again under the same id as it moves.
    Declare(Declare),
    /// The aircraft is down or out of the area.
    Drop {
        /// Its id.
        track: String,
    },
    /// Show declared positions.
    List,
}

/// One position.
#[derive(clap::Args, Debug)]
pub(super) struct Declare {
    /// A name of your choosing, such as a call sign.
    track: String,
    /// Where: 35.40,35.95 or 35°24'N 35°57'E.
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    at: String,
    /// How high: 5000m, FL160, 300ft[ground].
    #[arg(long, value_name = "HEIGHT[DATUM]", allow_hyphen_values = true)]
    altitude: String,
    /// Ground speed in m/s; the fastest it may go when it is not known.
    #[arg(long, value_name = "M/S")]
    speed: String,
    /// When it was seen.
    #[arg(long, value_name = "TIME", default_value = "now")]
    seen: String,
    /// People aboard.
    #[arg(long, default_value_t = 0)]
    aboard: u32,
    /// Name to show; the id when left out.
    #[arg(long)]
    name: Option<String>,
    /// For an exercise: compared with drills only.
    #[arg(long)]
    drill: bool,
}

pub(super) fn run(verb: Verb, desk: &Session<'_>) -> Result<(), Failed> {
    match verb {
        Verb::Declare(args) => declare(args, desk),
        Verb::Drop { track } => desk.delete(&format!("/v1/positions/{}", part(&track)), "dropped"),
        Verb::List => desk.show("/v1/positions", list_text),
    }
}

fn declare(args: Declare, desk: &Session<'_>) -> Result<(), Failed> {
    let speed_mm_s = figures::fixed(&args.speed, 3).filter(|speed| *speed >= 0);
    let speed_mm_s = speed_mm_s.ok_or_else(|| {
        Failed::usage(format_args!(
            "{:?} is no speed; expected m/s, as in 60",
            args.speed
        ))
    })?;
    let body = ask::DeclarePosition {
        name: args.name.unwrap_or_else(|| args.track.clone()),
        at: figures::place(&args.at)?,
        altitude: figures::height(&args.altitude)?,
        seen_at_us: figures::instant(&args.seen, desk.now_us())?,
        speed_mm_s,
        aboard: args.aboard,
        drill: args.drill,
    };
    let value: Value = desk
        .client
        .put(&format!("/v1/positions/{}", part(&args.track)), &body)?;
    desk.print_done(&value, "position declared")
}

fn list_text(list: &Positions) -> String {
    let heading = [
        "TRACK", "SEEN", "AGE", "WHERE", "HOW HIGH", "SPEED", "ABOARD", "NAME",
    ];
    let mut table = Table::new(&heading, "no positions declared");
    for shown in &list.positions {
        let stale = if shown.stale {
            " STALE: exposure UNKNOWN"
        } else {
            ""
        };
        table.row([
            shown.id.clone(),
            write::clock(shown.seen_at_us),
            format!("{}{stale}", write::span(list.as_of_us - shown.seen_at_us)),
            write::place(shown.at),
            height(&shown.altitude),
            format!("{} m/s", shown.speed_mm_s / 1_000),
            shown.aboard.to_string(),
            format!(
                "{}{}",
                if shown.drill { "DRILL " } else { "" },
                plain(&shown.name)
            ),
        ]);
    }
    table.to_string()
}

fn height(band: &Band) -> String {
    format!("{} m {}", band.low_mm.div_euclid(1_000), write::datum(band.datum))
}
