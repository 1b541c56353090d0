//! The prompt: lines that a user types at a terminal.
//!
//! It is used when standard input *and* standard output are a terminal that can edit lines.
//! [`Script`] reads everything else, so that no script passes through a line editor.
//!
//! ```text
//! keys ─▶ rustyline ─▶ line as typed ─▶ entered ─▶ line as a script would have it ─▶ runner
//!             ▲
//!           assistant: completion, hints, colours, from the command definitions and the cluster
//! ```
//!
//! | file | what |
//! |---|---|
//! | `assistant`, `keys` | answer the line editor while a line is typed; the keys that walk the history |
//! | `cursor` | which word of which command the cursor is in |
//! | [`complete`], [`hint`], [`colour`] | what that word may become; how the command continues; the line in colour, with its errors |
//! | [`pause`] | waits for Enter between the commands of a script |
//! | `value` | what a value is at present, for hints |
//! | `redirect` | where a command sends its output |
//! | [`entered`] | what an entered line means: `alias` replaces the user's names for commands, [`short`] expands prefixes and counts, and redirections are taken out |
//! | `meant` | the same for the words of one command that is being typed |
//!
//! # What holds
//!
//! - Aliases and short forms are expanded before anything else reads the line: the runner, the
//!   journal and messages know full commands only, and no script depends on short forms. The
//!   history of lines has what an alias stands for, so that it means the same in the next session.
//! - A history file that cannot be read or written is ignored.
//! - What the prompt shows of the cluster comes from a copy that is taken before each line: typing
//!   changes nothing.
//!
//! # What is not here
//!
//! The names of commands and the meaning of their words: these are in `command/`, and the prompt
//! keeps no list of them.
//!
//! To change what is offered, start at `complete`; to change what an argument may be, at
//! `command/outlook.rs`; to change what has a short form, at `short`; to change what may
//! be sent to a file or program, at `Grammar::is_redirectable`.
//!
//! [`Script`]: crate::script::source::Script

#![allow(
    clippy::disallowed_types,
    reason = "only the clock tells whether a person or a paste pressed Enter"
)]

mod alias;
mod assistant;
pub mod colour;
pub mod complete;
mod cursor;
pub mod entered;
pub mod hint;
mod keys;
mod meant;
pub mod pause;
mod redirect;
pub mod short;
mod value;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustyline::config::BellStyle;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{ColorMode, CompletionType, Config, Editor};

use self::assistant::InputAssistant;
use self::entered::Entered;
use crate::console::Output;
use crate::language::statement::{Builder, Node, prompt};
use crate::language::{Error, Failure, SourcePlace};
use crate::script::{Input, Interpreter, Lines, TypingContext};
use crate::view::document::{Text, Tone};
use crate::view::render;
use crate::view::{glance, places};

/// The most lines of history that are kept.
const HISTORY: usize = 10_000;

/// An empty line that comes faster than this was not typed. It is part of a script that a terminal
/// pastes without marking the paste, and it repeats nothing.
const A_MOMENT: Duration = Duration::from_millis(20);

/// Lines typed at a terminal.
pub struct Prompt {
    editor: Editor<InputAssistant, FileHistory>,
    history: Option<PathBuf>,
    /// Lines that were pasted together with the latest one.
    pasted: VecDeque<String>,
    /// The latest command, if it lets time pass: an empty line repeats it.
    again: Option<String>,
    /// How long the latest line was waited for.
    waited: Duration,
}

impl Prompt {
    /// A prompt that keeps its history in this file. `None` if the terminal cannot be used.
    pub fn new(history: Option<PathBuf>, coloured: bool) -> Option<Prompt> {
        let colours = if coloured { ColorMode::Forced } else { ColorMode::Disabled };
        let config = Config::builder()
            .history_ignore_space(true)
            .color_mode(colours)
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .bell_style(BellStyle::None);
        let mut editor = Editor::with_config(config.build()).ok()?;
        let assistant = InputAssistant { coloured, ..InputAssistant::default() };
        keys::bind(&mut editor, &assistant.walk);
        editor.set_helper(Some(assistant));
        let _ = editor.set_max_history_size(HISTORY);
        let history = history.filter(|path| usable(path));
        if let Some(path) = &history {
            let _ = editor.load_history(path);
        }
        Some(Prompt {
            editor,
            history,
            pasted: VecDeque::new(),
            again: None,
            waited: Duration::ZERO,
        })
    }

    fn remember(&mut self, line: &str) {
        let added = self.editor.add_history_entry(line).unwrap_or(false);
        if let (true, Some(path)) = (added, &self.history) {
            let _ = self.editor.append_history(path);
        }
    }

    /// What is shown before the line, as plain text and in colour: the cluster at a glance, and the
    /// fixed prompt.
    fn lead(&mut self, depth: usize, ascii: bool) -> (String, String) {
        let typing_context = self.typing_context().filter(|_| depth == 0);
        let glance = typing_context
            .map(|typing_context| {
                let mut text = glance::glance(typing_context.world());
                text.0.extend(places::lead(typing_context.session.tree()).0);
                text
            })
            .unwrap_or_default();
        let alarmed = glance.0.first().is_some_and(|span| span.tone == Tone::Bad);
        let lead = glance.toned(if alarmed { Tone::Bad } else { Tone::Plain }, prompt(depth));
        let plain: String = lead.0.iter().map(|span| span.text.as_str()).collect();
        if let Some(typist) = self.editor.helper_mut() {
            (typist.lead, typist.ascii) = (plain.chars().count(), ascii);
            typist.in_block = depth > 0;
        }
        (plain, render::coloured(&lead))
    }

