//! The error for a condition that should hold and does not: which parts of it hold, what was found
//! for each, and what was probably meant.

use crate::check::condition::{Condition, Fact};
use crate::check::evaluate::{self, Finding, Situation};
use crate::console::diagnostic::shorten;
use crate::language::{Error, Unmet, suggest};
use crate::quantity::shown;
use crate::session::Session;

/// The most parts of a condition that are shown, and the most characters of a part.
const FINDINGS: usize = 20;
const PART: usize = 100;

impl Session {
    /// The error for a condition that does not hold now. `within` follows the condition in the
    /// message.
    pub fn unmet(&self, now: Situation<'_>, condition: &Condition, within: &str) -> Error {
        let found = evaluate::findings(now, condition).unwrap_or_default();
        let expected = format!("expected `{}`{within}", shorten(&condition.to_string(), 2 * PART));
        let error = match &found[..] {
            [only] => Error::expectation(format!("{expected}, found {}", short(&only.found))),
            _ => by_part(Error::expectation(expected), &found),
        };
        let error = match condition {
            Condition::Is(Fact::Leader) => self.too_few_for_a_leader(error),
            _ => error,
        };
        let error = Error {
            unmet: Some(Box::new(Unmet { condition: condition.clone(), why: Vec::new() })),
            ..error
        };
        match self.meant_key(condition) {
            Some((key, meant)) => {
                error.help(format!("no node holds {}; did you mean '{meant}'?", shown(key)))
            }
            None => error,
        }
    }

    fn too_few_for_a_leader(&self, error: Error) -> Error {
        let world = self.world();
        if world.can_decide(world.live()) {
            return error;
        }
        let (live, all) = (world.live().len(), world.cluster_size());
        error.help(format!(
            "{live} of {all} nodes are up, and a leader needs the votes of a majority"
        ))
    }

    /// A key of a condition that no node holds, and the existing key that was probably meant.
    fn meant_key<'a>(&'a self, condition: &'a Condition) -> Option<(&'a str, &'a str)> {
        let keys = || self.world().hosts().flat_map(|host| host.store.iter().map(|(key, _)| key));
        let missing = evaluate::missing_keys(self.world(), condition);
        missing.into_iter().find_map(|key| Some((key, suggest::nearest(key, keys())?)))
    }
}

/// Adds a line for each part: whether it holds, and what was found.
fn by_part(error: Error, found: &[Finding]) -> Error {
    let more = found.len().saturating_sub(FINDINGS);
    let part = |finding: &Finding| shorten(&finding.part, PART);
    let lengths = found.iter().take(FINDINGS).map(|finding| part(finding).chars().count());
    let width = lengths.max().unwrap_or(0);
    let error = found.iter().take(FINDINGS).fold(error, |error, finding| {
        let mark = if finding.holds { '✓' } else { '✗' };
        error.help(format!("{mark} {:<width$}  found  {}", part(finding), short(&finding.found)))
    });
    if more > 0 { error.help(format!("and {more} more")) } else { error }
}

fn short(found: &str) -> String {
    shorten(found, 2 * PART)
}
