//! Scripts: lines from a file, a pipe, `-c` or the prompt, run one after the other.
//!
//! ```text
//! source ─▶ line ─▶ statement ─▶ runner ─▶ interpreter ─▶ command ─▶ session
//! bytes     words   commands,    repeat,   read and run,  changes    the
//!                   blocks       source, ! judge                     cluster
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`source`] | where lines come from: files, pipes and texts; the trait that a prompt implements |
//! | [`runner`] | runs lines, and handles `repeat`, `source`, `quit`, `!`, failures and Ctrl-C |
//! | [`paced`] | scripts that wait for a reader after each command: `run --pause`, `tour` |
//! | [`guarded`] | scripts that searches run by themselves, not all of whose commands may run |
//! | [`syntax`] | checks lines without running them |
//! | [`interpreter`] | the trait through which both reach the commands |
//! | `session` | implements that trait: runs the commands of a session and reports what they broke |
//!
//! # What holds
//!
//! - There is one reader: a file, a pipe, `-c` and the prompt run through the same code, and give
//!   the same output.
//! - Lines are read one at a time, each after the previous one has run, so that another program can
//!   read each answer before it sends the next command.
//! - A block is checked as a whole before any of it runs.
//!
//! # What is not here
//!
//! Words and blocks are in [`language`](crate::language), and what commands do is in
//! [`command`](crate::command).
//!
//! To change what a failure does to a script, start at [`runner`]; to change what a violation does
//! to it, start at `session/judgement.rs`.

pub mod guarded;
pub mod interpreter;
pub mod paced;
pub mod runner;
mod session;
pub mod source;
pub mod syntax;

pub use interpreter::{Interpreter, TypingContext};
pub use paced::{Pause, Wish};
pub use runner::{FailurePolicy, Runner, SourceEnd};
pub use source::{Input, Lines, RedirectedCommand, Script};
