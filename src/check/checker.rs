//! The checker: told of everything that happens, it holds every property against it.

use crate::raft::Note;
use crate::sim::{Account, Event, EventKind, JudgingEnded, Remark, Violation, Watch};

use super::ledger::Ledger;
use super::property::{self, Case, Property};

/// Whoever watches over the promises of Raft. Each is reported where it breaks first, and once.
#[derive(Clone, Debug)]
pub struct Checker {
    ledger: Ledger,
    /// The properties that broke, by position in [`property::ALL`].
    broken: u64,
    /// Whether it has given up.
    ended: bool,
}

impl Checker {
    /// A property broke. What was reported of it once is enough.
    #[cold]
    fn object(
        broken: &mut u64,
        event: &Event,
        property: &'static Property,
        detail: String,
    ) -> Option<Remark> {
        let bit = 1 << property::position(property);
        let known = *broken & bit != 0;
        *broken |= bit;
        let (property, node, event) = (property.name, event.node, event.id);
        (!known).then(|| Remark::Violated(Violation { property, node, event, detail: detail.into() }))
    }
}

/// Whether a disk that had been prepared was prepared anew: what it held before was never so, and no node did anything. A node
/// that starts writes nothing.
fn prepared_again(news: &[Event]) -> bool {
    matches!(news.first(), Some(Event { kind: EventKind::NodeRestarted { .. }, .. }))
        && news.iter().any(|event| matches!(event.kind, EventKind::VoteSynced { .. }))
}

impl Watch for Checker {
    fn watching(nodes: usize) -> Checker {
        Checker { ledger: Ledger::new(nodes), broken: 0, ended: false }
    }

    fn look(&mut self, news: &[Event], account: Option<&Account<'_>>) -> Vec<Remark> {
        let mut found = Vec::new();
        let Some(first) = news.first().filter(|_| !self.ended) else { return found };
        let Checker { ledger, broken, ended } = self;
        if !ledger.has_begun() && prepared_again(news) {
            *ledger = ledger.without(first.node);
        }
        for event in news {
            let account = account.filter(|_| event.node == first.node);
            let mut object =
                |property, detail| found.extend(Checker::object(broken, event, property, detail));
            property::before(&Case { ledger, event, account }, &mut object);
            ledger.note(event, account);
            if let Some(why) = ledger.beyond_judgement() {
                *ended = true;
                found.push(Remark::Ended(JudgingEnded { node: event.node, event: event.id, why }));
                return found;
            }
            property::after(&Case { ledger, event, account }, &mut object);
        }
        // What a node says of itself is that of the end, and is laid to the last that happened to it.
        let last = news.iter().rev().find(|event| event.node == first.node).unwrap_or(first);
        let mut object = |property, detail| found.extend(Checker::object(broken, last, property, detail));
        property::at_rest(&Case { ledger, event: last, account }, &mut object);
        found
    }
}

/// Judges the recorded history of a cluster of so many nodes. Nobody is asked what it says of itself, so properties that compare
/// with that are left out.
pub fn judge(nodes: usize, history: &[Event]) -> Vec<Remark> {
    let mut checker = Checker::watching(nodes);
    let mut found = Vec::new();
    let mut rest = history;
    while let Some(first) = rest.first() {
        let (happening, behind) = rest.split_at(happening(first, &rest[1..]));
        found.extend(checker.look(happening, None));
        rest = behind;
    }
    found
}

/// How many events come of one happening: what it causes, and, where a disk is prepared anew, what the node is from then on.
fn happening(first: &Event, behind: &[Event]) -> usize {
    let belongs = |event: &&Event| {
        let prepared = matches!(event.kind, EventKind::Note(Note::RoleChanged { .. }));
        event.cause().map_or(prepared, |cause| cause >= first.id)
    };
    1 + behind.iter().take_while(belongs).count()
}
