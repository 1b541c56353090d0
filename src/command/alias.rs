//! `alias` and `unalias`: names that the prompt replaces by commands.

use std::collections::BTreeMap;

use super::grammar::Grammar;
use crate::console::Output;
use crate::language::redirect::{Redirection, segments};
use crate::language::statement::Builder;
use crate::language::{Error, SourcePlace, Statement, Token, line, suggest};
use crate::quantity::shown;
use crate::session::aliases::Aliases;
use crate::view::document::{Document, Text, Tone};
use crate::word::QuotedWord;

/// What stands after `alias`.
#[derive(Clone, Debug)]
pub struct GivenAlias {
    name: String,
    /// The commands that it is to stand for; `None` to show what it stands for now.
    commands: Option<String>,
}

/// Reads what stands after `alias`: NAME, NAME = COMMANDS or NAME=COMMANDS.
pub(super) fn read(statement: &Statement) -> Result<GivenAlias, Error> {
    let usage = "alias NAME = 'COMMANDS', such as alias st = 'status; logs'";
    let [first, rest @ ..] = &statement.tokens[1..] else {
        return Err(Error::usage("alias needs a name").help(usage));
    };
    let (name, commands) = match (first.text.split_once('='), rest) {
        (None, []) => (first.text.as_str(), None),
        (None, [equals, rest @ ..]) if equals.text == "=" => {
            (first.text.as_str(), Some(commands_in(rest, statement)))
        }
        (None, [second, ..]) => {
            let error = Error::usage("`=` is missing after the name of the alias");
            return Err(error.at(second.span.clone()).help(usage));
        }
        (Some((name, commands)), []) => (name, Some(commands.to_owned())),
        (Some(_), [second, ..]) => {
            let error = Error::usage(format!("unexpected {}", shown(&second.text)));
            return Err(error.at(second.span.clone()).help(usage));
        }
    };
    let wrong = |message: String| Err(Error::usage(message).at(first.span.clone()).help(usage));
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(letter) {
        let form = "begins with a letter and has letters, digits, `-` and `_`";
        return wrong(format!("the name of an alias {form}; {} does not", shown(name)));
    }
    if let Some(commands) = &commands {
        check(commands).map_err(|error| Error { at: Some(statement.span()), ..error })?;
    }
    Ok(GivenAlias { name: name.to_owned(), commands })
}

/// The commands after `=`: one quoted word, or several words as they were typed.
fn commands_in(words: &[Token], statement: &Statement) -> String {
    match words {
        [] => String::new(),
        [word] => word.text.clone(),
        [first, .., last] => statement.text[first.span.start..last.span.end].to_owned(),
    }
}

/// Checks that the commands can stand in place of a name: whole commands in one line, perhaps
/// without their last words.
fn check(commands: &str) -> Result<(), Error> {
    let place = SourcePlace { source: None, line: 1 };
    let mut builder = Builder::default();
    let nodes = builder.feed(&place, commands).map_err(|failure| *failure.error)?;
    if builder.depth() > 0 {
        return Err(Error::usage("an alias cannot open a block that it does not close"));
    }
    if nodes.is_empty() {
        return Err(Error::usage("an alias needs commands").help("alias st = 'status; logs'"));
    }
    // After a `#`, the words that follow the alias would be part of the comment.
    let marked = format!("{commands} .");
    let pieces = line::split(&marked)?;
    if pieces.last().and_then(|piece| piece.word()).is_none_or(|word| word.text != ".") {
        return Err(Error::usage("an alias cannot contain a comment"));
    }
    Ok(())
}

/// Refuses commands that send their output elsewhere: that is typed after the alias.
fn check_redirection(commands: &str, grammar: &Grammar) -> Result<(), Error> {
    let sends = |words: &[&Token]| {
        let meant = words.first().map(|word| grammar.meant(word.text.trim_start_matches('!')));
        let [name] = meant.as_deref().unwrap_or_default() else { return false };
        let rest = words.iter().skip(1).map(|word| word.text.as_str());
        grammar.is_redirectable(&std::iter::once(name.as_str()).chain(rest).collect::<Vec<_>>())
    };
    match segments(commands, &sends).into_iter().find_map(|segment| segment.redirection) {
        Some(Redirection { at, .. }) => Err(redirection_inside(&commands[at])),
        None => Ok(()),
    }
}

/// The error about an alias that contains a redirection.
pub fn redirection_inside(sign: &str) -> Error {
    Error::usage(format!("an alias cannot contain `{sign}`"))
        .help(format!("type it after the alias: st {sign} …"))
}

/// Sets an alias, or shows one or all.
pub(super) fn run(
    given: Option<GivenAlias>,
    grammar: &Grammar,
    aliases: &mut Aliases,
    out: &mut Output,
) -> Result<(), Error> {
    let Some(GivenAlias { name, commands }) = given else {
        let all: BTreeMap<&str, &str> = aliases.iter().collect();
        let lines = |document: Document, (name, commands): (&&str, &&str)| {
            document.line(alias_text(name, commands))
        };
        out.show(|| all.iter().fold(Document::new(), lines), "aliases", || all.clone());
        if all.is_empty() && !out.is_json() {
            let none = "no aliases; alias st = 'status; logs' makes one";
            out.remark(&Text::new().toned(Tone::Dim, none).into());
        }
        return Ok(());
    };
    let Some(commands) = commands else {
        let Some(commands) = aliases.get(&name) else { return Err(unknown(&name, aliases)) };
        let text = alias_text(&name, commands);
        out.show(|| text.into(), "aliases", || BTreeMap::from([(&name, commands)]));
        return Ok(());
    };
    if grammar.names().contains(&name) {
        let error = Error::usage(format!("{} is a command", shown(&name))).word(&*name);
        return Err(error.help("an alias needs another name"));
    }
    check_redirection(&commands, grammar)?;
    let before = aliases.set(&name, &commands);
    let changed = before.as_ref() != Some(&commands);
    out.data("aliases", &BTreeMap::from([(&name, &commands)]));
    out.data("changed", &changed);
    let text = alias_text(&name, &commands);
    out.remark(&if changed { text } else { text.plain(" already: nothing changed") }.into());
    out.hint(format!("`{name}` now stands for `{commands}`; `unalias {name}` forgets it"));
    Ok(())
}

/// Forgets aliases: all of them, or none if one does not exist.
pub(super) fn forget(
    names: &[String],
    aliases: &mut Aliases,
    out: &mut Output,
) -> Result<(), Error> {
    if let Some(name) = names.iter().find(|name| aliases.get(name).is_none()) {
        return Err(unknown(name, aliases));
    }
    for name in names {
        aliases.remove(name);
        out.remark(&format!("{name} is no alias any more").into());
    }
    out.data("forgotten", &names);
    Ok(())
}

fn unknown(name: &str, aliases: &Aliases) -> Error {
    let near = suggest::hint(name, aliases.iter().map(|(known, _)| known));
    Error::failed(format!("there is no alias {}{near}", shown(name)))
        .word(name)
        .help("`alias` lists them")
}

/// An alias as it can be typed.
pub(super) fn alias_text(name: &str, commands: &str) -> Text {
    let commands = match commands.contains('\'') {
        true => QuotedWord(commands).to_string(),
        false => format!("'{commands}'"),
    };
    Text::new().toned(Tone::Leader, name).plain(format!(" = {commands}"))
}
