//! What raftsh says: the only place that writes to standard output and standard error.
//!
//! Documents are rendered with colour and stripped once, at the edge. Writing never fails for
//! whoever has something to say: a closed pipe or a full disk is remembered, nothing more is
//! written, and the runner stops at its next look ([`Output::check_stop`]). The standard library's
//! macros for printing would panic there.

mod streams;

use std::collections::BTreeMap;

use serde::Serialize;

use self::streams::Streams;
use super::interrupt::Interrupt;
use super::json::{CommandData, CommandEnded, Format};
use super::progress::Progress;
use super::terminal::{self, ColourChoice, Terminal};
use crate::language::{Error, Statement, Status};
use crate::view::document::{Document, Text, Tone};
use crate::view::render::{self, PageLayout};

/// What `set` and `settings` call [`Output::ascii`], and what it does, in a few words.
///
/// It is no setting of the cluster: it moves nothing, no saved session holds it, and it outlasts
/// `cluster` and `load`. A script begins without it, whatever ran before, so that it says the same
/// again.
pub const ASCII: (&str, &str) =
    ("ascii", "whether output is in ASCII only; it is no part of the cluster");

/// Where everything goes that raftsh says.
#[derive(Default)]
pub struct Output {
    streams: Streams,
    width: usize,
    /// Whether the width is the terminal's own, and may change with it.
    elastic: bool,
    /// Whether what is said on standard output gets colour.
    pub coloured: bool,
    /// Whether remarks go unsaid.
    pub quiet: bool,
    /// Whether everything is said in ASCII.
    pub ascii: bool,
    /// Whether somebody sits at a prompt who may like to be told what to do next.
    pub hints: bool,
    /// Whether to flush after each command even where standard output is no terminal: another
    /// program may be waiting for the answer.
    pub flush_each: bool,
    /// How commands answer.
    pub format: Format,
    /// How the present command answers, if it was asked to answer otherwise.
    pub format_once: Option<Format>,
    /// What the present command has to say in JSON.
    pub answer: CommandData,
    /// While nothing is written: the text that tells at a terminal what raftsh is doing.
    activity: Option<String>,
    /// What commands have said, where somebody writes that down.
    copy: Option<String>,
    /// How far the present command has come, where somebody waits at a terminal.
    progress: Option<Progress>,
    /// How many columns of that are shown at present.
    shown: usize,
    /// How often each hint was given.
    hinted: BTreeMap<String, u32>,
}

/// So often the same hint is given: then it is known.
const HINTS: u32 = 3;

impl Output {
    /// The streams of the process.
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

    /// The same, but it breaks when it holds so many bytes: whoever is speaking is stopped.
    pub fn captured_up_to(most: usize, width: usize) -> Output {
        Output { streams: Streams::captured(most), width, ..Output::default() }
    }

    /// An output that goes nowhere; only what goes wrong is kept.
    pub fn unheard(width: usize) -> Output {
        Output::captured_up_to(0, width)
    }

    /// What was captured since the last call. Nothing if this is the process' own output.
    pub fn take(&mut self) -> String {
        self.streams.take()
    }

    /// What was said on standard error, as far as it was captured.
    pub fn take_complaints(&mut self) -> String {
        self.streams.take_complaints()
    }

    /// From now on, keeps a copy of what commands say, without colour and without hints.
    pub fn set_copied(&mut self) {
        self.copy = Some(String::new());
    }

