//! The facts that events establish about one node: its state, its log, and what its disk claims to
//! hold.

use std::collections::VecDeque;

use crate::raft::{
    Entry, HardState, Index, Log, MessageKind, NodeId, NodeMap, NodeSet, Payload, Position,
    RoleName, Term,
};
use crate::seq::{InPlace, Pool, Seq};
use crate::sim::{Event, EventId, MessageId};

use super::electorate::{Electorate, Electorates};

/// What the checker knows about a node.
#[derive(Clone, Debug)]
pub(in crate::check) struct NodeFacts {
    pub(in crate::check) role: RoleName,
    pub(in crate::check) term: Term,
    /// Its latest vote, in whatever term.
    pub(in crate::check) vote: Option<Vote>,
    /// The term and vote that its disk claims to hold.
    pub(in crate::check) durable: HardState,
    /// The candidate that it voted for in its current term, as far as it remembers.
    pub(in crate::check) voted_for: Option<NodeId>,
    /// The log in its memory, whether synced or not.
    pub(in crate::check) log: Log,
    /// The electorates of that log.
    pub(super) electorates: Electorates,
    /// The entries that its disk claims to hold. A disk that lies is believed until a crash shows
    /// the lie: the lie is an injected fault, not a fault of the protocol.
    pub(in crate::check) disk: Log,
    /// Where its latest snapshot ends, whether it took it or installed it; `0@0` if it has none.
    pub(in crate::check) snapshot: Position,
    /// The committed entries up to this index are on its disk.
    pub(in crate::check) held: Index,
    pub(in crate::check) commit: Index,
    pub(in crate::check) applied: Index,
    /// While it leads: for each node that replied, what the node acknowledged or refused, and this
    /// leader's match index for it.
    pub(in crate::check) rows: NodeMap<ProgressRow>,
    /// While it leads: for each node that replied, the next index for it, and since when it has
    /// been that and there has been such an entry, in microseconds.
    pub(in crate::check) nexts: NodeMap<(Index, u64)>,
    /// The latest term in which AppendEntries reached it since its start, and the highest index
    /// that such a message covered.
    pub(in crate::check) told: (Term, Index),
    /// When it last heard from the leader of its term since its start, in microseconds by its own
    /// clock; None also if its clock is not known.
    pub(in crate::check) heard_us: Option<u64>,
    /// When it was started again, likewise.
    pub(in crate::check) restarted_us: Option<u64>,
    /// While it leads: the nodes whose answers reached it since it last checked them.
    pub(in crate::check) answered: NodeSet,
    /// While it leads: the node to which it hands over.
    pub(in crate::check) handing_over: Option<NodeId>,
    /// Whether it has found, as leader, that no majority answers it.
    pub(in crate::check) out_of_touch: bool,
    /// The latest message that was delivered to it.
    pub(super) delivered: Option<Event>,
    /// The event of its latest restart; None before the first.
    pub(in crate::check) restarted: Option<EventId>,
    /// The entries that it was the first to append and that no other node and no disk has seen, in
    /// order. A crash removes them as if they had never existed.
    pub(super) unseen: VecDeque<(Index, EntryOrigin)>,
    pub(super) prepared: Prepared,
    /// The log writes in flight, oldest first. `unsynced` holds the entries that they add.
    pub(super) writes: VecDeque<Unsynced>,
    pub(super) unsynced: VecDeque<Entry>,
    /// The requests that reached it and that it has not answered, oldest first.
    pub(in crate::check) unanswered: VecDeque<Request>,
    /// Whether its disk lies.
    pub(super) lies: bool,
    /// Whether its disk has no room for entries, and perhaps none for terms and votes.
    pub(in crate::check) full: bool,
    /// What its disk really holds, while the disk claims to hold more.
    pub(super) honest: Option<Log>,
}

/// An entry as it was first appended, with the term of the entry before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::check) struct EntryOrigin {
    pub(in crate::check) entry: Entry,
    pub(in crate::check) previous: Term,
}

/// What a disk held before anything happened: nothing, or what was prepared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Prepared {
    pub(super) state: HardState,
    /// The term of its last entry.
    pub(super) last: Term,
}

/// A vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::check) struct Vote {
    pub(in crate::check) term: Term,
    pub(in crate::check) candidate: NodeId,
    /// Whether a message announced it, or its node led by it. A crash may erase a vote that was
    /// never announced; such a vote does not count.
    pub(in crate::check) told: bool,
}

