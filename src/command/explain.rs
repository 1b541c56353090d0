//! Errors in a command line: clap's errors in our words.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::foreign::{self, Translation};
use super::grammar::{Grammar, unmask};
use super::synonyms::command_meant_by;
use crate::language::{Error, Selection, Statement, suggest};
use crate::quantity::shown;

impl Grammar {
    /// A line of help that lists the subcommands of a command, or its synopsis if it has none.
    fn followed_by(&self, name: &str) -> String {
        let below = self.definition(name).map(|command| words_below(&command)).unwrap_or_default();
        match below.as_slice() {
            [] => format!("usage: {}", self.usage(name)),
            words => format!("{name} is followed by {}", words.join(" or ")),
        }
    }

    /// Examples of a command, as they end a sentence.
    fn examples(&self, name: &str) -> String {
        let help = self.definition(name).and_then(|command| command.get_after_help().cloned());
        let help = help.map(|help| help.to_string()).unwrap_or_default();
        match help.lines().take(2).collect::<Vec<_>>().as_slice() {
            [] => String::new(),
            examples => format!(": {}", examples.join(", ")),
        }
    }

    /// The error about a statement whose first word names no command.
    pub(super) fn unknown(&self, statement: &Statement) -> Error {
        let name = statement.word();
        if let Some(error) = self.said_elsewhere(statement) {
            return error;
        }
        let error =
            |hint: &str| Error::usage(format!("unknown command {}{hint}", shown(name))).word(name);
        let help = |meant: &str| {
            format!("it is short for `{meant}` at the prompt only; scripts spell commands out")
        };
        let known = self.names();
        let near = command_meant_by(name)
            .or_else(|| suggest::nearest(name, known.iter().map(String::as_str)));
        match (self.meant(name).as_slice(), near) {
            ([meant], near) if near.is_none_or(|near| near != meant) => error("").help(help(meant)),
            (_, Some(near)) => error(&format!("; did you mean '{near}'?")),
            (_, None) if name == "raftsh:" => error("").help("`load FILE` takes a saved session"),
            (_, None) => error("").help("`help` lists the commands"),
        }
    }

    /// What a word of another tool is here, as a line of help.
    pub fn elsewhere(&self, word: &str) -> Option<String> {
        let Translation { line, tool, .. } = foreign::translate(&Statement::of_word(word))?;
        Some(format!("what {} calls {word} is `{}` here", tool?, line?))
    }

    /// The error about a line of another tool, or one in capitals: it says what to type here.
    fn said_elsewhere(&self, statement: &Statement) -> Option<Error> {
        let name = statement.word();
        let error = Error::usage(format!("unknown command {}", shown(name))).word(name);
        let Some(Translation { line, about, tool }) = foreign::translate(statement) else {
            let lower = name.to_lowercase();
            let rest = statement.source().get(name.len()..).unwrap_or_default();
            let is_ours = lower != name && self.names().contains(&lower);
            return is_ours.then(|| error.meant(format!("{lower}{rest}")));
        };
        let error = match line {
            Some(line) => error.meant(line),
            None => error,
        };
        let error = if about.is_empty() { error } else { error.help(about) };
        Some(match tool {
            Some(tool) => error.help(format!("`help {tool}` shows {tool}'s words and ours")),
            None => error,
        })
    }

