//! Events as sentences, one line each.
//!
//! Notation: a message from `n1` to `n3` is `→ n3` where it is sent, `← n1` where it is delivered,
//! and `⇥ n1` where it is dropped, each time with its content. `3@2` is the entry at index 3 of
//! term 2. The last column names the event that caused this one.

use crate::quantity;
use crate::raft::{Index, MessageSummary, NodeId, Round, Term, Timer};
use crate::sim::{
    DropReason, Event, EventKind, Family, LinkFault, OpId, Outcome, Passage, Stage, World,
};

use super::document::{Document, Paragraph, Text, Tone};
use super::words;

mod client;
mod decision;
mod disk;
mod engine;

pub use client::outcome;

/// Events as a list, one line each, in the given order.
pub fn list<'a>(world: &World, events: impl IntoIterator<Item = &'a Event>) -> Document {
    events.into_iter().map(|event| Paragraph::hanging(INDENT, line(world, event))).collect()
}

/// What happened, as a sentence on one line: `n1 became leader of term 2`.
pub fn words(world: &World, event: &Event) -> String {
    format!("{} {}", event.node, sentence(world, event).1)
}

/// What these events of one move amount to, in a sentence: what a node decided or became, or what
/// happened to it, rather than that a message travelled. Empty if nothing happened.
pub fn gist(world: &World, events: &[Event]) -> String {
    let travels = |event: &&Event| event.kind.attributes().family == Family::Message;
    let fires = |event: &&Event| matches!(event.kind, EventKind::TimerFired { .. });
    let mut telling = events.iter().filter(|event| !travels(event) && !fires(event));
    let notable = |event: &&Event| event.kind.attributes().told.notable;
    let chosen = telling.clone().rfind(notable).or_else(|| telling.next_back());
    chosen.or(events.first()).map_or_else(String::new, |event| words(world, event))
}

/// The column in which the sentence of an event begins; wrapped lines continue there.
const INDENT: usize = 27;

fn line(world: &World, event: &Event) -> Text {
    let (number, cause) = (format!("#{}", event.id), cause(event));
    columns(Some(event.time_us), &number, Some(event.node), sentence(world, event))
        .toned(Tone::Dim, cause)
}

/// What follows from several events together, the last of them this one: a line without a node.
pub(super) fn of_no_node(event: &Event, tone: Tone, words: String) -> Document {
    let (number, cause) = (format!("#{}", event.id), cause(event));
    let line = columns(Some(event.time_us), &number, None, (tone, words)).toned(Tone::Dim, cause);
    Document::new().paragraph(Paragraph::hanging(INDENT, line))
}

/// Something to be said of a node that is no event, at a time if it became so then.
pub(super) fn aside(time_us: Option<u64>, node: NodeId, tone: Tone, words: String) -> Document {
    let line = columns(time_us, "", Some(node), (tone, words));
    Document::new().paragraph(Paragraph::hanging(INDENT, line))
}

/// Something to be said that is about no single node and is no event.
pub(super) fn aside_of_no_node(tone: Tone, words: String) -> Document {
    let line = columns(None, "", None, (tone, words));
    Document::new().paragraph(Paragraph::hanging(INDENT, line))
}

fn cause(event: &Event) -> String {
    event.cause().map(|cause| format!("  ⟵ #{cause}")).unwrap_or_default()
}

/// A line of a list of events: time, number, node, words.
fn columns(
    time_us: Option<u64>,
    number: &str,
    node: Option<NodeId>,
    (tone, words): (Tone, String),
) -> Text {
    let time = time_us.map(quantity::time).unwrap_or_default();
    let node = node.map(|node| node.to_string()).unwrap_or_default();
    Text::new()
        .toned(Tone::Dim, format!("{time:>12}  {number:<7}"))
        .toned(Tone::Strong, format!(" {node:<5}"))
        .toned(tone, words)
}

const BOOTED: &str = "was started with an empty disk, in no configuration";

fn held(to: NodeId) -> String {
    format!("holds its messages to {to} from now on")
}

