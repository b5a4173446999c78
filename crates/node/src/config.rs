//! `config.toml` of a node. Unknown keys are refused: a misspelt setting is no setting.

use crate::dir::{NodeDir, read_text};
use crate::failed::{Failed, in_short};
use crate::limits::MAX_DESKS;
use crate::open::OpenOptions;
use crate::time_source::TimeSource;
use accord::command::Role;
use accord::ids::{Desk, LineId};
use engine::keyring::{NODE_DESK, is_name};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The desk name of tokens that keep the node: no desk, cannot open or answer.
pub const ADMIN_DESK: &str = "admin";

/// Settings of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the party, as its peers see it.
    pub party: String,
    /// Where the HTTP surface listens.
    #[serde(default)]
    pub http: HttpConfig,
    /// Where lines are taken.
    #[serde(default)]
    pub lines: LinesConfig,
    /// The open service.
    #[serde(default)]
    pub open: OpenOptions,
    /// Commands and addresses that carry alarms away.
    #[serde(default)]
    pub hooks: HooksConfig,
    /// Who vouches for this machine's clock.
    #[serde(default)]
    pub clock: ClockConfig,
    /// Other addresses to dial than those of the invitations, by line.
    #[serde(default)]
    pub dial: BTreeMap<LineId, String>,
    /// The desks, in ladder order: the first is the watch.
    #[serde(rename = "desk")]
    pub desks: Vec<DeskConfig>,
}

/// One desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskConfig {
    /// Its name, 1 to 32 of a-z, 0-9 and -.
    pub name: Desk,
    /// What its local token may do.
    pub role: Role,
}

/// The HTTP surface. Loopback only: it speaks plain HTTP and carries bearer tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Address; port 0 takes any free port once and keeps it.
    pub listen: SocketAddr,
    /// Further names that a reverse proxy may pass in `Host`.
    pub hosts: Vec<String>,
}

/// The listener for lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinesConfig {
    /// Address; port 0 takes any free port once and keeps it.
    pub listen: SocketAddr,
    /// `host:port` that invitations name, where it differs from `listen`.
    pub public: Option<String>,
}

/// What is told of alarms, besides the watch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HooksConfig {
    /// Shell commands (the alarm as JSON on standard input) or `http://` addresses.
    pub on_alarm: Vec<String>,
}

/// The clock, on which every lead time rests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClockConfig {
    /// `kernel`, `unwatched`, or a shell command that ends with 0 while the clock is synchronised.
    pub vouched_by: TimeSource,
}

impl Default for HttpConfig {
    fn default() -> Self {
        HttpConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            hosts: Vec::new(),
        }
    }
}

impl Default for LinesConfig {
    fn default() -> Self {
        LinesConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public: None,
        }
    }
}

impl Config {
    /// Reads and checks the settings of a node.
    pub fn load(dir: &NodeDir) -> Result<Self, Failed> {
        let path = dir.config();
        let text = read_text(&path)?.ok_or_else(|| {
            Failed::usage(format_args!(
                "there is no node at {} (no config.toml). Set one up: detente init {} --party NAME",
                dir.root().display(),
                dir.root().display()
            ))
        })?;
        Self::parse(&text).map_err(|faults| Failed::refused(format_args!("{}: {faults}", path.display())))
    }

    /// Reads settings out of TOML; the error lists every fault.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Config = toml::from_str(text).map_err(in_short)?;
        let faults = config.faults();
        if faults.is_empty() {
            Ok(config)
        } else {
            Err(faults.join("; "))
        }
    }

    /// As TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("settings are plain strings and tables")
    }

    /// The desks, in ladder order.
    pub fn desk_names(&self) -> Vec<Desk> {
        self.desks.iter().map(|desk| desk.name.clone()).collect()
    }

    /// Every fault, with its place.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.party.trim().is_empty() || self.party.len() > 64 || self.party.chars().any(char::is_control) {
            faults.push("party: 1 to 64 printable characters are needed".to_owned());
        }
        if !self.http.listen.ip().is_loopback() {
            faults.push(format!(
                "http.listen: {} is not a loopback address; tokens would cross the network in the clear. Listen on \
                 127.0.0.1 and put a reverse proxy with TLS before it",
                self.http.listen
            ));
        }
        self.desk_faults(&mut faults);
        faults
    }

    fn desk_faults(&self, faults: &mut Vec<String>) {
        if self.desks.is_empty() || self.desks.len() > MAX_DESKS {
            faults.push(format!("desk: 1 to {MAX_DESKS} desks are needed"));
        }
        for (i, desk) in self.desks.iter().enumerate() {
            if !is_name(&desk.name.0) || [NODE_DESK, ADMIN_DESK].contains(&desk.name.0.as_str()) {
                faults.push(format!(
                    "desk[{i}]: {:?} cannot name a desk; 1 to 32 of a-z, 0-9 and -, neither \"{NODE_DESK}\" nor \
                     \"{ADMIN_DESK}\"",
                    in_short(&desk.name.0)
                ));
            }
            if self.desks[..i].iter().any(|other| other.name == desk.name) {
                faults.push(format!("desk[{i}]: {} stands twice", in_short(&desk.name)));
            }
            if desk.role == Role::Admin {
                faults.push(format!(
                    "desk[{i}]: a desk is read, watch or commander; admin keeps the node"
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "party = \"Blue\"\n[[desk]]\nname = \"watch\"\nrole = \"watch\"\n";

    #[test]
    fn settings_survive_writing_and_reading() {
        let config = Config::parse(GOOD).unwrap();
        assert_eq!(Config::parse(&config.to_toml()).unwrap(), config);
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let text = format!("{GOOD}[http]\nlisen = \"127.0.0.1:1\"\n");
        assert!(Config::parse(&text).unwrap_err().contains("lisen"));
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let text = "party = \"\"\n[http]\nlisten = \"0.0.0.0:80\"\n[[desk]]\nname = \"node\"\nrole = \"watch\"\n\
                    [[desk]]\nname = \"a\"\nrole = \"admin\"\n[[desk]]\nname = \"a\"\nrole = \"read\"\n";
        let faults = Config::parse(text).unwrap_err();
        for part in [
            "party:",
            "http.listen",
            "desk[0]",
            "desk[1]",
            "desk[2]: a stands twice",
        ] {
            assert!(faults.contains(part), "{part} in {faults}");
        }
    }
}
