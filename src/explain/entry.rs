//! Why an entry is committed or not: who holds it durably, and what each other node waits for.

use crate::kv::Command;
use crate::raft::{
    Body, Entry, Index, MessageKind, NodeId, NodeSet, Note, Payload, Position, Term,
};
use crate::sim::{Event, EventKind, InFlight, OpId, TransitState, World};

use super::case::Case;
use super::claim::{Claim, ClaimKind, CopyMissing, ReplicationClaim, StateClaim};
use super::{election, reach};

/// How many of the latest requests and entries are looked at to find one.
const LOOKED_AT: usize = 1_000_000;

/// Whether a node's log holds an entry, in memory if the node runs, or else on its disk.
fn has(world: &World, node: NodeId, entry: Position) -> bool {
    let log = world.host(node).log();
    entry.index < log.base().index || log.term_at(entry.index) == Some(entry.term)
}

/// The nodes whose logs hold an entry.
pub(super) fn holders(world: &World, entry: Position) -> NodeSet {
    world.nodes().iter().filter(|node| has(world, *node, entry)).collect()
}

/// The voters on whose disks an entry can be read.
pub(super) fn durable_on(world: &World, entry: Position) -> NodeSet {
    let voters = world.group().electorate();
    voters.iter().filter(|node| world.host(*node).holds_durably(entry)).collect()
}

/// The running nodes that have committed an entry.
pub(super) fn committed_on(world: &World, entry: Position) -> NodeSet {
    let committed = world.hosts().filter(|host| {
        let record = host.record();
        let at = record.and_then(|record| record.committed(entry.index));
        at.is_some_and(|found| found.term == entry.term)
    });
    committed.map(|host| host.id).collect()
}

/// The entry that carries a request, wherever a log has held it; and where it was appended first.
pub(super) fn of_request<'a>(case: &Case<'a>, op: OpId) -> Option<(Position, Option<&'a Event>)> {
    let carries = |entry: &Entry| entry.payload == Payload::Command(op.0);
    let mut first = None;
    for event in case.backwards() {
        if let EventKind::Note(Note::EntryAppended { index, entry }) = event.kind
            && carries(&entry)
        {
            first = Some((Position { index, term: entry.term }, Some(event)));
        }
        // Nothing of a request is older than its acceptance.
        if matches!(event.kind, EventKind::ClientInvoked { op: of, .. } if of <= op) {
            break;
        }
    }
    let in_log = || {
        case.world().hosts().find_map(|host| {
            let log = host.log();
            let last = log.last_index();
            let from = Index(last.0.saturating_sub(LOOKED_AT as u32)).max(log.first_index());
            let found = log.iter_from(from).find(|(_, entry)| carries(entry));
            found.map(|(index, entry)| (Position { index, term: entry.term }, None))
        })
    };
    first.or_else(in_log)
}

/// The latest request that writes a value.
fn writing(case: &Case<'_>, key: &str, value: &str) -> Option<OpId> {
    let ops = case.world().ops();
    let writes = |command: &Command| match command {
        Command::Put { key: put, value: to } => **put == *key && **to == *value,
        Command::Cas { key: set, new, .. } => **set == *key && **new == *value,
        Command::Get { .. }
        | Command::Del { .. }
        | Command::Incr { .. }
        | Command::Append { .. } => false,
    };
    let found = ops
        .last(LOOKED_AT)
        .filter(|(_, op)| op.asked.command().is_some_and(writes))
        .map(|(id, _)| id);
    found.max()
}

/// Why a value was committed, or was not.
pub(super) fn committed(case: &Case<'_>, key: &str, value: &str) -> Vec<Claim> {
    let Some(op) = writing(case, key, value) else {
        let (key, value) = (key.to_owned(), value.to_owned());
        let mut claims = vec![Claim::new(ReplicationClaim::NeverRequested { key, value }, [])];
        if case.world().leader().is_none() {
            claims.extend(election::no_leader(case));
        }
        return claims;
    };
    request(case, op)
}

