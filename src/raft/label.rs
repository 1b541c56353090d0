//! Short texts that come from engines (names of timers, types of messages, what went wrong) as
//! numbers, so that an event stays small and can be copied.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A short text. Words are equal if their texts are; the order in which they became known cannot
/// be observed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Label(u32);

/// The longest label, in bytes; the rest is cut off.
const BYTES_MAX: usize = 400;

/// The most labels that a process keeps. An engine that invents more is not understood any more,
/// but does not fill the memory.
const LABELS_MAX: usize = 20_000;

/// What stands for a text beyond these.
const TOO_MANY: &str = "(a text beyond the first 20000)";

struct Known {
    texts: Vec<&'static str>,
    places: BTreeMap<&'static str, u32>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known { texts: Vec::new(), places: BTreeMap::new() });

fn known() -> MutexGuard<'static, Known> {
    // A thread that panicked while it held the lock left both tables in step or a text unused.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Label {
    /// The label of this text.
    pub fn of(text: &str) -> Label {
        let mut end = text.len().min(BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut known = known();
        let mut text = &text[..end];
        if known.texts.len() >= LABELS_MAX && !known.places.contains_key(text) {
            text = TOO_MANY;
        }
        if let Some(place) = known.places.get(text) {
            return Label(*place);
        }
        // Kept for as long as the process runs; their number and their length are bounded.
        let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
        let place = known.texts.len() as u32;
        known.texts.push(kept);
        known.places.insert(kept, place);
        Label(place)
    }

    /// Its text.
    pub fn text(self) -> &'static str {
        known().texts.get(self.0 as usize).copied().unwrap_or_default()
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

impl Hash for Label {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Label) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Label {
    fn cmp(&self, other: &Label) -> std::cmp::Ordering {
        self.text().cmp(other.text())
    }
}

impl serde::Serialize for Label {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

impl<'de> serde::Deserialize<'de> for Label {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Label, D::Error> {
        String::deserialize(from).map(|text| Label::of(&text))
    }
}
