//! What the checker remembers: a history of its own, made of events, and of looks at disks and logs.
//!
//! No node's opinion of another is believed. What grows with time is shared between copies; the rest is a few numbers a node.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::raft::{Entry, HardState, Index, NodeId, NodeSet, Role, RoleName, Term};
use crate::seq::Seq;
use crate::sim::{Event, EventKind, Said, World};

/// The checker's history.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    nodes: Vec<Known>,
    /// Who led which term, in order of terms.
    leaders: Seq<(Term, NodeId)>,
    /// The first entry that ever stood at each index, from index 1 on.
    first: Seq<Entry>,
    /// The terms before those of them that were not born behind the one before.
    apart: Arc<BTreeMap<Index, Term>>,
    /// Entries of other terms that stood at an index.
    others: Arc<BTreeMap<(Index, Term), Birth>>,
    /// What was committed, from index 1 on.
    committed: Seq<Entry>,
    /// In which term it was first counted committed: the term, and the first entry of which that is so.
    commit_terms: Seq<(Term, Index)>,
    /// The nodes whose disks hold all of it.
    holders: NodeSet,
    /// The first entry that any node applied at each index, from index 1 on.
    applied: Seq<Entry>,
    /// Whether a leader was elected whom the prepared disks rule out.
    contradiction: bool,
}

/// How an entry came into the world: what it was, and the term of the entry before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Birth {
    pub(super) entry: Entry,
    pub(super) previous: Term,
}

/// What is known of a node.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) role: RoleName,
    pub(super) term: Term,
    /// Its latest vote.
    pub(super) vote: Option<Vote>,
    /// The term and vote that its disk claims to hold.
    pub(super) durable: HardState,
    /// The last entry of its log.
    pub(super) last: Index,
    /// The last entry that its disk claims to hold.
    pub(super) synced: Index,
    /// So many of the committed entries are on its disk, from the first one on.
    pub(super) held: Index,
    pub(super) commit: Index,
    pub(super) applied: Index,
    /// Who voted for it, in its latest candidacy.
    pub(super) voters: (Term, NodeSet),
    /// While it leads: what each node said to hold, and what it makes of that.
    pub(super) rows: Vec<Row>,
    prepared: Prepared,
}

/// What a disk held before anything happened.
#[derive(Clone, Copy, Debug, Default)]
struct Prepared {
    state: HardState,
    /// The term of its last entry.
    last: Term,
}

/// A vote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vote {
    pub(super) term: Term,
    pub(super) candidate: NodeId,
    /// Whether anybody was told: a vote that nobody was told of and that a crash takes was none.
    pub(super) told: bool,
}

/// A leader's row for a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    /// The highest index that the node has told this leader to hold.
    pub(super) acknowledged: Index,
    /// The leader's match index before the latest answer, and now.
    pub(super) before: Index,
    pub(super) matched: Index,
}

impl Known {
    fn new() -> Known {
        Known {
            role: RoleName::Follower,
            term: Term(0),
            vote: None,
            durable: HardState::default(),
            last: Index(0),
            synced: Index(0),
            held: Index(0),
            commit: Index(0),
            applied: Index(0),
            voters: (Term(0), NodeSet::EMPTY),
            rows: Vec::new(),
            prepared: Prepared::default(),
        }
    }
}

