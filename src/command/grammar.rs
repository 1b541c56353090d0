//! What clap knows of all commands: what they are called, what they take, and what may stand at a
//! place of a line.
//!
//! The definitions stand in the families; here they are one value, which help, hints and completion
//! ask.

use std::cell::RefCell;

use super::outlook::{self, Outlook};
use crate::language::Token;

/// What clap knows of all commands. Built once, because building costs more than reading a line.
pub struct Grammar {
    /// clap fills in what it derives from a definition when it first reads with it.
    pub(super) line: RefCell<clap::Command>,
}

impl Grammar {
    /// The names of all commands, in the order of the families.
    pub fn names(&self) -> Vec<String> {
        self.line.borrow().get_subcommands().map(|command| command.get_name().to_owned()).collect()
    }

    /// The commands that a word at the prompt may mean: the one of this name or alias, or else
    /// those that it begins.
    pub fn meant(&self, word: &str) -> Vec<String> {
        meant(&self.line.borrow(), word)
    }

    /// The words behind a command that the next word may mean, if it is followed by such words
    /// (`disk cut`).
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

    /// How a command is called, as the hints at the prompt say it: `put NODE KEY=VALUE [--wait
    /// [DURATION]]`.
    pub fn usage(&self, name: &str) -> String {
        let words: Vec<&str> = name.split(' ').chain([""]).collect();
        let rest = self.outlook(&words).map(|outlook| outlook.rest).unwrap_or_default();
        format!("{name} {rest}").trim_end().to_owned()
    }

    /// What may stand where the last of these words is, and behind it. The first one names a
    /// command, the last one may be empty. Nothing if there is no such command.
    pub fn outlook(&self, words: &[&str]) -> Option<Outlook> {
        let (at_hand, before) = words.split_last()?;
        let (name, before) = before.split_first()?;
        let mut line = self.line.borrow_mut();
        line.build();
        let definition = line.find_subcommand(name)?;
        Some(outlook::look(definition, before, at_hand))
    }
}

fn meant(command: &clap::Command, word: &str) -> Vec<String> {
    let exactly = command.get_subcommands().find(|known| {
        known.get_name() == word || known.get_all_aliases().any(|alias| alias == word)
    });
    let names = |known: &clap::Command| known.get_name().to_owned();
    match exactly {
        Some(known) => vec![names(known)],
        None => command
            .get_subcommands()
            .filter(|known| known.get_name().starts_with(word))
            .map(names)
            .collect(),
    }
}

/// Stands before a word that looks like an option and was quoted: it is none. A character that no
/// text is to contain.
const MASK: char = '\u{fdd0}';

/// A word as clap is to see it.
pub(super) fn mask(token: &Token) -> String {
    let Token { text, quoted, .. } = token;
    let masked = text.starts_with(MASK) || *quoted && text.starts_with('-');
    if masked { format!("{MASK}{text}") } else { text.clone() }
}

/// The word that clap was shown.
pub(super) fn unmask(text: &str) -> &str {
    text.strip_prefix(MASK).unwrap_or(text)
}
