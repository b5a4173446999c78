//! The open service of one node over HTTP, durable: a busy cell, and reads, beside the same HTTP stack with a handler
//! that does nothing.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::http::Client;
use super::server::{Server, detente, until};
use super::storage::{Bare, Times, folder, ratio, verdict};
use super::{Row, Section, Verdict};
use crate::run::capture;

/// Flights a second in one cell, at least; published figures of the reference are 1 to 8 writes a second there.
const AIM_FLIGHTS_PER_S: u128 = 1_000;
/// The slowest write but one in a hundred, at most.
const AIM_P99: Duration = Duration::from_millis(50);
/// Reads against the empty handler, at least, in per cent.
const AIM_READS: u128 = 60;
/// Clients at once, each a USS with a flight of its own.
const CLIENTS: [usize; 3] = [1, 8, 64];
/// Requests of one flight: created, activated, ended.
const WRITES: u128 = 3;
const BARE_COMMITS: usize = 500;
const AUDIENCE: &str = "bench";
/// Parts of the budget: one for each number of clients, and three for what it is held against.
const PARTS: u32 = 6;
/// Of a scenario far ahead, so that nothing expires.
const TIMES: [&str; 2] = ["2040-01-01T10:00:00Z", "2040-01-01T11:00:00Z"];
const INTENTS: &str = "/dss/v1/operational_intent_references";
/// The same stack with a token to be looked at, and nothing to be done.
const NOTHING: &str = "/aux/v1/validate_oauth";
const SCOPES: [&str; 2] = [
    "utm.strategic_coordination",
    "dss.read.identification_service_areas",
];

pub(super) fn run(budget: Duration) -> Section {
    let dir = folder("open");
    let each = budget / PARTS;
    let region = Region::start(&dir);
    let mut rows = Vec::new();
    let (empty, _) = region.reads(each, ("GET", NOTHING, ""));
    let mut disk = Bare::open(&dir);
    for clients in CLIENTS {
        rows.extend(busy(clients, &region.fly(clients, each), empty, &mut disk));
    }
    rows.extend(region.read_rows(each, empty));
    drop(region);
    // The folder lies under the build's own and goes with it if this fails.
    let _ = std::fs::remove_dir_all(&dir);
    Section {
        title: "The open service: one node, HTTP, durable, this machine".to_owned(),
        rows,
    }
}

/// A node that serves a region, and an authority.
struct Region {
    _server: Server,
    address: String,
    tokens: Vec<String>,
}

/// What came of some time of flying.
struct Flown {
    flights: u128,
    refused: u128,
    elapsed: Duration,
    writes: Times,
}

fn busy(clients: usize, flown: &Flown, empty: u128, disk: &mut Bare) -> Vec<Row> {
    let per_s = flown.flights * 1_000_000 / flown.elapsed.as_micros().max(1);
    let what = flown.told(clients, &bare_commits(disk));
    let reference = against(&what, per_s, empty / WRITES, "", Verdict::Reference);
    if clients < CLIENTS[2] {
        return vec![reference];
    }
    let (p99, most) = (flown.writes.at(99), AIM_P99.as_micros());
    let slowest = Row {
        ours: format!("{p99} µs"),
        other: format!("{most} µs"),
        ..against(
            &format!("a write in the busy cell, {clients} clients, 99th percentile"),
            p99,
            most,
            "≤ 1",
            verdict(p99 <= most),
        )
    };
    let met = verdict(per_s >= AIM_FLIGHTS_PER_S);
    vec![
        reference,
        against(
            &format!("the same, with {clients} clients"),
            per_s,
            AIM_FLIGHTS_PER_S,
            "≥ 1",
            met,
        ),
        slowest,
    ]
}

fn against(what: &str, ours: u128, other: u128, aim: &str, verdict: Verdict) -> Row {
    Row {
        what: what.to_owned(),
        ours: ours.to_string(),
        other: other.to_string(),
        ratio: ratio(ours, other),
        aim: aim.to_owned(),
        verdict,
    }
}

fn bare_commits(disk: &mut Bare) -> Times {
    let mut bare = Times::default();
    for _ in 0..BARE_COMMITS {
        let start = Instant::now();
        disk.commit();
        bare.add(start.elapsed());
    }
    bare
}

impl Flown {
    fn told(&self, clients: usize, bare: &Times) -> String {
        format!(
            "flights a second in one busy cell, {clients} clients ({} flights: created, activated, ended, each write with \
             a complete key; {} writes refused for a key that had aged and tried again; a write takes {} µs at the \
             median, {} µs at the 99th percentile, a bare fsync {} µs), against {WRITES} requests of an empty handler",
            self.flights,
            self.refused,
            self.writes.at(50),
            self.writes.at(99),
            bare.at(50)
        )
    }
}

