//! The words that name nodes: `n3`, `n1..n3`, `all`, `leader`, `followers`, `live`, `down`,
//! `voters`, `learners`, `spares`.
//!
//! A selector is not resolved yet: which nodes it means is decided when a command runs or a
//! condition is evaluated. Numbers are therefore kept as typed, even where no cluster can have such
//! a node.

use std::fmt;

/// One word that names nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// The node of this number: `n3`.
    Node(u64),
    /// The nodes from the first number to the second, both included: `n1..n3`.
    Range(u64, u64),
    /// Every node of the cluster.
    All,
    /// The live leader of the highest term.
    Leader,
    /// The live followers.
    Followers,
    /// The nodes that are up, neither paused nor halted.
    Live,
    /// The nodes that were killed or halted.
    Down,
    /// The voters, by the configuration of the leader, or the latest one that is committed.
    Voters,
    /// The learners by that configuration.
    Learners,
    /// The nodes that do not belong to that configuration.
    Spares,
}

impl Selector {
    /// The selectors without a number, with their words.
    pub const WORDS: [(&'static str, Selector); 8] = [
        ("all", Selector::All),
        ("leader", Selector::Leader),
        ("followers", Selector::Followers),
        ("live", Selector::Live),
        ("down", Selector::Down),
        ("voters", Selector::Voters),
        ("learners", Selector::Learners),
        ("spares", Selector::Spares),
    ];
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Node(number) => write!(f, "n{number}"),
            Selector::Range(first, last) => write!(f, "n{first}..n{last}"),
            _ => {
                let word = Selector::WORDS.iter().find(|(_, meant)| meant == self);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}
