//! The file that `--config` names: what every fresh cluster of a process begins with.
//!
//! ```yaml
//! nodes: 3
//! seed: 7
//! latency: 1ms..2ms
//! ```
//!
//! Every key may be left out. Values are written as they are typed at the prompt.

use super::yaml::{self, Fault, Outline, Pairs};
use crate::quantity::{self, shown};
use crate::raft::MAX_NODES;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Initial {
    /// The number of nodes of a cluster, if the file sets it.
    pub nodes: Option<usize>,
    /// The seed, if the file sets it.
    pub seed: Option<Seed>,
    /// The settings: the defaults, except where the file says otherwise.
    pub settings: Settings,
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
    if let Some(key) = outline.keys.iter().find(|key| key.below.is_some()) {
        return Err(Fault::at(
            key.line,
            "unexpected indentation; write KEY: VALUE at the start of the line",
        ));
    }
    let known: Vec<&str> = ["nodes", "seed"].iter().chain(SETTING_NAMES).copied().collect();
    outline.check(false, &known)?;
    let pairs = if outline.keys.is_empty() { Pairs::default() } else { yaml::read(text)? };
    let mut initial = Initial::default();
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
