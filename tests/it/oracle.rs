//! An oracle: it watches a cluster from outside and reports violated properties of Raft.
//!
//! The oracle is fed every event, and after every move it checks what the move touched. It keeps a
//! history of its own (who ever led, who promised what, what was ever committed), because most
//! properties are about history: two servers that lead the same term one after the other are never
//! seen together in one state. It uses the types of the protocol, but none of its code. Its work
//! is proportional to what changed, never to the length of a log, except at a restart.
//!
//! Two things that look wrong are legal, and the oracle allows them. A vote or a term that a crash
//! lost from the cache was never promised to anybody, so it may be given again. And a leader may
//! lack a committed entry that was committed in a term after its own, even if the entry itself is
//! older.

mod clients;
mod ledger;
mod messages;
mod roles;

use std::collections::{BTreeMap, BTreeSet};

use raftsh::raft::{Entry, HardState, NodeId, Note, RoleName};
use raftsh::sim::{Event, EventId, EventKind, HaltReason, World};

use clients::Clients;
use ledger::Ledger;
use messages::Messages;

/// A violated property.
#[derive(Debug)]
pub(crate) struct Violation {
    /// The name of the property.
    pub(crate) property: &'static str,
    /// Node, index, term: what was seen and what was expected.
    pub(crate) detail: String,
}

/// The result of a check.
pub(crate) type Verdict = Result<(), Violation>;

/// Returns a violation of this property unless the condition holds.
fn hold(holds: bool, property: &'static str, detail: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Violation { property, detail: detail() }) }
}

/// What the oracle knows of one node, from its events alone.
struct Mirror {
    up: bool,
    /// The event of its last start. Changes of the log that this event caused were read from the
    /// disk, and were checked at the start.
    started: Option<EventId>,
    role: RoleName,
    term: u32,
    vote: Option<NodeId>,
    log: Vec<Entry>,
    commit: usize,
    applied: usize,
    /// Nodes whose votes for this node, in its present term, were delivered to it.
    votes: BTreeSet<NodeId>,
    /// The highest term of any message that it sent.
    spoken_term: u32,
    /// What its disk held after the latest move: state, number of entries, last entry.
    durable: (HardState, usize, Option<Entry>),
    /// Whether entries may still vanish from the disk: a truncation is in flight, or a crash left
    /// only a part of the tail.
    shrinks: bool,
    /// Whether a crash left part of the tail on the disk.
    tail_left: bool,
    /// The first entry that a truncation removed in this move, until another entry replaces it.
    removed: Option<(usize, Entry)>,
    /// As leader: the match index of each node, as last seen.
    matched: Vec<usize>,
    /// As leader: the lowest previous index that each node has refused in this term.
    denied: Vec<usize>,
}

impl Mirror {
    fn new() -> Mirror {
        Mirror {
            up: true,
            started: None,
            role: RoleName::Follower,
            term: 0,
            vote: None,
            log: Vec::new(),
            commit: 0,
            applied: 0,
            votes: BTreeSet::new(),
            spoken_term: 0,
            durable: (HardState::default(), 0, None),
            shrinks: false,
            tail_left: false,
            removed: None,
            matched: Vec::new(),
            denied: Vec::new(),
        }
    }

    fn leads(&self) -> bool {
        self.up && self.role == RoleName::Leader
    }

    /// The term and the index of the last entry, in the order in which votes compare them.
    fn last(&self) -> (u32, usize) {
        (self.term_at(self.log.len()).unwrap_or(0), self.log.len())
    }

    /// The term at an index: 0 at index 0, `None` beyond the end.
    fn term_at(&self, index: usize) -> Option<u32> {
        if index == 0 { Some(0) } else { self.log.get(index - 1).map(|entry| entry.term.0) }
    }
}

/// The oracle of one cluster.
pub(crate) struct Oracle {
    mirrors: Vec<Mirror>,
    leader_of: BTreeMap<u32, NodeId>,
    /// Who voted for whom, by term and voter, without the votes that a crash took back.
    votes: BTreeMap<(u32, NodeId), NodeId>,
    /// Votes that a message announced. No crash takes these back.
    promised: BTreeMap<(u32, NodeId), NodeId>,
    messages: Messages,
    ledger: Ledger,
    clients: Clients,
}

impl Oracle {
    /// An oracle for a new cluster.
    pub(crate) fn new(nodes: usize) -> Oracle {
        Oracle {
            mirrors: (0..nodes).map(|_| Mirror::new()).collect(),
            leader_of: BTreeMap::new(),
            votes: BTreeMap::new(),
            promised: BTreeMap::new(),
            messages: Messages::default(),
            ledger: Ledger::default(),
            clients: Clients::default(),
        }
    }

