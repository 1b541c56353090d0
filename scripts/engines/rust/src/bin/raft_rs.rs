//! TiKV's raft-rs as an engine.
//!
//! raft-rs draws its election timeouts from a generator of its own, which cannot be given from
//! outside. So this adapter never lets it count: before each input the timeout is far away and the
//! time since the last reset is 1; a 0 afterwards says that this input has reset the timer, and
//! raftsh draws the time. When raftsh's timer runs out, the timeout is there.

use std::collections::VecDeque;

use protobuf::Message as _;
use raft::eraftpb::{Entry as RaftEntry, Message, MessageType};
use raft::storage::MemStorage;
use raft::{Config, RawNode, StateRole};
use raftsh_engine::{Engine, Entry, Hello, Input, Out, Progress, Start, State, Value, run};
use serde_json::json;

/// In ticks, of which this adapter lets none pass.
const ELECTION: usize = 10;

struct RaftRs {
    node: RawNode<MemStorage>,
    peers: Vec<u64>,
    /// The term and the vote that were written last.
    hard: (u64, u64),
    /// The last index that was written.
    last: u64,
    /// How many writes were asked for, and how many have finished.
    writes: u64,
    finished: u64,
    /// The writes that have not finished, each with the number of its ready.
    unfinished: VecDeque<(u64, u64)>,
    was_leader: bool,
}

impl Engine for RaftRs {
    fn hello() -> Hello {
        Hello {
            name: "raft-rs".into(),
            version: "0.7.0".into(),
            protocol: 1,
            can: vec!["restart", "progress", "say", "unreachable"],
            links: "any",
            noop: true,
            options: vec!["pre-vote", "batch"],
        }
    }

    fn start(start: Start, out: &mut Vec<Out>) -> RaftRs {
        let voters: Vec<u64> = (1..=start.of).collect();
        let storage = MemStorage::new_with_conf_state((voters.clone(), vec![]));
        let entries: Vec<RaftEntry> =
            (1..).zip(&start.disk.log).map(|(i, e)| entry(i, e)).collect();
        {
            let mut core = storage.wl();
            core.append(&entries).expect("entries without gaps");
            core.mut_hard_state().term = start.disk.term;
            core.mut_hard_state().vote = start.disk.vote;
        }
        let config = Config {
            id: start.node,
            election_tick: ELECTION,
            heartbeat_tick: 1,
            // raft-rs counts bytes, not entries; 0 is one entry a message.
            max_size_per_msg: if start.options["batch"] == json!(1) { 0 } else { 1024 * 1024 },
            max_inflight_msgs: 256,
            pre_vote: start.options["pre-vote"] == json!(true),
            ..Config::default()
        };
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let node = RawNode::new(&config, storage, &logger).expect("a sound configuration");
        out.push(Out::Set { set: "election", within: None });
        RaftRs {
            node,
            peers: voters.into_iter().filter(|peer| *peer != start.node).collect(),
            hard: (start.disk.term, start.disk.vote),
            last: start.disk.log.len() as u64,
            writes: 0,
            finished: 0,
            unfinished: VecDeque::new(),
            was_leader: false,
        }
    }

    fn handle(&mut self, input: Input, out: &mut Vec<Out>) {
        let far = 2 * ELECTION - 1;
        self.node.raft.set_randomized_election_timeout(far);
        self.node.raft.election_elapsed = 1;
        match input {
            Input::Message { body, .. } => {
                let bytes = body.as_str().and_then(bytes).expect("bytes as they were sent");
                let message = Message::parse_from_bytes(&bytes).expect("a message");
                // It refuses what it does not expect, such as an answer from an unknown node.
                let _ = self.node.step(message);
            }
            Input::Timer { timer } if timer == "heartbeat" => {
                self.node.ping();
                out.push(Out::Set { set: "heartbeat", within: None });
            }
            Input::Timer { .. } => {
                self.node.raft.election_elapsed = far;
                self.node.tick();
            }
            Input::Written { write } => self.written(write),
            Input::Propose { op, data } => self.propose(op, data, out),
            Input::Unreachable { node } => self.node.report_unreachable(node),
            Input::Request { .. } | Input::Unknown => {}
        }
        self.follow(out);
        self.tell_timers(out);
    }

