//! The console: everything between raftsh and the process that it runs in.
//!
//! What raftsh says leaves here, as text or as JSON, and what surrounds it is asked here: the
//! terminal, the environment, Ctrl-C, files that are read or written as a whole.
//!
//! | file | what |
//! |---|---|
//! | [`output`] | documents, remarks, hints and errors to the two streams, or into memory |
//! | [`json`](mod@json) | `--format json`: the object around what a command has to say |
//! | [`diagnostic`] | an error as the user sees it |
//! | [`terminal`] | the surroundings: which streams are terminals, how wide, which variables are set |
//! | [`interrupt`], `progress` | Ctrl-C; how far a long command has come |
//! | [`file`](mod@file) | whole files in and out |
//!
//! # What holds
//!
//! - Only `output/` writes to standard output and standard error, only [`terminal`] reads the
//!   environment, and only [`interrupt`] listens for Ctrl-C.
//! - Writing never fails for whoever has something to say: a closed pipe or a full disk is
//!   remembered, and the runner stops at its next look.
//!
//! # What is not here
//!
//! What there is to say: documents come from [`view`](crate::view) and from the commands. How
//! scripts are read, line by line: that is [`script`](crate::script).
//!
//! To change how errors look, start at [`diagnostic`]; to change the envelope of JSON, at
//! [`json`](mod@json); to change what `set` chooses about the output alone, at [`output::ASCII`].

pub mod diagnostic;
pub mod file;
pub mod interrupt;
pub mod json;
pub mod output;
mod progress;
pub mod terminal;

pub use interrupt::Interrupt;
pub use json::Format;
pub use output::Output;
pub use terminal::Terminal;
