//! The checker's own record of what happened. It is made of events alone: it never looks at a node
//! or a disk.
//!
//! There is one exception. For each follower that replied, a leader's match index before and after
//! the reply is kept ([`ProgressRow`](known::ProgressRow)), for the properties that judge just
//! that. No other property uses what a node believes about others. Data that grows with time is
//! shared between copies; the rest is a few numbers per node.

mod births;
mod electorate;
mod equality;
mod known;
mod note;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::raft::{Entry, Group, HardState, Image, Index, Log, NodeId, NodeSet, Term};
use crate::seq::{Pool, Seq};

pub(super) use electorate::Electorate;
use known::Prepared;
pub(super) use known::{EntryOrigin, NodeFacts, Request};

/// The record of events against which properties are judged.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// By node position: the nodes of the first group and those that had an event, without gaps.
    nodes: Vec<NodeFacts>,
    /// The electorate when the cluster was made.
    first_electorate: Electorate,
    /// The electorate of the latest committed configuration.
    electorate: Electorate,
    /// The electorate by which the latest entries were counted committed.
    committing: Electorate,
    pool: Pool<Entry>,
    /// Whether a message arrived, a timer fired or a client called. Until then, disks may be
    /// prepared.
    begun: bool,
    /// The leader of each term, in order of terms.
    leaders: Seq<(Term, NodeId)>,
    /// The voters of each candidacy, in order of terms and candidates. Past terms are kept: after a
    /// crash a candidate may stand again in a term that it has forgotten, and earlier votes still
    /// count.
    voters: Seq<(Candidacy, NodeSet)>,
    /// The nodes that would vote for each candidacy, in order of terms and candidates.
    pre_voters: Seq<(Candidacy, NodeSet)>,
    /// The running nodes that are leaders now.
    leading: NodeSet,
    /// The entry of the lowest term that ever existed at each index, from index 1 on. Unlike the
    /// entry appended first, it does not depend on the order in which leaders appended.
    first: Seq<Entry>,
    /// For entries whose predecessor differs from `first[i - 1]`: the predecessor's term, in order
    /// of indices.
    apart: Seq<(Index, Term)>,
    /// The entries of other terms that ever existed, by index and term.
    others: Arc<BTreeMap<(Index, Term), EntryOrigin>>,
    /// The nodes with entries that no other node and no disk has seen.
    hiding: NodeSet,
    /// The committed entries, from index 1 on.
    committed: Log,
    /// The committed configurations, in order.
    changes: Seq<(Index, Group)>,
    /// The image of the state machine that was first seen in a snapshot up to an index.
    images: Seq<(Index, Image)>,
    /// The terms in which entries were first counted committed, each with its first such entry.
    commit_terms: Seq<(Term, Index)>,
    /// The nodes whose disks hold all committed entries.
    holders: NodeSet,
    /// The first entry that any node applied at each index, from index 1 on.
    applied: Seq<Entry>,
    /// When the latest entry was first counted committed, in microseconds.
    committed_us: u64,
    /// The terms that were the highest when a node reached them, and when that was, in
    /// microseconds.
    highest: Seq<(Term, u64)>,
    /// Whether a leader was elected that the prepared disks rule out.
    contradiction: bool,
}

/// A candidacy: the term and the candidate.
type Candidacy = (Term, NodeId);

impl Ledger {
    /// An empty ledger for a fresh cluster that begins with this group.
    pub(super) fn new(group: &Group, pool: &Pool<Entry>) -> Ledger {
        Ledger::of(Electorate::new(group), pool.clone())
    }

    fn of(electorate: Electorate, pool: Pool<Entry>) -> Ledger {
        let entries = || Seq::in_pool(&pool);
        let mut ledger = Ledger {
            nodes: Vec::new(),
            first_electorate: electorate,
            electorate,
            committing: electorate,
            begun: false,
            leaders: Seq::new(),
            voters: Seq::new(),
            pre_voters: Seq::new(),
            leading: NodeSet::EMPTY,
            first: entries(),
            apart: Seq::new(),
            others: Arc::default(),
            hiding: NodeSet::EMPTY,
            committed: Log::new(entries()),
            changes: Seq::new(),
            images: Seq::new(),
            commit_terms: Seq::new(),
            holders: NodeSet::EMPTY,
            applied: entries(),
            committed_us: 0,
            highest: Seq::new(),
            contradiction: false,
            pool,
        };
        electorate.voters().iter().for_each(|voter| ledger.meet(voter));
        ledger
    }

