//! What a terminal shows while a command runs, and what other output erases: how far the command
//! has come, and the frames of a view.

use super::Output;
use crate::console::progress::Progress;
use crate::console::terminal;
use crate::view::document::Document;
use crate::view::render;

impl Output {
    /// Begins another line of commands, for which progress starts again.
    pub fn begin_line(&mut self) {
        if let Some(progress) = &mut self.progress {
            *progress = Progress::default();
        }
    }

    /// Shows the progress of the current command, if it takes long and a user waits for it. A
    /// command that runs for long calls this with every step.
    pub fn progress(&mut self, how_far: impl FnOnce() -> String) {
        let silent = self.answers_in_json() || self.detour.is_some();
        if !self.progress.as_mut().is_some_and(Progress::is_due) || silent {
            return;
        }
        let line = self
            .activity
            .as_ref()
            .map_or_else(how_far, |activity| format!("{activity}; Ctrl-C stops"));
        let line: String = line.chars().take(self.width.saturating_sub(1)).collect();
        self.show_progress(&line);
    }

    /// Shows on standard error how far work has come that has many parts, if a user waits for it
    /// at a terminal. The line changes with every tenth part at least; the last part erases it.
    pub fn show_parts(&mut self, done: usize, all: usize, how_far: impl FnOnce() -> String) {
        let is_due = done >= all || done.is_multiple_of((all / 100).clamp(1, 10));
        if !self.shows_parts || !is_due {
            return;
        }
        let line = if done < all { how_far() } else { String::new() };
        let line: String = line.chars().take(self.width.saturating_sub(1)).collect();
        let before = std::mem::replace(&mut self.parts_shown, line.chars().count());
        self.streams.put_error(&format!("\r{:before$}\r{line}", ""));
    }

    /// Shows a progress line, until anything else is written.
    pub fn show_progress(&mut self, line: &str) {
        self.wipe_progress();
        self.streams.put(line);
        self.shown = line.chars().count();
    }

    /// Whether a view is drawn again and again while commands run: a user waits at a terminal.
    pub fn draws_frames(&self) -> bool {
        self.progress.is_some() && self.activity.is_none() && !self.answers_in_json()
    }

    /// Draws a frame of a view in place of the one before, at most 10 times a second. Other output
    /// erases it. A command that runs for long calls this with every step. A frame that does not
    /// fit on the screen is not drawn, because it could not be erased.
    pub fn frame(&mut self, view: impl FnOnce() -> Document) {
        if !self.draws_frames() || self.detour.is_some() || !self.frames.is_due() {
            return;
        }
        let text = render::text(&view(), self.page());
        let rows = text.lines().count();
        if terminal::screen().is_some_and(|screen| rows < screen.rows) {
            self.wipe_progress();
            self.streams.put(&text);
            self.streams.flush();
            self.frame_rows = rows;
        }
    }

    /// Erases the progress line, and the frame of a view. Blanks erase the line at every terminal,
    /// whatever escape codes it knows.
    pub fn wipe_progress(&mut self) {
        let shown = std::mem::take(&mut self.shown);
        if shown > 0 {
            self.streams.put(&format!("\r{:shown$}\r", ""));
        }
        let rows = std::mem::take(&mut self.frame_rows);
        if rows > 0 {
            // Up by these rows, and clear from there: every terminal that edits lines can do so.
            self.streams.put_control(&format!("\r\x1b[{rows}A\x1b[J"));
        }
    }
}
