//! Commands that save and load sessions.

use std::convert::Infallible;
use std::path::Path;

use clap::Subcommand;
use serde::Serialize;

use super::grammar::{Grammar, unmask};
use super::load_tree;
use crate::console::{FileKind, Output, diagnostic, file};
use crate::history::saved::{self, EndState, Line, Saved as Read};
use crate::history::yaml::Fault;
use crate::language::statement::{Builder, Node};
use crate::language::{Error, SourcePlace, Statement, Status};
use crate::quantity::shown;
use crate::session::engines;
use crate::session::{Session, Start};
use crate::sim::Action;
use crate::view::document::Text;
use crate::view::{self, tables};

/// Commands that keep sessions.
#[derive(Clone, Debug, Subcommand)]
pub enum Saved {
    /// Write the session to a file, for `load` or `raftsh run`
    ///
    /// The file is YAML: the number of nodes, the seed, the settings at the start, and every
    /// command that changed something, as it was typed. `load` runs these commands again and
    /// restores the same cluster and history. You may edit the file: delete a command, and `load`
    /// shows what happens without it. An existing file is replaced. `-` is standard output. Paths
    /// are relative to the directory in which raftsh was started.
    ///
    /// Without --all, the file has the present branch, in the past up to the present moment. With
    /// --all, it also has the other branches, the marks, what `echo` said, and the moment at which
    /// you are.
    #[command(after_help = "save bug.yaml\nsave --all bug.yaml\nsave -\nsave bug.raft")]
    Save {
        /// Save all branches, the marks, what `echo` said and the present moment
        #[arg(long, conflicts_with = "script")]
        all: bool,
        /// Write a script for `raftsh run` instead, as for a FILE that ends in .raft
        #[arg(long)]
        script: bool,
        /// The file to write
        #[arg(value_name = "FILE", value_parser = path)]
        file: String,
    },
    /// Replace the cluster and its history by a saved session
    ///
    /// raftsh runs the commands of the file on a new cluster, and you continue from there. If the
    /// file has errors, or if a command fails that did not fail when it was saved, the present
    /// cluster stays. You may edit the file: `load` says if the session then ends differently. `-`
    /// is standard input, unless commands are read from there. To see events that are no longer
    /// kept, `save` the session, write a larger `history` into the file, and `load` it.
    #[command(after_help = "load bug.yaml\nload --keep-going bug.yaml")]
    Load {
        /// Skip the commands that fail, and list them
        #[arg(long)]
        keep_going: bool,
        /// The file to read
        #[arg(value_name = "FILE", value_parser = path)]
        file: String,
    },
}

fn path(text: &str) -> Result<String, Infallible> {
    Ok(unmask(text).to_owned())
}

impl Saved {
    pub(super) fn run(
        self,
        grammar: &Grammar,
        session: &mut Session,
        out: &mut Output,
    ) -> Result<(), Error> {
        match self {
            Saved::Save { all, script, file } => save(all, script, &file, session, out),
            Saved::Load { keep_going, file } => load(keep_going, &file, grammar, session, out),
        }
    }
}

fn save(
    all: bool,
    script: bool,
    file: &str,
    session: &Session,
    out: &mut Output,
) -> Result<(), Error> {
    let journal = session.journal();
    let named = FileKind::by_name(Path::new(file));
    let script = script || named == Some(FileKind::Script);
    check_name(named, script, file)?;
    if all && script {
        let error = Error::usage("a script has no branches: --all saves a session");
        return Err(error.word(file).help("name it NAME.yaml, or leave out --all"));
    }
    let text = if script {
        saved::script(journal)
    } else {
        let tree = session.tree();
        let written = if all { saved::with_branches(tree) } else { saved::session(journal) };
        written.map_err(|fault| {
            Error::failed(fault.message).help("`save --script FILE` writes a script of any length")
        })?
    };
    if file == "-" {
        // JSON output is one line, and the session is a text in it.
        if out.is_json() {
            out.data("text", &text);
        } else {
            out.write(&text);
        }
        return Ok(());
    }
    file::write(file, &text).map_err(|error| error.word(file))?;
    let tree = session.tree();
    let count = match (script, all) {
        (true, _) => journal.actions().len(),
        (false, false) => journal.commands().count(),
        (false, true) => tree.branches().map(|branch| tree.own_commands(branch).count()).sum(),
    };
    let moves = view::counted(count as u64, "move");
    let branches = match tree.branches().count() as u64 {
        1 => "one branch".to_owned(),
        branches => format!("{branches} branches"),
    };
    let of = if all { format!(" of {branches}") } else { String::new() };
    out.remark(&format!("saved {moves}{of} to {file}").into());
    out.hint(match script {
        true => format!("`source {file}` runs it"),
        false => {
            format!("`load {file}` restores it; delete a line first to see what happens without it")
        }
    });
    Ok(())
}

