//! Verification: every check has its reason, names its entry, and rests on the keys of a policy.

#![allow(clippy::unwrap_used, reason = "a helper of tests may stop")]

mod common;

use common::{A, B, Line, START_S};
use ledger::bundle::{Bundle, Entry, Log};
use ledger::canon::CanonFault;
use ledger::checkpoint::{Checkpoint, sign_checkpoint};
use ledger::contradiction::{Contradiction, ContradictionFault};
use ledger::cosign::cosign;
use ledger::header::{Header, Seen, Unsigned};
use ledger::keys::{Ed25519, Ed25519Signer, PartyKeys, Signer, fingerprint};
use ledger::limits::PREPARE_FROM;
use ledger::note::NoteFault;
use ledger::verify::{Cover, Failure, Policy, Report, Why, verify_bundle, verify_contradiction};
use serde_json::json;

fn check(bundle: &Bundle) -> Report {
    verify_bundle(bundle, None, &Ed25519)
}

fn failure(bundle: &Bundle) -> (Option<String>, Option<u64>, Why) {
    let Failure { log, seq, why } = check(bundle).first_failure.expect("a check fails");
    (log.map(|log| log.replace("detente/v1/il-20/", "")), seq, why)
}

/// A sample after `change`, and its bundle.
fn changed(change: impl FnOnce(&mut Line, &mut Bundle)) -> Bundle {
    let mut line = Line::sample();
    let mut bundle = line.bundle();
    change(&mut line, &mut bundle);
    bundle
}

/// Signs a changed header again, as a desk would that cheats.
fn resigned(line: &Line, side: usize, entry: &Entry, change: impl FnOnce(&mut Unsigned)) -> Entry {
    let Header {
        origin,
        seq,
        kind,
        desk,
        drill,
        at,
        seen,
        body,
        ..
    } = Header::parse(&entry.header).unwrap();
    let mut unsigned = Unsigned {
        origin,
        seq,
        kind,
        desk,
        drill,
        at,
        seen,
        body,
    };
    let signer = &line.sides[side].desks[&unsigned.desk];
    change(&mut unsigned);
    Entry {
        header: unsigned.sign(signer).to_bytes(),
        opened: entry.opened.clone(),
    }
}

#[test]
fn a_sound_bundle_passes_and_says_who_holds_what_since_when() {
    let report = check(&Line::sample().bundle());
    assert_eq!(report.first_failure, None);
    let [a, b] = report.logs.as_slice() else {
        panic!("two logs")
    };
    assert_eq!((a.size, a.opened, a.signed_size, a.cosigned_size()), (3, 3, 3, 3));
    assert_eq!((b.size, b.opened, b.signed_size, b.cosigned_size()), (3, 2, 3, 3));
    assert_eq!(
        a.first_cover(0),
        Some(Cover {
            size: 1,
            time_s: START_S + 1
        })
    );
    assert_eq!(
        a.first_cover(1),
        Some(Cover {
            size: 3,
            time_s: START_S + 3
        })
    );
    assert_eq!(a.first_cover(3), None);
}

#[test]
fn without_a_policy_the_first_line_says_keys_not_anchored() {
    let bundle = Line::sample().bundle();
    let text = check(&bundle).to_string();
    assert!(text.starts_with("KEYS NOT ANCHORED"), "{text}");
    for keys in &bundle.manifest.sides {
        let all = keys.desks.values().chain([&keys.log, &keys.cosign]);
        assert!(
            all.into_iter().all(|key| text.contains(&fingerprint(key))),
            "{text}"
        );
    }
    assert!(
        text.ends_with("This proves who stated what when, not that it was true."),
        "{text}"
    );
}

#[test]
fn with_every_key_pinned_the_report_is_anchored() {
    let bundle = Line::sample().bundle();
    let policy = Policy::parse(&format!("# from the join\n\n{}", Policy::of(&bundle.manifest))).unwrap();
    let report = verify_bundle(&bundle, Some(&policy), &Ed25519);
    assert!(report.anchored && report.unanchored.is_empty() && report.first_failure.is_none());
    let text = report.to_string();
    assert!(
        text.starts_with("line il-20: side a is Alba, side b is Borea\n"),
        "{text}"
    );
    assert!(
        text.contains("countersigned to 3 at 2018-09-17T18:39:06Z"),
        "{text}"
    );
    assert!(
        text.ends_with("every check passed\nThis proves who stated what when, not that it was true."),
        "{text}"
    );
}

