//! What `--format json` writes: the `data` of each command, for programs.
//!
//! | file | what |
//! |---|---|
//! | `events` | events, for `history` and for every command that changes the world |
//! | `nodes`, `logs`, `disk` | `status`, `kv`, `logs`, `diff`, `disk show` |
//! | `links`, `requests`, `settings` | `links`, `messages`, `ops`, `settings` |
//! | `places` | `goto`, `mark`, `branches` and the like |
//! | `judgement` | `violations`, `flaw` |
//! | `why` | `why` |
//!
//! # What holds
//!
//! - The names of fields are the format. Fields may be added; none changes its name or its meaning.
//! - Nodes, messages and requests are written as typed (`"n1"`, `"m12"`, `"op3"`), terms, indices
//!   and event numbers as integers, times in microseconds, probabilities in millionths, absent
//!   values as null; reasons are words in snake_case.
//! - Events alone are enough to rebuild every running node: its role, term, vote, log, commit and
//!   applied index. A test does so.
//! - Events are written one by one when the output is made: a million of them need no tree in
//!   memory.
//!
//! # What is not here
//!
//! The object around the data, and when it is written: see [`console`](crate::console).
//!
//! To change what a command writes for programs, start at the file that the table names for it.

mod disk;
mod engines;
mod events;
mod judgement;
mod links;
mod logs;
mod members;
mod nodes;
mod places;
mod requests;
mod settings;
mod snapshots;
mod why;

pub use disk::disk;
pub use engines::{Engine, engines};
pub use events::{event, events};
pub use judgement::{flaws, flaws_on, missing, not_judged, undecided, violated, violations};
pub use links::{links, messages};
pub use logs::{diff, logs};
pub use members::members;
pub use nodes::{kv, status};
pub use places::{began, branches, changes, marks, parted, place_here, since};
pub use requests::{clients, ops};
pub use settings::settings;
pub use snapshots::snapshots;
pub use why::why;
