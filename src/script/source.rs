//! Where lines come from: a file, standard input, the text of `-c`, the prompt.
//!
//! All of them are read alike: one line at a time, each after the previous one has run. So another
//! program can read each answer before it sends the next command, and a file of any size needs
//! little memory. At most 64 KiB of a line are held.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::interpreter::Interpreter;
use crate::console::{FileKind, Interrupt, Output, Redirect, file};
use crate::language::line::MAX_LINE;
use crate::language::statement::prompt;
use crate::language::{Error, Failure, SourcePlace, line};

/// The maximum depth to which files may source files, the outermost file not counted.
pub const MAX_NESTING: usize = 32;

/// The result of asking for a line.
pub enum Input {
    /// A line, without its end.
    Line(String),
    /// A line of which some commands send their output elsewhere. Only a prompt has such lines.
    Redirected(String, Vec<RedirectedCommand>),
    /// A line that is not text, or an error from reading, after which `End` follows.
    Bad(Failure),
    /// The user pressed Ctrl-C at the prompt, which drops the line and any open block.
    Dropped,
    /// There are no more lines.
    End,
}

/// A command that sends its output to a file or a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectedCommand {
    /// Where the command ends, in bytes of the line.
    pub end: usize,
    /// Where its output goes.
    pub to: Redirect,
    /// The line as it was typed, with the redirection.
    pub typed: String,
    /// The place of the file or program in it.
    pub at: Range<usize>,
}

/// A source of lines.
pub trait Lines {
    /// Reads the next line while `depth` blocks are open. Anything to show before waiting goes to
    /// `out`.
    fn next(&mut self, depth: usize, out: &mut Output) -> Input;

    /// Called before each line, so that a prompt can look at the cluster.
    fn see(&mut self, _interpreter: &dyn Interpreter) {}

    /// The source and the number of the line that was read last.
    fn place(&self) -> SourcePlace;

    /// Whether these are lines at a prompt that knows aliases.
    fn is_prompt(&self) -> bool {
        false
    }
}

/// Lines from a file, from standard input, or from a text.
pub struct Script {
    source: Option<Rc<str>>,
    line: u64,
    reader: Box<dyn BufRead>,
    kind: Kind,
    /// Whether the rest of an overlong line must be skipped before the next read.
    overlong: bool,
    ended: bool,
}

/// How reading a script behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A regular file or a text: a read never waits.
    Still,
    /// Standard input or a named pipe: a read may wait for input.
    Waiting,
    /// Like `Waiting`, with a prompt: a terminal that cannot edit lines.
    Asking,
}

impl Script {
    /// Opens a file; messages show it as `name`.
    ///
    /// # Errors
    /// If it cannot be read, or is a tutorial or a saved session.
    pub fn open(path: &Path, name: &str) -> Result<Script, Error> {
        let file = file::open(path, name)?;
        if let Some(kind) = FileKind::at(path).filter(|kind| *kind != FileKind::Script) {
            let message = format!("'{name}' is {}, not a script", kind.words());
            return Err(Error::usage(message).help(kind.taken_by(name)));
        }
        let is_file = file.metadata().is_ok_and(|data| data.is_file());
        // Reading a named pipe or a terminal may wait.
        let kind = if is_file { Kind::Still } else { Kind::Waiting };
        Ok(Script::new(Some(name), Box::new(BufReader::new(file)), kind))
    }

    /// Standard input, shown as `<stdin>` in messages.
    pub fn stdin() -> Script {
        Script::new(Some("<stdin>"), Box::new(io::stdin().lock()), Kind::Waiting)
    }

    /// Standard input without line editing; its errors show no place. If `asking`, a prompt is
    /// written before each line.
    pub fn typed(asking: bool) -> Script {
        Script::new(
            None,
            Box::new(io::stdin().lock()),
            if asking { Kind::Asking } else { Kind::Waiting },
        )
    }

    /// A text. Without a name, its errors show no place (as in a transcript).
    pub fn text(name: Option<&str>, text: impl Into<Vec<u8>>) -> Script {
        Script::new(name, Box::new(Cursor::new(text.into())), Kind::Still)
    }

    fn new(name: Option<&str>, reader: Box<dyn BufRead>, kind: Kind) -> Script {
        Script { source: name.map(Rc::from), line: 0, reader, kind, overlong: false, ended: false }
    }

    /// Reads the next line with its line ending, but at most [`MAX_LINE`] bytes and two more, which
    /// leave room for the line ending.
    fn read(&mut self) -> io::Result<Vec<u8>> {
        // The rest of an overlong line is skipped without holding it in memory.
        if std::mem::take(&mut self.overlong) {
            self.reader.skip_until(b'\n')?;
        }
        let mut bytes = Vec::new();
        (&mut self.reader).take(MAX_LINE as u64 + 2).read_until(b'\n', &mut bytes)?;
        Ok(bytes)
    }

