//! Scripts that wait for a reader after each command: `raftsh run --pause`, and the guided tour.
//!
//! The reader sees what a script says in the order in which it is understood: the comment, the
//! command, and what the command prints.

use crate::console::Output;
use crate::language::line;
use crate::language::statement::prompt;
use crate::view::document::{Document, Paragraph, Text, Tone};

/// The script of the tour.
pub(super) const TOUR: &str = include_str!("../../scripts/tour.raft");

/// What a reader wants after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The next command.
    Next,
    /// No more commands.
    Leave,
    /// Ctrl-C.
    Interrupt,
}

/// Waits for the reader.
pub trait Pause {
    /// Waits until the reader has read what a command printed.
    fn wait(&mut self, out: &mut Output) -> Wish;
}

/// The comment of a script that is being read, whose lines make one paragraph.
#[derive(Default)]
pub(super) struct Comment(String);

impl Comment {
    /// Shows a line of a script while `depth` blocks are open: its comment, and then its commands.
    pub(super) fn line(&mut self, text: &str, depth: usize, out: &mut Output) {
        let (commands, comment) = text.split_at(line::comment_start(text).unwrap_or(text.len()));
        let said = comment.trim_start_matches('#');
        // An empty line and an indented one begin another paragraph.
        if said.trim().is_empty() || said.starts_with("  ") {
            self.show(out);
        }
        let blank = if self.0.is_empty() { "" } else { " " };
        self.0.push_str(&format!("{blank}{}", said.trim()));
        if commands.trim().is_empty() {
            return;
        }
        self.show(out);
        let text = Text::new().toned(Tone::Dim, prompt(depth));
        let text = text.toned(Tone::Strong, commands.trim_end());
        out.emit(&Document::new().paragraph(Paragraph::hanging(prompt(depth).len(), text)));
    }

    /// Shows what was collected.
    pub(super) fn show(&mut self, out: &mut Output) {
        let said = std::mem::take(&mut self.0);
        if !said.is_empty() {
            out.emit(&Document::new().paragraph(Paragraph::new(said)));
        }
    }
}

/// What is said before the tour.
pub(super) fn welcome() -> Document {
    let text = "The tour shows Raft and this shell, one command at a time, on its own cluster. \
                Enter runs the next command, q leaves. Your cluster does not change.";
    Document::new().paragraph(Paragraph::new(text))
}

/// What is said after the tour.
pub(super) fn farewell() -> Document {
    let text = "The tour is over: your cluster and your settings are as they were before it.";
    Document::new().paragraph(Paragraph::new(Text::new().toned(Tone::Dim, text)))
}
