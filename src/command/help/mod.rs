//! Help, out of the definitions of the commands themselves, and texts on a few topics.
//!
//! | file | what |
//! |---|---|
//! | `pages` | what `help` shows: all commands, a family, a command, a topic |
//! | `topics` | texts about things that are no commands |
//! | `glossary` | the same things under the names that others give them |
//! | `search` | `apropos`: where a word occurs in all of it |
//!
//! What a command does, its options and its examples are written down once, where it is defined;
//! here they are only laid out. A topic is a text, or a family of commands with an example each.
//! Every example is run by a test.
//!
//! To change the help of a command, start at its definition in its family; to add a topic, at
//! `topics`.

mod glossary;
mod pages;
mod search;
mod topics;

pub use pages::{overview, topic, topics};
pub use search::apropos;
