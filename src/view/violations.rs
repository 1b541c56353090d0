//! The properties and their violations, as lists.

use crate::check::property;
use crate::sim::{JudgingEnded, Violation, World};

use super::document::{Document, Paragraph, Text, Tone};

/// `violations`: the violations so far, one paragraph each, with the property, the event and the
/// reason.
pub fn table(world: &World) -> Document {
    let document = match world.violations() {
        [] if world.judging_ended().is_some() => Document::new(),
        [] => Document::from(Text::new().toned(Tone::Good, "no property was violated")),
        violations => violations.iter().map(told).fold(Document::new(), Document::then),
    };
    not_judged(world)
        .into_iter()
        .chain(undecided(world))
        .map(Document::from)
        .fold(document, Document::then)
}

/// A line that says from which event on no property is checked any more: `NOT JUDGED from #17 on:
/// …`. `None` while properties are checked.
pub fn not_judged(world: &World) -> Option<Text> {
    let JudgingEnded { event, why, .. } = world.judging_ended()?;
    Some(Text::new().toned(Tone::Bad, "NOT JUDGED").plain(format!(" from #{event} on: {why}")))
}

/// A line that says from which event on nobody knows whether answers fit together. `None` while
/// that is judged.
pub fn undecided(world: &World) -> Option<Text> {
    let JudgingEnded { event, why, .. } = world.undecided()?;
    let text = format!(" at #{event}: {why}");
    Some(Text::new().toned(Tone::Bad, "GAVE UP linearizability").plain(text))
}

/// One violation with all its lines: those after the first are drawn, and never wrapped.
pub fn told(violation: &Violation) -> Document {
    let first = Document::new().paragraph(Paragraph::hanging(2, line(violation)));
    drawn(first, &violation.detail)
}

/// Adds what a detail draws: all its lines after the first.
pub(crate) fn drawn(document: Document, detail: &str) -> Document {
    detail.lines().skip(1).fold(document, |document, drawn| document.example(2, drawn))
}

/// The first line of a violation: `VIOLATED election-safety at #17: …`.
fn line(violation: &Violation) -> Text {
    let Violation { property: name, event, detail, .. } = violation;
    let detail = detail.lines().next().unwrap_or_default();
    let section = property::named(name).map_or("", |property| property.section);
    Text::new()
        .toned(Tone::Bad, format!("VIOLATED {name}"))
        .plain(format!(" at #{event}: {detail} "))
        .toned(Tone::Dim, format!("({section})"))
}

/// `help properties`: every property with its name, what it promises, and the section of the paper.
pub fn properties() -> Document {
    let width = property::ALL.iter().map(|property| property.name.len()).max().unwrap_or(0);
    let line = |property: &&property::Property| {
        let text = Text::new()
            .toned(Tone::Leader, format!("{:<width$}  ", property.name))
            .plain(property.says)
            .toned(Tone::Dim, format!(" ({})", property.section));
        Paragraph::hanging(width + 2, text)
    };
    property::ALL.iter().map(line).collect()
}
