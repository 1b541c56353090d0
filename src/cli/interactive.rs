//! A user at a terminal: the greeting, `init.raft`, and the lines that are typed.

use crate::console::{Terminal, terminal};
use crate::language::Status;
use crate::prompt::Prompt;
use crate::prompt::pause::EnterKey;
use crate::script::{FailurePolicy, Lines, Pause, Runner, Script};
use crate::view;
use crate::view::document::{Document, Text, Tone};

/// Runs the prompt until the user leaves it. If `greet` is the number of nodes, a greeting and
/// `init.raft` come first.
pub(super) fn shell(
    runner: &mut Runner<'_>,
    terminal: &Terminal,
    greet: Option<usize>,
    no_init: bool,
) {
    if let Some(nodes) = greet.filter(|_| terminal.stdout) {
        let text =
            Text::new().toned(Tone::Strong, format!("raftsh {}", env!("CARGO_PKG_VERSION"))).plain(
                format!(": a simulated Raft cluster of {}.", view::counted(nodes as u64, "node")),
            );
        let begin = match terminal.edits() {
            true => "Try `run until leader` or `tour`. `help` lists commands, TAB completes them.",
            false => "Try `run until leader`, `status`. `help` lists commands.",
        };
        let text = Document::from(text).line(Text::new().toned(Tone::Dim, begin));
        runner.out.remark(&text);
        if !no_init {
            init(runner, terminal);
        }
    }
    // Hints begin only here: the greeting and `init.raft` need none.
    let mut lines = typed(runner, terminal);
    if lines.is_prompt() {
        runner.pause = pause();
    }
    runner.run(lines.as_mut(), FailurePolicy::Prompt);
}

/// The lines that a user types at a terminal, with line editing if the terminal can do it.
pub(super) fn typed(runner: &mut Runner<'_>, terminal: &Terminal) -> Box<dyn Lines> {
    runner.out.flush_each = true;
    runner.out.hints = true;
    let history = terminal::history_file(&terminal.variables);
    let coloured = runner.out.coloured;
    match terminal.edits().then(|| Prompt::new(history, coloured)).flatten() {
        Some(prompt) => {
            runner.out.pager = terminal::pager(&terminal.variables);
            Box::new(prompt)
        }
        None => Box::new(Script::typed(terminal.stdout)),
    }
}

/// Waits for the Enter key; `None` if the terminal cannot be used.
pub(super) fn pause() -> Option<Box<dyn Pause>> {
    EnterKey::new().map(|key| Box::new(key) as Box<dyn Pause>)
}

/// Runs the user's `init.raft`, if it exists. Its failures are reported, but do not prevent the
/// prompt.
fn init(runner: &mut Runner<'_>, terminal: &Terminal) {
    if let Some(file) = terminal::init_file(&terminal.variables).filter(|file| file.exists()) {
        runner.init_file(&file);
        runner.worst = Status::Ok;
    }
}
