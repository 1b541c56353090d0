//! What can be expected of a cluster: the conditions of `expect` and `run until`, as a tree.
//!
//! A condition is words about a cluster, not yet looked at: node numbers, operation numbers and
//! property names are kept as typed. It prints itself in the language it was written in, with no
//! more parentheses than needed, so that messages, journals and saved scripts can quote it: reading
//! what was printed gives the same tree.
//!
//! Chains are flat lists, and nesting is bounded where conditions are read ([`MAX_DEPTH`]); so
//! every walk over a tree, dropping it included, needs little stack however long the line was.

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
    /// Something that can be looked up.
    Is(Fact),
}

/// Something about a cluster that is so or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// `leader`: some live node is leader.
    Leader,
    /// `no-leader`: no live node is leader.
    NoLeader,
    /// `leader == n1`: this node has the highest term among the live leaders (or, not equal, it has
    /// not).
    LeaderIs {
        /// `==`, or else `!=`.
        equal: bool,
        /// The number of the node.
        node: u64,
    },
    /// `n1.term >= 3`: a property of a node, or of the members of a set.
    Node {
        /// Whose.
        subject: NodeQuantifier,
        /// What.
        property: Property,
    },
    /// `op3 == ok`: how a request of a client went.
    Op {
        /// Which request.
        op: OpRef,
        /// What is asked about it.
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
    /// `quiet`: nothing in flight but heartbeats and their replies, and all live logs equal.
    Quiet,
    /// `safe`: no property was ever violated.
    Safe,
    /// `violated NAME`: this property was.
    Violated(&'static str),
    /// `messages == 0`: how many messages are in flight.
    Messages {
        /// How the count stands to the number.
        comparison: Comparison,
        /// The number.
        count: u64,
    },
    /// `time >= 2s`: how much virtual time has passed.
    Time {
        /// How it stands to the duration.
        comparison: Comparison,
        /// The duration.
        us: u64,
    },
}

/// Whose property is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeQuantifier {
    /// Every member of the set, which must not be empty: `all.commit`, `n2.role`.
    Every(Selector),
    /// At least one of all nodes: `any.role`.
    Any,
}

/// A property of a node, and what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Property {
    /// `.role == follower`
    Role {
        /// `==`, or else `!=`.
        equal: bool,
        /// The role.
        role: RoleName,
    },
    /// `.state == up`
    State {
        /// `==`, or else `!=`.
        equal: bool,
        /// The state.
        state: State,
    },
    /// `.vote == n2`
    Vote {
        /// `==`, or else `!=`.
        equal: bool,
        /// The number of the candidate, or `none`.
        vote: Option<u64>,
    },
    /// `.term >= 3`
    Number {
        /// Which number of the node.
        field: Field,
        /// How it stands to the value.
        comparison: Comparison,
        /// The value.
        value: u64,
    },
    /// `.log == [1,1,4]`
    Log {
        /// `==`, or else `!=`.
        equal: bool,
        /// The terms of the entries, in order.
        terms: Vec<u64>,
    },
    /// `.kv.x == 5`
    Kv {
        /// The key.
        key: String,
        /// `==`, or else `!=`.
        equal: bool,
        /// What the state machine holds under it, or `none`.
        value: Option<String>,
    },
}

/// A number that a node has.
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
    /// `match.n2`: up to where it knows that node's log to equal its own.
    Match(u64),
    /// `next.n2`: the index of the next entry to send to that node.
    Next(u64),
}

/// Which request of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpRef {
    /// `op`: the latest one.
    Latest,
    /// `op3`
    Number(u64),
}

/// What is asked about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpTest {
    /// `op3 == ok`
    Outcome {
        /// `==`, or else `!=`.
        equal: bool,
        /// The outcome.
        outcome: Outcome,
    },
    /// `op3.value == 5`
    Value {
        /// `==`, or else `!=`.
        equal: bool,
        /// What a get returned, or `none`.
        value: Option<String>,
    },
}

/// How two numbers stand to each other.
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
    /// Whether the left number stands to the right one like this.
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

/// Whether a node runs, as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Up,
    /// It is stopped and remembers everything.
    Paused,
    /// It was killed.
    Down,
    /// It stopped by itself: its disk failed it.
    Halted,
}

impl State {
    /// Every word of the language for it.
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
    /// The first moment after `now_us` at which a `time` in it may turn, in microseconds: nothing
    /// happens then, and so whoever waits for it has to look.
    pub fn next_moment_us(&self, now_us: u64) -> Option<u64> {
        match self {
            Condition::Not(inner) => inner.next_moment_us(now_us),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().filter_map(|part| part.next_moment_us(now_us)).min()
            }
            // It turns when that time comes, or just after it.
            Condition::Is(Fact::Time { us, .. }) => {
                [*us, us.saturating_add(1)].into_iter().find(|&moment_us| moment_us > now_us)
            }
            Condition::Is(_) => None,
        }
    }

    /// The facts in it, in order, each with whether it is asserted: it stands under no `not`, or
    /// under an even number of them.
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

    /// Whether it says of some property, under no `not`, that it is violated.
    pub fn speaks_of_violation(&self) -> bool {
        self.facts().any(|(fact, asserted)| asserted && matches!(fact, Fact::Violated(_)))
    }

    /// All of these. Chains among the parts are joined into one; a single part stays what it is.
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

    /// At least one of these. Chains among the parts are joined into one; a single part stays what
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
