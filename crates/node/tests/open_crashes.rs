//! USSs at work in one cell while the node that serves them is killed at random moments: what was acknowledged or shown is
//! there, a request without an answer happened wholly or not at all, no OVN and no notification index comes twice.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::{Node, command, detente, succeed};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const USSS: usize = 6;
const FLIGHTS: usize = 120;
const KILLS: usize = 12;
/// Writes of one flight.
const WRITES: usize = 3;
const INTENTS: &str = "/dss/v1/operational_intent_references";
const WATCH: &str = "/dss/v1/subscriptions/000000ff-0000-4000-8000-000000000000";
const AUDIENCE: &str = "region";

/// What a manager knows of one operational intent: version, state and OVN; none when it does not stand.
type Known = Option<(u64, String, String)>;

/// A service, as its clients find it.
struct Region {
    address: String,
    key: PathBuf,
    /// OVNs that were told, each with what it is of.
    ovns: Mutex<BTreeMap<String, (String, u64)>>,
    /// Notification indices that were told, with their subscription.
    indices: Mutex<BTreeSet<(String, u64)>>,
    acknowledged: AtomicUsize,
}

/// One client, with a height of its own.
struct Uss<'a> {
    n: usize,
    region: &'a Region,
    token: String,
    agent: ureq::Agent,
    last_index: u64,
}

impl Region {
    fn told_ovn(&self, id: &str, version: u64, ovn: &str) {
        let of = (id.to_owned(), version);
        let before = self.ovns.lock().unwrap().insert(ovn.to_owned(), of.clone());
        assert!(before.is_none_or(|before| before == of), "{ovn} came twice");
    }

    fn uss(&self, n: usize) -> Uss<'_> {
        let minted = command()
            .args(["token", "mint", "--audience", AUDIENCE, "--sub"])
            .args([&format!("uss{n}"), "--key"])
            .arg(&self.key)
            .output()
            .unwrap();
        succeed(&minted);
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Uss {
            n,
            region: self,
            token: String::from_utf8(minted.stdout).unwrap().trim().to_owned(),
            agent: agent.into(),
            last_index: 0,
        }
    }
}

