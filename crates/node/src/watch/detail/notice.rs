//! A notice and a hazard in full. The three receipts, the three leads and the answer are
//! separate facts on separate lines.

use super::{Told, Tone, found_lines, phase, word_of};
use crate::figures::write::{clock, footprint, length, span, volume, window};
use crate::http::show::notices::{HazardShown, NoticeShown};
use crate::table::plain;
use crate::watch::item::Item;
use crate::watch::picture::Picture;
use crate::watch::tell::{answer, lead, quoted, shout};

/// A notice. Before it was opened: who, what kind, when, marks and what it meets.
pub(super) fn lines(picture: &Picture, item: &Item, opened: bool, now_us: i64, told: &mut Vec<Told>) {
    let Some(notice) = picture.notice(item) else {
        told.push((Tone::Plain, format!("notice {} is over; the log has it", item.id)));
        return;
    };
    heading(picture, notice, now_us, told);
    marks(notice, told);
    found_lines(picture, item, now_us, told);
    let hidden = item.of_peer && notice.current.opened.is_none() && !opened;
    if hidden {
        told.push((
            Tone::Strong,
            "NOT OPENED. Press o to open it; the peer is told OPENED.".to_owned(),
        ));
    } else {
        content(picture, notice, now_us, told);
    }
    receipts(notice, told);
    told_to(notice, told);
}

/// A hazard, with or without its notice.
pub(super) fn hazard_lines(picture: &Picture, item: &Item, now_us: i64, told: &mut Vec<Told>) {
    let Some(hazard) = picture.hazard(item) else {
        told.push((
            Tone::Plain,
            format!("hazard {} is no longer listed; the log has it", item.id),
        ));
        return;
    };
    let who = if item.of_peer {
        plain(picture.peer(&item.line))
    } else {
        "us".to_owned()
    };
    let drill = if hazard.drill { "DRILL · " } else { "" };
    told.push((
        Tone::Strong,
        format!(
            "{drill}HAZARD {} stated by {who} on {}",
            item.id,
            plain(&item.line)
        ),
    ));
    hazard_line(hazard, now_us, told);
    found_lines(picture, item, now_us, told);
}

/// Place and time as an officer reads them back: coordinates and UTC, or the words when
/// there are no coordinates.
pub(in crate::watch) fn read_back_words(notice: &NoticeShown) -> String {
    let version = &notice.current;
    let when = window(&version.window);
    match version.volumes.first() {
        None => format!("{}, {when}", plain(&version.words)),
        Some(first) => {
            let more = version.volumes.len() - 1;
            let and = if more == 0 {
                String::new()
            } else {
                format!(" and {more} more")
            };
            format!("{}{and}, {when}", footprint(&first.footprint))
        }
    }
}

fn heading(picture: &Picture, notice: &NoticeShown, now_us: i64, told: &mut Vec<Told>) {
    let version = &notice.current;
    let who = if notice.author == "peer" {
        plain(picture.peer(&notice.line))
    } else {
        "us".to_owned()
    };
    let drill = if notice.drill { "DRILL · " } else { "" };
    told.push((
        Tone::Strong,
        format!(
            "{drill}NOTICE {} v{} by {who}, desk {}, on {} · {} · level {} · {}",
            notice.id,
            version.version,
            plain(&version.desk),
            plain(&notice.line),
            word_of(&version.class).to_uppercase(),
            word_of(&version.level),
            shout(&notice.state),
        ),
    ));
    told.push((
        Tone::Plain,
        format!(
            "WINDOW       {} · {}",
            window(&version.window),
            phase(&version.window, now_us)
        ),
    ));
    if notice.protected {
        told.push((
            Tone::Strong,
            "PROTECTED    short notice; protection unaffected. No permission is asked.".to_owned(),
        ));
    }
}

fn marks(notice: &NoticeShown, told: &mut Vec<Told>) {
    let mut marks = Vec::new();
    if notice.late {
        marks.push("LATE".to_owned());
    }
    if let Some(km2_h) = notice.blanket_km2_h {
        marks.push(format!("BLANKET {km2_h} km²·h"));
    }
    if !notice.proven {
        marks.push("UNPROVEN (not covered by its author's log)".to_owned());
    }
    if notice.withdrawn_after_answer {
        marks.push("WITHDRAWN AFTER AN ANSWER (possible probing)".to_owned());
    }
    if let Some(at_us) = notice.proceeding_at_us {
        let words = quoted(notice.proceeding_words.as_deref().unwrap_or_default());
        marks.push(format!(
            "PROCEEDING OVER OBJECTION since {} {words}",
            clock(at_us)
        ));
    }
    if let Some(at_us) = notice.all_clear_at_us {
        marks.push(format!("its author said {} that it is over", clock(at_us)));
    }
    if !marks.is_empty() {
        told.push((Tone::Strong, format!("MARKS        {}", marks.join(" · "))));
    }
}

