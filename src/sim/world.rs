//! The world as a value: the whole simulation at one moment of virtual time.

use std::collections::BTreeMap;

use triomphe::Arc;

use crate::raft::{Entry, Group, NodeId, NodeSet, RoleName};
use crate::seq::{Pool, Seq};

use super::client::Ops;
use super::cluster_settings::ClusterSettings;
use super::engine::EngineFault;
use super::environment::Environment;
use super::event::{Event, EventId, EventKind};
use super::host::Host;
use super::host_context::HostContext;
use super::images::Images;
use super::network::{InFlight, Network, TransitState};
use super::queue::Queue;
use super::record::Record;
use super::replay::Replay;
use super::rng::Dice;
use super::settings::{OnViolation, Setting, Settings};
use super::state::HostState;
use super::watch::{EventRecorder, Finding, JudgingEnded, NodeReport, Violation, Watch};

/// A simulated cluster. Two worlds that were given the same seed and the same actions are equal.
///
/// A clone costs one pointer a host and a copy of what is in flight and planned. Hosts are shared
/// until one side changes them, and even then their logs and disks share what they have in common.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) hosts: Vec<Arc<Host>>,
    pub(super) environment: Environment,
}

/// The recorder to which a move adds its events, in order.
pub(super) type Events<'a> = &'a mut EventRecorder<dyn Watch>;

impl World {
    /// A new cluster of `n1` to `nN` at time 0. All nodes are followers in term 0, with empty logs
    /// and running election timers.
    ///
    /// # Panics
    /// If there are no nodes, or more than [`crate::raft::MAX_NODES`].
    pub fn new(nodes: usize, seed: u64) -> World {
        World::with_settings(nodes, seed, Settings::default())
    }

    /// A new cluster with other settings, by which its first timers are drawn. If its nodes run
    /// engines, [`World::start_engines`] has to follow.
    ///
    /// # Panics
    /// If there are no nodes, or more than [`crate::raft::MAX_NODES`].
    pub fn with_settings(nodes: usize, seed: u64, settings: Settings) -> World {
        assert!(
            (1..=usize::from(crate::raft::MAX_NODES)).contains(&nodes),
            "a cluster has 1 to 101 nodes"
        );
        let pool = Pool::default();
        let mut world = World {
            hosts: NodeId::first(nodes).map(|id| Arc::new(Host::new(id, &pool))).collect(),
            environment: Environment {
                settings: ClusterSettings::new(settings),
                group: Group::of(NodeSet::first(nodes)),
                committed: None,
                changes: false,
                images: Images::default(),
                compacted: Seq::in_pool(&pool),
                now_us: 0,
                dice: Dice::new(seed),
                queue: Queue::new(nodes),
                paused: NodeSet::EMPTY,
                network: Network::new(nodes),
                ops: Ops::default(),
                attempt: 0,
                at_once: 0,
                latest_us: BTreeMap::new(),
                heard_heartbeat: false,
                background: None,
                event_count: 0,
                pool,
                begun: false,
                violations: Arc::default(),
                judging_ended: None,
                undecided: None,
                replay: Replay::default(),
                spare: Vec::new(),
            },
        };
        for node in NodeId::first(nodes) {
            match settings.engines.is_none() {
                true => world.start_first_time(node),
                false => world.furnish(node),
            }
        }
        world
    }

    /// The current settings of all nodes that have no values of their own.
    pub fn settings(&self) -> &Settings {
        self.environment.settings.general()
    }

    /// The current settings of a node.
    pub fn settings_of(&self, node: NodeId) -> &Settings {
        self.environment.settings.of(node)
    }

    /// The values of single nodes that differ from those of all, in order of the nodes.
    pub fn own_settings(&self) -> impl Iterator<Item = (NodeId, Setting)> {
        self.environment.settings.own()
    }

    /// Virtual time since the cluster was created, in microseconds.
    pub fn now_us(&self) -> u64 {
        self.environment.now_us
    }

    /// The cluster's initial members. They count until a log holds another configuration.
    pub fn first_group(&self) -> &Group {
        &self.environment.group
    }

    /// The pool in which the logs of nodes and disks share equal chunks.
    pub fn pool(&self) -> &Pool<Entry> {
        &self.environment.pool
    }

    /// How many nodes the cluster has, whatever their state.
    pub fn cluster_size(&self) -> usize {
        self.hosts.len()
    }

    /// All nodes.
    pub fn nodes(&self) -> NodeSet {
        NodeSet::first(self.hosts.len())
    }

    /// A node's host.
    ///
    /// # Panics
    /// If the cluster has no such node: callers take nodes from [`World::nodes`].
    pub fn host(&self, node: NodeId) -> &Host {
        &self.hosts[node.position()]
    }

