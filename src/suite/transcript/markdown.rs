//! A tutorial's Markdown into the sessions that stand in it, and new outputs back into the
//! Markdown.
//!
//! Of Markdown, only fences matter: three or more backticks or tildes, closed by at least as many.
//! A fence inside a longer fence is text of that one. A fence may stand in lists and quotes; then
//! the same stands before each of its lines (see `FenceMargin`). What stands in a comment, no reader
//! sees: it is not run.

use std::ops::Range;

use crate::language::statement::{CONTINUED, PROMPT};
use crate::language::suggest;
use crate::quantity::shown;

/// What makes a fence one of ours: the first word behind its opening.
const MARK: &str = "raftsh";

/// The words that may follow it.
const WORDS: [&str; 2] = ["reset", "ignore"];

/// What begins a comment at the beginning of a line, and what ends it anywhere.
const COMMENT: (&str, &str) = ("<!--", "-->");

/// What is wrong with a text, and on which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// A command, and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The line of the command, counted from 1.
    pub line: usize,
    /// The command; one of several lines has newlines in it.
    pub command: String,
    /// The lines of the output, counted from 0: `lines()[output]`.
    pub output: Range<usize>,
    /// What stands before each line of the fence.
    margin: FenceMargin,
}

/// A Markdown text that holds sessions.
#[derive(Clone, Debug, Default)]
pub struct Tutorial {
    /// The text, line by line, with the ends of the lines.
    lines: Vec<String>,
    /// Its sessions, in order, each on a fresh cluster; of each the exchanges.
    pub sessions: Vec<Vec<Exchange>>,
}

impl Tutorial {
    /// Reads a text. One without a fence of ours has no sessions.
    ///
    /// # Errors
    /// If a fence of ours is not closed, is marked with a word that means nothing, or has output
    /// before any command; or if it is hidden by a comment that is never closed.
    pub fn read(text: &str) -> Result<Tutorial, Fault> {
        let mut tutorial = Tutorial {
            lines: text.split_inclusive('\n').map(str::to_owned).collect(),
            sessions: Vec::new(),
        };
        let mut at = 0;
        while let Some(line) = tutorial.lines.get(at) {
            if line.trim_start_matches(' ').starts_with(COMMENT.0) {
                at = tutorial.behind_comment(at)?;
                continue;
            }
            let Some(fence) = Fence::opened_by(line) else {
                at += 1;
                continue;
            };
            let mark = fence.mark_of(line).map_err(|message| Fault { line: at + 1, message })?;
            let inside = at + 1..tutorial.close(&fence, at + 1);
            let closed =
                tutorial.lines.get(inside.end).is_some_and(|line| fence.is_closed_by(line));
            if !closed && mark.is_some() {
                return Err(Fault {
                    line: at + 1,
                    message: "this fence is never closed".to_owned(),
                });
            }
            at = inside.end + usize::from(closed);
            if let Some(FenceInfo { ignore: false, reset }) = mark {
                if reset || tutorial.sessions.is_empty() {
                    tutorial.sessions.push(Vec::new());
                }
                tutorial.take(inside, &fence.margin)?;
            }
        }
        Ok(tutorial)
    }

    /// All exchanges of all sessions.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.sessions.iter().flatten()
    }

    /// The output that stands below a command, line by line.
    pub fn output(&self, exchange: &Exchange) -> Vec<&str> {
        self.lines[exchange.output.clone()].iter().map(|line| exchange.margin.bare(line)).collect()
    }

    /// The text, with other outputs below some of its commands. These are to be in the order of the
    /// text.
    pub fn with_outputs<'a>(
        &self,
        outputs: impl IntoIterator<Item = (&'a Exchange, Vec<String>)>,
    ) -> String {
        let mut text = String::new();
        let mut at = 0;
        for (exchange, output) in outputs {
            text.extend(self.lines[at..exchange.output.start].iter().map(String::as_str));
            // The command stands on the line before, and every line has its end: a closing fence
            // follows.
            let command = &self.lines[exchange.output.start - 1];
            let end = &command[command.trim_end_matches(['\r', '\n']).len()..];
            for line in output {
                let margin = exchange.margin.0.as_str();
                text.push_str(if line.is_empty() { margin.trim_end_matches(' ') } else { margin });
                text.push_str(&line);
                text.push_str(end);
            }
            at = exchange.output.end;
        }
        text.extend(self.lines[at..].iter().map(String::as_str));
        text
    }

    /// The line that closes a fence, or the one with which the quote ends that it stands in, or the
    /// end of the text.
    fn close(&self, fence: &Fence, from: usize) -> usize {
        let ends = |line: &String| fence.is_closed_by(line) || fence.margin.behind(line).is_none();
        self.lines[from..].iter().position(ends).map_or(self.lines.len(), |at| from + at)
    }

    /// The line behind the comment that begins on this one.
    fn behind_comment(&self, from: usize) -> Result<usize, Fault> {
        // `<!-->` is a whole comment.
        let begin = self.lines[from].find(COMMENT.0).unwrap_or(0) + 2;
        if self.lines[from][begin..].contains(COMMENT.1) {
            return Ok(from + 1);
        }
        let rest = &self.lines[from + 1..];
        if let Some(last) = rest.iter().position(|line| line.contains(COMMENT.1)) {
            return Ok(from + last + 2);
        }
        let ours = |line: &String| {
            Fence::opened_by(line).is_some_and(|fence| fence.mark_of(line) != Ok(None))
        };
        if rest.iter().any(ours) {
            let message = "this comment is never closed, and hides what stands below it";
            return Err(Fault { line: from + 1, message: message.to_owned() });
        }
        Ok(self.lines.len())
    }

    /// Takes the exchanges of a fence into the last session.
    fn take(&mut self, inside: Range<usize>, margin: &FenceMargin) -> Result<(), Fault> {
        let mut taken: Vec<Exchange> = Vec::new();
        for at in inside {
            let line = margin.bare(&self.lines[at]);
            let open = taken.last_mut();
            if let Some(command) = behind(line, PROMPT) {
                taken.push(Exchange {
                    line: at + 1,
                    command: command.to_owned(),
                    output: at + 1..at + 1,
                    margin: margin.clone(),
                });
            } else if let Some(open) = open {
                match behind(line, CONTINUED) {
                    Some(more) if open.output.is_empty() => {
                        open.command.push('\n');
                        open.command.push_str(more);
                        open.output.start = at + 1;
                    }
                    _ => {}
                }
                open.output.end = at + 1;
            } else if !line.trim().is_empty() {
                let message =
                    format!("output before any command; a command stands behind '{PROMPT}'");
                return Err(Fault { line: at + 1, message });
            }
        }
        if let Some(session) = self.sessions.last_mut() {
            session.extend(taken);
        }
        Ok(())
    }
}

