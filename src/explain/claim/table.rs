//! How a group of kinds of claims is defined.

use crate::raft::{Index, NodeId, NodeSet, Position, Term};

/// What a claim is about, apart from events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The nodes, the one that the sentence begins with first.
    pub nodes: Vec<NodeId>,
    /// The index of an entry.
    pub index: Option<Index>,
    /// A term.
    pub term: Option<Term>,
    /// The section of the paper whose rule decides.
    pub section: Option<&'static str>,
}

impl About {
    pub(super) fn node(mut self, node: NodeId) -> About {
        if !self.nodes.contains(&node) {
            self.nodes.push(node);
        }
        self
    }

    pub(super) fn nodes(self, nodes: NodeSet) -> About {
        nodes.iter().fold(self, About::node)
    }

    pub(super) fn index(self, index: Index) -> About {
        About { index: Some(index), ..self }
    }

    pub(super) fn term(self, term: Term) -> About {
        About { term: Some(term), ..self }
    }

    pub(super) fn entry(self, position: Position) -> About {
        self.index(position.index).term(position.term)
    }

    pub(super) fn section(self, section: &'static str) -> About {
        About { section: Some(section), ..self }
    }
}

/// Defines a group of kinds in one table. A row is a kind with its fields, its stable name, and
/// what it is about.
macro_rules! claims {
    (
        $(#[doc = $group_doc:literal])* $group:ident;
        $(
            $(#[doc = $doc:literal])* $kind:ident { $($field:ident: $type:ty),* $(,)? } $name:literal
                => $(.$add:ident($($value:expr),*))*;
        )*
    ) => {
        $(#[doc = $group_doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant says what its fields tell")]
        pub enum $group {
            $($(#[doc = $doc])* $kind { $($field: $type),* },)*
        }

        impl $group {
            /// The names of all kinds of this group.
            pub const NAMES: &[&str] = &[$($name),*];

            /// The stable name of the kind.
            pub fn name(&self) -> &'static str {
                match self { $($group::$kind { .. } => $name,)* }
            }

            /// What the claim is about, apart from events.
            pub fn about(&self) -> $crate::explain::claim::About {
                match self.clone() {
                    $($group::$kind { $($field),* } => {
                        $(let _ = &$field;)*
                        $crate::explain::claim::About::default()$(.$add($($value),*))*
                    })*
                }
            }
        }
    };
}

pub(super) use claims;
