//! The closed list of moves: every way in which the world can change, and how each move is typed.

use std::fmt;

use crate::disk::DamageTarget;
use crate::kv::Command;
use crate::quantity;
use crate::raft::{Change, Flaw, Label, NodeId, NodeSet};
use crate::word::QuotedWord;

use super::client::OpId;
use super::disks::DiskMove;
use super::event::MessageId;
use super::load::Load;
use super::preload::Preload;
use super::requests::RequestOptions;
use super::settings::Setting;

/// A move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Take this many steps: each lets the next due message, timer or write happen.
    Step(u64),
    /// Let this much time pass, in microseconds, in which nothing is due.
    Wait(u64),
    /// Let messages arrive and writes finish, but no timer fire, until none of them is left. With
    /// nodes: only messages between these and writes at these. With a number: at most this many
    /// steps.
    Settle(Option<NodeSet>, Option<u64>),
    /// Give a node a prepared log, before anything else has happened.
    Preload(Preload),
    /// A client of its own sends a request to a node.
    Invoke(NodeId, Command),
    /// A client sends a request to a node, as these options say.
    InvokeWith(NodeId, Command, RequestOptions),
    /// Somebody asks a leader for a change to the members of the cluster.
    Member(NodeId, Change),
    /// Let nodes take a snapshot, and keep this many entries before its end.
    Snapshot(NodeSet, u32),
    /// Start this many further nodes beside the cluster.
    Boot(usize),
    /// A client sends a request again, to this node.
    Retry(OpId, NodeId),
    /// Clients in the background make this load, or none any more.
    Clients(Option<Load>),
    /// Crash nodes.
    Kill(NodeSet),
    /// Cut the power of nodes: also what an engine wrote without a sync is lost.
    PowerOff(NodeSet),
    /// Start nodes from their disks. Those that run crash first.
    Restart(NodeSet),
    /// Pause nodes. They keep their memory, and messages to them wait.
    Pause(NodeSet),
    /// Resume paused nodes.
    Resume(NodeSet),
    /// Let a leader, the first node, hand leadership over to the second one.
    Transfer(NodeId, NodeId),
    /// Let the nodes' clocks run faster from now on, by this many millionths; slower if negative.
    Drift(NodeSet, i32),
    /// Fire the nodes' election timers now.
    Timeout(NodeSet),
    /// Fire a leader's heartbeat timer now.
    Tick(NodeId),
    /// Fire a timer of this name, of nodes that run engines.
    FireTimer(NodeSet, Label),
    /// Cut all links from the first nodes to the second.
    Cut(NodeSet, NodeSet, LinkDirection),
    /// End the cuts between the first nodes and the second, in both directions.
    Heal(NodeSet, NodeSet),
    /// End all cuts.
    HealAll,
    /// Cut each of these nodes from every other node.
    Isolate(NodeSet),
    /// Replace all cuts: nodes of different groups do not reach each other. A node in no group
    /// reaches all nodes.
    Partition(Vec<NodeSet>),
    /// Messages from the first nodes to the second take this many microseconds longer; 0 ends that.
    Delay(NodeSet, NodeSet, u64),
    /// Set the probability that a message from the first nodes to the second is lost, in
    /// millionths; 0 restores the setting.
    LinkLoss(NodeSet, NodeSet, u32),
    /// Set the probability that a message from the first nodes to the second arrives twice, in
    /// millionths; 0 restores the setting.
    LinkDuplicate(NodeSet, NodeSet, u32),
    /// Hold messages from the first nodes to the second: they stay in flight until they are
    /// delivered by hand or released.
    Hold(NodeSet, NodeSet),
    /// Release the messages that [`Action::Hold`] holds.
    Release(NodeSet, NodeSet),
    /// Deliver messages now, in this order.
    Deliver(Vec<MessageId>),
    /// Drop messages.
    Drop(Vec<MessageId>),
    /// Duplicate messages.
    Dup(Vec<MessageId>),
    /// Damage bytes on each node's disk.
    Corrupt(NodeSet, DamageTarget),
    /// Do something else to these nodes' disks, or finish a write.
    Disk(NodeSet, DiskMove),
    /// Change a setting of all nodes, and end what single nodes had.
    Set(Setting),
    /// Change a setting of these nodes only.
    SetOf(Setting, NodeSet),
    /// Switch a flaw of the protocol on or off.
    Flaw(Flaw, bool),
    /// Let the observer judge whether the cluster has made progress since all faults ended, this
    /// many microseconds ago. The request is the write that was to be done, if one could be sent.
    JudgeProgress(Option<OpId>, u64),
}

