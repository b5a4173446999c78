use super::*;
use crate::clock::Clock;
use crate::config::Config;
use crate::dir::NodeDir;
use crate::keeper::admin;
use crate::keys::Keys;
use accord::command::Role;
use accord::ids::Desk;
use engine::input::Token;
use ledger::journal::Options;
use std::thread::JoinHandle;

const SETTINGS: &str = "party = \"Blue\"\n[[desk]]\nname = \"watch\"\nrole = \"watch\"\n";

/// A wire that leads nowhere.
struct Nowhere;

impl Wire for Nowhere {
    fn send(&mut self, _line: &LineId, _conn: Conn, _bytes: Vec<u8>) {}
    fn close(&mut self, _line: &LineId, _conn: Conn, _why: &str) {}
}

struct Node {
    core: Core,
    thread: JoinHandle<Result<(), crate::failed::Failed>>,
}

impl Node {
    fn start(folder: &std::path::Path) -> Self {
        let dir = NodeDir::at(folder);
        dir.create().unwrap();
        Keys::of(&dir).create().unwrap();
        let config = Config::parse(SETTINGS).unwrap();
        let recovered = recover(&dir, &config, Options::default()).unwrap();
        let core = Core::new(Arc::clone(&recovered.feed));
        let seat = Seat::new(
            &core,
            recovered,
            config.desk_names(),
            Clock::start().unwrap(),
            Box::new(Nowhere),
        );
        Node {
            core,
            thread: std::thread::spawn(move || seat.run()),
        }
    }

    fn stop(self) {
        self.core.stop();
        self.thread.join().unwrap().unwrap();
    }

    async fn add_token(&self, name: &str, key: Option<&str>) -> Result<Answer, Failure> {
        let key = key.map(|key| IdempotencyKey {
            scope: "test".to_owned(),
            key: key.to_owned(),
        });
        let keep = Keep::AddToken {
            token: Token {
                name: name.to_owned(),
                sha256: "0".repeat(64),
                desk: Desk::from("watch"),
                role: Role::Watch,
                expires_us: i64::MAX,
            },
        };
        self.core.keep(admin(), key, keep).await
    }

    async fn tokens(&self) -> Vec<String> {
        self.core
            .query(|engine, _| engine.tokens().map(|token| token.name.clone()).collect())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path());
    node.add_token("one", None).await.unwrap();
    node.stop();
    let node = Node::start(folder.path());
    assert_eq!(node.tokens().await, ["one"]);
    node.stop();
}

#[tokio::test]
async fn a_retry_with_its_key_gets_the_first_answer_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path());
    let first = node.add_token("one", Some("k")).await.unwrap();
    assert_eq!(node.add_token("one", Some("k")).await.unwrap(), first);
    assert_eq!(
        node.add_token("two", Some("k")).await,
        Err(Failure::Refused(Refused::KeyReused))
    );
    assert_eq!(node.tokens().await, ["one"]);
    node.stop();
}

#[tokio::test]
async fn a_refusal_changes_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path());
    let officer = Officer {
        desk: Desk::from("watch"),
        role: Role::Watch,
    };
    let refused = node
        .core
        .keep(
            officer,
            None,
            Keep::RevokeToken {
                name: "one".to_owned(),
            },
        )
        .await;
    assert_eq!(
        refused,
        Err(Failure::Refused(Refused::Role { needed: Role::Admin }))
    );
    node.stop();
}

#[tokio::test]
async fn a_stopped_core_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path());
    let core = node.core.clone();
    let mut feed = core.subscribe(None);
    node.stop();
    assert!(matches!(feed.next().await, Next::Stopped));
    assert_eq!(core.query(|_, _| ()).await, Err(Failure::Stopped));
    assert!(!core.pulse().running);
}

/// Ids of the events that are there now.
fn ids(feed: &mut Subscription) -> Vec<EventId> {
    let event = |next| match next {
        Next::Event(shown) => Some(shown.id),
        Next::Reset(_) | Next::Stopped => None,
    };
    std::iter::from_fn(|| feed.look().and_then(event)).collect()
}

#[tokio::test]
async fn a_stream_that_comes_back_gets_what_it_missed_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path());
    let mut feed = node.core.subscribe(None);
    node.add_token("one", None).await.unwrap();
    node.add_token("two", None).await.unwrap();
    let seen = ids(&mut feed);
    assert!(seen.len() >= 2, "{seen:?}");
    let again = ids(&mut node.core.subscribe(Some(seen[0].clone())));
    assert_eq!(again, seen[1..]);
    node.stop();

    let node = Node::start(folder.path());
    let after_restart = ids(&mut node.core.subscribe(Some(seen[0].clone())));
    assert_eq!(after_restart[..seen.len() - 1], seen[1..]);
    node.stop();
}

