//! The words of a condition.
//!
//! Words are read one at a time, when the parser asks for them, so that of two errors the left one
//! is reported. A word ends before a space, bracket, comma, quote or comparison. Dots are part of a
//! word (`n1.kv.x`, `1.5s`), and the parser splits it. Spans are in bytes of the source.

use std::ops::Range;

use crate::check::condition::Comparison;
use crate::language::error::Error;
use crate::word;

/// The kind of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A bare word: the source at the token's span.
    Word,
    /// A quoted string, escapes resolved.
    Quoted(String),
    /// One of `( ) [ ] , =`.
    Sign(char),
    /// A comparison: `== != < <= > >=`.
    Compare(Comparison),
    /// The end of the source.
    End,
}

/// A token and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Its position in the source, quotes included.
    pub(super) span: Range<usize>,
}

/// An error that points at bytes of the source.
pub(super) fn wrong(message: impl Into<String>, span: Range<usize>) -> Error {
    Error::usage(message).at(span)
}

/// Reads tokens from left to right.
pub(super) struct Lexer<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer at the beginning of the source.
    pub(super) fn new(source: &'a str) -> Lexer<'a> {
        Lexer { source, at: 0 }
    }

    /// The next token. At the end, an empty token right after the last one.
    pub(super) fn next(&mut self) -> Result<Token, Error> {
        let rest = self.source[self.at..].trim_start();
        let start = self.source.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(Token { kind: TokenKind::End, span: self.at..self.at });
        };
        let (kind, length) = match first {
            '(' | ')' | '[' | ']' | ',' => (TokenKind::Sign(first), 1),
            '"' | '\'' => quoted(rest, start)?,
            _ => comparison(rest).unwrap_or_else(|| (TokenKind::Word, word_length(rest))),
        };
        self.at = start + length;
        Ok(Token { kind, span: start..self.at })
    }
}

/// The comparison or `=` at the beginning of the text, and its length.
fn comparison(rest: &str) -> Option<(TokenKind, usize)> {
    use Comparison::*;
    let signs = [
        ("==", Equal),
        ("!=", NotEqual),
        ("<=", AtMost),
        (">=", AtLeast),
        ("<", Less),
        (">", Greater),
    ];
    match signs.iter().find(|(sign, _)| rest.starts_with(sign)) {
        Some((sign, comparison)) => Some((TokenKind::Compare(*comparison), sign.len())),
        None => rest.starts_with('=').then_some((TokenKind::Sign('='), 1)),
    }
}

fn word_length(rest: &str) -> usize {
    let ends = |(at, c): &(usize, char)| match c {
        '(' | ')' | '[' | ']' | ',' | '=' | '<' | '>' | '"' | '\'' => true,
        '!' => rest[at + 1..].starts_with('='),
        _ => c.is_whitespace(),
    };
    rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at)
}

/// The quoted string at the beginning of the text, and its length. The text begins at byte `start`
/// of the source.
fn quoted(rest: &str, start: usize) -> Result<(TokenKind, usize), Error> {
    let (text, length) = word::quoted(rest).map_err(|misquoted| match misquoted {
        Some((why, span)) => wrong(why, start + span.start..start + span.end),
        None => {
            let message =
                format!("this quote is never closed; a closing {} is missing", &rest[..1]);
            wrong(message, start..start + 1)
        }
    })?;
    Ok((TokenKind::Quoted(text), length))
}
