//! Commands as moves: what a line of a saved session means.
//!
//! Most commands that change a cluster are one move, and some are many (`run until leader`) or none (`status`). Which nodes
//! and messages are meant is found out against the cluster as it is, as at the prompt.

use super::Command;
use super::client::Client;
use super::cluster::Cluster;
use super::disk::{Access, Disk};
use super::link::{self, Link};
use super::message::Message;
use super::node::Node;
use super::time::{Goal, Time};
use crate::kv;
use crate::shell::error::Error;
use crate::shell::select::Selection;
use crate::shell::session::Session;
use crate::sim::{Action, Preload, Setting, Ways};

impl Command {
    /// The one move that the command is; `None` if it is none, or many.
    ///
    /// # Errors
    /// If it names nodes or messages that do not exist.
    pub fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        match self {
            Command::Cluster(command) => cluster(command, session),
            Command::Client(command) => client(command, session),
            Command::Node(command) => node(command, session).map(Some),
            Command::Link(command) => link(command, session).map(Some),
            Command::Disk(command) => disk(command, session).map(Some),
            Command::Message(command) => message(command, session),
            Command::Time(Time::Step { count }) => Ok(Some(Action::Step(*count))),
            Command::Time(Time::Run { goal: Some(Goal::For(duration_us)), .. }) => {
                Ok(Some(Action::Wait(*duration_us)))
            }
            Command::Time(Time::Run { .. })
            | Command::Saved(_)
            | Command::Look(_)
            | Command::Check(_)
            | Command::Shell(_) => Ok(None),
        }
    }
}

fn cluster(command: &Cluster, session: &Session) -> Result<Option<Action>, Error> {
    Ok(match command {
        Cluster::Preload { node, terms, term, vote } => Some(Action::Preload(Preload {
            node: session.one(node)?,
            terms: terms.0.clone(),
            term: *term,
            vote: vote.as_ref().map(|vote| session.one(vote)).transpose()?,
        })),
        Cluster::Set { setting, .. } => setting.map(Action::Set),
        Cluster::Begin { .. } | Cluster::Settings => None,
    })
}

fn client(command: &Client, session: &Session) -> Result<Option<Action>, Error> {
    let (node, wait, command) = match command.clone() {
        Client::Put { node, assignment: (key, value), wait } => (node, wait, kv::Command::Put { key, value }),
        Client::Get { node, key, wait } => (node, wait, kv::Command::Get { key }),
        Client::Del { node, key, wait } => (node, wait, kv::Command::Del { key }),
        Client::Cas { node, key, old, new, wait, absent } => {
            let old = (!absent).then_some(old);
            (node, wait, kv::Command::Cas { key, old, new })
        }
        Client::Ops { .. } => return Ok(None),
    };
    if wait.within_us.is_some() {
        return Ok(None);
    }
    Ok(Some(Action::Invoke(session.one(&node)?, command)))
}

fn node(command: &Node, session: &Session) -> Result<Action, Error> {
    Ok(match command {
        Node::Kill { nodes } => Action::Kill(session.nodes(nodes)?),
        Node::Restart { nodes } => Action::Restart(session.nodes(nodes)?),
        Node::Pause { nodes } => Action::Pause(session.nodes(nodes)?),
        Node::Resume { nodes } => Action::Resume(session.nodes(nodes)?),
        Node::Timeout { nodes } => Action::Timeout(session.nodes(nodes)?),
        Node::Tick { nodes } => Action::Tick(session.nodes(nodes)?),
    })
}

fn link(command: &Link, session: &Session) -> Result<Action, Error> {
    let ends =
        |from: &Option<Selection>, to: &Option<Selection>| link::ends(from.clone(), to.clone(), session);
    Ok(match command {
        Link::Cut { from, to, one_way } => {
            let ways = if *one_way { Ways::OneWay } else { Ways::Both };
            Action::Cut(session.nodes(from)?, session.nodes(to)?, ways)
        }
        Link::Heal { from: Some(from), to: Some(to) } => {
            Action::Heal(session.nodes(from)?, session.nodes(to)?)
        }
        Link::Heal { .. } => Action::HealAll,
        Link::Isolate { nodes } => Action::Isolate(session.nodes(nodes)?),
        Link::Partition { groups, .. } => {
            Action::Partition(groups.iter().map(|group| session.nodes(group)).collect::<Result<_, _>>()?)
        }
        Link::Delay { from, to, delay_us } => {
            Action::Delay(session.nodes(from)?, session.nodes(to)?, *delay_us)
        }
        Link::Loss { ppm, from: Some(from), to: Some(to) } => {
            Action::LinkLoss(session.nodes(from)?, session.nodes(to)?, *ppm)
        }
        Link::Loss { ppm, .. } => Action::Set(Setting::Loss(*ppm)),
        Link::Duplicate { ppm, from: Some(from), to: Some(to) } => {
            Action::LinkDuplicate(session.nodes(from)?, session.nodes(to)?, *ppm)
        }
        Link::Duplicate { ppm, .. } => Action::Set(Setting::Duplicate(*ppm)),
        Link::Hold { from, to } => {
            let (from, to) = ends(from, to)?;
            Action::Hold(from, to)
        }
        Link::Release { from, to } => {
            let (from, to) = ends(from, to)?;
            Action::Release(from, to)
        }
    })
}

fn disk(command: &Disk, session: &Session) -> Result<Action, Error> {
    Ok(match command {
        Disk::Corrupt { nodes } => Action::Corrupt(session.nodes(nodes)?),
        Disk::Disk { what: Access::Cut { nodes } } => Action::CutDisk(session.nodes(nodes)?),
        Disk::Disk { what: Access::Restore { nodes } } => Action::RestoreDisk(session.nodes(nodes)?),
    })
}

fn message(command: &Message, session: &Session) -> Result<Option<Action>, Error> {
    let some = |messages: Vec<_>| Some(messages).filter(|messages| !messages.is_empty());
    Ok(match command {
        Message::Deliver(choice) => some(choice.resolve("deliver", session)?).map(Action::Deliver),
        Message::Drop(choice) => some(choice.resolve("drop", session)?).map(Action::Drop),
        Message::Dup(choice) => some(choice.resolve("dup", session)?).map(Action::Dup),
        Message::Settle { nodes } => {
            Some(Action::Settle(nodes.as_ref().map(|nodes| session.nodes(nodes)).transpose()?))
        }
        Message::Messages { .. } => None,
    })
}
