//! A journal as text: as a session, which is loaded, and as a script, which is run.
//!
//! ```yaml
//! raftsh: 1
//! nodes: 5
//! seed: 1
//! settings:
//!   election-timeout: 150ms..300ms
//! moves:
//! - step 37
//! - put n3 x=5
//! ...
//! ```
//!
//! The settings are those the cluster began with, all of them; one that is left out is as usual. The moves are the lines that make
//! them at the prompt; what a line means is for the shell to say. The last line tells a whole file from one that was
//! cut short.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::initial;
use super::journal::{Journal, Made};
use super::yaml::{self, END, Fault, Outline, Pairs, Scalar};
use crate::sim::settings::SETTING_NAMES;
use crate::sim::{Action, Setting, Settings};

/// The version of the form.
pub const VERSION: &str = "1";

/// Larger sessions are not read.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Sessions of more moves are not written.
pub const MAX_MOVES: usize = 1_000_000;

/// The keys of a session.
const KEYS: [&str; 5] = ["raftsh", "nodes", "seed", "settings", "moves"];

/// A session as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// How many nodes its cluster has.
    pub nodes: usize,
    /// The seed of its dice.
    pub seed: u64,
    /// The settings it began with.
    pub settings: Settings,
    /// Its moves, in order.
    pub moves: Vec<Line>,
}

/// A move as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line of the file on which it stands, counted from 1.
    pub line: usize,
    /// The shell line that makes it.
    pub text: String,
}

/// The form as the parser knows it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    raftsh: Scalar,
    nodes: Scalar,
    seed: Scalar,
    settings: Option<Pairs>,
    moves: Vec<String>,
}

/// The journal as a session.
///
/// # Errors
/// If it is too large to be read again.
pub fn session(journal: Journal<'_>) -> Result<String, Fault> {
    if journal.actions().len() > MAX_MOVES {
        return Err(too_large());
    }
    let setting = |setting: Setting| (setting.name().to_owned(), Scalar(setting.value()));
    let form = Form {
        raftsh: Scalar(VERSION.to_owned()),
        nodes: Scalar(journal.nodes.to_string()),
        seed: Scalar(journal.seed.to_string()),
        settings: Some(journal.settings.all().into_iter().map(setting).collect()),
        moves: journal.actions().map(|action| action.to_string()).collect(),
    };
    let text = label(&journal) + &yaml::write(&form)? + END + "\n";
    if text.len() > MAX_BYTES { Err(too_large()) } else { Ok(text) }
}

/// Whoever opens the file is told that its protocol is not the correct one.
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

fn too_large() -> Fault {
    Fault::whole(format!(
        "the session is too large: more than {MAX_MOVES} moves or {} MiB",
        MAX_BYTES / 1024 / 1024
    ))
}

/// The journal as a script that leads to the same history, if it is run under the usual settings. It says of every move that
/// gave up, and of every one that broke a property, that it does so. Commands of a history in which a property broke must not
/// end there: the moves are as long as they were made.
pub fn script(journal: Journal<'_>) -> String {
    let mut text = String::new();
    let usual = Settings::default().all();
    // Writing to a string cannot fail.
    let _ = write!(text, "cluster {} --seed {}", journal.nodes, journal.seed);
    let stops = |setting: &Setting| journal.is_broken() && matches!(setting, Setting::OnViolation(_));
    for setting in journal.settings.all().iter().filter(|setting| !usual.contains(setting) && !stops(setting))
    {
        let _ = write!(text, " --set {}={}", setting.name(), setting.value());
    }
    if journal.is_broken() {
        let _ = write!(text, " --set on-violation=continue");
    }
    text.push('\n');
    for Made { action, gave_up, broke } in journal.moves() {
        if matches!(action, Action::Set(setting) if stops(&setting)) {
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

/// Reads a session, as far as that can be done without knowing what its moves mean.
///
/// # Errors
/// What is wrong, and where.
pub fn read(text: &str) -> Result<Saved, Fault> {
    check_version(text)?;
    if !text.ends_with('\n') {
        return Err(cut_short(text));
    }
    let outline = Outline::of(text)?;
    outline.check(false, &KEYS)?;
    outline.check(true, SETTING_NAMES)?;
    if !outline.ended {
        return Err(cut_short(text));
    }
    if let Some(missing) =
        KEYS.iter().find(|name| !outline.keys.iter().any(|key| key.below.is_none() && key.name == **name))
    {
        return Err(Fault::whole(format!("'{missing}' is missing")));
    }
    check_places(&outline)?;
    let form: Form = yaml::read(text)?;
    let fault = |key: &str, message| outline.fault(false, key, message);
    let nodes = initial::nodes(&form.nodes.0).map_err(|why| fault("nodes", why))?;
    let seed = crate::quantity::count(&form.seed.0).map_err(|why| fault("seed", why))?;
    let mut settings = Settings::default();
    for (key, value) in form.settings.iter().flatten() {
        initial::set(&mut settings, key, &value.0).map_err(|why| outline.fault(true, key, why))?;
    }
    if form.moves.len() != outline.items.len() {
        return Err(fault("moves", "each move needs a line of its own".to_owned()));
    }
    let moves = outline.items.iter().zip(form.moves);
    let moves = moves.map(|(&(line, _), text)| Line { line, text }).collect();
    Ok(Saved { nodes, seed, settings, moves })
}

/// Whether the text claims to be of this form. Of another version nothing else need be understood.
fn check_version(text: &str) -> Result<(), Fault> {
    let found = (1..).zip(text.lines()).find_map(|(line, text)| {
        let version = text.strip_prefix("raftsh:")?;
        let version = version.split(" #").next().unwrap_or_default();
        Some((line, version.trim().trim_matches(['\'', '"'])))
    });
    match found {
        Some((_, VERSION)) => Ok(()),
        Some((line, version)) => {
            let version = crate::quantity::shown(version);
            Err(Fault::at(
                line,
                format!("this is version {version} of the form; version {VERSION} is known here"),
            ))
        }
        None => Err(Fault::whole(format!("this is no saved session: it lacks the line 'raftsh: {VERSION}'"))),
    }
}

/// Settings belong to `settings`, and moves to `moves`.
fn check_places(outline: &Outline<'_>) -> Result<(), Fault> {
    if let Some(key) = outline.keys.iter().find(|key| key.below.is_some_and(|above| above != "settings")) {
        return Err(Fault::at(key.line, format!("'{}' belongs below 'settings:'", key.name)));
    }
    match outline.items.iter().find(|(_, above)| *above != "moves") {
        Some((line, _)) => Err(Fault::at(*line, "a move belongs below 'moves:'")),
        None => Ok(()),
    }
}

fn cut_short(text: &str) -> Fault {
    Fault::at(text.lines().count().max(1), format!("the file is cut short: its last line is not '{END}'"))
}
