//! Redirections of a line: which commands have one, what their files and programs are, and whether
//! the cursor is in one.

use std::ops::Range;

use super::meant::meant;
use super::short::is_count;
use crate::console::Redirect;
use crate::language::redirect::{self, Redirection, Segment, Sign};
use crate::language::{Error, Token, line};
use crate::script::TypingContext;

/// The line taken apart at its redirections.
pub(super) fn segments(line: &str, typing_context: &TypingContext) -> Vec<Segment> {
    redirect::segments(line, &|words: &[&Token]| {
        // `5 status` is short for a block, which has no redirection.
        if words.first().is_none_or(|word| is_count(word)) {
            return false;
        }
        let words = words.iter().map(|word| (*word).clone()).collect();
        let words = meant(words, 0, typing_context);
        let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        typing_context.grammar.is_redirectable(&words)
    })
}

/// The first sign of a redirection in a line.
pub(super) fn sign<'a>(line: &'a str, typing_context: &TypingContext) -> Option<&'a str> {
    let mut all = segments(line, typing_context).into_iter();
    all.find_map(|segment| segment.redirection).map(|redirection| &line[redirection.at])
}

/// Reads the file or the program of a redirection.
///
/// # Errors
/// If none is named, or several files are.
pub(super) fn target(line: &str, redirection: &Redirection) -> Result<Redirect, Error> {
    let Redirection { sign, at, target } = redirection;
    let text = &line[target.clone()];
    if *sign == Sign::Pipe {
        return match text.trim() {
            "" => Err(Error::usage("`|` needs a program after it")
                .at(at.clone())
                .help("history | grep vote")),
            program => Ok(Redirect::Program(program.to_owned())),
        };
    }
    let moved = |span: Range<usize>| target.start + span.start..target.start + span.end;
    let pieces =
        line::split(text).map_err(|error| Error { at: error.at.clone().map(moved), ..error })?;
    let words: Vec<&Token> = pieces.iter().filter_map(|piece| piece.word()).collect();
    match words.as_slice() {
        [file] if pieces.len() == 1 => {
            Ok(Redirect::File { name: file.text.clone(), append: *sign == Sign::Append })
        }
        [_, extra, ..] => Err(Error::usage("the output goes to one file")
            .at(moved(extra.span.clone()))
            .help("a name with blanks needs quotes: status > 'my file.txt'")),
        _ => Err(Error::usage(format!("`{}` needs a file after it", &line[at.clone()]))
            .at(at.clone())
            .help("status > a.txt")),
    }
}

/// The place of the file or program of a redirection, without the blanks around it.
pub(super) fn trimmed(line: &str, Redirection { target, .. }: &Redirection) -> Range<usize> {
    let text = &line[target.clone()];
    let start = target.start + text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

/// Where the cursor is at the end of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In commands that begin at this byte, after any redirection.
    Commands(usize),
    /// In the name of a file, which begins at this byte.
    File(usize),
    /// In the line of a program that begins at this byte.
    Program(usize),
}

/// Where the cursor is at the end of a line.
pub(super) fn place(line: &str, typing_context: &TypingContext) -> Place {
    let all = segments(line, typing_context);
    let [.., before, last] = all.as_slice() else { return Place::Commands(0) };
    let Some(Redirection { sign, target, .. }) = &before.redirection else {
        return Place::Commands(0);
    };
    // A `;` or a comment ends a redirection.
    if !last.commands.is_empty() {
        return Place::Commands(last.commands.start);
    }
    let text = &line[target.clone()];
    let start = target.start + (text.len() - text.trim_start().len());
    if *sign == Sign::Pipe { Place::Program(start) } else { Place::File(start) }
}

/// Where the file's name begins in which byte `at` of a line is; `None` elsewhere.
pub(super) fn file_at(line: &str, at: usize, typing_context: &TypingContext) -> Option<usize> {
    let line = line.get(..at)?;
    let first = line.rfind('\n').map_or(0, |end| end + 1);
    match place(&line[first..], typing_context) {
        Place::File(start) => Some(first + start),
        Place::Commands(_) | Place::Program(_) => None,
    }
}

/// What a redirection still needs at the end of a line; `None` elsewhere.
pub(super) fn missing(line: &str, typing_context: &TypingContext) -> Option<&'static str> {
    let (start, what) = match place(line, typing_context) {
        Place::File(start) => (start, "FILE"),
        Place::Program(start) => (start, "PROGRAM"),
        Place::Commands(_) => return None,
    };
    (start == line.len() && line.ends_with(char::is_whitespace)).then_some(what)
}
