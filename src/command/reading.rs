//! Reads statements into commands.

use std::cell::RefCell;
use std::rc::Rc;

use clap::{FromArgMatches, Subcommand};

use super::all::Command;
use super::grammar::{Grammar, mask};
use super::shared::FORMAT;
use super::shell::Shell;
use crate::console::Format;
use crate::language::redirect::Sign;
use crate::language::{Error, Statement};

/// A statement that was read.
pub struct ParsedCommand {
    /// The command, with its arguments.
    pub command: Command,
    /// The format of the answer; `None` without `--format`.
    pub format: Option<Format>,
}

impl Default for Grammar {
    fn default() -> Grammar {
        let line = clap::Command::new("raftsh")
            .multicall(true)
            .subcommand_required(true)
            .disable_help_subcommand(true)
            .disable_help_flag(true)
            .disable_version_flag(true)
            .color(clap::ColorChoice::Never);
        Grammar { line: RefCell::new(Command::augment_subcommands(line)) }
    }
}

impl Grammar {
    /// The grammar, built once for each thread, because building it costs more than reading a line.
    pub fn shared() -> Rc<Grammar> {
        thread_local!(static SHARED: Rc<Grammar> = Rc::default());
        SHARED.with(Rc::clone)
    }

    /// Reads a statement into a command.
    ///
    /// # Errors
    /// If the statement is not well-formed; no cluster is looked at.
    pub fn read(&self, statement: &Statement) -> Result<ParsedCommand, Error> {
        let name = statement.word();
        if !self.line.borrow().get_subcommands().any(|known| known.get_name() == name) {
            return Err(self.unknown(name));
        }
        if statement.tokens.iter().any(|token| !token.quoted && token.text == "--help") {
            let command = Command::Shell(Shell::Help { topic: vec![name.to_owned()] });
            return Ok(ParsedCommand { command, format: None });
        }
        let words = statement.tokens.iter().map(mask);
        let read = self.line.borrow_mut().try_get_matches_from_mut(words);
        let explain = |error| {
            let redirected = self.redirected(statement);
            redirected.unwrap_or_else(|| self.explain(&self.innermost(statement), &error))
        };
        let matches = read.map_err(explain)?;
        let mut command = Command::from_arg_matches(&matches).map_err(explain)?;
        command.refine(statement)?;
        // The innermost of nested commands has the option: `disk show`.
        let words = std::iter::successors(Some(&matches), |words| {
            words.subcommand().map(|(_, below)| below)
        });
        let format =
            words.last().and_then(|words| words.try_get_one(FORMAT).ok().flatten().copied());
        Ok(ParsedCommand { command, format })
    }

    /// The error about a redirection, which only the prompt understands.
    fn redirected(&self, statement: &Statement) -> Option<Error> {
        let words: Vec<&str> = statement.tokens.iter().map(|token| token.text.as_str()).collect();
        let sign = |nth: &usize| {
            Sign::read(&statement.tokens[*nth]).is_some() && self.is_redirectable(&words[..*nth])
        };
        let sign = &statement.tokens[(1..words.len()).find(sign)?];
        let what = if sign.text == "|" { "a program" } else { "a file" };
        let error = Error::usage(format!(
            "`{}` sends output to {what} at the prompt only, and not in a block",
            sign.text
        ));
        Some(
            error
                .at(sign.span.clone())
                .help(format!("redirect raftsh itself: raftsh run FILE {} …", sign.text)),
        )
    }

    /// The innermost of the nested commands that a statement calls: `disk cut`.
    fn innermost(&self, statement: &Statement) -> String {
        let mut name = statement.word().to_owned();
        for token in statement.tokens.iter().skip(1) {
            let below = format!("{name} {}", token.text);
            if token.text.contains(' ') || self.definition(&below).is_none() {
                break;
            }
            name = below;
        }
        name
    }
}