/// What properties ask.
impl Ledger {
    /// Why judging would be unjust, if it would: the logs were prepared so that no Raft could have led there, and that has come
    /// out.
    pub(super) fn beyond_judgement(&self) -> Option<&'static str> {
        self.contradiction.then_some(
            "the prepared logs contradict each other: a leader was elected in a term of which, or before which, entries were \
             there already, though a majority of the nodes had not seen that term",
        )
    }

    /// Whether the disks were prepared so that a leader of this term is impossible, and yet no majority of them stands in its
    /// way. Entries of a term mean that a majority had elected its leader: of that majority each voted for that one, has an
    /// entry of its term, or has gone on to a later one. Where it did not, neither the protocol is to blame nor any mistake
    /// that is switched on.
    fn rules_out(&self, leader_term: Term) -> bool {
        let prepared = || self.nodes.iter().map(|node| node.prepared);
        let last = prepared().map(|disk| disk.last).max().unwrap_or_default();
        if leader_term > last {
            return false;
        }
        let stands = |leader: NodeId, disk: Prepared| {
            let HardState { current_term, voted_for } = disk.state;
            disk.last == last || current_term > last || (current_term == last && voted_for == Some(leader))
        };
        let mut leaders = NodeId::first(self.nodes.len()).zip(prepared());
        !leaders.any(|(leader, disk)| {
            disk.state.current_term >= last
                && prepared().filter(|&other| stands(leader, other)).count() > self.nodes.len() / 2
        })
    }

    pub(super) fn node(&self, node: NodeId) -> Option<&Known> {
        self.nodes.get(node.position())
    }

    pub(super) fn leader(&self, term: Term) -> Option<NodeId> {
        let at = self.leader_position(term).checked_sub(1)?;
        self.leaders.get(at).filter(|(led, _)| *led == term).map(|(_, leader)| *leader)
    }

    /// How many leaders there were up to this term.
    fn leader_position(&self, term: Term) -> usize {
        partition_point(self.leaders.len(), |at| self.leaders.get(at).is_some_and(|(led, _)| *led <= term))
    }

    pub(super) fn birth(&self, index: Index, term: Term) -> Option<Birth> {
        let entry = *self.first.get((index.0 as usize).checked_sub(1)?)?;
        if entry.term != term {
            return self.others.get(&(index, term)).copied();
        }
        let previous = self.apart.get(&index).copied().unwrap_or_else(|| self.first_term(index.previous()));
        Some(Birth { entry, previous })
    }

    /// The term of the first entry that ever stood at an index; 0 where none did.
    fn first_term(&self, index: Index) -> Term {
        let position = (index.0 as usize).checked_sub(1);
        position.and_then(|position| self.first.get(position)).map_or(Term(0), |entry| entry.term)
    }

    /// The entry that was committed at an index.
    pub(super) fn committed(&self, index: Index) -> Option<Entry> {
        self.committed.get((index.0 as usize).checked_sub(1)?).copied()
    }

    /// The term of the node that first counted it committed: not the entry's own, which may be older.
    pub(super) fn commit_term(&self, index: Index) -> Option<Term> {
        let runs = &self.commit_terms;
        let run = partition_point(runs.len(), |at| runs.get(at).is_some_and(|(_, first)| *first <= index));
        runs.get(run.checked_sub(1)?).map(|(term, _)| *term)
    }

    /// What was applied first at an index.
    pub(super) fn applied(&self, index: Index) -> Option<Entry> {
        self.applied.get((index.0 as usize).checked_sub(1)?).copied()
    }

    pub(super) fn committed_count(&self) -> Index {
        Index(self.committed.len() as u32)
    }

    /// The last entry that was committed in a term before this one.
    pub(super) fn committed_before(&self, term: Term) -> Index {
        let runs = &self.commit_terms;
        let run = partition_point(runs.len(), |at| runs.get(at).is_some_and(|(counted, _)| *counted < term));
        runs.get(run).map_or(self.committed_count(), |(_, first)| first.previous())
    }

    /// The nodes whose disks hold everything that was committed.
    pub(super) fn holders(&self) -> NodeSet {
        self.holders
    }
}

/// The number of leading positions for which something holds that holds for none after the first for which it does not.
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

/// Remembering.
impl Ledger {
    /// The history of a world in which nothing has happened yet but that disks were prepared.
    pub(super) fn prepared(world: &World) -> Ledger {
        let mut ledger = Ledger::default();
        for host in world.hosts() {
            let (HardState { current_term: term, voted_for: vote }, entries) = host.disk.durable();
            let role = EventKind::RoleChanged { role: RoleName::Follower, term };
            let voted = vote.map(|candidate| EventKind::VoteGranted { term, candidate });
            let appended = (1..)
                .map(Index)
                .zip(entries.iter())
                .map(|(index, &entry)| EventKind::EntryAppended { index, entry });
            let through = Index(entries.len() as u32);
            let synced = EventKind::EntriesSynced { kept: Index(0), through };
            let told = [role].into_iter().chain(voted).chain([EventKind::VoteSynced { term, vote }]);
            for kind in told.chain(appended).chain([synced]) {
                ledger.note(world, &Event::new(0, 0, None, host.id, kind));
            }
        }
        ledger
    }

