//! The entry point of the protocol: inputs go in, outputs come out. Code outside this folder sees
//! nothing else of a node.

use std::hash::Hash;
use std::hint::cold_path;

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::flaw::Flaws;
use super::group::Group;
use super::image::{Image, Snapshot};
use super::io::{DiskSpace, HardState, Output, Report, Timer};
use super::log::Log;
use super::message::Message;
use super::nodes::NodeId;
use super::read_state::ReadMode;
use super::server::Server;
use super::types::{Payload, Ticket};
use crate::seq::InPlace;

/// An input to a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The node's configuration from now on.
    Configure(Config),
    /// A message arrived.
    Message(Message),
    /// A timer elapsed.
    Timeout(Timer),
    /// A client's command. [`Output::Accepted`] or [`Output::Refused`] answers it in the same
    /// step, with the same ticket.
    Propose {
        /// The caller's number for the proposal.
        ticket: Ticket,
        /// What the proposed entry carries.
        payload: Payload,
    },
    /// A client's read that is no entry of the log (Ongaro's thesis, §6.4). [`Output::Refused`]
    /// answers it in the same step, or [`Output::ReadConfirmed`] in this or a later one. A node's
    /// reads have rising tickets, over all its starts.
    Read {
        /// The caller's number for the read.
        ticket: Ticket,
        /// How it is made sure to be current.
        mode: ReadMode,
    },
    /// A change to the members of the cluster. It is answered as a proposal is.
    Change {
        /// The caller's number for the change.
        ticket: Ticket,
        /// The change.
        change: Change,
    },
    /// Take a snapshot of the state machine, of which this is an image after the entries that were
    /// applied so far.
    Snapshot {
        /// The image.
        image: Image,
        /// How many entries before its end stay in the log.
        keep: u32,
    },
    /// Hand leadership over to this voter (Ongaro's thesis, §3.10). A node that does not lead
    /// ignores it.
    Transfer(NodeId),
    /// The [`Output::Write`] with this ticket is on the disk, and all writes before it.
    Written(Ticket),
    /// The disk has this much room from now on.
    DiskSpace(DiskSpace),
}

/// The configurable behaviour of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Config {
    /// The maximum number of entries in one AppendEntries; at least 1.
    pub batch: u32,
    /// Whether a new leader appends a no-op entry, so that it can commit the entries of earlier
    /// terms without waiting for a client (§8).
    pub noop: bool,
    /// Whether it asks for pre-votes before it campaigns (Ongaro's thesis, §9.6).
    #[serde(default)]
    pub pre_vote: bool,
    /// Whether a leader checks that a majority answers it, and nodes support no other leader than
    /// the one they hear (Ongaro's thesis, §6.2, §4.2.3).
    #[serde(default)]
    pub check_quorum: bool,
    /// Whether a leader sends entries only when they are on its own disk.
    #[serde(default)]
    pub leader_writes_first: bool,
    /// The least election timeout, in microseconds: for so long after it heard from a leader the
    /// node supports no other.
    #[serde(default)]
    pub least_timeout_us: u64,
    /// Whether clients are to read by leases: then a leader keeps a lease from its election on, and
    /// otherwise only from its first read on.
    #[serde(default)]
    pub keeps_lease: bool,
    /// How long a leader's lease lasts, in microseconds; 0 if it may have none, because not all
    /// nodes have check-quorum. A change ends the lease that runs.
    #[serde(default)]
    pub lease_us: u64,
    /// The least election timeout of any node, in microseconds, which bounds a lease.
    #[serde(default)]
    pub lease_bound_us: u64,
    /// The flaws that are on; none in a correct node.
    pub flaws: Flaws,
}

/// Figure 2, and no feature beyond it.
impl Default for Config {
    fn default() -> Config {
        Config {
            batch: 64,
            noop: false,
            pre_vote: false,
            check_quorum: false,
            leader_writes_first: false,
            least_timeout_us: 150_000,
            keeps_lease: false,
            lease_us: 0,
            lease_bound_us: 0,
            flaws: Flaws::NONE,
        }
    }
}

/// A server and its flaws. Flaws change the messages that the server receives, the rules that it
/// follows, and its outputs. A node that had no flaw since it started checks its invariants after
/// every step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    server: Server,
    flaws: Flaws,
    /// Whether it had flaws at any time since it started: the state that a flaw has changed stays
    /// changed.
    was_flawed: bool,
    /// The last report that it output.
    reported: Report,
}

impl Node {
    /// Starts a node from what its disk holds, in a cluster that begins with this group. A
    /// configuration in the snapshot or the log takes the group's place.
    pub fn start(
        id: NodeId,
        group: Group,
        config: Config,
        hard_state: HardState,
        (log, snapshot): (Log, Option<Snapshot>),
        out: &mut Vec<Output>,
    ) -> Node {
        let server = Server::start(id, group, hard_state, (log, snapshot), out);
        let reported = server.report();
        out.place(Output::Report(reported));
        let mut node = Node { server, flaws: Flaws::NONE, was_flawed: false, reported };
        node.configure(config, out);
        node
    }

    /// What the node's own clock shows now, in microseconds. It never goes back.
    #[inline(always)]
    pub fn set_clock(&mut self, now_us: u64) {
        self.server.clock.set(now_us);
    }

    /// The node has just been started again, after a crash.
    pub fn restarted(&mut self) {
        self.server.clock.restart();
    }

