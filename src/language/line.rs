//! Splits a line of input into words.
//!
//! The tokenizer knows quotes, comments, `;` and the braces of `repeat`, and nothing else; what a
//! word means is up to its reader. If any part of a line cannot be read (an open quote, a control
//! character), no part of it is run, so that half a line never changes a cluster. Every position is
//! kept in bytes of the line, so that an error can point at what it is about.

use std::ops::Range;

use super::error::Error;
use crate::word;

/// The most bytes that a line may have, without its line ending.
pub const MAX_LINE: usize = 64 * 1024;

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The word, with quotes and escapes resolved.
    pub text: String,
    /// Its position in the line, quotes included, in bytes.
    pub span: Range<usize>,
    /// Whether any part of it was quoted. A quoted word is never an option, a comment or a brace.
    pub quoted: bool,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// A word.
    Word(Token),
    /// `;`, the end of a command.
    Semicolon,
    /// `{` as a separate word, at this byte.
    Open(usize),
    /// `}` as a separate word, at this byte.
    Close(usize),
}

impl LinePart {
    /// The word, if the part is one.
    pub fn word(&self) -> Option<&Token> {
        match self {
            LinePart::Word(token) => Some(token),
            LinePart::Semicolon | LinePart::Open(_) | LinePart::Close(_) => None,
        }
    }
}

/// The words of each command among these parts. An empty command, as between `;` and `;`, has no
/// words.
pub fn commands(pieces: &[LinePart]) -> impl Iterator<Item = Vec<&Token>> {
    pieces
        .split(|piece| piece.word().is_none())
        .map(|words| words.iter().filter_map(LinePart::word).collect())
}

/// Splits a line into its parts, without comments and blanks.
pub fn split(line: &str) -> Result<Vec<LinePart>, Error> {
    let mut pieces = Vec::new();
    split_into(line, &mut pieces).map(|()| pieces)
}

/// Like [`split`], but after an error, `pieces` has the parts before it.
pub fn split_into(line: &str, pieces: &mut Vec<LinePart>) -> Result<(), Error> {
    if line.len() > MAX_LINE {
        return Err(overlong(line));
    }
    if let Some((at, control)) = line.char_indices().find(|&(_, c)| c.is_control() && c != '\t') {
        return Err(Error::usage(format!(
            "control character {} in the line",
            word::escape(control)
        ))
        .at(at..at + control.len_utf8())
        .help("in double quotes, write it as an escape, like \\n or \\x1b"));
    }
    let mut reader = Reader { line, at: 0 };
    while let Some(piece) = reader.piece()? {
        pieces.push(piece);
    }
    Ok(())
}

/// Where the comment of a line begins, with its `#`; `None` if it has none, or cannot be read.
pub fn comment_start(line: &str) -> Option<usize> {
    let mut reader = Reader { line, at: 0 };
    while reader.piece().ok()?.is_some() {}
    (reader.at < line.len()).then_some(reader.at)
}

/// The error about a line longer than [`MAX_LINE`]. At least the beginning of it must be given.
pub fn overlong(line: &str) -> Error {
    let at = line.floor_char_boundary(MAX_LINE);
    Error::usage("line longer than 64 KiB").at(at..at)
}

/// Reads a line from left to right.
struct Reader<'a> {
    line: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.line[self.at..].chars().next()
    }

    fn next(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn piece(&mut self) -> Result<Option<LinePart>, Error> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
        match self.peek() {
            None | Some('#') => Ok(None),
            Some(';') => {
                self.next();
                Ok(Some(LinePart::Semicolon))
            }
            Some(_) => self.word().map(Some),
        }
    }

    /// A word ends at a blank or at `;`. Quotes may be anywhere in it (`x="a b"`).
    fn word(&mut self) -> Result<LinePart, Error> {
        let (start, mut text, mut quoted) = (self.at, String::new(), false);
        while let Some(c) = self.peek().filter(|&c| !c.is_whitespace() && c != ';') {
            if matches!(c, '\'' | '"') {
                text.push_str(&self.quoted()?);
                quoted = true;
            } else {
                self.next();
                text.push(c);
            }
        }
        Ok(match text.as_str() {
            "{" if !quoted => LinePart::Open(start),
            "}" if !quoted => LinePart::Close(start),
            _ => LinePart::Word(Token { text, span: start..self.at, quoted }),
        })
    }

    /// The content of the quotes that open here.
    fn quoted(&mut self) -> Result<String, Error> {
        let start = self.at;
        let (inside, length) = word::quoted(&self.line[start..]).map_err(|wrong| match wrong {
            Some((why, span)) => Error::usage(why).at(start + span.start..start + span.end),
            None => Error::usage("this quote is never closed").at(start..start + 1),
        })?;
        self.at += length;
        Ok(inside)
    }
}
