//! One process: a line in, a line out, within a time limit.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a process has to answer in time, and finds its program as raftsh does"
)]

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionbio;
use rustix::process::{Pid, Signal, kill_process_group};

use super::guard;
use crate::sim::engine::{Breakdown, Exit, HELLO, Hello, hello};

/// The longest line, in bytes.
const LINE_MAX: usize = 16 * 1024 * 1024;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// How many of the latest lines of standard error are kept, and how many bytes of each.
const WORDS: usize = 20;
const WORD_BYTES: usize = 500;

/// How long a process that has closed its output may take to end.
const FAREWELL: Duration = Duration::from_millis(500);

/// A process of an engine.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    group: u32,
    input: ChildStdin,
    output: ChildStdout,
    errors: Option<ChildStderr>,
    /// What was read and is not answered yet.
    read: Vec<u8>,
    /// Where output is read into.
    chunk: Box<[u8]>,
    line: Vec<u8>,
    words: VecDeque<String>,
    /// The last line of standard error, which has not ended.
    word: Vec<u8>,
}

/// What came of waiting for a process.
enum Waited {
    /// The time is over.
    InVain,
    /// There is something on its standard error, and perhaps elsewhere.
    ForErrors,
    /// There is something elsewhere.
    ForOthers,
}

impl Process {
    /// Starts a process and asks it who it is.
    pub(super) fn start(
        command: &str,
        directory: &str,
        timeout: Duration,
    ) -> Result<(Process, Hello), Breakdown> {
        let mut process = Process::spawn(command, directory).map_err(Breakdown::Unable)?;
        let answer = match process.ask(HELLO, timeout) {
            Ok(answer) => answer,
            Err(breakdown) => return Err(process.explained(breakdown)),
        };
        let hello = hello(&answer).map_err(Breakdown::Protocol)?;
        Ok((process, hello))
    }

    fn spawn(command: &str, directory: &str) -> Result<Process, String> {
        let words = shlex::split(command).unwrap_or_default();
        let Some((program, arguments)) = words.split_first() else {
            return Err(format!("'{command}' is no command"));
        };
        let failed = |error: io::Error| format!("{program}: {error}");
        let mut command = Command::new(program);
        command.args(arguments).env_clear().process_group(0);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs([
            ("HOME", "/nonexistent"),
            ("TZ", "UTC"),
            ("LANG", "C.UTF-8"),
            ("PYTHONHASHSEED", "0"),
            ("PYTHONUNBUFFERED", "1"),
            ("GOMAXPROCS", "1"),
        ]);
        if !directory.is_empty() {
            command.current_dir(directory);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let group = child.id();
        guard::begun(group);
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(format!("{program}: no pipes"));
        };
        let process = Process {
            child,
            group,
            input,
            output,
            errors: Some(errors),
            read: Vec::new(),
            chunk: vec![0; CHUNK].into(),
            line: Vec::new(),
            words: VecDeque::new(),
            word: Vec::new(),
        };
        let pipes = ioctl_fionbio(&process.input, true)
            .and_then(|()| ioctl_fionbio(&process.output, true))
            .and_then(|()| process.errors.as_ref().map_or(Ok(()), |it| ioctl_fionbio(it, true)));
        pipes.map(|()| process).map_err(|error| failed(error.into()))
    }

    /// Writes a line and reads the line that answers it.
    pub(super) fn ask(&mut self, line: &str, timeout: Duration) -> Result<String, Breakdown> {
        // A line that came after the last answer would be taken for the next one.
        if !self.read.is_empty() || matches!(self.output.read(&mut self.chunk), Ok(1..)) {
            return Err(twice());
        }
        self.line.clear();
        self.line.extend_from_slice(line.as_bytes());
        self.line.push(b'\n');
        let began = Instant::now();
        let mut written = 0;
        loop {
            if written < self.line.len() {
                match self.input.write(&self.line[written..]) {
                    Ok(count) => written += count,
                    Err(error) if is_early(&error) => {}
                    // It reads no more: whether it has ended shows at its output.
                    Err(_) => written = self.line.len(),
                }
            }
            match self.wait(written < self.line.len(), timeout.saturating_sub(began.elapsed())) {
                Waited::InVain => return Err(self.give_up()),
                Waited::ForErrors => self.hear(),
                Waited::ForOthers => {}
            }
            match self.receive() {
                Ok(true) => return self.answer(),
                Ok(false) => {}
                Err(breakdown) => return Err(breakdown),
            }
        }
    }

