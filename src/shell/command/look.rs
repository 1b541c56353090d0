//! Looking at what there is, and at what happened.

use clap::Subcommand;

use crate::quantity::{self, shown};
use crate::raft::NodeSet;
use crate::shell::error::Error;
use crate::shell::output::Output;
use crate::shell::select::Selection;
use crate::shell::session::Session;
use crate::shell::suggest;
use crate::sim::{Event, EventKind};
use crate::view::document::{Text, Tone};
use crate::view::{event, json, logs, status, tables};

/// Commands that look and change nothing.
#[derive(Clone, Debug, Subcommand)]
pub enum Look {
    /// Show the nodes: one row each, and what leaders know of the rest
    ///
    /// A node that does not run shows what its disk holds. `last` is the last entry of its log, as index@term.
    #[command(visible_alias = "st", after_help = "status\nstatus n1..n3")]
    Status {
        /// Which; all if not said
        nodes: Option<Selection>,
    },
    /// Show each node's persisted log, side by side
    ///
    /// Each column is headed by the term and vote on the node's disk; each cell is an entry's term and command.
    #[command(visible_alias = "l", after_help = "logs\nlogs leader\nlogs all --last 20")]
    Logs {
        /// Whose; all if not said
        nodes: Option<Selection>,
        /// Only the last so many rows; 1000 in a table if not said, all in JSON
        #[arg(long, value_name = "N", value_parser = quantity::count, allow_hyphen_values = true)]
        last: Option<u64>,
    },
    /// Show what happened, a line an event
    ///
    /// The arrow at the end of a line names the event that caused it. The latest events are kept, as many as `set history`
    /// says; older ones come again with the session that is saved, given a larger history in its file, and loaded. The
    /// event shown as #42 is typed 42: # begins a comment.
    #[command(
        after_help = "history\nhistory n1 --last 20\nhistory --kind role_changed\nhistory --since 150ms"
    )]
    History {
        /// Where; everywhere if not said
        nodes: Option<Selection>,
        /// Only events of this kind; repeatable
        #[arg(long, value_name = "KIND", value_parser = kind)]
        kind: Vec<&'static str>,
        /// Only from this time, or this event's number, on
        #[arg(long, value_name = "T|EVENT", value_parser = since, allow_hyphen_values = true)]
        since: Option<Since>,
        /// Only the last so many
        #[arg(long, value_name = "N", value_parser = quantity::count, allow_hyphen_values = true)]
        last: Option<u64>,
    },
    /// Compare two nodes' logs: where they agree, and how they go on
    #[command(after_help = "diff n1 n2\ndiff leader n4")]
    Diff {
        /// One
        #[arg(value_name = "NODE")]
        a: Selection,
        /// The other
        #[arg(value_name = "NODE")]
        b: Selection,
    },
    /// Show which node reaches which
    #[command(after_help = "links")]
    Links,
    /// Show what each node's key-value machine holds
    ///
    /// A node that has just started holds nothing: it learns only from the leader what is committed.
    #[command(after_help = "kv\nkv leader")]
    Kv {
        /// Whose; all if not said
        nodes: Option<Selection>,
    },
}

/// Where `history --since` begins.
#[derive(Clone, Copy, Debug)]
pub enum Since {
    /// At a time, in microseconds.
    Time(u64),
    /// At an event.
    Event(u64),
}

fn since(text: &str) -> Result<Since, String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => quantity::count(digits).map(Since::Event),
        false => quantity::duration(text).map(Since::Time),
    }
}

fn kind(text: &str) -> Result<&'static str, String> {
    let known = EventKind::NAMES.iter().find(|name| **name == text);
    known.copied().ok_or_else(|| match suggest::nearest(text, EventKind::NAMES.iter().copied()) {
        Some(near) => format!("unknown kind {}; did you mean '{near}'?", shown(text)),
        None => format!("unknown kind {}; kinds are {}", shown(text), EventKind::NAMES.join(", ")),
    })
}

