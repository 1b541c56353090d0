//! Commands that look and change nothing.

use clap::Subcommand;

use crate::console::Output;
use crate::language::{Error, Selection};
use crate::quantity;
use crate::session::Session;
use crate::view::{json, links, logs, places, status, tables};

use super::history::History;
use super::shared::format;

/// Commands that look and change nothing.
#[derive(Clone, Debug, Subcommand)]
pub enum Look {
    /// Show each node's role, term, vote and indices
    ///
    /// `last` is the last entry of the log, as index@term. Below the table are the match and next
    /// index that a leader keeps for each node, and leaders that no majority has answered for an
    /// election timeout. For a node that is down, the table shows what is on its disk.
    ///
    /// With --watch, runs at a terminal draw the table again and again while time passes, until
    /// `status --watch=off`. Elsewhere --watch shows the table once.
    #[command(
        visible_alias = "st",
        arg = format(),
        after_help = "status\nstatus n1..n3\nstatus --watch\nstatus --watch=off"
    )]
    Status {
        /// Draw the table again during each run, at most 10 times a second
        #[arg(long, value_name = "on|off", num_args = 0..=1, require_equals = true,
              default_missing_value = "on")]
        watch: Option<Watching>,
        /// The nodes to show; without it, all
        nodes: Option<Selection>,
    },
    /// Show the nodes' logs side by side
    ///
    /// A column is a node, with the term and vote on its disk. A cell is an entry, with its term
    /// and command. `help screens` explains the signs.
    #[command(visible_alias = "l", arg = format(), after_help = "logs\nlogs leader\nlogs all --last 20")]
    Logs {
        /// The nodes to show; without it, all
        nodes: Option<Selection>,
        /// Show the last N rows; by default 1000, in JSON all
        #[arg(long, value_name = "N", value_parser = quantity::count, allow_hyphen_values = true)]
        last: Option<u64>,
    },
    /// List the events so far, oldest first
    ///
    /// The number after ⟵ is the event that caused this one. Type event #42 as 42, because # begins
    /// a comment. Idle heartbeats, which caused nothing but their replies, are left out, except in
    /// JSON. raftsh keeps the latest events, up to the setting `history`. To see older ones, `save`
    /// the session, write a larger `history` into its file, and `load` it.
    ///
    /// --op, --message and --entry list the life of one thing: all that happened to it at any node.
    /// --causes lists the chain of causes that led to an event. Other options select among these
    /// events, and events of a life that are no longer kept are made again.
    #[command(arg = format(), after_help = "history\nhistory n1 --last 20\nhistory --kind role_changed --term 2\n\
                            history --since 150ms --until 200ms --heartbeats\nhistory --type RequestVote\n\
                            history --diagram --since 150ms\nhistory --roles\n\
                            run until leader; put x=5 --wait; history --op op1\n\
                            run until leader; history --causes 20")]
    History(History),
    /// Compare two logs: how far they agree, and where they differ
    #[command(arg = format(), after_help = "diff n1 n2\ndiff leader n4")]
    Diff {
        /// The first node
        #[arg(value_name = "NODE")]
        a: Selection,
        /// The second node
        #[arg(value_name = "NODE")]
        b: Selection,
    },
    /// Show which links are cut, held or disturbed
    #[command(arg = format(), after_help = "links")]
    Links,
    /// Show the keys and values in each node's state machine
    ///
    /// A node that has just started has none: it applies its log again once the leader tells it
    /// which entries are committed.
    #[command(arg = format(), after_help = "kv\nkv leader")]
    Kv {
        /// The nodes to show; without it, all
        nodes: Option<Selection>,
    },
}

/// Whether the table of `status` is drawn again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Watching {
    /// From now on.
    On,
    /// No longer.
    Off,
}

/// The number of rows of `logs` in a table without `--last`.
const ROWS: u64 = 1_000;

impl Look {
    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        if let Look::Status { watch: Some(watch), nodes } = &self {
            let nodes = session.nodes_or_all(nodes.as_ref())?;
            session.live_status = (*watch == Watching::On).then_some(nodes);
        }
        let world = session.world();
        match self {
            Look::Status { nodes, .. } => {
                let nodes = session.nodes_or_all(nodes.as_ref())?;
                if !out.is_json() {
                    out.remark(&places::summary(session.tree()).into());
                }
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
