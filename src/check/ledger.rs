//! What the checker remembers: a history of its own, made of events, without a look at any node or
//! disk.
//!
//! Beside it stands what a leader says of its followers before and after an answer
//! ([`ProgressRow`](known::Row)), for the properties that judge just that. No other property believes what
//! a node thinks of others. What grows with time is shared between copies; the rest is a few
//! numbers a node.

mod electorate;
mod equality;
mod known;
mod note;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::raft::{Entry, Group, HardState, Index, NodeId, NodeSet, Term};
use crate::seq::{Pool, Seq};
use crate::sim::Event;

pub(super) use electorate::Electorate;
use known::Prepared;
pub(super) use known::{EntryOrigin, NodeFacts};

/// The checker's history.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// By position: all that anything happened to, and those of the first group.
    nodes: Vec<NodeFacts>,
    /// Who had a vote when the cluster was made.
    first_electorate: Electorate,
    /// Who has one by the latest entry that was committed.
    electorate: Electorate,
    pool: Pool<Entry>,
    /// Whether anything has happened but that disks were prepared.
    begun: bool,
    /// Who led which term, in order of terms.
    leaders: Seq<(Term, NodeId)>,
    /// Who voted in a term for whom, in order of terms and candidates. Also of terms long past: a
    /// crash may make a candidate forget how far it was, and it counts again who voted for it.
    voters: Seq<(Candidacy, NodeSet)>,
    /// Who leads at present, as far as it runs.
    leading: NodeSet,
    /// The entry of the lowest term that ever existed at each index, from index 1 on. It does not
    /// depend on the order in which leaders appended.
    first: Seq<Entry>,
    /// For entries whose predecessor differs from `first[i - 1]`: the predecessor's term.
    apart: Arc<BTreeMap<Index, Term>>,
    /// Entries of other terms that stood at an index.
    others: Arc<BTreeMap<(Index, Term), EntryOrigin>>,
    /// The nodes that have entries of which nobody else knows yet.
    hiding: NodeSet,
    /// What was committed, from index 1 on.
    committed: Seq<Entry>,
    /// In which term it was first counted committed: the term, and the first entry of which that is
    /// so.
    commit_terms: Seq<(Term, Index)>,
    /// The nodes whose disks hold all of it.
    holders: NodeSet,
    /// The first entry that any node applied at each index, from index 1 on.
    applied: Seq<Entry>,
    /// Whether a leader was elected whom the prepared disks rule out.
    contradiction: bool,
}

/// Who stands for election, and in which term.
type Candidacy = (Term, NodeId);

impl Ledger {
    /// The history of a fresh cluster that begins with this group.
    pub(super) fn new(group: &Group, pool: &Pool<Entry>) -> Ledger {
        Ledger::of(Electorate::new(group), pool.clone())
    }

    fn of(electorate: Electorate, pool: Pool<Entry>) -> Ledger {
        let entries = || Seq::in_pool(&pool);
        let mut ledger = Ledger {
            nodes: Vec::new(),
            first_electorate: electorate,
            electorate,
            begun: false,
            leaders: Seq::new(),
            voters: Seq::new(),
            leading: NodeSet::EMPTY,
            first: entries(),
            apart: Arc::default(),
            others: Arc::default(),
            hiding: NodeSet::EMPTY,
            committed: entries(),
            commit_terms: Seq::new(),
            holders: NodeSet::EMPTY,
            applied: entries(),
            contradiction: false,
            pool,
        };
        electorate.voters().iter().for_each(|voter| ledger.meet(voter));
        ledger
    }

    /// Something happens to a node, perhaps for the first time.
    #[inline]
    pub(super) fn meet(&mut self, node: NodeId) {
        if node.position() >= self.nodes.len() {
            self.meet_first(node);
        }
    }

    #[cold]
    fn meet_first(&mut self, node: NodeId) {
        let fresh = self.nodes.len()..node.position() + 1;
        self.nodes.resize(fresh.end, NodeFacts::new(&self.pool, self.first_electorate));
        if self.committed.is_empty() {
            self.holders = self.holders.union(fresh.map(NodeId::at).collect());
        }
    }
}

