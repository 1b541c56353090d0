//! Finds the sessions in a tutorial's Markdown, and writes new outputs back into the Markdown.
//!
//! Only the fences of Markdown matter: three or more backticks or tildes, closed by at least as
//! many. A fence inside a longer fence is text of the longer one. A fence may be inside lists and
//! quotes; then each of its lines has the same margin (see `FenceMargin`). A fence inside a comment
//! is not run, because no reader sees it.

use std::ops::Range;

use crate::language::statement::{CONTINUED, PROMPT};
use crate::language::suggest;
use crate::quantity::shown;

/// The mark of a raftsh fence: the first word after its opening.
const MARK: &str = "raftsh";

/// The words that may follow the mark.
const WORDS: [&str; 2] = ["reset", "ignore"];

/// What begins a comment at the start of a line, and what ends it anywhere.
const COMMENT: (&str, &str) = ("<!--", "-->");

/// A fault in a text, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, in one sentence.
    pub message: String,
}

/// A command and its expected output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The line of the command, counted from 1.
    pub line: usize,
    /// The command. A command of several lines contains newlines.
    pub command: String,
    /// The lines of its output, counted from 0.
    pub output: Range<usize>,
    /// The margin of the fence, which precedes each of its lines.
    margin: FenceMargin,
}

/// A Markdown text and the sessions in it.
#[derive(Clone, Debug, Default)]
pub struct Tutorial {
    /// The lines of the text, with their line endings.
    lines: Vec<String>,
    /// The exchanges of each session, in order. Each session runs on a fresh cluster.
    pub sessions: Vec<Vec<Exchange>>,
}

impl Tutorial {
    /// Reads a text. A text without a marked fence has no sessions.
    ///
    /// # Errors
    /// If a marked fence is not closed, has an unknown word after its mark, or has output before
    /// any command; if a mark is misspelt; or if a comment that is never closed hides a marked
    /// fence.
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

    /// All exchanges of all sessions, in order.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.sessions.iter().flatten()
    }

    /// The expected output of a command, line by line.
    pub fn output(&self, exchange: &Exchange) -> Vec<&str> {
        self.lines[exchange.output.clone()].iter().map(|line| exchange.margin.bare(line)).collect()
    }

    /// The text with other outputs for some of its commands, which must come in the order of the
    /// text.
    pub fn with_outputs<'a>(
        &self,
        outputs: impl IntoIterator<Item = (&'a Exchange, Vec<String>)>,
    ) -> String {
        let mut text = String::new();
        let mut at = 0;
        for (exchange, output) in outputs {
            text.extend(self.lines[at..exchange.output.start].iter().map(String::as_str));
            // The command is on the line before. Every line has a line ending, because a closing
            // fence follows.
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

    /// The line that closes a fence, the line with which the quote around it ends, or the end of
    /// the text.
    fn close(&self, fence: &Fence, from: usize) -> usize {
        let ends = |line: &String| fence.is_closed_by(line) || fence.margin.behind(line).is_none();
        self.lines[from..].iter().position(ends).map_or(self.lines.len(), |at| from + at)
    }

    /// The line after the comment that begins on this one.
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
            let message = "this comment is never closed and hides everything below it";
            return Err(Fault { line: from + 1, message: message.to_owned() });
        }
        Ok(self.lines.len())
    }

    /// Appends the exchanges of a fence to the last session.
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
                let message = format!("output before any command; commands begin with '{PROMPT}'");
                return Err(Fault { line: at + 1, message });
            }
        }
        if let Some(session) = self.sessions.last_mut() {
            session.extend(taken);
        }
        Ok(())
    }
}

/// Whether a line of output would be read as something else inside a fence: as a prompt, or as the
/// end of the fence.
pub fn is_misread(line: &str) -> bool {
    behind(line, PROMPT).is_some()
        || behind(line, CONTINUED).is_some()
        || ['`', '~']
            .iter()
            .any(|mark| line.trim().len() >= 3 && line.trim().chars().all(|c| c == *mark))
}

/// The text after a prompt. The blank of an empty prompt may be missing, because some editors cut
/// off trailing blanks.
fn behind<'a>(line: &'a str, prompt: &str) -> Option<&'a str> {
    line.strip_prefix(prompt).or_else(|| (line == prompt.trim_end()).then_some(""))
}

/// The longest margin of a fence, in bytes.
const MOST_MARGIN: usize = 1_000;

/// The margin of a fence: blanks, and a `>` for each quote around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FenceMargin(String);

impl FenceMargin {
    /// Splits a line on which a fence may begin into its margin and the rest. The marker of a list
    /// item becomes blanks, because the lines below it have blanks there.
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

    /// A line without its ending and without as much of the margin as it has. `None` if a quote
    /// around the fence has ended before it.
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

    /// Like `behind`, for a line that is known to be in the fence.
    fn bare<'a>(&self, line: &'a str) -> &'a str {
        self.behind(line).unwrap_or(line)
    }
}

/// The words after the mark of a fence.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct FenceInfo {
    /// The fence is not run.
    ignore: bool,
    /// The fence begins a new session.
    reset: bool,
}

/// The opening line of a fence.
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
        // Inline code that is alone on its line opens no fence.
        let opens = length >= 3 && (mark == '~' || !rest[length..].contains('`'));
        opens.then_some(Fence { margin, mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = self.margin.bare(line).trim();
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }

    /// The words after the fence's mark, or `None` if it has another mark or none.
    fn mark_of(&self, line: &str) -> Result<Option<FenceInfo>, String> {
        let mut words = FenceMargin::split(line).1.trim_start_matches(self.mark).split_whitespace();
        match words.next() {
            Some(MARK) => {}
            // The author wants this fence to run, and nothing else would report that it does not.
            Some(other) if is_meant(other) => {
                return Err(format!("{} is not the mark of a fence; write '{MARK}'", shown(other)));
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
                    return Err(format!("unknown word {} after '{MARK}'{near}", shown(other)));
                }
            }
        }
        Ok(Some(mark))
    }
}

/// Whether a word is the mark but for its case or for signs around it: `Raftsh`, `{raftsh}`,
/// `raftsh,reset`.
fn is_meant(word: &str) -> bool {
    let mut parts = word.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.next().is_some_and(|part| part.eq_ignore_ascii_case(MARK))
}
