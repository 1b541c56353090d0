//! Commands that look and change nothing.

use clap::Subcommand;

use crate::console::Output;
use crate::language::{Error, Selection};
use crate::quantity;
use crate::session::Session;
use crate::view::{json, links, logs, status, tables};

use super::history::History;
use super::shared::format;

/// Commands that look and change nothing.
#[derive(Clone, Debug, Subcommand)]
pub enum Look {
    /// Show the nodes: one row each, and what leaders know of the rest
    ///
    /// A node that does not run shows what its disk holds. `last` is the last entry of its log, as
    /// index@term.
    #[command(visible_alias = "st", arg = format(), after_help = "status\nstatus n1..n3")]
    Status {
        /// Which; all if not said
        nodes: Option<Selection>,
    },
    /// Show each node's persisted log, side by side
    ///
    /// Each column is headed by the term and vote on the node's disk; each cell is an entry's term
    /// and command.
    #[command(visible_alias = "l", arg = format(), after_help = "logs\nlogs leader\nlogs all --last 20")]
    Logs {
        /// Whose; all if not said
        nodes: Option<Selection>,
        /// Only the last so many rows; 1000 in a table if not said, all in JSON
        #[arg(long, value_name = "N", value_parser = quantity::count, allow_hyphen_values = true)]
        last: Option<u64>,
    },
    /// Show what happened, a line an event
    ///
    /// The arrow at the end of a line names the event that caused it. Heartbeats that brought
    /// nothing about are left out, except from JSON. The latest events are kept, as many as `set
    /// history` says; older ones come again with the session that is saved, given a larger history
    /// in its file, and loaded. The event shown as #42 is typed 42: # begins a comment.
    #[command(arg = format(), after_help = "history\nhistory n1 --last 20\nhistory --kind role_changed --term 2\n\
                            history --since 150ms --until 200ms --heartbeats\nhistory --type RequestVote\n\
                            history --diagram --since 150ms\nhistory --roles")]
    History(History),
    /// Compare two nodes' logs: where they agree, and how they go on
    #[command(arg = format(), after_help = "diff n1 n2\ndiff leader n4")]
    Diff {
        /// One
        #[arg(value_name = "NODE")]
        a: Selection,
        /// The other
        #[arg(value_name = "NODE")]
        b: Selection,
    },
    /// Show which node reaches which
    #[command(arg = format(), after_help = "links")]
    Links,
    /// Show what each node's key-value machine holds
    ///
    /// A node that has just started holds nothing: it learns only from the leader what is
    /// committed.
    #[command(arg = format(), after_help = "kv\nkv leader")]
    Kv {
        /// Whose; all if not said
        nodes: Option<Selection>,
    },
}

/// The number of rows of `logs` in a table without `--last`.
const ROWS: u64 = 1_000;

impl Look {
    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let world = session.world();
        match self {
            Look::Status { nodes } => {
                if !out.is_json() {
                    out.remark(&tables::summary(world).into());
                }
                let nodes = session.nodes_or_all(nodes.as_ref())?;
                out.show(|| status::status(world, nodes), "nodes", || json::status(world, nodes));
                if out.is_json() {
                    out.data("flaws", &json::flaws_on(world));
                    out.data("violated", &json::violated(world));
                    out.data("not_judged", &json::not_judged(world));
                }
            }
            Look::Logs { nodes, last } => {
                let nodes = session.nodes_or_all(nodes.as_ref())?;
                let rows = usize::try_from(last.unwrap_or(ROWS)).unwrap_or(usize::MAX);
                out.show(
                    || logs::logs(world, nodes, rows),
                    "nodes",
                    || json::logs(world, nodes, last),
                );
            }
            Look::Diff { a, b } => {
                let (a, b) = (session.one(&a)?, session.one(&b)?);
                out.show(|| tables::diff(world, a, b), "diff", || json::diff(world, a, b));
            }
            Look::Links => out.show(|| links::links(world), "links", || json::links(world)),
            Look::Kv { nodes } => {
                let nodes = session.nodes_or_all(nodes.as_ref())?;
                out.show(|| tables::kv(world, nodes), "nodes", || json::kv(world, nodes));
            }
            Look::History(history) => return history.run(session, out),
        }
        Ok(())
    }
}
