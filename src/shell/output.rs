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
use super::statement::Statement;
use super::terminal::{self, ColourChoice, Terminal};
use crate::view::document::{Document, Text, Tone};
use crate::view::render;

/// Where everything goes that raftsh says.
pub struct Output {
    sink: Sink,
    width: usize,
    /// Whether the width is the terminal's own, and may change with it.
    elastic: bool,
    /// Whether what is said gets colour.
    coloured: bool,
    quiet: bool,
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
}

/// The streams behind it.
enum Sink {
    /// Those of the process.
    Process { out: BufWriter<AutoStream<Stdout>>, err: AutoStream<Stderr>, terminal: bool },
    /// Memory: both streams in one, without colour, as a transcript shows them.
    Captured(Vec<u8>),
}

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
        Output::into(Sink::Captured(Vec::new()), width)
    }

    fn into(sink: Sink, width: usize) -> Output {
        Output {
            sink,
            width,
            elastic: false,
            coloured: false,
            quiet: false,
            hints: false,
            flush_each: false,
            broken: None,
            format: Format::Table,
            format_once: None,
            data: Data::default(),
        }
    }

    /// What was captured since the last call. Nothing if this is the process' own output.
    pub fn take(&mut self) -> String {
        match &mut self.sink {
            Sink::Captured(bytes) => String::from_utf8_lossy(&std::mem::take(bytes)).into_owned(),
            Sink::Process { .. } => String::new(),
        }
    }

    /// The columns documents are laid out for.
    pub fn width(&self) -> usize {
        self.width
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
        let text = render::text(document, self.width);
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
            self.remark(&Text::new().toned(Tone::Dim, hint).into());
        }
    }

    /// Says whether hints are wanted.
    pub fn set_hints(&mut self, hints: bool) {
        self.hints = hints;
    }

    /// Says what went wrong, on standard error, after everything said before.
    pub fn error(&mut self, document: &Document) {
        let text = render::text(document, self.width);
        self.write_error(&text);
    }

    /// Writes text as it is, line ends included: a prompt, or what clap rendered.
    pub fn write(&mut self, text: &str) {
        if self.broken.is_some() {
            return;
        }
        let written = match &mut self.sink {
            Sink::Process { out, terminal, .. } => {
                out.write_all(text.as_bytes()).and_then(|()| if *terminal { out.flush() } else { Ok(()) })
            }
            Sink::Captured(bytes) => {
                bytes.extend(anstream::adapter::strip_str(text).to_string().bytes());
                Ok(())
            }
        };
        self.note(written);
    }

    /// Writes text to standard error as it is; but whoever has hung up is not to be told anything.
    pub fn write_error(&mut self, text: &str) {
        self.flush();
        if self.hung_up() {
            return;
        }
        match &mut self.sink {
            // Nobody is left to be told that standard error cannot be written.
            Sink::Process { err, .. } => drop(err.write_all(text.as_bytes())),
            Sink::Captured(_) => self.write(text),
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
}
