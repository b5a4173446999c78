//! Floods: of a node's own clients, of a peer's node, of somebody with a peer's key.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::notices::{assert_honest, notices, notify, now_us, operation, plan, volume};
use common::{Node, join, line_address, verify};
use engine::frame::{Beat, Frame};
use node::dir::NodeDir;
use node::keys::Keys;
use node::line_io::Preface;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

const LINE: &str = "north";
const HOUR_US: i64 = 3_600_000_000;
/// Writes at once: more than the desks' queue holds and some batches take.
const WRITES: usize = 6_500;
/// Volumes of each, in rounds until the queue was full: the more, the longer the core takes.
const VOLUMES: [usize; 3] = [8, 24, 48];
/// Open files that such a flood needs at either end.
const FILES: usize = WRITES + 500;
/// Safety acts during a flood.
const STOPS: usize = 5;
/// Fewer than one side may have in a line's dialogues.
const MESSAGES: usize = 4_900;
const FLOODERS: usize = 8;

fn cease_path(line: &str) -> String {
    format!("/v1/lines/{line}/cease")
}

fn cease(words: &str) -> Value {
    json!({ "place": { "at": null, "words": words } })
}

fn message(text: &str) -> Value {
    json!({ "urgency": "normal", "response": "R", "closes": false, "text": text })
}

/// Lets this process and its nodes have so many files open. Not everywhere, and then it says
/// so loudly.
fn may_open(files: usize) -> bool {
    let _may_be_refused = Command::new("prlimit")
        .args([
            "--pid",
            &std::process::id().to_string(),
            &format!("--nofile={files}:"),
        ])
        .status();
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)?.parse::<usize>().ok());
    let may = soft.is_some_and(|soft| soft >= files);
    if !may {
        println!("SKIPPED: {soft:?} files may be open here, {files} are needed; this test proved NOTHING");
    }
    may
}

