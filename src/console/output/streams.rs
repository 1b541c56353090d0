//! The streams behind an output, or the memory that stands for them.

use std::io::{self, BufWriter, Stderr, Stdout, Write};

use anstream::{AutoStream, ColorChoice};

use crate::console::terminal::{self, ColourChoice, Terminal};

/// So much of standard error is kept by itself.
pub(super) const COMPLAINTS: usize = 64 * 1024;

/// Where text goes, and what ended that, if something did.
pub(super) struct Streams {
    sink: Sink,
    broken: Option<io::Error>,
}

/// The streams themselves.
enum Sink {
    /// Those of the process.
    Process { out: BufWriter<AutoStream<Stdout>>, err: AutoStream<Stderr>, terminal: bool },
    /// Memory: both streams in one, without colour, as a transcript shows them, at most so many
    /// bytes; and the beginning of standard error once more.
    Captured { text: String, most: usize, complaints: String },
}

impl Default for Streams {
    fn default() -> Streams {
        Streams::captured(usize::MAX)
    }
}

impl Streams {
    /// The streams of the process; colours are taken out where they are not wanted.
    pub(super) fn process(choice: ColourChoice, terminal: &Terminal) -> Streams {
        let decide = |is_terminal| match terminal::colour(choice, is_terminal, &terminal.variables)
        {
            true => ColorChoice::Always,
            false => ColorChoice::Never,
        };
        let out = AutoStream::new(io::stdout(), decide(terminal.stdout));
        let sink = Sink::Process {
            out: BufWriter::with_capacity(64 * 1024, out),
            err: AutoStream::new(io::stderr(), decide(terminal.stderr)),
            terminal: terminal.stdout,
        };
        Streams { sink, broken: None }
    }

    /// Memory for so many bytes; with none, nothing but complaints is kept.
    pub(super) fn captured(most: usize) -> Streams {
        let sink = Sink::Captured { text: String::new(), most, complaints: String::new() };
        Streams { sink, broken: None }
    }

    /// What was captured since the last call.
    pub(super) fn take(&mut self) -> String {
        match &mut self.sink {
            Sink::Captured { text, .. } => std::mem::take(text),
            Sink::Process { .. } => String::new(),
        }
    }

    /// What was said on standard error, as far as it was captured.
    pub(super) fn take_complaints(&mut self) -> String {
        match &mut self.sink {
            Sink::Captured { complaints, .. } => std::mem::take(complaints),
            Sink::Process { .. } => String::new(),
        }
    }

    /// Writes to standard output, as long as it takes anything.
    pub(super) fn put(&mut self, text: &str) {
        if self.broken.is_some() {
            return;
        }
        let written = match &mut self.sink {
            Sink::Process { out, terminal, .. } => out
                .write_all(text.as_bytes())
                .and_then(|()| if *terminal { out.flush() } else { Ok(()) }),
            Sink::Captured { most: 0, .. } => Ok(()),
            Sink::Captured { text: captured, most, .. } => capture(captured, text, *most),
        };
        self.note(written);
    }

    /// Writes to standard error, behind all that was said before.
    pub(super) fn put_error(&mut self, text: &str) {
        self.flush();
        match &mut self.sink {
            // Nobody is left to be told that standard error cannot be written.
            Sink::Process { err, .. } => drop(err.write_all(text.as_bytes())),
            Sink::Captured { complaints, .. } => {
                // What does not fit is left out, which is no reason to stop.
                drop(capture(complaints, text, COMPLAINTS));
                self.put(text);
            }
        }
    }

    /// Hands on what is buffered.
    pub(super) fn flush(&mut self) {
        if let (Sink::Process { out, .. }, None) = (&mut self.sink, &self.broken) {
            let flushed = out.flush();
            self.note(flushed);
        }
    }

    /// What ended standard output, if something did.
    pub(super) fn broken(&self) -> Option<&io::Error> {
        self.broken.as_ref()
    }

    /// Whether whoever listened has hung up; found out by handing on what is buffered.
    pub(super) fn hung_up(&mut self) -> bool {
        self.flush();
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
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {most} bytes"),
        ));
    }
    held.push_str(&text);
    Ok(())
}
