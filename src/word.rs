//! Words as they have to be typed: quoted where they would not be read back as one word, and the escapes of quotes.
//!
//! Keys and values may hold anything; whatever prints them in the language (an entry, a move, a condition) prints them
//! through [`Word`], so that what was printed can be typed again, and [`unescape`] reads it.

use std::fmt::{self, Display, Write};

use crate::quantity::shown;

/// A key or value, quoted if need be.
pub struct Word<'a>(pub &'a str);

impl Word<'_> {
    fn is_plain(&self) -> bool {
        let plain = |c: char| c.is_alphanumeric() || "_-.:/@+*%".contains(c);
        !self.0.is_empty() && !self.0.starts_with('-') && self.0.chars().all(plain)
    }
}

impl Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() {
            return f.write_str(self.0);
        }
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                _ if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// A value that may be absent: absent it is `none`, and the value `none` is quoted.
pub struct OrNone<'a>(pub Option<&'a str>);

impl Display for OrNone<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("none"),
            Some("none") => f.write_str("\"none\""),
            Some(value) => Word(value).fmt(f),
        }
    }
}

/// The escape at the beginning of the text, backslash included: what it stands for, and its length in bytes.
///
/// # Errors
/// Why it is none, and how many bytes of it were looked at.
pub fn unescape(text: &str) -> Result<(char, usize), (String, usize)> {
    let wrong =
        |length: usize, why: &str| Err((format!("{} is no escape; {why}", shown(&text[..length])), length));
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
            let found =
                digits.and_then(|digits| char::from_u32(hexadecimal(digits)?).map(|c| (c, digits.len() + 4)));
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
    let valid = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if valid { u32::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_reads_back() {
        for text in [
            "x",
            "",
            "a b",
            "-5",
            "\"",
            "\\",
            "é\u{301}",
            "\u{1b}[2J\n\r\t\0",
            "a.b",
            "漢字",
            "[1,2]=#;",
            "\u{9f}",
        ] {
            let shown = Word(text).to_string();
            let mut read = String::new();
            let mut rest = shown.strip_prefix('"').map_or(shown.as_str(), |rest| &rest[..rest.len() - 1]);
            while let Some(c) = rest.chars().next() {
                let (c, length) = if c == '\\' { unescape(rest).unwrap() } else { (c, c.len_utf8()) };
                read.push(c);
                rest = &rest[length..];
            }
            assert_eq!(read, text, "{shown}");
        }
    }
}
