//! What was typed: turns text into words, commands, sets of nodes and conditions, with errors that
//! point into the text.
//!
//! | file | what |
//! |---|---|
//! | [`line`](mod@line), [`statement`] | splits a line into words, and puts words together into commands and blocks |
//! | [`redirect`] | where a command at the prompt sends its output: `> FILE`, `\| PROGRAM` |
//! | [`select`], [`condition`] | the two smaller languages: sets of nodes, and conditions |
//! | [`thing`] | an event, a request, a message, an entry |
//! | [`when`](mod@when) | moments: a time, an event, a mark |
//! | [`suggest`] | the known word that was probably meant |
//! | [`error`] | what is wrong, where in the line, what to do, and the exit status |
//!
//! # What holds
//!
//! - Everything here is a function of text: no file, no stream, no clock, and no cluster. Whether
//!   n9 exists is checked when a command runs.
//! - No input panics: text that cannot be read gets an error that points at it.
//!
//! # What is not here
//!
//! The names of commands and their arguments: those are in [`command`](crate::command). Where lines
//! come from: that is [`script`](crate::script).
//!
//! To change how words, quotes or blocks are written, start at [`line`](mod@line) and
//! [`statement`]; to add a fact to conditions, at `condition/facts.rs` and
//! [`check::condition`](crate::check::condition).

pub mod condition;
pub mod error;
pub mod line;
pub mod redirect;
pub mod select;
pub mod statement;
pub mod suggest;
pub mod thing;
pub mod when;

pub use error::{Error, Status, Unmet};
pub use line::Token;
pub use select::Selection;
pub use statement::{Failure, SourcePlace, Statement};
pub use when::When;