    /// Makes room for a node, in case this is its first event.
    #[inline]
    pub(super) fn meet(&mut self, node: NodeId) {
        if node.position() >= self.nodes.len() {
            self.meet_first(node);
        }
    }

    #[cold]
    fn meet_first(&mut self, node: NodeId) {
        let fresh = self.nodes.len()..node.position() + 1;
        for node in fresh.clone().map(NodeId::at) {
            self.nodes.push(NodeFacts::new(&self.pool, self.first_electorate_of(node)));
        }
        if self.committed_count() == Index(0) {
            self.holders = self.holders.union(fresh.map(NodeId::at).collect());
        }
    }
}

impl Ledger {
    /// The electorate of a node with an empty disk: none if it was started beside the cluster.
    fn first_electorate_of(&self, node: NodeId) -> Electorate {
        match self.first_electorate.voters().contains(node) {
            true => self.first_electorate,
            false => Electorate::NOBODY,
        }
    }
}

/// An election, as far as anything is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Election {
    /// Who won it.
    pub winner: Option<NodeId>,
    /// The candidates that anybody voted for, and who did, themselves included.
    pub votes: Vec<(NodeId, NodeSet)>,
}

impl Ledger {
    /// The election of a term.
    pub(super) fn election(&self, term: Term) -> Election {
        let winner = find(&self.leaders, term).ok().and_then(|at| self.leaders.get(at));
        let first = find(&self.voters, (term, NodeId::at(0))).unwrap_or_else(|at| at);
        let voters = (first..).map_while(|at| self.voters.get(at));
        let votes = voters
            .take_while(|((of, _), _)| *of == term)
            .map(|&((_, candidate), voters)| (candidate, voters));
        Election { winner: winner.map(|(_, leader)| *leader), votes: votes.collect() }
    }
}

