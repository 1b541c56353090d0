//! Two majorities that decide at the same time must share a node. So configurations follow each
//! other in small steps, one after the other, and no leader begins one before it knows that none of
//! earlier terms can come back (Ongaro, raft-dev, 10 July 2015).

use super::case::{Case, Property};
use crate::raft::{Configuration, Index, Note, Payload, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "configuration-safety",
    says: "a leader begins one change of the members at a time, each of one voter or by way of a \
        joint configuration, and none before it has committed an entry of its own term",
    section: "§6; Ongaro's thesis, chapter 4",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::EntryAppended { index, entry }) = case.event.kind else {
        return None;
    };
    let Payload::Configuration(configuration) = entry.payload else { return None };
    configured(case, index, configuration)
}

/// What is wrong with a configuration that a node appends, if it leads.
#[cold]
fn configured(case: &Case<'_>, index: Index, configuration: Configuration) -> Option<String> {
    let (node, known) = (case.node(), case.known());
    if known.role != RoleName::Leader {
        return None;
    }
    let latest = known.configured_at();
    if latest > known.commit {
        return Some(detail!(
            "{node} began the change of entry {index}, though it has not committed that of entry \
             {latest}"
        ));
    }
    if known.log.term_at(known.commit) != Some(known.term) {
        return Some(detail!(
            "{node} began the change of entry {index} before it had committed an entry of its \
             term, {}",
            known.term
        ));
    }
    let (before, after) = (known.electorate(), configuration.group());
    let (present, voters) = (before.present(), after.voters);
    let changed = present.difference(voters).union(voters.difference(present));
    match before.former() {
        None if after.outgoing == present => None,
        None if after.outgoing.is_empty() && changed.len() <= 1 => None,
        Some(_) if after.outgoing.is_empty() && changed.is_empty() => None,
        Some(_) => Some(detail!(
            "{node} left a joint configuration with the voters {voters}, but {present} were to come"
        )),
        None => Some(detail!(
            "{node} changed the voters from {present} to {voters} in one step: majorities of both \
             may share no node"
        )),
    }
}
