//! `raftsh record`: records a session as a tutorial while it is typed.
//!
//! The session goes into one fence: each command with its output, in the form that `raftsh test`
//! expects (full commands, laid out for the same width, without hints). The file is complete after
//! each command. A line that could not be read is left out, and so is one that defines an alias.
//! The recording ends before a command that was interrupted, because no test can interrupt it at
//! the same point.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::pattern;
use crate::console::file::unwritable;
use crate::console::{FileKind, Interrupt, Output, diagnostic};
use crate::history::saved;
use crate::language::statement::{CONTINUED, PROMPT};
use crate::language::{Error, SourcePlace, Token, line};
use crate::script::syntax;
use crate::script::{FailurePolicy, Input, Interpreter, Lines, Runner, SourceEnd};
use crate::session::{Session, Start};

/// The line that closes the fence.
const CLOSING: &str = "```\n";

/// Runs a session of these lines, and records it in the file `name`.
///
/// # Errors
/// If the file cannot be opened, if it exists and `append` is not set, or if its name does not end
/// in `.md`.
pub fn run(
    runner: &mut Runner<'_>,
    lines: Box<dyn Lines>,
    start: Start,
    name: &str,
    append: bool,
) -> Result<(), Error> {
    let tape = TranscriptFile::begin(name, append)?;
    runner.within(Path::new(name));
    runner.out.hint(format!("raftsh writes what you type into {name}; Ctrl-D ends the recording"));
    runner.out.show_hints();
    runner.out.set_copied();
    let mut recorder =
        Recorder { lines, tape, first: first(start), pending: None, interrupted: false, on: true };
    let ending = runner.run(&mut recorder, FailurePolicy::Prompt);
    recorder.end(ending, runner.out);
    recorder.tape.end(runner.out);
    Ok(())
}

/// The command that makes the cluster of the session, or `None` if it is the default cluster.
fn first(start: Start) -> Option<String> {
    let line = |start| saved::script(Session::new(start).journal()).trim_end().to_owned();
    Some(line(start)).filter(|first| *first != line(Start::default()))
}

/// Lines that are recorded while they are handed on.
struct Recorder {
    lines: Box<dyn Lines>,
    tape: TranscriptFile,
    /// A command that runs before anything is typed.
    first: Option<String>,
    /// The lines of the latest command.
    pending: Option<Vec<String>>,
    /// Whether the latest command was interrupted.
    interrupted: bool,
    /// Whether the recording continues.
    on: bool,
}

impl Recorder {
    /// Records the latest command and its output.
    fn take(&mut self, out: &mut Output) {
        let said = out.take_copy();
        let Some(command) = self.pending.take().filter(|_| self.on) else { return };
        if self.interrupted || Interrupt::raised() {
            self.on = false;
            let message = "the recording ends here: an interrupted command cannot be replayed";
            return out.error(&message.into());
        }
        if let Err(error) = self.tape.add(&command, &said) {
            self.on = false;
            out.error(&diagnostic::render_bare(&error));
        }
    }

    /// Records the last command, unless it is a lone `quit` that ended the session.
    fn end(&mut self, ending: SourceEnd, out: &mut Output) {
        let quit =
            |lines: &Vec<String>| matches!(lines.as_slice(), [line] if line.trim() == "quit");
        self.pending =
            self.pending.take().filter(|lines| ending != SourceEnd::Quit || !quit(lines));
        self.take(out);
    }
}

impl Lines for Recorder {
    fn next(&mut self, depth: usize, out: &mut Output) -> Input {
        if depth == 0 {
            self.take(out);
        }
        if let Some(first) = self.first.take() {
            out.write_past_copy(&format!("{PROMPT}{first}\n"));
            self.pending = Some(vec![first.clone()]);
            return Input::Line(first);
        }
        let input = self.lines.next(depth, out);
        // Output from while the user was typing belongs to no command.
        out.take_copy();
        match &input {
            // What a command sends elsewhere is recorded as if it were shown.
            Input::Line(line) | Input::Redirected(line, _) if depth > 0 => {
                if let Some(pending) = &mut self.pending {
                    pending.push(line.clone());
                }
            }
            // No test can run a command that only the prompt takes.
            Input::Line(line) if has_prompt_word(line) => self.pending = None,
            Input::Line(line) | Input::Redirected(line, _) => {
                self.pending = Some(vec![line.clone()]).filter(|_| !line.trim().is_empty())
            }
            Input::Bad(_) | Input::Dropped => self.pending = None,
            Input::End => {}
        }
        input
    }