    fn typed(&mut self, typed: &str, depth: usize, out: &mut Output) -> Input {
        let again = self.again.take();
        if typed.trim().is_empty() {
            let asked = depth == 0 && self.waited >= A_MOMENT;
            let Some(again) = again.filter(|_| asked) else { return Input::Line(String::new()) };
            // In JSON, the object names the command.
            if !out.is_json() {
                out.remark(&Text::new().toned(Tone::Dim, again.as_str()).into());
            }
            self.again = Some(again.clone());
            return Input::Line(again);
        }
        self.pasted.extend(typed.split('\n').map(|line| line.trim_end_matches('\r').to_owned()));
        let alone = self.pasted.len() == 1;
        let first = self.pasted.pop_front().unwrap_or_default();
        let read = self.read(&first, depth);
        // The history has what an alias stands for, but for a line that cannot be read.
        let kept = read.as_ref().ok().filter(|_| alone).map(|entered| entered.kept.as_str());
        self.remember(kept.unwrap_or(typed));
        let input = self.input(read, first);
        if let Input::Line(line) = &input {
            self.again = Some(line.clone()).filter(|line| alone && depth == 0 && self.steps(line));
        }
        input
    }

    fn typing_context(&self) -> Option<&TypingContext> {
        self.editor.helper().and_then(|typist| typist.typing_context.as_ref())
    }

    /// The line as a script would have it.
    fn read(&self, line: &str, depth: usize) -> Result<Entered, Error> {
        match self.typing_context() {
            Some(typing_context) => entered::read(line, depth > 0, typing_context),
            None => Ok(Entered::plain(line)),
        }
    }

    fn input(&self, read: Result<Entered, Error>, line: String) -> Input {
        match read {
            Ok(Entered { line, redirects, .. }) if redirects.is_empty() => Input::Line(line),
            Ok(Entered { line, redirects, .. }) => Input::Redirected(line, redirects),
            Err(error) => Input::Bad(Failure::in_line(error, self.place(), line)),
        }
    }

    /// Whether a line is one command that lets time pass, alone or in a `repeat` block.
    fn steps(&self, line: &str) -> bool {
        let Some(typing_context) = self.typing_context() else { return false };
        let steps = |node: &Node| match node {
            Node::Command(statement) => {
                typing_context.grammar.read(statement).is_ok_and(|read| read.command.steps())
            }
            Node::Repeat { .. } => false,
        };
        match Builder::default().feed(&self.place(), line).as_deref() {
            Ok([Node::Repeat { body, .. }]) => matches!(body.as_slice(), [node] if steps(node)),
            Ok([node]) => steps(node),
            _ => false,
        }
    }
}

/// Whether history can be kept in this file. A device or a pipe might never answer, so it cannot.
/// Creates the file's directory.
fn usable(path: &Path) -> bool {
    match path.metadata() {
        Ok(data) => data.is_file(),
        Err(_) => path.parent().is_some_and(|parent| {
            parent.as_os_str().is_empty() || std::fs::create_dir_all(parent).is_ok()
        }),
    }
}

impl Lines for Prompt {
    fn next(&mut self, depth: usize, out: &mut Output) -> Input {
        out.flush();
        if let Some(line) = self.pasted.pop_front() {
            return self.input(self.read(&line, depth), line);
        }
        // A script that is pasted should not stop at every long answer.
        out.is_attended = false;
        let lead = self.lead(depth, out.page().ascii);
        let begun = Instant::now();
        let read = self.editor.readline(&lead);
        self.waited = begun.elapsed();
        match read {
            Ok(typed) => {
                out.is_attended = !typed.contains('\n');
                self.typed(&typed, depth, out)
            }
            Err(ReadlineError::Interrupted) => {
                // With nothing to drop, the user probably wants to leave.
                if depth == 0 && self.editor.helper().is_some_and(|typist| !typist.begun.get()) {
                    out.hint("Ctrl-D or `quit` leaves");
                    out.show_hints();
                }
                self.again = None;
                Input::Dropped
            }
            Err(ReadlineError::Eof) => Input::End,
            Err(ReadlineError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
                Input::Bad(Failure::in_line(
                    Error::usage("this line is not UTF-8 text"),
                    self.place(),
                    "",
                ))
            }
            // The terminal was closed.
            Err(_) => Input::End,
        }
    }

    fn see(&mut self, interpreter: &dyn Interpreter) {
        if let Some(typist) = self.editor.helper_mut() {
            typist.typing_context = interpreter.typing_context();
        }
    }

    fn place(&self) -> SourcePlace {
        SourcePlace { source: None, line: 1 }
    }

    fn is_prompt(&self) -> bool {
        true
    }
}
