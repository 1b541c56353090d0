//! `member`, `members` and `boot`: the members of the cluster, and further nodes.

use clap::{Args, Subcommand};

use super::client::{self, Wait};
use super::shared::format;
use crate::check::selector::Selector;
use crate::console::Output;
use crate::language::{Error, Selection};
use crate::quantity;
use crate::raft::{Change, MAX_NODES, NodeId, NodeSet};
use crate::session::Session;
use crate::sim::Action;
use crate::view::{json, members};

/// Commands that change the members of the cluster, and show them.
#[derive(Clone, Debug, Subcommand)]
pub enum Member {
    /// Change the members of the cluster: add, promote, remove, set, leave
    ///
    /// A change is an entry in the leader's log, and a request like a put: `ops` lists it. Each
    /// node uses the latest configuration in its log, committed or not. One change is made at a
    /// time, and a leader refuses changes until it has committed an entry of its own term.
    /// `help membership` explains all this.
    #[command(
        name = "member",
        subcommand_required = true,
        after_help = "cluster 3 --spare 2; set noop on; run until leader; put x=5 --wait; member add n4 --wait\n\
            member remove n2\nmember set n1,n4,n5 --wait"
    )]
    Change {
        /// The change
        #[command(subcommand)]
        what: MemberCommand,
    },
    /// Show which configuration each node uses
    ///
    /// The voters, the outgoing voters while one set of voters replaces another, and the learners;
    /// the entry that set the configuration, and whether the node knows it to be committed. A spare
    /// has no configuration.
    #[command(arg = format(), after_help = "members\nmembers n1,n4")]
    Members {
        /// The nodes to show; without it, all
        nodes: Option<Selection>,
    },
    /// Start further nodes, with empty disks and in no configuration
    ///
    /// Such a spare answers other nodes, and never campaigns until the log of a leader makes it a
    /// voter: `member add`. `cluster 3 --spare 2` starts a cluster with two spares.
    #[command(after_help = "boot\nboot 2")]
    Boot {
        /// How many; without it, one
        #[arg(value_name = "N", value_parser = more, allow_hyphen_values = true)]
        count: Option<usize>,
    },
}

/// A change to the members.
#[derive(Clone, Debug, Subcommand)]
pub enum MemberCommand {
    /// Make a node a voter, or a learner, which is sent entries but has no vote
    Add {
        /// The node
        node: Selection,
        /// Make it a learner
        #[arg(long)]
        learner: bool,
        #[command(flatten)]
        asking: Asking,
    },
    /// Make a learner a voter
    Promote {
        /// The learner
        node: Selection,
        #[command(flatten)]
        asking: Asking,
    },
    /// Remove a voter or learner
    ///
    /// A leader that is removed leads until that is committed, without counting itself, and steps
    /// down then. A removed node that is not told campaigns again: kill it.
    Remove {
        /// The member
        node: Selection,
        #[command(flatten)]
        asking: Asking,
    },
    /// Replace the voters by way of a joint configuration
    ///
    /// While both sets of voters count, every decision needs a majority of each (joint consensus,
    /// §6). The leader ends that as soon as it is committed.
    Set {
        /// The new voters
        #[arg(value_name = "NODES")]
        voters: Selection,
        /// The new learners, or none; without it, the learners stay
        #[arg(long, value_name = "NODES|none", value_parser = learners)]
        learners: Option<NewLearners>,
        /// Keep both sets of voters until `member leave`
        #[arg(long)]
        stay: bool,
        #[command(flatten)]
        asking: Asking,
    },
    /// End a joint configuration that `--stay` keeps
    Leave(Asking),
}

/// The learners that are set.
#[derive(Clone, Debug)]
pub enum NewLearners {
    /// No node.
    None,
    /// These nodes.
    Nodes(Selection),
}

fn learners(text: &str) -> Result<NewLearners, String> {
    match text {
        "none" => Ok(NewLearners::None),
        text => text.parse().map(NewLearners::Nodes),
    }
}

/// Who is asked, and whether the command waits for the outcome.
#[derive(Args, Clone, Debug)]
pub struct Asking {
    /// The node that is asked; without it, the leader
    #[arg(long, value_name = "NODE")]
    at: Option<Selection>,
    #[command(flatten)]
    wait: Wait,
}

