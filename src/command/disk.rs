//! Commands that damage, break and mend disks, and show what is on them.

use clap::{Args, Subcommand};

use super::say_nodes;
use super::shared::{OptionalNodes, format};
use crate::console::Output;
use crate::disk::DamageTarget;
use crate::language::{Error, Selection};
use crate::quantity;
use crate::raft::NodeSet;
use crate::session::Session;
use crate::sim::{Action, Applied, DiskMove, HostState};
use crate::view::{self, event, json};

/// Commands that break and mend disks.
#[derive(Clone, Debug, Subcommand)]
pub enum Disk {
    /// Damage bytes on a node's disk: its last entry, or what is named
    ///
    /// The node notices when it next reads its disk, at a restart, and halts rather than go on
    /// wrong. `logs` and `status` show the damage at once. What has not been synced yet is not on
    /// the disk. One damaged mark does no harm: the next write or start makes both anew.
    #[command(after_help = "corrupt n4\ncorrupt n4 --vote\ncorrupt n4 --byte 100")]
    Corrupt {
        /// Whose
        nodes: Selection,
        #[command(flatten)]
        what: DamageArguments,
    },
    /// Break and mend disks, and see what is on them
    ///
    /// A node whose disk fails it halts. One whose disk is full stays up, takes no entries, leads
    /// nobody, and votes while there is room for that. What `restore` ends it ends for all nodes
    /// named; it mends no damage.
    ///
    /// Of an entry a disk holds its index, its term, and, as 12 bytes of content, the number of its
    /// request. What the request says stands in the table that `ops` shows, which no fault reaches:
    /// `corrupt` harms the entry, never the text. See also `help disks`.
    #[command(
        subcommand_required = true,
        after_help = "disk cut leader\ndisk restore n1\ndisk slow n2 500ms\ndisk sync n2\ndisk show n3 --hex"
    )]
    Disk {
        /// What to do
        #[command(subcommand)]
        what: DiskCommand,
    },
}

/// Which bytes to damage.
#[derive(Clone, Copy, Debug, Default, Args)]
#[group(multiple = false)]
pub struct DamageArguments {
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

impl DamageArguments {
    fn target(self) -> DamageTarget {
        match self {
            DamageArguments { entry: Some(index), .. } => DamageTarget::Entry(index),
            DamageArguments { byte: Some(offset), .. } => DamageTarget::Byte(offset),
            DamageArguments { vote: true, .. } => DamageTarget::State,
            DamageArguments { tail: true, .. } => DamageTarget::Tail,
            _ => DamageTarget::LastEntry,
        }
    }
}

fn index(text: &str) -> Result<u32, String> {
    let index = quantity::count(text)?;
    u32::try_from(index).map_err(|_| format!("{} is too large", quantity::shown(text)))
}

/// What is done to disks, or asked of them.
#[derive(Clone, Debug, Subcommand)]
pub enum DiskCommand {
    /// Every access fails: the node halts at its next write
    Cut(OptionalNodes),
    /// End cut, full, slow, lie, tear and lose
    Restore(OptionalNodes),
    /// No room for entries, and for few votes: the node stays up
    Full(OptionalNodes),
    /// Every write takes so long, whatever disk-latency says
    Slow {
        /// Whose
        nodes: Selection,
        /// How long
        #[arg(value_parser = quantity::duration, allow_hyphen_values = true)]
        duration: u64,
    },
    /// From now on it claims to sync and does not: a crash takes it all
    Lie(OptionalNodes),
    /// The next crash leaves a torn piece of what was not synced
    Tear(OptionalNodes),
    /// The next write vanishes, though the disk says it is synced
    Lose(OptionalNodes),
    /// An older version of a record comes back: of term and vote, or of an entry
    Stale(OptionalNodes),
    /// Read everything now: a node that finds something lost halts
    Scrub(OptionalNodes),
    /// Finish the oldest unfinished write now, without moving time
    Sync(OptionalNodes),
    /// Show the records on a disk
    #[command(arg = format())]
    Show {
        /// Whose
        node: Selection,
        /// With their bytes
        #[arg(long)]
        hex: bool,
        /// Only the last so many; 100 in a table if not said, all in JSON
        #[arg(long, value_name = "N", value_parser = quantity::count, allow_hyphen_values = true)]
        last: Option<u64>,
    },
}

impl DiskCommand {
    /// The disks that it changes, and how; `None` if it only looks.
    fn deed(&self) -> Option<(&Selection, DiskMove)> {
        Some(match self {
            DiskCommand::Cut(OptionalNodes { nodes }) => (nodes, DiskMove::Cut),
            DiskCommand::Restore(OptionalNodes { nodes }) => (nodes, DiskMove::Restore),
            DiskCommand::Full(OptionalNodes { nodes }) => (nodes, DiskMove::Fill),
            DiskCommand::Slow { nodes, duration } => (nodes, DiskMove::Slow(*duration)),
            DiskCommand::Lie(OptionalNodes { nodes }) => (nodes, DiskMove::Lie),
            DiskCommand::Tear(OptionalNodes { nodes }) => (nodes, DiskMove::Tear),
            DiskCommand::Lose(OptionalNodes { nodes }) => (nodes, DiskMove::Lose),
            DiskCommand::Stale(OptionalNodes { nodes }) => (nodes, DiskMove::Stale),
            DiskCommand::Scrub(OptionalNodes { nodes }) => (nodes, DiskMove::Scrub),
            DiskCommand::Sync(OptionalNodes { nodes }) => (nodes, DiskMove::Sync),
            DiskCommand::Show { .. } => return None,
        })
    }
}

/// The number of records in a table without `--last`.
const ROWS: u64 = 100;

impl Disk {
    /// The single move that it makes; `None` for `disk show`.
    pub(super) fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        Ok(match self {
            Disk::Corrupt { nodes, what } => {
                Some(Action::Corrupt(session.nodes(nodes)?, what.target()))
            }
            Disk::Disk { what } => {
                let Some((nodes, deed)) = what.deed() else { return Ok(None) };
                Some(Action::Disk(session.nodes(nodes)?, deed))
            }
        })
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        if let Disk::Disk { what: DiskCommand::Show { node, hex, last } } = &self {
            let (node, world) = (session.one(node)?, session.world());
            let rows = usize::try_from(last.unwrap_or(ROWS)).unwrap_or(usize::MAX);
            let table = || view::disk::disk(world, node, rows, *hex);
            out.show(table, "disk", || json::disk(world, node, *last, *hex));
            return Ok(());
        }
        let Some(action) = self.action(session)? else { return Ok(()) };
        let applied = session.act(action.clone())?;
        match action {
            Action::Corrupt(nodes, target) => say_damage(nodes, target, applied, session, out),
            Action::Disk(_, DiskMove::Stale | DiskMove::Scrub) => {
                out.data("changed", &applied.changed);
                if !out.is_json() {
                    out.remark(&event::list(session.world(), session.latest()));
                }
            }
            Action::Disk(nodes, DiskMove::Sync) => say_synced(nodes, applied, session, out),
            Action::Disk(nodes, deed) => say_deed(nodes, deed, applied, session, out),
            _ => {}
        }
        Ok(())
    }
}