    /// Takes an event down. The world may be further on, by what else came of the same happening.
    pub(super) fn note(&mut self, world: &World, event: &Event) {
        if self.nodes.is_empty() {
            self.nodes = vec![Known::new(); world.cluster_size()];
            self.holders = world.nodes();
        }
        let node = event.node;
        match event.kind {
            EventKind::RoleChanged { role, term } => self.role_changed(world, node, role, term),
            EventKind::VoteGranted { term, candidate } => self.voted(node, term, candidate),
            EventKind::VoteSynced { term, vote } => {
                let state = HardState { current_term: term, voted_for: vote };
                self.known(node).durable = state;
                if !world.has_begun() {
                    self.known(node).prepared = Prepared { state, last: Term(0) };
                }
            }
            EventKind::EntryAppended { index, entry } => self.appended(world, node, index, entry),
            EventKind::LogTruncated { from } => self.known(node).last = from.previous(),
            EventKind::EntriesSynced { kept, through } => self.synced(world, node, kept, through),
            EventKind::CommitAdvanced { commit } => self.commit_advanced(world, node, commit),
            EventKind::EntryApplied { index, entry } => {
                self.known(node).applied = index;
                if index.0 as usize == self.applied.len() + 1 {
                    self.applied.push(entry);
                    world.pool().adopt(&mut self.applied);
                }
            }
            EventKind::MessageSent { term, said, to, .. } => self.told(node, term, said, to),
            EventKind::MessageDelivered { from, term, said, .. } => self.heard(world, node, from, term, said),
            EventKind::NodeKilled | EventKind::NodeHalted { .. } => self.forgot(node),
            EventKind::NodeRestarted { term, vote, last } => self.restarted(world, node, term, vote, last),
            _ => {}
        }
    }

    fn known(&mut self, node: NodeId) -> &mut Known {
        &mut self.nodes[node.position()]
    }

    fn role_changed(&mut self, world: &World, node: NodeId, role: RoleName, term: Term) {
        let size = world.cluster_size();
        let known = self.known(node);
        (known.role, known.term) = (role, term);
        known.rows.clear();
        if role == RoleName::Leader {
            known.rows.resize(size, Row::default());
            // To lead by a vote is to tell of it.
            known.vote.iter_mut().for_each(|vote| vote.told = true);
            self.led(node, term);
            self.contradiction = self.rules_out(term);
        }
    }

    fn led(&mut self, node: NodeId, term: Term) {
        let at = self.leader_position(term);
        if self.leader(term).is_some() {
            return;
        }
        let later: Vec<_> = self.leaders.iter_from(at).copied().collect();
        self.leaders.truncate(at);
        self.leaders.push((term, node));
        self.leaders.extend(later);
    }

    fn voted(&mut self, node: NodeId, term: Term, candidate: NodeId) {
        self.known(node).vote = Some(Vote { term, candidate, told: false });
        let (candidacy, voters) = &mut self.known(candidate).voters;
        // Its own vote begins a candidacy, perhaps in a term that a crash made it forget.
        if term > *candidacy || candidate == node {
            (*candidacy, *voters) = (term, NodeSet::EMPTY);
        }
        if term == *candidacy {
            voters.insert(node);
        }
    }

    fn told(&mut self, node: NodeId, term: Term, said: Said, to: NodeId) {
        let candidate = match said {
            Said::RequestVote { .. } => node,
            Said::RequestVoteReply { granted: true } => to,
            _ => return,
        };
        if let Some(vote) = &mut self.known(node).vote
            && (vote.term, vote.candidate) == (term, candidate)
        {
            vote.told = true;
        }
    }

