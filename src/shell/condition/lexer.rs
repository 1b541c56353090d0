//! The words of a condition.
//!
//! Words are read one at a time, as the parser asks for them, so that of two mistakes the left one is reported. A word runs
//! to the next space, bracket, comma, quote or comparison; dots are part of it (`n1.kv.x`, `1.5s`) and the parser takes
//! it apart. Spans are in bytes of the source.

use std::ops::Range;

use crate::check::condition::Comparison;
use crate::quantity::shown;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word: the source at the token's span.
    Word,
    /// A quoted string, escapes resolved.
    Quoted(String),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenList,
    /// `]`
    CloseList,
    /// `,`
    Comma,
    /// `=`
    Assign,
    /// `== != < <= > >=`
    Compare(Comparison),
    /// Nothing is left.
    End,
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it stands, quotes included.
    pub(super) span: Range<usize>,
}

/// A mistake in the spelling of a token, and where.
pub(super) type Misspelt = (String, Range<usize>);

/// Reads tokens from left to right.
pub(super) struct Lexer<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// A reader that stands at the beginning.
    pub(super) fn new(source: &'a str) -> Lexer<'a> {
        Lexer { source, at: 0 }
    }

    /// The next token. At the end: an empty one, right behind the last.
    pub(super) fn next(&mut self) -> Result<Token, Misspelt> {
        let rest = self.source[self.at..].trim_start();
        let start = self.source.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(Token { kind: Kind::End, span: self.at..self.at });
        };
        let (kind, length) = match first {
            '(' => (Kind::Open, 1),
            ')' => (Kind::Close, 1),
            '[' => (Kind::OpenList, 1),
            ']' => (Kind::CloseList, 1),
            ',' => (Kind::Comma, 1),
            '"' => escaped(rest, start)?,
            '\'' => literal(rest, start)?,
            _ => comparison(rest).unwrap_or_else(|| (Kind::Word, word_length(rest))),
        };
        self.at = start + length;
        Ok(Token { kind, span: start..self.at })
    }
}

/// A comparison or `=` at the beginning of the text.
fn comparison(rest: &str) -> Option<(Kind, usize)> {
    use Comparison::*;
    let signs =
        [("==", Equal), ("!=", NotEqual), ("<=", AtMost), (">=", AtLeast), ("<", Less), (">", Greater)];
    match signs.iter().find(|(sign, _)| rest.starts_with(sign)) {
        Some((sign, comparison)) => Some((Kind::Compare(*comparison), sign.len())),
        None => rest.starts_with('=').then_some((Kind::Assign, 1)),
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

/// `'…'`: everything up to the next quote, as it stands.
fn literal(rest: &str, start: usize) -> Result<(Kind, usize), Misspelt> {
    match rest[1..].find('\'') {
        Some(length) => Ok((Kind::Quoted(rest[1..=length].to_owned()), length + 2)),
        None => Err(("this quote is never closed; a closing ' is missing".to_owned(), start..start + 1)),
    }
}

/// `"…"`: with escapes.
fn escaped(rest: &str, start: usize) -> Result<(Kind, usize), Misspelt> {
    let mut text = String::new();
    let mut at = 1;
    while let Some(c) = rest[at..].chars().next() {
        match c {
            '"' => return Ok((Kind::Quoted(text), at + 1)),
            '\\' => {
                let (c, length) = escape(&rest[at..], start + at)?;
                text.push(c);
                at += length;
            }
            _ => {
                text.push(c);
                at += c.len_utf8();
            }
        }
    }
    Err(("this quote is never closed; a closing \" is missing".to_owned(), start..start + 1))
}

/// The escape at the beginning of the text: what it stands for, and its length.
fn escape(rest: &str, start: usize) -> Result<(char, usize), Misspelt> {
    let wrong = |length: usize, why: &str| {
        let escape = &rest[..length];
        Err((format!("{} is no escape; {why}", shown(escape)), start..start + length))
    };
    let Some(c) = rest[1..].chars().next() else {
        return Err(("nothing follows this backslash".to_owned(), start..start + 1));
    };
    let simple = match c {
        '\\' | '"' | '\'' => c,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        'e' => '\x1b',
        'x' => {
            let code = rest.get(2..4).and_then(code).filter(|code| *code < 0x80);
            return match code.and_then(char::from_u32) {
                Some(c) => Ok((c, 4)),
                None => wrong(2, r"write \x and two digits from 00 to 7f"),
            };
        }
        'u' => {
            let digits = rest[2..].strip_prefix('{').and_then(|rest| rest.get(..rest.find('}')?));
            return match digits
                .and_then(|digits| char::from_u32(code(digits)?).map(|c| (c, digits.len() + 4)))
            {
                Some(found) => Ok(found),
                None => wrong(2, r"write \u{…} with the number of a character, such as \u{e9}"),
            };
        }
        _ => return wrong(1 + c.len_utf8(), r#"escapes are \n \r \t \0 \e \\ \" \' \x1b \u{e9}"#),
    };
    Ok((simple, 2))
}

/// A hexadecimal number of one to six digits.
fn code(digits: &str) -> Option<u32> {
    let hexadecimal = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hexadecimal { u32::from_str_radix(digits, 16).ok() } else { None }
}
