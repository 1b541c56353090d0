//! Events as sentences, one line each.
//!
//! Notation: a message from `n1` to `n3` is `→ n3` where it is sent, `← n1` where it is delivered,
//! and `⇥ n1` where it is dropped, each time with its content. `3@2` is the entry at index 3 of
//! term 2. The last column names the event that caused this one.

use crate::disk::Fault;
use crate::kv::Command;
use crate::quantity;
use crate::raft::{
    AppendRefusal, MessageSummary, NodeId, Note, RequiredWrite, RoleName, Term, Timer, VoteRefusal,
};
use crate::sim::{DropReason, Event, EventKind, LinkFault, Op, OpId, Ops, Outcome, World};
use crate::word::OrNone;

use super::document::{Document, Paragraph, Text, Tone};
use super::words;

/// Events as a list, one line each, in the given order.
pub fn list<'a>(world: &World, events: impl IntoIterator<Item = &'a Event>) -> Document {
    events.into_iter().map(|event| Paragraph::entry(INDENT, line(world, event))).collect()
}

/// The column in which the sentence of an event begins; wrapped lines continue there.
const INDENT: usize = 27;

fn line(world: &World, event: &Event) -> Text {
    let (tone, words) = sentence(world, event);
    let cause = event.cause().map(|cause| format!("  ⟵ #{cause}")).unwrap_or_default();
    Text::new()
        .toned(
            Tone::Dim,
            format!("{:>12}  {:<7}", quantity::time(event.time_us), format!("#{}", event.id)),
        )
        .toned(Tone::Strong, format!(" {:<5}", event.node.to_string()))
        .toned(tone, words)
        .toned(Tone::Dim, cause)
}

/// What happened, as a sentence whose subject is the event's node.
pub(super) fn sentence(world: &World, event: &Event) -> (Tone, String) {
    let ops = world.ops();
    match event.kind {
        EventKind::Note(note) => note_sentence(ops, event.node, note),
        EventKind::EntryApplied { index, entry } => {
            (Tone::Good, format!("applied {}", words::entry(ops, index, entry)))
        }
        EventKind::EntriesSynced { through, .. } => {
            (Tone::Plain, format!("entries up to {through} are on disk"))
        }
        EventKind::VoteSynced { term, vote } => {
            let vote = words::node_or_none(vote);
            (Tone::Plain, format!("term {term} and vote {vote} are on disk"))
        }
        EventKind::TimerFired { timer } => timer_fired(timer),
        EventKind::MessageSent { message, to, term, said } => {
            (Tone::Plain, format!("→ {to} m{message} {}", content(said, term)))
        }
        EventKind::MessageDuplicated { message, copy } => {
            (Tone::Warn, format!("m{message} will arrive twice: copy m{copy}"))
        }
        EventKind::MessageDelivered { message, from, term, said } => {
            (Tone::Plain, format!("← {from} m{message} {}", content(said, term)))
        }
        EventKind::MessageDropped { message, from, term, said, reason } => {
            let (said, reason) = (content(said, term), drop_reason(reason));
            (Tone::Bad, format!("⇥ {from} m{message} {said}, lost: {reason}"))
        }
        EventKind::NodeKilled => (Tone::Bad, "was killed".into()),
        EventKind::NodeRestarted { term, vote, last } => {
            let state =
                format!("term {term}, vote {}, log up to {last}", words::node_or_none(vote));
            (Tone::Good, format!("started from its disk: {state}"))
        }
        EventKind::NodeHalted { reason } => (Tone::Bad, format!("halted: {reason}")),
        EventKind::NodePaused => (Tone::Warn, "was paused".into()),
        EventKind::NodeResumed => (Tone::Good, "goes on".into()),
        EventKind::LinkHeld { to } => (Tone::Warn, format!("has its messages to {to} held")),
        EventKind::LinkReleased { to } => {
            (Tone::Good, format!("has its messages to {to} released"))
        }
        EventKind::LinkChanged { to, delay_us, loss_ppm, duplicate_ppm } => {
            let fault = words::link_fault(LinkFault { delay_us, loss_ppm, duplicate_ppm });
            (Tone::Warn, format!("link to {to}: {fault}"))
        }
        EventKind::LinkCut { to } => (Tone::Bad, format!("can no longer reach {to}")),
        EventKind::LinkHealed { to } => (Tone::Good, format!("can reach {to} again")),
        EventKind::TailLeft { kept, torn } => (Tone::Warn, tail(kept, torn)),
        EventKind::MarksRenewed => {
            (Tone::Warn, "found a mark on its disk damaged, and made both anew".into())
        }
        EventKind::TailCut => {
            (Tone::Warn, "cut a torn tail off its disk: nothing in it was ever promised".into())
        }
        EventKind::RecordsDropped { count } => (Tone::Bad, dropped(count)),
        EventKind::DiskDamaged { spot } => {
            (Tone::Bad, format!("{} on its disk was damaged", words::spot(spot)))
        }
        EventKind::DiskCut => (Tone::Bad, "lost access to its disk".into()),
        EventKind::DiskRestored => (Tone::Good, "has a disk that works as usual again".into()),
        EventKind::DiskFilled => (Tone::Bad, "has no room on its disk any more".into()),
        EventKind::DiskSlowed { latency_us } => (Tone::Warn, slowed(latency_us)),
        EventKind::DiskMadeToLie => {
            (Tone::Bad, "has a disk that lies: it says that it syncs, and does not".into())
        }
        EventKind::DiskTearArmed => {
            (Tone::Warn, "will find what its disk has not synced torn after its next crash".into())
        }
        EventKind::DiskLossArmed => (Tone::Warn, "will lose its next write and not be told".into()),
        EventKind::WriteVanished => {
            (Tone::Bad, "lost a write that its disk says is synced: nothing of it is there".into())
        }
        EventKind::DiskWentStale { spot } => {
            (Tone::Bad, format!("has an older version of {} on its disk", words::spot(spot)))
        }
        EventKind::DiskScrubbed { fault } => scrubbed(fault),
        EventKind::ClientInvoked { op } => (Tone::Plain, format!("took {op}: {}", typed(ops, op))),
        EventKind::ClientReplied { op, outcome: what } => {
            (outcome_tone(what), format!("answered {op}: {}", answer(ops, op, what)))
        }
        EventKind::PropertyViolated { number } => (Tone::Bad, words::violated(world, number)),
        EventKind::JudgingEnded => {
            (Tone::Bad, "NOT JUDGED from here on: `violations` tells why".into())
        }
    }
}