/// Whether a line that a command said would be read as something else, if it stood in a fence as it
/// is.
pub fn is_misread(line: &str) -> bool {
    behind(line, PROMPT).is_some()
        || behind(line, CONTINUED).is_some()
        || ['`', '~']
            .iter()
            .any(|mark| line.trim().len() >= 3 && line.trim().chars().all(|c| c == *mark))
}

/// What stands behind a prompt. Editors that cut blanks off the ends of lines do no harm.
fn behind<'a>(line: &'a str, prompt: &str) -> Option<&'a str> {
    line.strip_prefix(prompt).or_else(|| (line == prompt.trim_end()).then_some(""))
}

/// A fence does not stand deeper than this.
const MOST_MARGIN: usize = 1_000;

/// What stands before each line of a fence: blanks, and a `>` for each quote that it stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FenceMargin(String);

impl FenceMargin {
    /// The margin of a line on which a fence may begin, and the rest of the line. What begins an
    /// item of a list is blank on the lines below it.
    fn split(line: &str) -> (FenceMargin, &str) {
        let mut margin = String::new();
        let mut rest = line;
        while margin.len() < MOST_MARGIN {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let item = match digits {
                0 => rest.starts_with(['-', '*', '+']),
                1..=9 => rest[digits..].starts_with(['.', ')']),
                _ => false,
            };
            if let Some(behind) = rest.strip_prefix([' ', '>']) {
                margin.push_str(&rest[..1]);
                rest = behind;
            } else if item && rest[digits + 1..].starts_with(' ') {
                margin.extend(std::iter::repeat_n(' ', digits + 1));
                rest = &rest[digits + 1..];
            } else {
                break;
            }
        }
        (FenceMargin(margin), rest)
    }

    /// A line without its end and without as much of the margin as it has; nothing if a quote has
    /// ended before it.
    fn behind<'a>(&self, line: &'a str) -> Option<&'a str> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let mut rest = line.strip_suffix('\r').unwrap_or(line);
        for c in self.0.chars() {
            rest = match c {
                '>' => rest.trim_start_matches(' ').strip_prefix('>')?,
                _ => rest.strip_prefix(' ').unwrap_or(rest),
            };
        }
        Some(rest)
    }

    /// The same of a line that is known to stand in the fence.
    fn bare<'a>(&self, line: &'a str) -> &'a str {
        self.behind(line).unwrap_or(line)
    }
}

/// What stands behind the mark of a fence of ours.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct FenceInfo {
    /// It is not to be run.
    ignore: bool,
    /// A session begins with it.
    reset: bool,
}

/// The opening of a fence.
struct Fence {
    margin: FenceMargin,
    mark: char,
    length: usize,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Fence> {
        let (margin, rest) = FenceMargin::split(line);
        let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = rest.chars().take_while(|c| *c == mark).count();
        // `a` in backticks on a line of its own is no fence.
        let opens = length >= 3 && (mark == '~' || !rest[length..].contains('`'));
        opens.then_some(Fence { margin, mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = self.margin.bare(line).trim();
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }

    /// How it is marked, if it is ours.
    fn mark_of(&self, line: &str) -> Result<Option<FenceInfo>, String> {
        let mut words = FenceMargin::split(line).1.trim_start_matches(self.mark).split_whitespace();
        match words.next() {
            Some(MARK) => {}
            // Whoever wrote this wants it run, and nothing would tell that it is not.
            Some(other) if is_meant(other) => {
                return Err(format!("{} does not mark a fence; write '{MARK}'", shown(other)));
            }
            _ => return Ok(None),
        }
        let mut mark = FenceInfo::default();
        for word in words {
            match word {
                "ignore" => mark.ignore = true,
                "reset" => mark.reset = true,
                other => {
                    let near = suggest::hint(other, WORDS);
                    return Err(format!("{} means nothing behind '{MARK}'{near}", shown(other)));
                }
            }
        }
        Ok(Some(mark))
    }
}

/// Whether a mark is ours but for its case, or for signs about it: `Raftsh`, `{raftsh}`,
/// `raftsh,reset`.
fn is_meant(word: &str) -> bool {
    let mut parts = word.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.next().is_some_and(|part| part.eq_ignore_ascii_case(MARK))
}
