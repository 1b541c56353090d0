//! All commands: the families joined, and the dispatch to each of them.

use clap::Subcommand;

use super::branch::Branching;
use super::breaks::Breaks;
use super::cluster::Cluster;
use super::disk::{Disk, DiskCommand};
use super::engine::Engine;
use super::export::Pictures;
use super::grammar::Grammar;
use super::hunt::Search;
use super::measure::Measuring;
use super::member::Member;
use super::mend::Mend;
use super::message::Message;
use super::snapshot::Snapshots;
use super::time::Time;
use super::transfer::Transfer;
use super::travel::Travel;
use super::why::Why;
use super::{check, client, flaw, link, load, look, node, saved, shell};
use crate::console::Output;
use crate::language::{Error, Statement};
use crate::session::Session;
use crate::sim::Action;

/// The most events in the JSON answer of a command that lets time pass.
const LATEST: usize = 1_000;

/// Any command.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Clusters: starting and configuring them.
    #[command(flatten)]
    Cluster(Cluster),
    /// Requests of clients.
    #[command(flatten)]
    Client(client::Client),
    /// Clients in the background.
    #[command(flatten)]
    Load(load::Load),
    /// Nodes: stopping and starting them, and firing their timers.
    #[command(flatten)]
    Node(node::Node),
    /// Members of the cluster.
    #[command(flatten)]
    Member(Member),
    /// Snapshots of the state machine.
    #[command(flatten)]
    Snapshots(Snapshots),
    /// Leadership: handing it over.
    #[command(flatten)]
    Transfer(Transfer),
    /// Engines: other people's Raft.
    #[command(flatten)]
    Engine(Engine),
    /// Links: cutting, restoring and disturbing them.
    #[command(flatten)]
    Link(link::Link),
    /// Disks: breaking, repairing and inspecting them.
    #[command(flatten)]
    Disk(Disk),
    /// Messages in flight.
    #[command(flatten)]
    Message(Message),
    /// Time: steps and runs.
    #[command(flatten)]
    Time(Time),
    /// Other moments and branches.
    #[command(flatten)]
    Travel(Travel),
    /// Branches, and when a condition held.
    #[command(flatten)]
    Branch(Branching),
    /// Breakpoints and watched values.
    #[command(flatten)]
    Breaks(Breaks),
    /// The end of all faults.
    #[command(flatten)]
    Mend(Mend),
    /// Storms over other clusters.
    #[command(flatten)]
    Search(Search),
    /// Measuring in virtual time.
    #[command(flatten)]
    Measure(Measuring),
    /// Tables of the state, and the history.
    #[command(flatten)]
    Look(look::Look),
    /// Explanations.
    #[command(flatten)]
    Why(Why),
    /// Checks.
    #[command(flatten)]
    Check(check::Check),
    /// Flaws.
    #[command(flatten)]
    Flaw(flaw::Flaw),
    /// Saved sessions.
    #[command(flatten)]
    Saved(saved::Saved),
    /// Pictures of the session.
    #[command(flatten)]
    Pictures(Pictures),
    /// The shell itself.
    #[command(flatten)]
    Shell(shell::Shell),
}

impl Command {
    /// How many of its events its JSON answer shows at most: the latest ones if it lets time pass,
    /// and all if it does not. `None` if it only looks, replaces the cluster or switches a flaw.
    pub fn events_shown(&self) -> Option<usize> {
        match self {
            Command::Time(time) if time.shows_all() => Some(usize::MAX),
            Command::Time(Time::Run { .. }) | Command::Message(Message::Settle { .. }) => {
                Some(LATEST)
            }
            Command::Client(client) => {
                client.waits().map(|waits| if waits { LATEST } else { usize::MAX })
            }
            Command::Mend(_) | Command::Breaks(Breaks::Continue) => Some(LATEST),
            Command::Transfer(transfer) => Some(if transfer.waits() { LATEST } else { usize::MAX }),
            Command::Member(member) if member.waits() => Some(LATEST),
            Command::Flaw(_) => None,
            Command::Cluster(Cluster::Set { .. }) => Some(usize::MAX),
            _ => self.moves().then_some(usize::MAX),
        }
    }

    /// Whether it may change the present cluster. A saved session consists of such commands.
    pub fn moves(&self) -> bool {
        match self {
            Command::Cluster(cluster) => cluster.moves(),
            Command::Client(client) => client.waits().is_some(),
            Command::Load(load) => load.action().is_some(),
            Command::Member(member) => member.moves(),
            Command::Disk(disk) => !matches!(disk, Disk::Disk { what: DiskCommand::Show { .. } }),
            Command::Message(message) => !matches!(message, Message::Messages { .. }),
            Command::Flaw(flaw) => flaw.action().is_some(),
            Command::Node(_)
            | Command::Snapshots(_)
            | Command::Transfer(_)
            | Command::Link(_)
            | Command::Time(_)
            | Command::Mend(_) => true,
            Command::Breaks(breaks) => matches!(breaks, Breaks::Continue),
            Command::Search(search) => search.moves(),
            Command::Travel(_)
            | Command::Branch(_)
            | Command::Measure(_)
            | Command::Look(_)
            | Command::Why(_)
            | Command::Engine(_)
            | Command::Check(_)
            | Command::Saved(_)
            | Command::Pictures(_)
            | Command::Shell(_) => false,
        }
    }

