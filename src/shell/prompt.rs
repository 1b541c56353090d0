//! The prompt: the only file that names rustyline.
//!
//! It is used when standard input *and* output are a terminal that can edit lines; everything else is read by
//! [`Script`], so that no script ever passes through a line editor. A history that cannot be read or
//! written is no reason to bother anybody.
//!
//! [`Script`]: super::source::Script

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};

use super::error::Error;
use super::output::Output;
use super::source::{Input, Lines};
use super::statement::{Failure, Place};

/// Lines of history kept.
const HISTORY: usize = 10_000;

/// What asks for a line while so many blocks are open.
pub fn text(depth: usize) -> &'static str {
    if depth == 0 { "raft> " } else { "....> " }
}

/// Lines typed at a terminal.
pub struct Prompt {
    editor: Editor<(), FileHistory>,
    history: Option<PathBuf>,
    /// Lines that were pasted together with the one given last.
    pasted: VecDeque<String>,
}

impl Prompt {
    /// A prompt that keeps its history there. `None` if the terminal cannot be had.
    pub fn new(history: Option<PathBuf>) -> Option<Prompt> {
        let mut editor = Editor::with_config(Config::builder().history_ignore_space(true).build()).ok()?;
        let _ = editor.set_max_history_size(HISTORY);
        let history = history.filter(|path| usable(path));
        if let Some(path) = &history {
            let _ = editor.load_history(path);
        }
        Some(Prompt { editor, history, pasted: VecDeque::new() })
    }

    fn remember(&mut self, line: &str) {
        let added = self.editor.add_history_entry(line).unwrap_or(false);
        if let (true, Some(path)) = (added, &self.history) {
            let _ = self.editor.append_history(path);
        }
    }
}

/// Whether history can be kept there: in a file, not in a device or pipe that might never answer. Makes its directory.
fn usable(path: &Path) -> bool {
    match path.metadata() {
        Ok(data) => data.is_file(),
        Err(_) => path
            .parent()
            .is_some_and(|parent| parent.as_os_str().is_empty() || std::fs::create_dir_all(parent).is_ok()),
    }
}

impl Lines for Prompt {
    fn next(&mut self, depth: usize, out: &mut Output) -> Input {
        out.flush();
        if let Some(line) = self.pasted.pop_front() {
            return Input::Line(line);
        }
        match self.editor.readline(text(depth)) {
            Ok(typed) => {
                if !typed.trim().is_empty() {
                    self.remember(&typed);
                }
                self.pasted.extend(typed.split('\n').map(|line| line.trim_end_matches('\r').to_owned()));
                Input::Line(self.pasted.pop_front().unwrap_or_default())
            }
            Err(ReadlineError::Interrupted) => Input::Dropped,
            Err(ReadlineError::Eof) => Input::End,
            Err(ReadlineError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
                Input::Bad(Failure::in_line(Error::usage("this line is not UTF-8 text"), self.place(), ""))
            }
            // The terminal is gone.
            Err(_) => Input::End,
        }
    }

    fn place(&self) -> Place {
        Place { source: None, line: 1 }
    }
}
