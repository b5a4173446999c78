//! A line of two parties with known keys, on which tests say things.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test program uses its part, and may stop"
)]

use ledger::bundle::{Bundle, Countersigned, Entry, Log, Manifest, Opened};
use ledger::canon::to_canonical;
use ledger::checkpoint::{Checkpoint, sign_checkpoint};
use ledger::cosign::cosign;
use ledger::header::{Header, Origin, Seen, Unsigned};
use ledger::keys::{Ed25519Signer, PartyKeys, Signer, derive_seed};
use ledger::merkle::Tree;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Side `a` and side `b`.
pub const A: usize = 0;
pub const B: usize = 1;

/// 2018-09-17T18:39:03Z.
pub const START_S: u64 = 1_537_209_543;

pub struct Side {
    pub log: Ed25519Signer,
    pub cosign: Ed25519Signer,
    pub desks: BTreeMap<String, Ed25519Signer>,
    pub origin: Origin,
    pub tree: Tree,
    pub seen: Seen,
    pub entries: Vec<Entry>,
    pub checkpoints: Vec<Countersigned>,
}

pub struct Line {
    pub sides: [Side; 2],
    now_s: u64,
}

impl Line {
    pub fn new(line: &str) -> Line {
        Line {
            sides: ["a", "b"].map(|side| Side::new(line, side)),
            now_s: START_S,
        }
    }

    /// A line with everything that a bundle can hold: bodies, a withheld one, drills, several
    /// checkpoints in both directions.
    pub fn sample() -> Line {
        let mut line = Line::new("il-20");
        line.act(A, "node", "open", &json!({ "party": "Alba" }));
        line.act(B, "node", "open", &json!({ "party": "Borea" }));
        line.exchange();
        line.act(
            A,
            "watch",
            "notice",
            &json!({ "class": "hazard", "words": "north of the town: \u{2192} \"café\"" }),
        );
        line.act(
            A,
            "watch",
            "notice",
            &json!({ "volumes": [[35_000_000_000_i64, -1], []], "ends": null }),
        );
        line.exchange();
        line.act(B, "node", "received", &json!({ "seqs": [1, 2] }));
        line.act(
            B,
            "duty-commander",
            "answer.object",
            &json!({ "why": "own aircraft there" }),
        );
        line.exchange();
        line.sides[B].entries[1].opened = None;
        line
    }

    /// Seals an act on one side.
    pub fn act(&mut self, side: usize, desk: &str, kind: &str, body: &Value) {
        let at = i64::try_from(self.now_s).unwrap() * 1_000_000 + 250_000;
        self.sides[side].act(desk, kind, body, at);
    }

    /// Each side that has said something signs its log; the other countersigns it and has seen it.
    pub fn exchange(&mut self) {
        for (own, peer) in [(A, B), (B, A)] {
            if self.sides[peer].seen.size == self.sides[own].tree.size() {
                continue;
            }
            self.now_s += 1;
            let (time_s, checkpoint) = (self.now_s, self.sides[own].checkpoint());
            let note = sign_checkpoint(&checkpoint, &checkpoint.origin, &self.sides[own].log);
            let name = self.sides[peer].origin.cosigner_name();
            let line = cosign(&checkpoint, &name, time_s, &self.sides[peer].cosign);
            self.sides[own].checkpoints.push(Countersigned {
                note,
                cosignatures: vec![line],
            });
            self.sides[peer].seen = Seen {
                size: checkpoint.size,
                root: checkpoint.root,
            };
        }
    }

    pub fn bundle(&self) -> Bundle {
        let [a, b] = &self.sides;
        let manifest = Manifest {
            line: a.origin.line.clone(),
            sides: [a.keys("Alba"), b.keys("Borea")],
            witnesses: BTreeMap::new(),
        };
        Bundle {
            manifest,
            logs: vec![a.to_log(), b.to_log()],
            contradictions: Vec::new(),
        }
    }
}

impl Side {
    fn new(line: &str, side: &str) -> Side {
        let signer =
            |role: &str| Ed25519Signer::from_seed(derive_seed(&[0x5e; 32], &format!("{line}/{side}/{role}")));
        let desks = ["node", "watch", "duty-commander"];
        Side {
            log: signer("log"),
            cosign: signer("cosign"),
            desks: desks
                .map(|desk| (desk.to_owned(), signer(desk)))
                .into_iter()
                .collect(),
            origin: Origin {
                line: line.to_owned(),
                side: side.to_owned(),
                epoch: 0,
            },
            tree: Tree::new(),
            seen: Seen {
                size: 0,
                root: ledger::merkle::empty_root(),
            },
            entries: Vec::new(),
            checkpoints: Vec::new(),
        }
    }

    pub fn keys(&self, party: &str) -> PartyKeys {
        PartyKeys {
            party: party.to_owned(),
            log: self.log.public(),
            cosign: self.cosign.public(),
            desks: self
                .desks
                .iter()
                .map(|(desk, signer)| (desk.clone(), signer.public()))
                .collect(),
        }
    }

    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            origin: self.origin.to_string(),
            size: self.tree.size(),
            root: self.tree.root(),
        }
    }

    /// The next header, not yet in the log.
    pub fn unsigned(&self, desk: &str, kind: &str, at: i64, body: [u8; 32]) -> Unsigned {
        Unsigned {
            origin: self.origin.to_string(),
            seq: self.tree.size(),
            kind: kind.to_owned(),
            desk: desk.to_owned(),
            drill: kind == "drill",
            at,
            seen: self.seen,
            body,
        }
    }

    pub fn act(&mut self, desk: &str, kind: &str, body: &Value, at: i64) {
        let salt = derive_seed(&[0x5a; 32], &format!("{}/{}", self.origin, self.tree.size()));
        let body = to_canonical(body).unwrap();
        let unsigned = self.unsigned(desk, kind, at, Header::commitment(&salt, &body));
        let header = unsigned.sign(&self.desks[desk]).to_bytes();
        self.push(Entry {
            header,
            opened: Some(Opened { salt, body }),
        });
    }

    pub fn push(&mut self, entry: Entry) {
        self.tree.push(Header::leaf_hash(&entry.header));
        self.entries.push(entry);
    }

    fn to_log(&self) -> Log {
        let (origin, entries, checkpoints) = (
            self.origin.clone(),
            self.entries.clone(),
            self.checkpoints.clone(),
        );
        Log {
            origin,
            entries,
            checkpoints,
        }
    }
}
