//! A node on a bench: inputs by hand, outputs to look at, and helpers that keep tables short.

use std::collections::VecDeque;

use raftsh::raft::{
    Body, Config, Configuration, Entries, Entry, Group, HardState, Image, Index, Input, Log,
    MAX_NODES, Message, Node, NodeId, NodeSet, Note, Output, Payload, Position, Progress, Report,
    RoleName, Round, Snapshot, Term, Ticket, Timer, Write,
};

/// The node, its disk, and what its outputs have reported; there is no other way to learn about a
/// node.
pub(super) struct Bench {
    node: Node,
    pub(super) report: Report,
    pub(super) log: Log,
    /// Its progress rows as leader, by the position of the other node.
    pub(super) progress: Vec<Option<Progress>>,
    /// The term and the vote on its disk.
    pub(super) disk: HardState,
    /// The terms of the entries on its disk.
    pub(super) disk_log: Vec<u32>,
    own: u64,
    writes: VecDeque<(Ticket, Write)>,
}

/// A node that starts with this on its disk.
pub(super) fn node(own: u64, nodes: usize, term: u32, vote: Option<u64>, log: &[u32]) -> Bench {
    let disk = HardState { current_term: Term(term), voted_for: vote.map(id) };
    let entries = Log::new(log.iter().map(|&term| entry(term)).collect());
    node_of(Group::of(NodeSet::first(nodes)), own, disk, entries)
}

/// A node of any group that starts with any log.
pub(super) fn node_of(group: Group, own: u64, disk: HardState, log: Log) -> Bench {
    // What the log does not have any more is in a snapshot.
    let snapshot = (log.base().index > Index(0)).then(|| Snapshot {
        last: log.base(),
        configuration: Configuration::of(group),
        image: Image(7),
    });
    let begun = (log.clone(), snapshot);
    Bench {
        node: Node::start(id(own), group, config(64), disk, begun, &mut Vec::new()),
        report: Report::starting(disk, &log, snapshot),
        disk_log: log.iter_from(Index(1)).map(|(_, entry)| entry.term.0).collect(),
        log,
        progress: vec![None; usize::from(MAX_NODES)],
        disk,
        own,
        writes: VecDeque::new(),
    }
}

/// The configuration of a correct node that sends at most this many entries at once.
pub(super) fn config(batch: u32) -> Config {
    Config { batch, ..Config::default() }
}

impl Bench {
    /// Gives the node one input; its writes stay in flight.
    pub(super) fn step(&mut self, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        self.node.step(&input, &mut out);
        for output in &out {
            self.learn(output);
        }
        out
    }

    fn learn(&mut self, output: &Output) {
        match output {
            Output::Write { ticket, write } => self.writes.push_back((*ticket, write.clone())),
            Output::Report(report) => self.report = *report,
            Output::Progress(node, row) => self.progress[node.position()] = Some(*row),
            Output::Note(Note::EntryAppended { entry, .. }) => self.log.append(&[*entry]),
            Output::Note(Note::LogTruncated { from }) => self.log.truncate_from(*from),
            Output::Halt(why) => panic!("an invariant is broken: {why}"),
            _ => {}
        }
    }

    /// Finishes the oldest write.
    pub(super) fn written(&mut self) -> Vec<Output> {
        let (ticket, write) = self.writes.pop_front().expect("a write is under way");
        self.disk = write.hard_state.unwrap_or(self.disk);
        if let Some(from) = write.truncate_from {
            self.disk_log.truncate(from.0 as usize - 1);
        }
        self.disk_log.extend(write.append.iter().map(|entry| entry.term.0));
        self.step(Input::Written(ticket))
    }

    /// Gives the node one input, and finishes all writes.
    pub(super) fn settled(&mut self, input: Input) -> Vec<Output> {
        let mut out = self.step(input);
        while !self.writes.is_empty() {
            out.extend(self.written());
        }
        out
    }

    pub(super) fn term(&self) -> Term {
        self.report.term
    }

    pub(super) fn leads(&self) -> bool {
        self.report.role == RoleName::Leader
    }

    /// Gives the candidate these votes, which must make it the leader.
    pub(super) fn elect(&mut self, term: u32, voters: &[u64]) -> Vec<Output> {
        let granted = Body::RequestVoteReply { granted: true };
        let mut out = Vec::new();
        for &voter in voters {
            out.extend(self.settled(message(voter, self.own, term, granted.clone())));
        }
        assert!(self.leads(), "{voters:?} are enough");
        out
    }

    pub(super) fn id(&self) -> NodeId {
        id(self.own)
    }

    /// The terms of its log.
    pub(super) fn terms(&self) -> Vec<u32> {
        self.log.iter_from(Index(1)).map(|(_, entry)| entry.term.0).collect()
    }
}

pub(super) fn id(number: u64) -> NodeId {
    NodeId::new(number).expect("a node's number")
}

pub(super) fn at(index: u32, term: u32) -> Position {
    Position { index: Index(index), term: Term(term) }
}

pub(super) fn entry(term: u32) -> Entry {
    Entry { term: Term(term), payload: Payload::Command(term) }
}

pub(super) fn message(from: u64, to: u64, term: u32, body: Body) -> Input {
    Input::Message(Message { from: id(from), to: id(to), term: Term(term), body })
}

/// AppendEntries with entries of these terms.
pub(super) fn append(
    from: u64,
    to: u64,
    term: u32,
    prev_log: Position,
    new: &[u32],
    commit: u32,
) -> Input {
    let entries: Entries = new.iter().map(|&term| entry(term)).collect::<Vec<_>>().into();
    message(
        from,
        to,
        term,
        Body::AppendEntries { prev_log, entries, leader_commit: Index(commit), round: Round(0) },
    )
}

/// A follower's answer that it holds everything up to an index.
pub(super) fn accepted(from: u64, to: u64, term: u32, match_index: u32) -> Input {
    message(from, to, term, acceptance(match_index))
}

/// What such an answer says.
pub(super) fn acceptance(match_index: u32) -> Body {
    Body::AppendEntriesAccepted { match_index: Index(match_index), round: Round(0) }
}

/// What a follower says that does not accept entries after an index.
pub(super) fn refusal(prev: u32, hint: Position) -> Body {
    Body::AppendEntriesRefused { prev_log_index: Index(prev), hint, round: Round(0) }
}

/// A client's command.
pub(super) fn propose(payload: u32) -> Input {
    Input::Propose { ticket: Ticket(payload), payload: Payload::Command(payload) }
}

/// The messages among the outputs.
pub(super) fn sent(out: &[Output]) -> Vec<Message> {
    out.iter()
        .filter_map(|output| match output {
            Output::Send { message, .. } => Some(message.clone()),
            _ => None,
        })
        .collect()
}

pub(super) fn sets_timer(out: &[Output], timer: Timer) -> bool {
    out.contains(&Output::SetTimer(timer))
}
