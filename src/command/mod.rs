//! The commands: one file for each family, which holds the grammar, the help and the execution of
//! each of its commands.
//!
//! | file | what |
//! |---|---|
//! | `client`, `load`, `node`, `link`, `disk`, `message`, `time`, `breaks`, … | the families |
//! | [`export`] | a session as a file for people without raftsh |
//! | `lives` | the filters of `history` that select the life of one thing |
//! | `all`, `shared` | all families as one [`Command`]; what several families share |
//! | `grammar`, `outlook` | clap's definitions of all commands; what may be typed at a place of a line |
//! | `reading`, `arrange`, `asked` | reads a statement into a command; puts its words in the form that clap reads; the node of a request, which may be left out |
//! | `explain`, `synonyms`, `foreign` | turns clap's errors into ours; other names for commands; the words of redis, psql and gdb |
//! | `load_tree` | the branches, marks and present moment of a saved session |
//! | `settle`, `stops` | one move of many steps; why a command stops early |
//! | `refusal` | whether the cluster would refuse a command now, asked while it is typed |
//! | [`alias`] | `alias` and `unalias`, which name command lines for the prompt |
//! | [`help`] | help, made from the definitions |
//!
//! A statement becomes a [`Command`] in two steps. clap reads the words by the definitions here,
//! from which help and suggestions are made as well. What clap cannot read (conditions, `partition
//! A | B`) is then read from the words that it collected. [`Command::run`] carries the command out.
//! So a definition is the only place that says what a command is called and what it takes: reading,
//! help, hints, completion and colours ask [`Grammar`] for it.
//!
//! # What holds
//!
//! - Reading looks at no cluster: an error of form (status 2) is found without one, so that a
//!   script can be checked before it runs.
//! - A command that fails has changed nothing, except that time may have passed and requests may
//!   have been sent before it failed.
//! - A command makes its moves through the session and shows documents that `view` makes. It does
//!   not deal with scripts, blocks or prompts: [`script`](crate::script) runs commands, and no
//!   command runs a script.
//!
//! To add a command, start at its family: add a variant with its doc comment and examples, and an
//! arm in the family's `run`. If the command is a move, also add an arm in the family's `action`,
//! which `run` and saved sessions of version 1 use. If it only looks, add `arg = format()` to its
//! definition, so that it takes `--format`. `help` lists it once `help/pages.rs` names it.

pub mod alias;
mod all;
mod arrange;
mod asked;
mod branch;
mod breaks;
mod check;
mod client;
mod cluster;
mod disk;
mod engine;
mod explain;
pub mod export;
mod find;
mod flaw;
mod foreign;
mod grammar;
pub mod help;
mod history;
pub mod hunt;
mod link;
mod lives;
mod load;
mod load_tree;
mod look;
mod measure;
mod member;
mod mend;
mod message;
mod node;
mod outlook;
mod reading;
mod refusal;
pub mod rerun;
mod saved;
mod settle;
mod shared;
mod shell;
pub mod shrink;
mod snapshot;
mod stops;
mod synonyms;
mod time;
mod transfer;
mod travel;
mod why;

use shared::{act_and_show, condition, say_nodes};

pub use all::Command;
pub use grammar::Grammar;
pub use outlook::{ArgumentSlot, Outlook};
pub use reading::ParsedCommand;
pub use shared::tell_changes;
