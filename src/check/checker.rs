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

    /// A property broke. What was reported of it once is enough.
    #[cold]
    fn object(
        broken: &mut u64,
        event: &Event,
        property: &'static Property,
        detail: String,
    ) -> Option<Violation> {
        let bit = 1 << property.position();
        let known = *broken & bit != 0;
        *broken |= bit;
        let (property, node, event) = (property.name, event.node, event.id);
        (!known).then(|| Violation { property, node, event, detail: detail.into() })
    }
}

impl Watch for Checker {
    fn look(&mut self, world: &World, news: &[Event]) -> Vec<Violation> {
        let Checker { ledger, broken } = self;
        let mut found = Vec::new();
        for event in news {
            if ledger.beyond_judgement().is_some() {
                return found;
            }
            let mut object =
                |property, detail| found.extend(Checker::object(broken, event, property, detail));
            property::before(&Case { ledger, world, news, event }, &mut object);
            ledger.note(world, event);
            property::after(&Case { ledger, world, news, event }, &mut object);
        }
        found
    }
}
