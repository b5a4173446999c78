//! The invitation file: what the inviter hands to the joiner over any channel.
//!
//! Whoever holds it can join once, until it expires, as the peer. Whoever changed it on the
//! way is found by the six words, and by nothing else: that is what they are for.

use crate::failed::in_short;
use crate::limits::MAX_INVITATION_BYTES;
use accord::ids::LineId;
use engine::keyring::{KeySet, is_name};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Version of the file.
pub const VERSION: u32 = 1;

/// An invitation as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationFile {
    /// Says what this is.
    pub detente_invitation: u32,
    /// Name of the line, equal at both ends.
    #[schema(value_type = String)]
    pub line: LineId,
    /// Where the inviter listens, `host:port`.
    pub address: String,
    /// The inviter's public keys.
    #[schema(value_type = Object)]
    pub keys: KeySet,
    /// Single-use secret, hexadecimal.
    pub secret: String,
    /// Wall time after which it is void, µs.
    pub expires_us: i64,
}

impl InvitationFile {
    /// As a file.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("invitations are plain strings and numbers");
        text.push('\n');
        text
    }

    /// Reads a file, with every fault.
    ///
    /// # Errors
    /// What is wrong, in one sentence each.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        if text.len() > MAX_INVITATION_BYTES {
            return Err(vec![format!(
                "an invitation has at most {MAX_INVITATION_BYTES} bytes"
            )]);
        }
        let file: InvitationFile = serde_json::from_str(text)
            .map_err(|why| vec![format!("this is no invitation file: {}", in_short(why))])?;
        let faults = file.faults();
        if faults.is_empty() { Ok(file) } else { Err(faults) }
    }

    /// Every fault of what came from outside.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.keys.faults();
        if self.detente_invitation != VERSION {
            let found = self.detente_invitation;
            faults.push(format!("version {found}; this program reads version {VERSION}"));
        }
        if !is_name(&self.line.0) {
            faults.push("line: 1 to 32 of a-z, 0-9 and - are needed".to_owned());
        }
        if !is_address(&self.address) {
            faults.push(format!("address: {:?} is no host:port", in_short(&self.address)));
        }
        if engine::keyring::public_key(&self.secret).is_none() {
            faults.push("secret: 64 hexadecimal digits are needed".to_owned());
        }
        faults
    }
}

/// Whether `text` has the shape `host:port`.
pub fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let printable = host.bytes().all(|b| b.is_ascii_graphic());
    !host.is_empty() && host.len() <= 255 && printable && port.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord::ids::Desk;

    fn invitation() -> InvitationFile {
        let key = |digit: char| digit.to_string().repeat(64);
        let desks = [("node", '4'), ("watch", '5')].map(|(desk, digit)| (Desk::from(desk), key(digit)));
        let keys = KeySet {
            party: "Blue".to_owned(),
            tls: key('1'),
            log: key('2'),
            cosign: key('3'),
            desks: desks.into(),
        };
        InvitationFile {
            detente_invitation: VERSION,
            line: LineId::from("north"),
            address: "127.0.0.1:7401".to_owned(),
            keys,
            secret: key('6'),
            expires_us: 1,
        }
    }

    #[test]
    fn an_invitation_survives_its_file() {
        assert_eq!(InvitationFile::parse(&invitation().to_text()), Ok(invitation()));
    }

    #[test]
    fn every_fault_of_a_file_is_named() {
        let mut file = invitation();
        file.detente_invitation = 9;
        file.line = LineId::from("../x");
        file.address = "nowhere".to_owned();
        file.secret = "short".to_owned();
        file.keys.log = "x".to_owned();
        let faults = InvitationFile::parse(&file.to_text()).unwrap_err().join("\n");
        for part in ["version 9", "line:", "address:", "secret:", "log:"] {
            assert!(faults.contains(part), "{part} in {faults}");
        }
    }

    #[test]
    fn a_file_that_is_no_invitation_is_refused() {
        assert!(InvitationFile::parse("{}").is_err());
        assert!(InvitationFile::parse(&"x".repeat(MAX_INVITATION_BYTES + 1)).is_err());
    }
}