#[test]
fn a_key_that_the_policy_leaves_out_is_shown_as_not_anchored() {
    let bundle = Line::sample().bundle();
    let all = Policy::of(&bundle.manifest).to_string();
    for left_out in all.lines() {
        let policy = Policy::parse(&all.replace(left_out, "#")).unwrap();
        let report = verify_bundle(&bundle, Some(&policy), &Ed25519);
        assert!(!report.anchored, "{left_out}");
        let [key] = report.unanchored.as_slice() else {
            panic!("one key is not anchored")
        };
        assert!(
            left_out.contains(&format!("{}+", key.name)),
            "{left_out}: {key:?}"
        );
        assert!(report.to_string().starts_with("KEYS NOT ANCHORED"));
    }
}

/// Puts another key in place of one.
type Forge = fn(&mut PartyKeys, [u8; 32]);

#[test]
fn a_key_other_than_the_pinned_one_fails_by_name() {
    let bundle = Line::sample().bundle();
    let policy = Policy::of(&bundle.manifest);
    let stranger = Ed25519Signer::from_seed([100; 32]).public();
    let forge: [(&str, Forge); 3] = [
        ("detente/v1/il-20/b", |keys, key| keys.log = key),
        ("detente/v1/il-20/b/cosign", |keys, key| keys.cosign = key),
        ("detente/v1/il-20/b/desk/watch", |keys, key| {
            keys.desks.insert("watch".to_owned(), key);
        }),
    ];
    for (name, forge) in forge {
        let mut forged = bundle.clone();
        forge(&mut forged.manifest.sides[B], stranger);
        let report = verify_bundle(&forged, Some(&policy), &Ed25519);
        assert!(!report.anchored);
        assert_eq!(
            report.first_failure.unwrap().why,
            Why::OtherKey {
                name: name.to_owned()
            }
        );
    }
}

/// A manifest that names the pinned key under a party's name as a witness, and uses another.
#[test]
fn a_second_claim_to_a_pinned_name_does_not_anchor_the_first() {
    let mut bundle = Line::sample().bundle();
    let policy = Policy::of(&bundle.manifest);
    let stranger = Ed25519Signer::from_seed([100; 32]).public();
    let pinned = std::mem::replace(&mut bundle.manifest.sides[B].cosign, stranger);
    let name = "detente/v1/il-20/b/cosign".to_owned();
    bundle.manifest.witnesses.insert(name.clone(), pinned);
    let report = verify_bundle(&bundle, Some(&policy), &Ed25519);
    assert!(!report.anchored);
    assert_eq!(report.first_failure.unwrap().why, Why::OtherKey { name });
    let fault = Bundle::decode(&bundle.encode()).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "line 1: a name in the manifest is not well formed"
    );
}

#[test]
fn a_log_key_may_be_pinned_for_one_epoch_or_for_all() {
    let bundle = Line::sample().bundle();
    let key = bundle.manifest.sides[A].log;
    let rest: String = Policy::of(&bundle.manifest)
        .to_string()
        .lines()
        .skip(1)
        .map(|l| l.to_owned() + "\n")
        .collect();
    for (name, anchored) in [
        ("detente/v1/il-20/a", true),
        ("detente/v1/il-20/a/0", true),
        ("detente/v1/il-20/a/1", false),
    ] {
        let line = format!("log {}", ledger::note::vkey(name, ledger::note::ED25519, &key));
        let policy = Policy::parse(&format!("{rest}{line}")).unwrap();
        assert_eq!(
            verify_bundle(&bundle, Some(&policy), &Ed25519).anchored,
            anchored,
            "{name}"
        );
    }
}

#[test]
fn a_policy_that_cannot_be_followed_is_refused_with_its_line() {
    let good = Policy::of(&Line::sample().bundle().manifest).to_string();
    let log = good.lines().next().unwrap();
    let cases = [
        (format!("{good}quorum none\n"), "not `log <vkey>`"),
        (format!("{good}{log} more\n"), "not `log <vkey>`"),
        (format!("{good}{log}\n"), "the name is pinned before"),
        (
            format!("{good}{}\n", log.replace("log ", "desk ")),
            "not one of this role",
        ),
        (
            format!("{good}{}\n", log.replace("log ", "witness x ")),
            "of another type",
        ),
        (format!("{good}{}\n", log.replace("/a+", "/b+")), "malformed"),
    ];
    for (text, why) in cases {
        let fault = Policy::parse(&text).unwrap_err();
        assert_eq!(fault.line, good.lines().count() + 1);
        assert!(fault.to_string().contains(why), "{fault}");
    }
}

/// After `change`, entry `seq` of side `a` is the first that fails, and for `why`.
fn assert_entry_fails(seq: u64, why: Why, change: impl FnOnce(&Line, &mut Vec<Entry>)) {
    let bundle = changed(|line, bundle| change(line, &mut bundle.logs[A].entries));
    assert_eq!(failure(&bundle), (Some("a/0".to_owned()), Some(seq), why));
}

