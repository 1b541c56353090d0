//! YAML: the only file that names `serde_yaml`.
//!
//! The files that are read here have two levels at most, and one line for each key and each list
//! item. An item may be a mapping on one line. [`Outline::of`] enforces this line by line, before
//! the parser sees the text: the parser bounds nesting and repetition only after it has read
//! everything, and a megabyte of `[` would keep it busy for seconds. Text that passes costs the
//! parser a fraction of a microsecond per byte. The outline also knows the line of each key and
//! item, which the parser reports for some errors only.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};

use crate::quantity::shown;

/// The most keys and items in a text. The parser needs some 200 bytes for each.
pub const MAX_ENTRIES: usize = 1_000_100;

/// The last line of a text that was written completely.
pub const END: &str = "...";

/// Why a text cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The line, counted from 1, if the fault is in one line.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// An unknown word, and the words that are known in its place.
    pub unknown: Option<(String, Vec<&'static str>)>,
}

impl Fault {
    /// A fault in a line.
    pub fn at(line: usize, message: impl Into<String>) -> Fault {
        Fault { line: Some(line), message: message.into(), unknown: None }
    }

    /// A fault of the text as a whole.
    pub fn whole(message: impl Into<String>) -> Fault {
        Fault { line: None, message: message.into(), unknown: None }
    }

    /// A fault for an unknown key.
    pub fn unknown(line: usize, key: &str, known: &[&'static str]) -> Fault {
        let message = format!("unknown key {}", shown(key));
        Fault { line: Some(line), message, unknown: Some((key.to_owned(), known.to_vec())) }
    }
}

/// A key and its place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// The line, counted from 1.
    pub line: usize,
    /// The last key before it that is not indented, if this one is indented.
    pub below: Option<&'a str>,
    /// The name of the key.
    pub name: &'a str,
}

/// The keys and list items of a text, with their lines.
#[derive(Debug, Default)]
pub struct Outline<'a> {
    /// The keys, in order.
    pub keys: Vec<Key<'a>>,
    /// For each list item: its line, and the last key before it that is not indented.
    pub items: Vec<(usize, &'a str)>,
    /// Whether the last line is [`END`].
    pub ended: bool,
    /// The indentation of inner keys, and of items; None before the first.
    indents: [Option<usize>; 2],
    /// The last key that is not indented.
    above: &'a str,
}

impl<'a> Outline<'a> {
    /// Finds the keys and items of a text.
    ///
    /// # Errors
    /// At the first line that is neither `KEY: VALUE` nor `- ITEM` nor a comment, and where a value
    /// is more than a word or a line of text.
    pub fn of(text: &'a str) -> Result<Outline<'a>, Fault> {
        let mut outline = Outline::default();
        for (line, text) in (1..).zip(text.split('\n')) {
            let text = text.strip_suffix('\r').unwrap_or(text);
            outline.line(line, text).map_err(|why| Fault::at(line, why))?;
            if outline.keys.len() + outline.items.len() > MAX_ENTRIES {
                return Err(Fault::at(line, format!("more than {MAX_ENTRIES} lines")));
            }
        }
        Ok(outline)
    }

    fn line(&mut self, line: usize, text: &'a str) -> Result<(), String> {
        if let Some(c) = text.chars().find(|&c| is_strange(c)) {
            return Err(format!("character {} is not allowed here unescaped", c.escape_unicode()));
        }
        let rest = text.trim_start_matches(' ');
        let indent = text.len() - rest.len();
        if is_blank(rest) {
            return Ok(());
        }
        if self.ended {
            return Err(format!("nothing can follow the line '{END}'"));
        }
        if indent == 0 && rest.strip_prefix(END).is_some_and(is_blank) {
            self.ended = true;
            return Ok(());
        }
        if indent == 0 && rest == "---" && self.keys.is_empty() && self.items.is_empty() {
            return Ok(());
        }
        if let Some(item) =
            rest.strip_prefix('-').filter(|item| item.is_empty() || item.starts_with(' '))
        {
            self.indented(1, indent)?;
            self.items.push((line, self.above));
            return one_scalar(item, false);
        }
        let name = |name: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            !name.is_empty() && name.chars().all(plain)
        };
        let pair = rest
            .split_once(':')
            .filter(|(key, value)| name(key) && (value.is_empty() || value.starts_with(' ')));
        let Some((name, value)) = pair else {
            return Err(format!("{} is neither 'KEY: VALUE' nor '- ITEM'", shown(rest)));
        };
        if indent > 0 {
            self.indented(0, indent)?;
        } else {
            self.above = name;
        }
        self.keys.push(Key { line, below: (indent > 0).then_some(self.above), name });
        one_scalar(value, true)
    }

    /// Checks that lines of a kind are indented alike. Otherwise YAML would read one as part of the
    /// line before it.
    fn indented(&mut self, kind: usize, indent: usize) -> Result<(), String> {
        match *self.indents[kind].get_or_insert(indent) {
            same if same == indent => Ok(()),
            other => Err(format!("indented by {indent}, unlike the {other} of the lines like it")),
        }
    }

