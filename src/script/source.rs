//! Where lines come from: a file, standard input, the text of `-c`, the prompt.
//!
//! All are read alike, one line at a time and only when the line before has been run, so that a
//! pipe can be answered line by line and a file of any size needs no memory. No more than 64 KiB of
//! a line is ever held.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::interpreter::Interpreter;
use crate::console::{Interrupt, Output, file};
use crate::language::line::MAX_LINE;
use crate::language::statement::prompt;
use crate::language::{Error, Failure, SourcePlace, line};

/// How deep files may source files.
pub const MAX_NESTING: usize = 32;

/// What asking for a line may bring.
pub enum Input {
    /// A line, without its end.
    Line(String),
    /// A line that cannot be read as text, or trouble with reading at all (which is followed by
    /// `End`).
    Bad(Failure),
    /// The user dropped the line, and with it an open block.
    Dropped,
    /// There is no line any more.
    End,
}

/// A source of lines.
pub trait Lines {
    /// The next line; `depth` blocks are open. Whatever must be said before waiting goes to `out`.
    fn next(&mut self, depth: usize, out: &mut Output) -> Input;

    /// Shows whoever types what there is, before each line.
    fn see(&mut self, _interpreter: &dyn Interpreter) {}

    /// The place of the line given last.
    fn place(&self) -> SourcePlace;
}

/// Lines from a file, standard input, or text.
pub struct Script {
    source: Option<Rc<str>>,
    line: u64,
    reader: Box<dyn BufRead>,
    kind: Kind,
    /// Whether the rest of an overlong line is still to be passed over.
    overlong: bool,
    ended: bool,
}

/// What a script is read from, as far as that matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A regular file or text, which is simply there.
    Still,
    /// Standard input or a named pipe, for which one may have to wait.
    Waiting,
    /// The same, with a plain prompt: a terminal that cannot edit lines.
    Asking,
}

impl Script {
    /// A file, under the name it goes by in messages.
    pub fn open(path: &Path, name: &str) -> Result<Script, Error> {
        let file = file::open(path, name)?;
        let is_file = file.metadata().is_ok_and(|data| data.is_file());
        // A named pipe or a terminal may take its time.
        let kind = if is_file { Kind::Still } else { Kind::Waiting };
        Ok(Script::new(Some(name), Box::new(BufReader::new(file)), kind))
    }

    /// Standard input, as `<stdin>`.
    pub fn stdin() -> Script {
        Script::new(Some("<stdin>"), Box::new(io::stdin().lock()), Kind::Waiting)
    }

    /// Standard input from a terminal that cannot edit lines. No prompt is written where output
    /// goes elsewhere.
    pub fn typed(asking: bool) -> Script {
        Script::new(
            None,
            Box::new(io::stdin().lock()),
            if asking { Kind::Asking } else { Kind::Waiting },
        )
    }

    /// A text; without a name, its errors show no place (as in a transcript).
    pub fn text(name: Option<&str>, text: impl Into<Vec<u8>>) -> Script {
        Script::new(name, Box::new(Cursor::new(text.into())), Kind::Still)
    }

    fn new(name: Option<&str>, reader: Box<dyn BufRead>, kind: Kind) -> Script {
        Script { source: name.map(Rc::from), line: 0, reader, kind, overlong: false, ended: false }
    }

    /// The bytes of the next line with its end, but at most two more than [`MAX_LINE`]: room for
    /// the end.
    fn read(&mut self) -> io::Result<Vec<u8>> {
        // What is left of an overlong line is passed over without holding it.
        if std::mem::take(&mut self.overlong) {
            self.reader.skip_until(b'\n')?;
        }
        let mut bytes = Vec::new();
        (&mut self.reader).take(MAX_LINE as u64 + 2).read_until(b'\n', &mut bytes)?;
        Ok(bytes)
    }

    /// Bytes into a line of text.
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
                // Up to there the lossy text is the same, and there it shows one U+FFFD.
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
                // Ctrl-C ends the process while it waits: nothing may be left unsaid.
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

/// The files being read, each sourced by the one before.
#[derive(Default)]
pub struct Files(Vec<OpenFile>);

/// A file being read.
struct OpenFile {
    /// Its one true path, by which it is recognised.
    path: PathBuf,
    /// Where it lies: files it sources are found from there.
    directory: PathBuf,
    /// The same, as messages name it.
    shown: PathBuf,
}

impl Files {
    /// Opens a file, relative to the innermost one. To be followed by [`Files::close`] if it
    /// succeeds.
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
            return Err(Error::usage(format!("files source files at most {MAX_NESTING} deep")));
        }
        self.0.push(OpenFile { path, directory, shown: folder(&shown) });
        Ok(script)
    }

    /// Enters a file whose commands are read by somebody else. Messages name what it sources as it
    /// does, wherever the file itself lies.
    pub fn enter(&mut self, file: &Path) {
        let path = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
        self.0.push(OpenFile { path, directory: folder(file), shown: PathBuf::new() });
    }

    /// Leaves the innermost file.
    pub fn close(&mut self) {
        self.0.pop();
    }

    /// The innermost file's one true path.
    pub fn current(&self) -> Option<&Path> {
        self.0.last().map(|file| file.path.as_path())
    }
}

/// Where a file lies.
fn folder(path: &Path) -> PathBuf {
    path.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
