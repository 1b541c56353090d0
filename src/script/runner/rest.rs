//! What is left of a line when a breakpoint stops one of its commands.
//!
//! At a prompt, and in a transcript, a stop ends the whole line. On the way out, each block and
//! file that is left adds what it has still to do, the innermost first. In a script a stop ends
//! only the command, so nothing is kept here.

use crate::language::Statement;
use crate::language::statement::{Builder, Node};
use crate::script::source::{OpenFile, RedirectedCommand, Script};

/// What is left of a line.
#[derive(Default)]
pub(super) struct LineRest {
    /// Whether the command that stopped was negated with `!`.
    pub(super) negated: bool,
    /// What follows that command, the innermost block or file first.
    pub(super) parts: Vec<Part>,
}

/// What is left of a line, a block or a file.
pub(super) enum Part {
    /// Commands and blocks after the one that stopped.
    Nodes {
        nodes: Vec<Node>,
        outermost: bool,
        /// Those of them that send their output elsewhere.
        redirects: Vec<RedirectedCommand>,
    },
    /// How often a block is still to be run.
    Repeat { count: u64, body: Vec<Node> },
    /// The lines of a sourced file that were not read yet.
    Source { script: Script, builder: Builder, file: OpenFile, statement: Statement },
}