    /// A fault in the value of a key. `inner` tells whether the key is indented.
    pub fn fault(&self, inner: bool, name: &str, message: String) -> Fault {
        let key = self.keys.iter().find(|key| key.below.is_some() == inner && key.name == name);
        Fault { line: key.map(|key| key.line), message, unknown: None }
    }

    /// Checks that each key of a level is known and appears once.
    ///
    /// # Errors
    /// At the first key that is unknown or repeated.
    pub fn check(&self, inner: bool, known: &[&'static str]) -> Result<(), Fault> {
        let mut seen = std::collections::BTreeSet::new();
        for key in self.keys.iter().filter(|key| key.below.is_some() == inner) {
            if !known.contains(&key.name) {
                return Err(Fault::unknown(key.line, key.name, known));
            }
            if !seen.insert(key.name) {
                return Err(Fault::at(key.line, format!("'{}' is given twice", key.name)));
            }
        }
        Ok(())
    }
}

/// Whether a character must be escaped. Some programs read these characters as the end of a line,
/// or show nothing for them, so a reader would miss what follows.
pub fn is_strange(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether the rest of a line is blank or a comment.
fn is_blank(rest: &str) -> bool {
    let text = rest.trim_start();
    text.is_empty() || text.starts_with('#') && (text.len() < rest.len() || rest == text)
}

/// Checks that this is one word or line of text, and not the beginning of something nested. The
/// value of a key may also be missing, or an empty list or mapping.
fn one_scalar(value: &str, of_key: bool) -> Result<(), String> {
    let value = value.trim();
    match value.as_bytes() {
        [] | [b'#', ..] if of_key => Ok(()),
        [] | [b'#', ..] => Err("nothing follows this '-'".to_owned()),
        [b'[', b']', rest @ ..] | [b'{', b'}', rest @ ..] if of_key && rest.is_empty() => Ok(()),
        [b'{', ..] if is_row(value) => Ok(()),
        [b'[' | b'{', ..] => Err("write a list or mapping with one line for each item".to_owned()),
        [b'&' | b'*', ..] => Err("anchors and aliases are not supported".to_owned()),
        [b'!', ..] => Err("tags are not supported; quote a line that begins with '!'".to_owned()),
        [b'|' | b'>', ..] => Err("texts of several lines are not supported".to_owned()),
        [b'-' | b'?' | b':'] | [b'-' | b'?' | b':', b' ', ..] => {
            Err("this is nested too deep".to_owned())
        }
        [quote @ (b'"' | b'\''), ..] => match after_quoted(value, char::from(*quote)) {
            None => Err("this quote is not closed on its line".to_owned()),
            Some(rest) if is_blank(rest) => Ok(()),
            Some(_) => Err("something follows the closing quote".to_owned()),
        },
        _ if value.contains(": ") || value.ends_with(':') => {
            Err("quote the whole item, because it contains ': '".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether this is a mapping of words and quoted texts on one line:
/// `{do: "run 2s", steps: 57, us: 180000}`.
fn is_row(value: &str) -> bool {
    let mut rest = &value[1..];
    loop {
        let Some((key, after)) = rest.split_once(": ") else { return false };
        if !key.trim().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return false;
        }
        let after = after.trim_start();
        let end = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after_quoted(after, quote),
            _ => Some(after.trim_start_matches(|c: char| c.is_ascii_alphanumeric())),
        };
        match end.map(str::trim_start).map(|end| (end, end.as_bytes())) {
            Some((end, [b',', ..])) => rest = &end[1..],
            Some((end, [b'}', ..])) => return is_blank(&end[1..]),
            _ => return false,
        }
    }
}

/// The rest of a line after a quoted text; None if the quote is not closed.
fn after_quoted(text: &str, quote: char) -> Option<&str> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        // Within '…' a doubled quote is one quote; within "…" a backslash escapes the next
        // character.
        let escaped = match quote {
            '"' if c == '\\' => chars.next().is_some(),
            '\'' if c == quote => chars.next_if(|(_, next)| *next == quote).is_some(),
            _ => false,
        };
        if c == quote && !escaped {
            return Some(&text[at + 1..]);
        }
    }
    None
}

/// Reads a text that has passed [`Outline::of`].
///
/// # Errors
/// If it is not YAML, or does not fit the type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_yaml::from_str(text).map_err(|error| {
        let message = error.to_string();
        // The fault has the line in a field.
        let message = message.find(" at line ").map_or(message.as_str(), |end| &message[..end]);
        Fault {
            line: error.location().map(|place| place.line()),
            message: message.to_owned(),
            unknown: None,
        }
    })
}

/// Writes a text, without [`END`].
///
/// # Errors
/// If a value cannot be written as YAML.
pub fn write<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_yaml::to_string(value).map_err(|error| Fault::whole(error.to_string()))
}

/// A value as it is typed in a shell line. Numbers, `on` and `off` are written without quotes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Scalar(pub String);

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0.as_str(), self.0.parse::<u64>()) {
            ("on", _) => serializer.serialize_bool(true),
            ("off", _) => serializer.serialize_bool(false),
            (text, Ok(number)) if number.to_string() == text => serializer.serialize_u64(number),
            (text, _) => serializer.serialize_str(text),
        }
    }
}

/// Keys and their values, in order.
pub type Pairs = indexmap::IndexMap<String, Scalar>;
