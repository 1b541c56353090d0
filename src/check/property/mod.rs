//! The guarantees of Raft, one per file: what each says, and how a single event can violate it.
//!
//! A property is checked at the events that can violate it: just before the ledger records the
//! event, just after, or once the ledger has all events of a batch. A batch is what one delivery,
//! timer, finished write or move by hand causes at a node. The property reads the event and the
//! ledger, which is made of events alone; a few properties compare these with the node's report of
//! its own state. So a recorded history can be judged as well as a world, and the cost of judging
//! depends on what the event changed, never on the length of the logs or the history.
//!
//! Invariants: nothing here calls a rule of [`crate::raft`] or trusts what a node has computed.
//! Damage done by a command is no violation, but what follows from it is. A property's name never
//! changes.
//!
//! All but three are about safety: something bad never happens. (A few of these, such as
//! `timer-armed`, keep a cluster alive, but a single event can violate them.) `progress` is about
//! liveness: something good happens in time. `terms-settle` and `next-reaches-end` are two reasons
//! for which it may not happen, and are violated together with it. No event can violate these
//! three, so they have no `judge` here. `mend` asks for them, and [`crate::check::progress`] judges
//! them.
//!
//! Four properties are about what clients saw: `linearizability`, `reply-of-request`,
//! `exactly-once` and `read-current`. The record of clients judges them.
//!
//! To add a property, write a file with a `PROPERTY` and a function `judge` that returns how an
//! event violates it, if it does, in words made by `detail!`. Add its `mod` line, its place in
//! [`ALL`], and its name in `before`, `after` or `at_rest`.

/// Makes the sentence that says how a property is violated. Nearly every judgement finds nothing
/// wrong, so this is kept out of its way: what the sentence needs is copied into a function of its
/// own.
macro_rules! detail {
    ($($text:tt)*) => {
        $crate::check::property::case::out_of_line(move || format!($($text)*))
    };
}

mod append_by_leader;
mod applied_in_order;
mod candidate_is_voter;
mod case;
mod commit_kept;
mod commit_monotonic;
mod commit_own_term;
mod committed_agreement;
mod committed_on_majority;
mod configuration_safety;
mod durable_before_reply;
mod elected_by_majority;
mod election_safety;
mod engine_alive;
mod engine_answers;
mod exactly_once;
mod follower_commit_verified;
mod later_term_adopted;
mod leader_append_only;
mod leader_completeness;
mod leader_is_voter;
mod leader_supported;
mod linearizability;
mod log_from_leader;
mod log_matching;
mod log_order;
mod match_acknowledged;
mod match_monotonic;
mod message_terms;
mod message_truth;
mod next_index;
mod next_reaches_end;
mod no_silent_change;
mod pre_voted_by_majority;
mod progress;
mod quorum_checked;
mod read_current;
mod reply_of_request;
mod request_answered;
mod role_transitions;
mod snapshot_consistency;
mod snapshot_sent;
mod state_machine_safety;
mod term_monotonic;
mod terms_settle;
mod timer_armed;
mod transfer_complete;
mod vote_once;
mod vote_up_to_date;

use crate::raft::{MessageSummary, Note, RoleName};
use crate::sim::EventKind;
use crate::sim::engine::Given;

pub(super) use case::Case;
pub use case::Property;

/// Judged by [`crate::check::linear`], at each answer.
pub const LINEARIZABILITY: &Property = &linearizability::PROPERTY;

/// Judged with the record of what clients saw, whenever an entry is applied.
pub(super) const EXACTLY_ONCE: &Property = &exactly_once::PROPERTY;

/// Judged with the record of what clients saw, when a read is confirmed.
pub(super) const READ_CURRENT: &Property = &read_current::PROPERTY;

/// Judged with the record of what clients saw, at each answer.
pub(super) const REPLY_OF_REQUEST: &Property = &reply_of_request::PROPERTY;

/// A property of liveness: violated whenever a cluster without faults makes no progress.
pub const PROGRESS: &Property = &progress::PROPERTY;

/// A property of liveness: one reason for which there is no progress.
pub const TERMS_SETTLE: &Property = &terms_settle::PROPERTY;

/// A property of liveness: one reason for which there is no progress.
pub const NEXT_REACHES_END: &Property = &next_reaches_end::PROPERTY;

