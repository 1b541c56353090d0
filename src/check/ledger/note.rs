//! Taking events down.

use std::sync::Arc;

use crate::raft::{
    Entry, HardState, Index, MessageSummary, Node, NodeId, NodeSet, Note, Position, Role, RoleName, Term,
};
use crate::sim::{Event, EventKind, World};

use super::{Birth, Known, Ledger, Prepared, Row, Vote, find, insert};

/// Remembering.
impl Ledger {
    /// The history of a world in which nothing has happened yet but that disks were prepared.
    pub(in crate::check) fn prepared(world: &World) -> Ledger {
        let mut ledger = Ledger::default();
        for host in world.hosts() {
            let (HardState { current_term: term, voted_for: vote }, entries) = host.disk.durable();
            let role = EventKind::Note(Note::RoleChanged { role: RoleName::Follower, term });
            let voted = vote.map(|candidate| EventKind::Note(Note::VoteGranted { term, candidate }));
            let appended = (1..)
                .map(Index)
                .zip(entries.iter())
                .map(|(index, &entry)| EventKind::Note(Note::EntryAppended { index, entry }));
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
    pub(in crate::check) fn note(&mut self, world: &World, event: &Event) {
        if self.nodes.is_empty() {
            self.nodes = vec![Known::new(); world.cluster_size()];
            self.holders = world.nodes();
        }
        let node = event.node;
        match event.kind {
            EventKind::Note(Note::RoleChanged { role, term }) => self.role_changed(world, node, role, term),
            EventKind::Note(Note::VoteGranted { term, candidate }) => {
                self.known(node).voted_for = Some(candidate);
                self.voted(node, term, candidate);
            }
            EventKind::VoteSynced { term, vote } => {
                let state = HardState { current_term: term, voted_for: vote };
                self.known(node).durable = state;
                if !world.has_begun() {
                    self.known(node).prepared = Prepared { state, last: Term(0) };
                }
            }
            EventKind::Note(Note::EntryAppended { index, entry }) => self.appended(world, node, index, entry),
            EventKind::Note(Note::LogTruncated { from }) => {
                self.known(node).last = position(world, node, from.previous());
            }
            EventKind::EntriesSynced { kept, through } => self.synced(world, node, kept, through),
            EventKind::Note(Note::CommitAdvanced { commit }) => self.commit_advanced(world, node, commit),
            EventKind::EntryApplied { index, entry } => {
                self.known(node).applied = index;
                if index.0 as usize == self.applied.len() + 1 {
                    self.applied.push(entry);
                    world.pool().adopt(&mut self.applied);
                }
            }
            EventKind::MessageSent { term, said, to, .. } => self.told(world, node, term, said, to),
            EventKind::MessageDelivered { from, term, said, .. } => self.heard(world, node, from, term, said),
            EventKind::NodeKilled | EventKind::NodeHalted { .. } => self.forgot(node),
            EventKind::NodeRestarted { term, vote, last } => {
                self.known(node).restarted = Some(event.id);
                self.restarted(world, node, term, vote, last);
            }
            _ => {}
        }
    }

    fn known(&mut self, node: NodeId) -> &mut Known {
        &mut self.nodes[node.position()]
    }

    fn role_changed(&mut self, world: &World, node: NodeId, role: RoleName, term: Term) {
        let size = world.cluster_size();
        let known = self.known(node);
        if term != known.term {
            known.voted_for = None;
        }
        (known.role, known.term) = (role, term);
        known.rows.clear();
        self.leading.remove(node);
        if role == RoleName::Leader {
            self.leading.insert(node);
            let known = self.known(node);
            known.rows.resize(size, Row::default());
            // To lead by a vote is to tell of it.
            known.vote.iter_mut().for_each(|vote| vote.told = true);
            self.led(node, term);
            self.contradiction = self.rules_out(term);
        }
    }

    fn led(&mut self, node: NodeId, term: Term) {
        if let Err(at) = find(&self.leaders, term) {
            insert(&mut self.leaders, at, (term, node));
        }
    }

    fn voted(&mut self, node: NodeId, term: Term, candidate: NodeId) {
        self.known(node).vote = Some(Vote { term, candidate, told: false });
        match find(&self.voters, (term, candidate)) {
            Ok(at) => {
                if let Some((_, voters)) = self.voters.get_mut(at) {
                    voters.insert(node);
                }
            }
            Err(at) => insert(&mut self.voters, at, ((term, candidate), NodeSet::one(node))),
        }
    }

    fn told(&mut self, world: &World, node: NodeId, term: Term, said: MessageSummary, to: NodeId) {
        let candidate = match said {
            MessageSummary::AppendEntries { prev_log, entries: count, .. } => {
                let through = prev_log.index.plus(count);
                if let Some((index, birth)) = self.known(node).unknown.take_if(|(index, _)| *index <= through)
                    && self.birth(index, birth.entry.term).is_none()
                {
                    self.born(world, index, birth);
                }
                return;
            }
            MessageSummary::RequestVote { .. } => node,
            MessageSummary::RequestVoteReply { granted: true } => to,
            _ => return,
        };
        if let Some(vote) = &mut self.known(node).vote
            && (vote.term, vote.candidate) == (term, candidate)
        {
            vote.told = true;
        }
    }

    fn heard(&mut self, world: &World, node: NodeId, from: NodeId, term: Term, said: MessageSummary) {
        let known = self.known(node);
        let acknowledged = match said {
            MessageSummary::AppendEntriesAccepted { match_index } if known.term == term => match_index,
            MessageSummary::AppendEntriesAccepted { .. } | MessageSummary::AppendEntriesRefused { .. } => {
                Index(0)
            }
            MessageSummary::AppendEntries { prev_log, entries: count, .. } => {
                // By the term first.
                known.told = known.told.max((term, prev_log.index.plus(count)));
                return;
            }
            _ => return,
        };
        let Some(row) = known.rows.get_mut(from.position()) else { return };
        row.acknowledged = row.acknowledged.max(acknowledged);
        if let Some(Role::Leader { progress }) = world.host(node).node.as_ref().map(|node| node.role()) {
            row.before = row.matched;
            row.matched = progress[from.position()].match_index;
        }
    }

    fn appended(&mut self, world: &World, node: NodeId, index: Index, entry: Entry) {
        let known = self.known(node);
        let before = std::mem::replace(&mut known.last, Position { index, term: entry.term });
        if !world.has_begun() {
            self.known(node).prepared.last = entry.term;
        }
        if self.birth(index, entry.term).is_some() {
            return;
        }
        let birth = Birth { entry, previous: before.term };
        // Of what a node appended that has ended since, nobody knows, unless it sent it before its disk failed.
        if world.host(node).is_running() || !world.has_begun() {
            self.born(world, index, birth);
        } else {
            self.known(node).unknown = Some((index, birth));
        }
    }

    /// An entry is new to the world.
    fn born(&mut self, world: &World, index: Index, birth: Birth) {
        let Birth { entry, previous } = birth;
        if index.0 as usize != self.first.len() + 1 {
            Arc::make_mut(&mut self.others).insert((index, entry.term), birth);
            return;
        }
        if previous != self.first_term(index.previous()) {
            Arc::make_mut(&mut self.apart).insert(index, previous);
        }
        self.first.push(entry);
        world.pool().adopt(&mut self.first);
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
        // A disk that lies is believed until it is found out: lying is done to it, and no fault of the protocol. It claims to
        // hold what its node has.
        let claimed = host.node.as_ref().filter(|_| host.disk.claimed() > 0).map(Node::log);
        let known = &mut self.nodes[node.position()];
        while known.held < known.synced
            && let Some(committed) = self.committed.get(known.held.0 as usize)
        {
            let next = known.held.next();
            let held = match claimed {
                Some(log) => log.get(next),
                None => disk.get(known.held.0 as usize).copied(),
            };
            if held != Some(*committed) {
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
        self.leading.remove(node);
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
        known.voted_for = vote;
        known.last = position(world, node, known.last.index.min(last));
        (known.told, known.unknown) = (Default::default(), None);
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

/// The entry at an index below which a node's log stays as it is. Of a node that has ended meanwhile the term is lost.
fn position(world: &World, node: NodeId, index: Index) -> Position {
    let log = world.host(node).node.as_ref().map(|node| node.log());
    Position { index, term: log.and_then(|log| log.term_at(index)).unwrap_or_default() }
}
