//! The sequence diagram in the notation of Mermaid.

use super::markup::visible;
use super::part::{Exported, Part};
use crate::sim::Event;
use crate::view::diagram::{diagram, mermaid};

/// The most bytes of a diagram: Mermaid refuses to draw more than 50,000 characters.
const BYTES: usize = 48_000;

/// The diagram; if it is too long for Mermaid, its last rows.
pub(super) fn write(part: &Part<'_>, events: &[&Event]) -> Exported {
    let diagram = diagram(part.world, part.log, events, part.nodes);
    let head: Vec<String> = mermaid::head(&diagram).collect();
    let mut room = BYTES;
    let fits = |row: &String| match room.checked_sub(row.len() + 1) {
        Some(rest) => {
            room = rest;
            true
        }
        None => false,
    };
    let lines = mermaid::rows(&diagram).map(|row| visible(&row).into_owned());
    let mut rows: Vec<String> = lines.rev().take_while(fits).collect();
    rows.reverse();
    let first = diagram.rows.get(diagram.rows.len() - rows.len()).map_or(0, |row| row.event);
    let shown = events.iter().filter(|event| event.id >= first).count();
    let text = head.into_iter().chain(rows).fold(String::new(), |text, line| text + &line + "\n");
    Exported { text, events: shown, left_out: (events.len() - shown) as u64 }
}
