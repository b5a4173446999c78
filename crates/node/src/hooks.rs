//! Carries alarms away: to a command or an address, at least once each, in order.
//!
//! A hook that fails for good is an alarm of its own; that alarm is not sent to hooks.

use crate::core::{Core, EventId, Next};
use crate::dir::{NodeDir, read_text, write_private};
use crate::limits::{HOOK_RETRY, HOOK_TRIES, HOOK_WAIT};
use accord::alarm::AlarmKind;
use accord::{Alarm, Event as MindEvent, Trouble, TroubleKey};
use engine::event::{Event, Record};
use engine::input::Input;
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

/// Starts every hook of `targets`: shell commands, which get the alarm as JSON on standard
/// input, or `http://` addresses, which get it as the body of a POST.
pub fn start(core: &Core, dir: &NodeDir, targets: &[String]) {
    for (number, target) in targets.iter().enumerate() {
        let mark = dir.run().join(format!("hook-{number}"));
        let hook = Hook {
            core: core.clone(),
            target: target.clone(),
            mark,
        };
        tokio::spawn(hook.run());
    }
}

/// What is wrong with a target, before anything depends on it.
pub fn fault(target: &str) -> Option<String> {
    if target.trim().is_empty() {
        return Some("an alarm hook is a command or an http:// address; this one is empty".to_owned());
    }
    target.starts_with("https://").then(|| {
        format!(
            "alarm hook {target}: https is not spoken here; use a command, such as: curl --fail --json @- {target}"
        )
    })
}

struct Hook {
    core: Core,
    target: String,
    mark: std::path::PathBuf,
}

impl Hook {
    async fn run(self) {
        let after: Option<EventId> = read_text(&self.mark)
            .ok()
            .flatten()
            .and_then(|text| text.trim().parse().ok());
        let mut feed = self.core.subscribe(after);
        let mut failing = false;
        loop {
            let id = match feed.next().await {
                Next::Stopped => return,
                Next::Reset(id) => {
                    let why =
                        "alarms were raised while it was behind, and are not sent again; look at the queue";
                    self.report(&mut failing, Err(why.to_owned()));
                    id
                }
                Next::Event(shown) => {
                    let Some(alarm) = told(shown.event(), &shown.record) else {
                        continue;
                    };
                    let sent = self.send(&alarm).await;
                    self.report(&mut failing, sent);
                    shown.id
                }
            };
            if let Err(why) = write_private(&self.mark, id.to_string().as_bytes()) {
                eprintln!("detente: {why}");
            }
        }
    }

    async fn send(&self, alarm: &Value) -> Result<(), String> {
        let mut wait = HOOK_RETRY;
        let mut tries = 1;
        loop {
            let tried = timeout(HOOK_WAIT, deliver(&self.target, alarm)).await;
            let why = match tried {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(why)) => why,
                Err(_) => format!("no end after {} s", HOOK_WAIT.as_secs()),
            };
            if tries == HOOK_TRIES {
                return Err(why);
            }
            tries += 1;
            sleep(wait).await;
            wait *= 2;
        }
    }

    fn report(&self, failing: &mut bool, sent: Result<(), String>) {
        let hook = self.target.clone();
        match sent {
            Ok(()) if *failing => {
                *failing = false;
                self.core.edge(Input::TroubleOver(TroubleKey::HookFailed(hook)));
            }
            Ok(()) => {}
            Err(why) => {
                eprintln!("detente: alarm hook {hook:?} failed: {why}");
                *failing = true;
                self.core.edge(Input::Trouble(Trouble::HookFailed { hook, why }));
            }
        }
    }
}

/// What a hook is told of an event; none where it is no news of an alarm.
fn told(event: &Event, record: &Record) -> Option<Value> {
    let Event::Mind { mind } = event else { return None };
    match mind {
        MindEvent::AlarmRaised { alarm } => match &alarm.kind {
            AlarmKind::Trouble(Trouble::HookFailed { .. }) => None,
            _ => Some(raised(alarm, record)),
        },
        MindEvent::AlarmEscalated { id, desk } => {
            Some(json!({ "alarm": "escalated", "id": id, "desk": desk, "at_us": record.now.wall_us }))
        }
        _ => None,
    }
}

fn raised(alarm: &Alarm, record: &Record) -> Value {
    json!({
        "alarm": "raised",
        "id": alarm.id,
        "line": alarm.line,
        "desk": alarm.desk,
        "drill": alarm.drill,
        "priority": alarm.priority(record.now),
        "cause": alarm.cause(),
        "consequence": alarm.consequence(),
        "response": alarm.response(),
        "raised_at_us": alarm.raised_at_us,
        "left_us": alarm.left_us(record.now),
    })
}

async fn deliver(target: &str, alarm: &Value) -> Result<(), String> {
    let body = alarm.to_string();
    if target.starts_with("http://") {
        let target = target.to_owned();
        let posted = tokio::task::spawn_blocking(move || post(&target, &body));
        return posted.await.map_err(|why| why.to_string())?;
    }
    command(target, &body).await
}

fn post(address: &str, body: &str) -> Result<(), String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(HOOK_WAIT))
        .build()
        .into();
    let sent = agent
        .post(address)
        .header("content-type", "application/json")
        .send(body);
    sent.map(|_accepted| ()).map_err(|why| why.to_string())
}

async fn command(line: &str, body: &str) -> Result<(), String> {
    let shell = Command::new("/bin/sh")
        .args(["-c", line])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let mut child = shell.map_err(|why| why.to_string())?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read is its own affair.
        let _may_be_closed = stdin.write_all(body.as_bytes()).await;
    }
    let status = child.wait().await.map_err(|why| why.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("it ended with {status}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    #[tokio::test]
    async fn a_command_gets_the_alarm_on_its_standard_input() {
        let folder = tempfile::tempdir().unwrap();
        let told = folder.path().join("told");
        let command = format!("cat > '{}'", told.display());
        deliver(&command, &json!({ "alarm": "raised" })).await.unwrap();
        assert_eq!(std::fs::read_to_string(told).unwrap(), r#"{"alarm":"raised"}"#);
    }

    #[tokio::test]
    async fn a_command_that_fails_is_a_failure() {
        let why = deliver("exit 3", &json!({})).await.unwrap_err();
        assert!(why.contains('3'), "{why}");
    }

    #[tokio::test]
    async fn an_address_gets_the_alarm_as_the_body_of_a_post() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/alarms", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut request = String::new();
            let mut chunk = [0; 1024];
            while !request.contains("raised") {
                let length = socket.read(&mut chunk).unwrap();
                request.push_str(std::str::from_utf8(&chunk[..length]).unwrap());
            }
            socket
                .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
                .unwrap();
            request
        });
        deliver(&address, &json!({ "alarm": "raised" })).await.unwrap();
        assert!(served.join().unwrap().starts_with("POST /alarms"));
    }

    #[test]
    fn a_target_that_cannot_work_is_named_before_the_node_starts() {
        assert!(fault("https://example.org").unwrap().contains("curl"));
        assert!(fault(" ").is_some());
        assert_eq!(fault("logger -t detente"), None);
        assert_eq!(fault("http://127.0.0.1:9/x"), None);
    }
}
