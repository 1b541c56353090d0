//! The network: messages in flight, and which links are cut.
//!
//! A message stays in a slot until it is delivered or dropped. Slots are reused, so memory grows
//! with the messages in flight and not with all that were ever sent. Every link has a direction:
//! from one node to another.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::hint::cold_path;
use std::sync::Arc;

use crate::raft::{Message, NodeId, NodeSet};
use crate::seq::digest;

use super::event::{EventId, MessageId};
use super::queue::{DueTime, SLOTS};
use super::state::LinkFault;

/// The most messages that may be in flight at once. The network drops what is sent beyond that, as
/// a full buffer does: a network that delivers nothing must not fill the machine's memory.
pub const MAX_IN_FLIGHT: usize = 1_000_000;

const _: () = assert!(MAX_IN_FLIGHT < SLOTS as usize);

/// A message in flight.
#[derive(Clone, Debug, Hash)]
pub struct InFlight {
    /// The message's number.
    pub id: MessageId,
    /// The message, with its sender and receiver.
    pub message: Message,
    /// Its body as an engine wrote it; none if it is a message of raftsh's own nodes.
    pub text: Option<Arc<str>>,
    /// The event in which it was sent.
    pub sent_by: EventId,
    /// Whether it is an AppendEntries without entries, or the answer to one.
    pub heartbeat: bool,
    /// Whether the message is held.
    pub(super) held: bool,
    /// When it arrives, unless it is held or its receiver is paused at that time.
    pub(super) due: DueTime,
}

/// What a message in flight waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransitState {
    /// The time at which it is due.
    Underway,
    /// To be released, or delivered by hand.
    Held,
    /// Its receiver to resume: it was paused when the message was due.
    AtPaused,
}

impl InFlight {
    /// When the message is due to arrive, in microseconds of virtual time.
    pub fn due_us(&self) -> u64 {
        self.due.time_us
    }

    /// Whether it waits for something other than time: its release, or its receiver, if that is
    /// one of the nodes that are paused.
    pub(super) fn waits(&self, paused: NodeSet) -> bool {
        self.held || paused.contains(self.message.to)
    }
}

/// The state of the network.
#[derive(Clone, Debug)]
pub struct Network {
    slots: Vec<Option<InFlight>>,
    free: Vec<u32>,
    nodes: usize,
    /// The link from each node to each other node, row by row.
    ways: Vec<LinkFlags>,
    /// The links that have a fault of their own.
    faults: BTreeMap<(NodeId, NodeId), LinkFault>,
    sent: MessageId,
}

/// What sending a message asks about its link, without a search.
#[derive(Clone, Copy, Debug, Default, Hash)]
pub(super) struct LinkFlags {
    pub(super) cut: bool,
    pub(super) held: bool,
    /// Whether the link has a fault of its own.
    pub(super) differs: bool,
}

impl Hash for Network {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The order of the slots means nothing, so the messages are summed.
        let in_flight =
            self.in_flight().fold(0u64, |sum, message| sum.wrapping_add(digest(message)));
        in_flight.hash(state);
        self.hash_links(state);
        self.sent.hash(state);
    }
}

impl Network {
    pub(super) fn new(nodes: usize) -> Network {
        Network {
            slots: Vec::new(),
            free: Vec::new(),
            nodes,
            ways: vec![LinkFlags::default(); nodes * nodes],
            faults: BTreeMap::new(),
            sent: 0,
        }
    }

    /// The network connects this many nodes from now on: more than before.
    pub(super) fn grow(&mut self, nodes: usize) {
        let mut ways = vec![LinkFlags::default(); nodes * nodes];
        for (from, row) in self.ways.chunks(self.nodes).enumerate() {
            ways[from * nodes..][..self.nodes].copy_from_slice(row);
        }
        (self.ways, self.nodes) = (ways, nodes);
    }

    /// Hashes everything except the messages in flight and the count of messages ever sent.
    pub(super) fn hash_links<H: Hasher>(&self, state: &mut H) {
        let Network { slots: _, free: _, nodes, ways, faults, sent: _ } = self;
        (nodes, ways, faults).hash(state);
    }

    /// The number of the next message.
    pub(super) fn next_id(&mut self) -> MessageId {
        self.sent += 1;
        self.sent
    }

    /// How many messages were ever sent, copies included. This is also the number of the latest
    /// one.
    pub fn sent(&self) -> MessageId {
        self.sent
    }

    /// How many nodes the network connects.
    pub(super) fn cluster_size(&self) -> usize {
        self.nodes
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= MAX_IN_FLIGHT
    }

