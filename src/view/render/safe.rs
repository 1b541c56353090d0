//! Escapes text so that it cannot control a terminal, and rewrites it for terminals that show ASCII
//! only.
//!
//! All text that a user may have typed passes through here once, before it is measured.

use std::borrow::Cow;

use tabled::grid::util::string::{get_char_width, get_string_width};

use crate::word::{escape, is_invisible};

/// Our own signs in ASCII. Signs in drawings, where every column counts, take one column here as
/// well, and no two signs of different meaning in one drawing become the same.
const SIGNS: &[(char, &str)] = &[
    // Drawings.
    ('│', "|"),
    ('─', "-"),
    ('┼', "+"),
    ('═', "="),
    ('╪', "+"),
    ('╌', "~"),
    ('┆', ":"),
    ('▶', ">"),
    ('◀', "<"),
    ('●', "o"),
    ('○', "?"),
    ('■', "#"),
    ('▲', "^"),
    ('•', "@"),
    ('╳', "/"),
    ('━', "="),
    ('┄', "~"),
    ('▷', ")"),
    ('◁', "("),
    ('⇥', "x"),
    ('⇤', "x"),
    ('✗', "X"),
    ('✓', "*"),
    ('·', "."),
    // Sentences.
    ('→', "->"),
    ('←', "<-"),
    ('↔', "<->"),
    ('⟵', "<=="),
    ('≠', "!="),
    ('≥', ">="),
    ('≤', "<="),
    ('–', "-"),
    ('…', "..."),
    ('§', "section "),
    ('×', "x"),
];

/// The text with every character escaped that is invisible or could control the terminal; in ASCII
/// if `ascii`.
pub(super) fn safe(text: &str, ascii: bool) -> Cow<'_, str> {
    let harmless = match ascii {
        true => text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_control()),
        false => !text.chars().any(is_invisible),
    };
    if harmless {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push(&mut out, c, ascii);
    }
    Cow::Owned(out)
}

/// One character as it is shown, and its width in columns.
pub(super) fn shown(c: char, ascii: bool) -> (String, usize) {
    let mut out = String::new();
    push(&mut out, c, ascii);
    let width = width_of(&out);
    (out, width)
}

fn push(out: &mut String, c: char, ascii: bool) {
    match c {
        _ if is_invisible(c) => out.push_str(&escape(c)),
        _ if c.is_ascii() || !ascii => out.push(c),
        _ => match SIGNS.iter().find(|(sign, _)| *sign == c) {
            Some((_, plain)) => out.push_str(plain),
            None => out.push_str(&escape(c)),
        },
    }
}

/// The width of escaped text, in columns.
pub fn width_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { get_string_width(text) }
}

/// The width of an escaped character, in columns.
pub(super) fn width_of_char(c: char) -> usize {
    if c.is_ascii() { 1 } else { get_char_width(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_drawings_keep_their_column() {
        let drawings = SIGNS.iter().take_while(|(sign, _)| *sign != '→');
        for (sign, plain) in drawings {
            assert_eq!((width_of_char(*sign), plain.len()), (1, 1), "{sign}");
        }
        for (sign, plain) in SIGNS {
            assert!(plain.is_ascii());
            assert_eq!(safe(&sign.to_string(), true), *plain);
            assert_eq!(safe(&sign.to_string(), false), sign.to_string());
        }
    }

    #[test]
    fn in_ascii_everything_is_ascii() {
        assert_eq!(safe("k=漢\u{1b}é ✓", true), "k=\\u{6f22}\\x1b\\u{e9} *");
        assert_eq!(safe("k=漢\u{1b}é ✓", false), "k=漢\\x1bé ✓");
        assert_eq!(shown('漢', false), ("漢".to_owned(), 2));
        assert_eq!(shown('漢', true), ("\\u{6f22}".to_owned(), 8));
    }
}
