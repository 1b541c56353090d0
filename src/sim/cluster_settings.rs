//! The settings in effect in a cluster: those for all nodes, and values of single nodes.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::hint::cold_path;

use crate::quantity;
use crate::raft::{Config, Flaw, NodeId, NodeSet};

use super::client::ReadKind;
use super::settings::{Setting, Settings};

/// The settings for all nodes, and those of the nodes that have values of their own.
///
/// Nearly every event asks for a setting, and few nodes have values of their own: the map holds
/// only these, so that asking costs next to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClusterSettings {
    general: Settings,
    /// All settings of each node that differs from the general ones.
    own: BTreeMap<NodeId, Settings>,
}

impl ClusterSettings {
    /// The same settings for all nodes.
    pub(super) fn new(general: Settings) -> ClusterSettings {
        ClusterSettings { general, own: BTreeMap::new() }
    }

    /// The settings for all nodes, and for all that is no node.
    pub(super) fn general(&self) -> &Settings {
        &self.general
    }

    /// The settings of a node.
    #[inline]
    pub(super) fn of(&self, node: NodeId) -> &Settings {
        if self.own.is_empty() {
            return &self.general;
        }
        cold_path();
        self.own.get(&node).unwrap_or(&self.general)
    }

    /// The protocol's settings of one of these nodes, with those that depend on all of them.
    pub(super) fn config(&self, node: NodeId, nodes: NodeSet) -> Config {
        let settings = self.of(node);
        let lease_bound_us = self.lease_bound_us(nodes);
        let share_ppm = quantity::WHOLE_PPM.saturating_sub(settings.lease_drift_ppm);
        let lease_us = u128::from(lease_bound_us) * u128::from(share_ppm);
        Config {
            keeps_lease: self.general.reads == ReadKind::Lease,
            lease_us: (lease_us / u128::from(quantity::WHOLE_PPM)) as u64,
            lease_bound_us,
            ..settings.raft
        }
    }

    /// No lease may last longer than the least election timeout of any of these nodes, and there
    /// are none if one of them votes against leaders that it hears.
    fn lease_bound_us(&self, nodes: NodeSet) -> u64 {
        if self.own.is_empty() && !self.general.raft.check_quorum {
            return 0;
        }
        let checks = |node: NodeId| self.of(node).raft.check_quorum;
        let least = nodes.iter().map(|node| self.of(node).election_timeout.min_us).min();
        if nodes.iter().all(checks) { least.unwrap_or(0) } else { 0 }
    }

    /// The values of single nodes that differ from the general ones, in order of the nodes.
    pub(super) fn own(&self) -> impl Iterator<Item = (NodeId, Setting)> {
        let general = self.general.all();
        self.own.iter().flat_map(move |(node, settings)| {
            let differs = |(own, general): &(Setting, Setting)| own != general;
            settings.all().into_iter().zip(general).filter(differs).map(|(own, _)| (*node, own))
        })
    }

    /// Changes a setting of all nodes, and ends what single nodes had. False if nothing changed.
    pub(super) fn set(&mut self, setting: Setting) -> bool {
        self.change(|settings| settings.set(setting))
    }

    /// Switches a flaw on or off. False if nothing changed.
    pub(super) fn set_flaw(&mut self, flaw: Flaw, on: bool) -> bool {
        self.change(|settings| settings.raft.flaws.set(flaw, on))
    }

    /// Makes the same change to the settings of all nodes.
    fn change(&mut self, change: impl Fn(&mut Settings) -> bool) -> bool {
        let mut changed = change(&mut self.general);
        if !self.own.is_empty() {
            let general = self.general;
            self.own.retain(|_, settings| {
                changed |= change(settings);
                *settings != general
            });
        }
        changed
    }

    /// Changes a setting of single nodes. Returns those that had another value.
    pub(super) fn set_of(&mut self, setting: Setting, nodes: NodeSet) -> NodeSet {
        let mut changed = NodeSet::EMPTY;
        for node in nodes.iter() {
            let mut settings = *self.of(node);
            if !settings.set(setting) {
                continue;
            }
            changed.insert(node);
            if settings == self.general {
                self.own.remove(&node);
            } else {
                self.own.insert(node, settings);
            }
        }
        changed
    }
}

/// A cluster whose nodes have no values of their own has the hash of its general settings.
impl Hash for ClusterSettings {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ClusterSettings { general, own } = self;
        general.hash(state);
        if !own.is_empty() {
            own.hash(state);
        }
    }
}
