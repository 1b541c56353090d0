//! What is known of one node: its own history, its log, and what its disk claims to hold.

use std::collections::VecDeque;

use crate::raft::{Entry, HardState, Index, Log, NodeId, NodeMap, RoleName, Term};
use crate::seq::{Pool, Seq};
use crate::sim::{Event, EventId};

use super::electorate::{Electorate, Electorates};

/// What is known of a node.
#[derive(Clone, Debug)]
pub(in crate::check) struct NodeFacts {
    pub(in crate::check) role: RoleName,
    pub(in crate::check) term: Term,
    /// Its latest vote.
    pub(in crate::check) vote: Option<Vote>,
    /// The term and vote that its disk claims to hold.
    pub(in crate::check) durable: HardState,
    /// Whom it voted for in that term, as far as it remembers.
    pub(in crate::check) voted_for: Option<NodeId>,
    /// The log that it uses.
    pub(in crate::check) log: Log,
    /// Who has a vote, by that log.
    pub(super) electorates: Electorates,
    /// The entries that its disk claims to hold. A disk that lies is believed until it is found
    /// out: lying is done to it, and no fault of the protocol.
    pub(in crate::check) disk: Seq<Entry>,
    /// The committed entries up to this index are on its disk.
    pub(in crate::check) held: Index,
    pub(in crate::check) commit: Index,
    pub(in crate::check) applied: Index,
    /// While it leads: what each node that answered said to hold, and what it makes of that.
    pub(in crate::check) rows: NodeMap<ProgressRow>,
    /// The latest term in which it was sent AppendEntries in this life, and the last entry that any
    /// of them spoke of.
    pub(in crate::check) told: (Term, Index),
    /// The message that reached it last.
    pub(super) delivered: Option<Event>,
    /// The event of its latest start after the first.
    pub(in crate::check) restarted: Option<EventId>,
    /// Entries that it appended first of all, in order, and that neither another node nor its disk
    /// has seen: a crash takes them as if they had never been.
    pub(super) unseen: VecDeque<(Index, EntryOrigin)>,
    pub(super) prepared: Prepared,
    /// Changes to its log that are not on its disk yet, oldest first, and the entries that they
    /// add.
    pub(super) writes: VecDeque<Unsynced>,
    pub(super) unsynced: VecDeque<Entry>,
    /// Whether its disk lies.
    pub(super) lies: bool,
    /// What its disk holds in truth, as long as it only claims to hold more.
    pub(super) honest: Option<Seq<Entry>>,
}

/// How an entry came into the world: what it was, and the term of the entry before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::check) struct EntryOrigin {
    pub(in crate::check) entry: Entry,
    pub(in crate::check) previous: Term,
}

/// What a disk held before anything happened.
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
    /// Whether anybody was told: a vote that nobody was told of and that a crash takes was none.
    pub(in crate::check) told: bool,
}

/// A leader's row for a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::check) struct ProgressRow {
    /// The highest index that the node has told this leader to hold.
    pub(in crate::check) acknowledged: Index,
    /// The lowest previous index that the node has refused in this leader's term.
    pub(in crate::check) refused: Option<Index>,
    /// The leader's match index before the latest answer, and now.
    pub(in crate::check) before: Index,
    pub(in crate::check) matched: Index,
}

/// A change to the log on its way to the disk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unsynced {
    /// The event in which it was made, by which its end is known.
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
            disk: Seq::in_pool(pool),
            held: Index(0),
            commit: Index(0),
            applied: Index(0),
            rows: NodeMap::default(),
            told: Default::default(),
            delivered: None,
            restarted: None,
            unseen: VecDeque::new(),
            prepared: Prepared::default(),
            writes: VecDeque::new(),
            unsynced: VecDeque::new(),
            lies: false,
            honest: None,
        }
    }

    /// The last entry that its disk claims to hold.
    pub(in crate::check) fn synced(&self) -> Index {
        Index(self.disk.end() as u32)
    }

    /// What it appended at an index, if nobody else knows of it.
    pub(super) fn unseen_at(&self, index: Index) -> Option<EntryOrigin> {
        let at = self.unseen.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.unseen.get(at).map(|(_, birth)| *birth)
    }

    /// Who has a vote, by its log.
    pub(in crate::check) fn electorate(&self) -> &Electorate {
        self.electorates.latest()
    }

    /// An entry joined its log. The caller has made sure that it belongs at the end.
    pub(super) fn append(&mut self, cause: Option<EventId>, entry: Entry) {
        self.log.append(&[entry]);
        self.electorates.append(self.log.last_index(), entry);
        self.unsynced.push_back(entry);
        self.write(cause).count += 1;
    }

    /// Entries left its log.
    pub(super) fn truncate(&mut self, cause: Option<EventId>, from: Index) {
        self.log.truncate_from(from);
        self.electorates.keep_through(from.previous());
        self.unseen.truncate(self.unseen.partition_point(|(index, _)| *index < from));
        self.write(cause);
    }

    fn write(&mut self, cause: Option<EventId>) -> &mut Unsynced {
        if self.writes.back().is_none_or(|write| write.cause != cause) {
            self.writes.push_back(Unsynced { cause, count: 0 });
        }
        let last = self.writes.len() - 1;
        &mut self.writes[last]
    }

    /// The write that was begun in an event is on the disk, or is said to be.
    pub(super) fn sync(&mut self, cause: Option<EventId>, kept: Index, through: Index) {
        let started = cause.is_some() && cause == self.restarted;
        if self.lies && !started {
            self.honest.get_or_insert_with(|| self.disk.clone());
        } else {
            self.honest = None;
        }
        self.held = self.held.min(kept);
        self.disk.truncate(kept.0 as usize);
        if started {
            // What a start found on the disk is what the log is made of.
            let found = self.log.iter_from(kept.next()).take_while(|(index, _)| *index <= through);
            self.disk.extend(found.map(|(_, entry)| entry));
            self.forget_writes();
            return;
        }
        // Writes finish in order: one before this that did not tell of its end never came to one.
        while let Some(write) = self.writes.pop_front_if(|write| write.cause <= cause) {
            let entries = self.unsynced.drain(..write.count);
            if write.cause == cause {
                self.disk.extend(entries);
            }
        }
    }

    /// A term and a vote are on the disk, or are said to be.
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

    /// Its memory is gone, and what its disk only claimed to hold.
    pub(super) fn end(&mut self) {
        self.rows.clear();
        self.forget_writes();
        if let Some(honest) = self.honest.take() {
            self.disk = honest;
        }
    }

    /// It starts again. Entries after `last` of the log that it used before are gone.
    pub(super) fn start(&mut self, event: EventId, last: Index) {
        self.restarted = Some(event);
        self.unseen.clear();
        self.log.truncate_from(last.next());
        self.electorates.keep_through(last);
        self.disk.truncate(last.0 as usize);
        self.held = self.held.min(last);
        (self.commit, self.applied, self.told) = Default::default();
        self.rows.clear();
    }

    fn forget_writes(&mut self) {
        self.writes.clear();
        self.unsynced.clear();
    }
}
