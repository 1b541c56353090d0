//! What engines say about themselves.

/// What an engine says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it can do beyond what every engine can, in its own order.
    pub can: Vec<String>,
    /// Whether its messages never overtake each other on a link.
    pub is_fifo: bool,
    /// Whether its leaders append an empty entry.
    pub noop: bool,
    /// The settings that it heeds.
    pub options: Vec<String>,
}

/// What an engine can do, if it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    /// Start again in the same process.
    Restart,
    /// Say what a leader knows of the others' logs.
    Progress,
    /// Say what each message means.
    Say,
    /// Answer requests itself.
    Requests,
    /// Save its state as a text, and take it up again.
    Save,
    /// Hear that a node cannot be reached.
    Unreachable,
    /// Start from a prepared log.
    Preload,
}

impl Ability {
    /// Each ability with its name.
    pub const WORDS: &[(&str, Ability)] = &[
        ("restart", Ability::Restart),
        ("progress", Ability::Progress),
        ("say", Ability::Say),
        ("requests", Ability::Requests),
        ("save", Ability::Save),
        ("unreachable", Ability::Unreachable),
        ("preload", Ability::Preload),
    ];
}

impl Hello {
    /// Whether the engine can do this.
    pub fn can(&self, ability: Ability) -> bool {
        let named = |word: &String| Ability::WORDS.contains(&(word.as_str(), ability));
        self.can.iter().any(named)
    }
}
