//! A journal as text: as a session, which is loaded, and as a script, which is run.
//!
//! ```yaml
//! raftsh: 2
//! nodes: 5
//! seed: 1
//! settings:
//!   election-timeout: 150ms..300ms
//! moves:
//! - run until leader
//! - put leader x=5
//! - "!run until no-leader within 1s"
//! - {do: "run 2s", steps: 57, us: 180000}
//! end: {steps: 212, time_us: 1381204, digest: "9f0c2b7a44e1d803"}
//! ...
//! ```
//!
//! `settings` are the settings at the start; a setting that is left out has its default value.
//! `moves` are the commands as they were typed, one a line, so that a line can be deleted or added.
//! `!` marks a command that failed. `do` tells how far a command got that was cut short. `end`
//! tells whether a loaded session ends as the saved one did. The last line, `...`, shows that the
//! file is complete.
//!
//! Version 1 has moves of the world instead of commands: `step 57`, and `run 10ms` for time in
//! which nothing happens. It has no `!`, no `do` and no `end`.
//!
//! What a line means is for [`command`](crate::command) to say. To change the form, start at
//! `write` and `read`, and raise [`VERSION`].
//!
//! | file | what |
//! |---|---|
//! | `write` | a journal as a session, and as a script |
//! | `read` | a file into the parts of a session; its commands stay text |

mod read;
mod write;

use std::ops::RangeInclusive;

use serde::Deserialize;

use super::journal::{Extent, Journal};
use super::yaml::Fault;
use crate::sim::Settings;

pub use read::read;
pub use write::{script, session};

/// The version of the form that is written.
pub const VERSION: u64 = 2;

/// The versions that can be read.
const KNOWN: RangeInclusive<u64> = 1..=VERSION;

/// Larger sessions are not read.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Sessions of more moves are not written.
pub const MAX_MOVES: usize = 1_000_000;

/// A session as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Whether its moves are commands as they were typed. In version 1 they are moves of the world.
    pub typed: bool,
    /// How many nodes its cluster has.
    pub nodes: usize,
    /// The seed of its dice.
    pub seed: u64,
    /// The settings it began with.
    pub settings: Settings,
    /// Its moves, in order.
    pub moves: Vec<Line>,
    /// How the session ended when it was saved, if the file says so.
    pub end: Option<EndState>,
}

/// A move as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line of the file on which it stands, counted from 1.
    pub line: usize,
    /// The shell line that makes it.
    pub text: String,
    /// How far to go, if the command was cut short.
    pub extent: Option<Extent>,
}

/// The end of a session, to compare a loaded one with the saved one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndState {
    /// How many steps were made in all.
    pub steps: u64,
    /// Virtual time, in microseconds.
    pub time_us: u64,
    /// The fingerprint of its cluster, in hexadecimal digits.
    pub digest: String,
}

impl EndState {
    /// The end of this journal.
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
