//! The requests that clients send during a storm, as moves of the storm.

use super::profile::pick;
use crate::kv::Command;
use crate::raft::{NodeId, RoleName};
use crate::sim::rng::Dice;
use crate::sim::{Action, World};

/// The keys that are written and read.
const KEYS: [&str; 3] = ["x", "y", "z"];

/// Clients that send requests, each at its own times.
#[derive(Clone, Debug)]
pub(super) struct Requests {
    /// When each client sends its next request, in microseconds of virtual time.
    due_us: Vec<u64>,
    gap_us: u64,
    sent: u64,
}

impl Requests {
    pub(super) fn new(clients: u32, gap_us: u64, dice: &mut Dice) -> Requests {
        let due_us = (0..clients).map(|_| dice.below(2 * gap_us)).collect();
        Requests { due_us, gap_us, sent: 0 }
    }

    /// When the next request is due; none if there are no clients.
    pub(super) fn due_us(&self) -> Option<u64> {
        self.due_us.iter().copied().min()
    }

    /// The requests that are due by now.
    pub(super) fn send(
        &mut self,
        now_us: u64,
        world: &World,
        dice: &mut Dice,
        moves: &mut Vec<Action>,
    ) {
        for client in 0..self.due_us.len() {
            if self.due_us[client] > now_us {
                continue;
            }
            self.due_us[client] = now_us + 1 + dice.below(2 * self.gap_us);
            if let Some(node) = believed_leader(world, dice) {
                self.sent += 1;
                moves.push(Action::Invoke(node, request(self.sent, dice)));
            }
        }
    }
}

/// A node that leads, or believes so: of several, any.
fn believed_leader(world: &World, dice: &mut Dice) -> Option<NodeId> {
    let leads = |role: RoleName| role == RoleName::Leader;
    let leaders = || {
        world
            .hosts()
            .filter(|host| host.is_up() && host.report().is_some_and(|report| leads(report.role)))
            .map(|host| host.id)
    };
    let nth = dice.below(leaders().count() as u64);
    leaders().nth(nth as usize)
}

/// A request. Values are unique.
fn request(number: u64, dice: &mut Dice) -> Command {
    let key = pick(dice, &KEYS).into();
    let value = number.to_string().as_str().into();
    match dice.below(10) {
        0..5 => Command::Put { key, value },
        5..8 => Command::Get { key },
        8 => {
            let old = number.saturating_sub(1 + dice.below(3)).to_string();
            Command::Cas { key, old: Some(old.as_str().into()), new: value }
        }
        _ => Command::Del { key },
    }
}
