//! Help, made from the definitions of the commands, and texts on a few topics.
//!
//! | file | what |
//! |---|---|
//! | `pages` | what `help` shows: all commands, a family, a command, a topic |
//! | `topics` | texts about things that are not commands |
//! | `glossary` | what the paper, Kleppmann's lectures and etcd call the same things |
//! | `tools` | the words of redis, psql and gdb, and what is typed here |
//! | `search` | `apropos`: the search for a word in all of it |
//!
//! What a command does, its options and its examples are written once, in its definition; here they
//! are only laid out. A topic is a text, a family of commands with an example each, or a page made
//! from tables elsewhere (`properties`, `flaws`). Every example is run by a test.
//!
//! To change the help of a command, start at its definition in its family; to add a topic, at
//! `topics`.

mod beyond;
mod glossary;
mod pages;
mod search;
mod tools;
mod topics;

pub use pages::{overview, topic, topics};
pub use search::apropos;