    /// Decodes the bytes of a line, and checks its length.
    fn decode(&mut self, mut bytes: Vec<u8>) -> Input {
        self.line += 1;
        let ended = bytes.pop_if(|byte| *byte == b'\n').is_some();
        bytes.pop_if(|byte| ended && *byte == b'\r');
        // Some editors begin a file with a byte order mark.
        if self.line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        if bytes.len() > MAX_LINE {
            self.overlong = !ended;
            let text = String::from_utf8_lossy(&bytes[..MAX_LINE]).into_owned();
            return self.bad(line::overlong(&text), text);
        }
        String::from_utf8(bytes).map_or_else(
            |error| {
                let at = error.utf8_error().valid_up_to();
                let byte = error.as_bytes()[at];
                // Before `at`, the lossy text equals the bytes; at `at`, it has one U+FFFD.
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let what = format!("byte 0x{byte:02x} is not UTF-8 text");
                self.bad(Error::usage(what).at(at..at + '\u{fffd}'.len_utf8()), text)
            },
            Input::Line,
        )
    }

    fn bad(&self, error: Error, text: String) -> Input {
        Input::Bad(Failure::in_line(error, self.place(), text))
    }
}

impl Lines for Script {
    fn next(&mut self, depth: usize, out: &mut Output) -> Input {
        if self.ended {
            return Input::End;
        }
        if self.kind == Kind::Asking {
            out.write_past_copy(prompt(depth));
        }
        let read = match self.kind {
            Kind::Still => self.read(),
            Kind::Waiting | Kind::Asking => {
                // Ctrl-C ends the process while it waits, so all output must be written now.
                out.flush();
                Interrupt::while_waiting(|| self.read())
            }
        };
        match read {
            Ok(bytes) if bytes.is_empty() => {
                self.ended = true;
                Input::End
            }
            Ok(bytes) => self.decode(bytes),
            Err(error) => {
                self.ended = true;
                let name = self.source.as_deref().unwrap_or("standard input");
                self.bad(file::unreadable(name, &error), String::new())
            }
        }
    }

    fn place(&self) -> SourcePlace {
        SourcePlace { source: self.source.clone(), line: self.line.max(1) }
    }
}

/// The files that are being read, each sourced by the one before it.
#[derive(Default)]
pub struct Files(Vec<OpenFile>);

/// A file that is being read.
pub struct OpenFile {
    /// Its canonical path, by which a file that sources itself is recognised.
    path: PathBuf,
    /// Its folder, from which the paths that it sources are resolved.
    directory: PathBuf,
    /// The folder as messages show it.
    shown: PathBuf,
}

impl Files {
    /// Opens a file whose path is relative to the innermost one. If this succeeds, [`Files::close`]
    /// must be called after it.
    pub fn open(&mut self, typed: impl AsRef<Path>) -> Result<Script, Error> {
        let beside = |folder: fn(&OpenFile) -> &Path| {
            self.0.last().map_or(Path::new(""), folder).join(typed.as_ref())
        };
        let (path, shown) = (beside(|file| &file.directory), beside(|file| &file.shown));
        let name = shown.to_string_lossy().into_owned();
        let script = Script::open(&path, &name)?;
        let directory = folder(&path);
        let path = path.canonicalize().map_err(|error| file::unreadable(&name, &error))?;
        if self.0.iter().any(|file| file.path == path) {
            return Err(Error::usage(format!("'{name}' sources itself")));
        }
        if self.0.len() > MAX_NESTING {
            return Err(Error::usage(format!(
                "`source` is nested deeper than {MAX_NESTING} files"
            )));
        }
        self.0.push(OpenFile { path, directory, shown: folder(&shown) });
        Ok(script)
    }

    /// Enters a file whose commands are read elsewhere. Messages show the paths that it sources as
    /// they are written in it, wherever the file itself is.
    pub fn enter(&mut self, file: &Path) {
        let path = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
        self.0.push(OpenFile { path, directory: folder(file), shown: PathBuf::new() });
    }

    /// Leaves the innermost file.
    pub fn close(&mut self) -> Option<OpenFile> {
        self.0.pop()
    }

    /// Comes back to a file that was left before its end.
    pub fn reopen(&mut self, file: OpenFile) {
        self.0.push(file);
    }

    /// How many files are open.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// The folder of the innermost file; empty if there is none.
    pub fn directory(&self) -> String {
        let folder = self.current().and_then(Path::parent);
        folder.map_or_else(String::new, |folder| folder.to_string_lossy().into_owned())
    }

    /// The canonical path of the innermost file, or `None` if there is none.
    pub fn current(&self) -> Option<&Path> {
        self.0.last().map(|file| file.path.as_path())
    }
}

/// The folder of a file.
fn folder(path: &Path) -> PathBuf {
    path.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
