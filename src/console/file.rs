//! Files that are read or written as a whole: sessions, settings and tests. (Scripts are read line
//! by line, see [`source`](crate::script::source).)

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use super::interrupt::Interrupt;
use crate::history::yaml::Fault;
use crate::language::{Error, suggest};

/// Whether a file name means standard input.
pub fn is_stdin(name: &OsStr) -> bool {
    name == "-"
}

/// Reads a file as text, if it has at most `most` bytes.
///
/// # Errors
/// If it cannot be read, is larger, or is not UTF-8 text.
pub fn read(path: impl AsRef<Path>, most: usize) -> Result<String, Error> {
    let path = path.as_ref();
    let name = &*path.to_string_lossy();
    text(name, open(path, name)?, most)
}

/// Opens a file for reading; messages show it as `name`.
///
/// # Errors
/// If it cannot be opened, or is a directory.
pub fn open(path: &Path, name: &str) -> Result<File, Error> {
    let cannot = |error: io::Error| match nearest(path) {
        Some(near) if error.kind() == io::ErrorKind::NotFound => {
            Error::usage(format!("cannot read '{name}': no such file; did you mean '{near}'?"))
        }
        _ => unreadable(name, &error),
    };
    let file = File::open(path).map_err(cannot)?;
    match file.metadata().map_err(|error| unreadable(name, &error))?.is_dir() {
        true => Err(Error::usage(format!("cannot read '{name}': is a directory"))),
        false => Ok(file),
    }
}

/// Reads standard input to its end.
///
/// # Errors
/// Those of [`read`].
pub fn read_stdin(most: usize) -> Result<String, Error> {
    text("<stdin>", io::stdin().lock(), most)
}

fn text(name: &str, reader: impl Read, most: usize) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    // Reading a pipe may wait, and Ctrl-C must be able to end that.
    Interrupt::while_waiting(|| reader.take(limit).read_to_end(&mut bytes))
        .map_err(|error| unreadable(name, &error))?;
    if bytes.len() > most {
        let size = if most < 1024 * 1024 {
            format!("{} KiB", most / 1024)
        } else {
            format!("{} MiB", most / 1024 / 1024)
        };
        return Err(Error::usage(format!("cannot read '{name}': it is larger than {size}")));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let (before, byte) = (&error.as_bytes()[..at], error.as_bytes()[at]);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        Error::usage(format!("{name}:{line}: byte 0x{byte:02x} is not UTF-8 text"))
    })
}

/// Reads at most `most` bytes from the beginning of a file.
///
/// # Errors
/// If it cannot be read.
pub fn read_start(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The error for a file that cannot be read.
pub fn unreadable(name: &str, error: &io::Error) -> Error {
    Error::usage(format!("cannot read '{name}': {}", reason(error)))
}

/// Writes a file, and replaces one that exists.
///
/// # Errors
/// If it cannot be written.
pub fn write(path: impl AsRef<Path>, text: &str) -> Result<(), Error> {
    let path = path.as_ref();
    let written = File::create(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| unwritable(&path.to_string_lossy(), &error))
}

/// Makes sure that a directory exists and that files can be written there.
///
/// # Errors
/// If it cannot be made, or no file can be written there.
pub fn prepare_directory(path: &Path) -> Result<(), Error> {
    let name = path.to_string_lossy();
    std::fs::create_dir_all(path).map_err(|error| unwritable(&name, &error))?;
    let probe = path.join(".raftsh-probe");
    File::create(&probe).map_err(|error| unwritable(&name, &error))?;
    std::fs::remove_file(&probe).map_err(|error| unwritable(&name, &error))
}

/// The error for a file that cannot be written.
pub fn unwritable(name: &str, error: &io::Error) -> Error {
    Error::usage(format!("cannot write '{name}': {}", reason(error)))
}

/// The error for a fault in a file, with the file's name and the line.
pub fn fault(name: &str, fault: Fault) -> Error {
    let place = fault.line.map_or(name.to_owned(), |line| format!("{name}:{line}"));
    let Some((word, known)) = fault.unknown else {
        return Error::usage(format!("{place}: {}", fault.message));
    };
    let near = suggest::hint(&word, &known);
    Error::usage(format!("{place}: {}{near}", fault.message))
        .help(format!("keys are {}", known.join(", ")))
}

/// Why a file operation failed, in the same words on every platform where that is possible.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "is a directory".into(),
        _ => error.to_string(),
    }
}

/// The most files of a directory that are compared with a missing one.
const FILES: usize = 10_000;

/// The file in the same directory whose name is nearest to that of a missing file. The directory is
/// given as it was typed.
pub fn nearest(missing: &Path) -> Option<String> {
    let (directory, name) = (missing.parent()?, missing.file_name()?.to_str()?);
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let entries = std::fs::read_dir(here).ok()?.take(FILES);
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    // A broken link is missing, but its directory lists it.
    names.retain(|known| known != name);
    // Directories are listed in no defined order.
    names.sort_unstable();
    let near = suggest::nearest(name, names.iter().map(String::as_str))?;
    Some(directory.join(near).to_string_lossy().into_owned())
}