/// Whether the property of this name is about safety: violated by an event, and for good. The
/// others are about liveness: no event violates them, and only `mend` has them judged.
pub fn is_safety(name: &str) -> bool {
    [PROGRESS, TERMS_SETTLE, NEXT_REACHES_END].iter().all(|property| property.name != name)
}

/// Every property, in the order in which they are listed.
pub const ALL: &[&Property] = &[
    &election_safety::PROPERTY,
    &vote_once::PROPERTY,
    &vote_up_to_date::PROPERTY,
    &elected_by_majority::PROPERTY,
    &pre_voted_by_majority::PROPERTY,
    &leader_supported::PROPERTY,
    &quorum_checked::PROPERTY,
    &transfer_complete::PROPERTY,
    &configuration_safety::PROPERTY,
    &leader_is_voter::PROPERTY,
    &candidate_is_voter::PROPERTY,
    &snapshot_consistency::PROPERTY,
    &snapshot_sent::PROPERTY,
    &append_by_leader::PROPERTY,
    &leader_append_only::PROPERTY,
    &log_from_leader::PROPERTY,
    &log_matching::PROPERTY,
    &log_order::PROPERTY,
    &leader_completeness::PROPERTY,
    &commit_own_term::PROPERTY,
    &follower_commit_verified::PROPERTY,
    &committed_on_majority::PROPERTY,
    &committed_agreement::PROPERTY,
    &commit_kept::PROPERTY,
    &commit_monotonic::PROPERTY,
    &match_monotonic::PROPERTY,
    &match_acknowledged::PROPERTY,
    &next_index::PROPERTY,
    &state_machine_safety::PROPERTY,
    &applied_in_order::PROPERTY,
    &durable_before_reply::PROPERTY,
    &message_terms::PROPERTY,
    &message_truth::PROPERTY,
    &later_term_adopted::PROPERTY,
    &request_answered::PROPERTY,
    &term_monotonic::PROPERTY,
    &role_transitions::PROPERTY,
    &timer_armed::PROPERTY,
    &no_silent_change::PROPERTY,
    &engine_alive::PROPERTY,
    &engine_answers::PROPERTY,
    REPLY_OF_REQUEST,
    EXACTLY_ONCE,
    READ_CURRENT,
    LINEARIZABILITY,
    PROGRESS,
    TERMS_SETTLE,
    NEXT_REACHES_END,
];

const _: () = assert!(ALL.len() <= 64, "a broken property is a bit");

/// Whether a property can be judged by what the nodes of a cluster give. raftsh's own nodes give
/// everything; engines say less.
pub(super) fn is_judged(property: &Property, given: &Given) -> bool {
    if !given.by_engines {
        return true;
    }
    match property.name {
        "engine-alive" | "engine-answers" | "linearizability" | "progress" => true,
        "election-safety" | "term-monotonic" | "commit-monotonic" | "role-transitions" => true,
        "reply-of-request" => given.store && given.log,
        "vote-once" => given.vote,
        "leader-append-only"
        | "log-matching"
        | "log-order"
        | "leader-completeness"
        | "commit-own-term"
        | "committed-on-majority"
        | "committed-agreement"
        | "commit-kept"
        | "state-machine-safety"
        | "applied-in-order" => given.log,
        "append-by-leader" | "message-terms" => given.say,
        "vote-up-to-date" | "elected-by-majority" => given.say && given.vote && given.log,
        "log-from-leader"
        | "follower-commit-verified"
        | "durable-before-reply"
        | "message-truth" => given.say && given.log,
        "match-acknowledged" => given.say && given.progress,
        "match-monotonic" | "next-index" => given.progress && given.say,
        _ => false,
    }
}

/// The property of this name.
pub fn named(name: &str) -> Option<&'static Property> {
    ALL.iter().copied().find(|property| property.name == name)
}

/// A property's position in [`ALL`].
pub(super) fn position(property: &Property) -> usize {
    ALL.iter().position(|other| other.name == property.name).unwrap_or(ALL.len())
}

