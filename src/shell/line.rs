//! A line of input into words.

use std::ops::Range;

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The word, quotes and escapes resolved.
    pub text: String,
    /// Where it stands in the line, quotes included, in bytes.
    pub span: Range<usize>,
    /// Whether any part of it was quoted: a quoted word is never an option, a comment or a bracket.
    pub quoted: bool,
}
