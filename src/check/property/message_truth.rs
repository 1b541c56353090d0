//! What a message says of its sender is true when it is sent. Votes and commitment rely on that.
//!
//! An event does not contain the entries in flight. They are judged where they are appended.

use super::case::{Case, Property};
use crate::raft::{MessageSummary, NodeId, Position, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "message-truth",
    says: "what a message says of its sender's log, its commit index and the entries it received \
        is true",
    section: "figure 2, arguments and results",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageSent { message, to, term, said } = case.event.kind else { return None };
    let (node, known) = (case.node(), case.known());
    let of_its_term = match said {
        MessageSummary::PreVote { .. } => term == known.term.next(),
        _ => term == known.term,
    };
    if !of_its_term {
        // The message waited for the disk, and its sender has changed terms since.
        return None;
    }
    let wrong = match (said, known.role) {
        (MessageSummary::RequestVote { last_log, .. }, RoleName::Candidate) => {
            its_log_ends_at(case, last_log)
        }
        (MessageSummary::PreVote { last_log }, RoleName::PreCandidate) => {
            its_log_ends_at(case, last_log)
        }
        (
            MessageSummary::AppendEntries { prev_log, entries: count, leader_commit, .. },
            RoleName::Leader,
        ) => {
            let all_known = prev_log == known.log.last() && count == 0;
            let entries =
                if all_known { None } else { entries_are_its_own(case, to, prev_log, count) };
            if entries.is_none() && leader_commit > known.commit {
                Some(detail!("its commit index is {leader_commit}, but it is {}", known.commit))
            } else {
                entries
            }
        }
        (MessageSummary::ReadIndexReply { index, .. }, RoleName::Leader) => (index > known.commit)
            .then(|| detail!("it has committed {index}, but its commit index is {}", known.commit)),
        (
            MessageSummary::AppendEntriesAccepted { match_index, .. }
            | MessageSummary::InstallSnapshotReply { match_index },
            _,
        ) => {
            let (told_in, mut through) = known.told;
            if case.by_engines {
                // It may acknowledge what is committed: that is equal in every log.
                through = through.max(known.commit);
            }
            (told_in == term && match_index > through).then(|| {
                detail!(
                    "it has the leader's entries up to {match_index}, but it was sent no \
                    more than {through}"
                )
            })
        }
        _ => None,
    };
    wrong.map(|wrong| detail!("{node} sent m{message}, which says that {wrong}"))
}

/// What is wrong with where a node says that its log ends, if anything is.
fn its_log_ends_at(case: &Case<'_>, last_log: Position) -> Option<String> {
    let last = case.log().last();
    (last_log != last).then(|| detail!("its log ends at {last_log}, but it ends at {last}"))
}

/// What is wrong with the entries that a leader sends, if anything is. A leader only appends to its
/// log, so the log as it is now still shows what it could send.
#[inline(always)]
fn entries_are_its_own(
    case: &Case<'_>,
    to: NodeId,
    prev_log: Position,
    count: u32,
) -> Option<String> {
    let log = case.log();
    if log.term_at(prev_log.index) != Some(prev_log.term) {
        return Some(detail!(
            "{prev_log} comes before what {to} is sent, and its log does not have that"
        ));
    }
    let through = prev_log.index.plus(count);
    (through > log.last_index()).then(|| {
        detail!("it has entries up to {through}, but its log ends at {}", log.last_index())
    })
}
