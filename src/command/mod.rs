//! The commands: a file a family, and in each file the grammar, the help and the deed of every
//! command.
//!
//! | file | what |
//! |---|---|
//! | `client`, `node`, `link`, `disk`, `message`, `time`, … | the families |
//! | `all`, `shared` | the families joined; what several of them need |
//! | `grammar`, `outlook` | what clap knows of them all; what may stand at a place of a line |
//! | `reading`, `explain`, `synonyms` | a statement into a command; what is wrong with it; what others call commands |
//! | [`help`] | help, out of the definitions |
//!
//! A statement becomes a [`Command`] in two steps: clap reads the words by the definitions here,
//! from which help and suggestions come as well; what clap has no notion of (conditions, `partition
//! A | B`) is then read from the words that it collected. [`Command::run`] does the rest. So a
//! definition is the only place that says what a command is called and what it takes: reading,
//! help, hints, completion and colours ask [`Grammar`] for it.
//!
//! # What holds
//!
//! - Reading looks at no cluster: an error of form (status 2) is found without one, so that a
//!   script can be checked.
//! - A command that fails has changed nothing, but for time that had passed before it failed and
//!   requests it had sent.
//! - A command asks the session for moves, and shows pictures that `view` makes. It knows nothing
//!   of scripts, blocks and prompts: [`script`](crate::script) runs commands, and no command runs a
//!   script.
//!
//! To add a command, start at its family: a variant with its doc comment and examples, and an arm
//! in the family's `run`; if it is a move, an arm in the family's `action` as well, from which
//! `run` and saved sessions of version 1 take it; if it only looks, `arg = format()` in its
//! definition, so that it takes `--format`. `help` lists it where `help/pages.rs` names it.

mod all;
mod check;
mod client;
mod cluster;
mod disk;
mod explain;
mod flaw;
mod grammar;
pub mod help;
mod history;
mod link;
mod look;
mod message;
mod node;
mod outlook;
mod reading;
mod saved;
mod shared;
mod shell;
mod synonyms;
mod time;

use shared::{act_and_show, condition, say_nodes};

pub use all::Command;
pub use grammar::Grammar;
pub use outlook::{ArgumentSlot, Outlook};
pub use reading::ParsedCommand;