#[tokio::test]
async fn a_place_that_is_not_known_starts_afresh() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path());
    node.add_token("one", None).await.unwrap();
    let other = EventId {
        history: "another".to_owned(),
        seq: 1,
        index: 0,
    };
    let mut feed = node.core.subscribe(Some(other));
    assert!(matches!(feed.next().await, Next::Reset(_)));
    node.add_token("two", None).await.unwrap();
    assert!(matches!(feed.next().await, Next::Event(_)));
    node.stop();
}

#[test]
fn an_event_id_survives_its_text() {
    let id = EventId {
        history: "0a1b".to_owned(),
        seq: 7,
        index: 2,
    };
    assert_eq!(id.to_string().parse(), Ok(id));
    assert!("0a1b-x-2".parse::<EventId>().is_err());
    assert!("".parse::<EventId>().is_err());
}

#[test]
fn a_full_inbox_refuses_a_question_and_takes_a_cease() {
    let inbox = Inbox::default();
    let question = || Ask::Query(Box::new(|_, _, _| ()));
    let cease = || {
        let place = accord::act::Place {
            at: None,
            words: "over the ridge".to_owned(),
        };
        let command = Command::Cease {
            line: LineId::from("north"),
            place,
            drill: false,
        };
        let officer = Officer {
            desk: Desk::from("watch"),
            role: Role::Watch,
        };
        let (reply, _answer) = oneshot::channel();
        Ask::Command {
            officer,
            key: None,
            command: Box::new(command),
            reply,
        }
    };
    for _ in 0..crate::limits::MAX_ASKS {
        inbox.put(question()).unwrap();
    }
    assert!(matches!(inbox.put(question()), Err(Failure::Full(_))));
    for _ in 0..crate::limits::ASKS_RESERVE {
        inbox.put(cease()).unwrap();
    }
    assert!(matches!(inbox.put(cease()), Err(Failure::Full(_))));
}

#[tokio::test]
async fn an_inbox_full_of_requests_still_takes_who_asks_and_a_cease() {
    use std::time::Duration;
    use tokio::time::timeout;
    let nobody_serves = Core::new(Arc::new(Feed::new("history".to_owned(), 1, Vec::new())));
    let asked = || timeout(Duration::ZERO, nobody_serves.query(|_, _| ()));
    for _ in 0..crate::limits::MAX_ASKS {
        assert!(asked().await.is_err(), "there is a place");
    }
    assert!(matches!(asked().await, Ok(Err(Failure::Full(_)))));
    let who = nobody_serves.identify(|engine, _| engine.tokens().count());
    assert!(timeout(Duration::ZERO, who).await.is_err(), "waits for its turn");
    let cease = Command::Cease {
        line: LineId::from("north"),
        place: accord::act::Place {
            at: None,
            words: "the valley".to_owned(),
        },
        drill: false,
    };
    let officer = Officer {
        desk: Desk::from("watch"),
        role: Role::Watch,
    };
    let ceased = nobody_serves.command(officer, None, cease);
    assert!(
        timeout(Duration::ZERO, ceased).await.is_err(),
        "waits for its turn"
    );
}

#[tokio::test]
async fn an_audit_finds_a_state_that_its_records_do_not_give() {
    use ledger::journal::{Journal, SqliteJournal};
    let folder = tempfile::tempdir().unwrap();
    let (dir, config) = (NodeDir::at(folder.path()), Config::parse(SETTINGS).unwrap());
    let node = Node::start(folder.path());
    node.add_token("one", None).await.unwrap();
    node.stop();
    let sound = audit(&dir, &config, Options::default()).unwrap();
    assert_eq!((sound.difference, sound.snapshot_seq > 0), (None, true));
    let mut journal = SqliteJournal::open(&dir.journal(), Options::default()).unwrap();
    let (upto, kept) = journal.newest_snapshot().unwrap().unwrap();
    let altered = String::from_utf8(kept).unwrap().replace("\"one\"", "\"two\"");
    journal.save_snapshot(upto, altered.as_bytes()).unwrap();
    drop(journal);
    let altered = audit(&dir, &config, Options::default()).unwrap();
    let place = altered.difference.expect("another token");
    assert!(place.starts_with("/tokens/"), "{place}");
}
