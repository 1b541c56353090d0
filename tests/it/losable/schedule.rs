//! Schedules after nodes were killed: one that is meant to lose an entry, and random ones.

use raftsh::check::Checker;
use raftsh::explain::losable::WayToLose;
use raftsh::history::Timeline;
use raftsh::kv::Command;
use raftsh::raft::{Message, MessageKind, NodeId, NodeSet, Position, RoleName, Term};
use raftsh::sim::rng::Dice;
use raftsh::sim::{Action, DiskMove, MessageId, Setting};

use super::Target;

/// The longest schedule, in moves or rounds.
const ROUNDS: usize = 60;

/// A copy of a cluster on which moves are made by hand.
struct Hand {
    timeline: Timeline<Checker>,
}

impl Hand {
    fn act(&mut self, action: Action) -> bool {
        self.timeline.act(action).is_ok()
    }

    /// Nothing happens by itself any more, and all nodes run that can.
    fn takes_over(&mut self) {
        let all = self.timeline.world().nodes();
        self.act(Action::Set(Setting::Timers(false)));
        self.act(Action::Disk(all, DiskMove::Restore));
        self.act(Action::HealAll);
        self.act(Action::Hold(all, all));
        self.act(Action::Resume(running(&self.timeline)));
        // One by one: a disk that lied may violate a property, which ends a move.
        for node in self.timeline.world().down().iter() {
            self.act(Action::Restart(NodeSet::one(node)));
        }
    }

    /// Finishes all writes.
    fn sync(&mut self) {
        let running = running(&self.timeline);
        for _ in 0..ROUNDS {
            self.act(Action::Disk(running, DiskMove::Sync));
        }
    }

    fn leads(&self, node: NodeId) -> bool {
        let report = self.timeline.world().host(node).report();
        report.is_some_and(|report| report.role == RoleName::Leader)
    }

    fn flying(&self, wanted: impl Fn(&Message) -> bool) -> Vec<MessageId> {
        let found = self.timeline.world().network().oldest_first(wanted);
        found.into_iter().map(|one| one.id).collect()
    }

    fn deliver(&mut self, wanted: impl Fn(&Message) -> bool) {
        for message in self.flying(wanted) {
            self.act(Action::Deliver(vec![message]));
        }
        self.sync();
    }

    fn last(&self, node: NodeId) -> Option<(Term, raftsh::raft::Index)> {
        let log = &self.timeline.world().host(node).record()?.log;
        Some((log.last().term, log.last().index))
    }

    /// The latest events, one line each.
    fn latest(&self) -> String {
        let events: Vec<_> = self.timeline.events().iter().rev().take(60).collect();
        let line = |event: &&raftsh::sim::Event| format!("{} {:?}\n", event.node, event.kind);
        events.iter().rev().map(line).collect()
    }

    fn has(&self, node: NodeId, entry: Position) -> bool {
        let record = self.timeline.world().host(node).record();
        record.is_some_and(|record| record.log.term_at(entry.index) == Some(entry.term))
    }
}

fn running(timeline: &Timeline<Checker>) -> NodeSet {
    let running = timeline.world().hosts().filter(|host| host.is_running());
    running.map(|host| host.id).collect()
}

fn put() -> Command {
    Command::Put { key: "y".into(), value: "0".into() }
}

/// Looks for a schedule that loses the entry after these nodes were killed: the votes under way
/// are delivered, then the node without the entry is elected and commits entries of its own.
/// Returns the latest events of the last try if there is none.
pub(super) fn directed(
    timeline: Timeline<Checker>,
    way: &WayToLose,
    target: &Target,
) -> Result<(), String> {
    let mut end = String::new();
    // Some need the appends in flight to be delivered first, some need them not to be.
    for appends in [false, true] {
        let mut hand = Hand { timeline: timeline.clone() };
        hand.takes_over();
        if appends {
            prepare(&mut hand, way, target.entry);
        }
        if wins_and_commits(&mut hand, way, target) {
            return Ok(());
        }
        end = hand.latest();
    }
    Err(end)
}