fn say_deed(nodes: NodeSet, deed: DiskMove, applied: Applied, session: &Session, out: &mut Output) {
    let (changed, unchanged) = match deed {
        DiskMove::Cut => {
            ("lost access to its disk: it halts at its next write", "has no access already")
        }
        DiskMove::Restore => {
            ("has a disk that works as usual again", "has a disk that works as usual")
        }
        DiskMove::Fill => (
            "has no room on its disk: it takes no entries and leads nobody",
            "has no room on its disk already",
        ),
        DiskMove::Slow(_) => {
            ("has a slow disk from its next write on", "has a disk as slow as that already")
        }
        DiskMove::Lie => {
            ("has a disk that lies: what it says is synced is not", "has a disk that lies already")
        }
        DiskMove::Tear => {
            ("will have its unsynced writes torn by the next crash", "is waiting for that already")
        }
        DiskMove::Lose => ("will lose its next write and not know", "is waiting for that already"),
        DiskMove::Stale | DiskMove::Scrub | DiskMove::Sync => return,
    };
    say_nodes(nodes, applied, changed, unchanged, out);
    if deed == DiskMove::Cut {
        out.hint("`put leader x=1` and `run 1s` bring a write, `disk restore` ends it");
    }
    let halted = |node| matches!(session.world().host(node).state, HostState::Halted(_));
    if deed == DiskMove::Restore && nodes.iter().any(halted) {
        out.hint("a node that halted stays halted: `restart` starts it");
    }
}

/// Reports which writes were finished by hand, and which nodes had none to finish.
fn say_synced(nodes: NodeSet, applied: Applied, session: &Session, out: &mut Output) {
    out.data("changed", &applied.changed);
    if !out.is_json() {
        out.remark(&event::list(session.world(), session.latest()));
    }
    let reached = if applied.stopped { applied.nodes } else { nodes };
    for node in reached.iter() {
        let disk = &session.world().host(node).disk;
        if !applied.nodes.contains(node) {
            out.remark(&format!("{node} has no unfinished write: nothing changed").into());
        } else if disk.claimed() > 0 {
            let said = "reports this write as synced, but a crash would lose it";
            out.remark(&format!("{node}'s disk lies: it {said}").into());
        }
    }
}

fn say_damage(
    nodes: NodeSet,
    target: DamageTarget,
    applied: Applied,
    session: &Session,
    out: &mut Output,
) {
    out.data("changed", &applied.changed);
    for node in nodes.iter() {
        let spot = session.world().host(node).disk.spot(target);
        let what = spot.map(view::spot).unwrap_or_default();
        let text = if applied.nodes.contains(node) {
            let marks = session.world().host(node).disk.ailing().marks.len();
            let until = match spot.map_or(1, |spot| spot.number) {
                0 if marks > 1 => {
                    "so is the other one: no start can tell what was synced until a write makes both anew"
                        .into()
                }
                0 => format!("the next write or start of {node} makes both marks anew"),
                _ => format!("{node} will notice when it next reads it"),
            };
            format!("{what} on the disk of {node} is damaged; {until}")
        } else {
            format!("{what} on the disk of {node} is damaged already: nothing changed")
        };
        out.remark(&text.into());
    }
    out.hint("`logs` shows the damage, `restart` makes the node read its disk");
}
