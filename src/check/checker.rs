//! The checker: told of everything that happens, it holds every property against it.

use crate::sim::{Event, JudgingEnded, Remark, Violation, Watch, World};

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
    fn judge(
        &mut self,
        properties: &[&'static Property],
        case: (&World, &[Event], &Event),
        found: &mut Vec<Remark>,
    ) {
        let (world, news, event) = case;
        let case = Case { ledger: &self.ledger, world, news, event };
        for property in properties {
            let Some(detail) = (property.judge)(&case) else { continue };
            let bit = 1 << property.position();
            if self.broken & bit == 0 {
                self.broken |= bit;
                let (property, node) = (property.name, event.node);
                let violation = Violation { property, node, event: event.id, detail: detail.into() };
                found.push(Remark::Violated(violation));
            }
        }
    }
}

impl Watch for Checker {
    fn look(&mut self, world: &World, news: &[Event]) -> Vec<Remark> {
        let mut found = Vec::new();
        if self.ended {
            return found;
        }
        for event in news {
            let (before, after) = property::about(&event.kind);
            self.judge(before, (world, news, event), &mut found);
            self.ledger.note(world, event);
            if let Some(why) = self.ledger.beyond_judgement() {
                self.ended = true;
                found.push(Remark::Ended(JudgingEnded { node: event.node, event: event.id, why }));
                return found;
            }
            self.judge(after, (world, news, event), &mut found);
        }
        found
    }
}
