//! The only file that writes to standard output and standard error.
//!
//! Documents are rendered with colour and stripped once, at the edge. Writing never fails for whoever has something to
//! say: a closed pipe or a full disk is remembered, nothing more is written, and the runner stops at its next look
//! ([`Output::check_stop`]). The standard library's macros for printing would panic there.

use std::io::{self, BufWriter, Stderr, Stdout, Write};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use super::error::{Error, Status};
use super::interrupt::Interrupt;
use super::json::{Data, Ended, Format};
use super::preference::Preference;
use super::statement::Statement;
use super::terminal::{self, ColourChoice, Terminal};
use crate::view::document::{Document, Text, Tone};
use crate::view::render::{self, Page};

/// Where everything goes that raftsh says.
pub struct Output {
    sink: Sink,
    width: usize,
    /// Whether the width is the terminal's own, and may change with it.
    elastic: bool,
    /// Whether what is said gets colour.
    coloured: bool,
    quiet: bool,
    /// Whether everything is said in ASCII.
    ascii: bool,
    /// Whether somebody sits at a prompt who may like to be told what to do next.
    hints: bool,
    /// Whether whoever reads may wait for each command's output before sending the next command.
    flush_each: bool,
    /// What ended standard output, if something did.
    broken: Option<io::Error>,
    /// How commands answer.
    format: Format,
    /// How the present command answers, if it was asked to answer otherwise.
    format_once: Option<Format>,
    /// What the present command has to say in JSON.
    data: Data,
    /// What commands have said, where somebody writes that down.
    copy: Option<String>,
}

/// The streams behind it.
enum Sink {
    /// Those of the process.
    Process { out: BufWriter<AutoStream<Stdout>>, err: AutoStream<Stderr>, terminal: bool },
    /// Memory: both streams in one, without colour, as a transcript shows them, at most so many bytes; and the beginning of
    /// standard error once more.
    Captured { text: String, most: usize, complaints: String },
}

/// So much of standard error is kept by itself.
const COMPLAINTS: usize = 64 * 1024;

impl Output {
    /// The streams of the process.
    pub fn process(choice: ColourChoice, width: Option<usize>, quiet: bool, around: &Terminal) -> Output {
        let decide = |is_terminal| match terminal::colour(choice, is_terminal, &around.variables) {
            true => ColorChoice::Always,
            false => ColorChoice::Never,
        };
        let coloured = terminal::colour(choice, around.stdout, &around.variables);
        let out = AutoStream::new(io::stdout(), decide(around.stdout));
        let sink = Sink::Process {
            out: BufWriter::with_capacity(64 * 1024, out),
            err: AutoStream::new(io::stderr(), decide(around.stderr)),
            terminal: around.stdout,
        };
        let elastic = width.is_none() && around.stdout;
        Output { elastic, coloured, quiet, ..Output::into(sink, terminal::width(width, around.columns)) }
    }

    /// An output into memory, both streams in one and without colour: for tests, transcripts and use as a library.
    pub fn captured(width: usize) -> Output {
        Output::captured_up_to(usize::MAX, width)
    }

    /// The same, but it breaks when it holds so many bytes: whoever is speaking is stopped.
    pub fn captured_up_to(most: usize, width: usize) -> Output {
        Output::into(Sink::Captured { text: String::new(), most, complaints: String::new() }, width)
    }

    /// An output that goes nowhere; only what goes wrong is kept.
    pub fn unheard(width: usize) -> Output {
        Output::captured_up_to(0, width)
    }

    fn into(sink: Sink, width: usize) -> Output {
        Output {
            sink,
            width,
            elastic: false,
            coloured: false,
            quiet: false,
            ascii: false,
            hints: false,
            flush_each: false,
            broken: None,
            format: Format::Table,
            format_once: None,
            data: Data::default(),
            copy: None,
        }
    }

    /// What was captured since the last call. Nothing if this is the process' own output.
    pub fn take(&mut self) -> String {
        match &mut self.sink {
            Sink::Captured { text, .. } => std::mem::take(text),
            Sink::Process { .. } => String::new(),
        }
    }

    /// What was said on standard error, as far as it was captured.
    pub fn take_complaints(&mut self) -> String {
        match &mut self.sink {
            Sink::Captured { complaints, .. } => std::mem::take(complaints),
            Sink::Process { .. } => String::new(),
        }
    }

