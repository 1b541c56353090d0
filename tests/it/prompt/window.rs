//! The window of a terminal that can be closed: a pseudo-terminal that no other process holds.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a hanging process is seen by the clock"
)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::surroundings::{RAFTSH, untold};

/// How long raftsh may take to notice that the window is closed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A window in which raftsh runs.
pub(crate) struct Window {
    terminal: File,
    child: Child,
}

impl Window {
    /// Opens a window in which raftsh starts.
    pub(crate) fn opens() -> Window {
        // A process that inherits this end, such as one of another test, would keep the window
        // open.
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        #[cfg(target_os = "linux")]
        let flags = flags | OpenptFlags::CLOEXEC;
        let terminal = openpt(flags).unwrap();
        fcntl_setfd(&terminal, FdFlags::CLOEXEC).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
        // A session leader without a terminal gets the one that it opens as its own, and is ended
        // when it is closed. The test process may be a session leader.
        let not_ours = OpenptFlags::NOCTTY.bits().cast_signed();
        let end =
            || File::options().read(true).write(true).custom_flags(not_ours).open(&name).unwrap();
        let mut command = untold(RAFTSH);
        command.arg("--no-init").env("TERM", "xterm").env("RAFTSH_HISTORY", "/dev/null");
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        Window { terminal: terminal.into(), child }
    }

    /// Reads until raftsh has shown this text.
    pub(crate) fn reads(&mut self, text: &str) {
        let (mut shown, mut bytes) = (Vec::new(), [0; 4096]);
        while !String::from_utf8_lossy(&shown).contains(text) {
            let length = self.terminal.read(&mut bytes).unwrap();
            shown.extend(&bytes[..length]);
        }
    }

    /// Presses keys.
    pub(crate) fn presses(&mut self, keys: &str) {
        self.terminal.write_all(keys.as_bytes()).unwrap();
    }

    /// Closes the window, and waits until raftsh has ended.
    pub(crate) fn closes(self) {
        let Window { terminal, mut child } = self;
        drop(terminal);
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if begun.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("raftsh goes on without a terminal");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
