//! Finds the tests below the paths on the command line.
//!
//! A folder is searched to its bottom. Hidden entries are skipped, and symbolic links to folders
//! are not followed. A folder with a file NEEDS, which says what its tests need, is searched only
//! if it is named itself. Markdown in a folder is a tutorial only if one of its fences is marked
//! `raftsh`; a file that is named on the command line must be a test. A leftover among the tests
//! (`NAME.out` without its script, or a broken link) is a test that fails, because nothing else
//! would report it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::case::Case;
use super::options::MAX_BYTES;
use crate::console::file;
use crate::console::file::reason;
use crate::suite::transcript::markdown::Tutorial;

/// All tests, sorted by path and without duplicates. A file that cannot be read is among them, as a
/// test that fails.
pub fn all(paths: &[PathBuf]) -> Vec<Case> {
    let mut cases = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => in_folder(path, &mut cases),
            false => cases.push(Case::new(path)),
        }
    }
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    cases.dedup_by(|a, b| a.path == b.path);
    cases
}

/// The file that says what the tests of its folder need.
const NEEDS: &str = "NEEDS";

fn in_folder(folder: &Path, cases: &mut Vec<Case>) {
    // A folder whose tests need what may be missing is tested only if it is named.
    let needs = |entry: &DirEntry| entry.path().join(NEEDS).is_file();
    let visible = |entry: &DirEntry| {
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        entry.depth() == 0 || !is_hidden && !needs(entry)
    };
    let mut outputs = Vec::new();
    for entry in WalkDir::new(folder).into_iter().filter_entry(visible) {
        match entry {
            Ok(entry) if has_extension(entry.path(), "out") => outputs.push(entry.into_path()),
            Ok(entry) => cases.extend(test(entry.path())),
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_path_buf();
                let why = error.io_error().map_or_else(|| error.to_string(), reason);
                cases.push(Case::unreadable(&path, why));
            }
        }
    }
    let scripts: BTreeSet<PathBuf> = cases
        .iter()
        .map(|case| case.path.clone())
        .filter(|path| has_extension(path, "raft"))
        .collect();
    let folders: BTreeSet<Option<&Path>> = scripts.iter().map(|script| script.parent()).collect();
    for output in outputs.into_iter().filter(|output| folders.contains(&output.parent())) {
        let script = output.with_extension("raft");
        if !scripts.contains(&script) {
            cases.push(Case::unreadable(
                &output,
                format!("there is no {} beside it", script.display()),
            ));
        }
    }
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension == wanted)
}

/// The test at a path inside a folder, or `None` if the path does not look like one.
fn test(path: &Path) -> Option<Case> {
    let script = has_extension(path, "raft");
    if !script && !has_extension(path, "md") {
        return None;
    }
    match path.metadata() {
        // A link to a file is followed, as it is when the file is opened.
        Ok(data) if data.is_file() => (script || is_tutorial(path)).then(|| Case::new(path)),
        Ok(data) if data.is_dir() => None,
        // Opening a pipe here would wait for ever.
        Ok(_) => Some(Case::unreadable(path, "it is neither a file nor a folder".to_owned())),
        Err(_) => Some(Case::new(path)),
    }
}

/// Whether a file has a fence marked `raftsh`, or has faults that only running it reports.
fn is_tutorial(path: &Path) -> bool {
    // If it cannot be read, running it reports the error.
    let Ok(bytes) = file::read_start(path, MAX_BYTES) else { return true };
    // In UTF-16 and UTF-32, ASCII characters contain zero bytes: without these, the mark is found.
    let text = String::from_utf8_lossy(&bytes).replace(['\0', '\u{fffd}'], "");
    Tutorial::read(&text).map_or(true, |tutorial| !tutorial.sessions.is_empty())
}