    /// What was copied since the last call.
    pub fn take_copy(&mut self) -> String {
        self.copy.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Lays documents out for so many columns from now on, however wide the terminal is.
    pub fn set_width(&mut self, width: usize) {
        (self.width, self.elastic) = (width, false);
    }

    /// Where documents are laid out.
    pub fn page(&self) -> PageLayout {
        PageLayout { width: self.width, ascii: self.ascii }
    }

    /// Looks again how wide the terminal is.
    pub fn measure(&mut self) {
        if self.elastic {
            self.width = terminal::width(None, terminal::columns());
        }
    }

    /// Runs something without writing what it says. A terminal shows only this text, if it takes
    /// long.
    pub fn muted<R>(&mut self, activity: String, run: impl FnOnce(&mut Output) -> R) -> R {
        let before = self.activity.replace(activity);
        let ran = run(self);
        self.activity = before;
        ran
    }

    fn is_muted(&self) -> bool {
        self.activity.is_some()
    }

    /// Whether the present command answers with an object: what it does is then said by
    /// [`Output::data`].
    pub fn is_json(&self) -> bool {
        self.is_muted() || self.answers_in_json()
    }

    fn answers_in_json(&self) -> bool {
        self.format_once.unwrap_or(self.format) == Format::Json
    }

    /// A field of the present command's object. Nothing where no object is wanted.
    pub fn data(&mut self, key: &str, value: &impl Serialize) {
        if self.is_json() && !self.is_muted() {
            self.answer.field(key, value);
        }
    }

    /// What was asked for: for people, or as a field of the object.
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

    /// The present command has ended: writes its object, if one is wanted.
    pub fn end_command(&mut self, statement: &Statement, ended: CommandEnded<'_>, time_us: u64) {
        let answer = std::mem::take(&mut self.answer);
        if self.is_json() {
            self.write(&answer.object(statement, ended, time_us));
        }
        self.format_once = None;
        self.wipe_progress();
        if self.flush_each {
            self.flush();
        }
    }

    /// Says what was asked for. Of a command that answers with an object it is the text, unless the
    /// object has data.
    pub fn emit(&mut self, document: &Document) {
        if self.is_muted() {
            return;
        }
        let text = render::text(document, self.page());
        match self.is_json() {
            true => self.answer.text(&anstream::adapter::strip_str(&text).to_string()),
            false => self.write(&text),
        }
    }

    /// Says what a command did: feedback, which `--quiet` suppresses.
    pub fn remark(&mut self, document: &Document) {
        if !self.quiet || self.is_json() {
            self.emit(document);
        }
    }

    /// Suggests what to do next: at the prompt only, unless `--quiet`, and not for ever.
    pub fn hint(&mut self, hint: &str) {
        if self.hints && !self.is_json() {
            let given = self.hinted.entry(hint.to_owned()).or_default();
            *given += 1;
            if *given > HINTS {
                return;
            }
            let copy = self.copy.take();
            self.remark(&Text::new().toned(Tone::Dim, hint).into());
            self.copy = copy;
        }
    }

    /// Says what went wrong, on standard error, after everything said before.
    pub fn error(&mut self, document: &Document) {
        let text = render::text(document, self.page());
        self.write_error(&text);
    }

    /// Writes text as it is, line ends included: what a command has rendered itself.
    pub fn write(&mut self, text: &str) {
        self.copy(text);
        self.write_past_copy(text);
    }

    /// The same, but it is no part of what commands say: a prompt, how far one has come.
    pub fn write_past_copy(&mut self, text: &str) {
        self.wipe_progress();
        self.streams.put(text);
    }

    /// Another line of commands begins.
    pub fn begin_line(&mut self) {
        if let Some(progress) = &mut self.progress {
            *progress = Progress::default();
        }
    }

    /// Tells how far the present command has come, if it takes long and somebody waits for it.
    /// Whoever runs for long calls this with every step.
    pub fn progress(&mut self, how_far: impl FnOnce() -> String) {
        if !self.progress.as_mut().is_some_and(Progress::is_due) || self.answers_in_json() {
            return;
        }
        let line = self
            .activity
            .as_ref()
            .map_or_else(how_far, |activity| format!("{activity}; Ctrl-C stops"));
        let line: String = line.chars().take(self.width.saturating_sub(1)).collect();
        self.show_progress(&line);
    }

    /// Shows how far one has come, until anything else is said.
    pub fn show_progress(&mut self, line: &str) {
        self.wipe_progress();
        self.streams.put(line);
        self.shown = line.chars().count();
    }

    /// Wipes out what was told of the progress. Blanks do so at every terminal, whatever its codes.
    pub fn wipe_progress(&mut self) {
        let shown = std::mem::take(&mut self.shown);
        if shown > 0 {
            self.streams.put(&format!("\r{:shown$}\r", ""));
        }
    }

    fn copy(&mut self, text: &str) {
        if let Some(copy) = &mut self.copy {
            copy.push_str(&anstream::adapter::strip_str(text).to_string());
        }
    }

    /// Writes text to standard error as it is; but whoever has hung up is not to be told anything.
    pub fn write_error(&mut self, text: &str) {
        self.wipe_progress();
        if !self.streams.hung_up() {
            self.copy(text);
            self.streams.put_error(text);
        }
    }

    /// Hands on what is buffered.
    pub fn flush(&mut self) {
        self.streams.flush();
    }

    /// Whether standard output takes nothing more.
    pub fn closed(&self) -> bool {
        self.streams.broken().is_some()
    }

    /// An error when there is a reason to stop: Ctrl-C, or an output that takes nothing more.
    /// Whoever runs for long or says much calls this now and then and hands the error on.
    pub fn check_stop(&self) -> Result<(), Error> {
        match self.closed() || Interrupt::raised() {
            true => Err(Error::new(Status::Interrupted, "interrupted")),
            false => Ok(()),
        }
    }

    /// The process' last word: flushes, and says how the process ends if the output decides that. A
    /// closed pipe ends it quietly and well; any other trouble is reported.
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
