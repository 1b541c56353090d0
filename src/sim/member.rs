//! Members of the cluster: changes to them, as requests, and nodes that are started beside it.

use triomphe::Arc;

use crate::raft::{Change, Group, Index, MAX_NODES, NodeId, NodeSet};

use super::answer::{Applied, Refused};
use super::client::{Asked, Request};
use super::event::EventKind;
use super::host::Host;
use super::members::Configurations;
use super::record::Record;
use super::requests::Sender;
use super::world::{Events, World};

impl World {
    /// Somebody asks a leader for a change to the members of the cluster.
    pub(super) fn change_members(
        &mut self,
        node: NodeId,
        change: Change,
        sender: Sender,
        events: Events,
    ) -> Result<Applied, Refused> {
        self.takes_request(node, None)?;
        let standing = self.host(node).record().map(Record::change_standing);
        let flaws = self.settings_of(node).raft.flaws;
        if let Some(why) = standing.and_then(|standing| standing.refusal(change, flaws)) {
            return Err(Refused::Change { node, why });
        }
        self.environment.changes = true;
        let call = self.new_call(None, None, None);
        self.send(Request { node, asked: Asked::Change(change) }, call, sender, events)
    }

    /// Whether the leader would take a change now.
    pub fn takes_change(&self, change: Change) -> bool {
        let leader = self.leader().map(|leader| self.host(leader));
        leader.and_then(|host| Some((host.id, host.record()?))).is_some_and(|(id, record)| {
            record.change_standing().refusal(change, self.settings_of(id).raft.flaws).is_none()
        })
    }

    /// Starts further nodes with empty disks. They belong to no configuration.
    pub(super) fn boot(&mut self, count: usize, events: Events) -> Result<Applied, Refused> {
        let before = self.cluster_size();
        if before + count > usize::from(MAX_NODES) {
            return Err(Refused::TooManyNodes { before, more: count });
        }
        let booted: NodeSet = (before..before + count).map(NodeId::at).collect();
        self.environment.network.grow(before + count);
        self.environment.queue.grow(before + count);
        for node in booted.iter() {
            self.hosts.push(Arc::new(Host::new(node, &self.environment.pool)));
            self.record(events, None, node, EventKind::NodeBooted);
            self.start_first_time(node);
            self.look(events);
        }
        Ok(Applied { nodes: booted, changed: count > 0, ..Applied::default() })
    }

    /// The configuration with which a node begins if its disk holds none: that of the cluster, and
    /// none for a node that was started beside it.
    pub(super) fn first_group_of(&self, node: NodeId) -> Group {
        self.environment.first_group_of(node)
    }

    /// The configuration that a node uses: the latest one in its log. The log is that on its disk
    /// if it does not run.
    pub fn group_of(&self, node: NodeId) -> Group {
        self.configuration_of(node).0
    }

    /// The configuration that a node uses, and the index of its entry, if an entry set it.
    fn configuration_of(&self, node: NodeId) -> (Group, Option<Index>) {
        let used = |members: &Configurations| (members.group(), members.index());
        match self.host(node).record() {
            Some(record) => used(&record.members),
            None => used(&self.durable_members(node)),
        }
    }

    /// The configurations in the log on a node's disk.
    pub fn durable_members(&self, node: NodeId) -> Configurations {
        self.host(node).durable_members(self.first_group_of(node))
    }

    /// The members of the cluster: by the configuration of the leader, or else by the latest one
    /// that is known to be committed.
    pub fn group(&self) -> Group {
        let of_leader = self.leader().and_then(|leader| self.host(leader).record());
        match of_leader {
            Some(record) => record.members.group(),
            None => self.environment.committed_group(),
        }
    }

    /// The configurations that may decide something: that of the leader, or the latest one that is
    /// known to be committed, and later ones in the logs of their members. Only some of these logs
    /// have a change that is not committed. With an earlier one nobody wins: its majorities hold
    /// the one that is committed.
    pub fn groups_in_use(&self) -> Vec<Group> {
        let committed = self.environment.committed.map(|(index, _)| index);
        let mut groups = vec![self.group(), self.environment.committed_group()];
        groups.dedup();
        let (mut asked, mut members) = (NodeSet::EMPTY, NodeSet::EMPTY);
        groups.iter().for_each(|group| members = members.union(group.members()));
        while let Some(node) = members.difference(asked).iter().next() {
            asked.insert(node);
            let (group, index) = self.configuration_of(node);
            if index > committed && !groups.contains(&group) {
                members = members.union(group.members());
                groups.push(group);
            }
        }
        groups
    }

    /// Whether these nodes can decide everything, whichever configuration counts in the end.
    pub fn can_decide(&self, nodes: NodeSet) -> bool {
        match self.environment.changes {
            false => self.environment.group.has_quorum(nodes),
            true => self.groups_in_use().iter().all(|group| group.has_quorum(nodes)),
        }
    }

    /// The nodes that were members once, and belong to no configuration that counts any more.
    pub fn removed(&self) -> NodeSet {
        if !self.environment.changes {
            return NodeSet::EMPTY;
        }
        let groups = self.groups_in_use();
        let members = groups.iter().fold(NodeSet::EMPTY, |all, group| all.union(group.members()));
        let others = self.nodes().difference(members).iter();
        others.filter(|node| self.group_of(*node) != Group::default()).collect()
    }

    /// The members of the cluster that are up, voters and learners.
    pub fn live_members(&self) -> NodeSet {
        self.live().intersection(self.group().members())
    }

    /// The nodes that belong to no configuration now.
    pub fn spares(&self) -> NodeSet {
        self.nodes().difference(self.group().members())
    }
}
