//! `detente people …`

use super::desk::Session;
use super::plan::{Extent, draw, say_unused, stem, volumes};
use crate::client::part;
use crate::failed::Failed;
use crate::figures::write;
use crate::http::ask;
use crate::http::show::People;
use crate::table::{Table, plain};
use std::path::PathBuf;

/// People and sites in this party's care. Never told to a peer by themselves.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// File people or a site out of a GeoJSON or KML drawing.
    Add {
        /// Drawing.
        file: PathBuf,
        #[command(flatten)]
        extent: Extent,
        /// Their name; the drawing's own when left out.
        #[arg(long)]
        name: Option<String>,
        /// How many; 0 when nobody knows.
        #[arg(long, default_value_t = 0)]
        count: u32,
        /// For an exercise: compared with drills only.
        #[arg(long)]
        drill: bool,
    },
    /// Remove them.
    Remove {
        /// Their id.
        people: String,
    },
    /// Show them.
    List,
}

pub(super) fn run(verb: Verb, desk: &Session<'_>) -> Result<(), Failed> {
    match verb {
        Verb::Add {
            file,
            extent,
            name,
            count,
            drill,
        } => {
            let drawing = draw(&file)?;
            let volumes = volumes(&file, &drawing, &extent.sizes(desk.now_us())?)?;
            say_unused(&drawing);
            let name = name.or(drawing.name).unwrap_or_else(|| stem(&file));
            desk.post(
                "/v1/people",
                &ask::AddPeople {
                    name,
                    count,
                    volumes,
                    drill,
                },
                "filed, told to nobody:",
            )
        }
        Verb::Remove { people } => desk.delete(&format!("/v1/people/{}", part(&people)), "removed"),
        Verb::List => desk.show("/v1/people", list_text),
    }
}

fn list_text(list: &People) -> String {
    let mut table = Table::new(
        &["PEOPLE", "COUNT", "WHERE AND WHEN", "NAME"],
        "no people or sites filed",
    );
    for people in &list.people {
        let count = if people.count == 0 {
            "unknown".to_owned()
        } else {
            people.count.to_string()
        };
        let place = people.volumes.first().map_or_else(String::new, write::volume);
        let drill = if people.drill { "DRILL " } else { "" };
        let unknown = people.unknown_since_us.map_or_else(String::new, |since_us| {
            let age = write::span(list.as_of_us - since_us);
            format!(" UNKNOWN for {age}: remove them or file them anew")
        });
        let name = format!("{drill}{}", plain(&people.name));
        table.row([people.id.clone(), count, format!("{place}{unknown}"), name]);
    }
    table.to_string()
}