/// Receives each property that was violated, with the details.
pub(super) type ViolationSink<'a> = &'a mut dyn FnMut(&'static Property, String);

/// Checks these properties.
macro_rules! ask {
    ($case:ident, $object:ident: $($file:ident)*) => {{
        $(if let Some(detail) = $file::judge($case) {
            $object(&$file::PROPERTY, detail);
        })*
    }};
}

/// Checks the properties that an event of this kind, its own, can violate, before the ledger
/// records it.
#[inline(always)]
pub(super) fn before(case: &Case<'_>, kind: EventKind, object: ViolationSink<'_>) {
    match kind {
        EventKind::Note(Note::RoleChanged { .. }) => ask!(case, object:
            term_monotonic role_transitions election_safety elected_by_majority
            pre_voted_by_majority leader_completeness leader_supported candidate_is_voter),
        EventKind::Note(Note::VoteGranted { .. }) => {
            ask!(case, object: vote_once vote_up_to_date leader_supported)
        }
        EventKind::Note(Note::QuorumChecked { .. }) => ask!(case, object: quorum_checked),
        EventKind::Note(Note::VoteRefused { .. }) => ask!(case, object: leader_supported),
        EventKind::Note(Note::PreVoteGranted { .. }) => {
            ask!(case, object: vote_up_to_date leader_supported)
        }
        EventKind::Note(Note::EntryAppended { .. }) => {
            ask!(case, object: log_order log_matching leader_append_only log_from_leader
                transfer_complete configuration_safety)
        }
        EventKind::Note(Note::LogTruncated { .. }) => {
            ask!(case, object: leader_append_only log_from_leader commit_kept)
        }
        EventKind::Note(Note::CommitAdvanced { .. }) => ask!(case, object:
            commit_monotonic commit_own_term follower_commit_verified committed_agreement
            leader_completeness),
        EventKind::Note(Note::SnapshotInstalled { .. }) => {
            ask!(case, object: snapshot_consistency commit_kept)
        }
        EventKind::SnapshotTaken { .. } => ask!(case, object: snapshot_consistency),
        EventKind::EntriesSynced { .. } => ask!(case, object: commit_kept),
        EventKind::EntryApplied { .. } => ask!(case, object: applied_in_order state_machine_safety),
        EventKind::NodeRestarted { .. } => ask!(case, object: term_monotonic),
        EventKind::NodeHalted { .. } => ask!(case, object: engine_alive engine_answers),
        EventKind::MessageSent { said, .. } => {
            ask!(case, object: message_terms durable_before_reply message_truth request_answered);
            if matches!(said, MessageSummary::TimeoutNow {}) {
                ask!(case, object: transfer_complete);
            }
            if said.asks_follower() {
                ask!(case, object: append_by_leader);
            }
            if matches!(said, MessageSummary::InstallSnapshot { .. }) {
                ask!(case, object: snapshot_consistency);
            }
        }
        _ => {}
    }
}

/// Like [`before`], for the properties that need the ledger to include the event.
#[inline(always)]
pub(super) fn after<'a>(kind: EventKind, case: impl Fn() -> Case<'a>, object: ViolationSink<'_>) {
    match kind {
        EventKind::Note(Note::CommitAdvanced { .. })
        | EventKind::EntriesSynced { .. }
        | EventKind::SnapshotSynced { .. }
        | EventKind::EntriesCached { .. }
        | EventKind::NodeRestarted { .. } => {
            let case = &case();
            ask!(case, object: committed_on_majority);
        }
        EventKind::MessageDelivered {
            said:
                MessageSummary::AppendEntriesAccepted { .. }
                | MessageSummary::InstallSnapshotReply { .. }
                | MessageSummary::AppendEntriesRefused { .. },
            ..
        } => {
            let case = &case();
            ask!(case, object: match_monotonic match_acknowledged next_index);
        }
        // What an engine knows of the others includes what it appends in the same step.
        EventKind::Note(Note::RoleChanged { role: RoleName::Leader, .. }) => {
            let case = &case();
            if !case.by_engines {
                ask!(case, object: match_acknowledged next_index)
            }
        }
        _ => {}
    }
}

/// Checks the properties of a node at rest: the ledger has all events of the batch.
#[inline(always)]
pub(super) fn at_rest(case: &Case<'_>, object: ViolationSink<'_>) {
    ask!(case, object: no_silent_change timer_armed leader_is_voter snapshot_sent);
    if let Some(detail) = quorum_checked::judge_at_rest(case) {
        object(&quorum_checked::PROPERTY, detail);
    }
    if let Some(detail) = request_answered::judge_silence(case) {
        object(&request_answered::PROPERTY, detail);
    }
    if !matches!(case.first().kind, EventKind::MessageDelivered { .. }) {
        return;
    }
    ask!(case, object: later_term_adopted);
    // An engine may do later what a message asks for.
    if !case.by_engines
        && let Some(detail) = follower_commit_verified::judge_omission(case)
    {
        object(&follower_commit_verified::PROPERTY, detail);
    }
}
