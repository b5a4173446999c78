//! `docs/formats.md` is true: every vector on the page is recomputed from the page's own inputs.

#![allow(clippy::unwrap_used, reason = "a helper of tests may stop")]

use ledger::bundle::{Bundle, Countersigned, Entry, Log, Manifest, Opened};
use ledger::checkpoint::{Checkpoint, sign_checkpoint};
use ledger::contradiction::Contradiction;
use ledger::cosign::cosign;
use ledger::header::{Header, Origin, Seen, Unsigned};
use ledger::keys::{Ed25519, Ed25519Signer, PartyKeys, Signer, derive_seed};
use ledger::merkle::{Tree, empty_root};
use ledger::note::{COSIGNATURE, ED25519, vkey};
use ledger::proof::Proof;
use ledger::verify::{Policy, verify_bundle};
use std::collections::BTreeMap;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../", "docs/formats.md"));

/// The blocks named `vector` on the page.
fn page() -> BTreeMap<&'static str, String> {
    let mut vectors = BTreeMap::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("```vector ") {
            let block: String = lines
                .by_ref()
                .take_while(|line| *line != "```")
                .map(|l| l.to_owned() + "\n")
                .collect();
            assert!(
                vectors
                    .insert(name, block.trim_end_matches('\n').to_owned())
                    .is_none(),
                "{name} stands twice"
            );
        }
    }
    vectors
}

/// Keys of one side, from the secret on the page.
struct Side {
    log: Ed25519Signer,
    cosign: Ed25519Signer,
    watch: Ed25519Signer,
    origin: Origin,
}

impl Side {
    fn new(secret: &[u8; 32], side: &str) -> Side {
        let prefix = if side == "a" { "" } else { "b/" };
        let signer = |role: &str| Ed25519Signer::from_seed(derive_seed(secret, &format!("{prefix}{role}")));
        Side {
            log: signer("log"),
            cosign: signer("cosign"),
            watch: signer("desk/watch"),
            origin: Origin {
                line: "il-20".to_owned(),
                side: side.to_owned(),
                epoch: 0,
            },
        }
    }

    fn keys(&self, party: &str) -> PartyKeys {
        PartyKeys {
            party: party.to_owned(),
            log: self.log.public(),
            cosign: self.cosign.public(),
            desks: BTreeMap::from([("watch".to_owned(), self.watch.public())]),
        }
    }
}

/// Everything on the page that follows from its inputs.
struct Computed {
    a: Side,
    b: Side,
    commitment: [u8; 32],
    entries: Vec<Entry>,
    tree: Tree,
    note: String,
    cosignature: String,
}

impl Computed {
    fn new(page: &BTreeMap<&str, String>) -> Computed {
        let bytes = |name: &str| hex::decode(&page[name]).unwrap().try_into().unwrap();
        let (secret, salt): ([u8; 32], [u8; 32]) = (bytes("secret"), bytes("salt"));
        let (a, b) = (Side::new(&secret, "a"), Side::new(&secret, "b"));
        let body = page["body"].as_bytes().to_vec();
        let commitment = Header::commitment(&salt, &body);
        let entry = |seq| {
            let header = header(&a, seq, commitment);
            Entry {
                header,
                opened: Some(Opened {
                    salt,
                    body: body.clone(),
                }),
            }
        };
        let entries = vec![entry(0), entry(1)];
        let mut tree = Tree::new();
        for entry in &entries {
            tree.push(Header::leaf_hash(&entry.header));
        }
        let checkpoint = Checkpoint {
            origin: a.origin.to_string(),
            size: 2,
            root: tree.root(),
        };
        let note = sign_checkpoint(&checkpoint, &checkpoint.origin, &a.log);
        let cosignature = cosign(&checkpoint, &b.origin.cosigner_name(), 1_537_209_545, &b.cosign);
        Computed {
            a,
            b,
            commitment,
            entries,
            tree,
            note,
            cosignature,
        }
    }

    fn contradiction(&self) -> Contradiction {
        let origin = self.a.origin.to_string();
        let other = Checkpoint {
            origin: origin.clone(),
            size: 2,
            root: empty_root(),
        };
        let note_b = sign_checkpoint(&other, &origin, &self.a.log);
        Contradiction::TwoRoots {
            note_a: self.note.clone(),
            note_b,
        }
    }

