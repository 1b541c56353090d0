//! Mistakes, as a list.

use crate::check::caught::{Caught, caught};
use crate::raft::{Flaw, Flaws};

use super::document::{Document, Paragraph, Text, Tone};

/// Every flaw, and whether it is on.
pub fn list(on: Flaws) -> Document {
    let width = Flaw::ALL.iter().map(|flaw| flaw.name().len()).max().unwrap_or(0);
    Flaw::ALL.iter().fold(Document::new(), |document, &flaw| {
        let (state, tone) = if on.has(flaw) { ("on ", Tone::Bad) } else { ("off", Tone::Dim) };
        let text = Text::new()
            .toned(tone, format!("{state}  "))
            .toned(Tone::Leader, format!("{:<width$}  ", flaw.name()))
            .plain(flaw.does());
        document.paragraph(Paragraph::entry(width + 7, text))
    })
}

/// Every flaw: what catches it, and where it was seen.
pub fn sources() -> Document {
    Flaw::ALL.iter().fold(Document::new(), |document, &flaw| {
        let caught = match caught(flaw) {
            Some(Caught::By(property, event)) => format!("caught by {property}, at #{event} of its script"),
            Some(Caught::Progress) => "breaks no promise: its script waits in vain".to_owned(),
            None => "not caught".to_owned(),
        };
        document
            .paragraph(Paragraph::hanging(
                4,
                Text::new().toned(Tone::Leader, flaw.name()).plain(format!(": {}", flaw.does())),
            ))
            .paragraph(Paragraph::entry(4, format!("    {caught}")))
            .paragraph(Paragraph::hanging(
                4,
                Text::new().toned(Tone::Dim, format!("    source: {}", flaw.source())),
            ))
    })
}