    /// Adds a message; returns its slot, and the message where it lies, because it is made there.
    #[inline(always)]
    pub(super) fn put(&mut self, message: impl FnOnce() -> InFlight) -> (u32, &InFlight) {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                cold_path();
                self.slots.push(None);
                self.slots.len() as u32 - 1
            }
        };
        (slot, self.slots[slot as usize].get_or_insert_with(message))
    }

    /// Removes a message from its slot.
    #[inline(always)]
    pub(super) fn take(&mut self, slot: u32) -> Option<InFlight> {
        let place = &mut self.slots[slot as usize];
        if place.is_some() {
            self.free.push(slot);
        }
        place.take()
    }

    /// The messages in flight with their slots, in no meaningful order.
    pub(super) fn by_slot(&self) -> impl Iterator<Item = (u32, &InFlight)> {
        (0u32..).zip(&self.slots).filter_map(|(slot, message)| Some((slot, message.as_ref()?)))
    }

    /// The message in a slot.
    pub(super) fn get(&self, slot: u32) -> Option<&InFlight> {
        self.slots[slot as usize].as_ref()
    }

    /// The message in a slot, to change it.
    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut InFlight> {
        self.slots[slot as usize].as_mut()
    }

    /// The slots of the messages in flight, by message number: oldest first.
    pub(super) fn by_age(&self) -> BTreeMap<MessageId, u32> {
        self.by_slot().map(|(slot, message)| (message.id, slot)).collect()
    }

    /// The flags of the link from one node to another.
    pub(super) fn way(&self, from: NodeId, to: NodeId) -> LinkFlags {
        self.ways[from.position() * self.nodes + to.position()]
    }

    fn way_mut(&mut self, from: NodeId, to: NodeId) -> &mut LinkFlags {
        &mut self.ways[from.position() * self.nodes + to.position()]
    }

    /// The nodes to which this one's link satisfies a condition.
    fn ways_from(&self, from: NodeId, such: impl Fn(LinkFlags) -> bool) -> NodeSet {
        NodeId::first(self.nodes).filter(|&to| such(self.way(from, to))).collect()
    }

    /// The nodes to which this one's messages are held.
    pub fn held_back(&self, from: NodeId) -> NodeSet {
        self.ways_from(from, |way| way.held)
    }

    /// Whether messages from one node to another are held.
    pub fn is_held(&self, from: NodeId, to: NodeId) -> bool {
        self.way(from, to).held
    }

    /// Holds or releases one link; false if that changed nothing.
    pub(super) fn set_held(&mut self, from: NodeId, to: NodeId, held: bool) -> bool {
        std::mem::replace(&mut self.way_mut(from, to).held, held) != held
    }

    /// How one link differs from the others.
    pub fn fault(&self, from: NodeId, to: NodeId) -> LinkFault {
        if !self.way(from, to).differs {
            return LinkFault::default();
        }
        self.faults.get(&(from, to)).copied().unwrap_or_default()
    }

    /// The links that differ from the others, by sender and then receiver.
    pub fn faults(&self) -> impl Iterator<Item = (NodeId, NodeId, LinkFault)> {
        self.faults.iter().map(|(&(from, to), &fault)| (from, to, fault))
    }

    /// Changes how one link differs from the others; false if that changed nothing.
    pub(super) fn set_fault(&mut self, from: NodeId, to: NodeId, fault: LinkFault) -> bool {
        let before = self.fault(from, to);
        let differs = fault != LinkFault::default();
        self.way_mut(from, to).differs = differs;
        if differs {
            self.faults.insert((from, to), fault);
        } else {
            self.faults.remove(&(from, to));
        }
        before != fault
    }

    /// How many places for messages a copy has, which it does not share.
    pub(super) fn places(&self) -> usize {
        self.slots.len()
    }

    /// How many messages are in flight.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether nothing is in flight.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The messages in flight, in no meaningful order.
    pub fn in_flight(&self) -> impl Iterator<Item = &InFlight> {
        self.slots.iter().flatten()
    }

    /// The messages in flight that satisfy a condition, in the order in which they were sent.
    pub fn oldest_first(&self, wanted: impl Fn(&Message) -> bool) -> Vec<&InFlight> {
        let mut found: Vec<&InFlight> =
            self.in_flight().filter(|one| wanted(&one.message)).collect();
        found.sort_unstable_by_key(|one| one.id);
        found
    }

    /// Whether the link from one node to another is cut.
    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.way(from, to).cut
    }

    /// The nodes to which this one's link is cut.
    pub fn unreachable(&self, from: NodeId) -> NodeSet {
        self.ways_from(from, |way| way.cut)
    }

    /// Cuts or heals one link; false if that changed nothing.
    pub(super) fn set_cut(&mut self, from: NodeId, to: NodeId, cut: bool) -> bool {
        std::mem::replace(&mut self.way_mut(from, to).cut, cut) != cut
    }
}
