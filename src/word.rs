//! Words as they have to be typed: quoted where they would not be read back as one word.
//!
//! Keys and values may hold anything; whatever prints them in the language (an entry, a move, a condition) prints them
//! through [`Word`], so that what was printed can be typed again. The file imports no room.

use std::fmt::{self, Display, Write};

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
