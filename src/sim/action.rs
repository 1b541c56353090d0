//! The one closed list of moves: every way in which the world can move, and how it answers.

use std::fmt;

use crate::disk::DamageTarget;
use crate::kv::Command;
use crate::quantity;
use crate::raft::{Flaw, NodeId, NodeSet};
use crate::word::{OrNone, QuotedWord};

use super::disks::DiskMove;
use super::event::MessageId;
use super::preload::Preload;
use super::settings::Setting;

/// A move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Let the next events happen, as many as this.
    Step(u64),
    /// Let this much time pass, in microseconds, in which nothing is due.
    Wait(u64),
    /// Let messages arrive and writes finish, and no timer fire, until nothing of that is left;
    /// with nodes, only between these; with a number, only so many of them.
    Settle(Option<NodeSet>, Option<u64>),
    /// Give a node its durable log before time has moved.
    Preload(Preload),
    /// A client's request reaches a node.
    Invoke(NodeId, Command),
    /// Crash nodes.
    Kill(NodeSet),
    /// Start nodes from their disks; those that run crash first.
    Restart(NodeSet),
    /// Stop nodes; they remember everything, and what reaches them waits.
    Pause(NodeSet),
    /// Let paused nodes go on.
    Resume(NodeSet),
    /// Fire the nodes' election timers now.
    Timeout(NodeSet),
    /// Fire a leader's heartbeat timer now.
    Tick(NodeId),
    /// Cut all ways from the first nodes to the second.
    Cut(NodeSet, NodeSet, LinkDirection),
    /// End the cuts between the first nodes and the second, both ways.
    Heal(NodeSet, NodeSet),
    /// End all cuts.
    HealAll,
    /// Cut each of these nodes from every other.
    Isolate(NodeSet),
    /// Replace all cuts: nodes of different groups do not reach each other. A node in no group
    /// reaches all.
    Partition(Vec<NodeSet>),
    /// Messages from the first nodes to the second take so many microseconds longer; 0 ends it.
    Delay(NodeSet, NodeSet, u64),
    /// How likely a message from the first nodes to the second is lost, in millionths; 0 ends it.
    LinkLoss(NodeSet, NodeSet, u32),
    /// How likely a message from the first nodes to the second arrives twice, in millionths; 0 ends
    /// it.
    LinkDuplicate(NodeSet, NodeSet, u32),
    /// Messages from the first nodes to the second stay in flight until delivered by hand or
    /// released.
    Hold(NodeSet, NodeSet),
    /// End that.
    Release(NodeSet, NodeSet),
    /// Deliver messages now, in this order.
    Deliver(Vec<MessageId>),
    /// Lose messages.
    Drop(Vec<MessageId>),
    /// Copy messages.
    Dup(Vec<MessageId>),
    /// Damage bytes on each node's disk.
    Corrupt(NodeSet, DamageTarget),
    /// Do something else to their disks, or let them do it.
    Disk(NodeSet, DiskMove),
    /// Change a setting.
    Set(Setting),
    /// Switch a mistake into the protocol, or out of it.
    Flaw(Flaw, bool),
}

impl Action {
    /// The nodes it names.
    pub fn nodes(&self) -> NodeSet {
        match self {
            Action::Kill(nodes)
            | Action::Restart(nodes)
            | Action::Pause(nodes)
            | Action::Resume(nodes)
            | Action::Timeout(nodes)
            | Action::Isolate(nodes)
            | Action::Corrupt(nodes, _)
            | Action::Disk(nodes, _)
            | Action::Settle(Some(nodes), _) => *nodes,
            Action::Cut(from, to, _)
            | Action::Heal(from, to)
            | Action::Delay(from, to, _)
            | Action::LinkLoss(from, to, _)
            | Action::LinkDuplicate(from, to, _)
            | Action::Hold(from, to)
            | Action::Release(from, to) => from.union(*to),
            Action::Partition(groups) => {
                groups.iter().copied().fold(NodeSet::EMPTY, NodeSet::union)
            }
            Action::Tick(node) | Action::Invoke(node, _) => NodeSet::one(*node),
            Action::Preload(preload) => preload.vote.into_iter().chain([preload.node]).collect(),
            Action::Step(_)
            | Action::Wait(_)
            | Action::Settle(None, _)
            | Action::HealAll
            | Action::Deliver(_)
            | Action::Drop(_)
            | Action::Dup(_)
            | Action::Set(_)
            | Action::Flaw(..) => NodeSet::EMPTY,
        }
    }
}

