//! The file that `--config` names: what every fresh cluster of a process begins with.
//!
//! ```yaml
//! nodes: 3
//! seed: 7
//! latency: 1ms..2ms
//! engine: python3 my_raft.py
//! ```
//!
//! Every key may be left out. Values are written as they are typed at the prompt.

use super::yaml::{self, Fault, Key, Outline, Pairs, Scalar};
use crate::quantity::{self, shown};
use crate::raft::MAX_NODES;
use crate::sim::engine::EngineChoice;
use crate::sim::settings::SETTING_NAMES;
use crate::sim::{Setting, Settings};

/// The size in bytes above which a file is not read.
pub const MAX_BYTES: usize = 256 * 1024;

/// Where the seed of a cluster comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// A fixed number.
    Fixed(u64),
    /// A number that is drawn at random.
    Random,
}

/// The contents of a config file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initial {
    /// The number of nodes of a cluster, if the file sets it.
    pub nodes: Option<usize>,
    /// The seed, if the file sets it.
    pub seed: Option<Seed>,
    /// The settings: the defaults, except where the file says otherwise.
    pub settings: Settings,
    /// The engines that run at the nodes: a command for all, or commands for single nodes.
    pub engines: Vec<EngineChoice>,
}

/// Reads a config file.
///
/// # Errors
/// If it is malformed, or has an unknown key or a bad value. The fault says what is wrong, and
/// where.
pub fn read(text: &str) -> Result<Initial, Fault> {
    let outline = Outline::of(text)?;
    if let Some((line, _)) = outline.items.first() {
        return Err(Fault::at(*line, "expected KEY: VALUE, found a list"));
    }
    let is_engine = |key: &&Key<'_>| key.below == Some(ENGINE);
    if let Some(key) = outline.keys.iter().find(|key| key.below.is_some() && !is_engine(key)) {
        return Err(Fault::at(
            key.line,
            "unexpected indentation; write KEY: VALUE at the start of the line",
        ));
    }
    let known: Vec<&str> = ["nodes", "seed", ENGINE].iter().chain(SETTING_NAMES).copied().collect();
    outline.check(false, &known)?;
    let (text, engines) = without_engines(text, &outline);
    let pairs = if outline.keys.iter().all(|key| key.name == ENGINE || key.below.is_some()) {
        Pairs::default()
    } else {
        yaml::read(&text)?
    };
    let mut initial = Initial::default();
    let of_engines = |message| outline.fault(false, ENGINE, message);
    initial.engines = self::engines(&engines).map_err(of_engines)?;
    for (key, value) in pairs {
        let fault = |message| outline.fault(false, &key, message);
        match key.as_str() {
            "nodes" => initial.nodes = Some(nodes(&value.0).map_err(fault)?),
            "seed" => initial.seed = Some(seed(&value.0).map_err(fault)?),
            _ => set(&mut initial.settings, &key, &value.0).map_err(fault)?,
        }
    }
    Ok(initial)
}

/// The key of the engines.
const ENGINE: &str = "engine";

/// The text without its engines, and these: a command, or the lines of a map.
fn without_engines<'a>(text: &'a str, outline: &Outline<'_>) -> (String, Vec<&'a str>) {
    let is_engine = |line: usize| {
        let of = |key: &&Key<'_>| key.line == line;
        outline.keys.iter().find(of).is_some_and(|key| key.below.unwrap_or(key.name) == ENGINE)
    };
    let (mut rest, mut engines) = (String::new(), Vec::new());
    for (line, text) in (1..).zip(text.split('\n')) {
        match is_engine(line) {
            true => engines.push(text),
            false => rest.push_str(text),
        }
        // Lines keep their numbers, by which faults are told.
        rest.push('\n');
    }
    (rest, engines)
}

/// The engines: a command for all nodes, or a map from nodes, or `all`, to commands.
fn engines(lines: &[&str]) -> Result<Vec<EngineChoice>, String> {
    let Some((first, each)) = lines.split_first() else { return Ok(Vec::new()) };
    if each.is_empty() {
        let pairs: Pairs = yaml::read(first).map_err(|fault| fault.message)?;
        return pairs.values().map(|Scalar(command)| EngineChoice::read(command)).collect();
    }
    let each: String = each.iter().flat_map(|line| [line.trim_start(), "\n"]).collect();
    let pairs: Pairs = yaml::read(&each).map_err(|fault| fault.message)?;
    let choice = |(node, Scalar(command)): (String, Scalar)| match node.as_str() {
        "all" => EngineChoice::read(&command),
        node => match EngineChoice::read(&format!("{node}={command}")) {
            Ok(choice) if choice.node.is_some() => Ok(choice),
            Ok(_) => Err(format!("{} is no node", quantity::shown(node))),
            Err(why) => Err(why),
        },
    };
    pairs.into_iter().map(choice).collect()
}

/// Reads a number of nodes.
///
/// # Errors
/// If it is not a number from 1 to [`MAX_NODES`].
pub fn nodes(text: &str) -> Result<usize, String> {
    let count = quantity::count(text)?;
    match usize::try_from(count) {
        Ok(nodes @ 1..) if nodes <= usize::from(MAX_NODES) => Ok(nodes),
        _ => Err(format!("a cluster has 1 to {MAX_NODES} nodes, not {count}")),
    }
}

/// Reads a seed.
///
/// # Errors
/// If it is neither a number nor `random`.
pub fn seed(text: &str) -> Result<Seed, String> {
    match text {
        "random" => Ok(Seed::Random),
        text => text
            .parse()
            .map(Seed::Fixed)
            .map_err(|_| format!("expected a number from 0 to {}, or 'random'", u64::MAX)),
    }
}

/// Sets a setting to the value that was typed.
pub(super) fn set(settings: &mut Settings, key: &str, value: &str) -> Result<(), String> {
    match Setting::read(key, value) {
        Some(Ok(setting)) => {
            settings.set(setting);
            Ok(())
        }
        Some(Err(why)) => Err(why),
        None => Err(format!("unknown setting {}", shown(key))),
    }
}
