//! What screens say.

use super::{press, text, text_of};
use crate::watch::fixture::*;
use crate::watch::picture::Picture;
use crate::watch::render::draw;
use crate::watch::state::{Event, Lost, Model};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;
use serde_json::json;

fn busy() -> Picture {
    let mut picture = quiet();
    let received = json!({"waits_for": "opened", "author": "own"});
    picture.books.notices = vec![
        notice("n1", json!({"late": true, "blanket_km2_h": 900})),
        notice("n2", opened()),
        notice("n3", received),
    ];
    picture
        .books
        .hazards
        .push(hazard("h1", json!({"notice": "n1", "state": "unknown"})));
    picture.books.stops.push(cease("c1"));
    picture.books.found.push(found("n1"));
    picture.pulse.alarms.alarms = vec![
        alarm("a1", "n1", json!({})),
        alarm(
            "a2",
            "n8",
            json!({"priority": "medium", "left_us": 9 * MINUTE, "cause": "no RECEIVED from the peer's node"}),
        ),
        alarm(
            "a3",
            "n9",
            json!({"priority": "low", "left_us": null, "state": "acked"}),
        ),
    ];
    picture
}

fn lost(mut model: Model, seconds: i64) -> Model {
    model.update(Event::Lost(Lost::Stopped("no node answers".to_owned())));
    model.update(Event::Tick {
        mono_us: seconds * 1_000_000,
        offset_s: 0,
    });
    model
}

#[test]
fn the_queue_is_by_time_to_act() {
    let shown = text_of(&watching(busy()), 110, 40);
    let at = |part: &str| shown.find(part).unwrap_or_else(|| panic!("{part} in {shown}"));
    assert!(at("CEASE from Red: ANSWER NOW") < at("in or near a notified danger"));
    assert!(at("act in 2m 00s") < at("act in 9m 00s"));
    assert!(at("act in 9m 00s") < at("start in 20m 00s"));
}

