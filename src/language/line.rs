//! A line of input into words.
//!
//! The tokenizer knows quotes, comments, `;` and the braces of `repeat`, and nothing else: what a
//! word means is decided by whoever reads it. A line is the unit of form. If anything in it cannot
//! be read (an open quote, a control character), nothing of it is run, so that half a line never
//! moves a cluster. Every place is kept in bytes of the line, so that an error can point at what it
//! is about.

use std::ops::Range;

use super::error::Error;
use crate::word;

/// The most bytes a line may have, its end not counted.
pub const MAX_LINE: usize = 64 * 1024;

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

/// What a line consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// A word.
    Word(Token),
    /// `;`, the end of a command.
    Semicolon,
    /// `{` as a word of its own, at this byte.
    Open(usize),
    /// `}` as a word of its own, at this byte.
    Close(usize),
}

impl LinePart {
    /// The word that it is, if it is one.
    pub fn word(&self) -> Option<&Token> {
        match self {
            LinePart::Word(token) => Some(token),
            LinePart::Semicolon | LinePart::Open(_) | LinePart::Close(_) => None,
        }
    }
}

/// The words of each command among these pieces; none of one that is not there, as between `;` and
/// `;`.
pub fn commands(pieces: &[LinePart]) -> impl Iterator<Item = Vec<&Token>> {
    pieces
        .split(|piece| piece.word().is_none())
        .map(|words| words.iter().filter_map(LinePart::word).collect())
}

/// Splits a line into its pieces. Comments and blanks are gone.
pub fn split(line: &str) -> Result<Vec<LinePart>, Error> {
    let mut pieces = Vec::new();
    split_into(line, &mut pieces).map(|()| pieces)
}

/// The same; after an error, what stood before it is in `pieces`.
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

/// The error about a line over [`MAX_LINE`], of which at least the beginning is given.
pub fn overlong(line: &str) -> Error {
    let at = line.floor_char_boundary(MAX_LINE);
    Error::usage("line longer than 64 KiB").at(at..at)
}

/// Walks along a line.
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

    /// A word ends at a blank or `;`; quotes may stand anywhere in it (`x="a b"`).
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

    /// What stands in the quotes that open here.
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
