//! An error as the user sees it.
//!
//! ```text
//! demo.raft:3:1: error: unknown command 'klil'; did you mean 'kill'?
//! klil n2
//! ^~~~
//! help: …
//! ```
//!
//! How the source line is shown, and where the caret stands, is for the renderer to say.

use std::ops::Range;

use crate::language::{Error, Statement};
use crate::view::document::{Document, Excerpt, Paragraph, Text, Tone};

/// Characters of a message shown at most: a word of 64 KiB may be quoted in it.
const MESSAGE: usize = 400;

/// The error, where it is, the line, a caret, and help.
pub fn render(error: &Error, statement: &Statement) -> Document {
    // The caret points at the error's own place, else at its word, else at the whole command.
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

/// An error that is about no line of any script.
pub fn render_bare(error: &Error) -> Document {
    let head = Text::new().toned(Tone::Bad, "error: ").plain(shorten(&error.message, MESSAGE));
    help(head.into(), error)
}

fn help(document: Document, error: &Error) -> Document {
    error.help.iter().fold(document, |document, help| {
        let text = Text::new().toned(Tone::Dim, "help: ").plain(shorten(help, MESSAGE));
        document.paragraph(Paragraph::entry(6, text))
    })
}

/// The error about a command that stands behind `!` and did not fail.
pub fn unexpected_success(statement: &Statement) -> Error {
    let command = shorten(statement.source(), 80);
    Error::expectation(format!("'{command}' succeeded, but was expected to fail"))
}

/// A text, or as many characters of it as wanted and `…`.
pub fn shorten(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into(),
    }
}

/// What exactly an error is about, in bytes of its line; nothing if it is the command as a whole.
pub fn place(error: &Error, statement: &Statement) -> Option<Range<usize>> {
    let named = || {
        let word = error.word.as_deref()?;
        let token = statement.tokens.iter().find(|token| token.text == word);
        if let Some(token) = token {
            return Some(token.span.clone());
        }
        let token = statement.tokens.iter().find(|token| token.text.contains(word))?;
        // Within the token, the word itself, unless escapes hide it.
        let inside = statement.text.get(token.span.clone()).and_then(|source| source.find(word));
        Some(inside.map_or(token.span.clone(), |at| {
            token.span.start + at..token.span.start + at + word.len()
        }))
    };
    let Range { start, end } = error.at.clone().or_else(named)?;
    let start = statement.text.floor_char_boundary(start);
    Some(start..statement.text.floor_char_boundary(end).max(start))
}
