//! What may stand next in a condition of which only the beginning has been typed.
//!
//! The parser itself knows: whenever it asks for something, it notes what, and where the source
//! ends the last note is the answer. So there is one grammar, and what is offered while somebody
//! types is what will be understood.

/// What the parser asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExpectedWord {
    /// A fact, `not` or a parenthesis.
    #[default]
    Fact,
    /// `and`, `or`, the end, and whatever of this is so besides.
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
    /// A key that is written to.
    Key,
    /// `=` behind a key.
    Assign,
    /// Something that nobody can guess, as it is called: `NUMBER`.
    Free(&'static str),
}

impl ExpectedWord {
    /// As a hint says it.
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