/// A request, as bytes.
fn request(node: &Node, path: &str, key: &str, body: &Value) -> Vec<u8> {
    let address = fs::read_to_string(node.folder.join("run/http")).unwrap();
    let token = fs::read_to_string(node.folder.join("tokens/watch")).unwrap();
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {key}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        token.trim(),
        body.len()
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

/// Sends all requests but for their last bytes, then those; gives every answer's text.
fn all_at_once(node: &Node, requests: &[Vec<u8>], sent: impl FnOnce()) -> Vec<String> {
    let address = fs::read_to_string(node.folder.join("run/http")).unwrap();
    let begin = &|request: &Vec<u8>| {
        let mut socket = TcpStream::connect(address.trim()).unwrap();
        socket.set_nodelay(true).unwrap();
        socket.write_all(&request[..request.len() - 1]).unwrap();
        socket
    };
    let mut sockets: Vec<TcpStream> = thread::scope(|scope| {
        let parts = requests.chunks(requests.len().div_ceil(FLOODERS));
        let begun: Vec<_> = parts
            .map(|part| scope.spawn(move || part.iter().map(begin).collect::<Vec<_>>()))
            .collect();
        begun.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    for (socket, request) in sockets.iter_mut().zip(requests) {
        socket.write_all(&request[request.len() - 1..]).unwrap();
    }
    sent();
    let read = |socket: &mut TcpStream| {
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    };
    sockets.iter_mut().map(read).collect()
}

/// Files an operation under each name, all at once, and ceases amid them.
fn flood(node: &Node, names: &[String], volumes: usize) -> Vec<String> {
    let start_us = now_us() + HOUR_US;
    let of_name = |(number, name): (usize, &String)| {
        let places = number * volumes..(number + 1) * volumes;
        let volumes: Vec<Value> = places.map(|place| volume(place, start_us)).collect();
        let draft = json!({ "name": name, "class": "transit", "volumes": volumes });
        request(node, "/v1/operations", name, &draft)
    };
    let writes: Vec<Vec<u8>> = names.iter().enumerate().map(of_name).collect();
    all_at_once(node, &writes, || {
        for number in 0..STOPS {
            let words = format!("cease {number} amid {}", names[0]);
            let stop = node.post(&cease_path(LINE), &words, &cease(&words));
            assert!(matches!(stop, Some((200, _))), "a cease is taken: {stop:?}");
        }
    })
}

#[test]
fn a_full_desk_queue_answers_503_and_takes_every_cease() {
    if !may_open(FILES) {
        return;
    }
    let (blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    join(&blue, &red, LINE, None);
    let (mut expected, mut full) = (Vec::new(), 0);
    for (round, volumes) in VOLUMES.into_iter().enumerate() {
        let names: Vec<String> = (0..WRITES)
            .map(|number| format!("round {round} number {number}"))
            .collect();
        let answers = flood(&blue, &names, volumes);
        let taken = answers.iter().map(|answer| was_taken(answer));
        expected.extend(
            names
                .into_iter()
                .zip(taken)
                .filter(|(_, taken)| *taken)
                .map(|(name, _)| name),
        );
        full = (round + 1) * WRITES - expected.len();
        println!("{WRITES} writes of {volumes} volumes at once: {full} refused with 503, every cease taken");
        if full > 0 {
            break;
        }
    }
    assert!(full > 0, "the queue was full");
    let list = blue.get("/v1/operations")["operations"].clone();
    let list = list.as_array().unwrap().iter();
    let mut on_file: Vec<&str> = list.map(|shown| shown["name"].as_str().unwrap()).collect();
    on_file.sort_unstable();
    expected.sort();
    assert!(
        on_file == expected,
        "what was acknowledged is there once, and nothing else"
    );
    let stops = |node: &Node| node.get("/v1/stops")["stops"].as_array().unwrap().len();
    red.until("heard all", |red| stops(red) == stops(&blue));
    blue.until("the alarm over", |blue| {
        !blue.alarm_texts().contains("queue is full")
    });
}

/// Whether a request was carried out; any refusal but a full queue stops the test.
fn was_taken(answer: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    if head.starts_with("HTTP/1.1 200") {
        return true;
    }
    let head = head.to_lowercase();
    assert!(head.starts_with("http/1.1 503"), "{answer}");
    assert!(
        head.contains("retry-after: 1") && head.contains("application/problem+json"),
        "{head}"
    );
    let problem: Value = serde_json::from_str(body).unwrap();
    assert_eq!(problem["type"], "urn:detente:problem:queue-full");
    assert!(
        problem["detail"].as_str().unwrap().contains("try again"),
        "{problem}"
    );
    false
}

/// Gives `STOPS` ceases and hazard notices on a line and waits for RECEIVED of each.
fn safety_passes(node: &Node, peer: &Node, hazards: &[String]) {
    let received = |words: &str| {
        let stops = node.get("/v1/stops");
        let stop = stops["stops"]
            .as_array()
            .unwrap()
            .iter()
            .find(|stop| stop["place"]["words"] == words);
        stop.is_some_and(|stop| stop["received_at_us"].is_i64())
    };
    for hazard in hazards {
        let words = format!("stop for {hazard}");
        node.insist(&cease_path(LINE), &words, &cease(&words));
        let path = format!("/v1/lines/{LINE}/notices");
        let given = node.insist(&path, hazard, &notify(hazard));
        let id = given["id"].as_str().unwrap();
        let one = format!("/v1/lines/{LINE}/notices/own/{id}");
        node.until("RECEIVED in the flood", |node| {
            received(&words) && node.get(&one)["current"]["received"].is_object()
        });
        assert_eq!(node.get("/healthy")["running"], true);
        let shown = peer.get(&format!("/v1/lines/{LINE}/notices/peer/{id}"));
        assert_honest(&node.get(&one), &shown);
    }
}

fn plan_hazards(node: &Node) -> Vec<String> {
    let desk = node.desk("watch");
    let one = |number: usize| {
        let draft = operation("hazard", number, now_us() + HOUR_US);
        plan(&desk, &number.to_string(), &draft)
    };
    (0..STOPS).map(one).collect()
}

#[test]
fn a_node_that_floods_its_peer_holds_up_no_safety_traffic_of_either() {
    let (blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    join(&blue, &red, LINE, None);
    let hazards = plan_hazards(&blue);
    let (next, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..FLOODERS {
            let desk = red.desk("watch");
            let (next, done) = (&next, &done);
            scope.spawn(move || {
                while !done.load(Ordering::SeqCst) {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= MESSAGES {
                        return;
                    }
                    let text = format!("message {number:05}");
                    desk.insist(&format!("/v1/lines/{LINE}/messages"), &text, &message(&text));
                }
            });
        }
        red.until("flooding", |_| next.load(Ordering::SeqCst) > 100);
        safety_passes(&blue, &red, &hazards);
        let sent = next.load(Ordering::SeqCst);
        println!("{STOPS} ceases and hazard notices were RECEIVED within {sent} messages of a flood");
        assert!(sent < MESSAGES, "the flood was still on");
        red.insist(&cease_path(LINE), "red", &cease("from the flooder"));
        blue.until("heard", |blue| {
            blue.get("/v1/stops").to_string().contains("from the flooder")
        });
        done.store(true, Ordering::SeqCst);
    });
    for node in [&blue, &red] {
        node.until_settled(LINE);
        let (holds, report) = verify(&node.export(LINE));
        assert!(holds, "{report}");
    }
}

/// Somebody with the keys of a peer's node, and no manners.
struct Hostile {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl Hostile {
    /// Connects to `victim` on `line` as the node in `of`, which must not run.
    fn connect(victim: &Node, of: &Node, line: &str) -> Self {
        let keys = Keys::of(&NodeDir::at(&victim.folder));
        let pin = keys.identity().unwrap().pin().to_owned();
        let own = Keys::of(&NodeDir::at(&of.folder)).identity().unwrap();
        let name = ServerName::try_from(node::tls::NAME).unwrap();
        let tls = ClientConnection::new(own.client(&pin).unwrap(), name).unwrap();
        let socket = TcpStream::connect(line_address(victim)).unwrap();
        let mut hostile = Hostile {
            stream: StreamOwned::new(tls, socket),
        };
        let preface = Preface {
            line: line.into(),
            join: None,
        };
        hostile.send(&serde_json::to_vec(&preface).unwrap()).unwrap();
        let mut length = [0; 4];
        hostile.stream.read_exact(&mut length).unwrap();
        let mut verdict = vec![0; u32::from_be_bytes(length) as usize];
        hostile.stream.read_exact(&mut verdict).unwrap();
        assert!(String::from_utf8(verdict).unwrap().contains("true"), "let in");
        hostile
    }

    fn send(&mut self, frame: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(frame.len()).unwrap();
        self.stream.write_all(&length.to_be_bytes())?;
        self.stream.write_all(frame)
    }
}

/// Beats, and safety frames that look well and are not signed.
fn hostile_frames(evidence: &std::path::Path) -> Vec<Vec<u8>> {
    let bundle = ledger::bundle::Bundle::decode(&fs::read(evidence).unwrap()).unwrap();
    let theirs = bundle.logs.iter().find(|log| log.origin.side == "b").unwrap();
    let entry = theirs.entries.last().unwrap();
    let opened = entry.opened.as_ref().unwrap();
    let header = String::from_utf8(entry.header.clone()).unwrap();
    let forged = |number: usize| {
        let place = format!("\"seq\":{}", theirs.entries.len() - 1);
        assert!(header.contains(&place));
        let header = header.replace(&place, &format!("\"seq\":{}", 1_000 + number));
        let entry = engine::frame::Entry {
            header: header.into_bytes(),
            salt: opened.salt,
            body: Some(opened.body.clone()),
        };
        Frame::Urgent { epoch: 0, entry }.to_bytes()
    };
    let beat = Frame::Beat(Beat {
        wall_us: 0,
        epoch: 0,
        size: 0,
        held: 0,
    });
    (0..64)
        .flat_map(|number| [beat.to_bytes(), forged(number)])
        .collect()
}

#[test]
fn somebody_with_a_peers_key_who_floods_holds_up_nobody_on_another_line() {
    let (blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    let mut mallory = Node::start_new("Mallory");
    join(&blue, &red, LINE, None);
    join(&blue, &mallory, "south", None);
    mallory.say("south", "good morning");
    mallory.until_settled("south");
    let frames = hostile_frames(&blue.export("south"));
    mallory.stop();
    let hazards = plan_hazards(&blue);
    let (sent, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                let mut hostile = Hostile::connect(&blue, &mallory, "south");
                for frame in frames.iter().cycle() {
                    if done.load(Ordering::SeqCst) || hostile.send(frame).is_err() {
                        break;
                    }
                    sent.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        blue.until("flooded", |_| sent.load(Ordering::SeqCst) > 2_000);
        let before = sent.load(Ordering::SeqCst);
        safety_passes(&blue, &red, &hazards);
        red.insist(&cease_path(LINE), "red", &cease("from the honest peer"));
        blue.until("heard", |blue| {
            blue.get("/v1/stops").to_string().contains("from the honest peer")
        });
        let during = sent.load(Ordering::SeqCst) - before;
        println!("{STOPS} ceases and hazard notices were RECEIVED while {during} hostile frames came");
        let waiting = figures(&blue, "detente_queue_waiting");
        println!("what waited in the end: {waiting:?}");
        assert!(during > 0, "the flood was still on");
        done.store(true, Ordering::SeqCst);
    });
    blue.until("alarmed", |blue| blue.line("south")["stalled"].is_string());
    blue.until_settled(LINE);
    let (holds, report) = verify(&blue.export(LINE));
    assert!(holds, "{report}");
    assert_eq!(notices(&red, LINE, "peer").len(), STOPS);
}

/// Figures of one family, by labels.
fn figures(node: &Node, family: &str) -> BTreeMap<String, i64> {
    let metrics = node.get("/metrics");
    let lines = metrics.as_str().unwrap_or_default().lines();
    lines
        .filter_map(|line| line.strip_prefix(family)?.split_once(' '))
        .map(|(labels, figure)| (labels.to_owned(), figure.parse().unwrap()))
        .collect()
}
