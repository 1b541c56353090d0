//! A message never carries a later term than its sender has reached.

use super::case::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "message-terms",
    says: "a node never sends a message of a later term than its own",
    section: "§5.1",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageSent { message, term, .. } = case.event.kind else { return None };
    let own = case.known().term;
    (term > own)
        .then(|| format!("{} sent m{message} in term {term} while in term {own}", case.node()))
}