    /// Checks the events of one move, and the world after it. Moves come one at a time: a move
    /// that delivers several messages would not show which of them caused what.
    pub(crate) fn observe(&mut self, world: &World, events: &[Event]) -> Verdict {
        self.messages.begin_move();
        let mut touched = BTreeSet::new();
        for event in events {
            touched.insert(event.node);
            self.event(world, event)?;
        }
        for node in touched {
            self.compare(world, node)?;
        }
        self.answered(world)
    }

    fn mirror(&self, node: NodeId) -> &Mirror {
        &self.mirrors[node.position()]
    }

    fn majority(&self) -> usize {
        self.mirrors.len() / 2 + 1
    }

    fn event(&mut self, world: &World, event: &Event) -> Verdict {
        let node = event.node;
        if matches!(
            event.kind,
            EventKind::Note(Note::LogTruncated { .. })
                | EventKind::Note(Note::EntryAppended { .. })
        ) && event.cause().is_some_and(|cause| self.mirror(node).started == Some(cause))
        {
            return Ok(());
        }
        match event.kind {
            EventKind::Note(Note::RoleChanged { role, term, .. }) => {
                self.role_changed(world, node, role, term.0)
            }
            EventKind::Note(Note::VoteGranted { term, candidate }) => {
                self.vote_granted(node, term.0, candidate)
            }
            EventKind::Note(
                Note::VoteRefused { term, candidate, why, .. }
                | Note::PreVoteRefused { term, candidate, why, .. },
            ) => self.vote_refused(world, node, term.0, candidate, why),
            EventKind::Note(Note::AppendRefused { prev_log, why, .. }) => {
                self.append_refused(node, prev_log, why)
            }
            EventKind::Note(Note::EntryAppended { index, entry }) => {
                self.entry_appended(node, index.0 as usize, entry)
            }
            EventKind::Note(Note::LogTruncated { from }) => {
                self.log_truncated(node, from.0 as usize)
            }
            EventKind::Note(Note::CommitAdvanced { commit }) => {
                self.commit_advanced(world, node, commit.0 as usize)
            }
            EventKind::EntryApplied { index, entry, .. } => {
                self.entry_applied(node, index.0 as usize, entry)
            }
            EventKind::MessageSent { message, to, term, said } => {
                self.message_sent(world, node, message, to, term.0, said)
            }
            EventKind::MessageDuplicated { message, copy } => {
                self.messages.duplicated(message, copy)
            }
            EventKind::MessageDelivered { message, from, .. } => {
                self.message_delivered(world, node, message, from)
            }
            EventKind::MessageDropped { message, .. } => {
                self.messages.take(message, node).map(|_| ())
            }
            EventKind::NodeHalted { reason: HaltReason::Broken(why) } => {
                hold(false, "a node breaks no invariant of its own", || format!("{node}: {why}"))
            }
            EventKind::NodeKilled | EventKind::NodeHalted { .. } => {
                let mirror = &mut self.mirrors[node.position()];
                (mirror.up, mirror.role, mirror.removed) = (false, RoleName::Follower, None);
                Ok(())
            }
            EventKind::TailLeft { .. } => {
                let mirror = &mut self.mirrors[node.position()];
                (mirror.tail_left, mirror.shrinks) = (true, true);
                Ok(())
            }
            EventKind::DiskDamaged { .. } | EventKind::DiskWentStale { .. }
                if self.mirror(node).tail_left && !self.mirror(node).up =>
            {
                // Damage tears a tail that was never synced, so the disk may hold less now.
                let (state, entries) = world.host(node).disk.durable();
                self.mirrors[node.position()].durable =
                    (*state, entries.len(), entries.last().copied());
                Ok(())
            }
            EventKind::NodeRestarted { term, vote, last, .. } => {
                self.node_restarted(world, node, term.0, vote, last.0 as usize)?;
                self.mirrors[node.position()].started = Some(event.id);
                Ok(())
            }
            EventKind::ClientInvoked { op, attempt, .. } => {
                self.clients.invoked(op, attempt, node, &self.mirrors[node.position()], world)
            }
            EventKind::ClientReplied { op, outcome, value, attempt } => {
                let mirror = &self.mirrors[node.position()];
                let told = (outcome, value.map(|text| world.ops().text(text)));
                self.clients.replied((op, attempt), node, told, mirror, &self.ledger, world)
            }
            EventKind::ClientTimedOut { op, .. } => self.clients.timed_out(op),
            _ => Ok(()),
        }
    }