    /// The times that it remembers, in microseconds by its own clock: when it heard from a leader,
    /// when it was started again, when its lease began. They do not count in the node's hash.
    pub fn remembered_us(&self) -> impl Hash + '_ {
        self.server.clock.state()
    }

    /// If it leads and has a lease: when that began and how long it lasts, in microseconds by its
    /// own clock.
    pub fn lease_us(&self) -> Option<(u64, u64)> {
        self.server.clock.lease().filter(|_| self.server.is_leader() && self.server.holds_lease())
    }

    /// Handles one input, and adds its outputs to `out`.
    #[inline(always)]
    pub fn step(&mut self, input: &Input, out: &mut Vec<Output>) {
        let before = out.len();
        match self.flaws.is_empty() {
            true => self.follow(input, out),
            false => self.follow_bent(input, out),
        }
        if self.was_flawed {
            cold_path();
            self.flaws.bend_outputs(&mut self.server, before, out);
            self.server.write(out);
        } else if let Some(invariant) = self.server.broken_invariant(&self.reported) {
            cold_path();
            out.place(Output::Halt(invariant));
        }
        let report = self.server.report();
        if report != self.reported {
            self.reported = report;
            out.place(Output::Report(report));
        }
    }

    #[inline(always)]
    fn follow(&mut self, input: &Input, out: &mut Vec<Output>) {
        let server = &mut self.server;
        match *input {
            Input::Configure(config) => self.configure(config, out),
            Input::Message(ref message) => server.receive(message, out),
            Input::Timeout(Timer::Election) => server.election_timeout(out),
            Input::Timeout(Timer::Heartbeat) => server.heartbeat_timeout(out),
            Input::Propose { ticket, payload } => server.propose(ticket, payload, out),
            Input::Read { ticket, mode } => server.read(ticket, mode, out),
            Input::Change { ticket, change } => server.propose_change(ticket, change, out),
            Input::Snapshot { image, keep } => server.take_snapshot(image, keep, out),
            Input::Transfer(to) => server.start_transfer(to, out),
            Input::Written(ticket) => server.written(ticket, out),
            Input::DiskSpace(room) => server.set_disk_space(room, out),
        }
        self.server.write(out);
    }

    #[cold]
    fn configure(&mut self, config: Config, out: &mut Vec<Output>) {
        let Config {
            batch,
            noop,
            pre_vote,
            check_quorum,
            leader_writes_first,
            least_timeout_us,
            keeps_lease,
            lease_us,
            lease_bound_us,
            flaws,
        } = config;
        let server = &mut self.server;
        (server.batch, server.noop, server.pre_vote) = (batch, noop, pre_vote);
        server.clock.configure(least_timeout_us, pre_vote || check_quorum);
        server.writes_first = leader_writes_first;
        server.set_check_quorum(check_quorum, out);
        self.was_flawed |= !flaws.is_empty();
        if flaws != self.flaws {
            self.flaws = flaws;
            self.server.rules = flaws.rules();
        }
        let server = &mut self.server;
        let lease_us = match lease_us {
            0 => 0,
            _ => (server.rules.lease_lasts)(lease_us, lease_bound_us),
        };
        server.set_lease(keeps_lease, lease_us);
    }

    /// Handles an input after the flaws have changed it, if it is a message and none of them drops
    /// it.
    #[cold]
    fn follow_bent(&mut self, input: &Input, out: &mut Vec<Output>) {
        let Input::Message(message) = input else { return self.follow(input, out) };
        let mut message = message.clone();
        if self.flaws.bend_hearing(&mut self.server, &mut message, out) {
            self.follow(&Input::Message(message), out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::io::Invariant;
    use crate::raft::nodes::{NodeMap, NodeSet};
    use crate::raft::progress::Progress;
    use crate::raft::server::Role;
    use crate::raft::types::{Index, Term};

    /// Breaks each invariant by hand: the next step must output [`Output::Halt`] with it, and not
    /// panic.
    #[test]
    fn a_broken_invariant_halts() {
        let group = Group::of(NodeSet::first(3));
        let config = Config::default();
        let id = NodeId::at(0);
        type Break = (Invariant, fn(&mut Node));
        let breaks: &[Break] = &[
            (Invariant::TermRises, |node| node.reported.term = Term(1)),
            (Invariant::CommitRises, |node| node.reported.commit = Index(1)),
            (Invariant::CommittedInLog, |node| node.server.commit_index = Index(1)),
            (Invariant::AppliedCommitted, |node| node.server.last_applied = Index(1)),
            (Invariant::DurableInLog, |node| node.server.durability.last_index = Index(1)),
            (Invariant::LeaderLeads, |node| {
                node.server.role = Role::Leader { progress: NodeMap::default() }
            }),
            (Invariant::ProgressInLog, |node| {
                node.server.leader = Some(node.server.id);
                node.server.role = Role::Leader {
                    progress: NodeMap::of(node.server.peers(), &Progress::new(Index(7))),
                };
            }),
        ];
        for (invariant, change) in breaks {
            let (mut out, hard_state) = (Vec::new(), HardState::default());
            let mut node =
                Node::start(id, group, config, hard_state, (Log::default(), None), &mut out);
            node.step(&Input::Written(Ticket(0)), &mut out);
            assert!(
                !out.iter().any(|output| matches!(output, Output::Halt(_))),
                "{invariant}: nothing is broken"
            );
            change(&mut node);
            node.step(&Input::DiskSpace(DiskSpace::Plenty), &mut out);
            assert!(out.contains(&Output::Halt(*invariant)), "{invariant}: {out:?}");
        }
    }
}
