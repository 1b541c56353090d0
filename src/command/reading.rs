//! Reads statements into commands.

use std::cell::RefCell;
use std::rc::Rc;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{FromArgMatches, Subcommand};

use super::all::Command;
use super::arrange::{self, Arranged};
use super::grammar::Grammar;
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
    /// What to tell about a number that a comment hides, as in `step #5`.
    pub hidden_number: Option<String>,
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
        let (Arranged { words, statement: arranged }, hidden_number) = {
            let line = self.line.borrow();
            // An alias finds a definition, too, but only the prompt accepts one.
            let found = line.find_subcommand(name).filter(|found| found.get_name() == name);
            let Some(definition) = found else {
                drop(line);
                return Err(self.unknown(statement));
            };
            if statement.tokens.iter().any(|token| !token.quoted && token.text == "--help") {
                let command = Command::Shell(Shell::Help { topic: vec![name.to_owned()] });
                return Ok(ParsedCommand { command, format: None, hidden_number: None });
            }
            let hidden_number = arrange::hidden_number(definition, statement);
            (arrange::arrange(definition, statement)?, hidden_number)
        };
        let read = self.line.borrow_mut().try_get_matches_from_mut(words);
        let explain = |error| {
            self.redirected(statement).unwrap_or_else(|| self.explain_in(statement, &error))
        };
        let matches = read.map_err(explain)?;
        let mut command = Command::from_arg_matches(&matches).map_err(explain)?;
        command.refine(&arranged).map_err(|error| match arrange::hides_value(statement) {
            true => error.help(arrange::COMMENT),
            false => error,
        })?;
        // The innermost of nested commands has the option: `disk show`.
        let words = std::iter::successors(Some(&matches), |words| {
            words.subcommand().map(|(_, below)| below)
        });
        let format =
            words.last().and_then(|words| words.try_get_one(FORMAT).ok().flatten().copied());
        Ok(ParsedCommand { command, format, hidden_number })
    }

    /// Turns an error of clap about a statement into ours. Where a word is missing, the help says
    /// which comment hides it, or which word was taken for a node.
    fn explain_in(&self, statement: &Statement, error: &clap::Error) -> Error {
        if let Some(error) = arrange::set_as_one_word(statement) {
            return error;
        }
        let told = self.explain(&self.innermost(statement), error);
        let has_value = error
            .get(ContextKind::InvalidValue)
            .is_some_and(|value| !matches!(value, ContextValue::String(value) if value.is_empty()));
        let is_missing = match error.kind() {
            ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand => true,
            ErrorKind::InvalidValue => !has_value,
            _ => false,
        };
        let line = self.line.borrow();
        let definition = line.find_subcommand(statement.word()).filter(|_| is_missing);
        match definition.and_then(|definition| arrange::why_missing(definition, statement)) {
            Some(why) => told.help(why),
            None => told,
        }
    }

    /// The error about a redirection, which only the prompt understands.
    fn redirected(&self, statement: &Statement) -> Option<Error> {
        let words = statement.words();
        let sign = |nth: &usize| {
            Sign::read(&statement.tokens[*nth]).is_some() && self.is_redirectable(&words[..*nth])
        };
        let glued = |nth: &usize| {
            let token = &statement.tokens[*nth];
            !token.quoted
                && token.text.starts_with(['>', '|'])
                && self.is_redirectable(&words[..*nth])
        };
        let Some(nth) = (1..words.len()).find(sign) else {
            let token = &statement.tokens[(1..words.len()).find(glued)?];
            let sign = if token.text.starts_with(">>") { ">>" } else { &token.text[..1] };
            return Some(
                Error::usage(format!("a blank is missing after `{sign}`"))
                    .at(token.span.clone())
                    .help(format!("at the prompt: {} {sign} …", statement.word())),
            );
        };
        let sign = &statement.tokens[nth];
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
