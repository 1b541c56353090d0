//! A diagram in the notation of Mermaid, which web pages and editors draw.

use super::{Diagram, DiagramMark, DiagramRow};
use crate::quantity;
use crate::sim::Stage;
use crate::view::document::Document;

/// The diagram, one line for each row.
pub fn mermaid(diagram: &Diagram) -> Document {
    head(diagram).chain(rows(diagram)).fold(Document::new(), Document::line)
}

/// The lines before the rows: what kind of diagram it is, and its lanes.
pub fn head(diagram: &Diagram) -> impl Iterator<Item = String> {
    let lanes = diagram.lanes.iter().map(|node| format!("    participant {node}"));
    std::iter::once("sequenceDiagram".to_owned()).chain(lanes)
}

/// The rows, a line each.
pub fn rows(diagram: &Diagram) -> impl DoubleEndedIterator<Item = String> {
    diagram.rows.iter().map(|row| format!("    {}", line(diagram, row)))
}

/// A comment, which Mermaid does not draw.
pub fn comment(words: &str) -> String {
    format!("%% {words}")
}

fn line(diagram: &Diagram, row: &DiagramRow) -> String {
    let text = |words: &str| {
        escaped(&format!("{words} ({}, event {})", quantity::time(row.time_us), row.event))
    };
    match &row.stroke {
        DiagramMark::Arrow { from, to, stage, .. } => {
            let arrow = match stage {
                Stage::Delivered => "->>",
                Stage::Dropped(_) => "-x",
                Stage::Sent => "--)",
            };
            let text = text(&row.text);
            format!("{}{arrow}{}: {text}", diagram.lanes[*from], diagram.lanes[*to])
        }
        DiagramMark::Mark { lanes, .. } => {
            let over = match lanes.as_slice() {
                [first, .., last] => format!("{},{}", diagram.lanes[*first], diagram.lanes[*last]),
                [only] => diagram.lanes[*only].to_string(),
                [] => String::new(),
            };
            // Mermaid names the node already.
            let words = row.text.strip_prefix(&format!("{over}: ")).unwrap_or(&row.text);
            format!("Note over {over}: {}", text(words))
        }
    }
}

/// Escapes text for Mermaid: a character that would end a line, begin a code or be read as markup
/// is written as a code, and so is the word `end`, which would end a block.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let word = |c: char| c.is_alphanumeric();
    for (at, c) in text.char_indices() {
        let begins_end = text[at..].starts_with("end")
            && !text[..at].ends_with(word)
            && !text[at + 3..].starts_with(word);
        match c {
            '#' | ';' | '<' | '>' | '%' => out.push_str(&format!("#{};", u32::from(c))),
            'e' if begins_end => out.push_str("#101;"),
            _ => out.push(c),
        }
    }
    out
}
