//! `check-syntax`: parses scripts and the files they source, runs nothing, and reports every error.
//!
//! It also checks the arguments of `quit` and `source` for the runner, so that running and checking
//! agree about them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::interpreter::Interpreter;
use super::source::{Files, Input, Lines, Script};
use crate::console::{Output, diagnostic};
use crate::language::statement::{Builder, Node};
use crate::language::{Error, Failure, Statement, Token};

/// Checks `quit` or `tour`, which take no arguments and cannot be negated.
pub fn alone(statement: &Statement) -> Result<(), Error> {
    let name = statement.word();
    match statement.tokens.get(1) {
        Some(extra) => {
            Err(Error::usage(format!("`{name}` takes no arguments")).at(extra.span.clone()))
        }
        None if statement.negated => {
            Err(Error::usage(format!("`{name}` never fails, so `!` cannot expect it to")))
        }
        None => Ok(()),
    }
}

/// Returns the argument of `source`, which takes exactly one file.
pub fn source(statement: &Statement) -> Result<&Token, Error> {
    match statement.tokens.as_slice() {
        [_, file] => Ok(file),
        [_, _, extra, ..] => Err(Error::usage("`source` takes one file")
            .at(extra.span.clone())
            .help("a name with blanks needs quotes: source 'my file.raft'")),
        _ => Err(Error::usage("`source` needs a file").help("source FILE")),
    }
}

/// The commands that only the prompt takes, and `init.raft` before it.
pub const PROMPT_WORDS: [&str; 3] = ["alias", "unalias", "tour"];

/// The error about a command that only the prompt takes.
pub fn prompt_only(statement: &Statement) -> Error {
    let name = statement.word();
    let error = Error::usage(format!("`{name}` works at the prompt only"));
    let span = statement.tokens.first().map_or(0..0, |word| word.span.clone());
    error.at(span).help(match name {
        "tour" => "`raftsh run --pause scripts/tour.raft` does the same with a script",
        _ => {
            "scripts spell their commands out; init.raft, which prepares the prompt, may define \
              aliases"
        }
    })
}

/// Checks one command, without opening the file that it sources.
pub fn check_command(interpreter: &dyn Interpreter, statement: &Statement) -> Result<(), Failure> {
    let checked = match statement.word() {
        "quit" | "tour" => alone(statement),
        "source" => source(statement).map(|_| ()),
        _ => interpreter.check(statement),
    };
    checked.map_err(|error| Failure::new(error, statement))
}

/// Checks every command of a block, and returns the first error.
pub fn check_block(interpreter: &dyn Interpreter, body: &[Node]) -> Result<(), Failure> {
    body.iter().try_for_each(|node| match node {
        Node::Command(statement) => check_command(interpreter, statement),
        Node::Repeat { body, .. } => check_block(interpreter, body),
    })
}

/// Checks scripts, and reports their errors.
pub struct Checker<'a> {
    interpreter: &'a dyn Interpreter,
    out: &'a mut Output,
    files: Files,
    /// The files checked so far. A file that is sourced several times is checked once, and its
    /// errors are reported once.
    seen: BTreeSet<PathBuf>,
    /// How many errors were reported.
    pub errors: usize,
}

impl<'a> Checker<'a> {
    /// A checker that has checked nothing yet.
    pub fn new(interpreter: &'a dyn Interpreter, out: &'a mut Output) -> Checker<'a> {
        Checker { interpreter, out, files: Files::default(), seen: BTreeSet::new(), errors: 0 }
    }

    /// Checks the script in a file.
    pub fn file(&mut self, path: impl AsRef<Path>) {
        if let Err(error) = self.open(path) {
            self.errors += 1;
            self.out.error(&diagnostic::render_bare(&error));
        }
    }

    /// Checks lines until they end, and reports every error.
    pub fn lines(&mut self, lines: &mut dyn Lines) {
        let mut builder = Builder::default();
        while self.out.check_stop().is_ok() {
            match lines.next(builder.depth(), self.out) {
                Input::Line(text) | Input::Redirected(text, _) => {
                    match builder.feed(&lines.place(), &text) {
                        Ok(nodes) => self.nodes(&nodes),
                        Err(failure) => self.report(&failure),
                    }
                }
                Input::Bad(failure) => {
                    builder.spoil();
                    self.report(&failure);
                }
                Input::Dropped => builder.clear(),
                Input::End => break,
            }
        }
        if let Err(failure) = builder.end() {
            self.report(&failure);
        }
    }

    fn open(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        let mut script: Script = self.files.open(path)?;
        let new = self.files.current().is_some_and(|path| self.seen.insert(path.to_path_buf()));
        if new {
            self.lines(&mut script);
        }
        self.files.close();
        Ok(())
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Repeat { body, .. } => self.nodes(body),
                Node::Command(statement) => {
                    if let Err(failure) = self.command(statement) {
                        self.report(&failure);
                    }
                }
            }
        }
    }

    fn command(&mut self, statement: &Statement) -> Result<(), Failure> {
        check_command(self.interpreter, statement)?;
        match statement.word() {
            word if PROMPT_WORDS.contains(&word) => {
                Err(Failure::new(prompt_only(statement), statement))
            }
            "source" => source(statement)
                .and_then(|file| self.open(&file.text).map_err(|error| error.at(file.span.clone())))
                .map_err(|error| Failure::new(error, statement)),
            _ => Ok(()),
        }
    }

    fn report(&mut self, failure: &Failure) {
        self.errors += 1;
        self.out.error(&diagnostic::render(&failure.error, &failure.statement));
    }
}
