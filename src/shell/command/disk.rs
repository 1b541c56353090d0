//! Disks: damaging them, and cutting nodes off from them.

use clap::{Args, Subcommand};

use crate::disk::Target;
use crate::quantity;
use crate::raft::NodeSet;
use crate::shell::error::Error;
use crate::shell::output::Output;
use crate::shell::select::Selection;
use crate::shell::session::Session;
use crate::sim::{Action, Applied, HostState};
use crate::view;

/// Commands that break and mend disks.
#[derive(Clone, Debug, Subcommand)]
pub enum Disk {
    /// Damage bytes on a node's disk: its last entry, or what is named
    ///
    /// The node notices when it next reads its disk, at a restart, and halts rather than go on wrong. `logs` and `status`
    /// show the damage at once. What has not been synced yet is not on the disk.
    #[command(after_help = "corrupt n4\ncorrupt n4 --vote\ncorrupt n4 --byte 100")]
    Corrupt {
        /// Whose
        nodes: Selection,
        #[command(flatten)]
        what: What,
    },
    /// Cut a node off from its disk, or give it back
    ///
    /// With its disk cut every access fails: the node halts at its next write.
    #[command(subcommand_required = true, after_help = "disk cut leader\ndisk restore n1")]
    Disk {
        /// What to do
        #[command(subcommand)]
        what: Access,
    },
}

/// Which bytes to damage.
#[derive(Clone, Copy, Debug, Default, Args)]
#[group(multiple = false)]
pub struct What {
    /// The entry at this index
    #[arg(long, value_name = "I", value_parser = index, allow_hyphen_values = true)]
    entry: Option<u32>,
    /// The latest term and vote
    #[arg(long)]
    vote: bool,
    /// The last record, whatever it is
    #[arg(long)]
    tail: bool,
    /// The byte at this offset
    #[arg(long, value_name = "OFFSET", value_parser = quantity::count, allow_hyphen_values = true)]
    byte: Option<u64>,
}

impl What {
    fn target(self) -> Target {
        match self {
            What { entry: Some(index), .. } => Target::Entry(index),
            What { byte: Some(offset), .. } => Target::Byte(offset),
            What { vote: true, .. } => Target::State,
            What { tail: true, .. } => Target::Tail,
            _ => Target::LastEntry,
        }
    }
}

fn index(text: &str) -> Result<u32, String> {
    let index = quantity::count(text)?;
    u32::try_from(index).map_err(|_| format!("{} is too large", quantity::shown(text)))
}

/// What is done to a node's access.
#[derive(Clone, Debug, Subcommand)]
pub enum Access {
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

impl Disk {
    /// The move that it is.
    pub(super) fn action(&self, session: &Session) -> Result<Action, Error> {
        Ok(match self {
            Disk::Corrupt { nodes, what } => Action::Corrupt(session.nodes(nodes)?, what.target()),
            Disk::Disk { what: Access::Cut { nodes } } => Action::CutDisk(session.nodes(nodes)?),
            Disk::Disk { what: Access::Restore { nodes } } => Action::RestoreDisk(session.nodes(nodes)?),
        })
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let action = self.action(session)?;
        let nodes = action.nodes();
        let applied = session.act(action)?;
        match self {
            Disk::Corrupt { what, .. } => say_damage(nodes, what.target(), applied, session, out),
            Disk::Disk { what: Access::Cut { .. } } => {
                let changed = "lost access to its disk: it halts at its next write";
                super::say_nodes(nodes, applied, changed, "has no access already", out);
                out.hint("`put leader x=1` and `run 1s` bring a write, `disk restore` ends it");
            }
            Disk::Disk { what: Access::Restore { .. } } => {
                super::say_nodes(nodes, applied, "has access to its disk again", "has access already", out);
                if nodes.iter().any(|node| matches!(session.world().host(node).state, HostState::Halted(_))) {
                    out.hint("a node that halted stays halted: `restart` starts it");
                }
            }
        }
        Ok(())
    }
}

fn say_damage(nodes: NodeSet, target: Target, applied: Applied, session: &Session, out: &mut Output) {
    out.data("changed", &applied.changed);
    for node in nodes.iter() {
        let spot = session.world().host(node).disk.spot(target);
        let what = spot.map(view::spot).unwrap_or_default();
        let text = if applied.nodes.contains(node) {
            format!("{what} on the disk of {node} is damaged; {node} will notice when it next reads it")
        } else {
            format!("{what} on the disk of {node} is damaged already: nothing changed")
        };
        out.remark(&text.into());
    }
    out.hint("`logs` shows the damage, `restart` makes the node read its disk");
}