#[test]
fn priority_is_told_by_shape_and_word() {
    let shown = text_of(&watching(busy()), 110, 40);
    for part in ["!!! HIGH", "!!  MED", "!   LOW", "-   open"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn red_and_amber_are_for_alarms_only() {
    let mut model = watching(busy());
    let mut terminal = Terminal::new(TestBackend::new(110, 40)).unwrap();
    for _ in 0..8 {
        terminal.draw(|frame| draw(&model, frame)).unwrap();
        let buffer = terminal.backend().buffer();
        for y in 0..40 {
            let row: String = (0..110).map(|x| buffer[(x, y)].symbol()).collect();
            let colours = (0..110).flat_map(|x| [buffer[(x, y)].fg, buffer[(x, y)].bg]);
            let coloured = colours
                .into_iter()
                .any(|colour| matches!(colour, Color::Red | Color::Yellow));
            let alarm = row.contains("!!! HIGH") || row.contains("!!  MED") || row.contains("ALARM ");
            assert!(!coloured || alarm, "{row}");
        }
        press(&mut model, "\t");
        model.update(Event::Key(crate::watch::key::Key::Down));
    }
}

#[test]
fn both_clocks_and_the_age_of_the_picture_are_shown() {
    let shown = text(&watching(quiet()));
    assert!(shown.contains("2026-11-21 10:00:00Z  12:00:00+02:00"), "{shown}");
    assert!(shown.contains("picture 0s old"), "{shown}");
}

#[test]
fn a_countdown_runs_without_a_new_picture_and_the_age_is_told() {
    let mut model = watching(busy());
    model.update(Event::Tick {
        mono_us: 5_000_000,
        offset_s: 0,
    });
    let shown = text_of(&model, 110, 40);
    assert!(
        shown.contains("act in 1m 55s") && shown.contains("PICTURE 5s OLD"),
        "{shown}"
    );
}

#[test]
fn a_node_that_stopped_says_so_on_the_whole_screen() {
    let model = lost(watching(busy()), 125);
    let shown = text(&model);
    let rows: Vec<&str> = shown.lines().collect();
    assert!(
        rows[0].contains("NODE STOPPED") && rows[1].contains("USE VOICE"),
        "{shown}"
    );
    assert!(
        shown.contains("true at 2026-11-21 10:00:00Z, 2m 05s ago"),
        "{shown}"
    );
    assert_eq!(
        shown.matches("NODE STOPPED").count(),
        2,
        "at the top and at the bottom: {shown}"
    );
    for part in ["act in", "start in", "picture 0s", "selected"] {
        assert!(
            !shown.contains(part),
            "{part} would pass for the present: {shown}"
        );
    }
    assert!(
        rows.iter().filter(|row| row.starts_with("OLD ")).count() > 2,
        "{shown}"
    );
}

#[test]
fn help_and_forms_do_not_hide_that_the_node_stopped() {
    for keys in ["?", "H", "m", "C", "q"] {
        let mut model = watching(busy());
        press(&mut model, keys);
        assert!(text(&lost(model, 30)).contains("NODE STOPPED"), "{keys}");
    }
}

#[test]
fn a_node_that_hangs_is_a_node_that_stopped() {
    let mut model = watching(busy());
    model.update(Event::Tick {
        mono_us: 60_000_000,
        offset_s: 0,
    });
    assert!(text(&model).contains("NODE STOPPED ANSWERING"));
}

#[test]
fn a_node_that_comes_back_is_shown_again() {
    let mut model = lost(watching(busy()), 30);
    model.update(Event::Read(Box::new(busy())));
    let shown = text(&model);
    assert!(
        !shown.contains("NODE STOPPED") && shown.contains("the node answers again"),
        "{shown}"
    );
}

#[test]
fn what_a_line_lacks_is_told() {
    let mut picture = quiet();
    picture.pulse.lines = vec![
        line(
            "north",
            json!({"verified": false, "light": "amber", "silent_us": 7_000_000}),
        ),
        line(
            "south",
            json!({"stalled": "bad signature", "held": true, "epoch": 2, "own_size": 5, "accepted_own": false, "accepted_peer": false}),
        ),
    ];
    let shown = text_of(&watching(picture), 120, 24);
    for part in [
        "AMBER heard 7s ago",
        "UNVERIFIED",
        "STALLED: bad signature",
        "EPOCH 2 WAITS FOR SIGNATURES",
        "2 not RECEIVED",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn a_single_desk_and_a_drill_are_told() {
    let mut picture = quiet();
    picture.pulse.node.desks.truncate(1);
    picture.books.notices.push(notice("n1", json!({"drill": true})));
    let shown = text(&watching(picture));
    assert!(
        shown.contains("NO SECOND DESK") && shown.contains("DRILL TRAFFIC"),
        "{shown}"
    );
    assert!(
        shown.contains("DRILL · NOTICE n1") && shown.contains("DRILL notice"),
        "{shown}"
    );
    assert!(!text(&watching(quiet())).contains("NO SECOND DESK"));
    assert!(!text(&watching(quiet())).contains("DRILL"));
}

#[test]
fn an_own_notice_that_nobody_opened_is_told_above_the_queue() {
    let shown = text_of(&watching(busy()), 110, 40);
    let at = |part: &str| shown.find(part).unwrap_or_else(|| panic!("{part} in {shown}"));
    assert!(at("1 own RECEIVED, OPENED BY NOBODY") < at("PRIORITY"));
}

#[test]
fn a_peers_words_and_place_are_shown_only_after_opening_and_dangers_always() {
    let mut model = watching(Picture {
        books: busy().books,
        ..quiet()
    });
    while model.selected() != Some(&item("n1")) {
        model.update(Event::Key(crate::watch::key::Key::Down));
    }
    press(&mut model, "\t");
    let before = text_of(&model, 120, 50);
    for part in [
        "NOT OPENED",
        "LATE",
        "BLANKET 900",
        "EXPOSURE by its volume 1: people Clinic, 12 people",
        "1200 m apart",
    ] {
        assert!(before.contains(part), "{part} in {before}");
    }
    for part in ["west of the lake", "amber basil cedar", "35.4000N 35.9000E, 300"] {
        assert!(!before.contains(part), "{part} in {before}");
    }
    press(&mut model, "o");
    let after = text_of(&model, 120, 50);
    for part in [
        "west of the lake",
        "CHECK WORDS  amber basil cedar",
        "place check AGREES",
        "300 to 900 m MSL",
    ] {
        assert!(after.contains(part), "{part} in {after}");
    }
    assert!(after.contains("UNKNOWN until your own desk closes it"), "{after}");
}

#[test]
fn three_receipts_and_three_leads_stand_apart() {
    let mut picture = quiet();
    let stamp = |at_us: i64, lead_us: i64| json!({"desk": "watch", "at_us": at_us, "lead_us": lead_us});
    let mut read_back = stamp(NOON + 2 * MINUTE, 18 * MINUTE);
    read_back["words"] = json!("the lake");
    read_back["check"] = json!("");
    picture.books.notices.push(notice(
        "n1",
        json!({"waits_for": "answer", "current": {
            "opened": stamp(NOON, 20 * MINUTE), "read_back": read_back,
        }}),
    ));
    let shown = text_of(&watching(picture), 120, 50);
    for part in [
        "RECEIVED     09:59:00Z · lead 21m 00s",
        "OPENED       10:00:00Z by desk watch · lead 20m 00s",
        "READ BACK    10:02:00Z by desk watch · lead 18m 00s",
        "ANSWER       none. Silence is no answer.",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn a_place_in_words_is_unknown() {
    let mut picture = quiet();
    let current = json!({"volumes": [], "level": "words", "opened": opened()["current"]["opened"]});
    picture
        .books
        .notices
        .push(notice("n1", json!({"place": "words_only", "current": current})));
    assert!(text_of(&watching(picture), 120, 50).contains("PLACE        UNKNOWN: words only"));
}

#[test]
fn every_key_is_in_sight_on_the_smallest_screen() {
    let shown = text(&watching(busy()));
    for key in [
        "o open",
        "r read back",
        "k ack",
        "h close hazard",
        "C CEASE",
        "F CHECK FIRE",
        "m message",
        "v voice log",
        "H handover",
        "? help",
        "q quit",
    ] {
        assert!(shown.contains(key), "{key} in {shown}");
    }
    let mut picture = quiet();
    picture.books.notices.push(notice("n1", json!({})));
    let shown = text(&watching(picture));
    for key in [
        "n noted",
        "c no conflict known",
        "x object",
        "s standby",
        "u unable",
    ] {
        assert!(shown.contains(key), "{key} in {shown}");
    }
}

#[test]
fn no_size_of_screen_is_too_small_or_too_large_to_draw() {
    let mut model = watching(busy());
    for (width, height) in [(80, 24), (200, 60), (40, 10), (20, 5), (3, 2), (1, 1)] {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        for keys in ["", "C", "H", "\t", "?"] {
            press(&mut model, keys);
            terminal.draw(|frame| draw(&model, frame)).unwrap();
            model.update(Event::Key(crate::watch::key::Key::Esc));
        }
    }
}

#[test]
fn nothing_is_ever_called_safe() {
    let mut model = watching(busy());
    let mut told = String::new();
    for keys in ["", "?", "?", "H"] {
        press(&mut model, keys);
        told.push_str(&text_of(&model, 160, 80));
        model.update(Event::Key(crate::watch::key::Key::Esc));
    }
    told.push_str(&text_of(&watching(quiet()), 160, 80));
    told.push_str(&text_of(&lost(watching(busy()), 60), 160, 80));
    let told = told.to_lowercase();
    for word in ["safe", "clear", "deconflict"] {
        assert!(!told.contains(word), "{word} in {told}");
    }
}

#[test]
fn text_of_a_peer_cannot_move_the_cursor() {
    let mut picture = quiet();
    let current =
        json!({"words": "a\u{1b}[2Jb\u{202e}c", "desk": "o\u{7}ps", "opened": opened()["current"]["opened"]});
    picture
        .books
        .notices
        .push(notice("n1", json!({"current": current})));
    let shown = text_of(&watching(picture), 120, 50);
    assert!(
        shown.contains("a?[2Jb?c") && shown.chars().all(|c| c == '\n' || !c.is_control()),
        "{shown}"
    );
}

#[test]
fn an_alarm_about_a_notice_that_nobody_opened_says_so() {
    let mut picture = busy();
    let shown = text_of(&watching(picture.clone()), 110, 40);
    assert!(shown.contains("NOT OPENED · own or protected people"), "{shown}");
    picture.books.notices[0] = notice("n1", opened());
    let shown = text_of(&watching(picture), 110, 40);
    assert!(!shown.contains("NOT OPENED · own or protected people"), "{shown}");
}
