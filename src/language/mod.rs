//! What was typed: text into words, commands, sets of nodes and conditions, and the errors that
//! point into it.
//!
//! | file | what |
//! |---|---|
//! | [`line`](mod@line), [`statement`] | a line into words, words into commands and blocks |
//! | [`select`], [`condition`] | the two small languages inside: sets of nodes, and conditions |
//! | [`suggest`] | what was probably meant |
//! | [`error`] | what is wrong, where in the line, what to do, and how a script ends because of it |
//!
//! # What holds
//!
//! - Everything here is a function of text: no file, no stream, no clock, and no cluster. Whether
//!   n9 exists is found out by whoever acts.
//! - Nothing that can be typed panics: what cannot be read gets an error that points at it.
//!
//! # What is not here
//!
//! What commands are called and what they take: that is [`command`](crate::command). Where lines
//! come from: that is [`script`](crate::script).
//!
//! To change how words, quotes or blocks are written, start at [`line`](mod@line) and
//! [`statement`]; to add a fact to conditions, at `condition/facts.rs` and
//! [`check::condition`](crate::check::condition).

pub mod condition;
pub mod error;
pub mod line;
pub mod select;
pub mod statement;
pub mod suggest;

pub use error::{Error, Status};
pub use line::Token;
pub use select::Selection;
pub use statement::{Failure, SourcePlace, Statement};
