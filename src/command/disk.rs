//! Commands that damage, break and mend disks, and show what is on them.

use clap::{Args, Subcommand};

use super::say_nodes;
use super::shared::{OptionalNodes, format, warn};
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
    /// Damage bytes on a node's disk, by default in its last entry
    ///
    /// The node notices when it reads its disk, at its next start or at `disk scrub`, and halts
    /// (unless `recovery` is `truncate`). `logs` and `status` show the damage at once.
    /// Writes that are not synced are not on the disk yet, so `corrupt` does not reach them. If one
    /// of the two sync marks is damaged, the node needs only the other: its next write or start
    /// rewrites both.
    #[command(after_help = "corrupt n4\ncorrupt n4 --vote\ncorrupt n4 --byte 100")]
    Corrupt {
        /// The nodes whose disks are damaged
        nodes: Selection,
        #[command(flatten)]
        what: DamageArguments,
    },
    /// Break, repair and inspect disks
    ///
    /// A node whose disk fails halts. A node whose disk is full stays up: it appends no entries and
    /// does not lead, but votes while the disk has room for votes. `help disks` explains all
    /// faults.
    ///
    /// A disk stores the index and the term of an entry, and the number of its request. The text of
    /// the request is kept outside the cluster, in the table that `ops` shows, so `corrupt` damages
    /// entries but never that text.
    #[command(
        subcommand_required = true,
        after_help = "disk cut leader\ndisk restore n1\ndisk slow n2 500ms\ndisk sync n2\ndisk \
            show n3 --hex"
    )]
    Disk {
        /// The fault, or what to show
        #[command(subcommand)]
        what: DiskCommand,
    },
}

/// Which bytes to damage.
#[derive(Clone, Copy, Debug, Default, Args)]
#[group(multiple = false)]
pub struct DamageArguments {
    /// Damage the entry at this index
    #[arg(long, value_name = "I", value_parser = index, allow_hyphen_values = true)]
    entry: Option<u32>,
    /// Damage the latest term and vote
    #[arg(long)]
    vote: bool,
    /// Damage the latest snapshot
    #[arg(long)]
    snapshot: bool,
    /// Damage the last record, of any kind
    #[arg(long)]
    tail: bool,
    /// Damage the byte at this offset
    #[arg(long, value_name = "OFFSET", value_parser = quantity::count, allow_hyphen_values = true)]
    byte: Option<u64>,
}

impl DamageArguments {
    fn target(self) -> DamageTarget {
        match self {
            DamageArguments { entry: Some(index), .. } => DamageTarget::Entry(index),
            DamageArguments { byte: Some(offset), .. } => DamageTarget::Byte(offset),
            DamageArguments { vote: true, .. } => DamageTarget::State,
            DamageArguments { snapshot: true, .. } => DamageTarget::Snapshot,
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
    /// End cut, full, slow, lie, tear and lose; damage stays
    Restore(OptionalNodes),
    /// Only 8 more votes fit: the node cannot append or lead
    Full(OptionalNodes),
    /// Every write takes DURATION, whatever `disk-latency` is
    Slow {
        /// The nodes whose disks change
        nodes: Selection,
        /// How long each write takes
        #[arg(value_parser = quantity::duration, allow_hyphen_values = true)]
        duration: u64,
    },
    /// Report writes as synced that are not: a crash loses them
    Lie(OptionalNodes),
    /// The next crash leaves a torn record among the unsynced ones
    Tear(OptionalNodes),
    /// The next write vanishes, though the disk reports it as synced
    Lose(OptionalNodes),
    /// Replace a record (term and vote, or an entry) by an older version
    Stale(OptionalNodes),
    /// Remove everything from the disk: log, term and vote are gone
    ///
    /// A node that runs halts. When it is started again it knows nothing, not even for whom it has
    /// voted. That is not safe: what it promised before is forgotten.
    Wipe(OptionalNodes),
    /// Read the whole disk now; the node halts if a record is lost
    Scrub(OptionalNodes),
    /// Finish the oldest unfinished write now, without moving time
    Sync(OptionalNodes),
    /// Show the records on a disk
    #[command(arg = format())]
    Show {
        /// The node whose disk is shown
        node: Selection,
        /// Show the bytes of each record
        #[arg(long)]
        hex: bool,
        /// Show the last N records; by default 100, in JSON all
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
            DiskCommand::Wipe(OptionalNodes { nodes }) => (nodes, DiskMove::Wipe),
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
        let doubt = session.doubt();
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
            Action::Disk(nodes, deed) => {
                say_deed(nodes, deed, applied, session, out);
                warn(doubt, session, out);
            }
            _ => {}
        }
        Ok(())
    }
}

fn say_deed(nodes: NodeSet, deed: DiskMove, applied: Applied, session: &Session, out: &mut Output) {
    let (changed, unchanged) = match deed {
        DiskMove::Cut => (
            "lost access to its disk: it halts at its next write",
            "has no access to its disk already",
        ),
        DiskMove::Restore => {
            ("has a disk that works normally again", "has a disk that works normally")
        }
        DiskMove::Fill => {
            ("has a full disk: it appends no entries and does not lead", "has a full disk already")
        }
        DiskMove::Slow(_) => {
            ("has a slow disk from its next write on", "has a disk that is as slow already")
        }
        DiskMove::Lie => (
            "has a disk that lies: it reports writes as synced that are not",
            "has a disk that lies already",
        ),
        DiskMove::Tear => {
            ("will find an unsynced write torn after its next crash", "is set to do so already")
        }
        DiskMove::Lose => (
            "will lose its next write, which its disk will report as synced",
            "is set to do so already",
        ),
        DiskMove::Wipe => (
            "has an empty disk: its log, its term and its vote are forgotten",
            "has an empty disk already",
        ),
        DiskMove::Stale | DiskMove::Scrub | DiskMove::Sync => return,
    };
    say_nodes(nodes, applied, changed, unchanged, out);
    if deed == DiskMove::Cut {
        out.hint(match session.world().leader() {
            Some(_) => {
                format!("`put x=1` causes a write, `disk restore {nodes}` ends the cut")
            }
            None => format!("`run 1s` shows what follows, `disk restore {nodes}` ends the cut"),
        });
    }
    let halted = |node| matches!(session.world().host(node).state, HostState::Halted(_));
    if deed == DiskMove::Restore && nodes.iter().any(halted) {
        let halted: NodeSet = nodes.iter().filter(|&node| halted(node)).collect();
        out.hint(format!("a halted node stays halted: `restart {halted}` starts it"));
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
            let marks = session.world().host(node).disk.unreadable().marks.len();
            let until = match spot.map_or(1, |spot| spot.number) {
                0 if marks > 1 => {
                    "so is the other one: until a write renews both, no start can tell what was \
                        synced"
                        .into()
                }
                0 => format!("the next write or start of {node} renews both marks"),
                _ => format!("{node} finds out when it next reads its disk"),
            };
            format!("{what} on the disk of {node} is damaged; {until}")
        } else {
            format!("{what} on the disk of {node} is damaged already: nothing changed")
        };
        out.remark(&text.into());
    }
    out.hint(format!("`logs` shows the damage, `restart {nodes}` makes the node read its disk"));
}
