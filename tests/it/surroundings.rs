//! What surrounds raftsh in a test: an environment that tells it nothing, and a folder of the
//! test's own.
//!
//! Whoever runs the tests may have set any variable, may run them twice at the same time, and may
//! keep them wherever they like.
#![allow(clippy::disallowed_methods, reason = "what programs need is handed on to them")]

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// The binary.
pub(crate) const RAFTSH: &str = env!("CARGO_BIN_EXE_raftsh");

/// What programs need to be found and to run at all, and where a measured one tells what of it was
/// run.
const NEEDED: &[&str] = &["PATH", "SystemRoot", "LLVM_PROFILE_FILE"];

/// A call of a program, of raftsh most often, that hears nothing of what somebody has set for
/// themselves.
pub(crate) fn untold(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command.envs(NEEDED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
}

/// A folder that no other test has, be it of another process. It is gone when nobody needs it any
/// more, but for one of a test that failed.
#[derive(Clone)]
pub(crate) struct Folder(Arc<Kept>);

struct Kept(PathBuf);

impl Folder {
    /// A folder in which nothing is yet.
    pub(crate) fn new(name: &str) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (process, nth) = (std::process::id(), NEXT.fetch_add(1, Relaxed));
        let name = format!("{}-{process}-{nth}", name.replace('/', "-"));
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // A test that failed in an earlier process of the same number may have left it.
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
