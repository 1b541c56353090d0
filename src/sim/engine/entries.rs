//! Entries of engines: which request an entry carries, and data that nobody proposed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::raft::Payload;
use crate::seq::Seq;
use crate::sim::client::{OpId, Ops};

/// The first number of data that nobody proposed. No request has such a number, and the last one
/// is that of preloaded entries.
const FIRST: u32 = 1 << 31;

/// The texts of entries that carry no request, each once. Equal texts have equal numbers, so
/// entries can be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ForeignEntries {
    texts: Seq<Arc<str>>,
    numbers: Arc<BTreeMap<Arc<str>, u32>>,
}

impl ForeignEntries {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = FIRST + (self.texts.len() as u32).min(FIRST - 2);
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        Arc::make_mut(&mut self.numbers).insert(text, number);
        number
    }

    /// The text of an entry that carries no request.
    pub fn text(&self, payload: Payload) -> Option<&str> {
        let Payload::Command(number) = payload else { return None };
        self.texts.get(number.checked_sub(FIRST)? as usize).map(AsRef::as_ref)
    }
}

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
