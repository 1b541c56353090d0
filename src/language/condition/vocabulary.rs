//! The words of the language, and which of them may be used where.

use crate::check::condition::{Field, Kind};

/// What a condition may ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The cluster as it is: `expect`.
    Moment,
    /// A cluster that makes steps: `run until`. `changes` and `event` may be asked, too.
    Steps,
}

/// The words with which a fact may begin, apart from nodes, numbered requests and values.
pub const FACTS: [&str; 15] = [
    "leader",
    "no-leader",
    "agree",
    "quiet",
    "safe",
    "linearizable",
    "violated",
    "committed",
    "messages",
    "time",
    "op",
    "leaders",
    "up",
    "count",
    "event",
];

/// Those of [`FACTS`] that are values of their own, which can be watched; `count(…)` is another
/// one.
pub const VALUES: [&str; 5] = ["leader", "op", "leaders", "up", "messages"];

/// The sets of nodes that a fact may be about. `leader` is another one, listed in [`FACTS`].
pub const SUBJECTS: [&str; 8] =
    ["all", "any", "live", "followers", "down", "voters", "learners", "spares"];

/// The properties of a node that a fact can test.
pub const PROPERTIES: [&str; 17] = [
    "role", "state", "term", "vote", "leader", "commit", "applied", "last", "match", "next", "log",
    "kv", "members", "outgoing", "learners", "snapshot", "first",
];

/// The kind of a property of this name.
pub fn kind_of(property: &str) -> Option<Kind> {
    Some(match property {
        "match" | "next" => Kind::Number,
        "kv" => Kind::Text,
        name => plain_field(name)?.kind(),
    })
}

/// The property of this name, if nothing follows the name.
pub(super) fn plain_field(name: &str) -> Option<Field> {
    Some(match name {
        "role" => Field::Role,
        "state" => Field::State,
        "term" => Field::Term,
        "vote" => Field::Vote,
        "leader" => Field::Leader,
        "commit" => Field::Commit,
        "applied" => Field::Applied,
        "last" => Field::Last,
        "log" => Field::Log,
        "snapshot" => Field::Snapshot,
        "first" => Field::First,
        "members" => Field::Members,
        "outgoing" => Field::Outgoing,
        "learners" => Field::Learners,
        _ => return None,
    })
}
