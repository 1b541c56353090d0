//! What may come next in a condition of which only the beginning was typed.
//!
//! The parser itself knows: before it reads a token, it notes what it expects, and the note at the
//! end of the source is the answer. So there is only one grammar, and what is offered while a user
//! types is what will be understood.

use crate::check::condition::{Kind, State};
use crate::raft::RoleName;
use crate::sim::Outcome;

/// What the parser expects next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExpectedWord {
    /// A fact, `not` or a parenthesis.
    #[default]
    Fact,
    /// `and`, `or`, or the end of the condition, and what these fields allow.
    Join {
        /// A comparison may follow: `leader`, `leader == n1`.
        comparable: bool,
        /// A parenthesis may be closed.
        open: bool,
    },
    /// A comparison.
    Comparison {
        /// `<` and the like may stand there, too.
        ordered: bool,
        /// `changes` may stand there instead.
        changes: bool,
    },
    /// The value on the right of a comparison.
    Operand {
        /// The kind of the value on the left.
        kind: Kind,
        /// `none` may stand there.
        none: bool,
    },
    /// Nodes and a property: `live.term`.
    Subject,
    /// One of these words.
    Words(Vec<&'static str>),
    /// Nodes, or what [`ExpectedWord::Join`] allows.
    NodeOrJoin {
        /// A parenthesis may be closed.
        open: bool,
    },
    /// The key of a write.
    Key,
    /// `=` after a key.
    Assign,
    /// A closing parenthesis.
    Close,
    /// Free text, with its name in a synopsis: `NUMBER`.
    Free(&'static str),
}

impl ExpectedWord {
    /// The text that a hint shows for it.
    pub fn synopsis(&self) -> String {
        match self {
            ExpectedWord::Fact => "COND".to_owned(),
            ExpectedWord::Join { comparable: true, .. } => {
                "[== NODE] [and COND] [or COND]".to_owned()
            }
            ExpectedWord::Join { open: true, .. } => "and COND | or COND | )".to_owned(),
            ExpectedWord::Join { .. } => "[and COND] [or COND]".to_owned(),
            ExpectedWord::Comparison { ordered, changes } => {
                let comparisons = if *ordered { "== != < <= > >= NUMBER" } else { "== != VALUE" };
                format!("{comparisons}{}", if *changes { " | changes" } else { "" })
            }
            ExpectedWord::Operand { kind, none } => {
                let name = match kind {
                    Kind::Number => "NUMBER".to_owned(),
                    Kind::Duration => "DURATION".to_owned(),
                    Kind::Role | Kind::State | Kind::Outcome => typed_words(*kind).join("|"),
                    Kind::Node => "NODE".to_owned(),
                    Kind::Nodes => "NODES".to_owned(),
                    Kind::Log => "[TERM,…]".to_owned(),
                    Kind::Text => "VALUE".to_owned(),
                };
                format!("{name}{}", if *none { "|none" } else { "" })
            }
            ExpectedWord::Subject => "NODES.FIELD == VALUE".to_owned(),
            ExpectedWord::Words(words) => words.join("|"),
            ExpectedWord::NodeOrJoin { open: true } => "[NODE] and COND | or COND | )".to_owned(),
            ExpectedWord::NodeOrJoin { open: false } => "[NODE] [and COND] [or COND]".to_owned(),
            ExpectedWord::Key => "KEY=VALUE".to_owned(),
            ExpectedWord::Assign => "=VALUE".to_owned(),
            ExpectedWord::Close => ")".to_owned(),
            ExpectedWord::Free(name) => (*name).to_owned(),
        }
    }
}

/// The words for the values of a kind that has a few of them; empty for other kinds.
pub fn typed_words(kind: Kind) -> Vec<&'static str> {
    fn words<T>(all: &[(&'static str, T)]) -> Vec<&'static str> {
        all.iter().map(|(word, _)| *word).collect()
    }
    match kind {
        Kind::Role => words(RoleName::WORDS),
        Kind::State => words(State::WORDS),
        Kind::Outcome => words(Outcome::WORDS),
        Kind::Number | Kind::Duration | Kind::Node | Kind::Nodes | Kind::Log | Kind::Text => {
            Vec::new()
        }
    }
}
