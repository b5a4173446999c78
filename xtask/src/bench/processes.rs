//! What a line carries between two real nodes: two processes, TLS between them, driven over HTTP.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::line::{AIM_ACTS_PER_S, AIM_NOTICES_PER_S, AIM_ROUND_TRIP, draft, signature_micros};
use super::server::{LINE, Server, pair};
use super::storage::{Bare, Times, folder, ratio, verdict};
use super::{Row, Section};

/// Connections that each wait for one answer at a time: their requests share a commit.
const CLIENTS: usize = 128;
/// Acts, and notices at most: a line holds no more of those that live.
const ACTS: usize = 20_000;
const NOTICES: usize = 8_000;
const ROUND_TRIPS: usize = 200;
/// Ways over the network: an act and its receipt, each there and acknowledged.
const LOOPBACK_TRIPS: u32 = 2;
/// About what one act with its frame is, in bytes.
const PING_BYTES: usize = 1_000;
const LOOK: Duration = Duration::from_millis(2);

/// A request: path and body.
type Asked = (String, String);

pub(super) fn run(_budget: Duration) -> Section {
    let dir = folder("processes");
    let (a, b) = pair(&dir);
    let words = |n: usize| json!({ "words": if n.is_multiple_of(2) { "amber lamp" } else { "copper bell" } });
    let acts = (0..ACTS).map(|n| (format!("/v1/lines/{LINE}/words"), words(n).to_string()));
    let acts = throughput((&a, &b), "acts", &acts.collect::<Vec<_>>(), AIM_ACTS_PER_S);
    let notices = planned(&a, ROUND_TRIPS + NOTICES);
    let (single, many) = notices.split_at(ROUND_TRIPS);
    let trip = round_trip(&a, single, &mut Bare::open(&dir));
    let notices = throughput((&a, &b), "notices", many, AIM_NOTICES_PER_S);
    drop((a, b));
    // The folder lies under the build's own and goes with it if this fails.
    let _ = std::fs::remove_dir_all(&dir);
    Section {
        title: "One line: two nodes, TLS, HTTP, this machine".to_owned(),
        rows: vec![acts, notices, trip],
    }
}

/// Operations filed, each with the request that gives notice of it.
fn planned(a: &Server, count: usize) -> Vec<Asked> {
    let drafts = (0..count as u64).map(|n| serde_json::to_string(&draft(n)).expect("drafts are plain data"));
    let plans: Vec<Asked> = drafts.map(|body| ("/v1/operations".to_owned(), body)).collect();
    let notify = |done: &Value| {
        let body = json!({ "operation": done["id"], "level": "exact", "confirmed": true });
        (format!("/v1/lines/{LINE}/notices"), body.to_string())
    };
    ask_all(a, &plans).iter().map(notify).collect()
}

/// Asks everything at once, as far as there are clients; the answers in the order in which they came.
fn ask_all(a: &Server, asked: &[Asked]) -> Vec<Value> {
    let next = AtomicUsize::new(0);
    let ask = || {
        let mut client = a.client();
        let mine = std::iter::from_fn(|| asked.get(next.fetch_add(1, Ordering::Relaxed)));
        mine.map(|(path, body)| client.post(path, body))
            .collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        let answers = clients
            .into_iter()
            .map(|client| client.join().expect("a client ends"));
        answers.flatten().collect()
    })
}

/// The time until the last act is on b's disk and a shows b's cosignature over it.
fn throughput((a, b): (&Server, &Server), what: &str, asked: &[Asked], aim: u128) -> Row {
    let (commits, used) = (a.commits(), [a.cpu(), b.cpu(), own_cpu()]);
    let start = Instant::now();
    ask_all(a, asked);
    let answered = start.elapsed();
    a.until_cosigned();
    let elapsed = start.elapsed();
    let used = [a.cpu() - used[0], b.cpu() - used[1], own_cpu() - used[2]];
    let [of_a, of_b, of_clients] = used.map(|used| 100 * used.as_micros() / elapsed.as_micros().max(1));
    let commits = (a.commits() - commits).max(1);
    let per_s = asked.len() as u128 * 1_000_000 / elapsed.as_micros().max(1);
    Row {
        what: format!(
            "{what} a second, asked by {CLIENTS} clients, cosigned by the peer ({} answered in {} ms, cosigned in {} \
             ms, {commits} commits; processor: a {of_a} %, b {of_b} %, clients {of_clients} % of one core)",
            asked.len(),
            answered.as_millis(),
            elapsed.as_millis(),
        ),
        ours: per_s.to_string(),
        other: aim.to_string(),
        ratio: ratio(per_s, aim),
        aim: "≥ 1".to_owned(),
        verdict: verdict(per_s >= aim),
    }
}

/// One notice at a time, from the request to RECEIVED in the sender's event stream.
fn round_trip(a: &Server, notices: &[Asked], disk: &mut Bare) -> Row {
    let (mut client, mut events) = (a.client(), a.client());
    events.subscribe();
    let (mut trips, mut floor) = (Times::default(), Times::default());
    let mut loopback = Loopback::open();
    for (path, body) in notices {
        let start = Instant::now();
        client.post(path, body);
        while events.event() != "received" {}
        trips.add(start.elapsed());
        let start = Instant::now();
        (0..3).for_each(|_| disk.commit());
        (0..LOOPBACK_TRIPS).for_each(|_| loopback.ping());
        floor.add(start.elapsed());
    }
    let signatures = signature_micros();
    let floor_us = floor.at(50) + signatures;
    Row {
        what: format!(
            "notice, asked over HTTP, to RECEIVED in the event stream, median of {}, against 3 bare fsyncs, \
             {LOOPBACK_TRIPS} loopback round trips and {signatures} µs of signatures",
            notices.len()
        ),
        ours: format!("{} µs", trips.at(50)),
        other: format!("{floor_us} µs"),
        ratio: ratio(trips.at(50), floor_us),
        aim: format!("≤ {AIM_ROUND_TRIP}"),
        verdict: verdict(trips.at(50) <= AIM_ROUND_TRIP * floor_us),
    }
}

/// Processor time of this process: its clients.
fn own_cpu() -> Duration {
    super::server::cpu(std::process::id())
}

/// A connection to a thread that sends back what it is sent.
struct Loopback(TcpStream);

impl Loopback {
    fn open() -> Loopback {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let near = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it listens");
        let (mut far, _) = listener.accept().expect("it was called");
        for end in [&near, &far] {
            end.set_nodelay(true).expect("a TCP socket");
        }
        thread::spawn(move || {
            let mut bytes = [0; PING_BYTES];
            while far.read_exact(&mut bytes).is_ok() && far.write_all(&bytes).is_ok() {}
        });
        Loopback(near)
    }

    fn ping(&mut self) {
        let mut bytes = [7; PING_BYTES];
        let sent = self.0.write_all(&bytes);
        sent.and_then(|()| self.0.read_exact(&mut bytes))
            .expect("the other end lives");
    }
}

impl Server {
    fn until_cosigned(&self) {
        let mut client = self.client();
        loop {
            let line = &client.get("/v1/lines")["lines"][0];
            if line["unsealed"] == 0 && line["own_size"] == line["cosigned_size"] {
                return;
            }
            thread::sleep(LOOK);
        }
    }
}
