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
//! | [`redirect`], [`pager`], `program` | where the output of one command goes instead; what is longer than the screen; the programs that this takes |
//! | [`setting`] | the settings of the output |
//! | [`interrupt`], `progress` | Ctrl-C; the progress of a long command |
//! | [`file`](mod@file) | reads and writes whole files |
//! | [`kind`] | what a file is: a script, a tutorial, a saved session, settings |
//!
//! # What holds
//!
//! - Only [`output`] writes to standard output and standard error, only [`terminal`] reads the
//!   environment, only [`interrupt`] listens for Ctrl-C, and only `program` starts programs.
//! - Writing returns no error to the caller: a closed pipe or a full disk is recorded, and the
//!   runner stops when it next checks.
//!
//! # What is not here
//!
//! What is written: documents come from [`view`](crate::view) and from the commands. How scripts
//! are read line by line: that is [`script`](crate::script).
//!
//! To change how errors look, start at [`diagnostic`]; to change the envelope of JSON, at
//! [`json`](mod@json); to change a setting of `set` that affects only the output, at [`setting`].

pub mod diagnostic;
pub mod file;
pub mod interrupt;
pub mod json;
pub mod junit;
pub mod kind;
pub mod output;
pub mod pager;
mod program;
mod progress;
pub mod redirect;
pub mod setting;
pub mod terminal;

pub use interrupt::Interrupt;
pub use json::Format;
pub use kind::FileKind;
pub use output::Output;
pub use redirect::Redirect;
pub use terminal::Terminal;
