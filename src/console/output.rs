//! All output: the only place that writes to standard output and standard error.
//!
//! Documents are rendered with colour, and the streams strip it where it is not wanted. Writing
//! returns no error to the caller: a closed pipe or a full disk is recorded, nothing more is
//! written, and the runner stops when it next checks ([`Output::check_stop`]). The standard
//! library's printing macros would panic instead.

mod detour;
mod fleeting;
mod streams;

use std::collections::BTreeMap;

use serde::Serialize;

use self::detour::Detour;
use self::streams::Streams;
use super::interrupt::Interrupt;
use super::json::{CommandData, CommandEnded, Format, Standing};
use super::pager::{Paged, PagerProgram};
use super::progress::{Frames, Progress};
use super::redirect::{Receiver, Redirect};
use super::setting::OutputSetting;
use super::terminal::{self, ColourChoice, Terminal};
use crate::language::{Error, Statement, Status};
use crate::view::document::{Document, STANDARD_WIDTH, Text, Tone};
use crate::view::render::{self, PageLayout};

/// Where all output goes.
#[derive(Default)]
pub struct Output {
    streams: Streams,
    width: usize,
    /// Whether the width follows the terminal's, which may change.
    elastic: bool,
    /// Whether standard output is coloured.
    pub coloured: bool,
    /// Whether remarks are suppressed (`--quiet`).
    pub quiet: bool,
    /// Whether output is in ASCII only.
    pub ascii: bool,
    /// Whether hints are shown, because a user is at a prompt.
    pub hints: bool,
    /// Whether to flush after each command even if standard output is no terminal: another program
    /// may be waiting for the answer.
    pub flush_each: bool,
    /// The pager, if a user sits at a terminal that can show one.
    pub pager: Option<PagerProgram>,
    /// Whether the user does without the pager (`set pager off`).
    pub is_pager_off: bool,
    /// The folder of the script that runs; empty for the one in which raftsh was started.
    pub directory: String,
    /// Whether a user reads each answer before the next command.
    pub is_attended: bool,
    /// The format in which commands answer (`--format`).
    pub format: Format,
    /// The format of the current command, if the command sets one.
    pub format_once: Option<Format>,
    /// Where standard output goes while a command sends it elsewhere.
    detour: Option<Detour>,
    /// The JSON data of the current command.
    pub answer: CommandData,
    /// The text that a terminal shows while output is muted; `None` if it is not.
    activity: Option<String>,
    /// A copy of what commands print, if a recording needs one.
    copy: Option<String>,
    /// When the progress of a command is due; `None` if no user waits at a terminal.
    progress: Option<Progress>,
    /// The width of the progress line that is shown, in columns; 0 if there is none.
    shown: usize,
    /// When the next frame of a view is due.
    frames: Frames,
    /// How many rows of a frame are shown; 0 if there is none.
    frame_rows: usize,
    /// Whether a user waits at a terminal that shows standard error.
    shows_parts: bool,
    /// The width of the line there that says how far work has come; 0 if there is none.
    parts_shown: usize,
    /// How often each hint was given.
    hinted: BTreeMap<String, u32>,
    /// The hints of the current command, which follow what else it says.
    pending: Vec<String>,
}

/// How often the same hint is given. After that, the user knows it.
const HINTS: u32 = 3;

impl Output {
    /// An output to the streams of the process.
    pub fn process(
        choice: ColourChoice,
        width: Option<usize>,
        quiet: bool,
        terminal: &Terminal,
    ) -> Output {
        let streams = Streams::process(choice, terminal);
        let coloured = terminal::colour(choice, terminal.stdout, &terminal.variables);
        let elastic = width.is_none() && terminal.stdout;
        let progress =
            (terminal.stdout && !terminal.variables.dumb() && !quiet).then(Progress::default);
        Output {
            elastic,
            coloured,
            quiet,
            progress,
            shows_parts: terminal.stderr && !terminal.variables.dumb() && !quiet,
            streams,
            width: terminal::width(width, terminal.columns),
            ..Output::default()
        }
    }

    /// An output into memory, both streams in one and without colour: for tests, transcripts and
    /// use as a library.
    pub fn captured(width: usize) -> Output {
        Output::captured_up_to(usize::MAX, width)
    }

    /// Like [`Output::captured`], but it closes when it would hold more than `most` bytes, and
    /// [`Output::check_stop`] then stops the command.
    pub fn captured_up_to(most: usize, width: usize) -> Output {
        Output { streams: Streams::captured(most), width, ..Output::default() }
    }

    /// An output that discards everything but a copy of standard error.
    pub fn discarding(width: usize) -> Output {
        Output::captured_up_to(0, width)
    }

    /// Takes what was captured since the last call. Empty if this is the process's own output.
    pub fn take(&mut self) -> String {
        self.streams.take()
    }

