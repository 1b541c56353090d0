//! An oracle: it watches a cluster from outside and says when a property of Raft is broken.
//!
//! It is fed every event, and after every move it looks at what the move touched. It keeps history
//! of its own (who ever led, who promised what, what was ever committed), because most properties
//! speak of history: two servers that lead the same term one after the other are never seen
//! together in one state. Nothing of the protocol is used but its words; the work done is
//! proportional to what changed, never to the length of a log, except at a restart.
//!
//! Two things are legal here that look wrong, and the oracle knows them. A vote or a term that a
//! crash took from the cache was never promised to anybody: it may be given again. And a leader may
//! lack a committed entry if that entry was committed in a term after its own, even if the entry
//! itself is older.

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

/// A broken property.
#[derive(Debug)]
pub(crate) struct Violation {
    /// Its name.
    pub(crate) property: &'static str,
    /// Node, index, term: what was seen and what should have been.
    pub(crate) detail: String,
}

/// What looking at something can bring to light.
pub(crate) type Verdict = Result<(), Violation>;

/// Whether it holds; says which property does not otherwise.
fn hold(holds: bool, property: &'static str, detail: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Violation { property, detail: detail() }) }
}

/// What the oracle believes of one node, from events alone.
struct Mirror {
    up: bool,
    /// The event of its last start. What that caused in its log is the disk's work, and was looked
    /// at then.
    started: Option<EventId>,
    role: RoleName,
    term: u32,
    vote: Option<NodeId>,
    log: Vec<Entry>,
    commit: usize,
    applied: usize,
    /// Votes for this node in its present term that were delivered to it.
    votes: BTreeSet<NodeId>,
    /// The highest term it ever sent a message in.
    spoken_term: u32,
    /// What its disk held after the latest move: state, number of entries, last entry.
    durable: (HardState, usize, Option<Entry>),
    /// A truncation is on its way to the disk.
    shrinks: bool,
    /// A crash left some of the tail on the disk.
    tail_left: bool,
    /// The entry that a truncation took away in this move, until another takes its place.
    removed: Option<(usize, Entry)>,
    /// As leader: its match index of each node, as last seen.
    matched: Vec<usize>,
    /// As leader: the lowest previous index that each node has refused in its term.
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

    /// Term and index of the last entry: in this order, logs are compared for a vote.
    fn last(&self) -> (u32, usize) {
        (self.term_at(self.log.len()).unwrap_or(0), self.log.len())
    }

    /// The term at an index: 0 at 0.
    fn term_at(&self, index: usize) -> Option<u32> {
        if index == 0 { Some(0) } else { self.log.get(index - 1).map(|entry| entry.term.0) }
    }
}

/// The oracle.
pub(crate) struct Oracle {
    mirrors: Vec<Mirror>,
    leader_of: BTreeMap<u32, NodeId>,
    /// Who voted for whom, by term and voter, as far as a crash did not take it back.
    votes: BTreeMap<(u32, NodeId), NodeId>,
    /// Votes that were told to somebody: nothing takes these back.
    promised: BTreeMap<(u32, NodeId), NodeId>,
    messages: Messages,
    ledger: Ledger,
    clients: Clients,
}

impl Oracle {
    /// An oracle for a fresh cluster.
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

    /// Looks at what one move brought about, and at the world after it. Moves come one by one: one
    /// that delivers several messages would not tell which of them caused what.
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
            EventKind::Note(Note::RoleChanged { role, term }) => {
                self.role_changed(world, node, role, term.0)
            }
            EventKind::Note(Note::VoteGranted { term, candidate }) => {
                self.vote_granted(node, term.0, candidate)
            }
            EventKind::Note(Note::VoteRefused { term, candidate, why }) => {
                self.vote_refused(world, node, term.0, candidate, why)
            }
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
            EventKind::EntryApplied { index, entry } => {
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
                // What was never synced is torn now, if that was hit.
                let (state, entries) = world.host(node).disk.durable();
                self.mirrors[node.position()].durable =
                    (state, entries.len(), entries.last().copied());
                Ok(())
            }
            EventKind::NodeRestarted { term, vote, last } => {
                self.node_restarted(world, node, term.0, vote, last.0 as usize)?;
                self.mirrors[node.position()].started = Some(event.id);
                Ok(())
            }
            EventKind::ClientInvoked { op } => {
                self.clients.invoked(op, node, &self.mirrors[node.position()], world)
            }
            EventKind::ClientReplied { op, outcome } => {
                let mirror = &self.mirrors[node.position()];
                self.clients.replied(op, node, outcome, mirror, &self.ledger, world)
            }
            _ => Ok(()),
        }
    }

    /// A crash keeps what was on the disk, no less, and no more but what it left of the tail.
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
        // What the crash took back was never told to anybody.
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

    /// The node as it is, beside the node as its events tell it.
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

    /// A disk's term never falls, its vote of a term never changes, and what is committed stays on
    /// most disks.
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
        mirror.durable = (state, entries.len(), entries.last().copied());
        if mirror.shrinks {
            mirror.shrinks = disk.unfinished() > 0;
            if let Some((index, entry)) = self.ledger.last() {
                self.held_by_majority(world, index, entry)?;
            }
        }
        Ok(())
    }

    /// A majority holds the entry on disk; with it, by log matching, everything before it.
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

    /// When all is quiet: nothing is pending, the outcomes are those that were told, and all stores
    /// hold the same.
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
