//! Everything in the world except the hosts: time, random numbers, the queue, the network and the
//! clients' requests.

use std::collections::BTreeMap;

use triomphe::Arc;

use crate::raft::{Config, Configuration, Entry, Group, Index, NodeId, NodeSet, Output, Payload};
use crate::seq::{InPlace, Pool, Seq};

use super::client::Ops;
use super::cluster_settings::ClusterSettings;
use super::event::{Event, EventId, EventKind};
use super::images::Images;
use super::network::Network;
use super::queue::Queue;
use super::replay::Replay;
use super::rng::Dice;
use super::watch::{JudgingEnded, Violation};
use super::worker::Background;

/// Everything in the world except the hosts, which share it.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) settings: ClusterSettings,
    /// The cluster's initial members. They count until a log holds another configuration.
    pub(super) group: Group,
    /// The latest configuration that any node has applied, with the index of its entry.
    pub(super) committed: Option<(Index, Configuration)>,
    /// What snapshots contain.
    pub(super) images: Images,
    /// The entries that nodes have discarded, from index 1 on: they are known to be committed.
    pub(super) compacted: Seq<Entry>,
    /// Whether anybody ever asked for a change to the members.
    pub(super) changes: bool,
    pub(super) now_us: u64,
    pub(super) dice: Dice,
    pub(super) queue: Queue,
    /// The nodes that are paused, as their hosts have it. Messages to them are not in the queue.
    pub(super) paused: NodeSet,
    pub(super) network: Network,
    pub(super) ops: Ops,
    /// The number of the sending of the request that a node is being given.
    pub(super) attempt: u32,
    /// How many writes of an engine have finished within the present event.
    pub(super) at_once: u32,
    /// When the latest message arrives on each link on which none overtakes another.
    pub(super) latest_us: BTreeMap<(NodeId, NodeId), u64>,
    /// Whether the message that an engine is being given is a heartbeat.
    pub(super) heard_heartbeat: bool,
    /// The clients in the background, if there are any.
    pub(super) background: Option<Box<Background>>,
    /// The number of the latest event.
    pub(super) event_count: EventId,
    /// Chunks of logs that nodes and disks share.
    pub(super) pool: Pool<Entry>,
    /// Whether a node was given an input other than its settings or its disk's space. From then on
    /// logs can no longer be preloaded.
    pub(super) begun: bool,
    /// The violations found so far.
    pub(super) violations: Arc<Vec<Violation>>,
    /// Where the observer stopped judging, if it has.
    pub(super) judging_ended: Option<JudgingEnded>,
    /// Where the observer gave up whether answers fit together, if it has.
    pub(super) undecided: Option<JudgingEnded>,
    /// What a node that starts again applies again.
    pub(super) replay: Replay,
    /// An empty list that keeps its memory: every input needs one for its outputs.
    pub(super) spare: Vec<Output>,
}

impl Environment {
    /// The protocol's settings of a node.
    pub(super) fn config(&self, node: NodeId) -> Config {
        self.settings.config(node, NodeSet::first(self.network.cluster_size()))
    }

    /// The configuration with which a node begins if its disk holds none.
    pub(super) fn first_group_of(&self, node: NodeId) -> Group {
        if self.group.members().contains(node) { self.group } else { Group::default() }
    }

    /// The latest configuration that is known to be committed.
    pub(super) fn committed_group(&self) -> Group {
        self.committed.map_or(self.group, |(_, configuration)| configuration.group())
    }

    /// A node has applied an entry, which may be a configuration.
    #[inline]
    pub(super) fn applied(&mut self, index: Index, entry: Entry) {
        if let Payload::Configuration(configuration) = entry.payload {
            self.commits(index, configuration);
        }
    }

    /// A node has applied a configuration.
    #[cold]
    pub(super) fn commits(&mut self, index: Index, configuration: Configuration) {
        if self.committed.is_none_or(|(latest, _)| latest < index) {
            self.committed = Some((index, configuration));
        }
    }

    /// Records an event; returns its number. Inlined, so that the event is built in the list and
    /// not copied there.
    #[inline(always)]
    pub(super) fn record(
        &mut self,
        events: &mut Vec<Event>,
        cause: Option<EventId>,
        node: NodeId,
        kind: EventKind,
    ) -> EventId {
        self.event_count += 1;
        events.place(Event::new(self.event_count, self.now_us, cause, node, kind));
        self.event_count
    }
}
