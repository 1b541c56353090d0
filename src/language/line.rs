//! A line of input into words.
//!
//! The tokenizer knows quotes, comments, `;` and the braces of `repeat`, and nothing else: what a word means is decided
//! by whoever reads it. A line is the unit of form. If anything in it cannot be read (an open quote, a control
//! character), nothing of it is run, so that half a line never moves a cluster. Every place is kept in bytes of the
//! line, so that an error can point at what it is about.

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
pub enum Piece {
    /// A word.
    Word(Token),
    /// `;`, the end of a command.
    Semicolon,
    /// `{` as a word of its own, at this byte.
    Open(usize),
    /// `}` as a word of its own, at this byte.
    Close(usize),
}

impl Piece {
    /// The word that it is, if it is one.
    pub fn word(&self) -> Option<&Token> {
        match self {
            Piece::Word(token) => Some(token),
            Piece::Semicolon | Piece::Open(_) | Piece::Close(_) => None,
        }
    }
}

/// The words of each command among these pieces; none of one that is not there, as between `;` and `;`.
pub fn commands(pieces: &[Piece]) -> impl Iterator<Item = Vec<&Token>> {
    pieces.split(|piece| piece.word().is_none()).map(|words| words.iter().filter_map(Piece::word).collect())
}

/// Splits a line into its pieces. Comments and blanks are gone.
pub fn split(line: &str) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    split_into(line, &mut pieces).map(|()| pieces)
}

/// The same; after an error, what stood before it is in `pieces`.
pub fn split_into(line: &str, pieces: &mut Vec<Piece>) -> Result<(), Error> {
    if line.len() > MAX_LINE {
        return Err(overlong(line));
    }
    if let Some((at, control)) = line.char_indices().find(|&(_, c)| c.is_control() && c != '\t') {
        return Err(Error::usage(format!("control character {} in the line", word::escape(control)))
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
    let mut at = line.len().min(MAX_LINE);
    while !line.is_char_boundary(at) {
        at -= 1;
    }
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

    fn piece(&mut self) -> Result<Option<Piece>, Error> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
        match self.peek() {
            None | Some('#') => Ok(None),
            Some(';') => {
                self.next();
                Ok(Some(Piece::Semicolon))
            }
            Some(_) => self.word().map(Some),
        }
    }

    /// A word ends at a blank or `;`; quotes may stand anywhere in it (`x="a b"`).
    fn word(&mut self) -> Result<Piece, Error> {
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
            "{" if !quoted => Piece::Open(start),
            "}" if !quoted => Piece::Close(start),
            _ => Piece::Word(Token { text, span: start..self.at, quoted }),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces in brackets, quoted words with a tick before them.
    fn shown(line: &str) -> String {
        let piece = |piece: Piece| match piece {
            Piece::Word(t) => format!("[{}{}]", if t.quoted { "'" } else { "" }, t.text.escape_debug()),
            Piece::Semicolon => ";".into(),
            Piece::Open(_) => "{".into(),
            Piece::Close(_) => "}".into(),
        };
        match split(line) {
            Ok(pieces) => pieces.into_iter().map(piece).collect(),
            Err(error) => format!("{:?}: {}", error.at.unwrap_or_default(), error.message),
        }
    }

    #[test]
    fn words() {
        for (line, expected) in [
            ("", ""),
            ("  \t ", ""),
            ("# all of it", ""),
            ("kill n2", "[kill][n2]"),
            ("kill n2 # why", "[kill][n2]"),
            ("echo a#b '#' \"#\"", "[echo][a#b]['#]['#]"),
            ("a;b ;; c", "[a];[b];;[c]"),
            ("echo 'a;b' \"c;d\"", "[echo]['a;b]['c;d]"),
            ("put n1 x=\"a b\"c", "[put][n1]['x=a bc]"),
            ("echo ''", "[echo][']"),
            (r"echo 'a\n'", r"[echo]['a\\n]"),
            (r#"echo "\n\t\\\"\x41\u{e9}\u{1F600}""#, "[echo]['\\n\\t\\\\\\\"Aé😀]"),
            ("repeat 3 { step; x }", "[repeat][3]{[step];[x]}"),
            ("echo {a} '{' \"}\"", "[echo][{a}]['{]['}]"),
            ("!kill n1", "[!kill][n1]"),
            (r"echo C:\temp", r"[echo][C:\\temp]"),
            ("kill\u{a0}n2", "[kill][n2]"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn errors_have_a_place() {
        for (line, expected) in [
            ("echo 'abc", "5..6: this quote is never closed"),
            ("echo x\"abc", "6..7: this quote is never closed"),
            ("echo \"abc\\", "5..6: this quote is never closed"),
            ("echo \"a\\xff\"", "7..9: '\\x' is no escape; write \\x and two digits from 00 to 7f"),
            ("a\0b", "1..2: control character \\x00 in the line"),
            ("# \u{1b}[2J", "2..3: control character \\x1b in the line"),
            ("a\u{85}", "1..3: control character \\u{85} in the line"),
        ] {
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }

    #[test]
    fn spans_include_quotes() {
        let pieces = split("é 'b c'  d").unwrap();
        let spans: Vec<_> = pieces
            .iter()
            .filter_map(|p| if let Piece::Word(t) = p { Some(t.span.clone()) } else { None })
            .collect();
        assert_eq!(spans, [0..2, 3..8, 10..11]);
    }

    #[test]
    fn a_line_ends_at_64_kib() {
        assert!(split(&"a".repeat(MAX_LINE)).is_ok());
        assert_eq!(split(&"a".repeat(MAX_LINE + 1)).unwrap_err().at, Some(MAX_LINE..MAX_LINE));
        assert_eq!(split(&"é".repeat(MAX_LINE)).unwrap_err().at, Some(MAX_LINE..MAX_LINE));
    }
}
