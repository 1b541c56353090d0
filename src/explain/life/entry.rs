//! The life of an entry: where it was born, who has it durably, whether it is committed, and
//! whether it can still be lost.

use crate::explain::answer::{Answer, Losable};
use crate::explain::case::Case;
use crate::explain::claim::{Claim, LifeClaim, ReplicationClaim};
use crate::explain::existence::{appends, is_known, on_disk};
use crate::explain::losable::{self, Loss, WayToLose};
use crate::explain::{entry as entries, reach};
use crate::history::EventLog;
use crate::raft::{Body, Entry, Index, NodeId, NodeSet, Note, Payload, Position};
use crate::sim::{Event, EventKind, OpId};

use super::{LINES, past};

/// The most sets of nodes that are told one by one.
const SETS: usize = 2;

/// Where it was born, who has it, whether it is committed, and who could lose it.
pub(in crate::explain) fn life(case: &Case<'_>, entry: Position) -> Answer {
    let older = older(case, entry);
    let case = &case.with_older(&older);
    let born = case.earliest(|event| appends(&event.kind, entry));
    let mut claims: Vec<Claim> = born.map(Claim::event).into_iter().collect();
    claims.extend(born.and_then(|born| of_op(case, born, entry)));
    claims.extend(twins(case, entry));
    claims.extend(fate(case, entry));
    let loss = could_lose(case, entry);
    claims.truncate(LINES.saturating_sub(loss.claims.len()));
    claims.extend(loss.claims);
    Answer { claims, losable: loss.losable, sampled: loss.sampled, ..Answer::default() }
}

/// The stretches of its life that are no longer kept: where it was born and committed, and where it
/// reached each disk that holds it.
fn older(case: &Case<'_>, entry: Position) -> Vec<EventLog> {
    let mut older = Vec::new();
    if case.events().forgotten() == 0 {
        return older;
    }
    for node in case.world().nodes().iter() {
        if on_disk(case.world().host(node), entry) && synced(case, node, entry).is_none() {
            older.extend(past::latest(case, |world, _| on_disk(world.host(node), entry)));
        }
    }
    let committed = |_: &_, checker: &crate::check::Checker| {
        checker.committed(entry.index).is_some_and(|found| found.term == entry.term)
    };
    if committed(case.world(), case.tree.timeline().watch()) {
        older.extend(past::first(case, committed));
    }
    older.extend(past::first(case, |world, checker| is_known(entry, world, checker)));
    older.sort_by_key(|log| std::cmp::Reverse(log.forgotten()));
    older
}

/// That a request is in the entry. A prepared entry carries a number that is no request's.
fn of_op(case: &Case<'_>, born: &Event, entry: Position) -> Option<Claim> {
    let EventKind::Note(Note::EntryAppended { entry: found, .. }) = born.kind else { return None };
    let Payload::Command(number) = found.payload else { return None };
    let op = OpId(number);
    case.world().ops().get(op)?;
    let kind = ReplicationClaim::RequestEntry { op, entry };
    Some(Claim::new(kind, born.cause()))
}

/// Where a write put the entry on a node's disk, or was reported to.
fn synced<'a>(case: &Case<'a>, node: NodeId, entry: Position) -> Option<&'a Event> {
    case.latest(|event| {
        event.node == node
            && matches!(event.kind, EventKind::EntriesSynced { kept, through }
                if kept < entry.index && entry.index <= through)
    })
}

/// Who has the entry durably, and whether it is committed.
fn fate(case: &Case<'_>, entry: Position) -> Vec<Claim> {
    let world = case.world();
    if let Some(superseded) = superseded_claim(case, entry) {
        let mut claims = vec![superseded];
        claims.extend(removals(case, entry));
        return claims;
    }
    let in_logs = entries::holders(world, entry);
    let on_disks: NodeSet =
        world.hosts().filter(|host| on_disk(host, entry)).map(|host| host.id).collect();
    if in_logs.union(on_disks).is_empty() {
        let message = carrier(case, entry);
        let mut claims = vec![Claim::new(LifeClaim::Gone { entry, message }, [])];
        claims.extend(removals(case, entry));
        return claims;
    }
    let mut claims = entries::fate(case, entry, None);
    let durable = entries::durable_on(world, entry);
    let events = durable.iter().filter_map(|node| synced(case, node, entry)).map(|event| event.id);
    let is_told =
        |claim: &Claim| claim.name() == "held_by" && claim.about().index == Some(entry.index);
    match claims.iter_mut().find(|claim| is_told(claim)) {
        Some(held) => held.events = events.collect(),
        None => {
            let (needed, voters) = (reach::needed(world), world.group().electorate().len() as u32);
            let kind = ReplicationClaim::HeldBy { entry, on: durable, needed, voters };
            claims.push(Claim::new(kind, events));
        }
    }
    claims
}