/// The sentence for a decision of the protocol.
fn note_sentence(ops: &Ops, node: NodeId, note: Note) -> (Tone, String) {
    match note {
        Note::RoleChanged { role, term } => (words::role_tone(role), role_sentence(role, term.0)),
        Note::VoteGranted { term, candidate } => {
            let whom = if candidate == node { "itself".to_owned() } else { candidate.to_string() };
            (Tone::Plain, format!("voted for {whom} in term {term}"))
        }
        Note::VoteRefused { term, candidate, why } => {
            let why = vote_refusal(candidate, why);
            (Tone::Warn, format!("refused {candidate} its vote in term {term}: {why}"))
        }
        Note::EntryAppended { index, entry } => {
            (Tone::Plain, format!("appended {}", words::entry(ops, index, entry)))
        }
        Note::LogTruncated { from } => {
            (Tone::Warn, format!("dropped its entries from {from} on: others take their place"))
        }
        Note::AppendRefused { leader, prev_log, why } => (
            Tone::Warn,
            format!("refused entries of {leader} after {prev_log}: {}", append_refusal(why)),
        ),
        Note::CommitAdvanced { commit } => (Tone::Good, format!("commit index rose to {commit}")),
        Note::CommitHeld { held } => (
            Tone::Warn,
            format!(
                "did not commit {held}, which a majority holds: it is of an earlier term (§5.4.2)"
            ),
        ),
        Note::WriteForgone { need } => (Tone::Warn, forgone(need)),
    }
}