impl Uss<'_> {
    /// Asks; none when nobody answered.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.region.address))
            .header("authorization", format!("Bearer {}", self.token));
        let bytes = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut answer = self.agent.run(request.body(bytes).unwrap()).ok()?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_string().ok()?;
        Some((status, serde_json::from_str(&body).ok()?))
    }

    /// Asks until somebody answers.
    fn insist(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        loop {
            if let Some(answer) = self.ask(method, path, body) {
                return answer;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn look(&self, id: &str) -> Known {
        let (status, body) = self.insist("GET", &format!("{INTENTS}/{id}"), &Value::Null);
        match status {
            404 => None,
            200 => Some(self.read(id, &body)),
            _ => panic!("{status} {body}"),
        }
    }

    fn read(&self, id: &str, body: &Value) -> (u64, String, String) {
        let one = &body["operational_intent_reference"];
        let (version, ovn) = (one["version"].as_u64().unwrap(), one["ovn"].as_str().unwrap());
        self.region.told_ovn(id, version, ovn);
        (version, one["state"].as_str().unwrap().to_owned(), ovn.to_owned())
    }

    /// Writes until it is done, and gives what stands. A lost answer is made up for by a look.
    fn write(&mut self, id: &str, before: &Known, wanted: (u16, Option<&str>)) -> Known {
        let (status, state) = wanted;
        let ovn = before
            .as_ref()
            .map_or(String::new(), |(_, _, ovn)| format!("/{ovn}"));
        let path = format!("{INTENTS}/{id}{ovn}");
        let body = state.map_or(Value::Null, |state| self.intent(state));
        let method = if state.is_some() { "PUT" } else { "DELETE" };
        loop {
            if let Some((given, answer)) = self.ask(method, &path, &body) {
                assert_eq!(given, status, "{answer}");
                self.heard_indices(&answer);
                let stands = state.map(|_| self.read(id, &answer));
                return self.done(before, stands, state);
            }
            thread::sleep(Duration::from_millis(5));
            let seen = self.look(id);
            if seen != *before {
                return self.done(before, seen, state);
            }
        }
    }

    /// What stands follows from what stood.
    fn done(&self, before: &Known, stands: Known, state: Option<&str>) -> Known {
        let version = before.as_ref().map_or(0, |(version, ..)| *version);
        let told = stands
            .as_ref()
            .map(|(version, state, _)| (*version, state.as_str()));
        assert_eq!(told, state.map(|state| (version + 1, state)));
        self.region.acknowledged.fetch_add(1, Ordering::SeqCst);
        stands
    }

    fn heard_indices(&mut self, answer: &Value) {
        let told = answer["subscribers"].as_array().unwrap().iter();
        for one in told.flat_map(|subscriber| subscriber["subscriptions"].as_array().unwrap()) {
            let id = one["subscription_id"].as_str().unwrap().to_owned();
            let index = one["notification_index"].as_u64().unwrap();
            if WATCH.ends_with(&id) {
                assert!(index > self.last_index, "indices only grow");
                self.last_index = index;
            }
            let new = self.region.indices.lock().unwrap().insert((id.clone(), index));
            assert!(new, "index {index} of subscription {id} came twice");
        }
    }

    fn intent(&self, state: &str) -> Value {
        let mut body = json!({
            "extents": [volume(self.n)], "key": [], "state": state, "uss_base_url": "https://uss.example/utm",
            "new_subscription": { "uss_base_url": "https://uss.example/utm", "notify_for_constraints": false },
        });
        body["extents"][0]["time_end"] = time(3_600);
        body
    }

    /// Flights one after another; the last one is left standing.
    fn work(&mut self) -> (String, Known) {
        let mut stands = (String::new(), None);
        for k in 0..FLIGHTS {
            let id = format!("{:08x}-0000-4000-8000-{k:012x}", self.n);
            let made = self.write(&id, &None, (201, Some("Accepted")));
            let active = self.write(&id, &made, (200, Some("Activated")));
            stands = match k + 1 == FLIGHTS {
                false => (id.clone(), self.write(&id, &active, (200, None))),
                true => (id, active),
            };
        }
        stands
    }
}

fn time(ahead_s: i64) -> Value {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(ahead_s);
    json!({ "value": at.to_string(), "format": "RFC3339" })
}

/// One place for all; each USS has a height of its own, so that nobody needs a key.
fn volume(n: usize) -> Value {
    let altitude = |metres: usize| json!({ "value": metres, "reference": "W84", "units": "M" });
    json!({
        "volume": {
            "outline_circle": { "center": { "lat": 46.95, "lng": 7.45 }, "radius": { "value": 100, "units": "M" } },
            "altitude_lower": altitude(100 * n + 10), "altitude_upper": altitude(100 * n + 60),
        },
        "time_start": time(0), "time_end": time(3_600),
    })
}

/// Numbers that look random and come again from the same seed.
fn dice(state: &mut u64, most: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    (*state >> 33) % most
}

fn kill_at_random(region: &Region, node: &mut Node, more: &[&str], seed: &mut u64) {
    let total = (USSS * FLIGHTS * WRITES) as u64;
    let mut moments: Vec<u64> = (0..KILLS).map(|_| dice(seed, total * 95 / 100)).collect();
    moments.sort_unstable();
    for moment in moments {
        while (region.acknowledged.load(Ordering::SeqCst) as u64) < moment {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(dice(seed, 20_000)));
        node.kill();
        node.spawn(more);
        node.until_serving();
    }
}

#[test]
fn nothing_that_was_acknowledged_or_shown_is_lost_when_the_node_is_killed_under_load() {
    let mut seed = std::env::var("DETENTE_SEED").map_or(20_261_122, |seed| seed.parse().unwrap());
    println!("DETENTE_SEED={seed}");
    let files = tempfile::tempdir().unwrap();
    let key = files.path().join("authority.pem");
    succeed(&detente(&["token", "authority", "--out", key.to_str().unwrap()]));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (address, public) = (free.to_string(), key.with_extension("pub"));
    let public = public.to_str().unwrap();
    let more = ["--pool", &address, "--audience", AUDIENCE, "--key-file", public];
    let mut node = Node::start_new("Region");
    node.kill();
    node.start_with(&more);
    let region = Region {
        address: address.clone(),
        key,
        ovns: Mutex::default(),
        indices: Mutex::default(),
        acknowledged: AtomicUsize::new(0),
    };
    let watcher = region.uss(USSS);
    let watch = json!({
        "extents": volume(0), "uss_base_url": "https://uss.example/utm",
        "notify_for_operational_intents": true, "notify_for_constraints": false,
    });
    let (status, made) = watcher.insist("PUT", WATCH, &watch);
    assert_eq!(status, 200, "{made}");
    let standing = thread::scope(|scope| {
        let usss = (0..USSS).map(|n| {
            let region = &region;
            scope.spawn(move || region.uss(n).work())
        });
        let usss: Vec<_> = usss.collect();
        kill_at_random(&region, &mut node, &more, &mut seed);
        let standing: Vec<(String, Known)> = usss.into_iter().map(|uss| uss.join().unwrap()).collect();
        standing
    });
    node.kill();
    node.start_with(&more);
    for (n, (id, known)) in standing.iter().enumerate() {
        assert_eq!(
            region.uss(n).look(id),
            *known,
            "as it was told before the last crash"
        );
    }
    let (_, watched) = watcher.insist("GET", WATCH, &Value::Null);
    let index = watched["subscription"]["notification_index"].as_u64().unwrap();
    let told = region.indices.lock().unwrap();
    let most = told
        .iter()
        .filter(|(id, _)| WATCH.ends_with(id))
        .map(|(_, index)| *index)
        .max();
    let writes = (USSS * (FLIGHTS * WRITES - 1)) as u64;
    assert!(
        Some(index) >= most && index >= writes,
        "{index} {most:?} {writes}"
    );
}