    /// Takes what was captured of standard error, which is at most 64 KiB.
    pub fn take_errors(&mut self) -> String {
        self.streams.take_errors()
    }

    /// Starts to keep a copy of what commands print, without colour and without hints.
    pub fn set_copied(&mut self) {
        self.copy = Some(String::new());
    }

    /// Takes what was copied since the last call.
    pub fn take_copy(&mut self) -> String {
        self.copy.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Lays out documents for this many columns from now on, whatever the width of the terminal.
    pub fn set_width(&mut self, width: usize) {
        (self.width, self.elastic) = (width, false);
    }

    /// The page for which documents are laid out.
    pub fn page(&self) -> PageLayout {
        PageLayout { width: self.width, ascii: self.ascii }
    }

    /// Reads the terminal's width again, unless another width was set.
    pub fn measure(&mut self) {
        if self.elastic {
            self.width = terminal::width(None, terminal::columns());
        }
    }

    /// Runs something without writing its output. If it takes long, a terminal shows `activity`.
    pub fn muted<R>(&mut self, activity: String, run: impl FnOnce(&mut Output) -> R) -> R {
        let before = self.activity.replace(activity);
        let ran = run(self);
        self.activity = before;
        ran
    }

    /// Sends standard output elsewhere, until [`Output::end_detour`]: without colour, and laid out
    /// for no terminal. Errors still go to standard error.
    ///
    /// # Errors
    /// If the file cannot be written, or the program cannot be started.
    pub fn redirect(&mut self, to: &Redirect) -> Result<(), Error> {
        self.flush();
        let receiver = Receiver::open(to)?;
        self.detour = Some(Detour::Redirected { receiver, width: self.width });
        if self.elastic {
            self.width = STANDARD_WIDTH;
        }
        Ok(())
    }

    /// Shows standard output through the pager if it is longer than the screen, until
    /// [`Output::end_detour`]. Does nothing if no user reads it, or if output goes elsewhere.
    pub fn begin_paging(&mut self) {
        let wanted = self.is_attended && !self.is_pager_off && self.detour.is_none();
        let (Some(pager), Some(screen)) = (&self.pager, terminal::screen()) else { return };
        if wanted {
            let paged = Paged::new(pager.clone(), screen);
            self.flush();
            self.detour = Some(Detour::Paged { paged, coloured: self.coloured });
        }
    }

    /// Changes a setting of the output. Returns whether it had another value before.
    pub fn set(&mut self, setting: OutputSetting) -> bool {
        let before = self.settings();
        match setting {
            OutputSetting::Ascii(on) => self.ascii = on,
            OutputSetting::Format(format) => self.format = format,
            OutputSetting::Pager(on) => self.is_pager_off = !on,
        }
        self.settings() != before
    }

    /// All settings of the output.
    pub fn settings(&self) -> [OutputSetting; 3] {
        [
            OutputSetting::Ascii(self.ascii),
            OutputSetting::Format(self.format),
            OutputSetting::Pager(!self.is_pager_off),
        ]
    }

    /// Ends a detour: closes the file, or waits until the program has ended.
    ///
    /// # Errors
    /// If the file could not be written, or there is no such program.
    pub fn end_detour(&mut self) -> Result<(), Error> {
        match self.detour.take() {
            None => Ok(()),
            Some(Detour::Redirected { receiver, width }) => {
                self.width = width;
                receiver.close()
            }
            Some(Detour::Paged { paged, .. }) => {
                if let Some(text) = paged.close() {
                    self.streams.put(&text);
                }
                Ok(())
            }
        }
    }

    /// Whether somebody or something still reads what is written.
    fn is_heard(&self) -> bool {
        self.detour.as_ref().is_none_or(Detour::listens)
    }

    fn is_muted(&self) -> bool {
        self.activity.is_some()
    }

    /// Whether the current command answers with a JSON object: its results must then be given by
    /// [`Output::data`]. Also true while output is muted.
    pub fn is_json(&self) -> bool {
        self.is_muted() || self.answers_in_json()
    }

    fn answers_in_json(&self) -> bool {
        self.format_once.unwrap_or(self.format) == Format::Json
    }

    /// Adds a field to the JSON object of the current command. Does nothing in other formats.
    pub fn data(&mut self, key: &str, value: &impl Serialize) {
        if self.is_json() && !self.is_muted() {
            self.answer.field(key, value);
        }
    }

    /// Adds the fields of an object to the JSON object of the current command. Does nothing in
    /// other formats.
    pub fn object(&mut self, object: &impl Serialize) {
        if self.is_json() && !self.is_muted() {
            self.answer.fields(object);
        }
    }

    /// Writes a result: as a document for people, or as a field of the JSON object.
    pub fn show<D: Serialize>(
        &mut self,
        document: impl FnOnce() -> Document,
        key: &str,
        data: impl FnOnce() -> D,
    ) {
        match self.is_json() {
            _ if self.is_muted() => {}
            true => self.answer.field(key, &data()),
            false => self.emit(&document()),
        }
    }

    /// Ends the current command, and writes its object in JSON.
    pub fn end_command(
        &mut self,
        statement: &Statement,
        ended: CommandEnded<'_>,
        standing: Standing<'_>,
    ) {
        let answer = std::mem::take(&mut self.answer);
        if self.is_json() {
            self.write(&answer.object(statement, ended, standing));
        }
        self.format_once = None;
        self.wipe_progress();
        if self.flush_each {
            self.flush();
        }
    }

    /// Writes a document. In JSON, it becomes the text of the command's object, unless the object
    /// has other data.
    pub fn emit(&mut self, document: &Document) {
        if self.is_muted() || !self.is_heard() {
            return;
        }
        let text = render::text(document, self.page());
        match self.is_json() {
            true => self.answer.text(&anstream::adapter::strip_str(&text).to_string()),
            false => self.write(&text),
        }
    }

    /// Writes feedback about what a command did, which `--quiet` suppresses.
    pub fn remark(&mut self, document: &Document) {
        if !self.quiet || self.is_json() {
            self.emit(document);
        }
    }

    /// Whether hints are shown now, so that it is worth the work to find a good one.
    pub fn gives_hints(&self) -> bool {
        let redirected = matches!(self.detour, Some(Detour::Redirected { .. }));
        self.hints && !self.quiet && !redirected && !self.is_json()
    }

    /// Suggests what to do next: only at a prompt, not with `--quiet`, and each hint only a few
    /// times. Hints are shown when the command has ended, or never if it ended badly.
    pub fn hint(&mut self, hint: impl Into<String>) {
        if self.gives_hints() {
            self.pending.push(hint.into());
        }
    }

    /// Shows the hints of the current command.
    pub fn show_hints(&mut self) {
        for hint in std::mem::take(&mut self.pending) {
            let given = self.hinted.entry(hint.clone()).or_default();
            *given += 1;
            if *given <= HINTS {
                let copy = self.copy.take();
                self.remark(&Text::new().toned(Tone::Dim, hint).into());
                self.copy = copy;
            }
        }
    }

    /// How often each hint was given so far, whether it was shown or not.
    pub fn hints_given(&self) -> impl Iterator<Item = (&str, u32)> {
        self.hinted.iter().map(|(hint, count)| (hint.as_str(), *count))
    }

    /// Forgets the hints of the current command, and returns them.
    pub fn drop_hints(&mut self) -> Vec<String> {
        std::mem::take(&mut self.pending)
    }

    /// Writes an error to standard error, after all earlier output.
    pub fn error(&mut self, document: &Document) {
        let text = render::text(document, self.page());
        self.write_error(&text);
    }

    /// Writes text unchanged, line endings included.
    pub fn write(&mut self, text: &str) {
        self.copy(text);
        self.write_past_copy(text);
    }

    /// Like [`Output::write`], but the text is not copied: a prompt, for example.
    pub fn write_past_copy(&mut self, text: &str) {
        self.wipe_progress();
        let shown = match &mut self.detour {
            Some(detour) => detour.put(text),
            None => return self.streams.put(text),
        };
        if let Some(shown) = shown {
            self.streams.put(&shown);
        }
    }

    fn copy(&mut self, text: &str) {
        if let Some(copy) = &mut self.copy {
            copy.push_str(&anstream::adapter::strip_str(text).to_string());
        }
    }

    /// Writes text to standard error unchanged, unless the reader of standard output has closed the
    /// pipe.
    pub fn write_error(&mut self, text: &str) {
        self.wipe_progress();
        if !self.streams.hung_up() {
            self.copy(text);
            self.streams.put_error(text);
        }
    }

    /// Writes what is buffered.
    pub fn flush(&mut self) {
        self.streams.flush();
    }

    /// Whether standard output is closed: nothing more can be written.
    pub fn closed(&self) -> bool {
        self.streams.broken().is_some()
    }

    /// An error if there is a reason to stop: Ctrl-C, or closed output. A command that runs for
    /// long or prints much calls this repeatedly, and returns the error.
    pub fn check_stop(&self) -> Result<(), Error> {
        match self.closed() || Interrupt::raised() {
            true => Err(Error::new(Status::Interrupted, "interrupted")),
            false => Ok(()),
        }
    }

    /// Flushes at the end of the process, and returns the exit status if the output decides it: a
    /// closed pipe ends the process with success, and any other error is reported.
    pub fn finish(&mut self) -> Option<Status> {
        self.flush();
        if self.streams.hung_up() {
            return Some(Status::Ok);
        }
        let message = format!("error: cannot write standard output: {}\n", self.streams.broken()?);
        self.write_error(&message);
        Some(Status::Failed)
    }
}