/// Queries by the properties.
impl Ledger {
    /// Why judging must end, if it must: an election has shown that the logs were prepared in a
    /// state to which no run of Raft leads.
    pub(super) fn beyond_judgement(&self) -> Option<&'static str> {
        self.contradiction.then_some(
            "the prepared logs contradict each other: a leader was elected in a term of which, or before which, entries were \
             there already, though a majority of the nodes had not seen that term",
        )
    }

    /// Whether the prepared disks are to blame for a leader of this term. Entries of a term imply
    /// that a majority elected its leader: each node of that majority voted for that leader, has an
    /// entry of its term, or has moved to a later term. If no such majority exists for the last
    /// term of all prepared entries, then neither the protocol nor a flaw that is switched on is at
    /// fault.
    fn rules_out(&self, leader_term: Term) -> bool {
        let prepared = || self.nodes.iter().map(|node| node.prepared);
        let last = prepared().map(|disk| disk.last).max().unwrap_or_default();
        if leader_term > last {
            return false;
        }
        let stands = |leader: NodeId, disk: Prepared| {
            let HardState { current_term, voted_for } = disk.state;
            disk.last == last
                || current_term > last
                || (current_term == last && voted_for == Some(leader))
        };
        let disks = || (0..).map(NodeId::at).zip(prepared());
        !disks().any(|(leader, disk)| {
            let behind = disks().filter(|&(_, other)| stands(leader, other)).map(|(node, _)| node);
            disk.state.current_term >= last && self.first_electorate.decides(behind.collect())
        })
    }

    /// The electorate of the latest committed configuration.
    pub(super) fn electorate(&self) -> &Electorate {
        &self.electorate
    }

    /// The electorate by which the latest entries were counted committed: the one in the log of the
    /// leader that counted.
    pub(super) fn committing(&self) -> &Electorate {
        &self.committing
    }

    pub(super) fn node(&self, node: NodeId) -> &NodeFacts {
        &self.nodes[node.position()]
    }

    pub(super) fn leader(&self, term: Term) -> Option<NodeId> {
        find(&self.leaders, term)
            .ok()
            .and_then(|at| self.leaders.get(at))
            .map(|(_, leader)| *leader)
    }

    /// The running leaders of terms later than this one.
    pub(super) fn leaders_after(&self, term: Term) -> impl Iterator<Item = (NodeId, Term)> {
        let leads = self.leading.iter().map(|node| (node, self.nodes[node.position()].term));
        leads.filter(move |(_, led)| *led > term)
    }

    /// The nodes that voted for a candidate in a term.
    pub(super) fn voters(&self, term: Term, candidate: NodeId) -> NodeSet {
        let at = find(&self.voters, (term, candidate)).ok();
        at.and_then(|at| self.voters.get(at)).map_or(NodeSet::EMPTY, |(_, voters)| *voters)
    }

    /// The nodes that said that they would vote for a candidate in a term.
    pub(super) fn pre_voters(&self, term: Term, candidate: NodeId) -> NodeSet {
        let at = find(&self.pre_voters, (term, candidate)).ok();
        at.and_then(|at| self.pre_voters.get(at)).map_or(NodeSet::EMPTY, |(_, voters)| *voters)
    }

    /// The origin of the entry of this index and term; None if no such entry ever existed.
    #[inline]
    pub(super) fn birth(&self, index: Index, term: Term) -> Option<EntryOrigin> {
        self.seen_birth(index, term).or_else(|| self.hidden_birth(index, term))
    }

    /// Whether an entry of this index and term ever existed.
    pub(super) fn has_existed(&self, index: Index, term: Term) -> bool {
        self.was_seen(index, term) || self.hidden_birth(index, term).is_some()
    }

    /// Like [`Ledger::birth`], but only for entries that neither another node nor a disk has seen.
    fn hidden_birth(&self, index: Index, term: Term) -> Option<EntryOrigin> {
        let unseen = |node: NodeId| {
            self.node(node).unseen_at(index).filter(|birth| birth.entry.term == term)
        };
        self.hiding.iter().find_map(unseen)
    }

    /// Like [`Ledger::has_existed`], but only for entries that another node or a disk has seen.
    fn was_seen(&self, index: Index, term: Term) -> bool {
        let first = (index.0 as usize).checked_sub(1).and_then(|position| self.first.get(position));
        first.is_some_and(|entry| entry.term == term || self.others.contains_key(&(index, term)))
    }

    /// Like [`Ledger::birth`], but only for entries that another node or a disk has seen.
    #[inline(always)]
    fn seen_birth(&self, index: Index, term: Term) -> Option<EntryOrigin> {
        let entry = *self.first.get((index.0 as usize).checked_sub(1)?)?;
        if entry.term != term {
            return self.others.get(&(index, term)).copied();
        }
        let apart = find(&self.apart, index).ok().and_then(|at| self.apart.get(at));
        let previous =
            apart.map_or_else(|| self.first_term(index.previous()), |(_, previous)| *previous);
        Some(EntryOrigin { entry, previous })
    }

    /// The lowest term of any entry that ever existed at an index; 0 if there was none.
    fn first_term(&self, index: Index) -> Term {
        let position = (index.0 as usize).checked_sub(1);
        position.and_then(|position| self.first.get(position)).map_or(Term(0), |entry| entry.term)
    }

    /// The entry that was committed at an index.
    pub(super) fn committed(&self, index: Index) -> Option<Entry> {
        self.committed.get(index)
    }

    /// The committed entries, from an index on.
    pub(super) fn committed_from(&self, index: Index) -> impl Iterator<Item = Entry> + '_ {
        self.committed.iter_from(index).map(|(_, entry)| entry)
    }

    /// The last index up to which a log has the committed entries, if it has them up to `known`.
    pub(super) fn same_as_committed(&self, log: &Log, known: Index) -> Index {
        log.same_behind(known, &self.committed)
    }

    /// The configuration that the committed entries up to an index set; none if they set none.
    pub(super) fn configuration_at(&self, index: Index) -> Option<Group> {
        let count = partition_point(self.changes.len(), |at| {
            self.changes.get(at).is_some_and(|(set, _)| *set <= index)
        });
        self.changes.get(count.checked_sub(1)?).map(|(_, group)| *group)
    }

    /// The electorate that the committed entries up to an index set.
    fn electorate_at(&self, index: Index) -> Electorate {
        self.configuration_at(index).map_or(self.first_electorate, |group| Electorate::new(&group))
    }

    /// The image in the first snapshot up to this index, if there was one.
    pub(super) fn image(&self, index: Index) -> Option<Image> {
        let at = find(&self.images, index).ok()?;
        self.images.get(at).map(|(_, image)| *image)
    }

    /// The voters of the cluster as it began.
    pub(super) fn first_voters(&self) -> NodeSet {
        self.first_electorate.voters()
    }

    /// The term of the node that first counted the entry committed. The entry's own term may be
    /// older.
    pub(super) fn commit_term(&self, index: Index) -> Option<Term> {
        let runs = &self.commit_terms;
        let run = partition_point(runs.len(), |at| {
            runs.get(at).is_some_and(|(_, first)| *first <= index)
        });
        runs.get(run.checked_sub(1)?).map(|(term, _)| *term)
    }

    /// The entry that was applied first at an index.
    pub(super) fn applied(&self, index: Index) -> Option<Entry> {
        self.applied.get((index.0 as usize).checked_sub(1)?).copied()
    }

    pub(super) fn committed_count(&self) -> Index {
        self.committed.last_index()
    }

    /// The index of the last entry that was committed in a term before this one.
    pub(super) fn committed_before(&self, term: Term) -> Index {
        let runs = &self.commit_terms;
        let run = partition_point(runs.len(), |at| {
            runs.get(at).is_some_and(|(counted, _)| *counted < term)
        });
        runs.get(run).map_or(self.committed_count(), |(_, first)| first.previous())
    }

    /// When the latest entry was first counted committed, in microseconds.
    pub(super) fn committed_us(&self) -> u64 {
        self.committed_us
    }

    /// The highest term that any node had reached by a time.
    pub(super) fn highest_term(&self, time_us: u64) -> Term {
        let until = partition_point(self.highest.len(), |at| {
            self.highest.get(at).is_some_and(|(_, reached_us)| *reached_us <= time_us)
        });
        until.checked_sub(1).and_then(|at| self.highest.get(at)).map_or(Term(0), |(term, _)| *term)
    }

    /// When the first node reached a term, if it was the highest then, in microseconds; otherwise
    /// when a later one was reached.
    pub(super) fn reached_us(&self, term: Term) -> u64 {
        let at = find(&self.highest, term).unwrap_or_else(|at| at);
        self.highest.get(at).map_or(0, |(_, reached_us)| *reached_us)
    }

    /// The nodes whose disks hold all committed entries.
    pub(super) fn holders(&self) -> NodeSet {
        self.holders
    }
}