    /// Waits until something can be read, or written if there is something to write.
    fn wait(&self, writes: bool, left: Duration) -> Waited {
        let output = PollFd::new(&self.output, PollFlags::IN);
        let input = || PollFd::new(&self.input, PollFlags::OUT);
        let errors = self.errors.as_ref().map(|errors| PollFd::new(errors, PollFlags::IN));
        let mut streams = Vec::with_capacity(3);
        streams.extend(errors.into_iter().chain([output]).chain(writes.then(input)));
        let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
        match poll(&mut streams, Some(&left)) {
            Ok(0) => Waited::InVain,
            Ok(_) if self.errors.is_some() && !streams[0].revents().is_empty() => Waited::ForErrors,
            Ok(_) => Waited::ForOthers,
            // A signal came: the caller looks at the time again.
            Err(_) if left.tv_sec > 0 || left.tv_nsec > 0 => Waited::ForOthers,
            Err(_) => Waited::InVain,
        }
    }

    /// Reads what is there. Returns whether a whole line is.
    fn receive(&mut self) -> Result<bool, Breakdown> {
        loop {
            match self.output.read(&mut self.chunk) {
                Ok(0) => return Err(self.farewell()),
                Ok(count) => {
                    let seen = self.read.len();
                    self.read.extend_from_slice(&self.chunk[..count]);
                    if self.read[seen..].contains(&b'\n') {
                        return Ok(true);
                    }
                    if self.read.len() > LINE_MAX {
                        let what = "it wrote a line of more than 16 MiB".to_owned();
                        return Err(Breakdown::Protocol(what));
                    }
                    if count < self.chunk.len() {
                        return Ok(false);
                    }
                }
                Err(error) if is_early(&error) => return Ok(false),
                Err(_) => return Err(self.farewell()),
            }
        }
    }

    /// The first line that was read; nothing may follow it.
    fn answer(&mut self) -> Result<String, Breakdown> {
        let end = self.read.iter().position(|&byte| byte == b'\n').unwrap_or(self.read.len());
        if end + 1 < self.read.len() {
            return Err(twice());
        }
        let mut line = std::mem::take(&mut self.read);
        line.truncate(end);
        String::from_utf8(line)
            .map_err(|_| Breakdown::Protocol("its answer is not UTF-8".to_owned()))
    }

    /// Reads what it wrote to standard error, and keeps the latest lines.
    fn hear(&mut self) {
        let Some(errors) = &mut self.errors else { return };
        let mut chunk = [0; 4096];
        // What is written without end is read again at the next turn.
        for _ in 0..64 {
            match errors.read(&mut chunk) {
                Ok(0) => return self.errors = None,
                Ok(count) => {
                    for byte in &chunk[..count] {
                        match byte {
                            b'\n' => {
                                let line = std::mem::take(&mut self.word);
                                self.words.push_back(String::from_utf8_lossy(&line).into_owned());
                                if self.words.len() > WORDS {
                                    self.words.pop_front();
                                }
                            }
                            byte if self.word.len() < WORD_BYTES => self.word.push(*byte),
                            _ => {}
                        }
                    }
                }
                Err(error) if is_early(&error) => return,
                Err(_) => return self.errors = None,
            }
        }
    }

    /// It closed its output: how did it end?
    fn farewell(&mut self) -> Breakdown {
        let began = Instant::now();
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if began.elapsed() < FAREWELL => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Ok(None) | Err(_) => break None,
            }
        };
        self.hear();
        let exit = status.map_or(Exit::Closed, |status| match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Status(code),
            (None, Some(signal)) => Exit::Signal(signal),
            (None, None) => Exit::Closed,
        });
        Breakdown::Crashed(exit)
    }

    /// It does not answer.
    fn give_up(&mut self) -> Breakdown {
        self.hear();
        Breakdown::Hangs
    }

    /// The latest lines that it wrote to standard error.
    pub(super) fn words(&mut self) -> Vec<String> {
        self.hear();
        let rest = String::from_utf8_lossy(&self.word).into_owned();
        let rest = Some(rest).filter(|rest| !rest.is_empty());
        self.words.iter().cloned().chain(rest).collect()
    }

    /// A failure before the first answer, with what the process said about it.
    fn explained(&mut self, breakdown: Breakdown) -> Breakdown {
        match (self.words().pop(), breakdown) {
            (Some(word), Breakdown::Crashed(exit)) => Breakdown::Unable(format!("{exit}: {word}")),
            (_, breakdown) => breakdown,
        }
    }
}

/// Ends the process, and all that it started.
impl Drop for Process {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.group).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        guard::ended(self.group);
    }
}

/// Whether a stream is not ready yet.
fn is_early(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

fn twice() -> Breakdown {
    Breakdown::Protocol("it wrote more than one line for one input".to_owned())
}
