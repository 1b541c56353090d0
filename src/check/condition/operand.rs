//! What a comparison compares: the values that conditions can name, and their kinds.
//!
//! The left side of a comparison is a field of one or more nodes, or an operand; the right side is
//! always one operand. Both sides must be of kinds that can be compared, which is checked where
//! conditions are read.

use std::fmt;

use crate::check::selector::Selector;
use crate::raft::RoleName;
use crate::sim::Outcome;

/// A single value: one that was typed, or one that the cluster has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A number: `3`.
    Number(u64),
    /// A duration in microseconds: `2s`.
    Duration(u64),
    /// A role: `leader`.
    Role(RoleName),
    /// A state: `up`.
    State(State),
    /// The outcome of a request: `ok`.
    Outcome(Outcome),
    /// The number of a node: `n2`.
    Node(u64),
    /// The numbers of nodes, as ranges: `n1,n2`, `n1..n3,n5`.
    Nodes(Vec<(u64, u64)>),
    /// The terms of a log: `[1,1,4]`.
    Log(Vec<u64>),
    /// A value of the store: `5`, `"a b"`.
    Text(String),
    /// No node, or no value: `none`.
    None,
    /// A field of one node: `n1.term`, `leader.last`.
    Field(OneNode, Field),
    /// `leader`: the node that leads.
    Leader,
    /// `op3`: the outcome of a request.
    Op(OpRef),
    /// `op3.value`: the value that it returned.
    OpValue(OpRef),
    /// `count(live.term == 2)`: how many nodes of a set have a property.
    Count(Selector, Box<Test>),
    /// `leaders`: how many live nodes are leaders.
    Leaders,
    /// `up`: how many nodes are up.
    Up,
    /// `messages`: how many messages are in flight.
    Messages,
    /// `time`: the virtual time since the start.
    Time,
}

/// A comparison of a node's field with a value: `term >= 3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The field of each node in question.
    pub field: Field,
    /// How the field is compared.
    pub comparison: Comparison,
    /// What it is compared with.
    pub right: Operand,
}

/// One node, by its number or by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneNode {
    /// The node of this number: `n3`.
    Number(u64),
    /// The live leader of the highest term, if there is one.
    Leader,
}

impl OneNode {
    /// The same as a selector.
    pub fn selector(self) -> Selector {
        match self {
            OneNode::Number(number) => Selector::Node(number),
            OneNode::Leader => Selector::Leader,
        }
    }
}

/// A field of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// `role`: the role of a running node.
    Role,
    /// `state`: whether it runs.
    State,
    /// `term`: its current term.
    Term,
    /// `vote`: whom it voted for in its current term.
    Vote,
    /// `leader`: whom it believes to lead.
    Leader,
    /// `commit`: its commit index.
    Commit,
    /// `applied`: the last index that it applied.
    Applied,
    /// `last`: the last index of its log.
    Last,
    /// `match.n2`: the match index that this leader keeps for that node.
    Match(u64),
    /// `next.n2`: the index of the next entry that this leader sends to that node.
    Next(u64),
    /// `log`: the entries of its log.
    Log,
    /// `snapshot`: the last index that its snapshot includes; 0 if it has none.
    Snapshot,
    /// `first`: the first index that its log has, or would have.
    First,
    /// `members`: the voters of its configuration; the incoming ones of a joint one.
    Members,
    /// `outgoing`: the outgoing voters of its configuration, if that is joint.
    Outgoing,
    /// `learners`: the learners of its configuration.
    Learners,
    /// `kv.x`: what its state machine holds under a key.
    Kv(String),
}

/// A reference to a client's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpRef {
    /// `op`: the latest one.
    Latest,
    /// `op3`: the request of this number.
    Number(u64),
}

