//! Short forms for many nodes: a set as ranges, and pairs of nodes as pairs of sets.

use std::collections::BTreeMap;

use crate::raft::{NodeId, NodeSet};

/// A set as a user would type it: `n1..n4,n6`.
pub(super) fn nodes(set: NodeSet) -> String {
    let mut runs: Vec<(NodeId, NodeId)> = Vec::new();
    for node in set.iter() {
        match runs.last_mut() {
            Some((_, end)) if end.position() + 1 == node.position() => *end = node,
            _ => runs.push((node, node)),
        }
    }
    let shown = runs.iter().map(|(first, last)| match last.position() - first.position() {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}..{last}"),
    });
    shown.collect::<Vec<_>>().join(",")
}

/// Directed pairs of nodes, gathered into a few phrases: `n1,n2 → n3`, `n1 ↔ n3`, `n1..n5 ↔ each
/// other`.
pub(super) fn pairs(pairs: impl IntoIterator<Item = (NodeId, NodeId)>) -> Vec<String> {
    let mut reach: BTreeMap<NodeId, NodeSet> = BTreeMap::new();
    for (from, to) in pairs {
        reach.entry(from).or_insert(NodeSet::EMPTY).insert(to);
    }
    let mut phrases = Vec::new();
    // Groups in which each node is paired with all the others, in both directions.
    let circles = grouped(reach.iter().map(|(&from, &to)| (to.union(NodeSet::one(from)), from)));
    for (circle, _) in
        circles.into_iter().filter(|(all, from)| all.len() == from.len() && all.len() > 2)
    {
        reach.retain(|&from, _| !circle.contains(from));
        phrases.push(format!("{} ↔ each other", nodes(circle)));
    }
    let ways = grouped(reach.into_iter().map(|(from, to)| (to, from)));
    let mut ways: Vec<_> =
        ways.into_iter().map(|(to, from)| (NodeSet::from_iter(from), to)).collect();
    while !ways.is_empty() {
        let (from, to) = ways.remove(0);
        let back = ways.iter().position(|way| *way == (to, from));
        let arrow = if back.is_some() { '↔' } else { '→' };
        back.map(|at| ways.remove(at));
        phrases.push(format!("{} {arrow} {}", nodes(from), nodes(to)));
    }
    phrases
}

/// Up to this number of nodes, each node has a column to itself.
const COLUMNS: usize = 9;

/// The columns of a table of nodes: the first node of each column, and all nodes that share it. If
/// there are many nodes, those for which `shown` is equal share a column.
pub(super) fn columns<K: PartialEq>(
    nodes: NodeSet,
    shown: impl Fn(NodeId) -> K,
) -> Vec<(NodeId, NodeSet)> {
    if nodes.len() <= COLUMNS {
        return nodes.iter().map(|node| (node, NodeSet::one(node))).collect();
    }
    let groups = grouped(nodes.iter().map(|node| (shown(node), node)));
    groups.into_iter().map(|(_, group)| (group[0], group.into_iter().collect())).collect()
}

/// Groups members of the same key. The groups are in the order of their first members.
pub(super) fn grouped<K: PartialEq, T>(
    members: impl IntoIterator<Item = (K, T)>,
) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for (key, member) in members {
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(member),
            None => groups.push((key, vec![member])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(positions: &[usize]) -> NodeSet {
        positions.iter().map(|&position| NodeId::at(position - 1)).collect()
    }

    fn told(all: &[(usize, usize)]) -> Vec<String> {
        pairs(all.iter().map(|&(from, to)| (NodeId::at(from - 1), NodeId::at(to - 1))))
    }

    #[test]
    fn sets_are_told_as_ranges() {
        for (positions, told) in [
            (&[1][..], "n1"),
            (&[1, 2], "n1,n2"),
            (&[1, 2, 3], "n1..n3"),
            (&[1, 3, 4, 5, 101], "n1,n3..n5,n101"),
        ] {
            assert_eq!(nodes(set(positions)), told);
        }
    }

    #[test]
    fn pairs_are_told_in_few_phrases() {
        assert_eq!(told(&[]), [""; 0]);
        assert_eq!(told(&[(1, 3)]), ["n1 → n3"]);
        assert_eq!(told(&[(3, 1), (1, 3)]), ["n1 ↔ n3"]);
        assert_eq!(
            told(&[(1, 3), (1, 4), (2, 3), (2, 4), (3, 1), (3, 2)]),
            ["n1,n2 → n3,n4", "n3 → n1,n2"]
        );
        assert_eq!(
            told(&[(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)]),
            ["n1..n3 ↔ each other"]
        );
        let across: Vec<_> =
            (1..=2).flat_map(|a| (3..=5).flat_map(move |b| [(a, b), (b, a)])).collect();
        assert_eq!(told(&across), ["n1,n2 ↔ n3..n5"]);
    }

    #[test]
    fn what_is_alike_stands_together() {
        let groups = grouped([1, 2, 3, 4].map(|number| (number % 2, number)));
        assert_eq!(groups, [(1, vec![1, 3]), (0, vec![2, 4])]);
    }

    #[test]
    fn many_nodes_share_columns() {
        let shown = |node: NodeId| node.position() % 2;
        assert_eq!(columns(set(&[1, 3]), shown).len(), 2);
        let ten = columns(NodeSet::first(10), shown);
        assert_eq!(
            ten,
            [(1, [1, 3, 5, 7, 9]), (2, [2, 4, 6, 8, 10])]
                .map(|(first, all)| (NodeId::at(first - 1), set(&all)))
        );
    }
}
