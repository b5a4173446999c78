//! Does a client know of everything that its operational intent may meet?

use crate::answer::Refused;
use crate::entity::Intent;
use crate::ids::{Manager, Ovn};
use crate::state::Pool;
use std::collections::BTreeSet;

impl Pool {
    /// Whether the key has the OVN of every operational intent that this one may meet, and of every
    /// constraint if it is to hear of these (F3548-21 SCD0035, SCD0040). Its own OVN is not asked for.
    pub(super) fn check_key(
        &self,
        intent: &Intent,
        with_constraints: bool,
        key: &[String],
        client: &Manager,
    ) -> Result<(), Refused> {
        let key: BTreeSet<&str> = key.iter().map(String::as_str).collect();
        let unknown = |ovn: &Ovn| !key.contains(ovn.0.as_str());
        let met = self.intents_meeting(&intent.cells, &intent.span, &intent.heights);
        let met = met.filter(|other| other.id != intent.id && !self.may_be_passed_over(other));
        let intents: Vec<_> = met
            .filter(|other| unknown(&other.ovn))
            .map(|other| self.show_intent(other, client))
            .collect();
        let near = self.constraints_meeting(&intent.cells, &intent.span);
        let constraints: Vec<_> = near
            .filter(|constraint| with_constraints && unknown(&constraint.ovn))
            .map(|constraint| self.show_constraint(constraint, client))
            .collect();
        if intents.is_empty() && constraints.is_empty() {
            Ok(())
        } else {
            Err(Refused::MissingKeys { intents, constraints })
        }
    }
}
