//! The promises of Raft, one a file: what each says, and how a single event can break it.
//!
//! A property is asked about events of the kinds that can break it, just before the ledger takes the event down or just after,
//! or when it has all that came of one happening. It looks at the event, at what else came of the same happening, at the
//! ledger, and at logs and disks in the world. So judging costs what the event changed, never what the logs or the history have
//! grown to.
//!
//! Invariants: nothing here calls a rule of [`crate::raft`] or believes what a node has worked out; damage done by command is no
//! violation, what follows from it is; a property's name never changes.
//!
//! Adding a property: a file with a `PROPERTY` and a function `judge`, which says what an event breaks of it, if it does; a
//! place in [`ALL`]; and one in `before`, `after` or `at_rest`.

use crate::raft::{Log, MessageSummary, NodeId, Note, Progress, Role, RoleName};
use crate::sim::{Event, EventKind, World};

use super::ledger::{Known, Ledger};

macro_rules! properties {
    ($($file:ident)*) => {
        $(mod $file;)*

        /// Every property, in the order in which they are listed.
        pub const ALL: &[&Property] = &[$(&$file::PROPERTY),*];
    };
}

properties! {
    election_safety vote_once vote_up_to_date elected_by_majority append_by_leader
    leader_append_only log_from_leader log_matching log_order
    leader_completeness commit_own_term follower_commit_verified committed_on_majority committed_agreement commit_kept
    commit_monotonic match_monotonic match_acknowledged next_index
    state_machine_safety applied_in_order
    durable_before_reply message_terms message_truth term_monotonic role_transitions no_silent_change
}

/// A promise of the protocol.
#[derive(Debug)]
pub struct Property {
    /// Its stable name, as typed.
    pub name: &'static str,
    /// What it promises, in plain words.
    pub says: &'static str,
    /// Where the paper speaks of it.
    pub section: &'static str,
}

impl Property {
    /// Its place in [`ALL`].
    pub(super) fn position(&self) -> usize {
        ALL.iter().position(|property| property.name == self.name).unwrap_or(ALL.len())
    }
}

const _: () = assert!(ALL.len() <= 64, "a broken property is a bit");

/// The property of this name.
pub fn named(name: &str) -> Option<&'static Property> {
    ALL.iter().copied().find(|property| property.name == name)
}

/// One event under judgement.
pub(super) struct Case<'a> {
    pub(super) ledger: &'a Ledger,
    /// As the whole happening left it.
    pub(super) world: &'a World,
    /// All that came of the happening, the event among it.
    pub(super) news: &'a [Event],
    pub(super) event: &'a Event,
}

impl<'a> Case<'a> {
    /// What is known of the event's node. Nothing before the first event of all.
    pub(super) fn known(&self) -> Option<&'a Known> {
        self.ledger.node(self.event.node)
    }

    pub(super) fn node(&self) -> NodeId {
        self.event.node
    }

    /// The message whose arrival made all this happen, if it was one.
    pub(super) fn delivered(&self) -> Option<&'a EventKind> {
        self.news
            .iter()
            .map(|event| &event.kind)
            .find(|kind| matches!(kind, EventKind::MessageDelivered { .. }))
    }

    /// What the event node, if it leads, knows of the others that the event is about: of the sender of an answer; of all when it
    /// comes to lead.
    pub(super) fn progress(&self) -> impl Iterator<Item = (NodeId, &'a Progress)> {
        let node = self.node();
        let all = match self.world.host(node).node.as_ref().map(|node| node.role()) {
            Some(Role::Leader { progress }) => &progress[..],
            _ => &[],
        };
        let about = match self.event.kind {
            EventKind::MessageDelivered { from, .. } => from.position()..from.position() + 1,
            _ => 0..all.len(),
        };
        let first = about.start;
        let rows = all.get(about).unwrap_or_default().iter().zip(first..);
        // A leader has no use for its own row.
        rows.map(|(row, at)| (NodeId::at(at), row)).filter(move |(peer, _)| *peer != node)
    }

    /// The event node's log. None if the node ended in the same happening.
    pub(super) fn log(&self) -> Option<&'a Log> {
        self.log_of(self.node())
    }

    /// The log of a node that runs.
    pub(super) fn log_of(&self, node: NodeId) -> Option<&'a Log> {
        self.world.host(node).node.as_ref().map(|node| node.log())
    }
}

/// Told of each property that broke, and how.
pub(super) type Objection<'a> = &'a mut dyn FnMut(&'static Property, String);

/// Asks these properties.
macro_rules! ask {
    ($case:ident, $object:ident: $($file:ident)*) => {{
        $(if let Some(detail) = $file::judge($case) {
            $object(&$file::PROPERTY, detail);
        })*
    }};
}

/// Asks the properties that an event of this kind can break, before the ledger takes it down.
#[inline]
pub(super) fn before(case: &Case<'_>, object: Objection<'_>) {
    match case.event.kind {
        EventKind::Note(Note::RoleChanged { .. }) => ask!(case, object:
            term_monotonic role_transitions election_safety elected_by_majority leader_completeness),
        EventKind::Note(Note::VoteGranted { .. }) => ask!(case, object: vote_once vote_up_to_date),
        EventKind::Note(Note::EntryAppended { .. }) => {
            ask!(case, object: log_order log_matching leader_append_only log_from_leader)
        }
        EventKind::Note(Note::LogTruncated { .. }) => {
            ask!(case, object: leader_append_only log_from_leader commit_kept)
        }
        EventKind::Note(Note::CommitAdvanced { .. }) => ask!(case, object:
            commit_monotonic commit_own_term follower_commit_verified committed_agreement leader_completeness),
        EventKind::EntryApplied { .. } => ask!(case, object: applied_in_order state_machine_safety),
        EventKind::NodeRestarted { .. } => ask!(case, object: term_monotonic),
        EventKind::MessageSent { said, .. } => {
            ask!(case, object: message_terms durable_before_reply message_truth);
            if matches!(said, MessageSummary::AppendEntries { .. }) {
                ask!(case, object: append_by_leader);
            }
        }
        _ => {}
    }
}

/// The same for those that are asked once the ledger has it.
#[inline]
pub(super) fn after(case: &Case<'_>, object: Objection<'_>) {
    match case.event.kind {
        EventKind::Note(Note::CommitAdvanced { .. })
        | EventKind::EntriesSynced { .. }
        | EventKind::NodeRestarted { .. } => ask!(case, object: committed_on_majority),
        EventKind::MessageDelivered {
            said: MessageSummary::AppendEntriesAccepted { .. } | MessageSummary::AppendEntriesRefused { .. },
            ..
        } => ask!(case, object: match_monotonic match_acknowledged next_index),
        EventKind::Note(Note::RoleChanged { role: RoleName::Leader, .. }) => {
            ask!(case, object: match_acknowledged next_index)
        }
        _ => {}
    }
}

/// The same for what is asked of a node once the ledger has all that came of the happening there.
#[inline]
pub(super) fn at_rest(case: &Case<'_>, object: Objection<'_>) {
    ask!(case, object: no_silent_change);
}
