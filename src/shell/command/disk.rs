//! Disks: damaging them, and cutting nodes off from them.

use clap::Subcommand;

use crate::raft::NodeSet;
use crate::shell::error::Error;
use crate::shell::output::Output;
use crate::shell::select::Selection;
use crate::shell::session::Session;
use crate::sim::{Action, Applied, HostState};

/// Commands that break and mend disks.
#[derive(Clone, Debug, Subcommand)]
pub enum Disk {
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
        what: Access,
    },
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
            Disk::Corrupt { nodes } => Action::Corrupt(session.nodes(nodes)?),
            Disk::Disk { what: Access::Cut { nodes } } => Action::CutDisk(session.nodes(nodes)?),
            Disk::Disk { what: Access::Restore { nodes } } => Action::RestoreDisk(session.nodes(nodes)?),
        })
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let action = self.action(session)?;
        let nodes = action.nodes();
        let applied = session.act(action)?;
        match self {
            Disk::Corrupt { .. } => say_damage(nodes, applied, session, out),
            Disk::Disk { what: Access::Cut { .. } } => {
                let changed = "lost access to its disk: it halts at its next write";
                super::say_nodes(nodes, applied, changed, "has no access already", out);
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

fn say_damage(nodes: NodeSet, applied: Applied, session: &Session, out: &mut Output) {
    out.data("changed", &applied.changed);
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
}
