//! Transcripts: Markdown in which sessions stand, with what they say, so that one text is told, run
//! and tested.
//!
//! ````text
//! Prose, as anywhere in Markdown.
//!
//! ```raftsh                   a fence that is run; all of a file are one session
//! raft> cluster 3             a command, behind the fixed prompt
//! fresh cluster of 3 …        its exact output, both streams
//! raft> repeat 2 {            further lines of a command stand
//! ....> step                  behind the prompt of an open block
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
//! | [`markdown`] | the text into sessions and exchanges, and new outputs into the text |
//! | [`pattern`] | whether an output is the one that stands there, and how to mend what stands there |
//! | [`play`] | running the exchanges |
//! | [`difference`] | what differs, as a unified diff |
//! | [`record`] | the other way round: a session that becomes such a text as it is typed |
//!
//! # What holds
//!
//! - A line of Markdown is never touched unless it is output that differs, and then by `--bless`
//!   alone.
//! - `...` never stands for an error or a violation: what goes wrong passes only where it is shown.
//! - A session is run as at a prompt: errors are answers, and what broke need not be expected by
//!   the next command.
//! - What was blessed passes, and blessing it again changes nothing.
//! - However much a command says, only so much of it is held.

pub mod difference;
pub mod markdown;
pub mod pattern;
pub mod play;
pub mod record;
