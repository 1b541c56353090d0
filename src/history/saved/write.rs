//! Writes a journal as a session or as a script.

use std::fmt::{self, Write};

use serde::Serialize;

use super::{EndState, MAX_BYTES, MAX_MOVES, VERSION, too_large};
use crate::history::journal::{Journal, RecordedMove, TypedCommand};
use crate::history::moves::Extent;
use crate::history::yaml::{self, END, Fault, Pairs, Scalar};
use crate::sim::{Action, Setting, Settings};

/// The keys before the moves.
#[derive(Serialize)]
struct Head {
    raftsh: u64,
    nodes: usize,
    seed: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    engine: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    engine_folder: String,
    settings: Pairs,
}

/// The journal as a session.
///
/// # Errors
/// If it is too large to be read again.
pub fn session(journal: Journal<'_>) -> Result<String, Fault> {
    written(journal, |_, _| Ok(()))
}

/// A journal as a session, with what `add` adds before its end.
///
/// # Errors
/// If it is too large to be read again.
pub(super) fn written(
    journal: Journal<'_>,
    add: impl FnOnce(&mut String, &mut usize) -> Result<(), Fault>,
) -> Result<String, Fault> {
    let setting = |setting: Setting| (setting.name().to_owned(), Scalar(setting.value()));
    let engines = journal.settings.engines;
    let head = Head {
        raftsh: VERSION,
        nodes: journal.nodes,
        seed: journal.seed,
        engine: engines.choices().iter().map(ToString::to_string).collect(),
        engine_folder: engines.directory().to_string(),
        settings: journal.settings.all().into_iter().map(setting).collect(),
    };
    let mut text = label(&journal) + &yaml::write(&head)? + "moves:";
    let mut moves = 0;
    write_items(journal.commands(), &mut text, &mut moves)?;
    if moves == 0 {
        text.push_str(" []");
    }
    add(&mut text, &mut moves)?;
    let EndState { steps, time_us, digest } = EndState::of(journal);
    let end = format!("{{steps: {steps}, time_us: {time_us}, digest: \"{digest}\"}}");
    text.push_str(&format!("\nend: {end}\n{END}\n"));
    if text.len() > MAX_BYTES { Err(too_large()) } else { Ok(text) }
}

/// Adds commands as items of a list. `moves` counts them.
///
/// # Errors
/// If there are too many.
pub(super) fn write_items(
    commands: impl Iterator<Item = TypedCommand>,
    text: &mut String,
    moves: &mut usize,
) -> Result<(), Fault> {
    for TypedCommand { text: typed, extent } in commands {
        *moves += 1;
        if *moves > MAX_MOVES || text.len() > MAX_BYTES {
            return Err(too_large());
        }
        // Writing to a string cannot fail.
        let _ = match extent {
            None => write!(text, "\n- {}", Item(&typed)),
            Some(Extent { steps, us }) => {
                write!(text, "\n- {{do: {}, steps: {steps}, us: {us}}}", Quoted(&typed))
            }
        };
    }
    Ok(())
}

/// A text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    Quoted(text).to_string()
}

/// A comment that names the flaws that are switched on at the end, as a warning to the reader of
/// the file. Empty if there are none.
fn label(journal: &Journal) -> String {
    let mut flaws = journal.settings.raft.flaws;
    for action in journal.actions() {
        if let Action::Flaw(flaw, on) = action {
            flaws.set(flaw, on);
        }
    }
    let names: Vec<&str> = flaws.iter().map(|flaw| flaw.name()).collect();
    if names.is_empty() { String::new() } else { format!("# FLAWED: {}\n", names.join(", ")) }
}

/// A command as an item of a YAML list: unquoted if YAML reads it as plain text.
struct Item<'a>(&'a str);

impl fmt::Display for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Item(text) = self;
        let plain = |c: char| c.is_ascii_alphanumeric() || " =.,_/+-|%<>!".contains(c);
        let is_word = |text: &str| ["null", "true", "false"].contains(&text);
        match text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(plain)
            && !is_word(text)
        {
            true => f.write_str(text),
            false => write!(f, "{}", Quoted(text)),
        }
    }
}

/// A text in double quotes, with escapes for characters that a line cannot hold.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if yaml::is_strange(c) => write!(f, "\\U{:08x}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// The command that begins such a cluster.
pub fn cluster(nodes: usize, seed: u64, settings: &Settings) -> String {
    let usual = Settings::default().all();
    let mut line = format!("cluster {nodes} --seed {seed}");
    // Writing to a string cannot fail.
    if !settings.engines.is_none() {
        let _ = write!(line, " {}", settings.engines);
    }
    for setting in settings.all().iter().filter(|setting| !usual.contains(setting)) {
        let _ = write!(line, " --set {}={}", setting.name(), setting.value());
    }
    line
}

/// The journal as a script that leads to the same history, if it is run with the default settings.
/// The script expects each failure of a move that gave up, and each violation. If a property was
/// violated, it sets `on-violation continue`, because its moves are as long as the recorded ones.
pub fn script(journal: Journal<'_>) -> String {
    let (mut settings, is_broken) = (journal.settings, journal.is_broken());
    if is_broken {
        settings.on_violation = Settings::default().on_violation;
    }
    let mut text = cluster(journal.nodes, journal.seed, &settings);
    if is_broken {
        text.push_str(" --set on-violation=continue");
    }
    text.push('\n');
    for RecordedMove { action, gave_up, broke } in journal.moves() {
        if is_broken && matches!(action, Action::Set(Setting::OnViolation(_))) {
            continue;
        }
        // A command that gives up has failed, and a script has to expect that.
        let _ = writeln!(text, "{}{action}", if gave_up { "!" } else { "" });
        for property in broke {
            let _ = writeln!(text, "expect violated {property}");
        }
    }
    text
}
