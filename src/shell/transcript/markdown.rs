//! A tutorial's Markdown into the sessions that stand in it, and new outputs back into the Markdown.
//!
//! Of Markdown, only fences matter: three or more backticks or tildes, closed by at least as many. A fence inside a longer
//! fence is text of that one. A fence that stands in a list is indented, and so is what stands in it.

use std::ops::Range;

use crate::quantity::shown;
use crate::shell::suggest;

/// What a command stands behind.
pub const PROMPT: &str = "raft> ";

/// What further lines of a command stand behind, while a block is open.
pub const CONTINUED: &str = "....> ";

/// What makes a fence one of ours: the first word behind its opening.
const MARK: &str = "raftsh";

/// The words that may follow it.
const WORDS: [&str; 2] = ["reset", "ignore"];

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
    /// So many blanks stand before each line of the fence.
    indent: usize,
}

/// A Markdown text that holds sessions.
#[derive(Clone, Debug, Default)]
pub struct Tutorial {
    /// The text, line by line, with the ends of the lines.
    lines: Vec<String>,
    /// Its sessions, in order; of each the exchanges.
    sessions: Vec<Vec<Exchange>>,
}

impl Tutorial {
    /// Reads a text. One without a fence of ours has no sessions.
    ///
    /// # Errors
    /// If a fence of ours is not closed, is marked with a word that means nothing, or has output before any command.
    pub fn read(text: &str) -> Result<Tutorial, Fault> {
        let mut tutorial =
            Tutorial { lines: text.split_inclusive('\n').map(str::to_owned).collect(), sessions: Vec::new() };
        let mut at = 0;
        while let Some(line) = tutorial.lines.get(at) {
            let Some(fence) = Fence::opened_by(line) else {
                at += 1;
                continue;
            };
            let kind = fence.kind(line).map_err(|message| Fault { line: at + 1, message })?;
            let inside = at + 1..tutorial.close(&fence, at + 1);
            if inside.end == tutorial.lines.len() && kind != Kind::Foreign {
                return Err(Fault { line: at + 1, message: "this fence is never closed".to_owned() });
            }
            at = inside.end + 1;
            match kind {
                Kind::Foreign | Kind::Ignored => {}
                Kind::Session { reset } => {
                    if reset || tutorial.sessions.is_empty() {
                        tutorial.sessions.push(Vec::new());
                    }
                    tutorial.take(inside, fence.indent)?;
                }
            }
        }
        Ok(tutorial)
    }

    /// Its sessions, each on a fresh cluster.
    pub fn sessions(&self) -> &[Vec<Exchange>] {
        &self.sessions
    }

    /// All exchanges of all sessions.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.sessions.iter().flatten()
    }

    /// The output that stands below a command, line by line.
    pub fn output(&self, exchange: &Exchange) -> Vec<&str> {
        self.lines[exchange.output.clone()].iter().map(|line| bare(line, exchange.indent)).collect()
    }

    /// The text, with other outputs below some of its commands. These are to be in the order of the text.
    pub fn with_outputs<'a>(&self, outputs: impl IntoIterator<Item = (&'a Exchange, Vec<String>)>) -> String {
        let mut text = String::new();
        let mut at = 0;
        for (exchange, output) in outputs {
            text.extend(self.lines[at..exchange.output.start].iter().map(String::as_str));
            // The command stands on the line before, and every line has its end: a closing fence follows.
            let command = &self.lines[exchange.output.start - 1];
            let end = &command[command.trim_end_matches(['\r', '\n']).len()..];
            for line in output {
                let indent = if line.is_empty() { 0 } else { exchange.indent };
                text.extend(std::iter::repeat_n(' ', indent));
                text.push_str(&line);
                text.push_str(end);
            }
            at = exchange.output.end;
        }
        text.extend(self.lines[at..].iter().map(String::as_str));
        text
    }

    /// The line that closes a fence, or the end of the text.
    fn close(&self, fence: &Fence, from: usize) -> usize {
        let closing = self.lines[from..].iter().position(|line| fence.is_closed_by(line));
        closing.map_or(self.lines.len(), |at| from + at)
    }

    /// Takes the exchanges of a fence into the last session.
    fn take(&mut self, inside: Range<usize>, indent: usize) -> Result<(), Fault> {
        let mut taken: Vec<Exchange> = Vec::new();
        for at in inside {
            let line = bare(&self.lines[at], indent);
            let open = taken.last_mut();
            if let Some(command) = behind(line, PROMPT) {
                taken.push(Exchange {
                    line: at + 1,
                    command: command.to_owned(),
                    output: at + 1..at + 1,
                    indent,
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
                let message = format!("output before any command; a command stands behind '{PROMPT}'");
                return Err(Fault { line: at + 1, message });
            }
        }
        if let Some(session) = self.sessions.last_mut() {
            session.extend(taken);
        }
        Ok(())
    }
}

/// Whether a line that a command said would be read as something else, if it stood in a fence as it is.
pub fn is_misread(line: &str) -> bool {
    behind(line, PROMPT).is_some()
        || behind(line, CONTINUED).is_some()
        || ['`', '~'].iter().any(|mark| line.trim().len() >= 3 && line.trim().chars().all(|c| c == *mark))
}

/// What stands behind a prompt. Editors that cut blanks off the ends of lines do no harm.
fn behind<'a>(line: &'a str, prompt: &str) -> Option<&'a str> {
    line.strip_prefix(prompt).or_else(|| (line == prompt.trim_end()).then_some(""))
}

