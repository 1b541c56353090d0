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

use std::fmt;

use super::selector::Selector;
use crate::raft::RoleName;
use crate::sim::Outcome;

mod display;

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
    /// `leader == n1`: this node is the live leader of the highest term. With `!=`: it is not.
    LeaderIs {
        /// True for `==`, false for `!=`.
        equal: bool,
        /// The number of the node.
        node: u64,
    },
    /// `n1.term >= 3`: a property of a node, or of each member of a set.
    Node {
        /// The nodes that must have the property.
        subject: NodeQuantifier,
        /// The property, with the value to compare it with.
        property: Property,
    },
    /// `op3 == ok`: the outcome or the value of a client request.
    Op {
        /// The request.
        op: OpRef,
        /// What it is compared with.
        test: OpTest,
    },
    /// `committed x=5`: this write is in the committed prefix of some live node.
    Committed {
        /// The key written.
        key: String,
        /// The value written.
        value: String,
    },
    /// `agree`: all live nodes have the same log and commit index.
    Agree,
    /// `quiet`: only heartbeats and their replies are in flight, no disk write is unfinished, and
    /// all live logs are equal.
    Quiet,
    /// `safe`: no safety property was violated.
    Safe,
    /// `violated NAME`: this property was violated.
    Violated(&'static str),
    /// `messages == 0`: how many messages are in flight.
    Messages {
        /// The comparison of the count with the number.
        comparison: Comparison,
        /// The number to compare with.
        count: u64,
    },
    /// `time >= 2s`: how much virtual time has passed since the start.
    Time {
        /// The comparison of the time with the duration.
        comparison: Comparison,
        /// The duration to compare with, in microseconds.
        us: u64,
    },
}

/// The nodes that must have a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeQuantifier {
    /// Every member of the set, which must not be empty: `all.commit`, `n2.role`.
    Every(Selector),
    /// At least one of all nodes: `any.role`.
    Any,
}

/// A property of a node, with the value to compare it with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Property {
    /// `.role == follower`: the role of a running node.
    Role {
        /// True for `==`, false for `!=`.
        equal: bool,
        /// The role.
        role: RoleName,
    },
    /// `.state == up`: whether the node runs.
    State {
        /// True for `==`, false for `!=`.
        equal: bool,
        /// The state.
        state: State,
    },
    /// `.vote == n2`: the node's vote in its current term.
    Vote {
        /// True for `==`, false for `!=`.
        equal: bool,
        /// The number of the candidate, or `none`.
        vote: Option<u64>,
    },
    /// `.term >= 3`: a number of the node.
    Number {
        /// The number.
        field: Field,
        /// The comparison of the number with the value.
        comparison: Comparison,
        /// The value to compare with.
        value: u64,
    },
    /// `.log == [1,1,4]`: the terms of the log.
    Log {
        /// True for `==`, false for `!=`.
        equal: bool,
        /// The terms of the entries, in order.
        terms: Vec<u64>,
    },
    /// `.kv.x == 5`: what the state machine holds under a key.
    Kv {
        /// The key.
        key: String,
        /// True for `==`, false for `!=`.
        equal: bool,
        /// The expected value; None if the key must be absent.
        value: Option<String>,
    },
}

/// A numeric property of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Its current term.
    Term,
    /// Its commit index.
    Commit,
    /// The last index applied.
    Applied,
    /// The last index of its log.
    Last,
    /// `match.n2`: the match index that this leader keeps for that node.
    Match(u64),
    /// `next.n2`: the index of the next entry that this leader sends to that node.
    Next(u64),
}

/// A reference to a client request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpRef {
    /// `op`: the latest one.
    Latest,
    /// `op3`: the request of this number.
    Number(u64),
}

/// What a client request is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpTest {
    /// `op3 == ok`: its outcome.
    Outcome {
        /// True for `==`, false for `!=`.
        equal: bool,
        /// The outcome to compare with.
        outcome: Outcome,
    },
    /// `op3.value == 5`: the value that it returned.
    Value {
        /// True for `==`, false for `!=`.
        equal: bool,
        /// The value to compare with; None for `none`.
        value: Option<String>,
    },
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// Whether the comparison of `left` with `right` is true.
    pub fn holds(self, left: u64, right: u64) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Greater => left > right,
            Comparison::AtLeast => left >= right,
        }
    }
}

/// Whether a node runs, in the words of conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is running.
    Up,
    /// It is paused, with its memory intact.
    Paused,
    /// It was killed.
    Down,
    /// It stopped itself: its disk failed, or an invariant of the protocol was broken.
    Halted,
}

impl State {
    /// The word for each state, in the order of the variants.
    pub const WORDS: &[(&str, State)] = &[
        ("up", State::Up),
        ("paused", State::Paused),
        ("down", State::Down),
        ("halted", State::Halted),
    ];
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, _) = State::WORDS[*self as usize];
        f.write_str(word)
    }
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
            // The fact may change at that time (`>=`) or just after it (`>`).
            Condition::Is(Fact::Time { us, .. }) => {
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

    /// Whether it asserts that some property is violated.
    pub fn speaks_of_violation(&self) -> bool {
        self.facts().any(|(fact, asserted)| asserted && matches!(fact, Fact::Violated(_)))
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