/// The entry that was committed in this one's place, or before it where the logs differ.
fn superseded(case: &Case<'_>, entry: Position) -> Option<Position> {
    // In a cluster with a flaw both may be committed.
    if !entries::committed_on(case.world(), entry).is_empty() {
        return None;
    }
    let checker = case.tree.timeline().watch();
    let at = |index: Index| {
        let committed = checker.committed(index)?;
        Some(Position { index, term: committed.term })
    };
    match at(entry.index) {
        Some(committed) => (committed.term != entry.term).then_some(committed),
        // Terms never fall along a log: a later term before the entry is of another log.
        None => at(checker.last_committed())
            .filter(|committed| committed.index < entry.index && committed.term > entry.term),
    }
}

/// That another entry was committed in this one's place, if so.
pub(in crate::explain) fn superseded_claim(case: &Case<'_>, entry: Position) -> Option<Claim> {
    let by = superseded(case, entry)?;
    Some(Claim::new(LifeClaim::Superseded { entry, by }, committed(case, by)))
}

/// Where an entry was first committed.
fn committed(case: &Case<'_>, entry: Position) -> Option<crate::sim::EventId> {
    entries::commit_event(case, entry).map(|event| event.id)
}

/// Where logs lost the entry: deleted, or gone in a crash; at most three.
fn removals(case: &Case<'_>, entry: Position) -> Vec<Claim> {
    let life = crate::history::lives::of_entry(entry, case.events().iter());
    let events = life.iter().rev().filter_map(|id| case.event(*id));
    let removes = |event: &&Event| {
        matches!(
            event.kind,
            EventKind::Note(Note::LogTruncated { .. })
                | EventKind::NodeRestarted { .. }
                | EventKind::NodeKilled
                | EventKind::NodeHalted { .. }
        )
    };
    let mut found: Vec<Claim> = events.filter(removes).take(3).map(Claim::event).collect();
    found.reverse();
    found
}

/// A message in flight that carries the entry: the oldest.
fn carrier(case: &Case<'_>, wanted: Position) -> Option<crate::sim::MessageId> {
    let carries = |body: &Body| {
        let Body::AppendEntries { prev_log, entries, .. } = body else { return false };
        let nth = wanted.index.0.checked_sub(prev_log.index.0 + 1);
        let found = nth.and_then(|nth| entries.get(nth as usize));
        found.is_some_and(|entry| entry.term == wanted.term)
    };
    let flying = case.world().network().oldest_first(|message| carries(&message.body));
    flying.first().map(|one| one.id)
}

/// That there are several entries of this index and term.
fn twins(case: &Case<'_>, entry: Position) -> Option<Claim> {
    let world = case.world();
    let mut found: Vec<(Entry, NodeSet)> = Vec::new();
    for host in world.hosts() {
        let Some(here) = host.log().get(entry.index).filter(|here| here.term == entry.term) else {
            continue;
        };
        match found.iter_mut().find(|(other, _)| *other == here) {
            Some((_, nodes)) => _ = nodes.insert(host.id),
            None => found.push((here, NodeSet::one(host.id))),
        }
    }
    let command = |entry: &Entry| match world.ops().command(entry.payload) {
        Some(command) => command.to_string(),
        None => "no request".to_owned(),
    };
    let found: Vec<(NodeSet, String)> =
        found.iter().map(|(entry, nodes)| (*nodes, command(entry))).collect();
    (found.len() > 1).then(|| Claim::new(LifeClaim::Twins { entry, found }, []))
}

/// Which nodes, killed now, could lose an entry: claims, and the sets themselves. Nothing if it is
/// lost already.
pub(in crate::explain) fn could_lose(case: &Case<'_>, entry: Position) -> Answer {
    let is_there = |node| {
        let host = case.world().host(node);
        on_disk(host, entry) || host.log().term_at(entry.index) == Some(entry.term)
    };
    let exists = case.world().nodes().iter().any(is_there) || carrier(case, entry).is_some();
    if !exists || superseded(case, entry).is_some() {
        return Answer::default();
    }
    let Loss { ways, sampled, is_sure: sure } = losable::losable(case, entry);
    let told = |way: &WayToLose| {
        let WayToLose { killed, elected, voters } = *way;
        Claim::new(LifeClaim::CouldLose { entry, killed, elected, voters, sure }, [])
    };
    let mut claims: Vec<Claim> = ways.iter().take(SETS).map(told).collect();
    if ways.len() > SETS {
        let count = (ways.len() - SETS) as u64;
        claims.push(Claim::new(LifeClaim::OtherSets { entry, count, sampled }, []));
    }
    if ways.is_empty() {
        let kind = LifeClaim::NoneCouldLose { entry, sampled, sure };
        claims.push(Claim::new(kind, []));
    }
    let losable = ways.iter().map(|way| Losable { entry, nodes: way.killed }).collect();
    Answer { claims, losable, sampled, ..Answer::default() }
}
