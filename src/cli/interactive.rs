//! A user at a terminal: the greeting, `init.raft`, and the lines that are typed.

use crate::console::{Terminal, terminal};
use crate::language::Status;
use crate::prompt::Prompt;
use crate::script::{FailurePolicy, Lines, Runner, Script};
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
        let completes = if terminal.edits() { ", TAB completes them" } else { "" };
        let begin = format!("Try `run until leader`, `status`. `help` lists commands{completes}.");
        let text = Document::from(text).line(Text::new().toned(Tone::Dim, begin));
        runner.out.remark(&text);
        if !no_init {
            init(runner, terminal);
        }
    }
    // Hints begin only here: the greeting and `init.raft` need none.
    let mut lines = typed(runner, terminal);
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

/// Runs the user's `init.raft`, if it exists. Its failures are reported, but do not prevent the
/// prompt.
fn init(runner: &mut Runner<'_>, terminal: &Terminal) {
    if let Some(file) = terminal::init_file(&terminal.variables).filter(|file| file.exists()) {
        runner.init_file(&file);
        runner.worst = Status::Ok;
    }
}
