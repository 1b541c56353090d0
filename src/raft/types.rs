//! The small words of the protocol: nodes, terms, indices, entries.
//!
//! Terms and indices are 32 bits wide on purpose. An entry is then 8 bytes and a message fits a
//! cache line, and no simulated cluster lives through four thousand million elections.

use std::fmt;
use std::num::NonZeroU8;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most nodes a cluster may have.
pub const MAX_NODES: u8 = 101;

/// A node's name: `n1`, `n2`, … up to [`MAX_NODES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(NonZeroU8);

impl NodeId {
    /// The node with this number, counted from 1. `None` outside 1 to [`MAX_NODES`].
    pub fn new(number: u64) -> Option<NodeId> {
        let number = u8::try_from(number).ok().filter(|number| *number <= MAX_NODES)?;
        NonZeroU8::new(number).map(NodeId)
    }

    /// The node at this position, counted from 0.
    ///
    /// # Panics
    /// Where no such node can exist: positions come from the cluster's own tables, never from a
    /// user.
    pub fn at(position: usize) -> NodeId {
        assert!(position < usize::from(MAX_NODES), "a node's position is below {MAX_NODES}");
        NodeId(NonZeroU8::MIN.saturating_add(position as u8))
    }

    /// Where the node stands in the cluster's tables, counted from 0.
    pub fn position(self) -> usize {
        usize::from(self.0.get()) - 1
    }

    /// The number in the node's name, counted from 1.
    pub fn number(self) -> u8 {
        self.0.get()
    }

    /// The first `count` nodes, in order.
    pub fn first(count: usize) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + Clone {
        (0..count).map(NodeId::at)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "n{}", self.0)
    }
}

impl Serialize for NodeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<NodeId, D::Error> {
        let name = String::deserialize(deserializer)?;
        let node = name.strip_prefix('n').and_then(|number| NodeId::new(number.parse().ok()?));
        let named = node.filter(|node| node.to_string() == name);
        named.ok_or_else(|| Error::custom(format!("a node is n1 to n{MAX_NODES}")))
    }
}

/// A set of nodes, in order of their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NodeSet(u128);

impl NodeSet {
    /// The set without members.
    pub const EMPTY: NodeSet = NodeSet(0);

    /// The first `count` nodes.
    pub fn first(count: usize) -> NodeSet {
        NodeId::first(count).collect()
    }

    /// The set of one node.
    pub fn one(node: NodeId) -> NodeSet {
        NodeSet(1 << node.position())
    }

    /// Adds a node; false if it was there already.
    pub fn insert(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 |= 1 << node.position();
        self.0 != before
    }

    /// Takes a node out; false if it was not there.
    pub fn remove(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 &= !(1 << node.position());
        self.0 != before
    }

    /// Whether the node is a member.
    pub fn contains(self, node: NodeId) -> bool {
        self.0 & (1 << node.position()) != 0
    }

    /// How many members there are.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there is no member.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members of both.
    #[must_use]
    pub fn union(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 | other.0)
    }

    /// The members that both have.
    #[must_use]
    pub fn intersection(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 & other.0)
    }

    /// The members of this set that the other lacks.
    #[must_use]
    pub fn difference(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 & !other.0)
    }

    /// The members, in order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = NodeId> + Clone {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let position = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                NodeId::at(position)
            })
        })
    }

    /// The only member of a set of one.
    pub fn single(self) -> Option<NodeId> {
        if self.len() == 1 { self.iter().next() } else { None }
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> NodeSet {
        nodes.into_iter().fold(NodeSet::EMPTY, |set, node| set.union(NodeSet::one(node)))
    }
}

/// As typed: `n1,n3`.
impl fmt::Display for NodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, node) in self.iter().enumerate() {
            write!(f, "{}{node}", if nth == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// A term: the protocol's logical clock (§5.1). A cluster starts in term 0, in which nobody leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Term(pub u32);

impl Term {
    /// The last term there is.
    pub const MAX: Term = Term(u32::MAX);

    /// The term after this one.
    #[must_use]
    pub fn next(self) -> Term {
        Term(self.0 + 1)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A position in the log, counted from 1 (§5.3). Index 0 stands before the first entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Index(pub u32);

impl Index {
    /// The position after this one.
    #[must_use]
    pub fn next(self) -> Index {
        Index(self.0 + 1)
    }

    /// The position so many after this one; the largest there is, if that is too many.
    #[must_use]
    pub fn plus(self, count: u32) -> Index {
        Index(self.0.saturating_add(count))
    }

    /// The position before this one; 0 stays 0.
    #[must_use]
    pub fn previous(self) -> Index {
        Index(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an entry carries: a handle that means nothing to the protocol. Whoever proposed it knows
/// the command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Payload(pub u32);

/// One entry of the log (§5.3): the term in which a leader received it, and what it carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The term of the leader that appended it first.
    pub term: Term,
    /// The command, as a handle.
    pub payload: Payload,
}

/// A place in the log together with the term of the entry there: `3@2` is index 3, term 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Where.
    pub index: Index,
    /// The term of the entry there; 0 at index 0.
    pub term: Term,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.index, self.term)
    }
}
