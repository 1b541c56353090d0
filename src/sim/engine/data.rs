//! The data of entries: which request an entry carries, and how that is written.

use crate::raft::Payload;
use crate::sim::client::{OpId, Ops};

impl Ops {
    /// What an engine is asked to put into its log for a request.
    pub(super) fn proposal(&self, op: OpId) -> String {
        let command = self.get(op).map(|known| known.asked.to_string()).unwrap_or_default();
        format!("{op} {command}")
    }

    /// What an entry with these data carries.
    pub(super) fn payload(&mut self, data: Option<&str>) -> Payload {
        let Some(data) = data else { return Payload::Noop };
        let op = data.strip_prefix("op").and_then(|rest| rest.split(' ').next());
        let op = op.and_then(|number| number.parse().ok()).map(OpId);
        match op.filter(|op| self.get(*op).is_some() && self.proposal(*op) == data) {
            Some(op) => op.payload(),
            None => Payload::Command(self.foreign.number(data)),
        }
    }

    /// The data of an entry, as an engine wrote them.
    pub(super) fn data(&self, payload: Payload) -> Option<String> {
        match payload {
            Payload::Noop | Payload::Configuration(_) => None,
            Payload::Command(number) => match self.foreign.text(payload) {
                Some(text) => Some(text.to_owned()),
                None => Some(self.proposal(OpId(number))),
            },
        }
    }
}
