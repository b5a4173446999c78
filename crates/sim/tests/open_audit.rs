//! The audit of open traffic can fail: what no service may do is found, under its name.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

use pool::call::{Attach, PutIntent};
use pool::entity::IntentState;
use pool::ids::{EntityId, Manager};
use pool::{Answer, Call, Extent, Pool, Request};
use sim::check::Findings;
use sim::limits::{MINUTE_US, T0_US};
use sim::open::audit::Audit;
use sim::open::check::Told;
use sim::open::region::Op;
use sim::open::uss::cells;

/// A pool, and what its clients were told of it.
#[derive(Default)]
struct Service {
    pool: Pool,
    audit: Audit,
    findings: Findings,
}

impl Service {
    /// Decides, and does not tell.
    fn decide(&mut self, op: &Op) -> Told {
        let (answer, events) = self.pool.decide(T0_US, &op.request)?;
        events.iter().for_each(|event| self.pool.apply(T0_US, event));
        Ok(answer)
    }

    fn tell(&mut self, op: &Op, told: &Told) {
        self.audit.heard(&mut self.findings, op, told, T0_US);
    }

    fn ask(&mut self, op: &Op) -> Told {
        let told = self.decide(op);
        self.tell(op, &told);
        told
    }

    fn found(&self) -> Vec<&str> {
        let names = self
            .findings
            .violations
            .iter()
            .filter_map(|words| words.split(':').next());
        names.collect()
    }
}

fn id(n: u8) -> EntityId {
    EntityId::from_random([n; 16])
}

fn op(manager: &str, fresh: u8, call: Call) -> Op {
    Op {
        asked: 0,
        request: Request {
            manager: Manager(manager.to_owned()),
            may_be_off_nominal: false,
            fresh: id(fresh),
            call,
        },
        from_us: T0_US,
        short: false,
        room: true,
    }
}

/// `manager` plans a flight; all are in one place, and hear of others by a subscription of their own.
fn plan(manager: &str, n: u8, key: &[&str]) -> Op {
    let call = Call::PutIntent(Box::new(PutIntent {
        id: id(n),
        ovn: None,
        extent: Extent {
            cells: cells(1),
            start_us: Some(T0_US),
            end_us: Some(T0_US + 30 * MINUTE_US),
            lower_mm: Some(0),
            upper_mm: Some(100_000),
        },
        key: key.iter().map(|ovn| (*ovn).to_owned()).collect(),
        state: Some(IntentState::Accepted),
        base_url: format!("https://{manager}.example"),
        attach: Attach::New {
            base_url: format!("https://{manager}.example"),
            constraints: false,
        },
        ovn_suffix: None,
    }));
    op(manager, 100 + n, call)
}

fn look(manager: &str, n: u8) -> Op {
    op(manager, 200, Call::GetIntent { id: id(n) })
}

fn ovn(told: &Told) -> String {
    let Ok(Answer::IntentChanged { intent, .. }) = told else {
        panic!("{told:?}");
    };
    intent.intent.ovn.0.clone()
}

#[test]
fn a_service_that_keeps_its_word_is_believed() {
    let mut service = Service::default();
    let first = ovn(&service.ask(&plan("a", 1, &[])));
    assert!(service.ask(&plan("b", 2, &[])).is_err());
    assert!(service.ask(&plan("b", 2, &[&first])).is_ok());
    service.ask(&look("a", 2)).unwrap();
    assert_eq!(service.found(), [""; 0]);
}

#[test]
fn what_was_acknowledged_and_is_gone_is_found() {
    let mut service = Service::default();
    service.ask(&plan("a", 1, &[])).unwrap();
    service.pool = Pool::default();
    assert!(service.ask(&look("b", 1)).is_err());
    assert_eq!(service.found(), ["invariant_open_answers_follow"]);
}