/// What a leader has learned about another node's log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::check) struct ProgressRow {
    /// The highest index that the node has acknowledged to this leader.
    pub(in crate::check) acknowledged: Index,
    /// The lowest previous index that the node has refused in this leader's term.
    pub(in crate::check) refused: Option<Index>,
    /// The leader's match index before the latest reply. `matched` is the one after it.
    pub(in crate::check) before: Index,
    pub(in crate::check) matched: Index,
}

/// A RequestVote, AppendEntries or InstallSnapshot that reached a node.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Request {
    /// The delivery, which causes the answer.
    pub(super) delivery: EventId,
    pub(in crate::check) message: MessageId,
    pub(in crate::check) from: NodeId,
    pub(in crate::check) kind: MessageKind,
    pub(in crate::check) term: Term,
    /// The receiver's term before it handled the message.
    pub(in crate::check) own_term: Term,
}

impl Request {
    /// The type of message that answers it.
    fn answer(&self) -> MessageKind {
        match self.kind {
            MessageKind::RequestVote => MessageKind::RequestVoteReply,
            MessageKind::InstallSnapshot => MessageKind::InstallSnapshotReply,
            _ => MessageKind::AppendEntriesReply,
        }
    }
}

/// How many unanswered requests of a node are kept. Of more than these, the oldest are not judged.
const UNANSWERED_MAX: usize = 32;

/// A log write in flight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unsynced {
    /// The event that caused it. Its sync event has the same cause.
    pub(super) cause: Option<EventId>,
    /// How many entries it adds.
    pub(super) count: usize,
}

impl NodeFacts {
    pub(super) fn new(pool: &Pool<Entry>, electorate: Electorate) -> NodeFacts {
        NodeFacts {
            role: RoleName::Follower,
            term: Term(0),
            vote: None,
            durable: HardState::default(),
            voted_for: None,
            log: Log::new(Seq::in_pool(pool)),
            electorates: Electorates::new(electorate),
            disk: Log::new(Seq::in_pool(pool)),
            snapshot: Position::default(),
            held: Index(0),
            commit: Index(0),
            applied: Index(0),
            rows: NodeMap::default(),
            nexts: NodeMap::default(),
            told: Default::default(),
            heard_us: None,
            restarted_us: None,
            answered: NodeSet::EMPTY,
            out_of_touch: false,
            handing_over: None,
            delivered: None,
            restarted: None,
            unseen: VecDeque::new(),
            prepared: Prepared::default(),
            writes: VecDeque::new(),
            unsynced: VecDeque::new(),
            unanswered: VecDeque::new(),
            lies: false,
            full: false,
            honest: None,
        }
    }

    /// It leads, and has appended this entry: those to whom it sends this one next lack it from
    /// now on.
    pub(super) fn led_entry(&mut self, index: Index, time_us: u64) {
        for peer in self.nexts.nodes().iter() {
            if let Some((next, since_us)) = self.nexts.get_mut(peer)
                && *next == index
            {
                *since_us = time_us;
            }
        }
    }

    /// It does not lead any more, or not in that term.
    pub(super) fn forget_peers(&mut self) {
        self.rows.clear();
        self.nexts.clear();
    }

    /// The last index that its disk claims to hold.
    pub(in crate::check) fn synced(&self) -> Index {
        self.disk.last_index()
    }

    /// The entry that it appended at an index, if nothing else has seen it.
    pub(super) fn unseen_at(&self, index: Index) -> Option<EntryOrigin> {
        let at = self.unseen.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.unseen.get(at).map(|(_, birth)| *birth)
    }

    /// The delivery with this number, if it is the latest one.
    pub(in crate::check) fn delivered_by(&self, delivery: EventId) -> Option<&Event> {
        self.delivered.as_ref().filter(|latest| latest.id == delivery)
    }

    /// The electorate of its log.
    pub(in crate::check) fn electorate(&self) -> &Electorate {
        self.electorates.latest()
    }

    /// The index of the entry that set that electorate; 0 if no entry of its log did.
    pub(in crate::check) fn configured_at(&self) -> Index {
        self.electorates.latest_index()
    }

    /// Whether this node may have a vote, as far as it knows what is committed.
    pub(in crate::check) fn may_vote(&self, node: NodeId) -> bool {
        self.electorates.may_vote(node, self.commit)
    }

