//! An error as the user sees it.
//!
//! ```text
//! demo.raft:3:1: error: unknown command 'klil'; did you mean 'kill'?
//! klil n2
//! ^~~~
//! help: …
//! ```
//!
//! The renderer decides how the source line and the caret are shown.

use std::ops::Range;

use crate::language::{Error, Statement};
use crate::view::document::{Document, Excerpt, Paragraph, Text, Tone};

/// The most characters of a message that are shown: it may quote a word of 64 KiB.
const MESSAGE: usize = 400;

/// The error with its place, its source line, a caret, and help.
pub fn render(error: &Error, statement: &Statement) -> Document {
    // The caret points at the error's own range, or else at its word, or else at the whole command.
    let span = place(error, statement).unwrap_or_else(|| statement.span());
    let mut head = Text::new();
    if let Some(source) = &statement.place.source {
        let column = statement.text[..span.start].chars().count() + 1;
        head = head.toned(Tone::Strong, format!("{source}:{}:{column}: ", statement.place.line));
    }
    let mut document =
        Document::from(head.toned(Tone::Bad, "error: ").plain(shorten(&error.message, MESSAGE)));
    if !statement.text.trim().is_empty() {
        document = document.excerpt(Excerpt { text: statement.text.to_string(), span });
    }
    help(document, error)
}

/// An error that is not about a line of a script.
pub fn render_bare(error: &Error) -> Document {
    let head = Text::new().toned(Tone::Bad, "error: ").plain(shorten(&error.message, MESSAGE));
    help(head.into(), error)
}

fn help(document: Document, error: &Error) -> Document {
    let why = error.unmet.as_ref().map(|unmet| unmet.why.as_slice()).unwrap_or_default();
    let document = why.iter().fold(document, |document, why| {
        let text = Text::new().toned(Tone::Dim, "why: ").plain(shorten(why, MESSAGE));
        document.paragraph(Paragraph::hanging(5, text))
    });
    error.help.iter().fold(document, |document, help| {
        let text = Text::new().toned(Tone::Dim, "help: ").plain(shorten(help, MESSAGE));
        document.paragraph(Paragraph::hanging(6, text))
    })
}

/// The error for a command that did not fail although a `!` expected it to.
pub fn unexpected_success(statement: &Statement) -> Error {
    let command = shorten(statement.source(), 80);
    Error::expectation(format!("'{command}' succeeded, but was expected to fail"))
}

/// A text, or if it is longer than `characters`, that much of it and `…`.
pub fn shorten(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into(),
    }
}

/// The bytes of its line that an error is about; `None` if it is about the command as a whole.
pub fn place(error: &Error, statement: &Statement) -> Option<Range<usize>> {
    let named = || {
        let word = error.word.as_deref()?;
        let token = statement.tokens.iter().find(|token| token.text == word);
        if let Some(token) = token {
            return Some(token.span.clone());
        }
        let token = statement.tokens.iter().find(|token| token.text.contains(word))?;
        // The range of the word within the token, unless escapes hide it.
        let inside = statement.text.get(token.span.clone()).and_then(|source| source.find(word));
        Some(inside.map_or(token.span.clone(), |at| {
            token.span.start + at..token.span.start + at + word.len()
        }))
    };
    let Range { start, end } = error.at.clone().or_else(named)?;
    let start = statement.text.floor_char_boundary(start);
    Some(start..statement.text.floor_char_boundary(end).max(start))
}