impl Region {
    fn start(dir: &Path) -> Region {
        let file = |name: &str| dir.join(name).display().to_string();
        let (key, public) = (file("authority.pem"), file("authority.pub"));
        capture(detente().args(["token", "authority", "--out", &key])).expect("a new key");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let address = free.expect("a free port").to_string();
        let more = ["--pool", &address, "--audience", AUDIENCE, "--key-file", &public];
        let server = Server::start(dir, "region", &more);
        until("the region is open", || {
            std::net::TcpStream::connect(&address).is_ok()
        });
        Region {
            _server: server,
            address,
            tokens: (0..CLIENTS[2]).map(|n| token(&key, n)).collect(),
        }
    }

    fn client(&self, n: usize) -> Client {
        Client::connect(&self.address, &self.tokens[n])
    }

    /// Flies for some time.
    fn fly(&self, clients: usize, time: Duration) -> Flown {
        let (cell, start) = (Cell::new(clients), Instant::now());
        let pilots = all(clients, |n| {
            let mut pilot = Pilot::new(self.client(n), n, &cell);
            while start.elapsed() < time {
                pilot.flight();
            }
            (pilot.flights, pilot.refused, pilot.writes)
        });
        let mut flown = Flown {
            flights: 0,
            refused: 0,
            elapsed: start.elapsed(),
            writes: Times::default(),
        };
        for (flights, refused, writes) in pilots {
            flown.flights += flights;
            flown.refused += refused;
            writes.into_iter().for_each(|write| flown.writes.add(write));
        }
        flown
    }

    /// Requests a second of all clients, and the bytes of an answer.
    fn reads(&self, time: Duration, (method, path, body): (&str, &str, &str)) -> (u128, usize) {
        let start = Instant::now();
        let counts = all(CLIENTS[2], |n| {
            let (mut client, mut count, mut bytes) = (self.client(n), 0_u128, 0);
            while start.elapsed() < time {
                let (status, answer) = client.ask(method, path, body);
                assert_eq!(status, 200, "{answer}");
                (count, bytes) = (count + 1, answer.len());
            }
            (count, bytes)
        });
        let count: u128 = counts.iter().map(|(count, _)| count).sum();
        (
            count * 1_000_000 / start.elapsed().as_micros().max(1),
            counts[0].1,
        )
    }

    /// One intent by its id, and a small area with as many as there are clients.
    fn read_rows(&self, time: Duration, empty: u128) -> Vec<Row> {
        let (cell, count) = (Cell::new(CLIENTS[2]), CLIENTS[2]);
        let mut standing: Vec<_> = (0..count).map(|n| Pilot::new(self.client(n), n, &cell)).collect();
        standing.iter_mut().for_each(Pilot::create);
        let one = format!("{INTENTS}/{}", standing[0].id);
        let area = json!({ "area_of_interest": volume() }).to_string();
        let all = format!("{INTENTS}/query");
        let told = |what: &str, bytes: usize| {
            format!("{what} a second, {count} clients, {bytes} bytes an answer, against an empty handler")
        };
        let (looks, bytes) = self.reads(time, ("GET", &one, ""));
        let met = verdict(100 * looks >= AIM_READS * empty);
        let aim = format!("≥ 0.{}", AIM_READS / 10);
        let look = against(&told("reads of one intent", bytes), looks, empty, &aim, met);
        let (searches, bytes) = self.reads(time, ("POST", &all, &area));
        let what = told(&format!("searches of a cell with {count} intents"), bytes);
        vec![look, against(&what, searches, empty, "", Verdict::Reference)]
    }
}

/// The same by several threads at once, each with its number.
fn all<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let work = &work;
        let working: Vec<_> = (0..count).map(|n| scope.spawn(move || work(n))).collect();
        let done = working.into_iter().map(|one| one.join().expect("a client ends"));
        done.collect()
    })
}

/// An access token of a USS.
fn token(key: &str, n: usize) -> String {
    let mut command = detente();
    command.args(["token", "mint", "--key", key, "--audience", AUDIENCE, "--sub"]);
    command.arg(format!("uss{n}"));
    SCOPES.iter().for_each(|scope| {
        command.args(["--scope", scope]);
    });
    capture(&mut command).expect("a token").trim().to_owned()
}

/// The cell in which all fly: OVNs that stand or are on their way, as its USSs tell each other.
struct Cell {
    ovns: Vec<Mutex<[Option<String>; 2]>>,
}

impl Cell {
    fn new(clients: usize) -> Cell {
        Cell {
            ovns: (0..clients).map(|_| Mutex::default()).collect(),
        }
    }

