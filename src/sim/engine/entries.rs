//! Data of entries that nobody proposed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::raft::Payload;
use crate::seq::Seq;

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
    /// The number of a text.
    pub(super) fn number(&mut self, text: &str) -> u32 {
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
