//! Ends engines if raftsh ends without doing so: killed, by a panic, with its terminal.
//!
//! The guard is a small shell script in a process of its own. It knows the process groups of all
//! engines, and reads from a pipe that only raftsh holds open. When that pipe ends, so has raftsh.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the guard runs. `+ GROUP` and `- GROUP` tell it of engines that begin and end.
const SCRIPT: &str = r#"
trap '' INT HUP TERM QUIT TSTP
groups=
while read -r what group; do
  kept=
  for other in $groups; do
    [ "$other" = "$group" ] || kept="$kept $other"
  done
  groups=$kept
  [ "$what" = - ] || groups="$groups $group"
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
"#;

static GUARD: Mutex<Option<Child>> = Mutex::new(None);

fn guard() -> MutexGuard<'static, Option<Child>> {
    // A thread that panicked here left the guard as it was.
    GUARD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start() -> Option<Child> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT]).current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok()
}

/// Tells the guard something. Without a shell there is no guard; then engines see that their input
/// ends, which well-behaved ones heed.
fn tell(what: char, group: u32) {
    let mut guard = guard();
    if guard.is_none() {
        *guard = start();
    }
    if let Some(input) = guard.as_mut().and_then(|child| child.stdin.as_mut()) {
        let _ = input.write_all(format!("{what} {group}\n").as_bytes());
    }
}

/// An engine has begun, in this process group.
pub(super) fn begun(group: u32) {
    tell('+', group);
}

/// An engine has ended.
pub(super) fn ended(group: u32) {
    tell('-', group);
}

/// All engines have ended: the guard may go.
pub(super) fn dismiss() {
    if let Some(mut child) = guard().take() {
        drop(child.stdin.take());
        let _ = child.wait();
    }
}