    /// Appends an entry at the end of its log. An entry whose index is not the next violates
    /// log-order.
    pub(super) fn append(&mut self, cause: Option<EventId>, entry: Entry) {
        self.log.push(entry);
        self.unsynced.push_back(entry);
        self.write(cause).count += 1;
        if let Payload::Configuration(configuration) = entry.payload {
            self.electorates.append(self.log.last_index(), Electorate::new(&configuration.group()));
            self.forget_removed(configuration.group().members());
        }
    }

    /// Nodes that are not among these are no members of its latest configuration: a leader that
    /// adds one of them again begins with a match index of 0.
    fn forget_removed(&mut self, members: NodeSet) {
        for peer in self.rows.nodes().union(self.nexts.nodes()).difference(members).iter() {
            self.rows.remove(peer);
            self.nexts.remove(peer);
        }
    }

    /// Removes the entries from an index on from its log.
    pub(super) fn truncate(&mut self, cause: Option<EventId>, from: Index) {
        self.log.truncate_from(from);
        self.electorates.keep_through(from.previous());
        self.unseen.truncate(self.unseen.partition_point(|(index, _)| *index < from));
        self.write(cause);
    }

    /// A request reached it.
    #[inline]
    pub(super) fn asked(&mut self, request: Request) {
        if self.unanswered.len() == UNANSWERED_MAX {
            self.unanswered.pop_front();
        }
        self.unanswered.place(request);
    }

    /// The request that a message of this type and cause answers.
    #[inline]
    pub(in crate::check) fn request_answered_by(
        &self,
        cause: Option<EventId>,
        kind: MessageKind,
    ) -> Option<&Request> {
        self.unanswered.get(self.answered_by(cause, kind)?)
    }

    /// The request whose delivery is the cause awaits no answer any more.
    pub(super) fn forget_request(&mut self, cause: Option<EventId>) {
        if let Some(at) = cause.and_then(|cause| self.request_delivered_by(cause)) {
            self.unanswered.remove(at);
        }
    }

    /// A message of this type and cause was sent: the request that it answers, if it answers one,
    /// awaits no answer any more.
    #[inline]
    pub(super) fn answered(&mut self, cause: Option<EventId>, kind: MessageKind) {
        if let Some(at) = self.answered_by(cause, kind) {
            self.unanswered.remove(at);
        }
    }

    /// The place of the request that a message of this type and cause answers.
    #[inline]
    fn answered_by(&self, cause: Option<EventId>, kind: MessageKind) -> Option<usize> {
        let at = self.request_delivered_by(cause?)?;
        self.unanswered.get(at).is_some_and(|request| request.answer() == kind).then_some(at)
    }

    #[inline]
    fn request_delivered_by(&self, delivery: EventId) -> Option<usize> {
        let is_it = |request: &Request| request.delivery == delivery;
        // Mostly it is the latest one.
        match self.unanswered.back()? {
            latest if is_it(latest) => Some(self.unanswered.len() - 1),
            _ => self.unanswered.iter().rposition(is_it),
        }
    }

    #[inline]
    fn write(&mut self, cause: Option<EventId>) -> &mut Unsynced {
        if self.writes.back().is_none_or(|write| write.cause != cause) {
            self.writes.push_back(Unsynced { cause, count: 0 });
        }
        let last = self.writes.len() - 1;
        &mut self.writes[last]
    }

    /// The log write of this cause is on the disk, or the disk claims so.
    pub(super) fn sync(&mut self, cause: Option<EventId>, kept: Index, through: Index) {
        let started = cause.is_some() && cause == self.restarted;
        if self.lies && !started {
            self.honest.get_or_insert_with(|| self.disk.clone());
        } else {
            self.honest = None;
        }
        self.held = self.held.min(kept);
        self.disk.truncate_from(kept.next());
        if started {
            // A node that starts takes its log from its disk, so the disk holds this part of the
            // log.
            let found = self.log.iter_from(kept.next()).take_while(|(index, _)| *index <= through);
            found.for_each(|(_, entry)| self.disk.push(entry));
            self.forget_writes();
            return;
        }
        // Writes finish in order: an earlier one without a sync event never reached the disk.
        while let Some(write) = self.writes.pop_front_if(|write| write.cause <= cause) {
            for entry in (0..write.count).map_while(|_| self.unsynced.pop_front()) {
                if write.cause == cause {
                    self.disk.push(entry);
                }
            }
        }
        if self.synced() != through {
            self.take_from_log(through);
        }
    }