/// What happened, as a sentence whose subject is the event's node.
pub fn sentence(world: &World, event: &Event) -> (Tone, String) {
    let ops = world.ops();
    match event.kind {
        EventKind::Note(note) => decision::sentence(world, event.node, note),
        EventKind::EntryApplied { index, entry, answer: _, effect } => {
            let entry = words::entry(ops, index, entry);
            (Tone::Good, format!("applied {entry}{}", client::effect(effect)))
        }
        EventKind::EntriesSynced { through, .. } => disk::entries_synced(through),
        EventKind::SnapshotTaken { index, term, .. } => disk::snapshot_taken(index, term),
        EventKind::SnapshotSynced { index, term } => disk::snapshot_synced(index, term),
        EventKind::VoteSynced { term, vote } => disk::vote_synced(term, vote),
        EventKind::EntriesCached { through, .. } => engine::entries_cached(through),
        EventKind::VoteCached { term, vote } => engine::vote_cached(term, vote),
        EventKind::EngineTimerFired { timer } => engine::timer_fired(timer),
        EventKind::EngineNoted { note } => engine::noted(note),
        EventKind::PowerCut => engine::power_cut(),
        EventKind::TimerFired { timer } => timer_fired(timer),
        EventKind::MessageSent { message, to, term, said } => {
            (Tone::Plain, format!("→ {to} m{message} {}", content(said, term)))
        }
        EventKind::MessageDuplicated { message, copy } => {
            (Tone::Warn, format!("m{message} was duplicated: the copy is m{copy}"))
        }
        EventKind::MessageDelivered { message, from, term, said } => {
            (Tone::Plain, format!("← {from} m{message} {}", content(said, term)))
        }
        EventKind::MessageIgnored { message, why, from, kind, term } => {
            (Tone::Dim, decision::ignored(event.node, (from, kind, term, message), why))
        }
        EventKind::MessageDropped { message, from, term, said, reason } => {
            let stage = Stage::Dropped(reason);
            let (tone, words) = self::message(Passage { message, stage, other: from, term, said });
            (tone, format!("⇥ {from} m{message} {words}"))
        }
        EventKind::NodeKilled => (Tone::Bad, "was killed".into()),
        EventKind::NodeRestarted { term, vote, last, snapshot, .. } => {
            (Tone::Good, started((term, vote), last, snapshot))
        }
        EventKind::NodeBooted => (Tone::Good, BOOTED.into()),
        EventKind::NodeHalted { reason } => (Tone::Bad, format!("halted: {reason}")),
        EventKind::TransferStarted { to } => (Tone::Warn, format!("hands over to {to}")),
        EventKind::ClockChanged { drift_ppm } => clock(drift_ppm),
        EventKind::NodePaused => (Tone::Warn, "was paused".into()),
        EventKind::NodeResumed => (Tone::Good, "was resumed".into()),
        EventKind::LinkHeld { to } => (Tone::Warn, held(to)),
        EventKind::LinkReleased { to } => (Tone::Good, format!("releases its messages to {to}")),
        EventKind::LinkChanged { to, delay_us, loss_ppm, duplicate_ppm } => {
            link_changed(to, LinkFault { delay_us, loss_ppm, duplicate_ppm })
        }
        EventKind::LinkCut { to } => (Tone::Bad, format!("can no longer reach {to}")),
        EventKind::LinkHealed { to } => (Tone::Good, format!("can reach {to} again")),
        EventKind::DiskWiped => disk::wiped(),
        EventKind::DiskCut => disk::cut(),
        EventKind::DiskRestored => disk::restored(),
        EventKind::DiskFilled => disk::filled(),
        EventKind::DiskSlowed { latency_us } => disk::slowed(latency_us),
        EventKind::DiskMadeToLie => disk::lies(),
        EventKind::DiskTearArmed => disk::will_tear(),
        EventKind::DiskLossArmed => disk::will_lose(),
        EventKind::DiskDamaged { spot } => disk::damaged(spot),
        EventKind::DiskWentStale { spot } => disk::went_stale(spot),
        EventKind::DiskScrubbed { fault } => disk::scrubbed(fault),
        EventKind::WriteVanished => disk::write_vanished(),
        EventKind::TailLeft { kept, torn } => disk::tail_left(kept, torn),
        EventKind::TailCut => disk::tail_removed(),
        EventKind::MarksRenewed => disk::marks_renewed(),
        EventKind::RecordsDropped { count } => disk::records_dropped(count),
        EventKind::ClientInvoked { op, attempt, read, retry_of, .. } => {
            (Tone::Plain, client::accepted(ops, op, attempt, read, retry_of))
        }
        EventKind::ClientReplied { op, outcome: what, value, .. } => {
            (outcome_tone(what), format!("answered {op}: {}", client::answer(ops, op, what, value)))
        }
        EventKind::ReadConfirmed { op, index } => {
            (Tone::Good, format!("may answer {op} once it has applied {index}"))
        }
        EventKind::ClientRefused { client, leader } => {
            (Tone::Dim, client::refused(ops, client, event.node, leader))
        }
        EventKind::ClientTimedOut { client, op } => {
            (Tone::Warn, client::timed_out(ops, client, op))
        }
        EventKind::PropertyViolated { number } => (Tone::Bad, words::violated(world, number)),
        EventKind::JudgingEnded => {
            (Tone::Bad, "NOT JUDGED from here on; `violations` tells why".into())
        }
    }
}

