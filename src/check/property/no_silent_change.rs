//! A change without an event would escape every other property. So a node's report of its own state
//! must agree with its events.

use std::fmt::Display;

use super::case::{Case, Property};

pub(super) const PROPERTY: Property = Property {
    name: "no-silent-change",
    says: "a node's term, role, vote, log and indices change only by steps of the protocol",
    section: "figure 2, state",
};

/// Checked once per batch, for its node, after the ledger has recorded all of its events.
#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (known, report) = (case.known(), case.account?.report);
    let same = report.term == known.term
        && report.role == known.role
        && report.vote == known.voted_for
        && report.commit == known.commit
        && report.applied == known.applied
        && report.last == known.log.last();
    if same {
        return None;
    }
    let vote =
        |vote: Option<_>| vote.map_or("nobody".to_owned(), |candidate| detail!("{candidate}"));
    let id = case.node();
    changed(id, "term", known.term, report.term)
        .or_else(|| changed(id, "role", known.role, report.role))
        .or_else(|| changed(id, "vote", vote(known.voted_for), vote(report.vote)))
        .or_else(|| changed(id, "commit index", known.commit, report.commit))
        .or_else(|| changed(id, "last applied index", known.applied, report.applied))
        .or_else(|| changed(id, "last entry", known.log.last(), report.last))
}

fn changed<T: Display + PartialEq>(
    node: impl Display,
    what: &str,
    was: T,
    is: T,
) -> Option<String> {
    (was != is).then(|| {
        detail!("the {what} of {node} changed from {was} to {is} without a step of the protocol")
    })
}
