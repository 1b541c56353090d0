//! A journal as text: as a session, which is loaded, or as a script, which is run.
//!
//! ```yaml
//! raftsh: 2
//! nodes: 5
//! seed: 1
//! settings:
//!   election-timeout: 150ms..300ms
//! moves:
//! - run until leader
//! - put x=5
//! - "!run until no-leader within 1s"
//! - {do: "run 2s", steps: 57, us: 180000}
//! end: {steps: 212, time_us: 1381204, digest: "9f0c2b7a44e1d803"}
//! ...
//! ```
//!
//! `engine` lists the engines of the nodes, as `--engine` takes them, and `engine_folder` is where
//! they run; without it, raftsh's own Raft runs.
//!
//! `settings` are the settings at the start; a setting that is left out has its default value.
//! `moves` are the commands as they were typed, one per line, so that a line can be deleted or
//! added. `!` marks a command that failed. An item with `do` is a command that was cut short, with
//! the steps and the microseconds that it took. `end` is the end of the saved session, with which
//! that of the loaded one is compared. The last line, `...`, shows that the file is complete.
//!
//! `save --all` adds branches, marks, captions and the present moment: see `tree`.
//!
//! Version 1 has moves of the world instead of commands: `step 57`, and `run 10ms` for time in
//! which nothing happens. It has no `!`, no `do` and no `end`.
//!
//! [`command`](crate::command) interprets the lines. To change the format, start at `write` and
//! `read`, and raise [`VERSION`].
//!
//! | file | what |
//! |---|---|
//! | `write` | a journal as a session, and as a script |
//! | `tree` | branches, marks, captions and the present moment, which `save --all` adds |
//! | `read` | a file into the parts of a session; its commands stay text |

mod read;
mod tree;
mod write;

use std::ops::RangeInclusive;

use serde::Deserialize;

use super::journal::Journal;
use super::moves::{Extent, Position};
use super::yaml::Fault;
use crate::sim::engine::EngineChoice;
use crate::sim::{EventId, Settings};

pub use read::read;
pub use tree::with_branches;
pub use write::{cluster, script, session};

/// The version of the format that is written.
pub const VERSION: u64 = 2;

/// The versions that can be read.
const KNOWN: RangeInclusive<u64> = 1..=VERSION;

/// The size in bytes above which a session is neither written nor read.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The number of moves above which a session is not written.
pub const MAX_MOVES: usize = 1_000_000;

/// A session as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Whether its moves are commands as they were typed. In version 1 they are moves of the world.
    pub typed: bool,
    /// The number of nodes of its cluster.
    pub nodes: usize,
    /// The seed of its random numbers.
    pub seed: u64,
    /// The engines of its nodes, if they run any, and the folder in which these run.
    pub engines: Vec<EngineChoice>,
    /// That folder; empty for the one in which raftsh was started.
    pub folder: String,
    /// The settings at the start.
    pub settings: Settings,
    /// Its moves, in order.
    pub moves: Vec<Line>,
    /// How the session ended when it was saved, if the file says so.
    pub end: Option<EndState>,
    /// Its other branches, its marks, its captions and where one stands, if the file has them.
    pub tree: Option<SavedTree>,
}

/// A move as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// The shell line that makes it.
    pub text: String,
    /// How far the command got, if it was cut short. It is to stop there again.
    pub extent: Option<Extent>,
}

/// What `save --all` adds to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedTree {
    /// The name of the first branch.
    pub first: String,
    /// The other branches, each after the one that it parted from.
    pub branches: Vec<SavedBranch>,
    /// The marks.
    pub marks: Vec<SavedMark>,
    /// What was said, in the order in which it was.
    pub captions: Vec<SavedCaption>,
    /// Where the session stands.
    pub at: SavedStand,
}

/// A branch as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedBranch {
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// The branch that it parted from.
    pub from: String,
    /// Where it parted.
    pub moment: SavedMoment,
    /// Whether a person chose the name.
    pub named: bool,
    /// Its moves since then, in order.
    pub moves: Vec<Line>,
    /// Its end.
    pub end: Option<EndState>,
}

/// A mark as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedMark {
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// The branch on which it is.
    pub branch: String,
    /// The moment that it names.
    pub moment: SavedMoment,
}

/// What was said at a moment, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCaption {
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// What was said.
    pub text: String,
    /// The branch on which it was.
    pub branch: String,
    /// The moment at which it was.
    pub moment: SavedMoment,
}

/// Where a session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedStand {
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// The branch.
    pub branch: String,
    /// The moment; `None` is the end of the branch.
    pub moment: Option<SavedMoment>,
}

/// A moment of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedMoment {
    /// After these actions and steps.
    pub at: Position,
    /// How long nothing has happened since then, in microseconds.
    pub waited_us: u64,
    /// The number of events by then.
    pub event: EventId,
    /// The virtual time then, in microseconds.
    pub time_us: u64,
}

/// The state at the end of a session, to compare a loaded session with the saved one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndState {
    /// The number of steps made in all.
    pub steps: u64,
    /// The virtual time, in microseconds.
    pub time_us: u64,
    /// The fingerprint of the cluster, as 16 hexadecimal digits.
    pub digest: String,
}

impl EndState {
    /// The end state of a journal.
    pub fn of(journal: Journal<'_>) -> EndState {
        let Journal { steps, world, .. } = journal;
        EndState { steps, time_us: world.now_us(), digest: format!("{:016x}", world.fingerprint()) }
    }
}

fn too_large() -> Fault {
    Fault::whole(format!(
        "the session is too large: more than {MAX_MOVES} moves or {} MiB",
        MAX_BYTES / 1024 / 1024
    ))
}
