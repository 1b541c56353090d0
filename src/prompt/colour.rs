//! The line in colour while it is typed: commands stand out, and what would be refused is red
//! before the line is sent.
//!
//! The line is read by the parser that will run it, but nothing is run. A word that can still be
//! completed is not marked as wrong while the cursor is at its end.

use std::ops::Range;
use std::rc::Rc;

use super::complete::complete;
use super::meant::meant;
use super::{redirect, short};
use crate::check::evaluate;
use crate::command::{ArgumentSlot, ParsedCommand};
use crate::console::diagnostic;
use crate::language::{Error, Selection, SourcePlace, Statement, Token, line};
use crate::script::TypingContext;
use crate::script::runner::CONTROL_WORDS;
use crate::view::document::{Text, Tone};

/// The longest line that is coloured, in bytes. A longer one (a pasted script) is left plain,
/// because each key would parse all of it again.
const LONGEST: usize = 4 * 1024;

/// The line, each part in its tone. The cursor is at byte `at`. In an open block, earlier lines of
/// it may change what the cluster would refuse, so nothing is said about that.
pub fn toned(line: &str, at: usize, in_block: bool, typing_context: &TypingContext) -> Text {
    if line.len() > LONGEST {
        return line.into();
    }
    let mut marker =
        Marker { typing_context, marks: Vec::new(), first: 0, changed: in_block, replaced: false };
    for part in line.split('\n') {
        marker.line(part);
        marker.first += part.len() + 1;
    }
    let mut marks = marker.marks;
    // A word that can become another one is not finished.
    let goes_on = || {
        let (start, found) = complete(line, at, typing_context);
        found.iter().any(|candidate| candidate.text != line[start..at])
    };
    let unfinished = |span: &Range<usize>| at == line.len() && span.end >= at && goes_on();
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

/// Collects the marks of a line. Where two overlap, the later one is used.
struct Marker<'a> {
    typing_context: &'a TypingContext,
    marks: Vec<(Range<usize>, Tone)>,
    /// Where the present line begins, if several were pasted.
    first: usize,
    /// Whether an earlier command may have changed what the cluster refuses.
    changed: bool,
    /// Whether an earlier command may have replaced the cluster.
    replaced: bool,
}

impl Marker<'_> {
    fn mark(&mut self, span: Range<usize>, tone: Tone) {
        if !span.is_empty() {
            self.marks.push((self.first + span.start..self.first + span.end, tone));
        }
    }

    fn line(&mut self, line: &str) {
        for segment in redirect::segments(line, self.typing_context) {
            self.commands(line, segment.commands);
            if let Some(redirection) = segment.redirection {
                self.mark(redirection.at, Tone::Strong);
            }
        }
    }

    /// Marks the commands in this range of a line.
    fn commands(&mut self, line: &str, range: Range<usize>) {
        let start = range.start;
        let text = &line[range];
        let mut pieces = Vec::new();
        // A part that cannot be read yet, such as an open quote, has no colour.
        let _ = line::split_into(text, &mut pieces);
        if let Some(comment) = line::comment_start(text) {
            self.mark(start + comment..start + text.len(), Tone::Dim);
        }
        for words in line::commands(&pieces) {
            let moved = |word: &Token| Token {
                span: start + word.span.start..start + word.span.end,
                ..word.clone()
            };
            self.command(line, words.into_iter().map(moved).collect());
        }
    }

    fn command(&mut self, line: &str, typed: Vec<Token>) {
        for word in typed.iter().filter(|word| word.quoted) {
            self.mark(word.span.clone(), Tone::Good);
        }
        let grammar = &self.typing_context.grammar;
        let name =
            short::spelt_out(typed.clone(), 0, grammar, &self.typing_context.session.aliases);
        let Some(place) = name.first().map(|name| name.span.clone()) else { return };
        let negated = line[..place.start].ends_with('!');
        let words = meant(typed, 0, self.typing_context);
        let Some(name) = words.first() else { return };
        let known = grammar.meant(&name.text).contains(&name.text);
        self.mark(place, if known { Tone::Strong } else { Tone::Bad });
        if !known {
            self.changed = true;
            return;
        }
        let source = SourcePlace { source: None, line: 1 };
        let statement = Statement { negated, tokens: words, place: source, text: Rc::from(line) };
        let wrong = self.wrong(&statement);
        wrong.into_iter().for_each(|span| self.mark(span, Tone::Bad));
    }

    /// The ranges of what would make a command fail. A failure that `!` expects is none.
    fn wrong(&mut self, statement: &Statement) -> Vec<Range<usize>> {
        let read = self.typing_context.grammar.read(statement);
        let (changed, replaced) = (self.changed, self.replaced);
        if let Ok(ParsedCommand { command, .. }) = &read {
            self.changed |= command.may_change();
            self.replaced |= command.replaces();
        }
        // The runner reads the arguments of its own words, and a block may continue in another
        // line, so the grammar's errors about them are ignored.
        let control = CONTROL_WORDS.contains(&statement.word());
        let refusal = match &read {
            Err(_) if control => None,
            Err(error) => match diagnostic::place(error, statement) {
                Some(span) => return vec![span],
                None => self.refusal_of_begun(statement),
            },
            Ok(ParsedCommand { command, .. }) => command.refusal(&self.typing_context.session),
        };
        if statement.negated || replaced {
            return Vec::new();
        }
        match refusal.filter(|_| !changed) {
            Some(error) => {
                let arguments = statement.tokens.get(1).map_or(0, |word| word.span.start);
                let whole = arguments..statement.span().end;
                vec![diagnostic::place(&error, statement).unwrap_or(whole)]
            }
            None => absent_nodes(statement, self.typing_context),
        }
    }

    /// Why the cluster would refuse a request that is not typed to its end: a node that does not
    /// lead refuses it, whatever its key.
    fn refusal_of_begun(&self, statement: &Statement) -> Option<Error> {
        let grammar = &self.typing_context.grammar;
        let mut whole = statement.clone();
        let end = statement.span().end;
        for _ in 0..MISSING {
            let words: Vec<&str> = whole.tokens.iter().map(|token| token.text.as_str()).collect();
            let outlook = grammar.outlook(&[words.as_slice(), &[""]].concat())?;
            let filler = match outlook.slot? {
                ArgumentSlot::Assignment => "k=v",
                ArgumentSlot::Key | ArgumentSlot::Words(_) | ArgumentSlot::Free => "0",
                _ => return None,
            };
            let token = Token { text: filler.to_owned(), span: end..end, quoted: false };
            whole.tokens.push(token);
            if let Ok(ParsedCommand { command, .. }) = grammar.read(&whole) {
                return command.refusal(&self.typing_context.session);
            }
        }
        None
    }
}

/// The most arguments of a request after its node.
const MISSING: usize = 3;

/// The ranges of the words that name nodes which this cluster does not have.
fn absent_nodes(statement: &Statement, typing_context: &TypingContext) -> Vec<Range<usize>> {
    let words = statement.words();
    let absent = |nth: usize| {
        let selection: Selection = words[nth].parse().ok()?;
        let outlook = typing_context.grammar.outlook(&words[..=nth])?;
        let unknown = |part: &_| evaluate::select(typing_context.world(), *part).is_err();
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
