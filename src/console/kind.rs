//! What a file is: a script, a tutorial, a saved session or settings. A command that gets the
//! wrong kind names the command that takes it.

use std::path::Path;

use super::file;

/// A kind of file that raftsh reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Commands: `NAME.raft`.
    Script,
    /// Markdown with commands and their output: `NAME.md`.
    Tutorial,
    /// What `save` writes.
    Session,
    /// YAML that is no saved session: what `--config` reads.
    Settings,
}

/// The number of bytes at the beginning of a file in which a saved session is recognised.
const START: usize = 4096;

impl FileKind {
    /// The kind of a file that has this name and begins with this text; `None` if neither tells.
    pub fn of(name: &Path, start: &[u8]) -> Option<FileKind> {
        if is_session(start) {
            return Some(FileKind::Session);
        }
        FileKind::by_name(name)
    }

    /// The kind of the file that is at this path; `None` if it cannot be told.
    pub fn at(path: &Path) -> Option<FileKind> {
        // Reading from a pipe would take its bytes away.
        let is_file = path.metadata().is_ok_and(|data| data.is_file());
        let start = is_file.then(|| file::read_start(path, START).ok()).flatten();
        FileKind::of(path, &start.unwrap_or_default())
    }

    /// The kind that a name promises.
    pub fn by_name(name: &Path) -> Option<FileKind> {
        match name.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "raft" => Some(FileKind::Script),
            "md" | "markdown" => Some(FileKind::Tutorial),
            "yaml" | "yml" => Some(FileKind::Settings),
            _ => None,
        }
    }

    /// What the file is, in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            FileKind::Script => "a script",
            FileKind::Tutorial => "a tutorial",
            FileKind::Session => "a saved session",
            FileKind::Settings => "a YAML file",
        }
    }

    /// What takes such a file, as a line of help.
    pub fn taken_by(self, file: &str) -> String {
        match self {
            FileKind::Script => format!("`source {file}` runs it, and so does raftsh run {file}"),
            FileKind::Tutorial => format!("`raftsh test {file}` tests it"),
            FileKind::Session => format!("`load {file}` restores it"),
            FileKind::Settings => {
                format!("--config {file} reads settings; `load` restores what `save` wrote")
            }
        }
    }
}

/// Whether a text begins as a saved session does: with its version, after comments.
fn is_session(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let mut lines = start.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#") && *line != b"---");
    first.is_some_and(|line| line.starts_with(b"raftsh:"))
}