    fn set(&self, n: usize, ovns: [Option<String>; 2]) {
        *self.ovns[n].lock().expect("no pilot breaks off with it") = ovns;
    }

    /// What everybody else has, or will have in a moment.
    fn key(&self, n: usize) -> Vec<String> {
        let others = self.ovns.iter().enumerate().filter(|(other, _)| *other != n);
        let known = others.map(|(_, ovns)| ovns.lock().expect("no pilot breaks off with it").clone());
        known
            .flatten()
            .flatten()
            .collect::<BTreeSet<String>>()
            .into_iter()
            .collect()
    }
}

/// One USS with one flight at a time.
struct Pilot<'a> {
    client: Client,
    n: usize,
    cell: &'a Cell,
    id: String,
    ovn: String,
    subscription: Value,
    flights: u128,
    refused: u128,
    writes: Vec<Duration>,
}

impl<'a> Pilot<'a> {
    fn new(client: Client, n: usize, cell: &'a Cell) -> Pilot<'a> {
        Pilot {
            client,
            n,
            cell,
            id: String::new(),
            ovn: String::new(),
            subscription: Value::Null,
            flights: 0,
            refused: 0,
            writes: Vec::new(),
        }
    }

    fn flight(&mut self) {
        self.create();
        let subscription = json!({ "subscription_id": self.subscription });
        self.put("Activated", &subscription);
        self.delete();
        self.flights += 1;
    }

    fn create(&mut self) {
        self.id = uuid(4);
        self.ovn.clear();
        let url = format!("https://uss{}.example/utm", self.n);
        let attached =
            json!({ "new_subscription": { "uss_base_url": url, "notify_for_constraints": false } });
        self.put("Accepted", &attached);
    }

    /// Writes with a complete key, as often as it takes.
    fn put(&mut self, state: &str, attached: &Value) {
        let standing = (!self.ovn.is_empty()).then(|| self.ovn.clone());
        let path = match &standing {
            Some(ovn) => format!("{INTENTS}/{}/{ovn}", self.id),
            None => format!("{INTENTS}/{}", self.id),
        };
        loop {
            let suffix = uuid(7);
            self.ovn = format!("{}_{suffix}", self.id);
            self.cell.set(self.n, [standing.clone(), Some(self.ovn.clone())]);
            let body = self.body(state, &suffix, attached);
            let (status, answer) = self.write("PUT", &path, &body);
            if matches!(status, 200 | 201) {
                return self.stands(&answer);
            }
            assert_eq!(status, 409, "{answer}");
            self.refused += 1;
        }
    }

    fn body(&self, state: &str, suffix: &str, attached: &Value) -> String {
        let mut body = json!({
            "extents": [volume()], "key": self.cell.key(self.n), "state": state,
            "uss_base_url": format!("https://uss{}.example/utm", self.n), "requested_ovn_suffix": suffix,
        });
        let fields = body.as_object_mut().expect("an object");
        fields.extend(attached.as_object().expect("an object").clone());
        body.to_string()
    }

    fn stands(&mut self, answer: &str) {
        let answer: Value = serde_json::from_str(answer).expect("JSON");
        let reference = &answer["operational_intent_reference"];
        assert_eq!(reference["ovn"], self.ovn.as_str());
        self.subscription = reference["subscription_id"].clone();
        self.cell.set(self.n, [Some(self.ovn.clone()), None]);
    }

    fn delete(&mut self) {
        let path = format!("{INTENTS}/{}/{}", self.id, self.ovn);
        let (status, answer) = self.write("DELETE", &path, "");
        assert_eq!(status, 200, "{answer}");
        self.cell.set(self.n, [None, None]);
        self.ovn.clear();
    }

    fn write(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        let start = Instant::now();
        let answer = self.client.ask(method, path, body);
        self.writes.push(start.elapsed());
        answer
    }
}

/// The same for everybody: 100 m around one place, an hour, one height.
fn volume() -> Value {
    let altitude = |value: u32| json!({ "value": value, "reference": "W84", "units": "M" });
    json!({
        "volume": {
            "outline_circle": { "center": { "lat": 46.95, "lng": 7.45 }, "radius": { "value": 100, "units": "M" } },
            "altitude_lower": altitude(100), "altitude_upper": altitude(120),
        },
        "time_start": { "value": TIMES[0], "format": "RFC3339" },
        "time_end": { "value": TIMES[1], "format": "RFC3339" },
    })
}

/// An id that this process has not made before, of version 4 or 7.
fn uuid(version: u8) -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is after 1970");
    let ms = now.as_millis() & 0xffff_ffff_ffff;
    format!(
        "{:08x}-{:04x}-{version}{:03x}-8{:03x}-{made:012x}",
        ms >> 16,
        ms & 0xffff,
        0,
        0
    )
}
