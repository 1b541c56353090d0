//! The conditions of `expect` and `run until`, as a tree.
//!
//! A condition is an expression that has not been evaluated: node numbers, operation numbers and
//! property names are kept as typed. It prints itself in the language in which it was written, with
//! no more parentheses than needed, so messages, journals and saved scripts can quote it: reading
//! the printed text gives the same tree.
//!
//! Chains of `and` and `or` are flat lists, and nesting is bounded where conditions are read
//! ([`MAX_DEPTH`]). So every walk over a tree, and dropping it, needs little stack however long the
//! line was.

use super::selector::Selector;

mod display;
mod operand;

pub use operand::{Comparison, Field, Kind, OneNode, OpRef, Operand, State, Test};

/// How deep `not` and parentheses may nest.
pub const MAX_DEPTH: usize = 100;

/// A condition on a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `not COND`
    Not(Box<Condition>),
    /// `COND and COND …`: at least two, none of them an `And` itself. Built by [`Condition::and`].
    And(Vec<Condition>),
    /// `COND or COND …`: at least two, none of them an `Or` itself. Built by [`Condition::or`].
    Or(Vec<Condition>),
    /// A single fact.
    Is(Fact),
}

/// A statement about a cluster that is either true or false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// `leader`: a live node is leader.
    Leader,
    /// `no-leader`: no live node is leader.
    NoLeader,
    /// `n1.term >= 3`, `all.commit == leader.last`: a field of a node, or of each member of a set.
    Node {
        /// The nodes of whose field it speaks.
        subject: NodeQuantifier,
        /// The field, and what it is compared with.
        test: Test,
    },
    /// `leader == n1`, `op3 == ok`, `messages == 0`, `3 <= n1.term`: two single values.
    Compare {
        /// The left value.
        left: Operand,
        /// How they are compared.
        comparison: Comparison,
        /// The right value.
        right: Operand,
    },
    /// `n1.term changes`: a value differs from what it was when the command began.
    Changes(Operand),
    /// `event node_killed n2`: the step just made had such an event.
    Event {
        /// The name of its kind.
        kind: &'static str,
        /// The nodes at which it may have happened; any node if this is `None`.
        nodes: Option<Selector>,
    },
    /// `committed x=5`: this write is in the committed prefix of some live node.
    Committed {
        /// The key written.
        key: String,
        /// The value written.
        value: String,
    },
    /// `agree`: all live members have the same log and commit index.
    Agree,
    /// `quiet`: only heartbeats and their replies are in flight, no disk write is unfinished, and
    /// the logs of all live members are equal.
    Quiet,
    /// `safe`: no safety property was violated.
    Safe,
    /// `linearizable`: the answers that clients got fit together.
    Linearizable,
    /// `violated NAME`: this property was violated.
    Violated(&'static str),
}

/// The nodes that must have a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeQuantifier {
    /// Every member of the set, which must not be empty: `all.commit`, `n2.role`.
    Every(Selector),
    /// At least one of all nodes: `any.role`.
    Any,
}

impl Condition {
    /// The first moment after `now_us`, in microseconds, at which a `time` fact in it may change
    /// its truth; None if there is none. No event happens at that moment, so a run that waits for
    /// the condition must evaluate it there.
    pub fn next_moment_us(&self, now_us: u64) -> Option<u64> {
        match self {
            Condition::Not(inner) => inner.next_moment_us(now_us),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().filter_map(|part| part.next_moment_us(now_us)).min()
            }
            Condition::Is(Fact::Compare {
                left: Operand::Time,
                right: Operand::Duration(us),
                ..
            })
            | Condition::Is(Fact::Compare {
                left: Operand::Duration(us),
                right: Operand::Time,
                ..
            }) => {
                // The fact may change at that time (`>=`) or just after it (`>`).
                [*us, us.saturating_add(1)].into_iter().find(|&moment_us| moment_us > now_us)
            }
            Condition::Is(_) => None,
        }
    }

    /// The facts in it, in order, each with whether it is asserted: under no `not`, or under an
    /// even number of them.
    pub fn facts(&self) -> impl Iterator<Item = (&Fact, bool)> {
        let mut rest = vec![(self, true)];
        std::iter::from_fn(move || {
            loop {
                match rest.pop()? {
                    (Condition::Not(inner), asserted) => rest.push((inner, !asserted)),
                    (Condition::And(parts) | Condition::Or(parts), asserted) => {
                        rest.extend(parts.iter().rev().map(|part| (part, asserted)));
                    }
                    (Condition::Is(fact), asserted) => return Some((fact, asserted)),
                }
            }
        })
    }

    /// Whether a fact in it compares with the cluster as it was when the command began.
    pub fn looks_back(&self) -> bool {
        self.facts().any(|(fact, _)| matches!(fact, Fact::Changes(_)))
    }

    /// Whether it asserts that some property is violated.
    pub fn speaks_of_violation(&self) -> bool {
        self.facts().any(|(fact, asserted)| match fact {
            Fact::Violated(_) => asserted,
            Fact::Linearizable => !asserted,
            _ => false,
        })
    }

    /// The conjunction of these. An `And` among the parts is flattened; a single part is returned
    /// as it is.
    pub fn and(parts: Vec<Condition>) -> Condition {
        let mut joined = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Condition::And(inner) => joined.extend(inner),
                other => joined.push(other),
            }
        }
        if joined.len() == 1 { joined.remove(0) } else { Condition::And(joined) }
    }

    /// The disjunction of these. An `Or` among the parts is flattened; a single part is returned as
    /// it is.
    pub fn or(parts: Vec<Condition>) -> Condition {
        let mut joined = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Condition::Or(inner) => joined.extend(inner),
                other => joined.push(other),
            }
        }
        if joined.len() == 1 { joined.remove(0) } else { Condition::Or(joined) }
    }
}
