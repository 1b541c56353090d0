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
//! The settings are those the cluster began with, all of them; one that is left out is as usual. The
//! moves are the commands as they were typed, each on a line of its own, so that a line can be taken
//! out or put in; what a line means is for the commands to say. Before one that failed stands a `!`.
//! Of one that was cut short it is told how far it came. The end tells whether what is loaded is what
//! was saved. The last line tells a whole file from one that was cut short.
//!
//! Version 1 knew moves only: `step 57` for what happens, and `run 10ms` for time in which nothing
//! does. It has no `!`, no `do` and no `end`.
//!
//! | file | what |
//! |---|---|
//! | `write` | a journal as a session, and as a script |
//! | `read` | a session, as far as that can be done without knowing what its moves mean |

mod read;
mod write;

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::journal::{Cut, Journal};
use super::yaml::Fault;
use crate::sim::Settings;

pub use read::read;
pub use write::{script, session};

/// The version of the form that is written.
pub const VERSION: u64 = 2;

/// The versions that are read.
const KNOWN: RangeInclusive<u64> = 1..=VERSION;

/// Larger sessions are not read.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Sessions of more moves are not written.
pub const MAX_MOVES: usize = 1_000_000;

/// A session as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Whether its moves are commands as they were typed; in version 1 they are moves of the world.
    pub typed: bool,
    /// How many nodes its cluster has.
    pub nodes: usize,
    /// The seed of its dice.
    pub seed: u64,
    /// The settings it began with.
    pub settings: Settings,
    /// Its moves, in order.
    pub moves: Vec<Line>,
    /// Where they led when they were saved, if that is told.
    pub end: Option<Reached>,
}

/// A move as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line of the file on which it stands, counted from 1.
    pub line: usize,
    /// The shell line that makes it.
    pub text: String,
    /// How much of it is to be done, if not all.
    pub cut: Option<Cut>,
}

/// Where a session stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// How many steps were made in all.
    pub steps: u64,
    /// Virtual time, in microseconds.
    pub time_us: u64,
    /// The fingerprint of its cluster, in hexadecimal digits.
    pub digest: String,
}

impl Reached {
    /// Where this journal leads.
    pub fn by(journal: Journal<'_>) -> Reached {
        let Journal { steps, world, .. } = journal;
        Reached { steps, time_us: world.now_us(), digest: format!("{:016x}", world.fingerprint()) }
    }
}

fn too_large() -> Fault {
    Fault::whole(format!(
        "the session is too large: more than {MAX_MOVES} moves or {} MiB",
        MAX_BYTES / 1024 / 1024
    ))
}
