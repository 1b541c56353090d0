//! `snapshot`: lets nodes take snapshots.

use clap::Subcommand;

use crate::console::Output;
use crate::language::{Error, Selection};
use crate::quantity;
use crate::raft::NodeId;
use crate::session::Session;
use crate::sim::Action;
use crate::view::json;

/// Commands that compact logs.
#[derive(Clone, Debug, Subcommand)]
pub enum Snapshots {
    /// Let nodes take a snapshot, which replaces the first entries of their logs
    ///
    /// A snapshot is the state machine as it is after the entries that the node has applied, with
    /// the sessions of clients and the configuration. It is one write. When it is on the disk, the
    /// node discards the entries that it replaces, on the disk too. A leader sends its snapshot to
    /// a follower that needs entries which the leader has discarded. `set snapshot-every 100` lets
    /// nodes take snapshots by themselves.
    #[command(after_help = "snapshot n1\nsnapshot all --keep 10")]
    Snapshot {
        /// The nodes that take one
        nodes: Selection,
        /// Keep the last N of the entries that it replaces; without it, none
        #[arg(long, value_name = "N", value_parser = kept, allow_hyphen_values = true)]
        keep: Option<u32>,
    },
}

fn kept(text: &str) -> Result<u32, String> {
    let entries = quantity::count(text)?;
    u32::try_from(entries).map_err(|_| format!("{} is too large", quantity::shown(text)))
}

impl Snapshots {
    /// The single move that it makes.
    pub(super) fn action(&self, session: &Session) -> Result<Action, Error> {
        let Snapshots::Snapshot { nodes, keep } = self;
        Ok(Action::Snapshot(session.nodes(nodes)?, keep.unwrap_or(0)))
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let Snapshots::Snapshot { keep, .. } = &self;
        let keep = keep.unwrap_or(0);
        let action = self.action(session)?;
        let nodes = action.nodes();
        let applied = session.act(action)?;
        out.data("changed", &applied.changed);
        let world = session.world();
        out.data("nodes", &json::snapshots(world, nodes, applied.nodes, keep));
        let told: Vec<String> =
            nodes.iter().map(|node| told(session, node, applied.nodes.contains(node))).collect();
        told.into_iter().for_each(|line| out.remark(&line.into()));
        if applied.changed {
            out.hint("`run 1s` lets the disks finish, `logs` shows where the logs begin");
        }
        Ok(())
    }
}

/// What became of the snapshot of a node, in a line.
fn told(session: &Session, node: NodeId, changed: bool) -> String {
    let host = session.world().host(node);
    let Some(record) = host.record() else { return format!("{node} is {}", host.state.name()) };
    let begun = record.begun_snapshot();
    match (changed, record.snapshot.map(|snapshot| snapshot.last)) {
        (_, Some(last)) if last.index == begun && changed => {
            let first = record.log.first_index();
            format!("{node} has a snapshot up to {last}: its log begins at {first}")
        }
        (true, _) => format!("{node} writes a snapshot up to entry {begun}"),
        (false, _) if record.report.applied > begun => {
            let applied = record.report.applied;
            format!(
                "{node} does not know the configuration at entry {applied}, which a snapshot \
                 contains: nothing changed"
            )
        }
        (false, _) if begun.0 == 0 => format!("{node} has applied nothing: nothing changed"),
        (false, _) => {
            format!("{node} has applied nothing since its snapshot up to {begun}: nothing changed")
        }
    }
}