/// So many rows of logs a table shows unless the user wants otherwise.
const ROWS: u64 = 1_000;

/// So many lines of history are put together at a time: a million need not be in memory as text.
const LINES: usize = 1_000;

impl Look {
    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let of = |nodes: &Option<Selection>| match nodes {
            Some(nodes) => session.nodes(nodes),
            None => Ok(session.world().nodes()),
        };
        let world = session.world();
        match self {
            Look::Status { nodes } => {
                if !out.is_json() {
                    out.remark(&tables::summary(world).into());
                }
                let nodes = of(&nodes)?;
                out.show(|| status::status(world, nodes), "nodes", || json::status(world, nodes));
            }
            Look::Logs { nodes, last } => {
                let nodes = of(&nodes)?;
                let rows = usize::try_from(last.unwrap_or(ROWS)).unwrap_or(usize::MAX);
                out.show(|| logs::logs(world, nodes, rows), "nodes", || json::logs(world, nodes, last));
            }
            Look::Diff { a, b } => {
                let (a, b) = (session.one(&a)?, session.one(&b)?);
                out.show(|| tables::diff(world, a, b), "diff", || json::diff(world, a, b));
            }
            Look::Links => out.show(|| tables::links(world), "links", || json::links(world)),
            Look::Kv { nodes } => {
                let nodes = of(&nodes)?;
                out.show(|| tables::kv(world, nodes), "nodes", || json::kv(world, nodes));
            }
            Look::History { nodes, kind, since, last } => {
                let nodes = nodes.map(|nodes| session.nodes(&nodes)).transpose()?;
                return history(nodes, &kind, since, last, session, out);
            }
        }
        Ok(())
    }
}

fn history(
    nodes: Option<NodeSet>,
    kinds: &[&str],
    since: Option<Since>,
    last: Option<u64>,
    session: &Session,
    out: &mut Output,
) -> Result<(), Error> {
    let wanted = |event: &&Event| {
        nodes.is_none_or(|nodes| nodes.contains(event.node))
            && (kinds.is_empty() || kinds.contains(&event.kind.name()))
            && match since {
                Some(Since::Time(us)) => event.time_us >= us,
                Some(Since::Event(id)) => event.id >= id,
                None => true,
            }
    };
    let events = session.events();
    let wanted_earlier = match (since, events.iter().next()) {
        (Some(Since::Event(id)), Some(first)) => id < first.id,
        (Some(Since::Time(us)), Some(first)) => us <= first.time_us,
        _ => true,
    };
    if events.forgotten() > 0 && wanted_earlier && !out.is_json() {
        let text = format!(
            "events 1 to {} are no longer kept: `set history` says how many are; to have them again, `save` the \
             session, write a larger history into the file, and `load` it",
            events.forgotten()
        );
        out.remark(&Text::new().toned(Tone::Dim, text).into());
    }
    let mut shown: Vec<&Event> = match last {
        // The last ones are found from the end, however long the history is.
        Some(last) => {
            let last = usize::try_from(last).unwrap_or(usize::MAX);
            let mut shown: Vec<&Event> = events.iter().rev().filter(wanted).take(last).collect();
            shown.reverse();
            shown
        }
        None => events.iter().filter(wanted).collect(),
    };
    if out.is_json() {
        out.data("events", &json::events(session.world(), shown.iter().copied()));
        out.data("forgotten", &events.forgotten());
        out.data("count", &shown.len());
        out.data("truncated", &(events.forgotten() > 0 && wanted_earlier));
        return Ok(());
    }
    if shown.is_empty() {
        out.remark(&Text::new().toned(Tone::Dim, "nothing of this kind has happened yet").into());
        out.hint("`step` lets the next event happen");
    }
    for lines in std::mem::take(&mut shown).chunks(LINES) {
        out.check_stop()?;
        out.emit(&event::list(session.world(), lines.iter().copied()));
    }
    Ok(())
}
