//! What `--format json` shows: the `data` of each command, for programs.
//!
//! | file | what |
//! |---|---|
//! | `events` | what happened, for `history` and for every command that moves the world |
//! | `nodes`, `logs`, `disk` | `status`, `kv`, `logs`, `diff`, `disk show` |
//! | `links`, `requests`, `settings` | `links`, `messages`, `ops`, `settings` |
//! | `judgement` | `violations`, `flaw` |
//!
//! # What holds
//!
//! - Names of fields are the format. Fields may be added; none changes its name or its meaning.
//! - Nodes, messages and requests are written as typed (`"n1"`, `"m12"`, `"op3"`), terms, indices
//!   and event numbers as integers, times in microseconds, chances in millionths, nothing as null;
//!   reasons are words in snake_case.
//! - Events alone rebuild every node that runs: its role, term, vote, log, commit and applied
//!   index. A test does.
//! - Events are written one by one as they are asked for: a million of them need no tree in memory.
//!
//! # What is not here
//!
//! The object around the data, and when it is written: that is the shell's.

mod disk;
mod events;
mod judgement;
mod links;
mod logs;
mod nodes;
mod requests;
mod settings;

pub use disk::disk;
pub use events::events;
pub use judgement::{flaws, flaws_on, not_judged, violated, violations};
pub use links::{links, messages};
pub use logs::{diff, logs};
pub use nodes::{kv, status};
pub use requests::ops;
pub use settings::settings;