/// The position of a key in an ordered sequence, or the position at which to insert it.
fn find<K: Clone + Ord, V: Clone>(ordered: &Seq<(K, V)>, key: K) -> Result<usize, usize> {
    // Most queries are about the end.
    if ordered.last().is_none_or(|(last, _)| *last < key) {
        return Err(ordered.len());
    }
    let at =
        partition_point(ordered.len(), |at| ordered.get(at).is_some_and(|(other, _)| *other < key));
    if ordered.get(at).is_some_and(|(other, _)| *other == key) { Ok(at) } else { Err(at) }
}

/// Inserts an item at a position, mostly at the end.
fn insert<T: Clone>(ordered: &mut Seq<T>, at: usize, item: T) {
    let behind: Vec<T> = ordered.iter_from(at).cloned().collect();
    ordered.truncate(at);
    ordered.push(item);
    ordered.extend(behind);
}

/// Removes the item at a position, mostly at the end.
fn remove<T: Clone>(ordered: &mut Seq<T>, at: usize) {
    let behind: Vec<T> = ordered.iter_from(at + 1).cloned().collect();
    ordered.truncate(at);
    ordered.extend(behind);
}

/// The number of leading positions for which `holds` is true. It must be false for all the others.
fn partition_point(length: usize, holds: impl Fn(usize) -> bool) -> usize {
    // Most queries are about the end.
    if length == 0 || holds(length - 1) {
        return length;
    }
    let (mut low, mut high) = (0, length - 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
