//! Our notes, trees and tiles against two crates that nobody here wrote: `signed_note` and `tlog_tiles`.

#![allow(clippy::unwrap_used, reason = "a helper of tests may stop")]

mod common;

use common::{A, B, Line};
use ledger::checkpoint::sign_checkpoint;
use ledger::keys::{Ed25519Signer, Signer};
use ledger::merkle::{Tree, leaf_hash, verify_consistency, verify_inclusion};
use ledger::note::{ED25519, vkey};
use ledger::tiles::export;
use signed_note::{Note, StandardVerifier, VerifierList};
use std::collections::BTreeMap;
use tlog_tiles::{Hash, HashReader, Tile, TileHashReader, TileReader};

/// Files of an exported log, read the way a client of the other crate reads tiles.
struct Files(BTreeMap<String, Vec<u8>>);

impl TileReader for Files {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        Ok(tiles
            .iter()
            .map(|tile| self.0[&tile.path().replace("tile/8/", "tile/")].clone())
            .collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

fn entries(count: u64) -> (Vec<Vec<u8>>, Tree) {
    let entries: Vec<Vec<u8>> = (0..count).map(|n| format!("entry {n}").into_bytes()).collect();
    let mut tree = Tree::new();
    for entry in &entries {
        tree.push(leaf_hash(entry));
    }
    (entries, tree)
}

#[test]
fn their_note_reader_accepts_our_cosigned_checkpoints() {
    let line = Line::sample();
    for side in [A, B] {
        let (own, bundle) = (&line.sides[side], line.bundle());
        let key = vkey(&own.origin.to_string(), ED25519, &own.log.public());
        let known = VerifierList::new(vec![Box::new(StandardVerifier::new(&key).unwrap())]);
        for checkpoint in &bundle.logs[side].checkpoints {
            let cosigned = format!("{}{}\n", checkpoint.note, checkpoint.cosignatures[0]);
            let note = Note::from_bytes(cosigned.as_bytes()).unwrap();
            let (verified, unverified) = note.verify(&known).unwrap();
            assert_eq!((verified.len(), unverified.len()), (1, 1));
            let theirs = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
            assert_eq!(theirs.origin(), own.origin.to_string());
            assert!(theirs.extension().is_empty());
        }
    }
}

#[test]
fn their_note_reader_refuses_what_another_key_signed() {
    let line = Line::sample();
    let origin = line.sides[A].origin.to_string();
    let stranger = Ed25519Signer::from_seed([3; 32]);
    let note = sign_checkpoint(&line.sides[A].checkpoint(), &origin, &stranger);
    let key = vkey(&origin, ED25519, &line.sides[A].log.public());
    let known = VerifierList::new(vec![Box::new(StandardVerifier::new(&key).unwrap())]);
    assert!(Note::from_bytes(note.as_bytes()).unwrap().verify(&known).is_err());
}

#[test]
fn they_read_every_hash_of_our_tiles_and_prove_as_we_do() {
    for size in [1, 2, 255, 256, 257, 1000, 66_000] {
        let (entries, tree) = entries(size);
        let files = Files(export(&tree, size, |seq| &entries[seq as usize], "").collect());
        let reader = TileHashReader::new(size, Hash(tree.root()), &files);
        assert_eq!(tlog_tiles::tlog::tree_hash(size, &reader).unwrap().0, tree.root());
        for index in (0..size).step_by(1 + size as usize / 37) {
            let stored = tlog_tiles::tlog::stored_hash_index(0, index);
            assert_eq!(
                reader.read_hashes(&[stored]).unwrap()[0].0,
                leaf_hash(&entries[index as usize])
            );
            let theirs = tlog_tiles::tlog::prove_record(size, index, &reader).unwrap();
            let theirs: Vec<[u8; 32]> = theirs.into_iter().map(|hash| hash.0).collect();
            assert_eq!(theirs, tree.inclusion(index, size), "{index} of {size}");
            assert!(verify_inclusion(
                &theirs,
                index,
                size,
                &tree.leaf(index),
                &tree.root()
            ));
        }
        for old in (1..=size).step_by(1 + size as usize / 37) {
            let theirs = tlog_tiles::tlog::prove_tree(size, old, &reader).unwrap();
            let theirs: Vec<[u8; 32]> = theirs.into_iter().map(|hash| hash.0).collect();
            assert_eq!(theirs, tree.consistency(old, size), "{old} to {size}");
            assert!(verify_consistency(
                &theirs,
                old,
                size,
                &tree.root_at(old),
                &tree.root()
            ));
        }
    }
}
