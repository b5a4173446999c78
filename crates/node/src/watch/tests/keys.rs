//! What keys do.

use super::{hit, press, text};
use crate::watch::deed::Deed;
use crate::watch::fixture::*;
use crate::watch::key::Key;
use crate::watch::picture::Picture;
use crate::watch::state::{Came, Effect, Event, Lost, Mode, Model, Outcome};
use serde_json::json;

fn with_notice(changes: serde_json::Value) -> Picture {
    let mut picture = quiet();
    picture.books.notices.push(notice("n1", changes));
    picture
}

fn read(model: &mut Model, picture: Picture) -> Vec<Effect> {
    model.update(Event::Read(Box::new(picture)))
}

fn paths(asked: &[Deed]) -> Vec<&str> {
    asked.iter().map(|deed| deed.path.as_str()).collect()
}

#[test]
fn nothing_but_o_and_enter_opens_a_notice() {
    for c in (' '..='~').filter(|c| *c != 'o') {
        let mut model = watching(with_notice(json!({})));
        let asked = press(&mut model, &c.to_string());
        assert!(
            asked.iter().all(|deed| !deed.path.ends_with("/open")),
            "{c:?} opened it"
        );
    }
    for key in [
        Key::Up,
        Key::Down,
        Key::Tab,
        Key::PageDown,
        Key::Home,
        Key::End,
        Key::Esc,
    ] {
        let mut model = watching(with_notice(json!({})));
        assert_eq!(hit(&mut model, key), Vec::new(), "{key:?}");
        text(&model);
    }
    for key in [Key::Char('o'), Key::Enter] {
        let mut model = watching(with_notice(json!({})));
        assert_eq!(paths(&hit(&mut model, key)), ["/v1/lines/north/notices/n1/open"]);
    }
}

#[test]
fn pictures_and_clocks_alone_open_nothing() {
    let mut model = watching(with_notice(json!({})));
    for second in 1..100 {
        let mut effects = model.update(Event::Tick {
            mono_us: second * 1_000_000,
            offset_s: 0,
        });
        effects.extend(read(&mut model, with_notice(json!({}))));
        assert_eq!(effects, Vec::new());
        text(&model);
    }
}

#[test]
fn a_notice_is_answered_by_one_key_after_it_was_opened() {
    for (key, answer) in [("n", "noted"), ("c", "no_conflict_known"), ("s", "standby")] {
        let mut model = watching(with_notice(opened()));
        let asked = press(&mut model, key);
        assert_eq!(paths(&asked), ["/v1/lines/north/notices/n1/answer"]);
        assert_eq!(asked[0].body["answer"], answer);
    }
}

#[test]
fn a_notice_that_was_not_opened_is_not_answered() {
    for key in ["n", "c", "s", "x", "u", "r"] {
        let mut model = watching(with_notice(json!({})));
        assert_eq!(press(&mut model, key), Vec::new());
        assert!(text(&model).contains("open it with o"), "{key}");
    }
}

#[test]
fn an_amended_notice_has_to_be_opened_anew() {
    let mut model = watching(with_notice(json!({})));
    press(&mut model, "o");
    assert_eq!(press(&mut model, "n").len(), 1);
    read(&mut model, with_notice(json!({"current": {"version": 2}})));
    assert_eq!(press(&mut model, "n"), Vec::new());
}

#[test]
fn a_read_back_can_be_confirmed_and_carries_the_check_words() {
    let mut model = watching(with_notice(opened()));
    let asked = press(&mut model, "r\n");
    assert_eq!(paths(&asked), ["/v1/lines/north/notices/n1/read-back"]);
    assert_eq!(asked[0].body["check"], "amber basil cedar");
    let words = asked[0].body["words"].as_str().unwrap();
    assert!(
        words.contains("35.4000N 35.9000E") && words.contains("10:20:00Z to 11:20:00Z"),
        "{words}"
    );
}

#[test]
fn an_objection_needs_words_and_is_sent_as_confirmed_only_after_its_notes_were_read() {
    let mut model = watching(with_notice(opened()));
    assert_eq!(press(&mut model, "x\n"), Vec::new());
    let asked = press(&mut model, "too near\n");
    assert_eq!(asked[0].body["answer"], "object");
    assert_eq!(asked[0].body["words"], "too near");
    let came = Came::Asks(vec!["it tells the peer that you are near".to_owned()]);
    model.update(Event::Done(Box::new(Outcome {
        deed: asked[0].clone(),
        came,
    })));
    assert!(text(&model).contains("it tells the peer that you are near"));
    let again = press(&mut model, "y");
    assert_eq!(again[0].body["confirmed"], true);
}