#[test]
fn an_entry_missing_doubled_moved_or_of_another_log_is_named() {
    assert_entry_fails(1, Why::Order { stated: 2 }, |_, entries| drop(entries.remove(1)));
    assert_entry_fails(2, Why::Order { stated: 1 }, |_, entries| {
        entries.insert(1, entries[1].clone())
    });
    assert_entry_fails(1, Why::Order { stated: 2 }, |_, entries| entries.swap(1, 2));
    assert_entry_fails(1, Why::OtherLog, |line, entries| {
        entries[1] = line.sides[B].entries[1].clone()
    });
}

#[test]
fn an_entry_that_its_desk_did_not_sign_is_named() {
    let desk = || "watch".to_owned();
    assert_entry_fails(2, Why::DeskSignature { desk: desk() }, |line, entries| {
        entries[2] = resigned(line, B, &entries[2], |_| ());
    });
    let bundle = changed(|_, bundle| {
        bundle.manifest.sides[A].desks.remove("watch");
    });
    let why = Why::UnknownDesk { desk: desk() };
    assert_eq!(failure(&bundle), (Some("a/0".to_owned()), Some(1), why));
}

#[test]
fn an_entry_whose_body_is_not_the_one_committed_to_is_named() {
    let opened = |entries: &mut Vec<Entry>| entries[2].opened.clone().unwrap();
    assert_entry_fails(2, Why::Commitment, |_, entries| {
        let mut other = opened(entries);
        other.salt[0] ^= 1;
        entries[2].opened = Some(other);
    });
    let length = opened(&mut Line::sample().sides[A].entries.clone()).body.len();
    let why = Why::Body(CanonFault::Trailing { at: length });
    assert_entry_fails(2, why, |_, entries| {
        let mut other = opened(entries);
        other.body.push(b' ');
        entries[2].opened = Some(other);
    });
}

#[test]
fn an_entry_that_had_not_seen_what_it_says_is_named() {
    let saw = |seen: Seen, why| {
        assert_entry_fails(2, why, |line, entries| {
            entries[2] = resigned(line, A, &entries[2], |unsigned| unsigned.seen = seen);
        });
    };
    let nothing = Seen {
        size: 0,
        root: ledger::merkle::empty_root(),
    };
    saw(nothing, Why::SeenWentBack { before: 1, now: 0 });
    saw(
        Seen {
            size: 4,
            root: [1; 32],
        },
        Why::SeenBeyond { size: 4, held: 3 },
    );
    saw(
        Seen {
            size: 2,
            root: [1; 32],
        },
        Why::SeenUntrue { size: 2 },
    );
}

/// A desk that signs an act again otherwise is caught by the log's own checkpoint.
#[test]
fn an_entry_exchanged_with_its_desks_help_fails_the_root() {
    let bundle = changed(|l, b| b.logs[B].entries[2] = resigned(l, B, &b.logs[B].entries[2], |u| u.at += 1));
    assert_eq!(
        failure(&bundle),
        (Some("b/0".to_owned()), Some(1), Why::Root { size: 3 })
    );
}

/// After `change`, side `b`'s log is the one that fails, there and for `why`. Cutting a log also cuts
/// what the other saw of it, so the log itself is looked at.
fn assert_log_fails(seq: Option<u64>, why: Why, change: impl FnOnce(&Line, &mut Log)) {
    let report = check(&changed(|line, bundle| change(line, &mut bundle.logs[B])));
    let found = report.logs[B].failure.clone().expect("a check fails");
    assert_eq!((found.seq, found.why), (seq, why));
    assert_eq!(found.log.as_deref(), Some("detente/v1/il-20/b/0"));
}

#[test]
fn a_checkpoint_under_another_key_or_out_of_order_is_named() {
    let why = Why::Note {
        n: 1,
        fault: NoteFault::Unsigned,
    };
    assert_log_fails(None, why, |line, log| {
        log.checkpoints[0] = line.sides[A].checkpoints[0].clone()
    });
    assert_log_fails(None, Why::CheckpointOrder { n: 3, size: 1 }, |_, log| {
        log.checkpoints.push(log.checkpoints[0].clone());
    });
}

#[test]
fn a_checkpoint_that_is_not_over_the_entries_is_named_with_the_first_unproven_one() {
    assert_log_fails(Some(2), Why::Missing { size: 3 }, |_, log| {
        drop(log.entries.pop())
    });
    assert_log_fails(Some(1), Why::Uncovered, |_, log| drop(log.checkpoints.pop()));
    assert_log_fails(Some(1), Why::Root { size: 3 }, |line, log| {
        let other = Checkpoint {
            root: [1; 32],
            ..line.sides[B].checkpoint()
        };
        log.checkpoints[1].note = sign_checkpoint(&other, &other.origin, &line.sides[B].log);
    });
}

