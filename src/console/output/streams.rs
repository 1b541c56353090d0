//! The streams behind an output: those of the process, or memory.

use std::io::{self, BufWriter, Stderr, Stdout, Write};

use anstream::{AutoStream, ColorChoice};

use crate::console::terminal::{self, ColourChoice, Terminal};

/// The most bytes of standard error that are kept separately.
pub(super) const COMPLAINTS: usize = 64 * 1024;

/// The streams, and the error that ended standard output, if there was one.
pub(super) struct Streams {
    sink: Sink,
    broken: Option<io::Error>,
}

/// Where text is written.
enum Sink {
    /// The streams of the process.
    Process { out: BufWriter<AutoStream<Stdout>>, err: AutoStream<Stderr>, terminal: bool },
    /// Memory: both streams in one, without colour, as a transcript shows them, at most `most`
    /// bytes; and the beginning of standard error a second time.
    Captured { text: String, most: usize, complaints: String },
}

impl Default for Streams {
    fn default() -> Streams {
        Streams::captured(usize::MAX)
    }
}

impl Streams {
    /// The streams of the process. Colour is stripped where it is not wanted.
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

    /// Memory for at most this many bytes. With 0, only standard error is kept.
    pub(super) fn captured(most: usize) -> Streams {
        let sink = Sink::Captured { text: String::new(), most, complaints: String::new() };
        Streams { sink, broken: None }
    }

    /// Takes what was captured since the last call.
    pub(super) fn take(&mut self) -> String {
        match &mut self.sink {
            Sink::Captured { text, .. } => std::mem::take(text),
            Sink::Process { .. } => String::new(),
        }
    }

    /// Takes what was captured of standard error.
    pub(super) fn take_errors(&mut self) -> String {
        match &mut self.sink {
            Sink::Captured { complaints, .. } => std::mem::take(complaints),
            Sink::Process { .. } => String::new(),
        }
    }

    /// Writes to standard output. After an error, nothing more is written.
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

    /// Writes a control sequence to the terminal as it is: without colours, the stream would strip
    /// it.
    pub(super) fn put_control(&mut self, sequence: &str) {
        self.flush();
        if let (Sink::Process { terminal: true, .. }, None) = (&mut self.sink, &self.broken) {
            let mut out = io::stdout();
            let written = out.write_all(sequence.as_bytes()).and_then(|()| out.flush());
            self.note(written);
        }
    }

    /// Writes to standard error, after all earlier output.
    pub(super) fn put_error(&mut self, text: &str) {
        self.flush();
        match &mut self.sink {
            // An error from standard error cannot be reported anywhere.
            Sink::Process { err, .. } => drop(err.write_all(text.as_bytes())),
            Sink::Captured { complaints, .. } => {
                // What does not fit is left out, which is no reason to stop.
                drop(capture(complaints, text, COMPLAINTS));
                self.put(text);
            }
        }
    }

    /// Flushes standard output.
    pub(super) fn flush(&mut self) {
        if let (Sink::Process { out, .. }, None) = (&mut self.sink, &self.broken) {
            let flushed = out.flush();
            self.note(flushed);
        }
    }

    /// The error that ended standard output, if there was one.
    pub(super) fn broken(&self) -> Option<&io::Error> {
        self.broken.as_ref()
    }

    /// Whether the reader of standard output has closed the pipe. Flushes, because only a write can
    /// tell.
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

/// Appends text without its colours. Fails if more than `most` bytes would be held.
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