impl Action {
    /// The nodes that the move names.
    pub fn nodes(&self) -> NodeSet {
        match self {
            Action::Kill(nodes)
            | Action::PowerOff(nodes)
            | Action::FireTimer(nodes, _)
            | Action::Restart(nodes)
            | Action::Pause(nodes)
            | Action::Resume(nodes)
            | Action::Timeout(nodes)
            | Action::Snapshot(nodes, _)
            | Action::Drift(nodes, _)
            | Action::Isolate(nodes)
            | Action::Corrupt(nodes, _)
            | Action::Disk(nodes, _)
            | Action::SetOf(_, nodes)
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
            Action::Transfer(at, to) => NodeSet::one(*at).union(NodeSet::one(*to)),
            Action::Member(node, change) => NodeSet::one(*node).union(change.nodes()),
            Action::Tick(node)
            | Action::Invoke(node, _)
            | Action::InvokeWith(node, ..)
            | Action::Retry(_, node) => NodeSet::one(*node),
            Action::Preload(preload) => preload.vote.into_iter().chain([preload.node]).collect(),
            Action::Step(_)
            | Action::Wait(_)
            | Action::Boot(_)
            | Action::Settle(None, _)
            | Action::HealAll
            | Action::Deliver(_)
            | Action::Drop(_)
            | Action::Dup(_)
            | Action::Set(_)
            | Action::Flaw(..)
            | Action::Clients(_)
            | Action::JudgeProgress(..) => NodeSet::EMPTY,
        }
    }
}

/// The move as it is typed at the prompt.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Step(count) => write!(f, "step {count}"),
            Action::Wait(duration_us) => write!(f, "run {}", quantity::show_duration(*duration_us)),
            Action::Invoke(node, command) => show_request(f, *node, command),
            Action::InvokeWith(node, command, options) => {
                show_request(f, *node, command)?;
                let RequestOptions { client, read } = options;
                read.iter().try_for_each(|read| write!(f, " --read {read}"))?;
                client.iter().try_for_each(|client| write!(f, " --client {}", QuotedWord(client)))
            }
            Action::Member(node, change) => write!(f, "member {change} --at {node}"),
            Action::Snapshot(nodes, 0) => write!(f, "snapshot {nodes}"),
            Action::Snapshot(nodes, keep) => write!(f, "snapshot {nodes} --keep {keep}"),
            Action::Boot(1) => f.write_str("boot"),
            Action::Boot(count) => write!(f, "boot {count}"),
            Action::Retry(op, node) => write!(f, "retry {op} {node}"),
            Action::Clients(Some(load)) => write!(f, "clients {load}"),
            Action::Clients(None) => f.write_str("clients off"),
            Action::Kill(nodes) => write!(f, "kill {nodes}"),
            Action::PowerOff(nodes) => write!(f, "kill {nodes} --power"),
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
            Action::Transfer(at, to) => write!(f, "transfer {to} --at {at}"),
            Action::Drift(nodes, 0) => write!(f, "drift {nodes} 0"),
            Action::Drift(nodes, ppm) => {
                let sign = if *ppm < 0 { '-' } else { '+' };
                write!(f, "drift {nodes} {sign}{}", quantity::show_percent(ppm.unsigned_abs()))
            }
            Action::Timeout(nodes) => write!(f, "timeout {nodes}"),
            Action::Tick(node) => write!(f, "tick {node}"),
            Action::FireTimer(nodes, timer) => {
                write!(f, "timeout {nodes} --timer {}", QuotedWord(timer.text()))
            }
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
            Action::SetOf(setting, nodes) => write!(f, "set {setting} {nodes}"),
            Action::Flaw(flaw, true) => write!(f, "flaw on {flaw}"),
            Action::Flaw(flaw, false) => write!(f, "flaw off {flaw}"),
            Action::JudgeProgress(write, within_us) => {
                write!(f, "mend within {} --judge ", quantity::show_duration(*within_us))?;
                match write {
                    Some(op) => op.fmt(f),
                    None => f.write_str("none"),
                }
            }
        }
    }
}

/// Writes `corrupt n3 --entry 5`.
fn show_damage(f: &mut fmt::Formatter<'_>, nodes: NodeSet, target: DamageTarget) -> fmt::Result {
    write!(f, "corrupt {nodes}")?;
    match target {
        DamageTarget::LastEntry => Ok(()),
        DamageTarget::Entry(index) => write!(f, " --entry {index}"),
        DamageTarget::State => f.write_str(" --vote"),
        DamageTarget::Snapshot => f.write_str(" --snapshot"),
        DamageTarget::Tail => f.write_str(" --tail"),
        DamageTarget::Byte(offset) => write!(f, " --byte {offset}"),
    }
}

/// Writes `deliver m3 m5`.
fn show_messages(f: &mut fmt::Formatter<'_>, verb: &str, messages: &[MessageId]) -> fmt::Result {
    f.write_str(verb)?;
    messages.iter().try_for_each(|message| write!(f, " m{message}"))
}

/// Writes a request with its node after the verb: `put n1 x=5`.
fn show_request(f: &mut fmt::Formatter<'_>, node: NodeId, command: &Command) -> fmt::Result {
    write!(f, "{} {node} {}", command.verb(), command.arguments())
}

/// The directions in which a link is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkDirection {
    /// From the first nodes to the second, and back.
    Both,
    /// From the first nodes to the second only.
    OneWay,
}
