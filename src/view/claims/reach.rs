//! Sentences about what does not run, and what does not get through.

use crate::explain::claim::ReachClaim;
use crate::quantity::show_duration;
use crate::view::words;

pub(super) fn sentence(claim: &ReachClaim) -> String {
    match claim {
        ReachClaim::NodesUp { nodes } if nodes.is_empty() => "no node is up".to_owned(),
        ReachClaim::NodesUp { nodes } if nodes.len() == 1 => format!("{nodes} is up"),
        ReachClaim::NodesUp { nodes } => format!("{nodes} are up"),
        ReachClaim::NodeUp { node } => format!("{node} is up"),
        ReachClaim::NodeDown { node } => format!("{node} is down"),
        ReachClaim::NodePaused { node } => format!("{node} is paused, and messages to it wait"),
        ReachClaim::NodeHalted { node, reason } => format!("{node} halted: {reason}"),
        ReachClaim::LinksCut { left, right } => {
            format!("the links between {left} and {right} are cut, both ways")
        }
        ReachClaim::LinkCut { from, to } => {
            format!("the link from {from} to {to} is cut; the way back is not")
        }
        ReachClaim::CutOff { node, from } => format!("{node} is cut off from {from}"),
        ReachClaim::LinkHeld { from, to, count } => format!(
            "messages from {from} to {to} are held, {count} now; `release {from} {to}` ends that"
        ),
        ReachClaim::LinkFaulty { from, to, fault } => {
            format!("the link from {from} to {to}: {}", words::link_fault(*fault))
        }
        ReachClaim::DiskCut { node } => format!("{node} has no access to its disk"),
        ReachClaim::DiskFull { node } => format!("{node}'s disk is full"),
        ReachClaim::DiskSlow { node, latency_us } => {
            format!("{node}'s disk takes {} for each write", show_duration(*latency_us))
        }
        ReachClaim::TimersOff { nodes } => {
            format!("timers are off: no election timer of {nodes} fires by itself")
        }
        ReachClaim::AllReach { nodes } => format!("{nodes} reach each other, both ways"),
    }
}
