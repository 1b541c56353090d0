//! What may stand next in a condition of which only the beginning has been typed.
//!
//! The parser itself knows: whenever it asks for something, it notes what, and where the source
//! ends the last note is the answer. So there is one grammar, and what is offered while somebody
//! types is what will be understood.

/// What the parser asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
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

impl Wanted {
    /// As a hint says it.
    pub fn synopsis(&self) -> String {
        match self {
            Wanted::Fact => "COND".to_owned(),
            Wanted::Join { comparable: true, .. } => "[== NODE] [and COND] [or COND]".to_owned(),
            Wanted::Join { open: true, .. } => "and COND | or COND | )".to_owned(),
            Wanted::Join { .. } => "[and COND] [or COND]".to_owned(),
            Wanted::Comparison => "== != < <= > >= NUMBER".to_owned(),
            Wanted::Equality => "== != VALUE".to_owned(),
            Wanted::Words(words) => words.join("|"),
            Wanted::Node => "NODE".to_owned(),
            Wanted::NodeOrNone => "NODE|none".to_owned(),
            Wanted::ValueOrNone => "VALUE|none".to_owned(),
            Wanted::Key => "KEY=VALUE".to_owned(),
            Wanted::Assign => "=VALUE".to_owned(),
            Wanted::Free(name) => (*name).to_owned(),
        }
    }
}
