//! Who may do what.

use crate::harness::*;
use accord::Refusal;
use accord::act::{Class, Place};
use accord::command::{Command, Role};
use accord::terms::Terms;

fn cease() -> Command {
    Command::Cease {
        line: line(),
        place: Place {
            at: None,
            words: String::new(),
        },
        drill: false,
    }
}

#[test]
fn an_admin_keeps_the_books_and_states_nothing() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    let terms = Terms::pair_proposal();
    let acts = [
        Command::Open {
            notice: id(&notice),
            line: line(),
        },
        Command::SignTerms { line: line(), terms },
        cease(),
        Command::HandOver { words: "mine".into() },
    ];
    for act in acts {
        assert_eq!(pair.b.command(pair.now, Role::Admin, act), Err(Refusal::NotADesk));
    }
    let plan = Command::Plan(after(Class::Transit, HOUR));
    assert!(pair.b.command(pair.now, Role::Admin, plan).is_ok());
}

#[test]
fn a_reader_does_nothing() {
    let mut pair = Pair::new();
    for command in [cease(), Command::Plan(after(Class::Transit, HOUR))] {
        assert_eq!(
            pair.a.command(pair.now, Role::Read, command),
            Err(Refusal::RoleTooLow(Role::Watch))
        );
    }
}

#[test]
fn any_watch_may_stop_and_only_a_commander_may_sign() {
    let mut pair = Pair::new();
    assert!(pair.a.command(pair.now, Role::Watch, cease()).is_ok());
    let sign = Command::SignTerms {
        line: line(),
        terms: Terms::pair_proposal(),
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Watch, sign.clone()),
        Err(Refusal::RoleTooLow(Role::Commander))
    );
    assert!(pair.a.command(pair.now, Role::Commander, sign).is_ok());
}

#[test]
fn the_role_is_looked_at_before_anything_else() {
    let mut pair = Pair::new();
    let long = "x".repeat(5_000);
    let command = Command::Withdraw {
        notice: id("none"),
        line: "nowhere".into(),
        words: long,
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Read, command.clone()),
        Err(Refusal::RoleTooLow(Role::Watch))
    );
    let refused = pair.a.command(pair.now, Role::Watch, command);
    assert!(
        matches!(refused, Err(Refusal::TextTooLong { .. })),
        "then the shape, then what it refers to"
    );
    let command = Command::Withdraw {
        notice: id("none"),
        line: "nowhere".into(),
        words: String::new(),
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Watch, command),
        Err(Refusal::NoSuchLine("nowhere".into()))
    );
    let command = Command::Withdraw {
        notice: id("none"),
        line: line(),
        words: String::new(),
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Watch, command),
        Err(Refusal::NoSuchNotice(id("none")))
    );
}
