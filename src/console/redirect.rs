//! Where the output of one command goes instead of the terminal: a file, or a program.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};

use super::file::{reason, unwritable};
use super::program::{Ended, Program, shell};
use crate::language::Error;

/// Where the output of one command goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// Into a file.
    File {
        /// Its path, as it was typed.
        name: String,
        /// Whether the output is added to what the file has.
        append: bool,
    },
    /// To a program: a line of the system's shell.
    Program(String),
}

/// A file or program that receives output.
pub(super) enum Receiver {
    /// A file, its name, and the first error from writing it.
    File(BufWriter<File>, String, Option<io::Error>),
    /// A program, and its line.
    Program(Program, String),
}

impl Receiver {
    /// Opens the file, or starts the program.
    pub(super) fn open(to: &Redirect) -> Result<Receiver, Error> {
        match to {
            Redirect::File { name, append } => {
                let mut options = OpenOptions::new();
                options.write(true).create(true).append(*append).truncate(!append);
                let file = options.open(name).map_err(|error| unwritable(name, &error))?;
                Ok(Receiver::File(BufWriter::new(file), name.clone(), None))
            }
            Redirect::Program(line) => match Program::start(&mut shell(line)) {
                Ok(program) => Ok(Receiver::Program(program, line.clone())),
                Err(error) => Err(not_run(line, &reason(&error))),
            },
        }
    }

    /// Writes text. An error is kept until the end.
    pub(super) fn put(&mut self, text: &str) {
        match self {
            Receiver::File(file, _, failed) => {
                if failed.is_none() {
                    *failed = file.write_all(text.as_bytes()).err();
                }
            }
            Receiver::Program(program, _) => {
                program.feed(text);
            }
        }
    }

    /// Whether what is written still arrives. A program need not read everything.
    pub(super) fn listens(&self) -> bool {
        match self {
            Receiver::File(.., failed) => failed.is_none(),
            Receiver::Program(program, _) => program.reads(),
        }
    }

    /// Closes the file, or waits until the program has ended.
    pub(super) fn close(self) -> Result<(), Error> {
        match self {
            Receiver::File(mut file, name, failed) => {
                let failed = failed.or_else(|| file.flush().err());
                failed.map_or(Ok(()), |error| Err(unwritable(&name, &error)))
            }
            Receiver::Program(program, line) => match program.wait() {
                Ended::NotFound => Err(not_run(&line, "there is no such program")),
                Ended::Ran | Ended::Failed => Ok(()),
            },
        }
    }
}

fn not_run(line: &str, why: &str) -> Error {
    Error::usage(format!("cannot run '{line}': {why}"))
        .help("what follows `|` is a line for the system's shell, such as: history | grep vote")
}
