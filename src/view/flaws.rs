//! The flaws, as lists.

use crate::check::caught::{Caught, caught};
use crate::raft::{Flaw, Flaws};

use super::document::{Document, Paragraph, Text, Tone};

/// `flaw`: every flaw, whether it is on, and what it does.
pub fn list(on: Flaws) -> Document {
    let width = Flaw::ALL.iter().map(|flaw| flaw.name().len()).max().unwrap_or(0);
    let line = |&flaw: &Flaw| {
        let (state, tone) = if on.has(flaw) { ("on ", Tone::Bad) } else { ("off", Tone::Dim) };
        let text = Text::new()
            .toned(tone, format!("{state}  "))
            .toned(Tone::Leader, format!("{:<width$}  ", flaw.name()))
            .plain(flaw.does());
        Paragraph::hanging(width + 7, text)
    };
    Flaw::ALL.iter().map(line).collect()
}

/// `help flaws`: what each flaw does, which property catches it, and where it was seen.
pub fn sources() -> Document {
    let paragraphs = |&flaw: &Flaw| {
        let caught = match caught(flaw) {
            Some(Caught::By(property, event)) => {
                format!("caught by {property} at event #{event} of its script")
            }
            Some(Caught::Progress) => {
                "breaks no property: its script shows that there is no progress under a fault"
                    .to_owned()
            }
            None => "not caught".to_owned(),
        };
        let does = Text::new().toned(Tone::Leader, flaw.name()).plain(format!(": {}", flaw.does()));
        let source = Text::new().toned(Tone::Dim, format!("    source: {}", flaw.source()));
        [
            Paragraph::hanging(4, does),
            Paragraph::hanging(4, format!("    {caught}")),
            Paragraph::hanging(4, source),
        ]
    };
    Flaw::ALL.iter().flat_map(paragraphs).collect()
}
