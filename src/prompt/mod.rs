//! The prompt: lines that a user types at a terminal.
//!
//! It is used when standard input *and* standard output are a terminal that can edit lines.
//! [`Script`] reads everything else, so that no script passes through a line editor.
//!
//! ```text
//! keys ─▶ rustyline ─▶ line as typed ─▶ short ─▶ line as a script would have it ─▶ runner
//!             ▲
//!           assistant: completion, hints, colours, from the command definitions and the cluster
//! ```
//!
//! | file | what |
//! |---|---|
//! | `assistant` | answers the line editor while a line is typed; apart from this file, the only one that uses rustyline |
//! | `cursor` | which word of which command the cursor is in |
//! | [`complete`], [`hint`], [`colour`] | what that word may become; how the command continues; the line in colour, with its errors |
//! | [`short`] | expands aliases, prefixes and counts of commands, which only the prompt knows |
//!
//! # What holds
//!
//! - Short forms are expanded before anything else reads the line: the runner, the journal and
//!   messages know full commands only, and no script depends on short forms.
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
//! `command/outlook.rs`; to change what has a short form, at `short`.
//!
//! [`Script`]: crate::script::source::Script

#![allow(
    clippy::disallowed_types,
    reason = "only the clock tells whether a person or a paste pressed Enter"
)]

mod assistant;
pub mod colour;
pub mod complete;
mod cursor;
pub mod hint;
pub mod short;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustyline::config::BellStyle;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{ColorMode, CompletionType, Config, Editor};

use self::assistant::InputAssistant;
use crate::console::Output;
use crate::language::statement::{Builder, Node, prompt};
use crate::language::{Error, Failure, SourcePlace};
use crate::script::{Input, Interpreter, Lines, TypingContext};
use crate::view::document::{Text, Tone};
use crate::view::glance;
use crate::view::render;

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
        editor.set_helper(Some(InputAssistant { coloured, ..InputAssistant::default() }));
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
            .map(|typing_context| glance::glance(&typing_context.world))
            .unwrap_or_default();
        let alarmed = glance.0.first().is_some_and(|span| span.tone == Tone::Bad);
        let lead = glance.toned(if alarmed { Tone::Bad } else { Tone::Plain }, prompt(depth));
        let plain: String = lead.0.iter().map(|span| span.text.as_str()).collect();
        if let Some(typist) = self.editor.helper_mut() {
            (typist.lead, typist.ascii) = (plain.chars().count(), ascii);
        }
        (plain, render::coloured(&lead))
    }

    fn typed(&mut self, typed: &str, depth: usize, out: &mut Output) -> Input {
        let again = self.again.take();
        if typed.trim().is_empty() {
            let asked = depth == 0 && self.waited >= A_MOMENT;
            let Some(again) = again.filter(|_| asked) else { return Input::Line(String::new()) };
            out.remark(&Text::new().toned(Tone::Dim, again.as_str()).into());
            self.again = Some(again.clone());
            return Input::Line(again);
        }
        self.remember(typed);
        self.pasted.extend(typed.split('\n').map(|line| line.trim_end_matches('\r').to_owned()));
        let alone = self.pasted.len() == 1 && depth == 0;
        let first = self.pasted.pop_front().unwrap_or_default();
        let line = self.spelt_out(first);
        if let Input::Line(line) = &line {
            self.again = Some(line.clone()).filter(|line| alone && self.steps(line));
        }
        line
    }

    fn typing_context(&self) -> Option<&TypingContext> {
        self.editor.helper().and_then(|typist| typist.typing_context.as_ref())
    }

    /// The line with its short forms expanded, as a script would have it.
    fn spelt_out(&self, line: String) -> Input {
        let Some(typing_context) = self.typing_context() else { return Input::Line(line) };
        match short::spell_out(&line, &typing_context.grammar) {
            Ok(full) => Input::Line(full),
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
            return self.spelt_out(line);
        }
        let lead = self.lead(depth, out.page().ascii);
        let begun = Instant::now();
        let read = self.editor.readline(&lead);
        self.waited = begun.elapsed();
        match read {
            Ok(typed) => self.typed(&typed, depth, out),
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
}
