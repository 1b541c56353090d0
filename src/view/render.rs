//! Documents into text. (A stand-in: plain concatenation.)

use crate::view::document::{Block, Document};

/// The document as text, every line ended.
pub fn text(document: &Document, _width: usize) -> String {
    let mut text = String::new();
    for block in &document.0 {
        if let Block::Line(line) = block {
            for span in &line.0 {
                text.extend(span.text.chars().map(|c| if c.is_control() { '?' } else { c }));
            }
            text.push('\n');
        }
    }
    text
}