    fn see(&mut self, interpreter: &dyn Interpreter) {
        self.interrupted |= Interrupt::raised();
        self.lines.see(interpreter);
    }

    fn place(&self) -> SourcePlace {
        self.lines.place()
    }

    fn is_prompt(&self) -> bool {
        self.lines.is_prompt()
    }
}

/// Whether one of the line's commands works at a prompt only.
fn has_prompt_word(line: &str) -> bool {
    let pieces = line::split(line).unwrap_or_default();
    let name = |words: Vec<&Token>| words.first().map_or("", |word| word.text.as_str()).to_owned();
    line::commands(&pieces).map(name).any(|name| syntax::PROMPT_WORDS.contains(&name.as_str()))
}

/// The file that is being written.
struct TranscriptFile {
    name: String,
    file: File,
    /// Whether the file existed before.
    appended: bool,
    /// The number of commands written.
    commands: u64,
}

impl TranscriptFile {
    /// Opens the file, and writes an empty fence.
    fn begin(name: &str, append: bool) -> Result<TranscriptFile, Error> {
        if Path::new(name).extension().is_none_or(|extension| extension != "md") {
            let message = format!("'{name}' is not named like a tutorial, NAME.md");
            let error = Error::usage(message);
            return Err(match FileKind::by_name(Path::new(name)) {
                Some(FileKind::Script | FileKind::Settings) => {
                    error.help("`save FILE` at the prompt writes a session or a script")
                }
                _ => error,
            });
        }
        let opened = if append {
            reopen(name)
        } else {
            File::create_new(name).map(|file| (file, String::new()))
        };
        let (mut file, gap) = opened.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::usage(format!("'{name}' exists already"))
                .help("give another name, or add to it with --append"),
            _ => unwritable(name, &error),
        })?;
        let reset = if append { " reset" } else { "" };
        let written = file.write_all(format!("{gap}```raftsh{reset}\n{CLOSING}").as_bytes());
        written.map_err(|error| unwritable(name, &error))?;
        Ok(TranscriptFile { name: name.to_owned(), file, appended: append, commands: 0 })
    }

    /// Adds a command and its output before the end of the fence.
    fn add(&mut self, command: &[String], said: &str) -> Result<(), Error> {
        let mut text = String::new();
        for (nth, line) in command.iter().enumerate() {
            text.extend([if nth == 0 { PROMPT } else { CONTINUED }, line, "\n"]);
        }
        for line in said.split_terminator('\n') {
            text.extend([pattern::written(line).as_str(), "\n"]);
        }
        text.push_str(CLOSING);
        let back = SeekFrom::End(-(CLOSING.len() as i64));
        let written = self.file.seek(back).and_then(|_| self.file.write_all(text.as_bytes()));
        self.commands += 1;
        written.map_err(|error| unwritable(&self.name, &error))
    }

    /// Reports what was written. A new file without any command is removed.
    fn end(self, out: &mut Output) {
        if self.commands == 0 && !self.appended {
            drop(self.file);
            let _ = std::fs::remove_file(&self.name);
            return out
                .remark(&format!("nothing was typed, so {} was not written", self.name).into());
        }
        let commands = crate::view::counted(self.commands, "command");
        out.remark(
            &format!("{commands} in {}; `raftsh test {}` runs it", self.name, self.name).into(),
        );
    }
}

/// Opens an existing file at its end. The text returned separates its contents from a new fence.
fn reopen(name: &str) -> io::Result<(File, String)> {
    let mut file = OpenOptions::new().read(true).write(true).open(name)?;
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok((file, String::new()));
    }
    let mut last = [0];
    file.seek(SeekFrom::Current(-1))?;
    file.read_exact(&mut last)?;
    Ok((file, if last == *b"\n" { "\n" } else { "\n\n" }.to_owned()))
}
