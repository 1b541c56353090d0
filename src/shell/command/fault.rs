//! Breaking things, and mending them.

use clap::Subcommand;

use crate::quantity;
use crate::raft::NodeSet;
use crate::shell::error::Error;
use crate::shell::output::Output;
use crate::shell::select::Selection;
use crate::shell::session::Session;
use crate::sim::{Action, Applied, HostState, Setting, Ways};
use crate::view;

use super::cluster;

/// Commands that break and mend nodes, links and disks.
#[derive(Clone, Debug, Subcommand)]
pub enum Fault {
    /// Turn nodes off: memory and whatever was not synced is lost
    #[command(after_help = "kill n2\nkill n1,n3\nkill leader")]
    Kill {
        /// Which
        nodes: Selection,
    },
    /// Start nodes from what their disks hold
    ///
    /// A node that runs is killed first.
    #[command(after_help = "restart n2\nrestart down")]
    Restart {
        /// Which
        nodes: Selection,
    },
    /// Cut network links
    ///
    /// A cut drops what is sent over the link, and what would arrive over it.
    #[command(after_help = "cut n1 n3\ncut n1 n3 --one-way\ncut leader followers")]
    Cut {
        /// From these nodes
        #[arg(value_name = "A")]
        from: Selection,
        /// To these nodes
        #[arg(value_name = "B")]
        to: Selection,
        /// Only the way from A to B
        #[arg(long)]
        one_way: bool,
    },
    /// End cuts: between two nodes, or all
    #[command(after_help = "heal n1 n3\nheal")]
    Heal {
        /// Between these nodes
        #[arg(value_name = "A", requires = "to")]
        from: Option<Selection>,
        /// And these
        #[arg(value_name = "B")]
        to: Option<Selection>,
    },
    /// Cut each of these nodes from every other
    #[command(after_help = "isolate leader\nisolate n4,n5")]
    Isolate {
        /// Which
        nodes: Selection,
    },
    /// Split the cluster into groups that do not reach each other
    ///
    /// Replaces all cuts. A node that is in no group reaches every node.
    #[command(after_help = "partition n1,n2 | n3,n4,n5")]
    Partition {
        /// The groups, `|` between two
        #[arg(value_name = "SET | SET", required = true, num_args = 1..)]
        words: Vec<String>,
        /// The groups, read.
        #[arg(skip)]
        groups: Vec<Selection>,
    },
    /// Lose messages by chance
    ///
    /// The same as `set loss`. 0 ends it.
    #[command(after_help = "loss 10%\nloss 0")]
    Loss {
        /// How likely each message is lost
        #[arg(value_name = "PERCENT", value_parser = quantity::percent, allow_hyphen_values = true)]
        ppm: u32,
    },
    /// Deliver messages twice by chance
    ///
    /// The same as `set duplicate`. 0 ends it. A duplicate is not duplicated again.
    #[command(after_help = "duplicate 25%\nduplicate 0")]
    Duplicate {
        /// How likely each message arrives a second time
        #[arg(value_name = "PERCENT", value_parser = quantity::percent, allow_hyphen_values = true)]
        ppm: u32,
    },
    /// Damage the last entry on a node's disk
    ///
    /// The node notices when it next reads its disk, at a restart, and halts rather than go on wrong. `logs` and `status`
    /// show the damage at once.
    #[command(after_help = "corrupt n4")]
    Corrupt {
        /// Whose
        nodes: Selection,
    },
    /// Cut a node off from its disk, or give it back
    ///
    /// With its disk cut every access fails: the node halts at its next write.
    #[command(subcommand_required = true, after_help = "disk cut leader\ndisk restore n1")]
    Disk {
        /// What to do
        #[command(subcommand)]
        what: Disk,
    },
}

/// What is done to disks.
#[derive(Clone, Debug, Subcommand)]
pub enum Disk {
    /// Every access fails
    Cut {
        /// Whose
        nodes: Selection,
    },
    /// Accesses succeed again
    Restore {
        /// Whose
        nodes: Selection,
    },
}

