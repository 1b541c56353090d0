//! The commands: a file a family, and in each file the grammar, the help and the deed of every command.
//!
//! A statement becomes a [`Command`] in two steps: clap reads the words by the definitions here, from which help and
//! suggestions come as well; what clap has no notion of (conditions, `partition A | B`) is then read from the words that
//! it collected. Neither step looks at a cluster, so a script can be checked without one. [`Command::run`] does the rest.
//!
//! Adding a command: a variant with its doc comment and examples in its family, and an arm in the family's `run`; if it is
//! a move, an arm in the family's `action` as well, from which `run` and saved sessions take it.

mod check;
mod client;
mod cluster;
mod disk;
mod flaw;
mod grammar;
mod history;
mod link;
mod look;
mod message;
mod node;
mod outlook;
mod saved;
mod shell;
mod time;

use clap::Subcommand;

use super::error::Error;
use super::output::Output;
use super::session::Session;
use super::statement::Statement;
use crate::raft::NodeSet;
use crate::sim::{Action, Applied};
use crate::view::event;

pub use grammar::{Grammar, LOOKING, Reading};
pub use outlook::{Outlook, Slot, value_name};

/// Any command.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Making and setting up clusters.
    #[command(flatten)]
    Cluster(cluster::Cluster),
    /// Clients' requests.
    #[command(flatten)]
    Client(client::Client),
    /// Breaking and mending nodes.
    #[command(flatten)]
    Node(node::Node),
    /// Breaking and mending links.
    #[command(flatten)]
    Link(link::Link),
    /// Breaking and mending disks.
    #[command(flatten)]
    Disk(disk::Disk),
    /// Messages by hand.
    #[command(flatten)]
    Message(message::Message),
    /// Letting time pass.
    #[command(flatten)]
    Time(time::Time),
    /// Looking at what there is and what happened.
    #[command(flatten)]
    Look(look::Look),
    /// Demanding that something is so.
    #[command(flatten)]
    Check(check::Check),
    /// Mistakes.
    #[command(flatten)]
    Flaw(flaw::Flaw),
    /// Saving and loading sessions.
    #[command(flatten)]
    Saved(saved::Saved),
    /// The shell itself.
    #[command(flatten)]
    Shell(shell::Shell),
}

/// Which of the events that a command brings about belong to its answer in JSON.
#[derive(Clone, Copy, Debug)]
pub enum News {
    /// None: it only looks, or begins anew.
    Nothing,
    /// The latest ones: time passes, and much may happen.
    Latest,
    /// All.
    All,
}

impl Command {
    /// Which events its answer in JSON shows.
    pub fn news(&self) -> News {
        match self {
            Command::Look(_)
            | Command::Check(_)
            | Command::Flaw(_)
            | Command::Saved(_)
            | Command::Shell(_) => News::Nothing,
            Command::Cluster(command) => command.news(),
            Command::Client(command) => command.news(),
            Command::Message(command) => command.news(),
            Command::Time(command) => command.news(),
            Command::Disk(command) => command.news(),
            Command::Node(_) | Command::Link(_) => News::All,
        }
    }

    /// Whether it lets time pass: an empty line at the prompt does the same again.
    pub fn steps(&self) -> bool {
        matches!(self, Command::Time(_))
    }

    /// Reads what clap only collected.
    fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        match self {
            Command::Cluster(cluster) => cluster.refine(),
            Command::Client(client) => client.refine(statement),
            Command::Link(link) => link.refine(),
            Command::Message(message) => message.refine(),
            Command::Time(time) => time.refine(statement),
            Command::Check(check) => check.refine(statement),
            _ => Ok(()),
        }
    }

    /// The one move that the command is; `None` if it is none (`status`), or many (`run until leader`). Which nodes and
    /// messages are meant is found out against the cluster as it is.
    ///
    /// # Errors
    /// If it names nodes or messages that do not exist.
    pub fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        match self {
            Command::Cluster(command) => command.action(session),
            Command::Client(command) => command.action(session),
            Command::Node(command) => command.action(session).map(Some),
            Command::Link(command) => command.action(session).map(Some),
            Command::Disk(command) => command.action(session),
            Command::Message(command) => command.action(session),
            Command::Time(command) => Ok(command.action()),
            Command::Flaw(command) => Ok(command.action()),
            Command::Saved(_) | Command::Look(_) | Command::Check(_) | Command::Shell(_) => Ok(None),
        }
    }

    /// Whether it expects a violation.
    pub fn expects_violation(&self) -> bool {
        matches!(self, Command::Check(check) if check.expects_violation())
    }

    /// Does it.
    ///
    /// # Errors
    /// If the cluster is not in a state for it; then nothing has changed.
    pub fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Command::Cluster(command) => command.run(session, out),
            Command::Client(command) => command.run(session, out),
            Command::Node(command) => command.run(session, out),
            Command::Link(command) => command.run(session, out),
            Command::Disk(command) => command.run(session, out),
            Command::Message(command) => command.run(session, out),
            Command::Time(command) => command.run(session, out),
            Command::Look(command) => command.run(session, out),
            Command::Check(command) => command.run(session, out),
            Command::Flaw(command) => command.run(session, out),
            Command::Saved(command) => command.run(session, out),
            Command::Shell(command) => command.run(session, out),
        }
    }
}

/// A condition that ends a statement: its words from this one on.
fn condition(
    statement: &Statement,
    words: std::ops::Range<usize>,
) -> Result<crate::check::condition::Condition, Error> {
    let tokens = statement.tokens.get(words).unwrap_or_default();
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => {
            let (start, end) = (first.span.start, last.span.end);
            super::condition::parse(&statement.text[start..end], start)
        }
        _ => {
            let end = statement.span().end;
            Err(Error::usage("a condition is missing")
                .at(end..end)
                .help("for example: leader, or n1.commit >= 3"))
        }
    }
}

/// Makes a move and shows all that came of it.
fn act_and_show(action: Action, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    session.act(action)?;
    if !out.is_json() {
        out.remark(&event::list(session.world(), session.latest()));
        out.hint("`step` lets the next thing happen, `messages` lists what is in flight");
    }
    Ok(())
}

/// A line for each node: what became of it, or that nothing did.
fn say_nodes(nodes: NodeSet, applied: Applied, changed: &str, unchanged: &str, out: &mut Output) {
    out.data("changed", &applied.changed);
    let reached = if applied.stopped { applied.nodes } else { nodes };
    for node in reached.iter() {
        if applied.nodes.contains(node) {
            out.remark(&format!("{node} {changed}").into());
        } else {
            out.remark(&format!("{node} {unchanged}: nothing changed").into());
        }
    }
}
