//! Terms, votes and entries are "updated on stable storage before responding to RPCs". A pre-vote
//! that is asked for or granted is about a term that has not begun, and promises nothing; one that
//! is refused tells the node's own term.

use super::case::{Case, Property};
use crate::check::ledger::NodeFacts;
use crate::raft::{HardState, Index, MessageSummary};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "durable-before-reply",
    says: "a vote or an acknowledgement is sent only after what it promises is on disk; so are a \
        leader's entries with leader-writes-first",
    section: "figure 2, state; §5.1",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageSent { message, to, term, said } = case.event.kind else { return None };
    let (node, known) = (case.node(), case.known());
    let HardState { current_term, voted_for } = known.durable;
    if current_term < term {
        if said.is_about_next_term() || matches!(said, MessageSummary::Other { .. }) {
            // A pre-vote promises nothing, and what is not understood nothing known.
            return None;
        }
        return Some(detail!(
            "{node} sent m{message} in term {term}, but its disk is in term {current_term}"
        ));
    }
    let vote = match said {
        MessageSummary::RequestVote { .. } => Some(node),
        MessageSummary::RequestVoteReply { granted: true } => Some(to),
        _ => None,
    };
    if let Some(candidate) = vote
        && current_term == term
        && voted_for != Some(candidate)
    {
        return Some(detail!(
            "{node} sent m{message}, by which it votes for {candidate} in term {term}, but its \
                disk does not hold that vote"
        ));
    }
    let (match_index, does) = match said {
        MessageSummary::AppendEntriesAccepted { match_index, .. }
        | MessageSummary::InstallSnapshotReply { match_index } => (match_index, "acknowledges"),
        MessageSummary::AppendEntries { prev_log, entries: entries @ 1.., .. }
            if writes_first(case) =>
        {
            (prev_log.index.plus(entries), "has")
        }
        _ => return None,
    };
    // An acknowledgement of an earlier term may cover entries that have been replaced since.
    (known.term == term && !holds(known, match_index)).then(|| {
        detail!(
            "{node} sent m{message}, which {does} entries up to {match_index}, but its \
            disk does not hold them"
        )
    })
}

/// Whether the node, as leader, is to send nothing that is not on its own disk.
fn writes_first(case: &Case<'_>) -> bool {
    case.account.is_some_and(|account| account.settings.raft.leader_writes_first)
}

/// Whether the disk holds, or claims to hold, the log's entries up to an index. By log matching, a
/// disk with the last of them has all of them.
fn holds(known: &NodeFacts, through: Index) -> bool {
    // A snapshot that is not durable yet may have replaced the log since the entry was written.
    let replaced = through <= known.log.base().index;
    through <= known.disk.base().index
        || known.synced() >= through
            && (replaced || known.disk.get(through) == known.log.get(through))
}
