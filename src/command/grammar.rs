//! The grammar of all commands: their names, their arguments, and what may be typed at a place of a
//! line.
//!
//! The definitions are in the families; here they are one value, which help, hints and completion
//! ask.

use std::cell::RefCell;

use super::asked::{is_asked, names_nodes};
use super::outlook::{self, Outlook};
use super::shared::FORMAT;
use crate::language::Token;

/// clap's definitions of all commands. Built once, because building them costs more than reading a
/// line.
pub struct Grammar {
    /// In a cell because clap completes a definition when it first reads with it.
    pub(super) line: RefCell<clap::Command>,
}

impl Grammar {
    /// The names of all commands, in the order of the families.
    pub fn names(&self) -> Vec<String> {
        self.line.borrow().get_subcommands().map(|command| command.get_name().to_owned()).collect()
    }

    /// The commands that a word at the prompt may mean: the one with this name or alias, or else
    /// all whose names begin with it.
    pub fn meant(&self, word: &str) -> Vec<String> {
        meant(&self.line.borrow(), word)
    }

    /// The subcommands of a command that a word may mean, such as `cut` of `disk`; empty if it has
    /// none.
    pub fn meant_below(&self, command: &str, word: &str) -> Vec<String> {
        let line = self.line.borrow();
        line.find_subcommand(command).map(|command| meant(command, word)).unwrap_or_default()
    }

    /// The definition of a command or subcommand (`disk cut`); `None` if there is none of this
    /// name.
    pub fn definition(&self, name: &str) -> Option<clap::Command> {
        let mut line = self.line.borrow_mut();
        line.build();
        let mut words = name.split(' ');
        let command = line.find_subcommand(words.next()?)?;
        words.try_fold(command, |command, word| command.find_subcommand(word)).cloned()
    }

    /// Whether the prompt can send the output of the command that these words begin to a file or a
    /// program. The first word is its name in full. Not so if it takes a condition, because `>` is
    /// a word of conditions.
    pub fn is_redirectable(&self, words: &[&str]) -> bool {
        let Some((name, _)) = words.split_first() else { return false };
        if SHELL_OUTPUT.contains(name) {
            return true;
        }
        let mut line = self.line.borrow_mut();
        line.build();
        let mut command = line.find_subcommand(name);
        let mut below = words[1..].iter();
        while let (Some(inner), Some(word)) = (command, below.next())
            && let Some(inner) = inner.find_subcommand(word)
        {
            command = Some(inner);
        }
        command.is_some_and(|command| {
            command.get_arguments().any(|argument| argument.get_id() == FORMAT)
                && !outlook::takes_condition(command)
        })
    }

    /// Whether a line is a request without a node. Such a request goes to the leader.
    pub fn asks_leader(&self, line: &str) -> bool {
        let mut words = line.split(' ');
        let definition = words.next().and_then(|name| self.definition(name));
        let takes_node =
            |command: clap::Command| command.get_positionals().next().is_some_and(is_asked);
        definition.is_some_and(takes_node) && words.next().is_some_and(|word| !names_nodes(word))
    }

    /// The synopsis of a command, as the hints at the prompt show it: `put NODE KEY=VALUE [--wait
    /// [DURATION]]`.
    pub fn usage(&self, name: &str) -> String {
        let words: Vec<&str> = name.split(' ').chain([""]).collect();
        let rest = self.outlook(&words).map(|outlook| outlook.rest).unwrap_or_default();
        // Either both sides of a link are named, or neither is; `heal A` alone is about all links
        // of A.
        let both = if name == "heal" { "[A [B]]" } else { "[A B]" };
        format!("{name} {rest}").replace("[A] [B]", both).trim_end().to_owned()
    }

    /// What may be typed in place of the last of these words, and after it. The first word names a
    /// command, the last one may be empty. `None` if there is no such command.
    pub fn outlook(&self, words: &[&str]) -> Option<Outlook> {
        let (at_hand, before) = words.split_last()?;
        let (name, before) = before.split_first()?;
        let mut line = self.line.borrow_mut();
        line.build();
        let definition = line.find_subcommand(name)?;
        Some(outlook::look(definition, before, at_hand))
    }
}

/// Commands without `--format` whose output can be sent to a file or a program.
const SHELL_OUTPUT: [&str; 2] = ["help", "apropos"];

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

/// Put before a quoted word that looks like an option, so that clap does not take it for one. It is
/// a character that is not meant for text (a Unicode noncharacter).
const MASK: char = '\u{fdd0}';

/// A word as it is given to clap.
pub(super) fn mask(token: &Token) -> String {
    let Token { text, quoted, .. } = token;
    let masked = text.starts_with(MASK) || *quoted && text.starts_with('-');
    if masked { format!("{MASK}{text}") } else { text.clone() }
}

/// The word itself, without the mask.
pub(super) fn unmask(text: &str) -> &str {
    text.strip_prefix(MASK).unwrap_or(text)
}