/// As it is typed at the prompt.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Step(count) => write!(f, "step {count}"),
            Action::Wait(duration_us) => write!(f, "run {}", quantity::show_duration(*duration_us)),
            Action::Invoke(node, command) => show_request(f, *node, command),
            Action::Kill(nodes) => write!(f, "kill {nodes}"),
            Action::Restart(nodes) => write!(f, "restart {nodes}"),
            Action::Cut(from, to, LinkDirection::Both) => write!(f, "cut {from} {to}"),
            Action::Cut(from, to, LinkDirection::OneWay) => write!(f, "cut {from} {to} --one-way"),
            Action::Heal(from, to) => write!(f, "heal {from} {to}"),
            Action::HealAll => f.write_str("heal"),
            Action::Isolate(nodes) => write!(f, "isolate {nodes}"),
            Action::Partition(groups) => {
                f.write_str("partition")?;
                groups.iter().enumerate().try_for_each(|(nth, group)| {
                    write!(f, "{} {group}", if nth == 0 { "" } else { " |" })
                })
            }
            Action::Settle(nodes, most) => {
                f.write_str("settle")?;
                nodes.iter().try_for_each(|nodes| write!(f, " {nodes}"))?;
                most.iter().try_for_each(|most| write!(f, " --steps {most}"))
            }
            Action::Preload(preload) => write!(f, "preload {preload}"),
            Action::Pause(nodes) => write!(f, "pause {nodes}"),
            Action::Resume(nodes) => write!(f, "resume {nodes}"),
            Action::Timeout(nodes) => write!(f, "timeout {nodes}"),
            Action::Tick(node) => write!(f, "tick {node}"),
            Action::Delay(from, to, us) => {
                write!(f, "delay {from} {to} {}", quantity::show_duration(*us))
            }
            Action::LinkLoss(from, to, ppm) => {
                write!(f, "loss {} {from} {to}", quantity::show_percent(*ppm))
            }
            Action::LinkDuplicate(from, to, ppm) => {
                write!(f, "duplicate {} {from} {to}", quantity::show_percent(*ppm))
            }
            Action::Hold(from, to) => write!(f, "hold {from} {to}"),
            Action::Release(from, to) => write!(f, "release {from} {to}"),
            Action::Deliver(messages) => show_messages(f, "deliver", messages),
            Action::Drop(messages) => show_messages(f, "drop", messages),
            Action::Dup(messages) => show_messages(f, "dup", messages),
            Action::Corrupt(nodes, target) => show_damage(f, *nodes, *target),
            Action::Disk(nodes, what) => what.show(*nodes, f),
            Action::Set(setting) => write!(f, "set {setting}"),
            Action::Flaw(flaw, true) => write!(f, "flaw on {flaw}"),
            Action::Flaw(flaw, false) => write!(f, "flaw off {flaw}"),
        }
    }
}

/// `corrupt n3 --entry 5`
fn show_damage(f: &mut fmt::Formatter<'_>, nodes: NodeSet, target: DamageTarget) -> fmt::Result {
    write!(f, "corrupt {nodes}")?;
    match target {
        DamageTarget::LastEntry => Ok(()),
        DamageTarget::Entry(index) => write!(f, " --entry {index}"),
        DamageTarget::State => f.write_str(" --vote"),
        DamageTarget::Tail => f.write_str(" --tail"),
        DamageTarget::Byte(offset) => write!(f, " --byte {offset}"),
    }
}

/// `deliver m3 m5`
fn show_messages(f: &mut fmt::Formatter<'_>, verb: &str, messages: &[MessageId]) -> fmt::Result {
    f.write_str(verb)?;
    messages.iter().try_for_each(|message| write!(f, " m{message}"))
}

/// A request with its node behind the verb: `put n1 x=5`.
fn show_request(f: &mut fmt::Formatter<'_>, node: NodeId, command: &Command) -> fmt::Result {
    match command {
        Command::Put { key, value } => {
            write!(f, "put {node} {}={}", QuotedWord(key), QuotedWord(value))
        }
        Command::Get { key } => write!(f, "get {node} {}", QuotedWord(key)),
        Command::Del { key } => write!(f, "del {node} {}", QuotedWord(key)),
        Command::Cas { key, old, new } => {
            write!(
                f,
                "cas {node} {} {} {}",
                QuotedWord(key),
                OrNone(old.as_deref()),
                QuotedWord(new)
            )
        }
    }
}

/// Directions of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkDirection {
    /// There and back.
    Both,
    /// There only.
    OneWay,
}