/// What has become of the entry of a request.
pub(super) fn request(case: &Case<'_>, op: OpId) -> Vec<Claim> {
    let mut claims: Vec<Claim> = request_claim(case, op).into_iter().collect();
    match of_request(case, op) {
        Some((entry, appended)) => {
            let event = appended.map(|event| event.id);
            claims.push(Claim::new(ReplicationClaim::RequestEntry { op, entry }, event));
            claims.extend(fate(case, entry, Some(op)));
        }
        None => claims.extend(answered(case, op).map(Claim::event)),
    }
    claims
}

/// A request with its outcome, and the event of that.
fn request_claim(case: &Case<'_>, id: OpId) -> Option<Claim> {
    let op = case.world().ops().get(id)?;
    let (command, outcome) = (op.asked.to_string(), op.outcome);
    let accepted =
        case.latest(|event| matches!(event.kind, EventKind::ClientInvoked { op, .. } if op == id));
    let kind = StateClaim::Request { op: id, node: op.node, command, outcome };
    Some(Claim::new(kind, accepted.map(|event| event.id)))
}

/// Where a request was answered, or lost its chance of an answer.
pub(super) fn answered<'a>(case: &Case<'a>, id: OpId) -> Option<&'a Event> {
    case.latest(|event| matches!(event.kind, EventKind::ClientReplied { op, .. } if op == id))
}

/// Whether an entry is committed, and if not, what that takes.
pub(super) fn fate(case: &Case<'_>, entry: Position, op: Option<OpId>) -> Vec<Claim> {
    let world = case.world();
    let on = committed_on(world, entry);
    if !on.is_empty() {
        let event = commit_event(case, entry).map(|event| event.id);
        return vec![Claim::new(ReplicationClaim::CommittedOn { entry, nodes: on }, event)];
    }
    if let (true, Some(op)) = (holders(world, entry).is_empty(), op) {
        let gone = lost_event(case, entry).map(|event| event.id);
        return vec![Claim::new(ReplicationClaim::EntryGone { entry, op }, gone)];
    }
    uncommitted(case, entry)
}

/// Where the last log that held an entry lost it: by a truncation, or at a start from a disk that
/// did not hold it.
fn lost_event<'a>(case: &Case<'a>, entry: Position) -> Option<&'a Event> {
    let mut had = NodeSet::EMPTY;
    let mut latest = None;
    for event in case.events().iter() {
        if matches!(event.kind, EventKind::Note(Note::EntryAppended { index, entry: it })
            if index == entry.index && it.term == entry.term)
        {
            had.insert(event.node);
        }
        let loses = matches!(event.kind, EventKind::Note(Note::LogTruncated { from })
            if from <= entry.index)
            || matches!(event.kind, EventKind::NodeRestarted { last, .. } if last < entry.index);
        if loses && had.remove(event.node) {
            latest = Some(event);
        }
    }
    latest
}

/// Where a commit index first covered an entry that is committed.
pub(super) fn commit_event<'a>(case: &Case<'a>, entry: Position) -> Option<&'a Event> {
    let covers = |event: &Event| {
        matches!(event.kind, EventKind::Note(Note::CommitAdvanced { commit })
            if commit >= entry.index)
            && has(case.world(), event.node, entry)
    };
    case.earliest(covers)
}

/// Why an entry that some log holds is not committed.
fn uncommitted(case: &Case<'_>, entry: Position) -> Vec<Claim> {
    let world = case.world();
    let on = durable_on(world, entry);
    let voters = world.group().electorate();
    let needed = reach::needed(world);
    let held = ReplicationClaim::HeldBy { entry, on, needed, voters: voters.len() as u32 };
    let mut claims = vec![Claim::new(held, [])];
    let leader = world.leader();
    let Some(leader) = leader.filter(|leader| has(world, *leader, entry)) else {
        let holders = holders(world, entry);
        claims.push(Claim::new(ReplicationClaim::NoLeaderHas { entry, holders }, []));
        match leader {
            None => claims.extend(election::no_leader(case)),
            Some(leader) => claims.extend(election::role(case, leader).into_iter().take(1)),
        }
        for node in holders.iter() {
            claims.extend(reach::not_up(case, node));
            claims.extend(leader.into_iter().flat_map(|leader| reach::between(case, leader, node)));
        }
        return claims;
    };
    if world.group().has_quorum(on) {
        claims.extend(uncounted(case, leader, entry, on));
    } else {
        let missing = voters.difference(on);
        let each = missing.iter().flat_map(|node| copy_missing(case, leader, node, entry));
        claims.extend(grouped(each.collect(), entry));
        if missing.contains(leader) {
            claims.extend(reach::disk(case, leader));
        }
    }
    claims
}

