//! The past of a world: the moves that were made, and the events that happened.
//!
//! The journal is authoritative: the nodes, the seed and the list of actions
//! ([`crate::sim::Action`]) rebuild everything, because they determine a world. Only the latest
//! events are kept, for inspection; a replay produces the older ones again.
//!
//! | file | what |
//! |---|---|
//! | [`Timeline`], [`Journal`], [`EventLog`] | the present, the moves that led to it, the events |
//! | [`tree`] | branches, and the moment at which one stands |
//! | [`lives`] | the events that belong to one request, message or entry, or led to one event |
//! | [`saved`] | a journal as text, and back: as a session (YAML) or as a script |
//! | [`initial`] | what `--config` says about fresh clusters |
//! | [`yaml`] | the only file that names the parser of YAML |
//!
//! Invariants: the world of a [`Timeline`] changes only through [`Timeline::act`] and
//! [`Timeline::step`]. An action that was refused, or changed nothing, is not in the journal. The
//! journal also keeps the commands as they were typed: the moves rebuild this exact world, and the
//! commands still make sense after an edit.
//!
//! To change what is recorded of a move, start at [`RecordedMove`]; to change the files, at
//! [`saved`].

mod events;
pub mod initial;
mod journal;
pub mod lives;
mod moves;
pub mod saved;
mod timeline;
pub mod tree;
pub mod yaml;

pub use events::EventLog;
pub use journal::{CommandEnd, Journal, RecordedMove, TypedCommand};
pub use moves::{Extent, Moment, Position, UndoStep};
pub use timeline::Timeline;