/// Delivers the AppendEntries in flight that make the candidate's log longer without giving it the
/// entry, and those that make the voters' logs shorter.
fn prepare(hand: &mut Hand, way: &WayToLose, entry: Position) {
    hand.sync();
    for _ in 0..ROUNDS {
        let mut changed = false;
        for message in hand.flying(|message| message.body.kind() == MessageKind::AppendEntries) {
            let network = hand.timeline.world().network();
            let to = network.in_flight().find(|one| one.id == message).map(|one| one.message.to);
            let Some(to) = to.filter(|to| way.voters.contains(*to)) else { continue };
            let before = hand.last(to);
            let mut copy = Hand { timeline: hand.timeline.clone() };
            copy.act(Action::Deliver(vec![message]));
            let after = copy.last(to);
            let better = match to == way.elected {
                true => !copy.has(to, entry) && (after > before || hand.has(to, entry)),
                false => after < before,
            };
            if better {
                *hand = copy;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

fn wins_and_commits(hand: &mut Hand, way: &WayToLose, target: &Target) -> bool {
    let WayToLose { elected, voters, .. } = *way;
    let at_voter = |message: &Message| voters.contains(message.to) && message.from == elected;
    let from_voter = |message: &Message| message.to == elected;
    let is_vote = |message: &Message| message.body.kind() == MessageKind::RequestVote;
    let is_reply = |message: &Message| message.body.kind() == MessageKind::RequestVoteReply;
    hand.sync();
    // Votes under way.
    hand.deliver(|message| at_voter(message) && is_vote(message));
    hand.deliver(|message| from_voter(message) && is_reply(message));
    for round in 0..ROUNDS {
        if hand.leads(elected) && !hand.has(elected, target.entry) {
            let long = hand.last(elected).is_some_and(|(_, index)| index >= target.entry.index);
            if !long || round % 3 == 0 {
                hand.act(Action::Invoke(elected, put()));
            }
            hand.act(Action::Tick(elected));
            hand.sync();
            for _ in 0..3 {
                hand.deliver(|message| at_voter(message) && !is_vote(message));
                hand.deliver(from_voter);
            }
        } else {
            hand.act(Action::Timeout(NodeSet::one(elected)));
            hand.sync();
            hand.deliver(|message| at_voter(message) && is_vote(message));
            hand.deliver(|message| from_voter(message) && is_reply(message));
        }
        if target.is_lost(hand.timeline.world()) {
            return true;
        }
    }
    false
}

/// Makes random moves without a crash, most of them for nodes without the entry; returns how it
/// ended, and whether the entry is lost.
pub(super) fn at_random(
    timeline: Timeline<Checker>,
    target: &Target,
    dice: &mut Dice,
) -> (String, bool) {
    let mut hand = Hand { timeline };
    hand.takes_over();
    for _ in 0..2 * ROUNDS {
        let world = hand.timeline.world();
        let nodes: Vec<NodeId> = world.nodes().iter().collect();
        let node = nodes[dice.below(nodes.len() as u64) as usize];
        // The adversary prefers nodes without the entry.
        let node = nodes
            .iter()
            .copied()
            .find(|other| dice.below(3) == 0 && !hand.has(*other, target.entry))
            .unwrap_or(node);
        let flying = hand.flying(|_| true);
        match dice.below(8) {
            0 if hand.leads(node) => {
                hand.act(Action::Tick(node));
            }
            0 => {
                hand.act(Action::Timeout(NodeSet::one(node)));
            }
            1 => {
                hand.act(Action::Invoke(node, put()));
            }
            2 => hand.sync(),
            3 => {
                let all = hand.timeline.world().nodes();
                hand.act(Action::Disk(all, DiskMove::Sync));
            }
            4 => hand.deliver(|message| message.to == node || message.from == node),
            _ if !flying.is_empty() => {
                let message = flying[dice.below(flying.len() as u64) as usize];
                hand.act(Action::Deliver(vec![message]));
            }
            _ => {}
        }
        if target.is_lost(hand.timeline.world()) {
            return (hand.latest(), true);
        }
    }
    (String::new(), false)
}
