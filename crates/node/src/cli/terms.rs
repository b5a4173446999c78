//! `detente terms`, `words`, `epoch` and `statistics`.

use super::desk::{Session, read};
use crate::client::part;
use crate::failed::Failed;
use crate::figures::write;
use crate::http::ask;
use crate::http::show::{SignedShown, Statistics as Figures, TermsShown};
use crate::table::{Table, plain};
use accord::terms::Terms;
use serde_json::{Value, json};
use std::path::Path;

/// Agreed rules of a line.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// What each side signed, and whether it is in force.
    Show {
        /// The line.
        #[arg(long)]
        line: String,
    },
    /// Sign terms; in force when the peer has signed the same. Needs a commander.
    Sign {
        /// A preset, such as pair-proposal, or a JSON file.
        terms: String,
        /// The line.
        #[arg(long)]
        line: String,
    },
}

/// Until both officers did this, the line is UNVERIFIED.
#[derive(clap::Args, Debug)]
pub(super) struct Words {
    /// The six words, as heard.
    #[arg(required = true)]
    words: Vec<String>,
    /// The line.
    #[arg(long)]
    line: String,
}

/// The new epoch is open for all traffic when both commanders signed. Needs a commander.
#[derive(clap::Args, Debug)]
pub(super) struct Epoch {
    /// The line.
    #[arg(long)]
    line: String,
}

/// As this node counts; the other side may count differently.
#[derive(clap::Args, Debug)]
pub(super) struct Statistics {
    /// The line.
    #[arg(long)]
    line: String,
}

pub(super) fn run(verb: Verb, desk: &Session<'_>) -> Result<(), Failed> {
    match verb {
        Verb::Show { line } => desk.show(&path(&line, "terms"), terms_text),
        Verb::Sign { terms, line } => {
            let body = ask::SignTerms {
                terms: chosen(&terms)?,
            };
            desk.post(
                &path(&line, "terms"),
                &body,
                "signed; in force when both newest signatures are over the same",
            )
        }
    }
}

pub(super) fn confirm(args: &Words, desk: &Session<'_>) -> Result<(), Failed> {
    let body = ask::ConfirmWords {
        words: args.words.join(" "),
    };
    desk.post(&path(&args.line, "words"), &body, "words confirmed on this side")
}

pub(super) fn sign_epoch(args: &Epoch, desk: &Session<'_>) -> Result<(), Failed> {
    desk.post(
        &path(&args.line, "epoch"),
        &json!({}),
        "epoch signed on this side",
    )
}

pub(super) fn statistics(args: &Statistics, desk: &Session<'_>) -> Result<(), Failed> {
    desk.show(&path(&args.line, "statistics"), figures_text)
}

fn path(line: &str, what: &str) -> String {
    format!("/v1/lines/{}/{what}", part(line))
}

/// A preset by its name, or the terms in a JSON file.
fn chosen(terms: &str) -> Result<Terms, Failed> {
    if let Some(preset) = Terms::preset(terms) {
        return Ok(preset);
    }
    let file = Path::new(terms);
    if !file.exists() {
        return Err(Failed::usage(format_args!(
            "{terms:?} is neither a preset (pair-proposal) nor a file"
        )));
    }
    let text = std::fs::read_to_string(file).map_err(|why| Failed::file("read the terms", file, &why))?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|why| Failed::refused(format_args!("{} is no JSON: {why}", file.display())))?;
    read(&value).map_err(|why| Failed::refused(format_args!("{} holds no terms: {why}", file.display())))
}

fn terms_text(terms: &TermsShown) -> String {
    let mut lines = vec![match &terms.in_force {
        Some(terms) => format!("IN FORCE: {}", summary(terms)),
        None => "no floor agreed: nothing is in force, no notice is ever LATE".to_owned(),
    }];
    let signed = |who: &str, signed: Option<&SignedShown>| match signed {
        Some(signed) => {
            let at = write::instant(signed.at_us);
            format!(
                "{who} signed by {} at {at}: {} ({})",
                plain(&signed.desk),
                summary(&signed.terms),
                &signed.digest[..12]
            )
        }
        None => format!("{who}: nothing signed"),
    };
    lines.push(signed("we", terms.own.as_ref()));
    lines.push(signed("the peer", terms.peer.as_ref()));
    if let Some(pending) = &terms.own_pending {
        lines.push(signed("waiting for its place in our log,", Some(pending)));
    }
    lines.extend(
        terms
            .presets
            .iter()
            .map(|preset| format!("to be signed: {}", summary(preset))),
    );
    lines.join("\n")
}

fn summary(terms: &Terms) -> String {
    let floors = terms.lead_floor_s.iter();
    let floors: Vec<String> = floors
        .map(|(class, floor_s)| {
            format!(
                "{} {}",
                format!("{class:?}").to_lowercase(),
                write::span(i64::from(*floor_s) * 1_000_000)
            )
        })
        .collect();
    format!(
        "{}: lead {}; RECEIVED {} s, OPENED {} s, flash {} s, stops {} s; BLANKET above {} km²·h",
        plain(&terms.name),
        if floors.is_empty() {
            "no floors".to_owned()
        } else {
            floors.join(", ")
        },
        terms.received_within_s,
        terms.opened_within_s,
        terms.opened_flash_within_s,
        terms.stop_within_s,
        terms.blanket_km2_h
    )
}

fn figures_text(figures: &Figures) -> String {
    let mut table = Table::new(&["", "OURS", "PEER'S"], "");
    let (own, peer) = (&figures.own, &figures.peer);
    let rows = [
        ("notices", own.notices, peer.notices),
        ("amended", own.amended, peer.amended),
        ("in words only", own.words_only, peer.words_only),
        ("LATE", own.late, peer.late),
        ("BLANKET", own.blanket, peer.blanket),
        ("withdrawn", own.withdrawn, peer.withdrawn),
        (
            "withdrawn after an answer",
            own.withdrawn_after_answer,
            peer.withdrawn_after_answer,
        ),
        ("objected to", own.objected, peer.objected),
        ("proceeded over objection", own.proceeded, peer.proceeded),
        ("not understood", own.not_understood, peer.not_understood),
    ];
    rows.into_iter()
        .for_each(|(what, own, peer)| table.row([what.to_owned(), own.to_string(), peer.to_string()]));
    table.row([
        "time notified".to_owned(),
        write::span(own.notified_us),
        write::span(peer.notified_us),
    ]);
    table.row([
        "time used".to_owned(),
        write::span(own.used_us),
        write::span(peer.used_us),
    ]);
    table.to_string()
}
