//! What may come next in a condition of which only the beginning was typed.
//!
//! The parser itself knows: before it reads a token, it notes what it expects, and the note at the
//! end of the source is the answer. So there is only one grammar, and what is offered while a user
//! types is what will be understood.

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
    /// A comparison of numbers.
    Comparison,
    /// `==` or `!=`.
    Equality,
    /// One of these words.
    Words(Vec<&'static str>),
    /// A node.
    Node,
    /// A node or `none`.
    NodeOrNone,
    /// A value or `none`.
    ValueOrNone,
    /// The key of a write.
    Key,
    /// `=` after a key.
    Assign,
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
            ExpectedWord::Comparison => "== != < <= > >= NUMBER".to_owned(),
            ExpectedWord::Equality => "== != VALUE".to_owned(),
            ExpectedWord::Words(words) => words.join("|"),
            ExpectedWord::Node => "NODE".to_owned(),
            ExpectedWord::NodeOrNone => "NODE|none".to_owned(),
            ExpectedWord::ValueOrNone => "VALUE|none".to_owned(),
            ExpectedWord::Key => "KEY=VALUE".to_owned(),
            ExpectedWord::Assign => "=VALUE".to_owned(),
            ExpectedWord::Free(name) => (*name).to_owned(),
        }
    }
}