#[test]
fn protected_traffic_is_not_objected_to() {
    let mut model = watching(with_notice(
        json!({"protected": true, "current": opened()["current"]}),
    ));
    assert_eq!(press(&mut model, "c"), Vec::new());
    let asked = press(&mut model, "xbridge is down\n");
    assert_eq!(asked[0].body["answer"], "problem_reported");
}

#[test]
fn cease_takes_two_keys_from_anywhere() {
    for before in ["", "?", "q", "a"] {
        let mut model = watching(with_notice(json!({})));
        press(&mut model, before);
        assert_eq!(press(&mut model, "C"), Vec::new(), "one key alone sends nothing");
        let asked = press(&mut model, "C");
        assert_eq!(paths(&asked), ["/v1/lines/north/cease"], "after {before:?}");
        assert_eq!(asked[0].body["place"]["at"]["lat_nd"], 35_400_000_000_i64);
        assert_eq!(asked[0].body["drill"], false);
    }
    let mut model = watching(with_notice(json!({})));
    assert_eq!(paths(&press(&mut model, "FF")), ["/v1/lines/north/check-fire"]);
}

#[test]
fn a_form_stands_before_no_stop() {
    let mut model = watching(with_notice(json!({})));
    press(&mut model, "mhalf a word");
    hit(&mut model, Key::Ctrl('x'));
    assert_eq!(paths(&hit(&mut model, Key::Ctrl('x'))), ["/v1/lines/north/cease"]);
    let asked = press(&mut model, "\n");
    assert_eq!(
        asked[0].body["text"], "half a word",
        "what was written is not lost"
    );
}

#[test]
fn a_stop_is_tried_even_when_the_node_seems_gone() {
    let mut model = watching(with_notice(json!({})));
    model.update(Event::Lost(Lost::Stopped("gone".to_owned())));
    assert_eq!(press(&mut model, "n"), Vec::new());
    assert_eq!(paths(&press(&mut model, "CC")), ["/v1/lines/north/cease"]);
}

#[test]
fn a_stop_without_a_place_says_everywhere_and_one_of_several_lines_is_chosen_by_its_number() {
    let mut picture = quiet();
    picture.pulse.lines.push(line("south", json!({})));
    let mut model = watching(picture);
    assert_eq!(press(&mut model, "CC"), Vec::new());
    assert!(text(&model).contains("NOT sent"));
    let asked = press(&mut model, "C2");
    assert_eq!(paths(&asked), ["/v1/lines/south/cease"]);
    assert_eq!(
        asked[0].body["place"]["words"],
        "everything on this line, everywhere"
    );
}

#[test]
fn a_stop_armed_by_accident_is_not_sent_by_another_key_and_not_kept() {
    let mut model = watching(with_notice(json!({})));
    press(&mut model, "C");
    assert_eq!(press(&mut model, "n"), Vec::new());
    assert_eq!(model.mode, Mode::Watching);
    press(&mut model, "C");
    model.update(Event::Tick {
        mono_us: 60_000_000,
        offset_s: 0,
    });
    assert_eq!(model.mode, Mode::Watching);
    assert!(model.said.text.contains("CEASE was NOT sent"));
}

#[test]
fn a_stop_on_a_drill_is_a_drill_and_says_so_and_a_digit_makes_it_real() {
    let mut model = watching(with_notice(json!({"drill": true})));
    press(&mut model, "C");
    assert!(text(&model).contains("DRILL CEASE"));
    assert_eq!(press(&mut model, "C")[0].body["drill"], true);
    assert_eq!(press(&mut model, "C1")[0].body["drill"], false);
}

#[test]
fn a_peers_stop_is_answered_by_one_key() {
    let mut picture = quiet();
    picture.books.stops.push(cease("c1"));
    let mut model = watching(picture);
    assert!(text(&model).contains("s UNDERSTOOD-STOPPING"));
    let asked = press(&mut model, "s");
    assert_eq!(paths(&asked), ["/v1/lines/north/stops/c1/answer"]);
    assert_eq!(asked[0].body["answer"], "understood_stopping");
}