    /// Turns an error of clap into ours.
    pub(super) fn explain(&self, name: &str, error: &clap::Error) -> Error {
        let context = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(unmask(text).to_owned()),
            Some(ContextValue::Strings(texts)) => texts.first().map(|text| unmask(text).to_owned()),
            _ => None,
        };
        // If an option and a subcommand do not go together, clap names the subcommand in a context
        // of its kind only.
        let argument =
            context(ContextKind::InvalidArg).or_else(|| context(ContextKind::InvalidSubcommand));
        let argument = argument.unwrap_or_default();
        let value = context(ContextKind::InvalidValue).unwrap_or_default();
        let usage = format!("usage: {}", self.usage(name));
        match error.kind() {
            ErrorKind::ValueValidation => {
                let source = std::error::Error::source(error);
                if let Some(error) = source.and_then(|source| source.downcast_ref::<Error>()) {
                    return error.clone();
                }
                let why = source.map(ToString::to_string);
                Error::usage(why.unwrap_or_else(|| format!("{} is not valid here", shown(&value))))
                    .word(value)
            }
            ErrorKind::MissingRequiredArgument => {
                let missing = missing(error);
                let examples = self.examples(name);
                Error::usage(format!("{name} needs {missing}{examples}")).help(usage)
            }
            ErrorKind::UnknownArgument if argument.starts_with('-') => {
                let near = context(ContextKind::SuggestedArg)
                    .map(|near| format!("; did you mean '{near}'?"));
                let near = near.unwrap_or_default();
                Error::usage(format!("{name} has no option {}{near}", shown(&argument)))
                    .word(argument)
                    .help(usage)
            }
            ErrorKind::UnknownArgument => {
                let error = Error::usage(format!("unexpected {}", shown(&argument)));
                let set = usage.contains("NODES") && argument.parse::<Selection>().is_ok();
                let error = error.word(argument).help(usage);
                if set { error.help("several nodes are one word: n1,n3 or n1..n3") } else { error }
            }
            ErrorKind::InvalidSubcommand => {
                let unknown = context(ContextKind::InvalidSubcommand).unwrap_or_default();
                let known =
                    self.definition(name).map(|command| words_below(&command)).unwrap_or_default();
                let near = suggest::hint(&unknown, &known);
                Error::usage(format!("{name} has no {}{near}", shown(&unknown)))
                    .word(unknown)
                    .help(self.followed_by(name))
            }
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Error::usage(format!("{name} needs a further word")).help(self.followed_by(name))
            }
            ErrorKind::InvalidValue if value.is_empty() => {
                // clap names the value as well: `--since <WHEN>`.
                let option = argument.split(' ').next().unwrap_or_default();
                Error::usage(format!("{option} needs a value")).help(usage)
            }
            ErrorKind::InvalidValue => {
                let known = match error.get(ContextKind::ValidValue) {
                    Some(ContextValue::Strings(known)) => known.clone(),
                    _ => Vec::new(),
                };
                let near = suggest::hint(&value, &known);
                Error::usage(format!("{} is not one of the known values{near}", shown(&value)))
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
            _ => Error::usage(error.kind().as_str().unwrap_or("this cannot be read").to_owned())
                .help(usage),
        }
    }
}

/// The names of a command's subcommands.
fn words_below(command: &clap::Command) -> Vec<String> {
    command.get_subcommands().map(|below| below.get_name().to_owned()).collect()
}

/// The arguments that are missing, as the synopsis names them.
fn missing(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) => {
            names.iter().map(|name| in_words(bare(name))).collect::<Vec<_>>().join(" and ")
        }
        Some(ContextValue::String(name)) => in_words(bare(name)).to_owned(),
        _ => "an argument".to_owned(),
    }
}

/// The name of an argument without the brackets and dots that clap adds.
fn bare(name: &str) -> &str {
    let name = name.trim_end_matches("...");
    let inside = |open, close| name.strip_prefix(open)?.strip_suffix(close);
    inside('<', '>').or_else(|| inside('[', ']')).unwrap_or(name)
}

/// What an argument is, in a sentence.
fn in_words(name: &str) -> &str {
    const WORDS: &[(&str, &str)] = &[
        ("NODES", "nodes"),
        ("NODE", "a node"),
        ("A", "nodes"),
        ("B", "a second set of nodes"),
        ("KEY", "a key"),
        ("VALUE", "a value"),
        ("OLD", "the old value"),
        ("NEW", "the new value"),
        ("DURATION", "a duration"),
        ("DURATION|until COND [within DURATION]", "a duration or a condition"),
        ("N|until COND", "a number or a condition"),
        ("WHEN", "a moment"),
        ("BRANCH", "a branch"),
        ("PERCENT", "a percentage"),
        ("SETTING", "a setting"),
        ("FILE", "a file"),
        ("NAME", "a name"),
        ("WORD", "a word"),
        ("TERMS|none", "the terms of the entries, or none"),
        ("SET | SET", "groups of nodes"),
    ];
    WORDS.iter().find(|(known, _)| *known == name).map_or(name, |(_, words)| words)
}