    fn bundle(&self) -> Bundle {
        let sides = [self.a.keys("Alba"), self.b.keys("Borea")];
        let manifest = Manifest {
            line: "il-20".to_owned(),
            sides,
            witnesses: BTreeMap::new(),
        };
        let checkpoint = Countersigned {
            note: self.note.clone(),
            cosignatures: vec![self.cosignature.clone()],
        };
        let (entries, checkpoints) = (self.entries.clone(), vec![checkpoint]);
        let log = Log {
            origin: self.a.origin.clone(),
            entries,
            checkpoints,
        };
        let empty = Log {
            origin: self.b.origin.clone(),
            entries: Vec::new(),
            checkpoints: Vec::new(),
        };
        Bundle {
            manifest,
            logs: vec![log, empty],
            contradictions: Vec::new(),
        }
    }

    fn vectors(&self) -> Vec<(&'static str, String)> {
        let (a, origin) = (&self.a, self.a.origin.to_string());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let publics = [&a.log, &a.cosign, &a.watch].map(|signer| hex::encode(signer.public()));
        let note = format!("{}{}\n", self.note, self.cosignature);
        let proof = Proof {
            extra: None,
            index: 1,
            hashes: self.tree.inclusion(1, 2),
            note,
        };
        let cosigner = vkey(
            &self.b.origin.cosigner_name(),
            COSIGNATURE,
            &self.b.cosign.public(),
        );
        vec![
            ("keys-a", publics.join("\n")),
            ("commitment", hex::encode(self.commitment)),
            ("header", text(&self.entries[0].header)),
            ("leaf", hex::encode(self.tree.leaf(0))),
            ("root", hex::encode(self.tree.root())),
            ("checkpoint", self.note.clone()),
            ("log-vkey", vkey(&origin, ED25519, &a.log.public())),
            ("cosignature", self.cosignature.clone()),
            ("cosigner-vkey", cosigner),
            ("proof", proof.to_string()),
            ("contradiction", self.contradiction().encode()),
            ("bundle", text(&self.bundle().encode())),
            ("policy", Policy::of(&self.bundle().manifest).to_string()),
        ]
    }
}

fn header(side: &Side, seq: u64, body: [u8; 32]) -> Vec<u8> {
    let unsigned = Unsigned {
        origin: side.origin.to_string(),
        seq,
        kind: "notice".to_owned(),
        desk: "watch".to_owned(),
        drill: false,
        at: 1_537_209_543_250_000,
        seen: Seen {
            size: 0,
            root: empty_root(),
        },
        body,
    };
    unsigned.sign(&side.watch).to_bytes()
}

#[test]
fn every_vector_on_the_page_is_what_the_code_computes() {
    let page = page();
    let computed = Computed::new(&page).vectors();
    for (name, expected) in &computed {
        let expected = expected.trim_end_matches('\n');
        assert_eq!(page[name], expected, "\n```vector {name}\n{expected}\n```");
    }
    let inputs = ["secret", "body", "salt"];
    let names: Vec<&str> = computed.iter().map(|(name, _)| *name).collect();
    let unchecked: Vec<_> = page
        .keys()
        .filter(|name| !names.contains(name) && !inputs.contains(name))
        .collect();
    assert!(unchecked.is_empty(), "vectors that nothing checks: {unchecked:?}");
}

#[test]
fn the_vectors_pass_verification() {
    let page = page();
    let computed = Computed::new(&page);
    let bundle = Bundle::decode(format!("{}\n", page["bundle"]).as_bytes()).unwrap();
    let policy = Policy::parse(&page["policy"]).unwrap();
    let report = verify_bundle(&bundle, Some(&policy), &Ed25519);
    assert!(report.anchored && report.first_failure.is_none(), "{report}");
    let proof = Proof::parse(&format!("{}\n", page["proof"])).unwrap();
    let (entry, log) = (&computed.entries[1].header, computed.a.log.public());
    assert!(proof.verify(entry, &computed.a.origin, &log, &Ed25519).is_ok());
    let found = Contradiction::decode(&page["contradiction"]).unwrap();
    assert_eq!(found.verify(&computed.a.keys("Alba"), &Ed25519), Ok(()));
}