    /// From now on, keeps a copy of what commands say, without colour and without hints.
    pub fn set_copied(&mut self) {
        self.copy = Some(String::new());
    }

    /// What was copied since the last call.
    pub fn take_copy(&mut self) -> String {
        self.copy.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The columns documents are laid out for.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Lays documents out for so many columns from now on, however wide the terminal is.
    pub fn set_width(&mut self, width: usize) {
        (self.width, self.elastic) = (width, false);
    }

    /// Where documents are laid out.
    fn page(&self) -> Page {
        Page { width: self.width, ascii: self.ascii }
    }

    /// Every choice of the user with its present value.
    pub fn preferences(&self) -> [Preference; 1] {
        [Preference::Ascii(self.ascii)]
    }

    /// Changes a choice; false if it was so already.
    pub fn prefer(&mut self, preference: Preference) -> bool {
        let Preference::Ascii(ascii) = preference;
        std::mem::replace(&mut self.ascii, ascii) != ascii
    }

    /// Forgets what the user chose: another script begins.
    pub fn forget_preferences(&mut self) {
        self.ascii = false;
    }

    /// Whether what is said on standard output gets colour.
    pub fn coloured(&self) -> bool {
        self.coloured
    }

    /// Looks again how wide the terminal is.
    pub fn measure(&mut self) {
        if self.elastic {
            self.width = terminal::width(None, terminal::columns());
        }
    }

    /// Suppresses remarks, or not.
    pub fn set_quiet(&mut self, quiet: bool) {
        self.quiet = quiet;
    }

    /// Says whether to flush after each command even where standard output is no terminal: another program may be
    /// waiting for the answer.
    pub fn set_flush_each(&mut self, flush_each: bool) {
        self.flush_each = flush_each;
    }

    /// Says how commands answer.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// Says how the present command answers.
    pub fn set_format_once(&mut self, format: Format) {
        self.format_once = Some(format);
    }

    /// Whether the present command answers with an object: what it does is then said by [`Output::data`].
    pub fn is_json(&self) -> bool {
        self.format_once.unwrap_or(self.format) == Format::Json
    }

    /// A field of the present command's object. Nothing where no object is wanted.
    pub fn data(&mut self, key: &str, value: &impl Serialize) {
        if self.is_json() {
            self.data.field(key, value);
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
            true => self.data.field(key, &data()),
            false => self.emit(&document()),
        }
    }

    /// The present command has ended: writes its object, if one is wanted.
    pub fn end_command(&mut self, statement: &Statement, ended: Ended<'_>, time_us: u64) {
        let data = std::mem::take(&mut self.data);
        if self.is_json() {
            self.write(&data.object(statement, ended, time_us));
        }
        self.format_once = None;
        if self.flush_each {
            self.flush();
        }
    }

    /// Says what was asked for. Of a command that answers with an object it is the text, unless the object has data.
    pub fn emit(&mut self, document: &Document) {
        let text = render::text(document, self.page());
        match self.is_json() {
            true => self.data.text(&anstream::adapter::strip_str(&text).to_string()),
            false => self.write(&text),
        }
    }

    /// Says what a command did: feedback, which `--quiet` suppresses.
    pub fn remark(&mut self, document: &Document) {
        if !self.quiet || self.is_json() {
            self.emit(document);
        }
    }

    /// Suggests what to do next: at the prompt only, and unless `--quiet`.
    pub fn hint(&mut self, hint: &str) {
        if self.hints && !self.is_json() {
            let copy = self.copy.take();
            self.remark(&Text::new().toned(Tone::Dim, hint).into());
            self.copy = copy;
        }
    }

    /// Says whether hints are wanted.
    pub fn set_hints(&mut self, hints: bool) {
        self.hints = hints;
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
        if self.broken.is_some() {
            return;
        }
        let written = match &mut self.sink {
            Sink::Process { out, terminal, .. } => {
                out.write_all(text.as_bytes()).and_then(|()| if *terminal { out.flush() } else { Ok(()) })
            }
            Sink::Captured { most: 0, .. } => Ok(()),
            Sink::Captured { text: captured, most, .. } => capture(captured, text, *most),
        };
        self.note(written);
    }

    fn copy(&mut self, text: &str) {
        if let Some(copy) = &mut self.copy {
            copy.push_str(&anstream::adapter::strip_str(text).to_string());
        }
    }

    /// Writes text to standard error as it is; but whoever has hung up is not to be told anything.
    pub fn write_error(&mut self, text: &str) {
        self.flush();
        if self.hung_up() {
            return;
        }
        self.copy(text);
        match &mut self.sink {
            // Nobody is left to be told that standard error cannot be written.
            Sink::Process { err, .. } => drop(err.write_all(text.as_bytes())),
            Sink::Captured { complaints, .. } => {
                // What does not fit is left out, which is no reason to stop.
                drop(capture(complaints, text, COMPLAINTS));
                self.write_past_copy(text);
            }
        }
    }

    /// Hands on what is buffered.
    pub fn flush(&mut self) {
        if let (Sink::Process { out, .. }, None) = (&mut self.sink, &self.broken) {
            let flushed = out.flush();
            self.note(flushed);
        }
    }

    /// Whether standard output takes nothing more.
    pub fn closed(&self) -> bool {
        self.broken.is_some()
    }

    /// An error when there is a reason to stop: Ctrl-C, or an output that takes nothing more. Whoever runs for long or
    /// says much calls this now and then and hands the error on.
    pub fn check_stop(&self) -> Result<(), Error> {
        match self.closed() || Interrupt::raised() {
            true => Err(Interrupt::error()),
            false => Ok(()),
        }
    }

    /// The process' last word: flushes, and says how the process ends if the output decides that. A closed pipe ends it
    /// quietly and well; any other trouble is reported.
    pub fn finish(&mut self) -> Option<Status> {
        self.flush();
        if self.hung_up() {
            return Some(Status::Ok);
        }
        let broken = self.broken.as_ref()?;
        let message = format!("error: cannot write standard output: {broken}\n");
        self.write_error(&message);
        Some(Status::Failed)
    }

    fn hung_up(&self) -> bool {
        self.broken.as_ref().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.broken.get_or_insert(error);
        }
    }
}