impl Fault {
    /// Groups are words between bars.
    pub(super) fn refine(&mut self) -> Result<(), Error> {
        let Fault::Partition { words, groups } = self else { return Ok(()) };
        let line = words.join(" ");
        for group in line.split('|') {
            let joined = group.split_whitespace().collect::<Vec<_>>().join(",");
            if joined.is_empty() {
                return Err(Error::usage("a group is empty")
                    .word("|")
                    .help("write partition n1,n2 | n3,n4,n5"));
            }
            groups.push(joined.parse().map_err(|why: String| Error::usage(why).word(group.trim()))?);
        }
        if groups.len() < 2 {
            return Err(
                Error::usage("a partition has two groups or more").help("write partition n1,n2 | n3,n4,n5")
            );
        }
        Ok(())
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Fault::Kill { nodes } => kill(session.nodes(&nodes)?, session, out),
            Fault::Restart { nodes } => restart(session.nodes(&nodes)?, session, out),
            Fault::Cut { from, to, one_way } => {
                let (from, to) = (session.nodes(&from)?, session.nodes(&to)?);
                let ways = if one_way { Ways::OneWay } else { Ways::Both };
                let applied = session.act(Action::Cut(from, to, ways))?;
                let arrow = if one_way { "→" } else { "↔" };
                say_links(&format!("cut {from} {arrow} {to}"), applied, "cut already", out);
                Ok(())
            }
            Fault::Heal { from: Some(from), to: Some(to) } => {
                let (from, to) = (session.nodes(&from)?, session.nodes(&to)?);
                let applied = session.act(Action::Heal(from, to))?;
                say_links(&format!("healed {from} ↔ {to}"), applied, "whole already", out);
                Ok(())
            }
            Fault::Heal { .. } => {
                let applied = session.act(Action::HealAll)?;
                say_links("healed all links", applied, "whole already", out);
                Ok(())
            }
            Fault::Isolate { nodes } => {
                let nodes = session.nodes(&nodes)?;
                let applied = session.act(Action::Isolate(nodes))?;
                say_links(&format!("isolated {nodes}"), applied, "cut already", out);
                Ok(())
            }
            Fault::Partition { groups, .. } => partition(&groups, session, out),
            Fault::Loss { ppm } => cluster::set(Setting::Loss(ppm), session, out),
            Fault::Duplicate { ppm } => cluster::set(Setting::Duplicate(ppm), session, out),
            Fault::Corrupt { nodes } => corrupt(session.nodes(&nodes)?, session, out),
            Fault::Disk { what: Disk::Cut { nodes } } => {
                let nodes = session.nodes(&nodes)?;
                let applied = session.act(Action::CutDisk(nodes))?;
                say_nodes(
                    nodes,
                    applied,
                    "lost access to its disk: it halts at its next write",
                    "has no access already",
                    out,
                );
                Ok(())
            }
            Fault::Disk { what: Disk::Restore { nodes } } => {
                let nodes = session.nodes(&nodes)?;
                let applied = session.act(Action::RestoreDisk(nodes))?;
                say_nodes(nodes, applied, "has access to its disk again", "has access already", out);
                if nodes.iter().any(|node| matches!(session.world().host(node).state, HostState::Halted(_))) {
                    out.hint("a node that halted stays halted: `restart` starts it");
                }
                Ok(())
            }
        }
    }
}

/// A line for each node: what became of it, or that nothing did.
fn say_nodes(nodes: NodeSet, applied: Applied, changed: &str, unchanged: &str, out: &mut Output) {
    for node in nodes.iter() {
        if applied.nodes.contains(node) {
            out.remark(&format!("{node} {changed}").into());
        } else {
            out.remark(&format!("{node} {unchanged}: nothing changed").into());
        }
    }
}

fn say_links(what: &str, applied: Applied, unchanged: &str, out: &mut Output) {
    match applied.links {
        0 => out.remark(&format!("{unchanged}: nothing changed").into()),
        links => {
            let ways = view::counted(links as u64, "link");
            out.remark(&format!("{what} ({ways}, each way counts)").into());
        }
    }
}

fn kill(nodes: NodeSet, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let was: Vec<String> = nodes.iter().map(|node| was(session, node)).collect();
    let applied = session.act(Action::Kill(nodes))?;
    for (node, was) in nodes.iter().zip(was) {
        if applied.nodes.contains(node) {
            let lost = "memory is lost, what its disk holds is kept";
            out.remark(&format!("{node} is down (was {was}): {lost}").into());
        } else {
            out.remark(&format!("{node} is {was} already: nothing changed").into());
        }
    }
    out.hint("`run until leader` lets the others go on, `restart` starts it again");
    Ok(())
}

/// What a node is, for those who will soon be told what it was.
fn was(session: &Session, node: crate::raft::NodeId) -> String {
    let host = session.world().host(node);
    match &host.node {
        Some(node) => format!("{} in term {}", node.role_name(), node.current_term()),
        None => host.state.name().to_owned(),
    }
}

fn restart(nodes: NodeSet, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    session.act(Action::Restart(nodes))?;
    for node in nodes.iter() {
        let host = session.world().host(node);
        let text = match (&host.node, host.state) {
            (Some(raft), _) => {
                let vote = raft.voted_for().map_or("none".to_owned(), |vote| vote.to_string());
                let last = raft.log().last_index();
                format!(
                    "{node} started from its disk: term {}, vote {vote}, log up to {last}",
                    raft.current_term()
                )
            }
            (None, HostState::Halted(fault)) => format!("{node} halted: {fault}"),
            (None, state) => format!("{node} is {}", state.name()),
        };
        out.remark(&text.into());
    }
    Ok(())
}

fn partition(groups: &[Selection], session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let sets = groups.iter().map(|group| session.nodes(group)).collect::<Result<Vec<_>, _>>()?;
    let action = Action::Partition(sets.clone());
    let words = action.to_string();
    let applied = session.act(action)?;
    say_links(&words, applied, "partitioned like that already", out);
    let named = sets.into_iter().fold(NodeSet::EMPTY, NodeSet::union);
    let rest = session.world().nodes().difference(named);
    if !rest.is_empty() {
        out.remark(&format!("in no group, and so in reach of every node: {rest}").into());
    }
    Ok(())
}

fn corrupt(nodes: NodeSet, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let applied = session.act(Action::Corrupt(nodes))?;
    for node in nodes.iter() {
        let number = session.world().host(node).disk.durable().1.len();
        if applied.nodes.contains(node) {
            out.remark(&format!("entry {number} on the disk of {node} is damaged; {node} will notice when it next reads it").into());
        } else {
            out.remark(
                &format!("entry {number} on the disk of {node} is damaged already: nothing changed").into(),
            );
        }
    }
    out.hint("`logs` shows the damage, `restart` makes the node read its disk");
    Ok(())
}