/// A line without its end, and without the indentation of its fence.
fn bare(line: &str, indent: usize) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let blanks = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
    &line[blanks..]
}

/// What a fence is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Something else.
    Foreign,
    /// Ours, but not to be run.
    Ignored,
    /// Ours.
    Session { reset: bool },
}

/// The opening of a fence.
struct Fence {
    indent: usize,
    mark: char,
    length: usize,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Fence> {
        let rest = line.trim_start_matches(' ');
        let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = rest.chars().take_while(|c| *c == mark).count();
        // `a` in backticks on a line of its own is no fence.
        let opens = length >= 3 && (mark == '~' || !rest[length..].contains('`'));
        opens.then_some(Fence { indent: line.len() - rest.len(), mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }

    fn kind(&self, line: &str) -> Result<Kind, String> {
        let mut words = line.trim_start_matches([' ', self.mark]).split_whitespace();
        if words.next() != Some(MARK) {
            return Ok(Kind::Foreign);
        }
        let (mut ignored, mut reset) = (false, false);
        for word in words {
            match word {
                "ignore" => ignored = true,
                "reset" => reset = true,
                other => {
                    let near = suggest::nearest(other, WORDS);
                    let near = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
                    return Err(format!("{} means nothing behind '{MARK}'{near}", shown(other)));
                }
            }
        }
        Ok(if ignored { Kind::Ignored } else { Kind::Session { reset } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sessions one a line: `line:command=output lines`.
    fn outline(text: &str) -> String {
        let tutorial = match Tutorial::read(text) {
            Ok(tutorial) => tutorial,
            Err(fault) => return format!("{}: {}", fault.line, fault.message),
        };
        let exchange = |exchange: &Exchange| {
            let output = tutorial.output(exchange).join("|");
            format!("{}:{}={output}", exchange.line, exchange.command.replace('\n', "/"))
        };
        let session = |session: &Vec<Exchange>| session.iter().map(exchange).collect::<Vec<_>>().join(" ; ");
        tutorial.sessions().iter().map(session).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn fences() {
        for (text, expected) in [
            ("no fence", ""),
            ("```raftsh\nraft> a\n1\n2\nraft> b\n```\nx", "2:a=1|2 ; 5:b="),
            ("```raftsh\nraft> a\n\n 1\n\n```", "2:a=| 1|"),
            ("```raftsh\nraft> a\n```\n\n~~~ raftsh\nraft> b\n~~~\n", "2:a= ; 6:b="),
            ("```raftsh\nraft> a\n```\n```raftsh reset\nraft> b\n```", "2:a=\n5:b="),
            ("```raftsh ignore\nraft> a\nx\n```\n", ""),
            ("```raftsh ignore reset\nraft> a\n```\n```raftsh\nraft> b\n```", "5:b="),
            ("```sh\nraft> a\n```\n", ""),
            ("````md\n```raftsh\nraft> a\n```\n````\n```raftsh\nraft> b\n```", "7:b="),
            ("```raftsh\nraft> a\n~~~\n``\n````\n", "2:a=~~~|``"),
            ("- x\n  ```raftsh\n  raft> a\n    1\n 2\n  ```\n", "3:a=  1|2"),
            ("```raftsh\n\nraft> a\n```", "3:a="),
            ("```raftsh\nraft> repeat 2 {\n....> x\n....> }\n1\n....> 2\n```", "2:repeat 2 {/x/}=1|....> 2"),
            ("```raftsh\nraft>\n1\n```", "2:=1"),
            ("```raftsh\r\nraft> a\r\n1\r\n```\r\n", "2:a=1"),
            ("``raftsh``\n`raftsh`\n```raftsh```\nx", ""),
            ("```rust\n", ""),
            ("x\n```raftsh\nraft> a\n", "2: this fence is never closed"),
            ("```raftsh\nraft> a\n```raftsh\nraft> b\n```\n", "2:a=```raftsh ; 4:b="),
            (
                "```raftsh\nabc\nraft> a\n```",
                "2: output before any command; a command stands behind 'raft> '",
            ),
            ("```raftsh ignroe\n```", "1: 'ignroe' means nothing behind 'raftsh'; did you mean 'ignore'?"),
        ] {
            assert_eq!(outline(text), expected, "{text}");
        }
    }

    #[test]
    fn only_outputs_are_rewritten() {
        for (text, expected) in [
            ("a\n```raftsh\nraft> x\nold\nraft> y\n```\nb", "a\n```raftsh\nraft> x\nnew\n\nraft> y\n```\nb"),
            ("  ```raftsh\r\n  raft> x\r\n  ```\r\n", "  ```raftsh\r\n  raft> x\r\n  new\r\n\r\n  ```\r\n"),
        ] {
            let tutorial = Tutorial::read(text).unwrap();
            let first = tutorial.exchanges().next().unwrap();
            let output = vec!["new".to_owned(), String::new()];
            assert_eq!(tutorial.with_outputs([(first, output)]), expected);
            assert_eq!(tutorial.with_outputs([]), text);
        }
    }
}
