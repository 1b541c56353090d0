//! Transcripts: Markdown that contains sessions and their output, so that one text is a tutorial
//! and a test.
//!
//! ````text
//! Prose, as anywhere in Markdown.
//!
//! ```raftsh                   a fence that is run; all fences of a file are one session
//! raft> cluster 3             a command, after the fixed prompt
//! fresh cluster of 3 …        its exact output, both streams
//! raft> repeat 2 {            further lines of a command come
//! ....> step                  after the prompt of an open block
//! ....> }
//! ...                         any lines
//!    3.[..]ms  #7 [..]        any characters
//! ```
//!
//! ```raftsh reset             the same, on a fresh cluster
//! ```raftsh ignore            a fence that is not run
//! ````
//!
//! | file | what |
//! |---|---|
//! | [`markdown`] | finds the sessions in a text, and writes new outputs into it |
//! | [`pattern`] | whether an output matches the expected one, and how to correct the expected one |
//! | [`play`] | runs the commands of a session, and keeps their output |
//! | [`difference`] | the unified diff between expected and actual output |
//! | [`record`] | records a session as such a text while it is typed |
//!
//! # What holds
//!
//! - `--bless` changes only the lines of output that differ; every other line of the Markdown stays
//!   as it is.
//! - `...` never matches an error or a violation: a failure passes only if the text shows it.
//! - A session runs as at a prompt: it continues after an error, and the next command need not
//!   expect a violation.
//! - What was blessed passes, and blessing it again changes nothing.
//! - The output that is held of one command is bounded.
//!
//! # What is not here
//!
//! How commands run: that is [`script`](crate::script). Which outputs are rewritten: that is
//! [`suite::tutorial`](crate::suite::tutorial).
//!
//! To change how fences are marked, start at [`markdown`]; to change how outputs are compared, at
//! [`pattern`].

pub mod difference;
pub mod markdown;
pub mod pattern;
pub mod play;
pub mod record;