/// Adds text without its colours, unless more than `most` bytes would be held then.
fn capture(held: &mut String, text: &str, most: usize) -> io::Result<()> {
    let text = anstream::adapter::strip_str(text).to_string();
    if text.len() > most.saturating_sub(held.len()) {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {most} bytes")));
    }
    held.push_str(&text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captured_output_has_no_colour() {
        let mut out = Output::captured(80);
        out.write("\u{1b}[31mred\u{1b}[0m\n");
        out.remark(&Document::from("a remark"));
        out.set_quiet(true);
        out.remark(&Document::from("unsaid"));
        out.error(&Document::from("an error"));
        assert_eq!(out.take(), "red\na remark\nan error\n");
        assert_eq!(out.take(), "");
        assert!(!out.closed());
    }

    #[test]
    fn captured_output_is_bounded() {
        let mut out = Output::captured_up_to(8, 80);
        out.write("1234567\n");
        assert!(!out.closed());
        out.write("\n");
        assert!(out.closed() && out.check_stop().is_err());
        assert_eq!(out.take(), "1234567\n");
    }

    #[test]
    fn complaints_are_kept_alone() {
        let mut out = Output::unheard(80);
        out.write("said\n");
        out.error(&Document::from("an error"));
        for _ in 0..9 {
            out.write_error(&"x".repeat(COMPLAINTS / 4));
        }
        assert!(!out.closed());
        let kept = out.take_complaints();
        assert_eq!(out.take(), "");
        assert!(kept.starts_with("an error\nx") && kept.len() <= COMPLAINTS);
    }

    #[test]
    fn a_copy_holds_what_commands_say() {
        let mut out = Output::captured(80);
        out.remark(&Document::from("greeting"));
        out.set_copied();
        out.set_hints(true);
        out.write_past_copy("raft> ");
        out.remark(&Text::new().toned(Tone::Bad, "a remark").into());
        out.hint("try that");
        out.error(&Document::from("an error"));
        assert_eq!(out.take_copy(), "a remark\nan error\n");
        assert_eq!(out.take_copy(), "");
        assert_eq!(out.take(), "greeting\nraft> a remark\ntry that\nan error\n");
    }
}
