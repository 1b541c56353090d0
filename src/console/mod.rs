//! The console: everything between raftsh and the process it runs in.
//!
//! All output leaves here, as text or as JSON. The terminal, the environment, Ctrl-C and whole
//! files are accessed here.
//!
//! | file | what |
//! |---|---|
//! | [`output`] | writes documents, remarks, hints and errors to the two streams, or into memory |
//! | [`json`](mod@json) | `--format json`: the envelope around the data of a command |
//! | [`diagnostic`] | an error as the user sees it |
//! | [`terminal`] | which streams are terminals, how wide they are, and which variables are set |
//! | [`interrupt`], `progress` | Ctrl-C; the progress of a long command |
//! | [`file`](mod@file) | reads and writes whole files |
//! | [`kind`] | what a file is: a script, a tutorial, a saved session, settings |
//!
//! # What holds
//!
//! - Only [`output`] writes to standard output and standard error, only [`terminal`] reads the
//!   environment, and only [`interrupt`] listens for Ctrl-C.
//! - Writing returns no error to the caller: a closed pipe or a full disk is recorded, and the
//!   runner stops when it next checks.
//!
//! # What is not here
//!
//! What is written: documents come from [`view`](crate::view) and from the commands. How scripts
//! are read line by line: that is [`script`](crate::script).
//!
//! To change how errors look, start at [`diagnostic`]; to change the envelope of JSON, at
//! [`json`](mod@json); to change the setting of `set` that affects only the output, at
//! [`output::ASCII`].

pub mod diagnostic;
pub mod file;
pub mod interrupt;
pub mod json;
pub mod kind;
pub mod output;
mod progress;
pub mod terminal;

pub use interrupt::Interrupt;
pub use json::Format;
pub use kind::FileKind;
pub use output::Output;
pub use terminal::Terminal;
