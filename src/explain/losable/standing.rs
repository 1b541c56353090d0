//! The logs that each node may have by the time of the next election, if it is killed now and if it
//! is not; and who may still win an election that has begun.

use std::collections::BTreeSet;

use crate::explain::case::Case;
use crate::raft::{
    Body, Group, HardState, Index, Log, Message, MessageKind, MessageSummary, NodeId, NodeSet,
    Note, Position, RoleName, Term,
};
use crate::sim::{Event, EventKind, Host, Stage, World};

/// The most logs that are considered for one node. More need some dozens of messages in flight to
/// it, of several leaders.
const LOGS: usize = 256;

/// What all nodes may do in the next election.
pub(super) struct Standings {
    /// By node position: as it is, and after a crash. `None` if the node cannot start.
    pub(super) nodes: Vec<(Option<Standing>, Option<Standing>)>,
    pub(super) group: Group,
    /// The nodes that lead or stand for election, with the votes that each may still get.
    campaigns: Vec<Campaign>,
    /// Whether there were too many logs to consider all of them.
    pub(super) is_cut_short: bool,
}

/// What one node may do in the next election.
pub(super) struct Standing {
    state: HardState,
    /// The logs that it may have by then. The first one is that of now.
    pub(super) logs: Vec<PossibleLog>,
}

/// A log that a node may have.
pub(super) struct PossibleLog {
    pub(super) last: Position,
    pub(super) has_entry: bool,
}

/// A node that leads, or that stands for election and may still win.
struct Campaign {
    node: NodeId,
    /// The configuration by which it counts votes.
    group: Group,
    term: Term,
    /// It has won.
    leads: bool,
    /// The nodes whose votes it has, or will get from messages in flight.
    sure: NodeSet,
    /// The nodes whose votes wait for their disks.
    waiting: NodeSet,
    /// The nodes that its requests in flight may still reach, and the last entry that they tell.
    asked: Vec<(NodeId, Position)>,
}

impl Standings {
    pub(super) fn new(case: &Case<'_>, entry: Position) -> Standings {
        let world = case.world();
        let mut is_cut_short = false;
        let nodes = world.hosts().map(|host| {
            let mut standing = |(state, log)| {
                let (standing, cut) = standing(world, host.id, state, log, entry);
                is_cut_short |= cut;
                standing
            };
            let after_crash = after_crash(world, host);
            let as_it_is = match host.record() {
                Some(record) => Some((host.hard_state(), record.log.clone())),
                None => after_crash.clone(),
            };
            (as_it_is.map(&mut standing), after_crash.map(&mut standing))
        });
        let nodes = nodes.collect();
        let campaigns = world.hosts().filter_map(|host| campaign(case, host)).collect();
        Standings { nodes, group: world.group(), campaigns, is_cut_short }
    }

    /// The term that a node leads, or may still be elected for, once these nodes were killed.
    pub(super) fn may_lead(&self, node: NodeId, killed: NodeSet) -> Option<Term> {
        if killed.contains(node) {
            return None;
        }
        let campaign = self.campaigns.iter().find(|campaign| campaign.node == node)?;
        let grants = |(voter, last): &(NodeId, Position)| {
            let standing = self.of(*voter, killed)?;
            let state = standing.state;
            let is_free = state.current_term < campaign.term
                || state.current_term == campaign.term
                    && state.voted_for.is_none_or(|vote| vote == node);
            let is_behind =
                standing.logs.iter().any(|log| up_to_date(log.last) <= up_to_date(*last));
            (is_free && is_behind).then_some(*voter)
        };
        let asked: NodeSet = campaign.asked.iter().filter_map(grants).collect();
        let votes = campaign.sure.union(campaign.waiting.difference(killed)).union(asked);
        (campaign.leads || campaign.group.has_quorum(votes)).then_some(campaign.term)
    }
}

/// The order of logs by which votes are given: by the last entry's term, then by its index
/// (§5.4.1).
pub(super) fn up_to_date(last: Position) -> (Term, Index) {
    (last.term, last.index)
}

/// What a node would start with after a crash now; `None` if it could not start.
fn after_crash(world: &World, host: &Host) -> Option<(HardState, Log)> {
    let mut disk = host.disk.clone();
    if host.is_running() {
        // With zeros for all random numbers, the least is left of what is not synced.
        disk.crash(world.settings().crash_tail, &mut |_| 0);
    }
    // A disk that is cut may be restored.
    let mut trouble = *disk.trouble();
    trouble.cut = false;
    disk.set_trouble(trouble);
    let start = disk.start(world.settings_of(host.id).recovery).ok()?;
    let base = start.base.map(|base| Position { index: Index(base.index), term: Term(base.term) });
    Some((start.state.hard_state, Log::behind(base.unwrap_or_default(), start.entries)))
}

