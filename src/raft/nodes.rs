//! Nodes, sets of nodes, and maps from nodes to values.

use std::fmt;
use std::num::NonZeroU8;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The maximum number of nodes in a cluster.
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
    /// If `position` is not below [`MAX_NODES`]. Positions come from the cluster's own tables,
    /// never from a user.
    pub fn at(position: usize) -> NodeId {
        assert!(position < usize::from(MAX_NODES), "a node's position is below {MAX_NODES}");
        NodeId(NonZeroU8::MIN.saturating_add(position as u8))
    }

    /// The node's position in the cluster's tables, counted from 0.
    pub fn position(self) -> usize {
        usize::from(self.0.get()) - 1
    }

    /// The number in the node's name, counted from 1.
    pub fn number(self) -> u8 {
        self.0.get()
    }

    /// The first `count` nodes, in order.
    pub fn first(
        count: usize,
    ) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + Clone {
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeSet(u128);

impl NodeSet {
    /// The empty set.
    pub const EMPTY: NodeSet = NodeSet(0);

    /// The first `count` nodes.
    ///
    /// # Panics
    /// If `count` is greater than [`MAX_NODES`].
    pub fn first(count: usize) -> NodeSet {
        assert!(count <= usize::from(MAX_NODES), "a cluster has at most {MAX_NODES} nodes");
        NodeSet((1 << count) - 1)
    }

    /// The set that contains only this node.
    pub fn one(node: NodeId) -> NodeSet {
        NodeSet(1 << node.position())
    }

    /// Adds a node. Returns false if the set already had it.
    pub fn insert(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 |= 1 << node.position();
        self.0 != before
    }

    /// Removes a node. Returns false if the set did not have it.
    pub fn remove(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 &= !(1 << node.position());
        self.0 != before
    }

    /// Whether the node is a member.
    pub fn contains(self, node: NodeId) -> bool {
        self.0 & (1 << node.position()) != 0
    }

    /// The number of members.
    pub fn len(self) -> usize {
        // Counting costs much without an instruction for it, and only clusters of more than 64
        // nodes use the upper half.
        let (low, high) = (self.0 as u64, (self.0 >> 64) as u64);
        (low.count_ones() + if high == 0 { 0 } else { high.count_ones() }) as usize
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The nodes that are in either set.
    #[must_use]
    pub fn union(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 | other.0)
    }

    /// The nodes that are in both sets.
    #[must_use]
    pub fn intersection(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 & other.0)
    }

    /// The nodes that are in this set and not in the other.
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

    /// The only member of a set of one; `None` for any other set.
    pub fn single(self) -> Option<NodeId> {
        if self.len() == 1 { self.iter().next() } else { None }
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> NodeSet {
        nodes.into_iter().fold(NodeSet::EMPTY, |set, node| set.union(NodeSet::one(node)))
    }
}

/// Prints the set as it is typed: `n1,n3`.
impl fmt::Display for NodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, node) in self.iter().enumerate() {
            write!(f, "{}{node}", if nth == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// Serializes the set as a list of the nodes' names.
impl Serialize for NodeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for NodeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<NodeSet, D::Error> {
        Vec::<NodeId>::deserialize(deserializer).map(NodeSet::from_iter)
    }
}

/// A map from nodes to values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NodeMap<T> {
    /// By position. The last row is always `Some`, so that equal maps have equal rows.
    rows: Vec<Option<T>>,
}

impl<T> Default for NodeMap<T> {
    fn default() -> NodeMap<T> {
        NodeMap { rows: Vec::new() }
    }
}

impl<T> NodeMap<T> {
    /// The nodes that have a value.
    pub fn nodes(&self) -> NodeSet {
        self.iter().map(|(node, _)| node).collect()
    }

    /// Whether no node has a value.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The node's value.
    #[inline]
    pub fn get(&self, node: NodeId) -> Option<&T> {
        self.rows.get(node.position())?.as_ref()
    }

    /// The node's value, mutably.
    #[inline]
    pub fn get_mut(&mut self, node: NodeId) -> Option<&mut T> {
        self.rows.get_mut(node.position())?.as_mut()
    }

    /// Sets the node's value, and drops the one that it had.
    pub fn insert(&mut self, node: NodeId, row: T) {
        if self.rows.len() <= node.position() {
            self.rows.resize_with(node.position() + 1, || None);
        }
        self.rows[node.position()] = Some(row);
    }

    /// Removes the node's value.
    pub fn remove(&mut self, node: NodeId) {
        if let Some(row) = self.rows.get_mut(node.position()) {
            *row = None;
        }
        let last = self.rows.iter().rposition(Option::is_some);
        self.rows.truncate(last.map_or(0, |last| last + 1));
    }

    /// Removes all values.
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// All nodes and their values, in order of the nodes' numbers.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &T)> + Clone {
        let rows = self.rows.iter().enumerate();
        rows.filter_map(|(position, row)| row.as_ref().map(|row| (NodeId::at(position), row)))
    }
}

impl<T: Clone> NodeMap<T> {
    /// A map in which each of these nodes has the same value.
    pub fn of(nodes: NodeSet, row: &T) -> NodeMap<T> {
        let mut map = NodeMap::default();
        nodes.iter().for_each(|node| map.insert(node, row.clone()));
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_keeps_what_belongs_to_each_node() {
        let nodes = [7, 1, 101, 64].map(|number| NodeId::new(number).unwrap());
        let mut map = NodeMap::default();
        for node in nodes {
            map.insert(node, node.number());
        }
        map.insert(nodes[1], 100);
        assert_eq!(map.iter().map(|(_, row)| *row).collect::<Vec<_>>(), [100, 7, 64, 101]);
        map.remove(nodes[0]);
        map.remove(nodes[0]);
        *map.get_mut(nodes[2]).unwrap() += 1;
        assert_eq!(
            (map.get(nodes[0]), map.get(nodes[2]), map.get(nodes[3])),
            (None, Some(&102), Some(&64))
        );
        assert_eq!(map.nodes(), [nodes[1], nodes[2], nodes[3]].into_iter().collect());
        map.remove(nodes[2]);
        let mut same = NodeMap::default();
        same.insert(nodes[3], 64);
        same.insert(nodes[1], 100);
        assert_eq!(map, same, "however it came about");
    }
}