#[test]
fn a_request_without_an_answer_happened_wholly_or_not_at_all() {
    for happened in [true, false] {
        let mut service = Service::default();
        let unanswered = plan("a", 1, &[]);
        if happened {
            service.decide(&unanswered).unwrap();
        }
        service.audit.died([&unanswered].into_iter(), T0_US);
        assert_eq!(service.audit.states(), 2);
        assert_eq!(service.ask(&look("b", 1)).is_ok(), happened);
        assert_eq!(service.audit.states(), 1);
        assert_eq!(service.found(), [""; 0]);
    }
}

#[test]
fn what_was_shown_after_a_crash_and_is_taken_back_is_found() {
    let mut service = Service::default();
    let unanswered = plan("a", 1, &[]);
    service.decide(&unanswered).unwrap();
    service.audit.died([&unanswered].into_iter(), T0_US);
    service.ask(&look("b", 1)).unwrap();
    service.pool = Pool::default();
    assert!(service.ask(&look("a", 1)).is_err());
    assert_eq!(service.found(), ["invariant_open_answers_follow"]);
}

#[test]
fn of_requests_without_an_answer_none_happens_whose_predecessor_did_not() {
    let mut service = Service::default();
    let (first, second) = (plan("a", 1, &[]), plan("b", 2, &[]));
    service.decide(&second).unwrap();
    service.audit.died([&first, &second].into_iter(), T0_US);
    service.ask(&look("b", 2)).unwrap();
    assert_eq!(service.found(), ["invariant_open_answers_follow"]);
}

#[test]
fn an_answer_to_who_did_not_know_what_he_meets_is_found() {
    let mut service = Service::default();
    service.ask(&plan("a", 1, &[])).unwrap();
    service.pool = Pool::default();
    service.ask(&plan("b", 2, &[])).unwrap();
    assert_eq!(service.found(), ["invariant_open_keys_are_complete"]);
}

#[test]
fn an_index_that_does_not_count_on_is_found() {
    let mut service = Service::default();
    let first = ovn(&service.ask(&plan("a", 1, &[])));
    let second = plan("b", 2, &[&first]);
    let mut told = service.decide(&second);
    let Ok(Answer::IntentChanged { tell, .. }) = &mut told else {
        panic!("{told:?}");
    };
    tell[0].subscriptions[0].1 -= 1;
    service.tell(&second, &told);
    assert_eq!(service.found(), ["invariant_open_indices_count_on"]);
}

#[test]
fn a_version_that_comes_twice_is_found() {
    let mut service = Service::default();
    let first = ovn(&service.ask(&plan("a", 1, &[])));
    let second = plan("b", 2, &[&first]);
    let mut told = service.decide(&second);
    let Ok(Answer::IntentChanged { intent, .. }) = &mut told else {
        panic!("{told:?}");
    };
    intent.intent.ovn.0 = first;
    service.tell(&second, &told);
    assert!(
        service.found().contains(&"invariant_open_no_version_comes_twice"),
        "{:?}",
        service.found()
    );
}

#[test]
fn an_ovn_that_is_shown_to_who_does_not_manage_it_is_found() {
    let mut service = Service::default();
    service.ask(&plan("a", 1, &[])).unwrap();
    let look = look("b", 1);
    let mut told = service.decide(&look);
    let Ok(Answer::Intent(view)) = &mut told else {
        panic!("{told:?}");
    };
    view.own = true;
    service.tell(&look, &told);
    assert!(service.found().contains(&"invariant_open_ovns_are_masked"));
}

#[test]
fn a_backup_brings_back_what_was_told_before_it_and_nothing_else() {
    let mut service = Service::default();
    let first = ovn(&service.ask(&plan("a", 1, &[])));
    service.audit.backed_up();
    let kept = service.pool.clone();
    service.ask(&plan("b", 2, &[&first])).unwrap();
    service.audit.put_back();
    service.pool = kept;
    service.ask(&look("b", 1)).unwrap();
    assert!(service.ask(&look("b", 2)).is_err());
    assert_eq!(service.found(), [""; 0]);
    service.pool = Pool::default();
    assert!(service.ask(&look("b", 1)).is_err());
    assert_eq!(service.found(), ["invariant_open_answers_follow"]);
}
