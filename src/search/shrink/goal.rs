//! What a shorter script must do again.

use crate::check::condition::Condition;
use crate::check::evaluate::{self, Situation};
use crate::sim::World;

/// What must happen again.
#[derive(Clone, Debug)]
pub(in crate::search) enum Goal {
    /// This property is violated.
    Violated(&'static str),
    /// This property is violated, at the latest by what follows when all faults end.
    Unmended(&'static str),
    /// This condition does not hold in the end, and what is found instead is the same.
    Unmet(Condition, Vec<String>),
    /// This condition holds in the end.
    Holds(Condition),
}

impl Goal {
    /// The failure of an `expect` as it was found in this world.
    pub(in crate::search) fn unmet(condition: Condition, world: &World) -> Goal {
        let found = found(world, &condition);
        Goal::Unmet(condition, found)
    }

    /// Whether the goal is reached or missed for good, right after a move; none if neither.
    pub(super) fn after_move(&self, world: &World) -> Option<bool> {
        let violations = world.violations();
        match self {
            _ if violations.is_empty() => None,
            Goal::Violated(property) | Goal::Unmended(property) => {
                Some(violations.iter().any(|violation| violation.property == *property))
            }
            // Another mistake would hide the one in question.
            Goal::Unmet(..) => Some(false),
            Goal::Holds(_) => Some(self.at_end(world)),
        }
    }

    /// Whether the goal is reached after all moves.
    pub(super) fn at_end(&self, world: &World) -> bool {
        let now = Situation::now(world);
        match self {
            Goal::Violated(_) | Goal::Unmended(_) => false,
            Goal::Unmet(condition, was) => {
                evaluate::holds(now, condition) == Ok(false) && found(world, condition) == *was
            }
            Goal::Holds(condition) => evaluate::holds(now, condition) == Ok(true),
        }
    }

    /// What breaks: a property, or `expect` with its condition.
    pub(super) fn breaks(&self) -> String {
        match self {
            Goal::Violated(property) | Goal::Unmended(property) => (*property).to_owned(),
            Goal::Unmet(..) | Goal::Holds(_) => self.line(),
        }
    }

    /// Whether all faults have to end after the moves.
    pub(super) fn mends(&self) -> bool {
        matches!(self, Goal::Unmended(_))
    }

    /// Whether the goal is reached in the end, or was before.
    pub(super) fn is_reached(&self, world: &World) -> bool {
        self.after_move(world).unwrap_or_else(|| self.at_end(world))
    }

    /// What its command checks, for people.
    pub(super) fn meaning(&self) -> &'static str {
        match self {
            Goal::Violated(_) | Goal::Unmended(_) => "the violation that this script shows",
            Goal::Unmet(..) => "this condition does not hold",
            Goal::Holds(_) => "this condition holds now",
        }
    }

    /// The command that checks it.
    pub(super) fn line(&self) -> String {
        match self {
            Goal::Violated(property) | Goal::Unmended(property) => {
                format!("expect violated {property}")
            }
            Goal::Unmet(condition, _) | Goal::Holds(condition) => format!("expect {condition}"),
        }
    }
}

/// What was found of each fact of a condition.
fn found(world: &World, condition: &Condition) -> Vec<String> {
    let now = Situation::now(world);
    evaluate::findings(now, condition)
        .map(|findings| findings.into_iter().map(|finding| format!("{finding:?}")).collect())
        .unwrap_or_default()
}