fn started((term, vote): (Term, Option<NodeId>), last: Index, snapshot: Index) -> String {
    let vote = words::node_or_none(vote);
    let behind = match snapshot {
        Index(0) => String::new(),
        index => format!("snapshot up to {index}, "),
    };
    format!("started from its disk: term {term}, vote {vote}, {behind}log up to {last}")
}

fn clock(drift_ppm: i32) -> (Tone, String) {
    let tone = if drift_ppm == 0 { Tone::Good } else { Tone::Warn };
    (tone, format!("has a clock that {} from now on", words::drift(drift_ppm)))
}

/// The tone of an outcome: green for `ok`, red for `failed`, yellow for `unknown`.
pub fn outcome_tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Ok => Tone::Good,
        Outcome::Pending => Tone::Plain,
        Outcome::Failed => Tone::Bad,
        Outcome::Unknown => Tone::Warn,
    }
}

fn timer_fired(timer: Timer) -> (Tone, String) {
    match timer {
        Timer::Election => (Tone::Warn, "election timer ran out".to_owned()),
        Timer::Heartbeat => (Tone::Plain, "heartbeat timer ran out".to_owned()),
    }
}

/// Why a message was dropped, in words.
pub(super) fn drop_reason(reason: DropReason) -> &'static str {
    match reason {
        DropReason::Loss => "by chance",
        DropReason::Cut => "the link is cut",
        DropReason::Down => "the receiver is down",
        DropReason::ByHand => "by hand",
        DropReason::Overflow => "too much is in flight",
    }
}

/// A message's content, and why it was lost if it was.
pub fn message(passage: Passage) -> (Tone, String) {
    let content = content(passage.said, passage.term);
    match passage.stage {
        Stage::Sent | Stage::Delivered => (Tone::Plain, content),
        Stage::Dropped(reason) => (Tone::Bad, format!("{content}, lost: {}", drop_reason(reason))),
    }
}

/// A message's type, its term and its fields: `AppendEntries term=2 prev=2@1 [3..4] commit=1`.
pub(super) fn content(said: MessageSummary, term: Term) -> String {
    let kind = said.kind();
    match said {
        MessageSummary::RequestVote { last_log, transfer } => {
            let asked = if transfer { " transfer" } else { "" };
            format!("{kind} term={term} last={last_log}{asked}")
        }
        MessageSummary::PreVote { last_log } => format!("{kind} term={term} last={last_log}"),
        MessageSummary::TimeoutNow {} => format!("{kind} term={term}"),
        MessageSummary::ReadIndex { ticket } => {
            format!("{kind} term={term} reads up to {}", OpId(ticket.0))
        }
        MessageSummary::ReadIndexReply { ticket, index } => {
            format!("{kind} term={term} reads up to {} index={index}", OpId(ticket.0))
        }
        MessageSummary::Other { label, leader_commit: Index(0) } => format!("{label} term={term}"),
        MessageSummary::Other { label, leader_commit } => {
            format!("{label} term={term} commit={leader_commit}")
        }
        MessageSummary::RequestVoteReply { granted } | MessageSummary::PreVoteReply { granted } => {
            format!("{kind} term={term} {}", if granted { "granted" } else { "refused" })
        }
        MessageSummary::AppendEntries { prev_log, entries: count, leader_commit, round } => {
            let round = of_round(round);
            let first = prev_log.index.next();
            let entries = match count {
                0 => "[]".to_owned(),
                1 => format!("[{first}]"),
                _ => format!("[{first}..{}]", prev_log.index.plus(count)),
            };
            format!("{kind} term={term} prev={prev_log} {entries} commit={leader_commit}{round}")
        }
        MessageSummary::AppendEntriesAccepted { match_index, round } => {
            format!("{kind} term={term} match={match_index}{}", of_round(round))
        }
        MessageSummary::InstallSnapshot { snapshot } => {
            format!("{kind} term={term} last={}", snapshot.last)
        }
        MessageSummary::InstallSnapshotReply { match_index } => {
            format!("{kind} term={term} match={match_index}")
        }
        MessageSummary::AppendEntriesRefused { prev_log_index, hint, round } => {
            let round = of_round(round);
            format!("{kind} term={term} refused prev={prev_log_index} hint={hint}{round}")
        }
    }
}

/// The round of a leader that numbers its rounds.
fn of_round(round: Round) -> String {
    if round.is_none() { String::new() } else { format!(" round={}", round.0) }
}

fn link_changed(to: NodeId, fault: LinkFault) -> (Tone, String) {
    (Tone::Warn, format!("link to {to}: {}", words::link_fault(fault)))
}
