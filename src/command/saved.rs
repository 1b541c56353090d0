//! Saving sessions, and loading them.

use std::convert::Infallible;

use clap::Subcommand;
use serde::Serialize;

use super::grammar::{Grammar, unmask};
use crate::console::{Output, diagnostic, file};
use crate::history::saved::{self, Line, Reached, Saved as Read};
use crate::language::statement::{Builder, Node};
use crate::language::{Error, Place, Statement, Status};
use crate::quantity::shown;
use crate::session::{Session, Start};
use crate::sim::Action;
use crate::view::document::Text;
use crate::view::{self, tables};

/// Commands that keep sessions.
#[derive(Clone, Debug, Subcommand)]
pub enum Saved {
    /// Write the session to a file: its seed, its settings, and all that was done
    ///
    /// What is written is YAML, made to be read and edited: nodes, seed, the settings at the start, and every command that
    /// changed something, as it was typed. `load` replays them to the very same cluster and history; without one of the
    /// lines, it shows what would have come of the rest. A file that is there is replaced; `-` is standard output. Paths count
    /// from the directory in which raftsh was started.
    #[command(after_help = "save bug.yaml\nsave -\nsave bug.raft")]
    Save {
        /// Write a script instead, for `raftsh run`: it leads to the same history, and says what breaks in it. So does a name
        /// that ends in .raft
        #[arg(long)]
        script: bool,
        /// Where to
        #[arg(value_name = "FILE", value_parser = path)]
        file: String,
    },
    /// Go back to a saved session: the cluster and its history become those that were saved
    ///
    /// The commands of the file are run again on a fresh cluster; then the session goes on from there. If the file is not in
    /// order, or a command fails that did not, the present cluster stays as it is. The file may be edited: if it then ends
    /// otherwise than when it was saved, that is told. `-` is standard input, unless commands are read from there. To have
    /// events again that are no longer kept: `save`, write a larger `history` into the file, `load`.
    #[command(after_help = "load bug.yaml\nload --keep-going bug.yaml")]
    Load {
        /// Leave out commands that fail, and say so
        #[arg(long)]
        keep_going: bool,
        /// Where from
        #[arg(value_name = "FILE", value_parser = path)]
        file: String,
    },
}

fn path(text: &str) -> Result<String, Infallible> {
    Ok(unmask(text).to_owned())
}

impl Saved {
    pub(super) fn run(self, grammar: &Grammar, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Saved::Save { script, file } => save(script, &file, session, out),
            Saved::Load { keep_going, file } => load(keep_going, &file, grammar, session, out),
        }
    }
}

/// How the name of a script ends.
const SCRIPT: &str = ".raft";

fn save(script: bool, file: &str, session: &Session, out: &mut Output) -> Result<(), Error> {
    let journal = session.journal();
    let script = script || file.ends_with(SCRIPT);
    let text = if script {
        saved::script(journal)
    } else {
        saved::session(journal).map_err(|fault| {
            Error::failed(fault.message).help("`save --script FILE` writes a script of any length")
        })?
    };
    if file == "-" {
        // What is written for a program is one line, and the session a text in it.
        if out.is_json() {
            out.data("text", &text);
        } else {
            out.write(&text);
        }
        return Ok(());
    }
    file::write(file, &text).map_err(|error| error.word(file))?;
    let count = if script { journal.actions().len() } else { journal.commands().count() };
    out.remark(&format!("saved {} to {file}", view::counted(count as u64, "move")).into());
    out.hint(match script {
        true => "`raftsh run FILE` runs it",
        false => "`load FILE` brings it all back; a line taken out of it asks: what if not?",
    });
    Ok(())
}

fn load(
    keep_going: bool,
    file: &str,
    grammar: &Grammar,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let (name, text) = if file == "-" {
        if !session.stdin_is_free {
            let error = Error::usage("standard input is where commands are read from");
            return Err(error
                .word(file)
                .help("`load FILE` reads a file; `raftsh run SCRIPT` leaves it free"));
        }
        out.flush();
        ("<stdin>", file::read_stdin(saved::MAX_BYTES))
    } else {
        (file, file::read(file, saved::MAX_BYTES))
    };
    let text = text.map_err(|error| error.word(file))?;
    let read = saved::read(&text).map_err(|fault| {
        let error = file::fault(name, fault).word(file);
        if file.ends_with(SCRIPT) { error.help("`source FILE` runs a script") } else { error }
    })?;
    let loaded =
        replay(&read, grammar, keep_going, out).map_err(|(error, line)| blame(error, name, file, line))?;
    session.replace(loaded.session);
    let made = read.moves.len() - loaded.skipped.len();
    let mut text = Text::new().plain(format!("loaded {} from {name}; ", view::counted(made as u64, "move")));
    text.0.extend(tables::summary(session.world()).0);
    out.remark(&text.into());
    out.data("moves", &made);
    tell_skipped(&loaded.skipped, out);
    let edited = read.end.as_ref().is_some_and(|end| *end != Reached::by(session.journal()));
    out.data("edited", &edited);
    if edited {
        out.remark(&"it ends otherwise than when it was saved: edited, or another version".into());
    }
    out.hint("`history` tells what has happened, `status` where it stands");
    Ok(())
}

