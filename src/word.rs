//! Words as they have to be typed: in quotes if they would not read back as one word, and with
//! escapes inside quotes.
//!
//! Keys and values may contain anything. Entries, actions, conditions and tables print them
//! through [`QuotedWord`] or [`OrNone`], so that what was printed can be typed again; [`quoted`]
//! reads it. Only this file defines which characters are invisible and how they are escaped.

use std::fmt::{self, Display, Write};
use std::ops::Range;

use crate::quantity::shown;

/// A key or value that prints in quotes if it needs them.
pub struct QuotedWord<'a>(pub &'a str);

impl QuotedWord<'_> {
    fn is_plain(&self) -> bool {
        let plain = |c: char| c.is_alphanumeric() && !is_invisible(c) || "_-.:/@+*%".contains(c);
        !self.0.is_empty() && !self.0.starts_with('-') && self.0.chars().all(plain)
    }
}

impl Display for QuotedWord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() { f.write_str(self.0) } else { InQuotes(self.0).fmt(f) }
    }
}

/// A key or value that always prints in quotes.
pub struct InQuotes<'a>(pub &'a str);

impl Display for InQuotes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                _ if is_invisible(c) => f.write_str(&escape(c))?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// A value that may be absent. An absent value prints as `none`, and the value `none` prints in
/// quotes.
pub struct OrNone<'a>(pub Option<&'a str>);

impl Display for OrNone<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("none"),
            Some("none") => InQuotes("none").fmt(f),
            Some(value) => QuotedWord(value).fmt(f),
        }
    }
}

/// Whether a character is invisible or has an effect on a terminal: controls, blanks other than
/// the space, characters that join, hide or reverse their neighbours, and characters without an
/// assigned meaning. These are ranges, not the tables of some version of Unicode: the same text
/// looks the same in every build of raftsh.
pub fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(c,
        // Controls, separators of lines and paragraphs, blanks.
        '\u{80}'..='\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}'..='\u{2029}' | '\u{202f}'
        | '\u{205f}' | '\u{2800}' | '\u{3000}'
        // Controls of the direction of writing.
        | '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Characters that Unicode calls ignorable: hyphens, joiners, fillers and selectors.
        | '\u{ad}' | '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
        // Private use, and noncharacters.
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// The escape for an invisible character; [`quoted`] reads it.
pub fn escape(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        _ if c.is_ascii() => format!("\\x{:02x}", u32::from(c)),
        _ => format!("\\u{{{:x}}}", u32::from(c)),
    }
}

/// What is wrong with an escape, and where; `None` if a quote is never closed.
pub type QuotingError = Option<(String, Range<usize>)>;

/// Reads the quoted text at the beginning of `text`: `'…'` literally, `"…"` with escapes. Returns
/// its contents and its length in bytes, quotes included.
///
/// # Errors
/// If an escape is wrong, or the quote is never closed.
pub fn quoted(text: &str) -> Result<(String, usize), QuotingError> {
    let (mut inside, mut at) = (String::new(), 1);
    while let Some(c) = text[at..].chars().next() {
        let length = match c {
            c if text.starts_with(c) => return Ok((inside, at + 1)),
            // A backslash at the very end leaves the quote open: that is the more helpful error.
            '\\' if text.starts_with('"') && at + 1 < text.len() => {
                let read = unescape(&text[at..]);
                let (c, length) = read.map_err(|(why, length)| Some((why, at..at + length)))?;
                inside.push(c);
                length
            }
            c => {
                inside.push(c);
                c.len_utf8()
            }
        };
        at += length;
    }
    Err(None)
}

/// Reads the escape at the beginning of the text, which is a backslash. Returns the character that
/// it stands for, and its length in bytes.
///
/// # Errors
/// What is wrong with the escape, and how many of its bytes were read.
fn unescape(text: &str) -> Result<(char, usize), (String, usize)> {
    let wrong = |length: usize, why: &str| {
        Err((format!("{} is not an escape; {why}", shown(&text[..length])), length))
    };
    let Some(c) = text[1..].chars().next() else {
        return Err(("nothing follows this backslash".to_owned(), 1));
    };
    let simple = match c {
        '\\' | '"' | '\'' => c,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        'e' => '\x1b',
        'x' => {
            let code = text.get(2..4).and_then(hexadecimal).filter(|code| *code < 0x80);
            return match code.and_then(char::from_u32) {
                Some(c) => Ok((c, 4)),
                None => wrong(2, r"write \x and two digits from 00 to 7f"),
            };
        }
        'u' => {
            let digits = text[2..].strip_prefix('{').and_then(|rest| rest.get(..rest.find('}')?));
            let found = digits.and_then(|digits| {
                char::from_u32(hexadecimal(digits)?).map(|c| (c, digits.len() + 4))
            });
            return match found {
                Some(found) => Ok(found),
                None => wrong(2, r"write \u{…} with the number of a character, such as \u{e9}"),
            };
        }
        _ => return wrong(1 + c.len_utf8(), r#"escapes are \n \r \t \0 \e \\ \" \' \x1b \u{e9}"#),
    };
    Ok((simple, 2))
}

/// A hexadecimal number of one to six digits.
fn hexadecimal(digits: &str) -> Option<u32> {
    let valid =
        (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if valid { u32::from_str_radix(digits, 16).ok() } else { None }
}