/// Reads how many nodes are started.
fn more(text: &str) -> Result<usize, String> {
    match usize::try_from(quantity::count(text)?) {
        Ok(count @ 1..) if count < usize::from(MAX_NODES) => Ok(count),
        _ => Err(format!("a cluster has at most {MAX_NODES} nodes")),
    }
}

impl MemberCommand {
    fn asking(&self) -> &Asking {
        match self {
            MemberCommand::Add { asking, .. }
            | MemberCommand::Promote { asking, .. }
            | MemberCommand::Remove { asking, .. }
            | MemberCommand::Set { asking, .. }
            | MemberCommand::Leave(asking) => asking,
        }
    }

    fn change(&self, session: &Session) -> Result<Change, Error> {
        Ok(match self {
            MemberCommand::Add { node, learner: false, .. } => Change::Add(session.one(node)?),
            MemberCommand::Add { node, .. } => Change::AddLearner(session.one(node)?),
            MemberCommand::Promote { node, .. } => Change::Promote(session.one(node)?),
            MemberCommand::Remove { node, .. } => Change::Remove(session.one(node)?),
            MemberCommand::Set { voters, learners, stay, .. } => Change::Set {
                voters: session.nodes(voters)?,
                learners: match learners {
                    None => None,
                    Some(NewLearners::None) => Some(NodeSet::EMPTY),
                    Some(NewLearners::Nodes(nodes)) => Some(session.nodes(nodes)?),
                },
                stay: *stay,
            },
            MemberCommand::Leave(_) => Change::Leave,
        })
    }
}

impl Member {
    /// Whether it may change the cluster.
    pub(super) fn moves(&self) -> bool {
        !matches!(self, Member::Members { .. })
    }

    /// Whether it waits for an outcome.
    pub(super) fn waits(&self) -> bool {
        matches!(self, Member::Change { what } if what.asking().wait.within_us.is_some())
    }

    /// The single move that it makes, if it makes one.
    pub(super) fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        match self {
            _ if self.waits() => Ok(None),
            Member::Change { .. } => self.first_move(session),
            Member::Boot { count } => Ok(Some(Action::Boot(count.unwrap_or(1)))),
            Member::Members { .. } => Ok(None),
        }
    }

    /// The move with which it begins, whether it waits or not.
    pub(super) fn first_move(&self, session: &Session) -> Result<Option<Action>, Error> {
        let Member::Change { what } = self else { return self.action(session) };
        let change = what.change(session)?;
        Ok(Some(Action::Member(asked(what, session)?, change)))
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Member::Change { what } => {
                let action = Action::Member(asked(&what, session)?, what.change(session)?);
                client::send_change(action, what.asking().wait, session, out)
            }
            Member::Members { nodes } => {
                let nodes = session.nodes_or_all(nodes.as_ref())?;
                let world = session.world();
                out.show(
                    || members::table_of(world, nodes),
                    "nodes",
                    || json::members(world, nodes),
                );
                Ok(())
            }
            Member::Boot { count } => boot(count.unwrap_or(1), session, out),
        }
    }
}

/// The node that is asked for a change.
fn asked(what: &MemberCommand, session: &Session) -> Result<NodeId, Error> {
    let leader = || Selection { parts: vec![Selector::Leader], text: "leader".to_owned() };
    match &what.asking().at {
        Some(node) => session.one(node),
        None => session.one(&leader()),
    }
}

/// Starts further nodes.
pub(super) fn boot(count: usize, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let booted = session.act(Action::Boot(count))?.nodes;
    let names: Vec<String> = booted.iter().map(|node| node.to_string()).collect();
    out.data("booted", &names);
    let (are, disks) = match booted.len() {
        1 => ("starts", "an empty disk"),
        _ => ("start", "empty disks"),
    };
    let text = format!("{} {are} with {disks}, in no configuration", booted);
    out.remark(&text.into());
    let takes = |node| session.world().takes_change(Change::Add(node));
    match booted.iter().next().filter(|node| takes(*node)) {
        Some(node) => {
            out.hint(format!("`member add {node}` makes {node} a voter, `members` shows all"))
        }
        None => out.hint("`members` shows which configuration each node uses"),
    }
    Ok(())
}
