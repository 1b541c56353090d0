//! Many nodes in few words: sets as ranges, and pairs of nodes as sets that face each other.

use std::collections::BTreeMap;

use crate::raft::{NodeId, NodeSet};

/// A set as one would type it: `n1..n4,n6`.
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

/// Directed pairs of nodes in a few phrases: `n1,n2 → n3`, `n1 ↔ n3`, `n1..n5 ↔ each other`.
pub(super) fn pairs(pairs: impl IntoIterator<Item = (NodeId, NodeId)>) -> Vec<String> {
    let mut reach: BTreeMap<NodeId, NodeSet> = BTreeMap::new();
    for (from, to) in pairs {
        reach.entry(from).or_insert(NodeSet::EMPTY).insert(to);
    }
    let mut phrases = Vec::new();
    // Those of which each faces all the others.
    let circles = grouped(reach.iter().map(|(&from, &to)| (from, to.union(NodeSet::one(from)))));
    for (circle, _) in circles.into_iter().filter(|(all, from)| all == from && all.len() > 2) {
        reach.retain(|&from, _| !circle.contains(from));
        phrases.push(format!("{} ↔ each other", nodes(circle)));
    }
    let mut ways: Vec<(NodeSet, NodeSet)> = grouped(reach).into_iter().map(|(to, from)| (from, to)).collect();
    ways.sort_by_key(|(from, _)| from.iter().next());
    while !ways.is_empty() {
        let (from, to) = ways.remove(0);
        let back = ways.iter().position(|way| *way == (to, from));
        let arrow = if back.is_some() { '↔' } else { '→' };
        back.map(|at| ways.remove(at));
        phrases.push(format!("{} {arrow} {}", nodes(from), nodes(to)));
    }
    phrases
}

/// Which nodes have the same set, in order of their first node.
fn grouped(sets: impl IntoIterator<Item = (NodeId, NodeSet)>) -> Vec<(NodeSet, NodeSet)> {
    let mut groups: Vec<(NodeSet, NodeSet)> = Vec::new();
    for (node, set) in sets {
        match groups.iter_mut().find(|(known, _)| *known == set) {
            Some((_, members)) => _ = members.insert(node),
            None => groups.push((set, NodeSet::one(node))),
        }
    }
    groups
}

/// Sorts nodes that are alike into groups, in order of their first node.
pub(super) fn alike(set: NodeSet, alike: impl Fn(NodeId, NodeId) -> bool) -> Vec<NodeSet> {
    let mut groups: Vec<(NodeId, NodeSet)> = Vec::new();
    for node in set.iter() {
        match groups.iter_mut().find(|(first, _)| alike(*first, node)) {
            Some((_, members)) => _ = members.insert(node),
            None => groups.push((node, NodeSet::one(node))),
        }
    }
    groups.into_iter().map(|(_, members)| members).collect()
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
        assert_eq!(told(&[(1, 3), (1, 4), (2, 3), (2, 4), (3, 1), (3, 2)]), ["n1,n2 → n3,n4", "n3 → n1,n2"]);
        assert_eq!(told(&[(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)]), ["n1..n3 ↔ each other"]);
        let across: Vec<_> = (1..=2).flat_map(|a| (3..=5).flat_map(move |b| [(a, b), (b, a)])).collect();
        assert_eq!(told(&across), ["n1,n2 ↔ n3..n5"]);
    }

    #[test]
    fn what_is_alike_stands_together() {
        let groups = alike(set(&[1, 2, 3, 4]), |a, b| a.position() % 2 == b.position() % 2);
        assert_eq!(groups, [set(&[1, 3]), set(&[2, 4])]);
    }
}
