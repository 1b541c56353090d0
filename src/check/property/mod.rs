//! The promises of Raft, one a file: what each says, and how a single event can break it.
//!
//! A property is asked about events of the kinds that can break it, just before the ledger takes the event down
//! or just after. It looks at the event, at what else came of the same happening, at the ledger, and at logs and disks
//! in the world. So judging costs what the event changed, never what the logs or the history have grown to.
//!
//! Invariants: nothing here calls a rule of [`crate::raft`] or believes what a node has worked out; damage done by command is no
//! violation, what follows from it is; a property's name never changes.
//!
//! Adding a property: a file with a `PROPERTY`, a place in [`ALL`], and an entry in `about`.

use crate::raft::{Log, NodeId};
use crate::sim::{Event, EventKind, Said, World};

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
    leader_append_only log_matching log_order
    leader_completeness commit_own_term follower_commit_verified committed_on_majority committed_agreement commit_kept
    commit_monotonic match_monotonic match_acknowledged
    state_machine_safety applied_in_order
    durable_before_reply message_terms term_monotonic role_transitions
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
    /// What an event breaks of it, if it does.
    pub(super) judge: fn(&Case<'_>) -> Option<String>,
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

    /// The event node's log. None if the node ended in the same happening.
    pub(super) fn log(&self) -> Option<&'a Log> {
        self.world.host(self.node()).node.as_ref().map(|node| node.log())
    }
}

type Asked = &'static [&'static Property];

/// The properties that an event of this kind can break: those asked before the ledger takes it down, and those asked after.
pub(super) fn about(kind: &EventKind) -> (Asked, Asked) {
    match kind {
        EventKind::RoleChanged { .. } => (
            &[
                &term_monotonic::PROPERTY,
                &role_transitions::PROPERTY,
                &election_safety::PROPERTY,
                &elected_by_majority::PROPERTY,
                &leader_completeness::PROPERTY,
            ],
            &[],
        ),
        EventKind::VoteGranted { .. } => (&[&vote_once::PROPERTY, &vote_up_to_date::PROPERTY], &[]),
        EventKind::EntryAppended { .. } => {
            (&[&log_order::PROPERTY, &log_matching::PROPERTY, &leader_append_only::PROPERTY], &[])
        }
        EventKind::LogTruncated { .. } => (&[&leader_append_only::PROPERTY, &commit_kept::PROPERTY], &[]),
        EventKind::CommitAdvanced { .. } => (
            &[
                &commit_monotonic::PROPERTY,
                &commit_own_term::PROPERTY,
                &follower_commit_verified::PROPERTY,
                &committed_agreement::PROPERTY,
            ],
            &[&committed_on_majority::PROPERTY],
        ),
        EventKind::EntryApplied { .. } => {
            (&[&applied_in_order::PROPERTY, &state_machine_safety::PROPERTY], &[])
        }
        EventKind::EntriesSynced { .. } => (&[], &[&committed_on_majority::PROPERTY]),
        EventKind::NodeRestarted { .. } => {
            (&[&term_monotonic::PROPERTY], &[&committed_on_majority::PROPERTY])
        }
        EventKind::MessageSent { said: Said::AppendEntries { .. }, .. } => {
            (&[&message_terms::PROPERTY, &durable_before_reply::PROPERTY, &append_by_leader::PROPERTY], &[])
        }
        EventKind::MessageSent { .. } => (&[&message_terms::PROPERTY, &durable_before_reply::PROPERTY], &[]),
        // No other answer moves a match index.
        EventKind::MessageDelivered { said: Said::AppendEntriesAccepted { .. }, .. } => {
            (&[], &[&match_monotonic::PROPERTY, &match_acknowledged::PROPERTY])
        }
        _ => (&[], &[]),
    }
}