/// The logs that a node may have once some of the AppendEntries in flight have reached it; and
/// whether there are more than are considered.
fn standing(
    world: &World,
    node: NodeId,
    state: HardState,
    log: Log,
    entry: Position,
) -> (Standing, bool) {
    let appends =
        world.network().in_flight().map(|one| &one.message).filter(|message| {
            message.to == node && message.body.kind() == MessageKind::AppendEntries
        });
    let appends: Vec<&Message> = appends.collect();
    let mut seen = BTreeSet::from([(state.current_term, up_to_date(log.last()))]);
    let mut states = vec![(state.current_term, log)];
    let (mut nth, mut cut) = (0, false);
    while nth < states.len() && !cut {
        for message in &appends {
            let Some(next) = deliver(&states[nth], message) else { continue };
            if seen.insert((next.0, up_to_date(next.1.last()))) {
                states.push(next);
            }
            cut |= states.len() > LOGS;
        }
        nth += 1;
    }
    let mut logs: Vec<PossibleLog> = states
        .iter()
        .map(|(_, log)| PossibleLog {
            last: log.last(),
            has_entry: log.term_at(entry.index) == Some(entry.term),
        })
        .collect();
    logs.extend(shortened(world, node, &states, entry));
    (Standing { state, logs }, cut)
}

/// What a node's log and term are after an AppendEntries; `None` if it changes nothing.
fn deliver((term, log): &(Term, Log), message: &Message) -> Option<(Term, Log)> {
    let Body::AppendEntries { prev_log, entries, .. } = &message.body else { return None };
    if message.term < *term {
        return None;
    }
    let mut log = log.clone();
    if log.term_at(prev_log.index) == Some(prev_log.term) {
        let first = prev_log.index.next();
        let same = log.agrees_with(first, entries);
        if same < entries.len() {
            log.truncate_from(first.plus(same as u32));
            log.append(&entries[same..]);
        }
    }
    Some((message.term, log))
}

/// The logs that a node may have for a while if a leader with a long log replaces a part of its log
/// in several messages.
fn shortened(
    world: &World,
    node: NodeId,
    states: &[(Term, Log)],
    entry: Position,
) -> Vec<PossibleLog> {
    let batch = world.settings().raft.batch;
    let mut found = Vec::new();
    for host in world.hosts().filter(|host| host.id != node) {
        let leader = host.log();
        if leader.last_index().0 <= batch {
            continue;
        }
        for (_, log) in states {
            let first = log.same_through(&leader).next();
            // The first entry of the leader that replaces one of the node's.
            if let Some(last) = leader.position(first).filter(|_| first <= log.last_index()) {
                let has_entry = entry.index < first && log.term_at(entry.index) == Some(entry.term)
                    || last == entry;
                found.push(PossibleLog { last, has_entry });
            }
        }
    }
    found
}

/// The campaign of a node that leads or stands for election.
fn campaign(case: &Case<'_>, host: &Host) -> Option<Campaign> {
    let (world, node) = (case.world(), host.id);
    let report = host.report().filter(|report| report.role != RoleName::Follower)?;
    let (term, leads) = (report.term, report.role == RoleName::Leader);
    let mut campaign = Campaign {
        node,
        group: world.group_of(node),
        term,
        leads,
        sure: NodeSet::one(node).union(counted(case, node, term)),
        waiting: NodeSet::EMPTY,
        asked: Vec::new(),
    };
    let flying = world.network().in_flight().map(|one| &one.message);
    for message in flying.filter(|message| message.term == term) {
        match message.body {
            Body::RequestVoteReply { granted: true } if message.to == node => {
                campaign.sure.insert(message.from);
            }
            Body::RequestVote { last_log, .. } if message.from == node => {
                campaign.asked.push((message.to, last_log));
            }
            _ => {}
        }
    }
    for (from, message) in world.hosts().flat_map(|host| host.unsent().map(|one| (host.id, one))) {
        match message.body {
            Body::RequestVoteReply { granted: true }
                if message.to == node && message.term == term =>
            {
                campaign.waiting.insert(from);
            }
            Body::RequestVote { last_log, .. } if from == node && message.term == term => {
                campaign.asked.push((message.to, last_log));
            }
            _ => {}
        }
    }
    Some(campaign)
}

/// The nodes whose votes have reached a candidate in a term.
fn counted(case: &Case<'_>, candidate: NodeId, term: Term) -> NodeSet {
    let stands = |event: &&Event| {
        event.node == candidate
            && matches!(
                event.kind,
                EventKind::Note(Note::RoleChanged { role: RoleName::Candidate, .. })
            )
    };
    let vote = |event: &Event| {
        let granted = MessageSummary::RequestVoteReply { granted: true };
        let passage = event.kind.attributes().message()?;
        let counts = passage.stage == Stage::Delivered && passage.said == granted;
        (counts && event.node == candidate && passage.term == term).then_some(passage.other)
    };
    case.events().iter().rev().take_while(|event| !stands(event)).filter_map(vote).collect()
}
