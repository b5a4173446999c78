//! Two nodes on one line, and the time they share.

use super::chair::{Chair, Scratch};
use super::scenario::{Run, Scenario};
use crate::client::{Client, Who, part};
use crate::config::ADMIN_DESK;
use crate::failed::Failed;
use crate::http::show::{Done, LineShown, Lines};
use crate::invite::InvitationFile;
use crate::keeper::{InviteRequest, Joined};
use crate::reconstruction::MAX_STEP_US;
use accord::ids::LineId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Time for two nodes on one machine to have heard all of each other.
const QUIET_WAIT: Duration = Duration::from_secs(30);
/// Pause between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// Two nodes that play one run.
pub(super) struct Stage {
    line: String,
    now_us: i64,
    clients: BTreeMap<(usize, String), Client>,
    chairs: Vec<Chair>,
    _scratch: Scratch,
}

impl Stage {
    /// Starts both nodes, joins them, and has both officers compare the six words.
    ///
    /// # Errors
    /// Whatever keeps two nodes on loopback from that.
    pub(super) fn set(scenario: &Scenario, run: &Run) -> Result<Self, Failed> {
        let begins_us = scenario.instant(&run.begins).map_err(Failed::usage)?;
        let scratch = Scratch::new()?;
        let mut chairs = Vec::new();
        for spec in &scenario.chairs {
            chairs.push(Chair::start(spec, &scratch.path().join(&spec.key), begins_us)?);
        }
        let mut stage = Stage {
            line: scenario.line.clone(),
            now_us: begins_us,
            clients: BTreeMap::new(),
            chairs,
            _scratch: scratch,
        };
        stage.join()?;
        Ok(stage)
    }

    /// The scenario's instant, µs.
    pub(super) fn now_us(&self) -> i64 {
        self.now_us
    }

    /// One step of the clocks towards `at_us`. Whether there is more to go.
    ///
    /// # Errors
    /// A node has ended.
    pub(super) fn step(&mut self, at_us: i64) -> Result<bool, Failed> {
        if at_us <= self.now_us {
            return Ok(false);
        }
        self.now_us = at_us.min(self.now_us + MAX_STEP_US);
        for chair in &mut self.chairs {
            chair.send_to(self.now_us)?;
        }
        for chair in &mut self.chairs {
            chair.arrived()?;
        }
        Ok(self.now_us < at_us)
    }

    /// A desk's write below the line, such as `voice`; waits until both nodes hold what
    /// follows from it.
    ///
    /// # Errors
    /// Refused, or the nodes do not come to rest.
    pub(super) fn on_line(
        &mut self,
        chair: usize,
        desk: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Done, Failed> {
        let path = format!("/v1/lines/{}/{path}", part(&self.line));
        self.post(chair, desk, &path, body)
    }

    /// A desk's write; waits as above.
    ///
    /// # Errors
    /// As above.
    pub(super) fn post(
        &mut self,
        chair: usize,
        desk: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Done, Failed> {
        let done = self.client(chair, desk)?.post(path, body)?;
        self.quiet()?;
        Ok(done)
    }

    /// What a desk reads.
    ///
    /// # Errors
    /// The node does not answer.
    pub(super) fn get<T: DeserializeOwned>(
        &mut self,
        chair: usize,
        desk: &str,
        path: &str,
    ) -> Result<T, Failed> {
        Ok(self.client(chair, desk)?.get(path)?)
    }

    /// Both logs of the line as one end has them.
    ///
    /// # Errors
    /// The node does not answer.
    pub(super) fn bundle(&mut self, chair: usize, desk: &str) -> Result<Vec<u8>, Failed> {
        let path = format!("/v1/lines/{}/bundle", part(&self.line));
        Ok(self.client(chair, desk)?.get_bytes(&path)?)
    }

    fn client(&mut self, chair: usize, desk: &str) -> Result<&Client, Failed> {
        let key = (chair, desk.to_owned());
        if !self.clients.contains_key(&key) {
            let who = if desk == ADMIN_DESK {
                Who::Admin
            } else {
                Who::Desk(Some(desk.to_owned()))
            };
            let client = self.chairs[chair].client(&who)?;
            self.clients.insert(key.clone(), client);
        }
        Ok(&self.clients[&key])
    }

    fn join(&mut self) -> Result<(), Failed> {
        let request = InviteRequest {
            line: LineId(self.line.clone()),
            address: None,
            valid_s: None,
        };
        let invitation: InvitationFile = self.client(0, ADMIN_DESK)?.post("/v1/invitations", &request)?;
        let joined: Joined = self.client(1, ADMIN_DESK)?.post("/v1/lines", &invitation)?;
        self.quiet()?;
        let words = json!({ "words": joined.words.join(" ") });
        for chair in [0, 1] {
            self.on_line(chair, "commander", "words", &words)?;
        }
        Ok(())
    }

    /// Waits until each node's log lies countersigned at the other.
    fn quiet(&mut self) -> Result<(), Failed> {
        let begun = Instant::now();
        loop {
            let (ours, theirs) = (self.line_of(0)?, self.line_of(1)?);
            if let (Some(a), Some(b)) = (&ours, &theirs)
                && is_quiet(a, b)
                && is_quiet(b, a)
            {
                return Ok(());
            }
            if begun.elapsed() > QUIET_WAIT {
                return Err(Failed::internal(format_args!(
                    "the two nodes did not come to rest: {ours:?}, {theirs:?}"
                )));
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    fn line_of(&mut self, chair: usize) -> Result<Option<LineShown>, Failed> {
        let lines: Lines = self.get(chair, ADMIN_DESK, "/v1/lines")?;
        Ok(lines.lines.into_iter().next())
    }
}

/// All that `a` states lies at `b`, and `a` knows.
fn is_quiet(a: &LineShown, b: &LineShown) -> bool {
    a.light == "up"
        && a.unsealed == 0
        && a.own_size > 0
        && a.cosigned_size == a.own_size
        && b.peer_size == a.own_size
}