    /// After a crash a node holds what was on the disk: no less, and no more than the tail that
    /// was left.
    fn node_restarted(
        &mut self,
        world: &World,
        node: NodeId,
        term: u32,
        vote: Option<NodeId>,
        last: usize,
    ) -> Verdict {
        let (_, entries) = world.host(node).disk.durable();
        let mirror = &mut self.mirrors[node.position()];
        let (state, length, _) = mirror.durable;
        let survives = (state.current_term.0, state.voted_for, length) == (term, vote, last);
        hold(
            survives || mirror.tail_left && entries.len() == last,
            "durable state survives a crash",
            || {
                format!(
                    "{node} came back with term {term}, vote {vote:?}, {last} entries; on its disk were {state:?}, {length} entries"
                )
            },
        )?;
        hold(term >= mirror.spoken_term, "term never falls", || {
            format!("{node} spoke in term {} and came back in term {term}", mirror.spoken_term)
        })?;
        if let Some(&candidate) = self.promised.get(&(term, node)) {
            hold(vote == Some(candidate), "vote once per term", || {
                format!(
                    "{node} promised its vote of term {term} to {candidate} and came back with {vote:?}"
                )
            })?;
        }
        // What the crash took back was never sent to anybody.
        self.votes.retain(|&(t, n), _| n != node || t < term || t == term && vote.is_some());
        *mirror = Mirror {
            term,
            vote,
            log: entries.iter().copied().collect(),
            spoken_term: mirror.spoken_term,
            durable: mirror.durable,
            shrinks: mirror.shrinks,
            ..Mirror::new()
        };
        Ok(())
    }

    /// Compares the node with what its events say of it.
    fn compare(&mut self, world: &World, id: NodeId) -> Verdict {
        let host = world.host(id);
        let mirror = &self.mirrors[id.position()];
        hold(mirror.up == host.is_running(), "events tell the state", || {
            format!("{id} is {:?}, its events say up: {}", host.state, mirror.up)
        })?;
        if let Some(record) = host.record() {
            let (report, last) = (&record.report, record.log.last());
            let seen = (
                (report.role, report.term.0, report.vote),
                (last.term.0, last.index.0 as usize),
                (report.commit.0 as usize, report.applied.0 as usize),
            );
            let told = (
                (mirror.role, mirror.term, mirror.vote),
                mirror.last(),
                (mirror.commit, mirror.applied),
            );
            hold(seen == told, "events tell the state", || {
                format!("{id} is {seen:?}, its events say {told:?}")
            })?;
            hold(mirror.applied <= mirror.commit, "applied is committed", || {
                format!("{id} applied {} of {}", mirror.applied, mirror.commit)
            })?;
            hold(mirror.removed.is_none(), "only conflicts are truncated", || {
                format!("{id} dropped {:?} and nothing took its place", mirror.removed)
            })?;
            let synced = record.durable.0 as usize;
            let (_, entries) = host.disk.durable();
            hold(
                synced == 0
                    || synced <= mirror.log.len()
                        && entries.get(synced - 1) == mirror.log.get(synced - 1),
                "a node knows its own disk",
                || {
                    format!(
                        "{id} believes {synced} entries to be on its disk, {} are",
                        entries.len()
                    )
                },
            )?;
            if report.role == RoleName::Leader {
                self.progress(world, id)?;
            }
        }
        self.clients.none_left_behind(id, &self.mirrors[id.position()])?;
        self.disk(world, id)
    }

    /// Checks that a disk's term never falls, that its vote in a term never changes, and that what
    /// is committed stays on a majority of disks.
    fn disk(&mut self, world: &World, id: NodeId) -> Verdict {
        let disk = &world.host(id).disk;
        let (state, entries) = disk.durable();
        let mirror = &mut self.mirrors[id.position()];
        let (before, _, _) = mirror.durable;
        hold(state.current_term >= before.current_term, "term never falls", || {
            format!("{id}'s disk went from {before:?} to {state:?}")
        })?;
        let kept = state.current_term > before.current_term
            || before.voted_for.is_none()
            || state.voted_for == before.voted_for;
        hold(kept, "vote once per term", || {
            format!("{id}'s disk went from {before:?} to {state:?}")
        })?;
        mirror.durable = (*state, entries.len(), entries.last().copied());
        if mirror.shrinks {
            mirror.shrinks = disk.unfinished() > 0;
            if let Some((index, entry)) = self.ledger.last() {
                self.held_by_majority(world, index, entry)?;
            }
        }
        Ok(())
    }

    /// Checks that a majority holds the entry on disk; by log matching, it also holds everything
    /// before.
    fn held_by_majority(&self, world: &World, index: usize, entry: Entry) -> Verdict {
        let holders: Vec<_> = world
            .hosts()
            .filter(|host| host.disk.durable().1.get(index - 1) == Some(&entry))
            .map(|host| host.id)
            .collect();
        hold(holders.len() >= self.majority(), "committed is durable on a majority", || {
            format!("{index}@{} is on the disks of {holders:?} only", entry.term)
        })
    }

    /// Once all is quiet: no request is pending, the outcomes are those that were reported, and
    /// all stores hold the same.
    pub(crate) fn finish(&self, world: &World) -> Verdict {
        self.clients.finish(world)?;
        for host in world.hosts().filter(|host| host.is_up()) {
            if self.mirror(host.id).applied == self.ledger.len() {
                self.ledger.same_store(host)?;
            }
        }
        Ok(())
    }
}
