//! The line in colour while it is typed: commands stand out, and what would be refused is red
//! before the line is sent.
//!
//! The line is read by the parser that will run it, but nothing is run. A word that can still be
//! completed is not marked as wrong while the cursor is at its end.

use std::ops::Range;
use std::rc::Rc;

use super::complete::complete;
use super::cursor::spelt_out;
use crate::check::evaluate;
use crate::command::ArgumentSlot;
use crate::console::diagnostic;
use crate::language::line::LinePart;
use crate::language::{Selection, SourcePlace, Statement, Token, line};
use crate::script::TypingContext;
use crate::script::runner::CONTROL_WORDS;
use crate::view::document::{Text, Tone};

/// The longest line that is coloured, in bytes. A longer one (a pasted script) is left plain,
/// because each key would parse all of it again.
const LONGEST: usize = 4 * 1024;

/// The line, each part in its tone. The cursor is at byte `at`.
pub fn toned(line: &str, at: usize, typing_context: &TypingContext) -> Text {
    if line.len() > LONGEST {
        return line.into();
    }
    let mut marks: Vec<(Range<usize>, Tone)> = Vec::new();
    let mut first = 0;
    for part in line.split('\n') {
        let shifted =
            |(span, tone): (Range<usize>, _)| (first + span.start..first + span.end, tone);
        marks.extend(marks_of(part, typing_context).into_iter().map(shifted));
        first += part.len() + 1;
    }
    let unfinished = |span: &Range<usize>| {
        at == line.len() && span.end >= at && !complete(line, at, typing_context).1.is_empty()
    };
    marks.retain(|(span, tone)| *tone != Tone::Bad || !unfinished(span));
    painted(line, &marks)
}

/// The text with its marks. Where two overlap, the later one is used.
fn painted(line: &str, marks: &[(Range<usize>, Tone)]) -> Text {
    let mut edges: Vec<usize> = marks.iter().flat_map(|(span, _)| [span.start, span.end]).collect();
    edges.extend([0, line.len()]);
    edges.retain(|edge| line.is_char_boundary(*edge));
    edges.sort_unstable();
    edges.dedup();
    edges.windows(2).fold(Text::new(), |text, edge| {
        let mark =
            marks.iter().rev().find(|(span, _)| span.start <= edge[0] && edge[1] <= span.end);
        text.toned(mark.map_or(Tone::Plain, |(_, tone)| *tone), &line[edge[0]..edge[1]])
    })
}

/// The marks of one line. Where two overlap, the later one is used.
fn marks_of(line: &str, typing_context: &TypingContext) -> Vec<(Range<usize>, Tone)> {
    let (mut pieces, mut marks) = (Vec::new(), Vec::new());
    let split = line::split_into(line, &mut pieces);
    let end = pieces.iter().map(end_of).max().unwrap_or(0);
    let behind = line[end..].trim_start();
    if split.is_ok() && behind.starts_with('#') {
        marks.push((line.len() - behind.len()..line.len(), Tone::Dim));
    }
    for words in line::commands(&pieces) {
        let words: Vec<Token> = words.into_iter().cloned().collect();
        marks.extend(
            words.iter().filter(|word| word.quoted).map(|word| (word.span.clone(), Tone::Good)),
        );
        mark_command(
            line,
            spelt_out(words, 0, &typing_context.grammar),
            typing_context,
            &mut marks,
        );
    }
    marks
}

fn end_of(piece: &LinePart) -> usize {
    match piece {
        LinePart::Word(token) => token.span.end,
        // The position of a `;` is not kept, so a comment that follows a `;` directly gets no
        // colour.
        LinePart::Semicolon => 0,
        LinePart::Open(at) | LinePart::Close(at) => at + 1,
    }
}

fn mark_command(
    line: &str,
    words: Vec<Token>,
    typing_context: &TypingContext,
    marks: &mut Vec<(Range<usize>, Tone)>,
) {
    let Some(name) = words.first() else { return };
    let known = typing_context.grammar.meant(&name.text).contains(&name.text);
    marks.push((name.span.clone(), if known { Tone::Strong } else { Tone::Bad }));
    if !known {
        return;
    }
    // The runner reads the arguments of its own words, and a block may continue in another line, so
    // the grammar's errors about them are ignored.
    let control = CONTROL_WORDS.contains(&name.text.as_str());
    let place = SourcePlace { source: None, line: 1 };
    let statement = Statement { negated: false, tokens: words, place, text: Rc::from(line) };
    let wrong = match typing_context.grammar.read(&statement) {
        Err(error) if !control => diagnostic::place(&error, &statement).into_iter().collect(),
        Err(_) => Vec::new(),
        Ok(_) => absent_nodes(&statement, typing_context),
    };
    marks.extend(wrong.into_iter().filter(|span| !span.is_empty()).map(|span| (span, Tone::Bad)));
}

/// The ranges of the words that name nodes which this cluster does not have.
fn absent_nodes(statement: &Statement, typing_context: &TypingContext) -> Vec<Range<usize>> {
    let words: Vec<&str> = statement.tokens.iter().map(|token| token.text.as_str()).collect();
    let absent = |nth: usize| {
        let selection: Selection = words[nth].parse().ok()?;
        let outlook = typing_context.grammar.outlook(&words[..=nth])?;
        let unknown = |part: &_| evaluate::select(&typing_context.world, *part).is_err();
        let is_node = match outlook.slot? {
            ArgumentSlot::Nodes => true,
            ArgumentSlot::NodeOr(_) => !statement.tokens[nth].quoted,
            _ => false,
        };
        let absent = is_node && selection.parts.iter().any(unknown);
        absent.then(|| statement.tokens[nth].span.clone())
    };
    (1..words.len()).filter_map(absent).collect()
}
