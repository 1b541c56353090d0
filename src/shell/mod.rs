//! The shell: lines of text into moves, and what came of them back into text.
//!
//! The only room that touches the terminal, files, Ctrl-C and the environment, and each of them in one file.
//!
//! ```text
//! source or prompt ─▶ line ─▶ statement ─▶ runner ─▶ command ─▶ session ─▶ output
//!    bytes            words    commands,     repeat,    clap and    the        the streams
//!                              blocks        source, !  conditions  cluster
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`source`], [`prompt`] | where lines come from: files, pipes and texts; a person, in a room of its own |
//! | [`line`](mod@line), [`statement`] | a line into words, words into commands and blocks |
//! | [`runner`], [`syntax`] | running them one by one; only checking them |
//! | [`command`] | what each command means, its grammar, its help: a file a family |
//! | [`condition`], [`select`] | the two small languages inside: conditions, and sets of nodes |
//! | [`session`] | a cluster with its past: as commands act on it, as the runner sees it, and what it says to moves it refuses |
//! | [`error`], [`diagnostic`], [`suggest`] | what went wrong, how it is shown, what was probably meant |
//! | [`json`](mod@json) | `--format json`: the object around what a command has to say |
//! | [`output`], [`terminal`], [`interrupt`], `progress` | the streams, the surroundings, Ctrl-C, how far a long command has come |
//! | [`help`] | help, out of the definitions of the commands |
//!
//! # What holds
//!
//! - There is one reader: a file, a pipe, `-c` and the prompt run the same way and say the same.
//! - A command that fails has changed nothing, but for time that had passed before it failed and requests it had sent.
//! - An error of form (status 2) is found without looking at a cluster, so that a script can be checked without one.
//! - Nothing that can be typed panics: what cannot be read gets an error that points at it.
//!
//! # What is not here
//!
//! How the world moves, what happened in it, and how that looks: the shell asks for a move, and shows the picture.

pub mod command;
pub mod condition;
pub mod diagnostic;
pub mod error;
pub mod file;
pub mod help;
pub mod interrupt;
pub mod json;
mod judgement;
pub mod line;
pub mod output;
pub mod preference;
mod progress;
pub mod prompt;
pub mod runner;
pub mod select;
pub mod session;
pub mod source;
pub mod statement;
pub mod suggest;
pub mod suite;
pub mod syntax;
pub mod terminal;
pub mod transcript;