/// What properties ask.
impl Ledger {
    /// Why judging would be unjust, if it would: the logs were prepared so that no Raft could have
    /// led there, and that has come out.
    pub(super) fn beyond_judgement(&self) -> Option<&'static str> {
        self.contradiction.then_some(
            "the prepared logs contradict each other: a leader was elected in a term of which, or before which, entries were \
             there already, though a majority of the nodes had not seen that term",
        )
    }

    /// Whether the disks were prepared so that a leader of this term is impossible, and yet no
    /// majority of them stands in its way. Entries of a term mean that a majority had elected its
    /// leader: of that majority each voted for that one, has an entry of its term, or has gone on
    /// to a later one. Where it did not, neither the protocol is to blame nor any mistake that is
    /// switched on.
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

    /// Who has a vote by the latest entry that was committed.
    pub(super) fn electorate(&self) -> &Electorate {
        &self.electorate
    }

    pub(super) fn node(&self, node: NodeId) -> &NodeFacts {
        &self.nodes[node.position()]
    }

    /// The arrival that caused an event, if one did.
    pub(super) fn delivered(&self, event: &Event) -> Option<&Event> {
        let latest = self.node(event.node).delivered.as_ref();
        latest.filter(|latest| event.cause() == Some(latest.id))
    }

    pub(super) fn leader(&self, term: Term) -> Option<NodeId> {
        find(&self.leaders, term)
            .ok()
            .and_then(|at| self.leaders.get(at))
            .map(|(_, leader)| *leader)
    }

    /// Who leads a term later than this one, as far as they run.
    pub(super) fn leaders_after(&self, term: Term) -> impl Iterator<Item = (NodeId, Term)> {
        let leads = self.leading.iter().map(|node| (node, self.nodes[node.position()].term));
        leads.filter(move |(_, led)| *led > term)
    }

    /// Who voted for a candidate in a term.
    pub(super) fn voters(&self, term: Term, candidate: NodeId) -> NodeSet {
        let at = find(&self.voters, (term, candidate)).ok();
        at.and_then(|at| self.voters.get(at)).map_or(NodeSet::EMPTY, |(_, voters)| *voters)
    }

    /// How the entry of this index and term came into the world, if it did.
    pub(super) fn birth(&self, index: Index, term: Term) -> Option<EntryOrigin> {
        let unseen = |node: NodeId| {
            self.node(node).unseen_at(index).filter(|birth| birth.entry.term == term)
        };
        self.seen_birth(index, term).or_else(|| self.hiding.iter().find_map(unseen))
    }

    /// The same, once another node or a disk has seen it.
    fn seen_birth(&self, index: Index, term: Term) -> Option<EntryOrigin> {
        let entry = *self.first.get((index.0 as usize).checked_sub(1)?)?;
        if entry.term != term {
            return self.others.get(&(index, term)).copied();
        }
        let previous =
            self.apart.get(&index).copied().unwrap_or_else(|| self.first_term(index.previous()));
        Some(EntryOrigin { entry, previous })
    }

    /// The lowest term of any entry that ever existed at an index; 0 if there was none.
    fn first_term(&self, index: Index) -> Term {
        let position = (index.0 as usize).checked_sub(1);
        position.and_then(|position| self.first.get(position)).map_or(Term(0), |entry| entry.term)
    }

    /// The entry that was committed at an index.
    pub(super) fn committed(&self, index: Index) -> Option<Entry> {
        self.committed.get((index.0 as usize).checked_sub(1)?).copied()
    }

    /// What was committed, from an index on.
    pub(super) fn committed_from(&self, index: Index) -> impl Iterator<Item = Entry> + '_ {
        self.committed.iter_from(index.previous().0 as usize).copied()
    }

    /// The term of the node that first counted it committed: not the entry's own, which may be
    /// older.
    pub(super) fn commit_term(&self, index: Index) -> Option<Term> {
        let runs = &self.commit_terms;
        let run = partition_point(runs.len(), |at| {
            runs.get(at).is_some_and(|(_, first)| *first <= index)
        });
        runs.get(run.checked_sub(1)?).map(|(term, _)| *term)
    }

    /// What was applied first at an index.
    pub(super) fn applied(&self, index: Index) -> Option<Entry> {
        self.applied.get((index.0 as usize).checked_sub(1)?).copied()
    }

    pub(super) fn committed_count(&self) -> Index {
        Index(self.committed.end() as u32)
    }

    /// The last entry that was committed in a term before this one.
    pub(super) fn committed_before(&self, term: Term) -> Index {
        let runs = &self.commit_terms;
        let run = partition_point(runs.len(), |at| {
            runs.get(at).is_some_and(|(counted, _)| *counted < term)
        });
        runs.get(run).map_or(self.committed_count(), |(_, first)| first.previous())
    }

    /// The nodes whose disks hold everything that was committed.
    pub(super) fn holders(&self) -> NodeSet {
        self.holders
    }
}

/// Where a key is among others in order, or where it belongs.
fn find<K: Clone + Ord, V: Clone>(ordered: &Seq<(K, V)>, key: K) -> Result<usize, usize> {
    let at =
        partition_point(ordered.len(), |at| ordered.get(at).is_some_and(|(other, _)| *other < key));
    if ordered.get(at).is_some_and(|(other, _)| *other == key) { Ok(at) } else { Err(at) }
}

/// Puts something in the place where it belongs: mostly at the end.
fn insert<T: Clone>(ordered: &mut Seq<T>, at: usize, item: T) {
    let behind: Vec<T> = ordered.iter_from(at).cloned().collect();
    ordered.truncate(at);
    ordered.push(item);
    ordered.extend(behind);
}

/// The number of leading positions for which something holds that holds for none after the first
/// for which it does not.
fn partition_point(length: usize, holds: impl Fn(usize) -> bool) -> usize {
    // Most questions are about the end.
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
