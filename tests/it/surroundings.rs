//! The surroundings of raftsh in a test: an environment without settings, a folder of the test's
//! own, and a session of this process that runs scripts.
//!
//! The tests must pass with any variable set, twice at the same time, and in any directory.
#![allow(clippy::disallowed_methods, reason = "what programs need is handed on to them")]

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};

use crate::architecture::{files, finds, hold};
use crate::source::Finding;

/// The path of the binary.
pub(crate) const RAFTSH: &str = env!("CARGO_BIN_EXE_raftsh");

/// Variables that programs need to be found and to run, and the one that says where a run that
/// measures coverage writes its data.
const NEEDED: &[&str] = &["PATH", "SystemRoot", "LLVM_PROFILE_FILE"];

/// A call of a program, mostly raftsh, that inherits no variables but [`NEEDED`].
pub(crate) fn untold(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command.envs(NEEDED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
}

/// A folder that no other test has, not even one of another process. It is removed when nobody
/// uses it any more, unless the test failed.
#[derive(Clone)]
pub(crate) struct Folder(Arc<Kept>);

struct Kept(PathBuf);

impl Folder {
    /// A new, empty folder.
    pub(crate) fn new(name: &str) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (process, nth) = (std::process::id(), NEXT.fetch_add(1, Relaxed));
        let name = format!("{}-{process}-{nth}", name.replace('/', "-"));
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // A failed test of an earlier process with the same number may have left it.
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(&root).unwrap();
        Folder(Arc::new(Kept(root)))
    }
}

/// A folder with these files in it.
pub(crate) fn directory(name: &str, files: &[(&str, &[u8])]) -> Folder {
    let root = Folder::new(name);
    for (file, content) in files {
        let file = root.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }
    root
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0.0
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        self
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

/// A text in one line, each run of blanks and line ends as one blank: what a test compares must not
/// depend on where a line was broken, which differs with the length of a path.
pub(crate) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs a script in a session up to its first failure, on a page of this width. Returns its output,
/// its errors and its status.
pub(crate) fn say(session: &mut Session, width: usize, text: &str) -> (String, String, Status) {
    let mut out = Output::captured(width);
    let mut runner = Runner::new(session, &mut out);
    runner.run(&mut Script::text(Some("t"), text), FailurePolicy::Stop);
    runner.finish();
    let status = runner.worst;
    (out.take(), out.take_errors(), status)
}

/// Runs a script in a session, which must succeed. Returns its output.
#[track_caller]
pub(crate) fn succeeds(mut session: Session, text: &str) -> String {
    let (said, errors, status) = say(&mut session, 200, text);
    assert_eq!(status, Status::Ok, "{text}\n{said}{errors}");
    said
}

/// A session with a cluster of three nodes.
pub(crate) fn three_nodes() -> Session {
    Session::new(Start { nodes: 3, ..Start::default() })
}

/// Only `surroundings.rs` may start the binary or choose a folder: a test that starts it
/// otherwise, or shares a folder, fails on some machines only.
fn surroundings(file: &str, text: &str) -> Vec<Finding> {
    let words = [concat!("CARGO_BIN_", "EXE"), concat!("CARGO_TARGET_", "TMPDIR")];
    if file == "it/surroundings.rs" {
        return Vec::new();
    }
    let lines = (1..).zip(text.lines());
    lines
        .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
        .map(|(number, _)| (number, "is surroundings.rs's".to_owned()))
        .collect()
}

#[test]
fn tests_find_their_surroundings_in_one_way() {
    finds(
        surroundings,
        &[("it/json.rs", concat!("Command::new(env!(\"CARGO_BIN_", "EXE_raftsh\"))"))],
    );
    hold(surroundings, &files("tests", &[".rs"]));
}
