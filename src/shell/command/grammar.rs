//! Statements into commands: clap's part of it, and clap's errors in our words.

use std::cell::RefCell;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{FromArgMatches, Subcommand};

use super::Command;
use super::outlook::{self, Outlook};
use crate::quantity::shown;
use crate::shell::error::Error;
use crate::shell::json::Format;
use crate::shell::line::Token;
use crate::shell::select::Selection;
use crate::shell::statement::Statement;
use crate::shell::suggest;

/// The commands that look and change nothing: each takes `--format`.
pub const LOOKING: [&str; 9] =
    ["status", "logs", "history", "kv", "links", "messages", "ops", "diff", "settings"];

const FORMAT: &str = "format";

/// A statement, read.
pub struct Reading {
    /// What to do.
    pub command: Command,
    /// How to answer, if that was said.
    pub format: Option<Format>,
}

/// What clap knows of all commands. Built once, because building costs more than reading a line.
pub struct Grammar {
    /// clap fills in what it derives from a definition when it first reads with it.
    line: RefCell<clap::Command>,
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
        let format = clap::Arg::new(FORMAT)
            .long(FORMAT)
            .value_name("table|json")
            .value_parser(clap::value_parser!(Format))
            .help("Answer with a table, or with one JSON object");
        let line = Command::augment_subcommands(line).mut_subcommands(|command| match command.get_name() {
            name if LOOKING.contains(&name) || name == "violations" => command.arg(&format),
            // It looks where no word follows that switches.
            "flaw" => command.arg(&format).args_conflicts_with_subcommands(true),
            "disk" => command.mut_subcommand("show", |show| show.arg(&format)),
            _ => command,
        });
        Grammar { line: RefCell::new(line) }
    }
}

impl Grammar {
    /// Reads a statement.
    ///
    /// # Errors
    /// What is wrong with it, found without looking at a cluster.
    pub fn read(&self, statement: &Statement) -> Result<Reading, Error> {
        let name = statement.word();
        if !self.line.borrow().get_subcommands().any(|known| known.get_name() == name) {
            return Err(self.unknown(name));
        }
        if statement.tokens.iter().any(|token| !token.quoted && token.text == "--help") {
            let command = Command::Shell(super::shell::Shell::Help { topic: Some(name.to_owned()) });
            return Ok(Reading { command, format: None });
        }
        let words = statement.tokens.iter().map(mask);
        let read = self.line.borrow_mut().try_get_matches_from_mut(words);
        let explain = |error| self.explain(&self.innermost(statement), &error);
        let matches = read.map_err(explain)?;
        let mut command = Command::from_arg_matches(&matches).map_err(explain)?;
        command.refine(statement)?;
        // Of the commands in each other the innermost: `disk show`.
        let words = std::iter::successors(Some(&matches), |words| words.subcommand().map(|(_, below)| below));
        let format = words.last().and_then(|words| words.try_get_one(FORMAT).ok().flatten().copied());
        Ok(Reading { command, format })
    }

    /// The names of all commands, in the order of the families.
    pub fn names(&self) -> Vec<String> {
        self.line.borrow().get_subcommands().map(|command| command.get_name().to_owned()).collect()
    }

    /// The commands that a word at the prompt may mean: the one of this name or alias, or else those that it begins.
    pub fn meant(&self, word: &str) -> Vec<String> {
        meant(&self.line.borrow(), word)
    }

    /// The words behind a command that the next word may mean, if it is followed by such words (`disk cut`).
    pub fn meant_below(&self, command: &str, word: &str) -> Vec<String> {
        let line = self.line.borrow();
        line.find_subcommand(command).map(|command| meant(command, word)).unwrap_or_default()
    }

    /// The definition of a command, or of one in another: `disk cut`.
    pub fn definition(&self, name: &str) -> Option<clap::Command> {
        let mut line = self.line.borrow_mut();
        line.build();
        let mut words = name.split(' ');
        let command = line.find_subcommand(words.next()?)?;
        words.try_fold(command, |command, word| command.find_subcommand(word)).cloned()
    }

    /// Of the commands in each other that a statement calls, the innermost: `disk cut`.
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

    /// The words that may follow a command, as a sentence of help; its synopsis if it takes no such words.
    fn followed_by(&self, name: &str) -> String {
        let below = self.definition(name).map(|command| words_below(&command)).unwrap_or_default();
        match below.as_slice() {
            [] => format!("usage: {}", self.usage(name)),
            words => format!("{name} is followed by {}", words.join(" or ")),
        }
    }

    /// How a command is called, as the hints at the prompt say it: `put NODE KEY=VALUE [--wait [DURATION]]`.
    pub fn usage(&self, name: &str) -> String {
        let words: Vec<&str> = name.split(' ').chain([""]).collect();
        let rest = self.outlook(&words).map(|outlook| outlook.rest).unwrap_or_default();
        format!("{name} {rest}").trim_end().to_owned()
    }

    /// What may stand where the last of these words is, and behind it. The first one names a command, the last one may be
    /// empty. Nothing if there is no such command.
    pub fn outlook(&self, words: &[&str]) -> Option<Outlook> {
        let (at_hand, before) = words.split_last()?;
        let (name, before) = before.split_first()?;
        let mut line = self.line.borrow_mut();
        line.build();
        let definition = line.find_subcommand(name)?;
        Some(outlook::look(definition, before, at_hand))
    }