    fn state(&self) -> State {
        let raft = &self.node.raft;
        let role = match raft.state {
            StateRole::Follower => "follower",
            StateRole::Candidate => "candidate",
            StateRole::Leader => "leader",
            StateRole::PreCandidate => "pre-candidate",
        };
        let progress = |peer: &u64| {
            let row = raft.prs().get(*peer).filter(|_| role == "leader")?;
            Some(Progress { node: *peer, r#match: row.matched, next: row.next_idx })
        };
        State {
            role,
            term: raft.term,
            vote: raft.vote,
            leader: raft.leader_id,
            commit: raft.raft_log.committed,
            applied: raft.raft_log.applied,
            last: [raft.raft_log.last_index(), raft.raft_log.last_term()],
            progress: self.peers.iter().filter_map(progress).collect(),
        }
    }
}

impl RaftRs {
    fn propose(&mut self, op: u64, data: String, out: &mut Vec<Out>) {
        let leads = self.node.raft.state == StateRole::Leader;
        match leads && self.node.propose(Vec::new(), data.into_bytes()).is_ok() {
            true => {
                let index = self.node.raft.raft_log.last_index();
                out.push(Out::Accept { accept: op, index });
            }
            false => out.push(Out::Refuse { refuse: op, leader: self.node.raft.leader_id }),
        }
    }

    /// This write and all before it are on the disk.
    fn written(&mut self, write: u64) {
        self.finished = write;
        while let Some(&(number, ready)) = self.unfinished.front()
            && number <= write
        {
            self.unfinished.pop_front();
            self.node.on_persist_ready(ready);
        }
    }

    /// Does what raft-rs wants done.
    fn follow(&mut self, out: &mut Vec<Out>) {
        while self.node.has_ready() {
            let mut ready = self.node.ready();
            self.write(&ready, out);
            match self.unfinished.back_mut() {
                // What needs no write of its own waits for those before it.
                Some((_, latest)) => *latest = ready.number(),
                None => {}
            }
            let after = Some(self.writes).filter(|write| *write > self.finished);
            for message in ready.take_messages() {
                out.push(send(&message, None));
            }
            for message in ready.take_persisted_messages() {
                out.push(send(&message, after));
            }
            let applied: Vec<u64> =
                ready.take_committed_entries().iter().map(|entry| entry.index).collect();
            let (number, last) = (ready.number(), applied.last().copied());
            self.node.advance_append_async(ready);
            if self.unfinished.is_empty() {
                self.node.on_persist_ready(number);
            }
            if let Some(last) = last {
                out.push(Out::Apply { apply: applied });
                self.node.advance_apply_to(last);
            }
        }
    }

    /// Writes the entries, the term and the vote of a ready, if it has any.
    fn write(&mut self, ready: &raft::Ready, out: &mut Vec<Out>) {
        let entries = ready.entries();
        let hard = ready.hs().map(|hard| (hard.term, hard.vote)).filter(|hard| *hard != self.hard);
        if entries.is_empty() && hard.is_none() {
            return;
        }
        let cut = entries.first().map(|first| first.index).filter(|first| *first <= self.last);
        let store = &self.node.raft.raft_log.store;
        store.wl().append(entries).expect("entries without gaps");
        self.last = entries.last().map_or(self.last, |last| last.index);
        self.hard = hard.unwrap_or(self.hard);
        self.writes += 1;
        self.unfinished.push_back((self.writes, ready.number()));
        out.push(Out::Write {
            write: self.writes,
            term: hard.map(|(term, _)| term),
            vote: hard.map(|(_, vote)| vote),
            cut,
            add: entries.iter().map(written).collect(),
            more: None,
        });
    }

    /// Sets and stops the timers that this input has reset.
    fn tell_timers(&mut self, out: &mut Vec<Out>) {
        let leads = self.node.raft.state == StateRole::Leader;
        if leads && !self.was_leader {
            out.push(Out::Cancel { cancel: "election" });
            out.push(Out::Set { set: "heartbeat", within: None });
        } else if !leads && self.was_leader {
            out.push(Out::Cancel { cancel: "heartbeat" });
        }
        if !leads && (self.was_leader || self.node.raft.election_elapsed == 0) {
            out.push(Out::Set { set: "election", within: None });
        }
        self.was_leader = leads;
    }
}

/// An entry as raft-rs has it.
fn entry(index: u64, entry: &Entry) -> RaftEntry {
    let mut made = RaftEntry::default();
    made.index = index;
    made.term = entry.term();
    made.data = entry.data().unwrap_or_default().as_bytes().to_vec().into();
    made
}

/// An entry as raftsh has it: without data, it is the new leader's own.
fn written(entry: &RaftEntry) -> Entry {
    let data = String::from_utf8(entry.data.to_vec()).ok().filter(|data| !data.is_empty());
    Entry::Plain(entry.term, data)
}

fn send(message: &Message, after: Option<u64>) -> Out {
    let bytes = message.write_to_bytes().expect("a message has bytes");
    let body = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Out::Send { send: message.to, body: body.into(), after, say: Some(say(message)) }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// What a message says, in raftsh's words.
fn say(message: &Message) -> Value {
    let (term, index, log_term) = (message.term, message.index, message.log_term);
    let (commit, granted) = (message.commit, !message.reject);
    match message.get_msg_type() {
        MessageType::MsgRequestVote => {
            json!({"kind": "RequestVote", "term": term, "last": [index, log_term]})
        }
        MessageType::MsgRequestVoteResponse => {
            json!({"kind": "RequestVoteReply", "term": term, "granted": granted})
        }
        MessageType::MsgRequestPreVote => {
            json!({"kind": "PreVote", "term": term, "last": [index, log_term]})
        }
        MessageType::MsgRequestPreVoteResponse => {
            json!({"kind": "PreVoteReply", "term": term, "granted": granted})
        }
        MessageType::MsgAppend => {
            let entries: Vec<[u64; 2]> =
                message.get_entries().iter().map(|entry| [entry.index, entry.term]).collect();
            json!({"kind": "AppendEntries", "term": term, "prev": [index, log_term],
                   "entries": entries, "commit": commit})
        }
        MessageType::MsgAppendResponse if message.reject => {
            json!({"kind": "AppendEntriesRefused", "term": term, "prev_index": index,
                   "hint": [message.reject_hint, log_term]})
        }
        MessageType::MsgAppendResponse => {
            json!({"kind": "AppendEntriesAccepted", "term": term, "match": index})
        }
        MessageType::MsgHeartbeat => json!({"kind": "Heartbeat", "term": term, "commit": commit}),
        MessageType::MsgHeartbeatResponse => json!({"kind": "HeartbeatReply", "term": term}),
        MessageType::MsgTimeoutNow => json!({"kind": "TimeoutNow", "term": term}),
        _ => json!({"kind": "Other", "term": term}),
    }
}

fn main() -> std::io::Result<()> {
    run::<RaftRs>()
}
