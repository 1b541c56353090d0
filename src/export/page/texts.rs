//! Each text once, with its tone and the section of the paper whose rule decides.

use std::collections::BTreeMap;

use super::data::{Page, TextId};
use crate::view::document::Tone;

/// All tones, in the order of their numbers.
const TONES: [(Tone, &str); 9] = [
    (Tone::Plain, "plain"),
    (Tone::Dim, "dim"),
    (Tone::Strong, "strong"),
    (Tone::Good, "good"),
    (Tone::Bad, "bad"),
    (Tone::Warn, "warn"),
    (Tone::Leader, "leader"),
    (Tone::Candidate, "candidate"),
    (Tone::Follower, "follower"),
];

/// A text with its tone and its section.
type Key = (String, usize, Option<&'static str>);

/// The table of texts.
#[derive(Default)]
pub(super) struct Texts {
    known: BTreeMap<Key, TextId>,
    order: Vec<Key>,
    /// How many bytes the texts have.
    pub(super) bytes: usize,
}

impl Texts {
    /// The number of a text without a tone.
    pub(super) fn plain(&mut self, text: &str) -> TextId {
        self.of(Tone::Plain, text.to_owned(), None)
    }

    /// The number of a text.
    pub(super) fn of(&mut self, tone: Tone, text: String, section: Option<&'static str>) -> TextId {
        let tone = TONES.iter().position(|(known, _)| *known == tone).unwrap_or(0);
        let key = (text, tone, section);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let number = self.order.len() as TextId;
        self.bytes += key.0.len();
        self.order.push(key.clone());
        self.known.insert(key, number);
        number
    }

    /// Puts the table into the page.
    pub(super) fn finish(self, page: &mut Page) {
        page.tone_names = TONES.iter().map(|(_, name)| *name).collect();
        for (number, (text, tone, section)) in self.order.into_iter().enumerate() {
            page.texts.push(text);
            page.tones.push(char::from(b'0' + tone as u8));
            let Some(section) = section else { continue };
            let at = page.sections.iter().position(|known| *known == section);
            let at = at.unwrap_or_else(|| {
                page.sections.push(section);
                page.sections.len() - 1
            });
            page.rules.push((number as TextId, at));
        }
    }
}
