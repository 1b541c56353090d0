//! The checker: told of everything that happens, it holds every property against it.

use crate::sim::{Event, Violation, Watch, World};

use super::ledger::Ledger;
use super::property::{self, Case, Property};

/// Whoever watches over the promises of Raft. Each is reported where it breaks first, and once.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    ledger: Ledger,
    /// The properties that broke, by position in [`property::ALL`].
    broken: u64,
}

impl Checker {
    /// Why nothing is judged any more, if that is so: see `Ledger::beyond_judgement`.
    pub fn beyond_judgement(&self) -> Option<&str> {
        self.ledger.beyond_judgement()
    }

    fn judge(
        &mut self,
        properties: &[&'static Property],
        case: (&World, &[Event], &Event),
        found: &mut Vec<Violation>,
    ) {
        let (world, news, event) = case;
        let case = Case { ledger: &self.ledger, world, news, event };
        for property in properties {
            let Some(detail) = (property.judge)(&case) else { continue };
            let bit = 1 << property.position();
            if self.broken & bit == 0 {
                self.broken |= bit;
                let (property, node) = (property.name, event.node);
                found.push(Violation { property, node, event: event.id, detail: detail.into() });
            }
        }
    }
}

impl Watch for Checker {
    fn look(&mut self, world: &World, news: &[Event]) -> Vec<Violation> {
        let mut found = Vec::new();
        for event in news {
            if self.beyond_judgement().is_some() {
                return found;
            }
            let (before, after) = property::about(&event.kind);
            self.judge(before, (world, news, event), &mut found);
            self.ledger.note(world, event);
            self.judge(after, (world, news, event), &mut found);
        }
        found
    }
}
