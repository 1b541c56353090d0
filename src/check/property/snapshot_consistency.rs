//! A snapshot is what the committed entries up to its end make of the state machine and of the
//! configuration. So two snapshots that end at the same entry are equal, and one that is installed
//! replaces no entry that the node has already.

use super::case::{Case, Property};
use crate::raft::{Configuration, Index, MessageSummary, Note, Position};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "snapshot-consistency",
    says: "a snapshot ends at a committed entry, has the configuration and the state that the \
        entries up to there give, and replaces no entries that follow it in the log",
    section: "§7; figure 13",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (node, known) = (case.node(), case.known());
    match case.event.kind {
        EventKind::SnapshotTaken { index, term, first, image } => {
            if first > index.next() || index > known.applied {
                return Some(detail!(
                    "{node} took a snapshot up to {index}, having applied {} entries, and its log \
                     begins at {first}",
                    known.applied
                ));
            }
            let other = case.ledger.image(index).is_some_and(|first| first != image);
            uncommitted(case, Position { index, term }).or_else(|| {
                other.then(|| {
                    detail!("{node}'s snapshot up to {index} differs from another one up to there")
                })
            })
        }
        EventKind::Note(Note::SnapshotInstalled { index, term, configuration }) => {
            installed(case, Position { index, term }, configuration)
        }
        EventKind::MessageSent {
            message,
            said: MessageSummary::InstallSnapshot { snapshot },
            ..
        } => (snapshot.last != known.snapshot).then(|| {
            detail!(
                "{node} sent m{message}, a snapshot up to {}, but its own is up to {}",
                snapshot.last,
                known.snapshot
            )
        }),
        _ => None,
    }
}

fn uncommitted(case: &Case<'_>, last: Position) -> Option<String> {
    let committed = case.ledger.committed(last.index);
    let wrong = committed.is_none_or(|entry| entry.term != last.term);
    wrong.then(|| detail!("{} has a snapshot up to {last}, which is not committed", case.node()))
}

fn installed(case: &Case<'_>, last: Position, configuration: Configuration) -> Option<String> {
    let (node, known) = (case.node(), case.known());
    let sent = matches!(case.delivered(), Some(EventKind::MessageDelivered {
        said: MessageSummary::InstallSnapshot { snapshot }, ..
    }) if snapshot.last == last);
    if !sent {
        return Some(detail!("{node} installed a snapshot up to {last} that no leader sent"));
    }
    if known.log.term_at(last.index) == Some(last.term) {
        return Some(detail!(
            "{node} replaced its log by a snapshot up to {last}, though it has that entry, and \
             others up to {}",
            known.log.last_index()
        ));
    }
    let group = configuration.group();
    let right = match case.ledger.configuration_at(last.index) {
        Some(committed) => committed == group,
        None => group.voters == case.ledger.first_voters() && group.outgoing.is_empty(),
    };
    (!right)
        .then(|| detail!("{node} installed a snapshot up to {last} with other members than then"))
        .or_else(|| uncommitted(case, last).filter(|_| last.index > Index(0)))
}