/// The outcome of a request, with the value that its client received: `ok`, `ok, 5`, `failed, it
/// holds none`.
pub fn outcome(op: Op<'_>) -> String {
    let (outcome, value) = (op.outcome, OrNone(op.value));
    match (&op.command, outcome) {
        (Command::Get { .. }, Outcome::Ok) => format!("{outcome}, {value}"),
        (Command::Cas { .. }, Outcome::Failed) => format!("{outcome}, it holds {value}"),
        _ => outcome.to_string(),
    }
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

/// The command of a request as it was typed, without its node.
fn typed(ops: &Ops, op: OpId) -> String {
    ops.get(op).map(|op| op.command.to_string()).unwrap_or_default()
}

fn answer(ops: &Ops, op: OpId, told: Outcome) -> String {
    ops.get(op).map_or_else(|| told.to_string(), outcome)
}

fn slowed(latency_us: u64) -> String {
    format!("has a slow disk: every write takes {}", quantity::show_duration(latency_us))
}

fn role_sentence(role: RoleName, term: u32) -> String {
    match role {
        RoleName::Leader => format!("became leader of term {term}"),
        RoleName::Candidate => format!("became candidate in term {term}"),
        RoleName::Follower => format!("is a follower in term {term}"),
    }
}

fn vote_refusal(candidate: NodeId, why: VoteRefusal) -> String {
    match why {
        VoteRefusal::StaleTerm => "that term is over".to_owned(),
        VoteRefusal::VotedFor(other) => format!("it voted for {other}"),
        VoteRefusal::NoRoom => "its disk is full".to_owned(),
        VoteRefusal::LogBehind(own) => format!("its own log ends at {own}, ahead of {candidate}'s"),
    }
}

fn dropped(count: u32) -> String {
    format!("dropped {} from its disk: unsafe", words::counted(u64::from(count), "synced record"))
}

fn scrubbed(fault: Option<Fault>) -> (Tone, String) {
    match fault {
        None => (Tone::Good, "had its whole disk read: all that was synced is there".into()),
        Some(fault) => (Tone::Bad, format!("had its whole disk read: {fault}")),
    }
}

fn tail(kept: u32, torn: bool) -> String {
    let records = words::counted(u64::from(kept), "unsynced record");
    match (kept, torn) {
        (0, _) => "has a torn piece of what was not synced on its disk".to_owned(),
        (_, false) => format!("has {records} on its disk all the same"),
        (_, true) => format!("has {records} on its disk all the same, and a torn piece"),
    }
}

fn forgone(need: RequiredWrite) -> String {
    match need {
        RequiredWrite::Term(term) => format!("takes no part in term {term}: its disk is full"),
        RequiredWrite::Entry(index) => format!("did not take entry {index}: its disk is full"),
        RequiredWrite::Leading => "does not run for election: its disk is full".to_owned(),
    }
}

fn append_refusal(why: AppendRefusal) -> String {
    match why {
        AppendRefusal::StaleTerm => "the sender's term is over".to_owned(),
        AppendRefusal::TooShort(last) => format!("its log ends at {last}"),
        AppendRefusal::OtherTerm(term) => format!("its entry there is of term {term}"),
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

/// A message's type, its term and its fields: `AppendEntries term=2 prev=2@1 [3..4] commit=1`.
pub(super) fn content(said: MessageSummary, term: Term) -> String {
    let kind = said.kind();
    match said {
        MessageSummary::RequestVote { last_log } => format!("{kind} term={term} last={last_log}"),
        MessageSummary::RequestVoteReply { granted } => {
            format!("{kind} term={term} {}", if granted { "granted" } else { "refused" })
        }
        MessageSummary::AppendEntries { prev_log, entries: count, leader_commit } => {
            let first = prev_log.index.next();
            let entries = match count {
                0 => "[]".to_owned(),
                1 => format!("[{first}]"),
                _ => format!("[{first}..{}]", prev_log.index.plus(count)),
            };
            format!("{kind} term={term} prev={prev_log} {entries} commit={leader_commit}")
        }
        MessageSummary::AppendEntriesAccepted { match_index } => {
            format!("{kind} term={term} match={match_index}")
        }
        MessageSummary::AppendEntriesRefused { prev_log_index, hint } => {
            format!("{kind} term={term} refused prev={prev_log_index} hint={hint}")
        }
    }
}