fn content(picture: &Picture, notice: &NoticeShown, now_us: i64, told: &mut Vec<Told>) {
    let version = &notice.current;
    if version.volumes.is_empty() {
        told.push((
            Tone::Strong,
            "PLACE        UNKNOWN: words only. Ask for coordinates.".to_owned(),
        ));
    }
    for stated in &version.volumes {
        told.push((Tone::Plain, format!("PLACE        {}", volume(stated))));
    }
    told.push((
        Tone::Plain,
        format!(
            "WORDS        {} · place check {}",
            quoted(&version.words),
            place_check(notice)
        ),
    ));
    let hazards: Vec<&HazardShown> = picture.hazards_of(notice).collect();
    for hazard in &hazards {
        hazard_line(hazard, now_us, told);
    }
    if hazards.is_empty() && version.hazards.is_empty() {
        told.push((
            Tone::Plain,
            "HAZARDS      none stated. What nobody stated is UNKNOWN.".to_owned(),
        ));
    }
    told.push((
        Tone::Strong,
        format!("CHECK WORDS  {}", notice.check_words.join(" ")),
    ));
}

fn hazard_line(hazard: &HazardShown, now_us: i64, told: &mut Vec<Told>) {
    let stated = &hazard.hazard;
    let state = match hazard.state.as_str() {
        "active" => "ACTIVE".to_owned(),
        "closed" => format!(
            "CLOSED for own traffic by {} {}",
            plain(hazard.closed_by.as_deref().unwrap_or("?")),
            hazard.closed_at_us.map_or_else(String::new, clock),
        ),
        _ => "UNKNOWN until your own desk closes it".to_owned(),
    };
    let over = hazard.said_over_at_us.map_or_else(String::new, |at_us| {
        format!(" · its author said {} that it is over", clock(at_us))
    });
    told.push((
        Tone::Strong,
        format!(
            "HAZARD       {} · {state}{over} · {} · {} · {}",
            word_of(&stated.kind).to_uppercase(),
            volume(&stated.volume),
            phase(&stated.volume.window, now_us),
            quoted(&stated.words),
        ),
    ));
}

fn place_check(notice: &NoticeShown) -> String {
    match (notice.place.as_str(), notice.place_distance_mm) {
        ("agrees", _) => "AGREES".to_owned(),
        ("contradicts", Some(mm)) => format!("CONTRADICTS: {} apart", length(mm)),
        ("too_vague", _) => "TOO VAGUE TO CHECK".to_owned(),
        ("words_only", _) => "PLACE UNKNOWN".to_owned(),
        (other, _) => shout(other),
    }
}

fn receipts(notice: &NoticeShown, told: &mut Vec<Told>) {
    let version = &notice.current;
    let received = version.received.as_ref().map(|made| {
        let floor = match (made.lateness.as_str(), made.floor_us) {
            ("late", Some(floor_us)) => format!(" · LATE: {} agreed", span(floor_us)),
            (_, Some(floor_us)) => format!(" · {} agreed", span(floor_us)),
            _ => " · no floor agreed".to_owned(),
        };
        format!("{} · {}{floor}", clock(made.at_us), lead(made.lead_us))
    });
    let opened = version.opened.as_ref();
    let opened = opened.map(|made| {
        format!(
            "{} by desk {} · {}",
            clock(made.at_us),
            plain(&made.desk),
            lead(made.lead_us)
        )
    });
    let read_back = version.read_back.as_ref().map(|made| {
        let check = if made.check.is_empty() {
            "without check words"
        } else {
            "check words agree"
        };
        let by = format!(
            "{} by desk {} · {}",
            clock(made.at_us),
            plain(&made.desk),
            lead(made.lead_us)
        );
        format!("{by} · {} · {check}", quoted(&made.words))
    });
    let answered = version.answers.last().map(|made| {
        let lapsed = made
            .lapsed_at_us
            .map_or_else(String::new, |at_us| format!(" · LAPSED {}", clock(at_us)));
        format!(
            "{} · {} by desk {}{lapsed} · {}",
            clock(made.at_us),
            answer(&made.answer),
            plain(&made.desk),
            quoted(&made.words)
        )
    });
    for (name, fact, none) in [
        ("RECEIVED ", received, "no: the receiver's node has not stated it"),
        ("OPENED   ", opened, "by nobody"),
        ("READ BACK", read_back, "by nobody"),
        ("ANSWER   ", answered, "none. Silence is no answer."),
    ] {
        told.push((
            Tone::Plain,
            format!("{name}    {}", fact.as_deref().unwrap_or(none)),
        ));
    }
}

fn told_to(notice: &NoticeShown, told: &mut Vec<Told>) {
    let whom: Vec<String> = notice
        .told
        .iter()
        .map(|one| format!("{} {}", plain(&one.to), clock(one.at_us)))
        .collect();
    let whom = if whom.is_empty() {
        "nobody".to_owned()
    } else {
        whom.join(" · ")
    };
    told.push((Tone::Plain, format!("TOLD         {whom}")));
    for version in &notice.history {
        let when = clock(version.stated_at_us);
        told.push((
            Tone::Plain,
            format!(
                "EARLIER      v{} {when} · {}",
                version.version,
                window(&version.window)
            ),
        ));
    }
}