/// Joins the claims of nodes that lack an entry for the same reason. What is told of one link or
/// node comes after them.
fn grouped(claims: Vec<Claim>, entry: Position) -> Vec<Claim> {
    let mut groups: Vec<(CopyMissing, NodeSet, Vec<u64>)> = Vec::new();
    let mut rest = Vec::new();
    for claim in claims {
        let ClaimKind::Replication(ReplicationClaim::CopyMissing { nodes, why, .. }) = claim.kind
        else {
            rest.push(claim);
            continue;
        };
        match groups.iter_mut().find(|(reason, _, _)| *reason == why) {
            Some((_, all, events)) => {
                *all = all.union(nodes);
                events.extend(claim.events);
            }
            None => groups.push((why, nodes, claim.events)),
        }
    }
    let joined = groups.into_iter().map(|(why, nodes, events)| {
        Claim::new(ReplicationClaim::CopyMissing { nodes, entry, why }, events)
    });
    joined.chain(rest).collect()
}

/// Why a leader has not committed an entry that a quorum holds.
fn uncounted(case: &Case<'_>, leader: NodeId, entry: Position, on: NodeSet) -> Vec<Claim> {
    let world = case.world();
    let term = world.host(leader).report().map(|report| report.term).unwrap_or_default();
    let mut claims = Vec::new();
    if entry.term < term {
        let held = case.latest(|event| {
            event.node == leader
                && matches!(event.kind, EventKind::Note(Note::CommitHeld { held })
                    if held.index >= entry.index)
        });
        let kind = ReplicationClaim::NeedsOwnTerm { entry, leader, term };
        claims.push(Claim::new(kind, held.map(|event| event.id)));
        if let Some(own) = first_of_term(world, leader, term) {
            claims.extend(uncommitted(case, own));
        }
        return claims;
    }
    let progress = world.host(leader).record().map(|record| &record.progress);
    let unknown = |node: &NodeId| {
        let known = progress.and_then(|progress| progress.get(*node));
        *node != leader && known.is_none_or(|known| known.match_index < entry.index)
    };
    let from: NodeSet = on.iter().filter(unknown).collect();
    if !from.is_empty() {
        claims.push(Claim::new(ReplicationClaim::AnswerMissing { leader, from, entry }, []));
        for node in from.iter() {
            claims.extend(reach::not_up(case, node));
            claims.extend(reach::between(case, leader, node));
        }
    }
    claims.extend(reach::disk(case, leader));
    claims
}

/// The first entry of a term in a leader's log.
fn first_of_term(world: &World, leader: NodeId, term: Term) -> Option<Position> {
    let log = world.host(leader).log();
    let last = log.last();
    (last.term == term).then(|| {
        let mut first = last;
        while let Some(before) = log.position(first.index.previous())
            && before.term == term
            && first.index.0 > 1
        {
            first = before;
        }
        first
    })
}

