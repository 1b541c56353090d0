//! Shows what is longer than the screen through a pager, such as `less`.
//!
//! raftsh holds output back until it is longer than the screen, and only then starts the pager. If
//! the pager fails, raftsh prints what it had sent. If the user quits the pager, raftsh drops the
//! rest.

use std::process::Command;

use super::program::{Ended, Program, shell};
use crate::view::render;

/// The pagers of the system: the first one that exists is used.
const USUAL: [&str; 2] = ["less", "more"];

/// The variable with the options of `less`, and its value for a user who has set none: colours are
/// passed on (`R`), and the text stays on the screen (`X`).
const OPTIONS: (&str, &str) = ("LESS", "RX");

/// The most bytes that are kept in case the pager fails: a pager that fails does so at once.
const KEPT: usize = 1024 * 1024;

/// The pager that shows what is longer than the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PagerProgram {
    /// A line of the system's shell, as `PAGER` has it; `None` for the system's pager.
    pub line: Option<String>,
    /// Whether the user has set options for `less`.
    pub has_options: bool,
}

impl PagerProgram {
    /// Starts the pager; `None` if there is none.
    fn start(&self) -> Option<Program> {
        let start = |mut command: Command| {
            if !self.has_options {
                command.env(OPTIONS.0, OPTIONS.1);
            }
            Program::start(&mut command).ok()
        };
        match &self.line {
            Some(line) => start(shell(line)),
            None => USUAL.iter().find_map(|name| start(Command::new(name))),
        }
    }
}

/// The size of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScreenSize {
    /// Its rows.
    pub rows: usize,
    /// Its columns.
    pub columns: usize,
}

/// Output that may be longer than the screen.
pub(super) struct Paged {
    program: PagerProgram,
    screen: ScreenSize,
    /// What was written, as far as it may still have to be printed without the pager.
    kept: String,
    /// How many rows of the screen it takes.
    rows: usize,
    pager: PagerState,
}

/// What became of the pager.
enum PagerState {
    /// The output fits on the screen so far.
    NotNeeded,
    Runs(Program),
    /// The user quit it: the rest is left out.
    Quit,
    /// It cannot be run: everything is printed.
    Failed,
}

impl Paged {
    /// Nothing was written yet.
    pub(super) fn new(program: PagerProgram, screen: ScreenSize) -> Paged {
        Paged { program, screen, kept: String::new(), rows: 0, pager: PagerState::NotNeeded }
    }

    /// Takes text, of which `plain` is the part that is seen. Returns what must be printed.
    pub(super) fn put(&mut self, text: &str, plain: &str) -> Option<String> {
        match &mut self.pager {
            PagerState::NotNeeded => {
                self.kept.push_str(text);
                self.rows += rows(plain, self.screen.columns);
                // The prompt after it takes a row, too.
                if self.rows < self.screen.rows {
                    return None;
                }
                self.start()
            }
            PagerState::Runs(program) => {
                let reads = program.feed(text);
                if self.kept.len() < KEPT {
                    self.kept.push_str(text);
                }
                if reads { None } else { self.end() }
            }
            PagerState::Quit => None,
            PagerState::Failed => Some(text.to_owned()),
        }
    }

    /// Whether what is written is still shown.
    pub(super) fn listens(&self) -> bool {
        !matches!(self.pager, PagerState::Quit)
    }

    /// The output has ended: waits until the user has read it. Returns what must be printed.
    pub(super) fn close(mut self) -> Option<String> {
        match self.pager {
            PagerState::NotNeeded => Some(std::mem::take(&mut self.kept)),
            _ => self.end(),
        }
    }

    /// Starts the pager with what was held back.
    fn start(&mut self) -> Option<String> {
        let Some(mut program) = self.program.start() else {
            self.pager = PagerState::Failed;
            return Some(std::mem::take(&mut self.kept));
        };
        let reads = program.feed(&self.kept);
        self.pager = PagerState::Runs(program);
        if reads { None } else { self.end() }
    }

    /// Waits until the pager has ended. If it failed, what it was given must be printed.
    fn end(&mut self) -> Option<String> {
        let PagerState::Runs(program) = std::mem::replace(&mut self.pager, PagerState::Quit) else {
            return None;
        };
        match program.wait() {
            Ended::Ran => None,
            Ended::Failed | Ended::NotFound => {
                self.pager = PagerState::Failed;
                Some(std::mem::take(&mut self.kept))
            }
        }
    }
}

/// How many rows of a screen a text takes.
fn rows(plain: &str, columns: usize) -> usize {
    let wraps = |line: &str| render::width_of(line).div_ceil(columns.max(1)).max(1);
    plain.lines().map(wraps).sum()
}