    /// A script that is run first, on a cluster of its own, on which the command then acts.
    pub fn script(&self) -> Option<&str> {
        match self {
            Command::Search(search) => search.script(),
            _ => None,
        }
    }

    /// Whether it lets time pass, so that an empty line at the prompt repeats it.
    pub fn steps(&self) -> bool {
        match self {
            Command::Travel(travel) => travel.steps(),
            Command::Breaks(breaks) => matches!(breaks, Breaks::Continue),
            command => matches!(command, Command::Time(_)),
        }
    }

    /// Reads the words that clap collected and cannot read itself.
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        match self {
            Command::Cluster(cluster) => cluster.check(),
            Command::Client(client) => client.refine(statement),
            Command::Link(link) => link.check(),
            Command::Load(load) => load.check(),
            Command::Message(message) => message.check(),
            Command::Time(time) => time.refine(statement),
            Command::Travel(travel) => travel.refine(statement),
            Command::Branch(branch) => branch.refine(statement),
            Command::Breaks(breaks) => breaks.refine(statement),
            Command::Mend(mend) => mend.refine(statement),
            Command::Measure(measure) => measure.refine(statement),
            Command::Search(search) => search.refine(statement),
            Command::Check(check) => check.refine(statement),
            Command::Why(why) => why.refine(statement),
            Command::Pictures(pictures) => pictures.check(),
            Command::Shell(shell) => shell.refine(statement),
            _ => Ok(()),
        }
    }

    /// The single move that the command makes; `None` if it makes none (`status`), or many (`run
    /// until leader`). The nodes and messages that it names are looked up in the present cluster.
    ///
    /// # Errors
    /// If it names nodes or messages that do not exist.
    pub fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        match self {
            Command::Cluster(command) => command.action(session),
            Command::Client(command) => command.action(session),
            Command::Node(command) => command.action(session).map(Some),
            Command::Member(command) => command.action(session),
            Command::Snapshots(command) => command.action(session).map(Some),
            Command::Transfer(command) => command.action(session),
            Command::Link(command) => command.action(session).map(Some),
            Command::Disk(command) => command.action(session),
            Command::Message(command) => command.action(session),
            Command::Time(command) => Ok(command.action()),
            Command::Mend(command) => Ok(command.action()),
            Command::Flaw(command) => Ok(command.action()),
            Command::Load(command) => Ok(command.action()),
            Command::Travel(_)
            | Command::Branch(_)
            | Command::Breaks(_)
            | Command::Saved(_)
            | Command::Pictures(_)
            | Command::Search(_)
            | Command::Measure(_)
            | Command::Look(_)
            | Command::Why(_)
            | Command::Engine(_)
            | Command::Check(_)
            | Command::Shell(_) => Ok(None),
        }
    }

    /// Whether it is an `expect` that asserts a violation.
    pub fn expects_violation(&self) -> bool {
        matches!(self, Command::Check(check) if check.expects_violation())
    }

    /// Carries the command out.
    ///
    /// # Errors
    /// If the cluster is not in a state for it, or if what it expects or waits for does not hold.
    /// Nothing has changed then, except that time may have passed and requests may have been sent.
    pub fn run(
        self,
        grammar: &Grammar,
        session: &mut Session,
        out: &mut Output,
    ) -> Result<(), Error> {
        match self {
            Command::Cluster(command) => command.run(session, out),
            Command::Client(command) => command.run(session, out),
            Command::Load(command) => command.run(session, out),
            Command::Node(command) => command.run(session, out),
            Command::Member(command) => command.run(session, out),
            Command::Snapshots(command) => command.run(session, out),
            Command::Transfer(command) => command.run(session, out),
            Command::Engine(command) => command.run(session, out),
            Command::Link(command) => command.run(session, out),
            Command::Disk(command) => command.run(session, out),
            Command::Message(command) => command.run(session, out),
            Command::Time(command) => command.run(session, out),
            Command::Travel(command) => command.run(session, out),
            Command::Branch(command) => command.run(session, out),
            Command::Breaks(command) => command.run(session, out),
            Command::Mend(command) => command.run(session, out),
            Command::Search(command) => command.run(session, out),
            Command::Measure(command) => command.run(session, out),
            Command::Look(command) => command.run(session, out),
            Command::Check(command) => command.run(session, out),
            Command::Why(command) => command.run(session, out),
            Command::Flaw(command) => command.run(session, out),
            Command::Saved(command) => command.run(grammar, session, out),
            Command::Pictures(command) => command.run(session, out),
            Command::Shell(command) => command.run(grammar, session, out),
        }
    }
}
