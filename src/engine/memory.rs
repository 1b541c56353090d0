//! The latest answers. Going back in time makes the same moves again, and asks the same things: the
//! answers are here, and no process has to be led back.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sim::engine::Breakdown;

/// An answer, or why there was none.
pub(super) type Answer = Result<Arc<str>, Breakdown>;

/// How many bytes of answers each of the two generations keeps.
const BYTES: usize = 32 * 1024 * 1024;

/// What an answer takes besides its bytes.
const OVERHEAD: usize = 64;

/// Answers by the digest of the life that they belong to. The older generation is dropped when the
/// younger one is full.
#[derive(Debug, Default)]
pub(super) struct Memory {
    young: BTreeMap<u64, Answer>,
    old: BTreeMap<u64, Answer>,
    bytes: usize,
}

impl Memory {
    pub(super) fn get(&self, life: u64) -> Option<&Answer> {
        self.young.get(&life).or_else(|| self.old.get(&life))
    }

    pub(super) fn keep(&mut self, life: u64, answer: Answer) {
        self.bytes += OVERHEAD + answer.as_ref().map_or(0, |text| text.len());
        self.young.insert(life, answer);
        if self.bytes > BYTES {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}
