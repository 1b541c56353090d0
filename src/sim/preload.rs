//! Prepared logs: what a node's disk holds before anything has happened.

use std::fmt;

use crate::disk::{Change, Disk};
use crate::raft::{Entry, HardState, Index, Log, Node, NodeId, NodeSet, Note, Payload, Term};
use crate::seq::Seq;

use super::answer::{Applied, Refused};
use super::bytes::DiskState;
use super::engine::Machine;
use super::event::EventKind;
use super::record::{NodeLife, Record};
use super::world::{Events, World};

/// The payload of every preloaded entry. Preloaded entries with the same index and term are
/// therefore equal. No request ever has this number, so applying the entry does nothing.
pub const PRELOADED: Payload = Payload::Command(u32::MAX);

/// The highest term a preloaded node can have. It leaves room above: terms only rise.
pub const PRELOAD_TERM_MAX: u32 = 1_000_000_000;

/// The prepared contents of a node's disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preload {
    /// The node whose disk is prepared.
    pub node: NodeId,
    /// The terms of its entries, in order.
    pub terms: Vec<Term>,
    /// The node's current term; the last entry's term if none.
    pub term: Option<Term>,
    /// The candidate that got the node's vote in that term.
    pub vote: Option<NodeId>,
}

/// The move as it is typed, without the command's name: `n1 1,1,4 --term 5 --vote n2`.
impl fmt::Display for Preload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.node)?;
        if self.terms.is_empty() {
            f.write_str("none")?;
        }
        for (nth, term) in self.terms.iter().enumerate() {
            write!(f, "{}{term}", if nth == 0 { "" } else { "," })?;
        }
        self.term.iter().try_for_each(|term| write!(f, " --term {term}"))?;
        self.vote.iter().try_for_each(|vote| write!(f, " --vote {vote}"))
    }
}

/// The current term of a node whose log has these terms: the requested term, or else the last
/// entry's.
///
/// # Errors
/// If no Raft could have produced such a log (§5.3), or such a vote beside it, whatever logs the
/// other nodes have.
pub fn current_term(terms: &[Term], said: Option<Term>, votes: bool) -> Result<Term, Refused> {
    if let Some(at) = terms.windows(2).position(|pair| pair[1] < pair[0]) {
        return Err(Refused::TermsFall { index: Index(at as u32 + 2) });
    }
    let last = terms.last().copied().unwrap_or_default();
    let term = said.unwrap_or(last);
    if term < last {
        return Err(Refused::TermBelowLog { term, last });
    }
    if terms.first() == Some(&Term(0)) || term == Term(0) && votes {
        return Err(Refused::TermZero);
    }
    Ok(term)
}

impl World {
    pub(super) fn preload(
        &mut self,
        preload: &Preload,
        events: Events,
    ) -> Result<Applied, Refused> {
        let Preload { node: id, ref terms, term, vote } = *preload;
        if self.environment.now_us > 0 || self.environment.begun {
            return Err(Refused::TimeHasMoved);
        }
        if !self.host(id).is_up() {
            return Err(Refused::NotUp(id, self.host(id).state));
        }
        let current_term = current_term(terms, term, vote.is_some())?;
        self.matches_others(id, terms)?;
        self.replace(id, terms, HardState { current_term, voted_for: vote }, events);
        Ok(Applied { nodes: NodeSet::one(id), changed: true, ..Applied::default() })
    }

    /// Checks the Log Matching Property (§5.3): logs with the same term at an index are equal
    /// before it.
    fn matches_others(&self, id: NodeId, terms: &[Term]) -> Result<(), Refused> {
        for other in self.hosts().filter(|host| host.id != id) {
            let theirs: Vec<Term> = other.disk.durable().1.iter().map(|entry| entry.term).collect();
            let same = |at: &usize| terms[*at] == theirs[*at];
            let both = terms.len().min(theirs.len());
            if let Some(matching) = (0..both).rev().find(same)
                && let Some(differing) = (0..matching).find(|at| !same(at))
            {
                return Err(Refused::LogsDoNotMatch {
                    other: other.id,
                    same: Index(matching as u32 + 1),
                    differs: Index(differing as u32 + 1),
                });
            }
        }
        Ok(())
    }

    fn replace(&mut self, id: NodeId, terms: &[Term], state: HardState, events: Events) {
        let entries: Vec<Entry> =
            terms.iter().map(|&term| Entry { term, payload: PRELOADED }).collect();
        let (group, config) = (self.first_group_of(id), self.environment.config(id));
        let mut kept = Seq::in_pool(&self.environment.pool);
        let (before, log) = self.host(id).disk.durable();
        if before != DiskState::default() || !log.is_empty() {
            // This preload replaces an earlier one, whose events no longer describe the node.
            let kind = EventKind::NodeRestarted {
                term: Term(0),
                vote: None,
                last: Index(0),
                first: Index(1),
                snapshot: Index(0),
            };
            self.record(events, None, id, kind);
        }
        let host = self.host_mut(id);
        let trouble = *host.disk.trouble();
        host.disk = Disk::new(kept.clone());
        let change = Change {
            state: Some(state.into()),
            snapshot: None,
            keep: None,
            append: entries.as_slice().into(),
        };
        // A new disk does not refuse its first write.
        let _ = host.disk.begin(change).and_then(|()| host.disk.finish());
        host.disk.set_trouble(trouble);
        kept.extend(entries.iter().copied());
        let log = Log::new(kept);
        // The election timer keeps running: a preloaded node waits like any other.
        let node = Node::start(id, group, config, state, (log.clone(), None), &mut Vec::new());
        let node = Machine::Own(node);
        host.life = Some(NodeLife { node, record: Record::starting(state, (log, None), group) });
        let kind = EventKind::Note(Note::prepared(state.current_term));
        let start = self.record(events, None, id, kind);
        let cause = Some(start);
        if let Some(candidate) = state.voted_for {
            self.record(
                events,
                cause,
                id,
                EventKind::Note(Note::VoteGranted { term: state.current_term, candidate }),
            );
        }
        let HardState { current_term: term, voted_for: vote } = state;
        self.record(events, cause, id, EventKind::VoteSynced { term, vote });
        for (index, &entry) in (1..).map(Index).zip(&entries) {
            self.record(events, cause, id, EventKind::Note(Note::EntryAppended { index, entry }));
        }
        if !entries.is_empty() {
            let through = Index(entries.len() as u32);
            self.record(events, cause, id, EventKind::EntriesSynced { kept: Index(0), through });
        }
        self.context(id, events).report_disk_space(start);
    }
}
