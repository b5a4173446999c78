use super::*;
use crate::keeper::{InviteRequest, admin};
use accord::act::{Response, Urgency};
use accord::command::{Command, Officer, Role};
use accord::ids::{Desk, LineId};
use engine::session::Light;
use engine::view::LineView;
use std::time::Duration;

/// A node on loopback without its HTTP surface.
async fn node(folder: &Path, party: &str) -> Running {
    let dir = NodeDir::at(folder);
    dir.create().unwrap();
    Keys::of(&dir).create().unwrap();
    let settings = format!("party = \"{party}\"\n[[desk]]\nname = \"watch\"\nrole = \"watch\"\n");
    write_private(&dir.config(), settings.as_bytes()).unwrap();
    let config = Config::load(&dir).unwrap();
    let recovered = recover(&dir, &config, Options::default()).unwrap();
    check(&dir, &config, &recovered.engine).unwrap();
    let http_listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    start(&dir, config, recovered, Clock::start().unwrap(), &http_listener)
        .await
        .unwrap()
}

async fn stop(node: Running) {
    node.keeper.lines.shut().await;
    node.keeper.core.stop();
    node.ended.await.unwrap().unwrap();
}

async fn line_view(node: &Running) -> LineView {
    node.keeper
        .core
        .query(|engine, now| engine.line_views(now).remove(0))
        .await
        .unwrap()
}

/// Waits until the line looks as wanted; says how it looked last when it never does.
async fn until(node: &Running, what: &str, wanted: impl Fn(&LineView) -> bool) -> LineView {
    for _ in 0..600 {
        let view = line_view(node).await;
        if wanted(&view) {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never {what}: {:?}", line_view(node).await);
}

async fn say(node: &Running, line: &LineId, text: &str) {
    let officer = Officer {
        desk: Desk::from("watch"),
        role: Role::Watch,
    };
    let say = Command::Say {
        line: line.clone(),
        answers: None,
        urgency: Urgency::Normal,
        response: Response::R,
        closes: false,
        text: text.to_owned(),
        drill: false,
    };
    node.keeper.core.command(officer, None, say).await.unwrap();
}

async fn joined(blue: &Running, red: &Running) -> LineId {
    let line = LineId::from("north");
    let request = InviteRequest {
        line: line.clone(),
        address: None,
        valid_s: None,
    };
    let file = blue.keeper.invite(admin(), None, request).await.unwrap();
    let joined = red.keeper.join(admin(), file).await.unwrap();
    let view = until(blue, "up", |view| view.light == Light::Up).await;
    assert_eq!(view.words, joined.words, "both officers read the same six words");
    assert!(!view.verified);
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_is_held_by_the_peer_and_stays_over_a_restart_of_both() {
    let folders = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (blue, red) = (
        node(folders.0.path(), "Blue").await,
        node(folders.1.path(), "Red").await,
    );
    let line = joined(&blue, &red).await;
    say(&blue, &line, "radio check").await;
    let before = until(&blue, "cosigned", |view| {
        view.unsealed == 0 && view.own_size >= 2 && view.cosigned_size == view.own_size
    });
    let before = before.await;
    stop(blue).await;
    stop(red).await;

    let (blue, red) = (
        node(folders.0.path(), "Blue").await,
        node(folders.1.path(), "Red").await,
    );
    let after = until(&blue, "up again", |view| view.light == Light::Up).await;
    assert!(after.own_size >= before.own_size);
    say(&red, &line, "loud and clear").await;
    until(&blue, "heard", |view| view.peer_size > before.peer_size).await;
    let bundle = blue.keeper.bundle(line).await.unwrap();
    let report = ledger::verify::verify_bytes(&bundle, None, &ledger::keys::Ed25519);
    assert_eq!(report.first_failure, None, "{report}");
    stop(blue).await;
    stop(red).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_works_once_and_for_the_same_joiner_again() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let blue = node(folders[0].path(), "Blue").await;
    let red = node(folders[1].path(), "Red").await;
    let thief = node(folders[2].path(), "Thief").await;
    let request = InviteRequest {
        line: LineId::from("north"),
        address: None,
        valid_s: None,
    };
    let file = blue.keeper.invite(admin(), None, request).await.unwrap();
    red.keeper.join(admin(), file.clone()).await.unwrap();
    red.keeper.join(admin(), file.clone()).await.unwrap();
    let refused = thief.keeper.join(admin(), file).await.unwrap_err();
    assert!(refused.to_string().contains("not valid"), "{refused}");
    for node in [blue, red, thief] {
        stop(node).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retried_invitation_is_the_same_invitation() {
    let folder = tempfile::tempdir().unwrap();
    let blue = node(folder.path(), "Blue").await;
    let key = engine::input::IdempotencyKey {
        scope: "local".to_owned(),
        key: "1".to_owned(),
    };
    let request = InviteRequest {
        line: LineId::from("north"),
        address: None,
        valid_s: None,
    };
    let first = blue
        .keeper
        .invite(admin(), Some(key.clone()), request.clone())
        .await
        .unwrap();
    assert_eq!(
        blue.keeper.invite(admin(), Some(key), request).await.unwrap(),
        first
    );
    stop(blue).await;
}