/// What a node that does not hold an entry durably waits for.
pub(super) fn copy_missing(
    case: &Case<'_>,
    leader: NodeId,
    node: NodeId,
    entry: Position,
) -> Vec<Claim> {
    let world = case.world();
    let host = world.host(node);
    let claim = |why, event: Option<&Event>| {
        let nodes = NodeSet::one(node);
        let kind = ReplicationClaim::CopyMissing { nodes, entry, why };
        vec![Claim::new(kind, event.map(|event| event.id))]
    };
    if !host.is_up() {
        let why = if host.is_running() { CopyMissing::Paused } else { CopyMissing::Down };
        return claim(why, reach::life_event(case, node));
    }
    if has(world, node, entry) {
        let durable = host.record().is_some_and(|record| record.durable >= entry.index);
        let damaged = host.durable_log().term_at(entry.index) == Some(entry.term);
        let why = match () {
            () if damaged => CopyMissing::Damaged,
            () if durable => CopyMissing::Lied,
            () => CopyMissing::Writing,
        };
        let mut claims = claim(why, None);
        claims.extend(reach::disk(case, node));
        return claims;
    }
    let network = world.network();
    if network.is_cut(leader, node) {
        let cut = case.latest(|event| {
            event.node == leader && matches!(event.kind, EventKind::LinkCut { to } if to == node)
        });
        return claim(CopyMissing::Cut, cut);
    }
    let brings = |one: &&InFlight| match &one.message.body {
        Body::AppendEntries { prev_log, entries, .. } => {
            let last = prev_log.index.plus(entries.len() as u32);
            (one.message.from, one.message.to) == (leader, node)
                && (prev_log.index < entry.index && entry.index <= last)
        }
        Body::InstallSnapshot { snapshot } => {
            (one.message.from, one.message.to) == (leader, node)
                && entry.index <= snapshot.last.index
        }
        Body::RequestVote { .. }
        | Body::RequestVoteReply { .. }
        | Body::PreVote { .. }
        | Body::PreVoteReply { .. }
        | Body::TimeoutNow {}
        | Body::ReadIndex { .. }
        | Body::ReadIndexReply { .. }
        | Body::InstallSnapshotReply { .. }
        | Body::Other { .. }
        | Body::AppendEntriesAccepted { .. }
        | Body::AppendEntriesRefused { .. } => false,
    };
    if let Some(one) = network.in_flight().filter(brings).min_by_key(|one| one.id) {
        let sent = case.event(one.sent_by);
        return match world.transit_state(one) {
            TransitState::Held => claim(CopyMissing::Held(one.id), sent),
            TransitState::Underway | TransitState::AtPaused => {
                claim(CopyMissing::InFlight(one.id), sent)
            }
        };
    }
    let log = host.log();
    let mut claims = match log.term_at(entry.index) {
        _ if host.disk.trouble().full.is_some() => claim(CopyMissing::DiskFull, None),
        Some(other) => claim(CopyMissing::Conflict(other), None),
        None => claim(CopyMissing::Behind(log.last_index()), lost(case, leader, node)),
    };
    claims.extend(reach::between(case, leader, node));
    claims.extend(reach::disk(case, node));
    claims
}

/// The same, for a node that may hold the entry.
pub(super) fn copy_missing_if(
    case: &Case<'_>,
    leader: NodeId,
    node: NodeId,
    entry: Position,
) -> Vec<Claim> {
    match case.world().host(node).holds_durably(entry) {
        true => Vec::new(),
        false => copy_missing(case, leader, node, entry),
    }
}

/// The latest AppendEntries to a node that was lost, if none has arrived since.
fn lost<'a>(case: &Case<'a>, leader: NodeId, node: NodeId) -> Option<&'a Event> {
    let latest = case.latest(|event| {
        let message = event.kind.attributes().message();
        event.node == node
            && message.is_some_and(|passage| {
                passage.other == leader && passage.said.kind() == MessageKind::AppendEntries
            })
    });
    latest.filter(|event| matches!(event.kind, EventKind::MessageDropped { .. }))
}

/// Why a running node's commit index is not higher.
pub(super) fn commit_stays(case: &Case<'_>, node: NodeId, wanted: Option<Index>) -> Vec<Claim> {
    let world = case.world();
    let Some(report) = world.host(node).report() else { return Vec::new() };
    let commit = report.commit;
    let Some(leader) = world.leader() else { return election::no_leader(case) };
    let log = world.host(leader).log();
    let known = world.host(leader).report().map_or(Index(0), |report| report.commit);
    let wanted = wanted.unwrap_or_else(|| commit.next());
    if known > commit && node != leader {
        let kind = ReplicationClaim::CommitUnknown { node, commit, leader, known };
        let mut claims = vec![Claim::new(kind, [])];
        if let Some(entry) = log.position(wanted.min(known))
            && !has(world, node, entry)
        {
            claims.extend(copy_missing(case, leader, node, entry));
        }
        claims.extend(reach::not_up(case, node));
        claims.extend(reach::between(case, leader, node));
        return claims;
    }
    if wanted > log.last_index() {
        let kind = ReplicationClaim::NothingToCommit { leader, last: log.last_index() };
        return vec![Claim::new(kind, [])];
    }
    match log.position(wanted) {
        Some(entry) if wanted > known => uncommitted(case, entry),
        _ => Vec::new(),
    }
}