    fn unknown(&self, name: &str) -> Error {
        let error = |hint: &str| Error::usage(format!("unknown command {}{hint}", shown(name))).word(name);
        let help = |meant: &str| format!("at the prompt it is short for `{meant}`; scripts spell it out");
        let known = self.names();
        let near = suggest::command_meant_by(name)
            .or_else(|| suggest::nearest(name, known.iter().map(String::as_str)));
        match (self.meant(name).as_slice(), near) {
            ([meant], near) if near.is_none_or(|near| near != meant) => error("").help(help(meant)),
            (_, Some(near)) => error(&format!("; did you mean '{near}'?")),
            (_, None) => error("").help("`help` lists the commands"),
        }
    }

    /// clap's error as ours.
    fn explain(&self, name: &str, error: &clap::Error) -> Error {
        let context = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(unmask(text).to_owned()),
            Some(ContextValue::Strings(texts)) => texts.first().map(|text| unmask(text).to_owned()),
            _ => None,
        };
        // Where an option and a word that chooses a command do not go together, clap names the word only as such a word.
        let argument = context(ContextKind::InvalidArg).or_else(|| context(ContextKind::InvalidSubcommand));
        let argument = argument.unwrap_or_default();
        let value = context(ContextKind::InvalidValue).unwrap_or_default();
        let usage = format!("usage: {}", self.usage(name));
        match error.kind() {
            ErrorKind::ValueValidation => {
                let why = std::error::Error::source(error).map(|source| source.to_string());
                Error::usage(why.unwrap_or_else(|| format!("{} is not valid here", shown(&value))))
                    .word(value)
            }
            ErrorKind::MissingRequiredArgument => {
                let missing = missing(error);
                Error::usage(format!("{name} lacks {missing}")).help(usage)
            }
            ErrorKind::UnknownArgument if argument.starts_with('-') => {
                let near = context(ContextKind::SuggestedArg).map(|near| format!("; did you mean '{near}'?"));
                let near = near.unwrap_or_default();
                Error::usage(format!("{name} has no option {}{near}", shown(&argument)))
                    .word(argument)
                    .help(usage)
            }
            ErrorKind::UnknownArgument => {
                let error = Error::usage(format!("{} is one word too many for {name}", shown(&argument)));
                let set = usage.contains("NODES") && argument.parse::<Selection>().is_ok();
                let error = error.word(argument).help(usage);
                if set { error.help("several nodes are one word: n1,n3 or n1..n3") } else { error }
            }
            ErrorKind::InvalidSubcommand => {
                let unknown = context(ContextKind::InvalidSubcommand).unwrap_or_default();
                let known = self.definition(name).map(|command| words_below(&command)).unwrap_or_default();
                let near = suggest::nearest(&unknown, known.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
                Error::usage(format!("{name} has no {}{near}", shown(&unknown)))
                    .word(unknown)
                    .help(self.followed_by(name))
            }
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Error::usage(format!("{name} lacks a word")).help(self.followed_by(name))
            }
            ErrorKind::InvalidValue if value.is_empty() => {
                Error::usage(format!("{argument} lacks its value")).help(usage)
            }
            ErrorKind::InvalidValue => {
                let known = match error.get(ContextKind::ValidValue) {
                    Some(ContextValue::Strings(known)) => known.clone(),
                    _ => Vec::new(),
                };
                let near = suggest::nearest(&value, known.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
                Error::usage(format!("{} is not known here{near}", shown(&value)))
                    .word(value)
                    .help(format!("known are {}", known.join(", ")))
            }
            ErrorKind::ArgumentConflict => {
                let other = context(ContextKind::PriorArg).filter(|other| *other != argument);
                let message = match other {
                    Some(other) => format!("{argument} and {other} do not go together"),
                    None => format!("{argument} was given twice"),
                };
                Error::usage(message).help(usage)
            }
            _ => Error::usage(error.kind().as_str().unwrap_or("this cannot be read").to_owned()).help(usage),
        }
    }
}

fn meant(command: &clap::Command, word: &str) -> Vec<String> {
    let exactly = command
        .get_subcommands()
        .find(|known| known.get_name() == word || known.get_all_aliases().any(|alias| alias == word));
    let names = |known: &clap::Command| known.get_name().to_owned();
    match exactly {
        Some(known) => vec![names(known)],
        None => {
            command.get_subcommands().filter(|known| known.get_name().starts_with(word)).map(names).collect()
        }
    }
}

/// The words that choose among the commands within one.
fn words_below(command: &clap::Command) -> Vec<String> {
    command.get_subcommands().map(|below| below.get_name().to_owned()).collect()
}

/// Stands before a word that looks like an option and was quoted: it is none. A character that no text is to contain.
const MASK: char = '\u{fdd0}';

/// A word as clap is to see it.
fn mask(token: &Token) -> String {
    let Token { text, quoted, .. } = token;
    let masked = text.starts_with(MASK) || *quoted && text.starts_with('-');
    if masked { format!("{MASK}{text}") } else { text.clone() }
}

/// The word that clap was shown.
pub(super) fn unmask(text: &str) -> &str {
    text.strip_prefix(MASK).unwrap_or(text)
}

/// The arguments that are missing, as the synopsis names them.
fn missing(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) => {
            names.iter().map(|name| bare(name)).collect::<Vec<_>>().join(" and ")
        }
        Some(ContextValue::String(name)) => bare(name).to_owned(),
        _ => "an argument".to_owned(),
    }
}

/// The name of an argument without the signs in which clap puts it.
fn bare(name: &str) -> &str {
    name.trim_end_matches("...").trim_matches(['<', '>', '[', ']'])
}
