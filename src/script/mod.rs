//! Scripts: lines from somewhere, run one after the other.
//!
//! ```text
//! source ─▶ line ─▶ statement ─▶ runner ─▶ interpreter ─▶ command ─▶ session
//! bytes     words   commands,    repeat,   read and run,  moves      the
//!                   blocks       source, ! judge                     cluster
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`source`] | where lines come from: files, pipes and texts; what a prompt has to be able to do |
//! | [`runner`] | runs them, and knows how a script proceeds: `repeat`, `source`, `quit`, `!`, failures, Ctrl-C |
//! | [`syntax`] | only checks them |
//! | [`interpreter`] | what both ask of whoever knows what commands mean |
//! | `session` | who does: a session, its commands, and what broke meanwhile |
//!
//! # What holds
//!
//! - There is one reader: a file, a pipe, `-c` and the prompt run the same way and say the same.
//! - Lines are read one at a time, each when the one before has been run: a pipe can be answered
//!   line by line.
//! - A block is checked as a whole before any of it runs.
//!
//! # What is not here
//!
//! Words and blocks ([`language`](crate::language)), and what commands do
//! ([`command`](crate::command)).
//!
//! To change what a failure does to a script, start at [`runner`]; to change what a violation does
//! to it, at `session/judgement.rs`.

pub mod interpreter;
pub mod runner;
mod session;
pub mod source;
pub mod syntax;

pub use interpreter::{Interpreter, TypingContext};
pub use runner::{FailurePolicy, Runner, SourceEnd};
pub use source::{Input, Lines, Script};