    /// All hosts, in order of their nodes.
    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.hosts.iter().map(AsRef::as_ref)
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.environment.network
    }

    /// What a message in flight waits for.
    pub fn transit_state(&self, message: &InFlight) -> TransitState {
        let paused = || self.host(message.message.to).state == HostState::Paused;
        match message.held {
            true => TransitState::Held,
            false if message.due_us() <= self.now_us() && paused() => TransitState::AtPaused,
            false => TransitState::Underway,
        }
    }

    /// The clients' requests, with their outcomes.
    pub fn ops(&self) -> &Ops {
        &self.environment.ops
    }

    /// The violations found so far, in order.
    pub fn violations(&self) -> &[Violation] {
        &self.environment.violations
    }

    /// Whether a move must stop here: a property was violated since there were this many
    /// violations, and the setting `on-violation` is `stop`.
    pub fn ends(&self, violations: usize) -> bool {
        self.settings().on_violation == OnViolation::Stop && self.violations().len() > violations
    }

    /// Where judging ended, if it has.
    pub fn judging_ended(&self) -> Option<JudgingEnded> {
        self.environment.judging_ended
    }

    /// Where the judge gave up whether answers fit together, if it has: there were too many ways in
    /// which the requests for a key may have taken effect.
    pub fn undecided(&self) -> Option<JudgingEnded> {
        self.environment.undecided
    }

    /// The nodes whose engines broke the protocol, each with how it did first.
    pub fn protocol_breaks(&self) -> impl Iterator<Item = (NodeId, EngineFault)> {
        self.hosts().filter_map(|host| Some((host.id, host.engine.as_ref()?.protocol?)))
    }

    /// How many events there have been. This is also the number of the latest event.
    pub fn event_count(&self) -> EventId {
        self.environment.event_count
    }

    /// The nodes that are up: not paused, down or halted.
    pub fn live(&self) -> NodeSet {
        self.hosts().filter(|host| host.is_up()).map(|host| host.id).collect()
    }

    /// How many messages, timers and writes a copy of this world copies one by one. All else that
    /// grows is shared by copies.
    pub fn copied(&self) -> usize {
        let writes: usize = self.hosts().map(|host| host.disk.unfinished()).sum();
        self.environment.network.places() + writes
    }

    /// The nodes that were killed or halted.
    pub fn down(&self) -> NodeSet {
        self.hosts()
            .filter(|host| matches!(host.state, HostState::Down | HostState::Halted(_)))
            .map(|host| host.id)
            .collect()
    }

    /// The leader with the highest term among the nodes that are up.
    pub fn leader(&self) -> Option<NodeId> {
        let leads = |host: &&Host| host.is_up() && role(host) == Some(RoleName::Leader);
        let term = |host: &&Host| host.report().map(|report| report.term);
        self.hosts().filter(leads).max_by_key(term).map(|host| host.id)
    }

    /// The followers among the nodes that are up.
    pub fn followers(&self) -> NodeSet {
        let follows = |host: &&Host| host.is_up() && role(host) == Some(RoleName::Follower);
        self.hosts().filter(follows).map(|host| host.id).collect()
    }

    pub(super) fn host_mut(&mut self, node: NodeId) -> &mut Host {
        Arc::make_mut(&mut self.hosts[node.position()])
    }

    /// Records an event; returns its number.
    #[inline(always)]
    pub(super) fn record(
        &mut self,
        events: Events,
        cause: Option<EventId>,
        node: NodeId,
        kind: EventKind,
    ) -> EventId {
        self.environment.record(&mut events.events, cause, node, kind)
    }

    /// One host with what it shares with the other hosts.
    pub(super) fn context<'a>(&'a mut self, node: NodeId, events: Events<'a>) -> HostContext<'a> {
        self.quiet_context(node, &mut events.events)
    }

    /// The same, with a list of events that no observer sees.
    pub(super) fn quiet_context<'a>(
        &'a mut self,
        node: NodeId,
        events: &'a mut Vec<Event>,
    ) -> HostContext<'a> {
        HostContext {
            host: Arc::make_mut(&mut self.hosts[node.position()]),
            environment: &mut self.environment,
            events,
        }
    }
}

impl World {
    /// What a node reports about itself; none while it does not run.
    #[inline]
    pub fn account(&self, node: NodeId) -> Option<NodeReport<'_>> {
        let (host, settings) = (self.host(node), self.settings_of(node));
        let Record { report, progress, .. } = host.record()?;
        Some(NodeReport {
            report,
            progress,
            settings,
            clock_us: host.clock.shows_us(self.now_us()),
            election_armed: host.election.set_by.is_some(),
            heartbeat_armed: host.heartbeat.set_by.is_some(),
            answers_due: host.has_sent_all(),
        })
    }

    /// Shows new events to the observer. Called when something has happened and all its
    /// consequences are recorded.
    pub(super) fn look(&mut self, recorder: &mut EventRecorder<dyn Watch>) {
        if !self.settings().engines.is_none() {
            self.note_given();
        }
        let news = &recorder.events[recorder.looked_at..];
        // Everything that happens starts at one node; events at other nodes follow from it.
        let Some(first) = news.first() else { return };
        let found = recorder.watch.look(news, self.account(first.node).as_ref(), self.ops());
        if !found.is_empty() {
            self.write_down(found, recorder);
        }
        recorder.looked_at = recorder.events.len();
    }

    #[cold]
    pub(super) fn write_down(
        &mut self,
        found: Vec<Finding>,
        recorder: &mut EventRecorder<dyn Watch>,
    ) {
        for remark in found {
            match remark {
                Finding::Violated(violation) => {
                    let (node, event) = (violation.node, violation.event);
                    let number = self.environment.violations.len() as u32;
                    Arc::make_mut(&mut self.environment.violations).push(violation);
                    self.record(
                        recorder,
                        // Event 0 is the creation of the cluster, which is no event.
                        Some(event).filter(|&event| event > 0),
                        node,
                        EventKind::PropertyViolated { number },
                    );
                }
                Finding::Undecided(ended) => {
                    self.environment.undecided.get_or_insert(ended);
                }
                Finding::Ended(ended) => {
                    self.environment.judging_ended = Some(ended);
                    self.record(recorder, Some(ended.event), ended.node, EventKind::JudgingEnded);
                }
            }
        }
    }
}

fn role(host: &Host) -> Option<RoleName> {
    host.report().map(|report| report.role)
}
