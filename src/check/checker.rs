//! The checker: told of everything that happens, it holds every property against it.

use crate::raft::{NodeId, NodeSet};
use crate::sim::{Event, EventKind, JudgingEnded, Remark, Violation, Watch, World};

use super::ledger::Ledger;
use super::property::{self, Case, Property};

/// Whoever watches over the promises of Raft. Each is reported where it breaks first, and once.
#[derive(Clone, Debug, Default)]
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
        let bit = 1 << property.position();
        let known = *broken & bit != 0;
        *broken |= bit;
        let (property, node, event) = (property.name, event.node, event.id);
        (!known).then(|| Remark::Violated(Violation { property, node, event, detail: detail.into() }))
    }
}

/// Whether a disk that had been prepared was prepared anew: what it held before was never so, and no node did anything.
fn prepared_again(world: &World, news: &[Event]) -> bool {
    let replaced = |news: &[Event]| {
        // A node that starts writes nothing.
        matches!(news.first(), Some(Event { kind: EventKind::NodeRestarted { .. }, .. }))
            && news.iter().any(|event| matches!(event.kind, EventKind::VoteSynced { .. }))
    };
    !world.has_begun() && replaced(news)
}

impl Watch for Checker {
    fn look(&mut self, world: &World, news: &[Event]) -> Vec<Remark> {
        let mut found = Vec::new();
        if self.ended {
            return found;
        }
        let Checker { ledger, broken, ended } = self;
        if prepared_again(world, news) {
            *ledger = Ledger::prepared(world);
            return found;
        }
        let (last, mut others) = (news.last().map(|event| event.node), NodeSet::EMPTY);
        for event in news {
            let mut object =
                |property, detail| found.extend(Checker::object(broken, event, property, detail));
            property::before(&Case { ledger, world, news, event }, &mut object);
            ledger.note(world, event);
            if let Some(why) = ledger.beyond_judgement() {
                *ended = true;
                found.push(Remark::Ended(JudgingEnded { node: event.node, event: event.id, why }));
                return found;
            }
            property::after(&Case { ledger, world, news, event }, &mut object);
            // Nearly all of it is of one node.
            if last != Some(event.node) {
                others.insert(event.node);
            }
        }
        let latest = |node: NodeId| news.iter().rev().find(move |event| event.node == node);
        for event in news.last().into_iter().chain(others.iter().filter_map(latest)) {
            let mut object =
                |property, detail| found.extend(Checker::object(broken, event, property, detail));
            property::at_rest(&Case { ledger, world, news, event }, &mut object);
        }
        found
    }
}