#[test]
fn a_key_on_its_way_does_not_answer_the_item_that_moved_up() {
    let mut picture = with_notice(opened());
    picture.books.notices.push(notice(
        "n2",
        json!({"current": {"window": {"start_us": NOON + 40 * MINUTE}}}),
    ));
    let mut model = watching(picture);
    assert_eq!(model.selected(), Some(&item("n1")));
    let mut without = quiet();
    without.books.notices.push(notice("n2", opened()));
    read(&mut model, without.clone());
    assert_eq!(model.selected(), None);
    assert_eq!(press(&mut model, "n"), Vec::new());
    model.update(Event::Tick {
        mono_us: 10_000_000,
        offset_s: 0,
    });
    read(&mut model, without);
    assert_eq!(model.selected(), Some(&item("n2")));
}

#[test]
fn the_selection_stays_with_the_matter_when_an_alarm_is_raised_about_it() {
    let mut model = watching(with_notice(opened()));
    let mut alarmed = with_notice(opened());
    alarmed.pulse.alarms.alarms.push(alarm("a1", "n1", json!({})));
    read(&mut model, alarmed);
    assert_eq!(
        paths(&press(&mut model, "n")),
        ["/v1/lines/north/notices/n1/answer"]
    );
    assert_eq!(paths(&press(&mut model, "k")), ["/v1/alarms/a1/ack"]);
}

#[test]
fn the_bell_rings_by_priority_and_only_for_new_alarms() {
    let with = |alarms: Vec<(&str, &str)>| {
        let mut picture = quiet();
        let made = alarms
            .into_iter()
            .map(|(id, priority)| alarm(id, "n1", json!({"priority": priority})));
        picture.pulse.alarms.alarms = made.collect();
        picture
    };
    let mut model = Model::new("watch");
    assert_eq!(read(&mut model, with(vec![])), Vec::new());
    assert_eq!(read(&mut model, with(vec![("a", "low")])), [Effect::Ring(1)]);
    assert_eq!(read(&mut model, with(vec![("a", "low")])), Vec::new());
    assert_eq!(
        read(&mut model, with(vec![("a", "low"), ("b", "medium")])),
        [Effect::Ring(2)]
    );
    assert_eq!(
        read(
            &mut model,
            with(vec![("b", "medium"), ("c", "high"), ("d", "low")])
        ),
        [Effect::Ring(3)]
    );
}

#[test]
fn a_hazard_is_closed_in_words_by_this_desk() {
    let mut picture = quiet();
    picture
        .books
        .hazards
        .push(hazard("h1", json!({"state": "unknown"})));
    let mut model = watching(picture);
    let asked = press(&mut model, "hown pilots back\n");
    assert_eq!(paths(&asked), ["/v1/lines/north/hazards/h1/close"]);
    assert_eq!(asked[0].body["words"], "own pilots back");
}

#[test]
fn a_hand_over_carries_the_words_and_the_figures() {
    let mut picture = with_notice(json!({}));
    picture.pulse.alarms.alarms.push(alarm("a1", "n9", json!({})));
    let mut model = watching(picture);
    press(&mut model, "H");
    let list = super::text_of(&model, 100, 40);
    for part in [
        "HAND-OVER of desk watch",
        "ALARMS",
        "NOT ACKNOWLEDGED",
        "OPEN ITEMS",
        "HAZARDS",
        "LINES",
        "north to Red: UP",
    ] {
        assert!(list.contains(part), "{part} in {list}");
    }
    let asked = press(&mut model, "night to day\n");
    assert_eq!(paths(&asked), ["/v1/hand-overs"]);
    let words = asked[0].body["words"].as_str().unwrap();
    assert!(
        words.starts_with("night to day | at hand-over: 1 alarms (1 not acknowledged), 1 open items"),
        "{words}"
    );
}

#[test]
fn what_was_refused_is_said_with_its_reason() {
    let mut model = watching(with_notice(opened()));
    let deed = press(&mut model, "n").remove(0);
    assert!(
        text(&model).contains("sending"),
        "not done before the node says so"
    );
    model.update(Event::Done(Box::new(Outcome {
        deed,
        came: Came::Not("it is withdrawn".to_owned()),
    })));
    assert!(text(&model).contains("NOT DONE: NOTED to n1: it is withdrawn"));
}

#[test]
fn one_q_does_not_end_the_watch_and_two_do() {
    let mut model = watching(quiet());
    assert_eq!(model.update(Event::Key(Key::Char('q'))), Vec::new());
    assert_eq!(model.update(Event::Key(Key::Char('q'))), [Effect::Quit]);
}
