//! A node on a bench: inputs by hand, outputs to look at, and words that keep tables short.

use std::collections::VecDeque;

use raftsh::raft::{
    Body, Config, Entries, Entry, Flaws, HardState, Index, Input, Log, Message, Node, NodeId, Output,
    Payload, Position, Term, Timer,
};

pub(super) struct Bench {
    pub(super) node: Node,
    pub(super) config: Config,
    /// Term and vote on its disk.
    pub(super) disk: HardState,
    own: u64,
    writes: VecDeque<Option<HardState>>,
}

/// A node that starts with this on its disk.
pub(super) fn node(own: u64, nodes: usize, term: u32, vote: Option<u64>, log: &[u32]) -> Bench {
    let disk = HardState { current_term: Term(term), voted_for: vote.map(id) };
    let log = Log::new(log.iter().map(|&term| entry(term)).collect());
    Bench {
        node: Node::start(id(own), nodes, disk, log, &mut Vec::new()),
        config: Config { batch: 64, noop: false, flaws: Flaws::NONE },
        disk,
        own,
        writes: VecDeque::new(),
    }
}

impl Bench {
    /// One input; writes stay under way.
    pub(super) fn step(&mut self, input: Input) -> Vec<Output> {
        if input == Input::Written {
            self.disk = self.writes.pop_front().expect("a write is under way").unwrap_or(self.disk);
        }
        let mut out = Vec::new();
        self.node.step(&self.config, input, &mut out);
        let begun = out.iter().filter_map(|output| match output {
            Output::Write(write) => Some(write.hard_state),
            _ => None,
        });
        self.writes.extend(begun);
        out
    }

    /// One input, and all writes finish.
    pub(super) fn settled(&mut self, input: Input) -> Vec<Output> {
        let mut out = self.step(input);
        while !self.writes.is_empty() {
            out.extend(self.step(Input::Written));
        }
        out
    }

    /// The candidate gets these votes, and with them the lead.
    pub(super) fn elect(&mut self, term: u32, voters: &[u64]) -> Vec<Output> {
        let granted = Body::RequestVoteReply { granted: true };
        let mut out = Vec::new();
        for &voter in voters {
            out.extend(self.settled(message(voter, self.own, term, granted.clone())));
        }
        assert!(self.node.is_leader(), "{voters:?} are enough");
        out
    }

    pub(super) fn id(&self) -> NodeId {
        id(self.own)
    }

    /// The terms of its log.
    pub(super) fn terms(&self) -> Vec<u32> {
        self.node.log().iter_from(Index(1)).map(|(_, entry)| entry.term.0).collect()
    }
}

pub(super) fn id(number: u64) -> NodeId {
    NodeId::new(number).expect("a node's number")
}

pub(super) fn at(index: u32, term: u32) -> Position {
    Position { index: Index(index), term: Term(term) }
}

fn entry(term: u32) -> Entry {
    Entry { term: Term(term), payload: Payload(term) }
}

pub(super) fn message(from: u64, to: u64, term: u32, body: Body) -> Input {
    Input::Message(Message { from: id(from), to: id(to), term: Term(term), body })
}

/// AppendEntries with entries of these terms.
pub(super) fn append(from: u64, to: u64, term: u32, prev_log: Position, new: &[u32], commit: u32) -> Input {
    let entries: Entries = new.iter().map(|&term| entry(term)).collect::<Vec<_>>().into();
    message(from, to, term, Body::AppendEntries { prev_log, entries, leader_commit: Index(commit) })
}

/// A follower's answer that it holds everything up to an index.
pub(super) fn accepted(from: u64, to: u64, term: u32, match_index: u32) -> Input {
    message(from, to, term, Body::AppendEntriesAccepted { match_index: Index(match_index) })
}

/// The messages among the outputs.
pub(super) fn sent(out: &[Output]) -> Vec<Message> {
    out.iter()
        .filter_map(|output| match output {
            Output::Send(message) | Output::SendWhenWritten(message) => Some(message.clone()),
            _ => None,
        })
        .collect()
}

pub(super) fn sets_timer(out: &[Output], timer: Timer) -> bool {
    out.contains(&Output::SetTimer(timer))
}
