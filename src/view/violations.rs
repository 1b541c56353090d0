//! Broken promises, as a list.

use crate::check::property;
use crate::sim::{JudgingEnded, Violation, World};

use super::document::{Document, Paragraph, Text, Tone};

/// What was violated so far, a block each: the property, the event, what is wrong.
pub fn table(world: &World) -> Document {
    let document = match world.violations() {
        [] if world.judging_ended().is_some() => Document::new(),
        [] => Document::from(Text::new().toned(Tone::Good, "no property was violated")),
        violations => {
            violations.iter().map(|violation| Paragraph::entry(2, line(violation))).collect()
        }
    };
    not_judged(world).into_iter().map(Document::from).fold(document, Document::then)
}

/// That nothing is judged any more, if that is so: `NOT JUDGED from #17 on: …`.
pub fn not_judged(world: &World) -> Option<Text> {
    let JudgingEnded { event, why, .. } = world.judging_ended()?;
    Some(Text::new().toned(Tone::Bad, "NOT JUDGED").plain(format!(" from #{event} on: {why}")))
}

/// One violation: `VIOLATED election-safety at #17: …`.
pub fn line(violation: &Violation) -> Text {
    let Violation { property: name, event, detail, .. } = violation;
    let section = property::named(name).map_or("", |property| property.section);
    Text::new()
        .toned(Tone::Bad, format!("VIOLATED {name}"))
        .plain(format!(" at #{event}: {detail} "))
        .toned(Tone::Dim, format!("({section})"))
}

/// Every property: its name, what it promises, where the paper speaks of it.
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