#[test]
fn a_cosignature_that_does_not_hold_or_is_of_nobody_known_is_named() {
    let why = Why::Cosignature {
        size: 3,
        name: "detente/v1/il-20/a/cosign".to_owned(),
    };
    assert_log_fails(None, why, |_, log| {
        log.checkpoints[1].cosignatures = log.checkpoints[0].cosignatures.clone();
    });
    assert_log_fails(None, Why::UnknownCosigner { size: 3 }, |line, log| {
        let (checkpoint, signer) = (line.sides[B].checkpoint(), &line.sides[A].cosign);
        let line = cosign(&checkpoint, "witness.example", START_S, signer);
        log.checkpoints[1].cosignatures.push(line);
    });
}

#[test]
fn a_neutral_witness_counts_as_witness_and_never_as_receipt() {
    let witness = Ed25519Signer::from_seed([77; 32]);
    let bundle = changed(|l, b| {
        let line = cosign(&l.sides[A].checkpoint(), "witness.example", START_S, &witness);
        b.manifest
            .witnesses
            .insert("witness.example".to_owned(), witness.public());
        b.logs[A].checkpoints[1].cosignatures = vec![line];
    });
    let report = check(&bundle);
    assert_eq!(report.first_failure, None);
    assert_eq!((report.logs[A].witnessed, report.logs[A].cosigned_size()), (1, 1));
    assert!(report.unanchored.iter().any(|key| key.name == "witness.example"));
}

#[test]
fn one_key_in_two_roles_is_refused() {
    let bundle = changed(|_, b| b.manifest.sides[B].cosign = b.manifest.sides[B].log);
    assert!(matches!(failure(&bundle), (None, None, Why::SharedKey { .. })));
}

#[test]
fn a_withheld_body_leaves_every_proof_standing() {
    let bundle = changed(|_, b| {
        b.logs
            .iter_mut()
            .flat_map(|log| &mut log.entries)
            .for_each(|entry| entry.opened = None);
    });
    let report = check(&bundle);
    assert_eq!((report.first_failure, report.logs[A].opened), (None, 0));
}

/// Beyond this many entries the keys are prepared ahead; the judgement is the same.
#[test]
fn a_long_log_is_judged_like_a_short_one() {
    let mut line = Line::new("il-20");
    for n in 0..PREPARE_FROM {
        line.act(A, "watch", "message", &json!({ "n": n }));
    }
    line.exchange();
    let mut bundle = line.bundle();
    assert_eq!(check(&bundle).first_failure, None);
    bundle.logs[A].entries[700] = resigned(&line, B, &bundle.logs[A].entries[700], |_| ());
    let why = Why::DeskSignature {
        desk: "watch".to_owned(),
    };
    assert_eq!(failure(&bundle), (Some("a/0".to_owned()), Some(700), why));
}

fn two_roots(line: &Line) -> Contradiction {
    let side = &line.sides[A];
    let other = Checkpoint {
        root: [1; 32],
        ..side.checkpoint()
    };
    let note = |checkpoint: &Checkpoint| sign_checkpoint(checkpoint, &checkpoint.origin, &side.log);
    Contradiction::TwoRoots {
        note_a: note(&side.checkpoint()),
        note_b: note(&other),
    }
}

#[test]
fn a_contradiction_is_accepted_alone_and_in_a_bundle() {
    let bundle = changed(|l, b| b.contradictions.push(two_roots(l)));
    let report = check(&bundle);
    assert_eq!(report.first_failure, None);
    let wording = "two signed states of log detente/v1/il-20/a/0 cannot both hold; possible causes: restored backup, copied node, forgery";
    assert_eq!(report.contradictions, [wording]);
    assert!(
        report
            .to_string()
            .contains(&format!("CONTRADICTION: {wording}\n"))
    );

    let (found, policy) = (two_roots(&Line::sample()), Policy::of(&bundle.manifest));
    assert_eq!(
        verify_contradiction(&found, &policy, &Ed25519),
        Ok(wording.to_owned())
    );
    let name = "detente/v1/il-20/a/0".to_owned();
    assert_eq!(
        verify_contradiction(&found, &Policy::default(), &Ed25519),
        Err(Why::NotPinned { name })
    );
}

#[test]
fn a_contradiction_that_is_none_fails() {
    let bundle = changed(|l, b| {
        let Contradiction::TwoRoots { note_a, .. } = two_roots(l) else {
            unreachable!()
        };
        b.contradictions.push(Contradiction::TwoRoots {
            note_b: note_a.clone(),
            note_a,
        });
    });
    let why = Why::Contradiction(ContradictionFault::Compatible("their roots are the same"));
    assert_eq!(failure(&bundle), (Some("a/0".to_owned()), None, why));
    assert!(check(&bundle).contradictions.is_empty());
}