    fn heard(&mut self, world: &World, node: NodeId, from: NodeId, term: Term, said: Said) {
        let known = self.known(node);
        let Said::AppendEntriesAccepted { match_index } = said else { return };
        let Some(row) = known.rows.get_mut(from.position()).filter(|_| known.term == term) else { return };
        row.acknowledged = row.acknowledged.max(match_index);
        if let Some(Role::Leader { progress }) = world.host(node).node.as_ref().map(|node| node.role()) {
            row.before = row.matched;
            row.matched = progress[from.position()].match_index;
        }
    }

    fn appended(&mut self, world: &World, node: NodeId, index: Index, entry: Entry) {
        self.known(node).last = index;
        if !world.has_begun() {
            self.known(node).prepared.last = entry.term;
        }
        // A node that has ended since has told nobody of the entry.
        let Some(running) = &world.host(node).node else { return };
        if self.birth(index, entry.term).is_none() {
            let previous = running.log().term_at(index.previous()).unwrap_or_default();
            let birth = Birth { entry, previous };
            if index.0 as usize == self.first.len() + 1 {
                if previous != self.first_term(index.previous()) {
                    Arc::make_mut(&mut self.apart).insert(index, previous);
                }
                self.first.push(entry);
                world.pool().adopt(&mut self.first);
            } else {
                Arc::make_mut(&mut self.others).insert((index, entry.term), birth);
            }
        }
    }

    fn synced(&mut self, world: &World, node: NodeId, kept: Index, through: Index) {
        let known = self.known(node);
        known.held = known.held.min(kept);
        known.synced = through;
        self.hold(world, node);
    }

    /// Counts what a disk holds of the committed entries, from where the counting stopped.
    fn hold(&mut self, world: &World, node: NodeId) {
        if self.count_held(world, node) == self.committed_count() {
            self.holders.insert(node);
        } else {
            self.holders.remove(node);
        }
    }

    fn count_held(&mut self, world: &World, node: NodeId) -> Index {
        let host = world.host(node);
        let (_, disk) = host.disk.durable();
        let known = &mut self.nodes[node.position()];
        while known.held < known.synced
            && let Some(committed) = self.committed.get(known.held.0 as usize)
        {
            let next = known.held.next();
            // A disk that lies is believed until it is found out: lying is done to it, and no fault of the protocol.
            let on_disk = disk.get(known.held.0 as usize).copied();
            if on_disk.or_else(|| host.node.as_ref()?.log().get(next)) != Some(*committed) {
                break;
            }
            known.held = next;
        }
        known.held
    }

    fn commit_advanced(&mut self, world: &World, node: NodeId, commit: Index) {
        let known = self.known(node);
        known.commit = commit;
        let term = known.term;
        let before = self.committed_count();
        if commit > before
            && let Some(running) = &world.host(node).node
        {
            let more = running.log().iter_from(before.next()).take((commit.0 - before.0) as usize);
            if self.commit_terms.last().is_none_or(|(counted, _)| *counted != term) {
                self.commit_terms.push((term, before.next()));
            }
            self.committed.extend(more.map(|(_, entry)| entry));
            world.pool().adopt(&mut self.committed);
            // Who lacked something before lacks it now.
            for node in self.holders.iter() {
                self.hold(world, node);
            }
        }
    }

    fn forgot(&mut self, node: NodeId) {
        let known = self.known(node);
        known.rows.clear();
        let HardState { current_term, voted_for } = known.durable;
        if let Some(vote) = known.vote
            && !vote.told
            && (vote.term, Some(vote.candidate)) != (current_term, voted_for)
        {
            known.vote = None;
        }
    }

    fn restarted(&mut self, world: &World, node: NodeId, term: Term, vote: Option<NodeId>, last: Index) {
        let known = self.known(node);
        (known.role, known.term) = (RoleName::Follower, term);
        known.durable = HardState { current_term: term, voted_for: vote };
        (known.commit, known.applied) = (Index(0), Index(0));
        known.last = known.last.min(last);
        (known.synced, known.held) = (last, known.held.min(last));
        known.rows.clear();
        // What a crash kept of the cache may hold a vote that was never heard of.
        if let Some(candidate) = vote
            && known.vote.is_none_or(|vote| vote.term < term)
        {
            known.vote = Some(Vote { term, candidate, told: false });
        }
        self.hold(world, node);
    }
}
