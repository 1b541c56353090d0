//! Saving sessions, and loading them.

use std::convert::Infallible;

use clap::Subcommand;

use super::grammar::{Grammar, unmask};
use crate::console::{Output, diagnostic, file};
use crate::history::saved::{self, Line, Saved as Read};
use crate::language::statement::{Builder, Node};
use crate::language::{Error, Place, Statement, Status};
use crate::quantity::shown;
use crate::session::{Session, Start};
use crate::sim::Action;
use crate::view::{self, tables};

/// Commands that keep sessions.
#[derive(Clone, Debug, Subcommand)]
pub enum Saved {
    /// Write the session to a file: its seed, its settings, and every move
    ///
    /// What is written is YAML, made to be read and edited: nodes, seed, the settings at the start, and the moves as they are
    /// typed at the prompt. `load` replays them to the very same cluster and history. A file that is there is replaced;
    /// `-` is standard output. Paths count from the directory in which raftsh was started.
    #[command(after_help = "save bug.yaml\nsave -\nsave --script bug.raft")]
    Save {
        /// Write a script instead, for `raftsh run`: it leads to the same history, and says what breaks in it
        #[arg(long)]
        script: bool,
        /// Where to
        #[arg(value_name = "FILE", value_parser = path)]
        file: String,
    },
    /// Go back to a saved session: the cluster and its history become those that were saved
    ///
    /// The moves of the file are replayed on a fresh cluster; then the session goes on from there. If the file is not in
    /// order, or a move is impossible, the present cluster stays as it is. `-` is standard input, unless commands are read
    /// from there. To have events again that are no longer kept: `save`, write a larger `history` into the file, `load`.
    #[command(after_help = "load bug.yaml")]
    Load {
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
            Saved::Load { file } => load(&file, grammar, session, out),
        }
    }
}

fn save(script: bool, file: &str, session: &Session, out: &mut Output) -> Result<(), Error> {
    let journal = session.journal();
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
    let moves = view::counted(journal.actions().len() as u64, "move");
    out.remark(&format!("saved {moves} to {file}").into());
    out.hint(match script {
        true => "`raftsh run FILE` runs it",
        false => "`load FILE` brings it all back",
    });
    Ok(())
}

fn load(file: &str, grammar: &Grammar, session: &mut Session, out: &mut Output) -> Result<(), Error> {
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
    let read = saved::read(&text).map_err(|fault| file::fault(name, fault).word(file))?;
    let replayed = replay(&read, grammar, out).map_err(|(error, line)| blame(error, name, file, line))?;
    session.replace(replayed);
    let moves = view::counted(read.moves.len() as u64, "move");
    let mut text = view::document::Text::new().plain(format!("loaded {moves} from {name}; "));
    text.0.extend(tables::summary(session.world()).0);
    out.remark(&text.into());
    out.hint("`history` tells what has happened, `status` where it stands");
    Ok(())
}

/// A fresh session on which the moves were made.
fn replay<'a>(
    read: &'a Read,
    grammar: &Grammar,
    out: &mut Output,
) -> Result<Session, (Error, Option<&'a Line>)> {
    let Read { nodes, seed, settings, moves } = read;
    let mut replayed = Session::new(Start { nodes: *nodes, seed: *seed, settings: *settings });
    for line in moves {
        out.check_stop().map_err(|error| (error, None))?;
        let made = the_move(line, grammar, &replayed).and_then(|action| {
            replayed.act_watched(action, || {
                out.progress(|| format!("line {} of the session; Ctrl-C stops", line.line));
                out.check_stop()
            })
        });
        made.map_err(|error| (error, Some(line)))?;
    }
    Ok(replayed)
}

/// The move that a line makes on the cluster as it is by then.
fn the_move(line: &Line, grammar: &Grammar, replayed: &Session) -> Result<Action, Error> {
    let statement = only_statement(line)?;
    let action = grammar.read(&statement)?.command.action(replayed)?;
    action.ok_or_else(|| {
        Error::usage(format!("{} is not one move", shown(statement.source())))
            .help("a saved session holds moves alone, as `save` writes them: step 5, put n1 x=5, kill n2")
    })
}

/// The one command of a line, which holds nothing else.
fn only_statement(line: &Line) -> Result<Statement, Error> {
    let place = Place { source: None, line: line.line as u64 };
    let nodes = Builder::default().feed(&place, &line.text).map_err(|failure| failure.error)?;
    match <[Node; 1]>::try_from(nodes) {
        Ok([Node::Command(statement)])
            if !statement.negated && statement.source().len() == line.text.trim().len() =>
        {
            Ok(statement)
        }
        _ => Err(Error::usage(format!("{} is not one move and nothing else", shown(&line.text)))),
    }
}

/// An error about a move, as one about the file in which it stands.
fn blame(error: Error, name: &str, file: &str, line: Option<&Line>) -> Error {
    let Some(line) = line.filter(|_| error.status != Status::Interrupted) else { return error };
    let mut told = Error::new(error.status, format!("{name}:{}: {}", line.line, error.message)).word(file);
    told.help = vec![format!("the line is: {}", diagnostic::shorten(&line.text, 80))];
    told.help.extend(error.help);
    told.help.push("the present cluster is as it was".to_owned());
    told
}