/// The kinds of values. Values of one kind can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Terms, indices and counts.
    Number,
    /// Virtual time.
    Duration,
    /// Follower, candidate or leader.
    Role,
    /// Up, paused, down or halted.
    State,
    /// What became of a request.
    Outcome,
    /// A node, or none.
    Node,
    /// Several nodes, or none.
    Nodes,
    /// The entries of a log.
    Log,
    /// A value of the store, or none. It can be compared with a number, too.
    Text,
}

impl Kind {
    /// Whether values of these two kinds can be compared.
    pub fn compares_with(self, other: Kind) -> bool {
        self == other
            || matches!((self, other), (Kind::Text, Kind::Number))
            || matches!((self, other), (Kind::Number, Kind::Text))
    }

    /// Whether values of this kind have an order, so that `<` and the like can compare them.
    pub fn is_ordered(self) -> bool {
        matches!(self, Kind::Number | Kind::Duration)
    }

    /// Whether having none is a value like others, as with votes: then two nodes that have none are
    /// equal in it. A role or an index that a node does not have equals nothing.
    pub fn has_none(self) -> bool {
        matches!(self, Kind::Node | Kind::Nodes | Kind::Text)
    }

    /// The values of this kind, as messages call them.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Number => "numbers",
            Kind::Duration => "durations",
            Kind::Role => "roles",
            Kind::State => "states",
            Kind::Outcome => "outcomes",
            Kind::Node => "nodes",
            Kind::Nodes => "sets of nodes",
            Kind::Log => "logs",
            Kind::Text => "values",
        }
    }
}

impl Field {
    /// The kind of its values.
    pub fn kind(&self) -> Kind {
        match self {
            Field::Role => Kind::Role,
            Field::State => Kind::State,
            Field::Vote | Field::Leader => Kind::Node,
            Field::Term
            | Field::Commit
            | Field::Applied
            | Field::Last
            | Field::Snapshot
            | Field::First
            | Field::Match(_)
            | Field::Next(_) => Kind::Number,
            Field::Members | Field::Outgoing | Field::Learners => Kind::Nodes,
            Field::Log => Kind::Log,
            Field::Kv(_) => Kind::Text,
        }
    }
}

impl Operand {
    /// The kind of the value. `none` may stand for a node and for a value of the store, and counts
    /// as the latter.
    pub fn kind(&self) -> Kind {
        match self {
            Operand::Number(_)
            | Operand::Count(..)
            | Operand::Leaders
            | Operand::Up
            | Operand::Messages => Kind::Number,
            Operand::Duration(_) | Operand::Time => Kind::Duration,
            Operand::Role(_) => Kind::Role,
            Operand::State(_) => Kind::State,
            Operand::Outcome(_) | Operand::Op(_) => Kind::Outcome,
            Operand::Node(_) | Operand::Leader => Kind::Node,
            Operand::Nodes(_) => Kind::Nodes,
            Operand::Log(_) => Kind::Log,
            Operand::Text(_) | Operand::None | Operand::OpValue(_) => Kind::Text,
            Operand::Field(_, field) => field.kind(),
        }
    }

    /// Whether it was typed as it is, and asks nothing of the cluster.
    pub fn is_literal(&self) -> bool {
        match self {
            Operand::Number(_)
            | Operand::Duration(_)
            | Operand::Role(_)
            | Operand::State(_)
            | Operand::Outcome(_)
            | Operand::Node(_)
            | Operand::Nodes(_)
            | Operand::Log(_)
            | Operand::Text(_)
            | Operand::None => true,
            Operand::Field(..)
            | Operand::Leader
            | Operand::Op(_)
            | Operand::OpValue(_)
            | Operand::Count(..)
            | Operand::Leaders
            | Operand::Up
            | Operand::Messages
            | Operand::Time => false,
        }
    }
}

/// A comparison of two values.
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
    pub fn holds<T: PartialOrd>(self, left: T, right: T) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Greater => left > right,
            Comparison::AtLeast => left >= right,
        }
    }

    /// Whether it compares by order, not just `==` and `!=`.
    pub fn is_of_order(self) -> bool {
        !matches!(self, Comparison::Equal | Comparison::NotEqual)
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
