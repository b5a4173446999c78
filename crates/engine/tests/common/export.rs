//! What a node exports, as its command does it.

use super::{LINE, Node, line};
use engine::frame::{Countersigned, Entry};
use engine::input::LogOf;
use engine::line::{entry_key, head_key};
use engine::view::LogState;
use ledger::bundle::{self, Bundle, Log, Manifest, Opened};
use ledger::contradiction::Contradiction;
use ledger::header::Origin;
use std::collections::BTreeMap;

/// What a node exports, out of what lies on its disk.
pub fn bundle_of(node: &Node) -> Bundle {
    let config = node.engine.line_config(&line()).expect("a line");
    let (own, peer) = (config.own.party_keys(), config.peer.party_keys());
    let (own, peer) = (own.expect("keys"), peer.expect("keys"));
    let sides = match node.side {
        engine::event::Side::A => [own, peer],
        engine::event::Side::B => [peer, own],
    };
    let mut logs = Vec::new();
    for of in [LogOf::Own, LogOf::Peer] {
        let states = node.engine.closed_logs(&line(), of).into_iter();
        for state in states.chain(node.engine.log_state(&line(), of)) {
            logs.push(log_of(node, of, &state));
        }
    }
    logs.sort_by_key(|log| (log.origin.epoch, log.origin.side.clone()));
    let texts = node.engine.contradictions(&line()).iter();
    Bundle {
        manifest: Manifest {
            line: LINE.to_owned(),
            sides,
            witnesses: BTreeMap::new(),
        },
        logs,
        contradictions: texts
            .map(|text| Contradiction::decode(text).expect("evidence"))
            .collect(),
    }
}

fn log_of(node: &Node, of: LogOf, state: &LogState) -> Log {
    let entry = |seq| {
        let bytes = &node.disk.entries[&entry_key(&line(), of, state.epoch, seq)];
        let Entry { header, salt, body } = Entry::parse(bytes).expect("stored entries are whole");
        let opened = body.map(|body| Opened { salt, body });
        bundle::Entry { header, opened }
    };
    let key = |size| head_key(&line(), of, state.epoch, size);
    let stored = node.disk.entries.range(key(0)..key(state.size + 1));
    let read = |bytes: &Vec<u8>| serde_json::from_slice(bytes).expect("a head");
    let mut heads: Vec<Countersigned> = stored.map(|(_, bytes)| read(bytes)).collect();
    assert_eq!(heads.last(), state.cosigned.as_ref(), "the newest is stored too");
    heads.extend(state.head.clone().filter(|_| state.cosigned_size < state.size));
    let countersigned = |head: Countersigned| bundle::Countersigned {
        note: head.note,
        cosignatures: head.cosignature.into_iter().collect(),
    };
    Log {
        origin: Origin::parse(&state.origin).expect("an origin"),
        entries: (0..state.size).map(entry).collect(),
        checkpoints: heads.into_iter().map(countersigned).collect(),
    }
}