/// Refuses a name by which no command would take the file for what it is.
fn check_name(named: Option<FileKind>, script: bool, file: &str) -> Result<(), Error> {
    let (what, name) = match named {
        Some(FileKind::Settings) if script => ("a script", "NAME.raft"),
        Some(FileKind::Tutorial) if script => ("a script", "NAME.raft"),
        Some(FileKind::Tutorial) => ("a session", "NAME.yaml"),
        _ => return Ok(()),
    };
    let message = format!("{what} cannot be named {}: no command would take it", shown(file));
    let error = Error::usage(message).word(file).help(format!("name it {name}"));
    Err(match named {
        Some(FileKind::Tutorial) => error.help("`raftsh record FILE.md` writes a tutorial"),
        _ => error,
    })
}

fn load(
    keep_going: bool,
    file: &str,
    grammar: &Grammar,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let (name, text) = if file == "-" {
        session.may_read_stdin("load").map_err(|error| error.word(file))?;
        out.flush();
        ("<stdin>", file::read_stdin(saved::MAX_BYTES))
    } else {
        (file, file::read(file, saved::MAX_BYTES))
    };
    let text = text.map_err(|error| error.word(file))?;
    let read = saved::read(&text).map_err(|fault| {
        let error = file::fault(name, fault).word(file);
        match FileKind::of(Path::new(file), text.as_bytes()) {
            Some(FileKind::Session) => error,
            Some(kind) => error.help(kind.taken_by(file)),
            None if file == "-" => error,
            None => error.help("`source FILE` runs a script"),
        }
    })?;
    let loaded = replay(&read, grammar, keep_going, out)
        .map_err(|LoadError { error, line }| blame(*error, name, file, line))?;
    let Loaded { session: loaded_session, skipped, edited } = loaded;
    session.replace(loaded_session);
    let branches = read.tree.iter().flat_map(|tree| &tree.branches);
    let lines = read.moves.len() + branches.map(|branch| branch.moves.len()).sum::<usize>();
    let made = lines - skipped.len();
    let mut text =
        Text::new().plain(format!("loaded {} from {name}; ", view::counted(made as u64, "move")));
    text.0.extend(tables::summary(session.world()).0);
    out.remark(&text.into());
    out.data("moves", &made);
    tell_skipped(&skipped, out);
    out.data("edited", &edited);
    if edited {
        let text =
            "the session ends differently than when it was saved: edited, or another version";
        out.remark(&text.into());
    }
    out.hint("`history` shows what happened, `status` shows where the cluster stands");
    Ok(())
}

/// A replayed session, and the commands of its file that failed and were skipped.
struct Loaded<'a> {
    session: Session,
    skipped: Vec<SkippedCommand<'a>>,
    /// Whether a branch ends, or a moment is, other than when the session was saved.
    edited: bool,
}

/// A command that failed and was skipped.
#[derive(Serialize)]
struct SkippedCommand<'a> {
    line: usize,
    r#move: &'a str,
    why: String,
}

/// The most skipped commands that are listed.
const MAX_SKIPPED_SHOWN: usize = 20;

fn tell_skipped(skipped: &[SkippedCommand<'_>], out: &mut Output) {
    out.data("skipped", &skipped);
    for SkippedCommand { line, r#move, why } in skipped.iter().take(MAX_SKIPPED_SHOWN) {
        let text = diagnostic::shorten(r#move, 80);
        out.remark(&format!("skipped line {line}, {text}: {why}").into());
    }
    if skipped.len() > MAX_SKIPPED_SHOWN {
        out.remark(&format!("and {} more", skipped.len() - MAX_SKIPPED_SHOWN).into());
    }
}

/// Runs the commands of the file on a fresh session.
fn replay<'a>(
    read: &'a Read,
    grammar: &Grammar,
    keep_going: bool,
    out: &mut Output,
) -> Result<Loaded<'a>, LoadError> {
    let Read { nodes, seed, mut settings, .. } = *read;
    if !read.engines.is_empty() {
        settings.engines =
            engines::lineup(&read.engines, &read.folder, nodes).map_err(LoadError::whole)?;
    }
    let session = Session::new(Start { nodes, seed, settings });
    let mut loaded = Loaded { session, skipped: Vec::new(), edited: false };
    loaded.run(&read.moves, read.typed, grammar, keep_going, out)?;
    let differs = |session: &Session, end: &EndState| *end != EndState::of(session.journal());
    loaded.edited = read.end.as_ref().is_some_and(|end| differs(&loaded.session, end));
    let Some(tree) = &read.tree else { return Ok(loaded) };
    let of_file =
        |fault: Fault| LoadError { error: Box::new(Error::usage(fault.message)), line: fault.line };
    load_tree::begin(tree, &mut loaded.session).map_err(of_file)?;
    for branch in &tree.branches {
        out.check_stop().map_err(LoadError::whole)?;
        loaded.edited |= load_tree::begin_branch(branch, &mut loaded.session).map_err(of_file)?;
        loaded.run(&branch.moves, true, grammar, keep_going, out)?;
        loaded.edited |= branch.end.as_ref().is_some_and(|end| differs(&loaded.session, end));
    }
    for mark in &tree.marks {
        out.check_stop().map_err(LoadError::whole)?;
        loaded.edited |= load_tree::set_mark(mark, &mut loaded.session).map_err(of_file)?;
    }
    for caption in &tree.captions {
        out.check_stop().map_err(LoadError::whole)?;
        loaded.edited |= load_tree::say(caption, &mut loaded.session).map_err(of_file)?;
    }
    loaded.edited |= load_tree::end(tree, &mut loaded.session).map_err(of_file)?;
    Ok(loaded)
}