    /// The disk holds the log up to an index: an engine may ask for several writes at once, and
    /// write again what is there already.
    #[cold]
    fn take_from_log(&mut self, through: Index) {
        self.disk.truncate_from(through.next());
        let rest = self.log.iter_from(self.disk.last_index().next());
        let rest: Vec<Entry> =
            rest.take_while(|(index, _)| *index <= through).map(|(_, entry)| entry).collect();
        self.disk.append(&rest);
    }

    /// A term and a vote are on the disk, or the disk claims so.
    pub(super) fn sync_state(&mut self, state: HardState) {
        self.durable = state;
        if !self.lies {
            // An honest sync also writes what the disk only claimed to hold.
            self.honest = None;
        }
    }

    pub(super) fn lie(&mut self, lies: bool) {
        self.lies = lies;
    }

    /// It crashed. It loses its memory, and what its disk only claimed to hold.
    pub(super) fn end(&mut self) {
        self.forget_peers();
        self.unanswered.clear();
        self.forget_writes();
        if let Some(honest) = self.honest.take() {
            self.disk = honest;
        }
    }

    /// A snapshot that it took is on the disk, or the disk claims so. The log may begin at `first`.
    pub(super) fn sync_snapshot(&mut self, last: Position, first: Index) {
        self.claim();
        // A leader's snapshot may have overtaken it, which is not on the disk yet.
        if last.index > self.snapshot.index {
            self.snapshot = last;
        }
        self.disk.forget_through(first.previous());
        self.held = self.held.max(last.index);
    }

    /// A snapshot that it installed is on the disk, or the disk claims so.
    pub(super) fn sync_installed(&mut self, last: Position) {
        self.claim();
        self.find_snapshot(last);
        // A snapshot holds all that it includes, whatever the disk held before.
        self.held = last.index;
    }

    /// It replaced its log by a leader's snapshot.
    pub(super) fn install(&mut self, last: Position, electorate: Electorate) {
        self.log.restart_behind(last);
        self.electorates = Electorates::new(electorate);
        (self.snapshot, self.commit, self.applied) = (last, last.index, last.index);
        self.unseen.clear();
    }

    /// It discarded the entries before this one.
    pub(super) fn compact(&mut self, first: Index) {
        self.log.forget_through(first.previous());
    }

    /// A disk that lies keeps what it really holds, in case of a crash.
    fn claim(&mut self) {
        if self.lies {
            self.honest.get_or_insert_with(|| self.disk.clone());
        } else {
            self.honest = None;
        }
    }

    /// It starts again, without the entries after `last` of its old log. Its log begins after
    /// `base`; of two terms there, the one that is committed counts.
    pub(super) fn start(
        &mut self,
        event: EventId,
        (base, committed, last): (Index, Option<Term>, Index),
        snapshot: Index,
        electorate: Electorate,
    ) {
        if base < self.log.base().index {
            // A snapshot that the disk does not have had replaced the log. The one that it has, if
            // any, may never have been reported as synced, but what it includes is committed.
            let committed = committed.map(|term| Position { index: base, term });
            let begins = committed.or(self.disk.position(base)).unwrap_or_default();
            self.log.restart_behind(begins);
            self.electorates = Electorates::new(electorate);
        }
        self.log.forget_through(base);
        self.restarted = Some(event);
        self.unseen.clear();
        self.log.truncate_from(last.next());
        self.electorates.keep_through(last);
        if snapshot > Index(0) {
            self.electorates.begin_at(snapshot, electorate);
        }
        self.snapshot = self.log.position(snapshot).unwrap_or_default();
        self.find_snapshot(self.log.base());
        self.disk.truncate_from(last.next());
        self.held = self.held.min(last).max(snapshot);
        self.told = Default::default();
        (self.commit, self.applied) = (snapshot, snapshot);
        self.forget_peers();
    }

    /// A log begins after `base` only if a snapshot on the disk goes that far, even one whose sync
    /// was never reported.
    fn find_snapshot(&mut self, base: Position) {
        match self.disk.position(base.index) == Some(base) {
            true => self.disk.forget_through(base.index),
            false => self.disk.restart_behind(base),
        }
    }

    fn forget_writes(&mut self) {
        self.writes.clear();
        self.unsynced.clear();
    }
}
