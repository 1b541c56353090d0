//! The words of requests: keys, values, numbers, names of clients.

use std::convert::Infallible;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::check::condition::OpRef;
use crate::command::grammar::unmask;
use crate::kv::Str;
use crate::quantity::shown;
use crate::sim::{ReadKind, is_background_name};

pub(super) fn assignment(text: &str) -> Result<(Str, Str), String> {
    let text = unmask(text);
    let Some((key, value)) = text.split_once('=') else {
        return Err(format!("{} is not KEY=VALUE", shown(text)));
    };
    if key.is_empty() {
        return Err(format!("{} has no key before the '='", shown(text)));
    }
    Ok((key.into(), value.into()))
}

pub(super) fn key(text: &str) -> Result<Str, String> {
    match unmask(text) {
        "" => Err("a key cannot be empty".to_owned()),
        text if text.contains('=') => {
            Err(format!("{} contains '=', which a key cannot", shown(text)))
        }
        text => Ok(text.into()),
    }
}

pub(super) fn value(text: &str) -> Result<Str, Infallible> {
    Ok(unmask(text).into())
}

/// The words for how a `get` is answered.
pub(super) fn read_kind() -> impl TypedValueParser<Value = ReadKind> {
    let words = ReadKind::WORDS.iter().map(|(word, _)| *word);
    PossibleValuesParser::new(words).map(|text| {
        let known = ReadKind::WORDS.iter().find(|(word, _)| *word == text);
        known.map_or_else(ReadKind::default, |(_, kind)| *kind)
    })
}

/// The longest name of a client.
const MAX_NAME: usize = 32;

pub(super) fn client_name(text: &str) -> Result<Str, String> {
    let text = unmask(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if !begins || !text.chars().all(plain) || text.len() > MAX_NAME {
        return Err(format!(
            "{} is no name of a client: a letter, then letters, digits, - and _, such as c1",
            shown(text)
        ));
    }
    if is_background_name(text) {
        return Err(format!(
            "{} is a client in the background (`clients`); take another name, such as c1",
            shown(text)
        ));
    }
    Ok(text.into())
}

pub(super) fn whole_number(text: &str) -> Result<i64, String> {
    let text = unmask(text);
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{} is not a whole number", shown(text)));
    }
    text.parse().map_err(|_| format!("{} is too large for 64 bits", shown(text)))
}

pub(super) fn request(text: &str) -> Result<OpRef, String> {
    let digits = text.strip_prefix("op").map(str::parse::<u64>);
    match (text, digits) {
        ("op", _) => Ok(OpRef::Latest),
        (_, Some(Ok(number))) => Ok(OpRef::Number(number)),
        _ => Err(format!("{} is not a request such as op3", shown(text))),
    }
}