impl<'a> Loaded<'a> {
    /// Runs commands of the file.
    fn run(
        &mut self,
        moves: &'a [Line],
        typed: bool,
        grammar: &Grammar,
        keep_going: bool,
        out: &mut Output,
    ) -> Result<(), LoadError> {
        let session = &mut self.session;
        for line in moves {
            out.check_stop().map_err(LoadError::whole)?;
            let before = keep_going.then(|| session.checkpoint());
            let activity = format!("line {} of the session", line.line);
            let made = out.muted(activity, |out| match typed {
                true => run_again(line, grammar, session, out),
                false => read_move(line, grammar, session)
                    .and_then(|action| session.act_watched(action, || out.check_stop())),
            });
            match (made, before) {
                (Err(error), Some(before)) if error.status.can_be_expected() => {
                    session.restore(before);
                    self.skipped.push(SkippedCommand {
                        line: line.line,
                        r#move: &line.text,
                        why: error.message,
                    });
                }
                (made, _) => made.map_err(|error| LoadError::of_line(error, line))?,
            }
        }
        Ok(())
    }
}

/// Runs the command of a line. A command that was cut short when it was saved runs as far as it got
/// then.
fn run_again(
    line: &Line,
    grammar: &Grammar,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let statement = only_statement(line)?;
    let command = grammar.read(&statement)?.command;
    if !command.moves() {
        let message = format!("{} is not allowed in a saved session", shown(statement.source()));
        return Err(Error::usage(message)
            .help("it holds commands that change the cluster: run 2s, put n1 x=5, kill n2"));
    }
    let begun_us = session.world().now_us();
    session.begin_command(line.extent.map(|extent| extent.steps));
    let ran = command.run(grammar, session, out);
    let is_at_limit = session.is_at_limit();
    if let Some(extent) = line.extent {
        // In an edited file an event may be due before that moment: then no more time passes.
        let _ = session.wait_until(begun_us.saturating_add(extent.us));
    }
    session.end_command(statement.source(), &ran);
    match ran {
        // A command that was cut short may fail because it did not finish. It did not finish then
        // either.
        Err(error) if is_at_limit && error.status != Status::Interrupted => Ok(()),
        Err(error) if statement.negated && error.status.can_be_expected() => Ok(()),
        Ok(()) if statement.negated => Err(diagnostic::unexpected_success(&statement)),
        ran => ran,
    }
}

/// The move that a line of a session of version 1 makes on the present cluster.
fn read_move(line: &Line, grammar: &Grammar, session: &Session) -> Result<Action, Error> {
    let statement = only_statement(line)?;
    let action =
        if statement.negated { None } else { grammar.read(&statement)?.command.action(session)? };
    action.ok_or_else(|| {
        Error::usage(format!("{} is not a single move", shown(statement.source())))
            .help("in version 1 a saved session holds single moves: step 5, put n1 x=5, kill n2")
    })
}

/// The command of a line, which must hold nothing else.
fn only_statement(line: &Line) -> Result<Statement, Error> {
    let place = SourcePlace { source: None, line: line.line as u64 };
    let nodes = Builder::default().feed(&place, &line.text).map_err(|failure| *failure.error)?;
    let length = |statement: &Statement| statement.source().len() + usize::from(statement.negated);
    match <[Node; 1]>::try_from(nodes) {
        Ok([Node::Command(statement)]) if length(&statement) == line.text.trim().len() => {
            Ok(statement)
        }
        _ => Err(Error::usage(format!("{} must be a single command", shown(&line.text)))),
    }
}

/// Why a file cannot be loaded.
struct LoadError {
    error: Box<Error>,
    /// The line of the file that it is about, counted from 1.
    line: Option<usize>,
}

impl LoadError {
    /// An error that is about no line.
    fn whole(error: Error) -> LoadError {
        LoadError { error: Box::new(error), line: None }
    }

    /// The error of a command of the file.
    fn of_line(mut error: Error, line: &Line) -> LoadError {
        error.help.insert(0, format!("the line is: {}", diagnostic::shorten(&line.text, 80)));
        LoadError { error: Box::new(error), line: Some(line.line) }
    }
}

/// Turns an error of a command into one about its line of the file.
fn blame(error: Error, name: &str, file: &str, line: Option<usize>) -> Error {
    let Some(line) = line.filter(|_| error.status != Status::Interrupted) else { return error };
    let mut told = Error::new(error.status, format!("{name}:{line}: {}", error.message)).word(file);
    told.help = error.help;
    if error.status.can_be_expected() {
        told.help.push("`load --keep-going FILE` skips such lines".to_owned());
    }
    told.help.push("the present cluster has not changed".to_owned());
    told
}
