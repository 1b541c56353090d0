//! Mistakes, as a list.

use crate::raft::{Flaw, Flaws};

use super::document::{Document, Paragraph, Text, Tone};

/// Every flaw, and whether it is on.
pub fn list(on: Flaws) -> Document {
    let width = Flaw::ALL.iter().map(|flaw| flaw.name().len()).max().unwrap_or(0);
    Flaw::ALL.iter().fold(Document::new(), |document, &flaw| {
        let (state, tone) = if on.has(flaw) { ("on ", Tone::Bad) } else { ("off", Tone::Dim) };
        document.line(
            Text::new()
                .toned(tone, format!("{state}  "))
                .toned(Tone::Leader, format!("{:<width$}  ", flaw.name()))
                .plain(flaw.does()),
        )
    })
}

/// Every flaw with where it was seen.
pub fn sources() -> Document {
    Flaw::ALL.iter().fold(Document::new(), |document, flaw| {
        document
            .paragraph(Paragraph::hanging(
                4,
                Text::new().toned(Tone::Leader, flaw.name()).plain(format!(": {}", flaw.does())),
            ))
            .paragraph(Paragraph::hanging(
                4,
                Text::new().toned(Tone::Dim, format!("    seen in {}", flaw.source())),
            ))
    })
}