/// A session that was replayed, and the moves of its file that failed and were left out.
struct Loaded<'a> {
    session: Session,
    skipped: Vec<Skipped<'a>>,
}

/// A move that was left out.
#[derive(Serialize)]
struct Skipped<'a> {
    line: usize,
    r#move: &'a str,
    why: String,
}

/// So many moves that were left out are told of.
const SKIPPED: usize = 20;

fn tell_skipped(skipped: &[Skipped<'_>], out: &mut Output) {
    out.data("skipped", &skipped);
    for Skipped { line, r#move, why } in skipped.iter().take(SKIPPED) {
        let text = diagnostic::shorten(r#move, 80);
        out.remark(&format!("left out line {line}, {text}: {why}").into());
    }
    if skipped.len() > SKIPPED {
        out.remark(&format!("and {} more", skipped.len() - SKIPPED).into());
    }
}

/// A fresh session on which the moves were made.
fn replay<'a>(
    read: &'a Read,
    grammar: &Grammar,
    keep_going: bool,
    out: &mut Output,
) -> Result<Loaded<'a>, (Error, Option<&'a Line>)> {
    let Read { nodes, seed, settings, .. } = *read;
    let mut loaded = Loaded { session: Session::new(Start { nodes, seed, settings }), skipped: Vec::new() };
    let session = &mut loaded.session;
    for line in &read.moves {
        out.check_stop().map_err(|error| (error, None))?;
        let before = keep_going.then(|| session.moment());
        let part = format!("line {} of the session", line.line);
        let made = out.muted(part, |out| match read.typed {
            true => again(line, grammar, session, out),
            false => the_move(line, grammar, session)
                .and_then(|action| session.act_watched(action, || out.check_stop())),
        });
        match (made, before) {
            (Err(error), Some(before)) if matches!(error.status, Status::Failed | Status::Expectation) => {
                session.return_to(before);
                loaded.skipped.push(Skipped { line: line.line, r#move: &line.text, why: error.message });
            }
            (made, _) => made.map_err(|error| (error, Some(line)))?,
        }
    }
    Ok(loaded)
}

/// Runs the command that a line holds, as far as it came when it was typed.
fn again(line: &Line, grammar: &Grammar, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let statement = only_statement(line)?;
    let command = grammar.read(&statement)?.command;
    if !command.moves() {
        return Err(Error::usage(format!("{} cannot stand in a saved session", shown(statement.source()))).help(
            "a saved session holds what changes the cluster, a command a line: run 2s, put n1 x=5, kill n2",
        ));
    }
    let begun_us = session.world().now_us();
    session.begin_command(line.cut.map(|cut| cut.steps));
    let ran = command.run(grammar, session, out);
    let is_spent = session.is_spent();
    if let Some(cut) = line.cut {
        // If something else is due before, the file was edited, and time goes as far as that.
        let _ = session.wait_until(begun_us.saturating_add(cut.us));
    }
    session.end_command(statement.source(), &ran);
    match ran {
        // What a command says that was cut short is of no account.
        Err(error) if is_spent && error.status != Status::Interrupted => Ok(()),
        Err(error) if statement.negated && matches!(error.status, Status::Failed | Status::Expectation) => {
            Ok(())
        }
        Ok(()) if statement.negated => {
            let source = diagnostic::shorten(statement.source(), 80);
            Err(Error::expectation(format!("'{source}' succeeded, but was expected to fail")))
        }
        ran => ran,
    }
}

/// The move that a line of version 1 makes on the cluster as it is by then.
fn the_move(line: &Line, grammar: &Grammar, session: &Session) -> Result<Action, Error> {
    let statement = only_statement(line)?;
    let action = if statement.negated { None } else { grammar.read(&statement)?.command.action(session)? };
    action.ok_or_else(|| {
        Error::usage(format!("{} is not one move", shown(statement.source())))
            .help("in version 1 a saved session holds single moves: step 5, put n1 x=5, kill n2")
    })
}

/// The one command of a line, which holds nothing else.
fn only_statement(line: &Line) -> Result<Statement, Error> {
    let place = Place { source: None, line: line.line as u64 };
    let nodes = Builder::default().feed(&place, &line.text).map_err(|failure| failure.error)?;
    let length = |statement: &Statement| statement.source().len() + usize::from(statement.negated);
    match <[Node; 1]>::try_from(nodes) {
        Ok([Node::Command(statement)]) if length(&statement) == line.text.trim().len() => Ok(statement),
        _ => Err(Error::usage(format!("{} is not one command and nothing else", shown(&line.text)))),
    }
}

/// An error about a move, as one about the file in which it stands.
fn blame(error: Error, name: &str, file: &str, line: Option<&Line>) -> Error {
    let Some(line) = line.filter(|_| error.status != Status::Interrupted) else { return error };
    let mut told = Error::new(error.status, format!("{name}:{}: {}", line.line, error.message)).word(file);
    told.help = vec![format!("the line is: {}", diagnostic::shorten(&line.text, 80))];
    told.help.extend(error.help);
    if matches!(error.status, Status::Failed | Status::Expectation) {
        told.help.push("`load --keep-going FILE` leaves such lines out".to_owned());
    }
    told.help.push("the present cluster is as it was".to_owned());
    told
}
