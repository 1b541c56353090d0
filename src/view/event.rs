//! Events in plain words, one line each.
//!
//! Notation: a message from `n1` to `n3` is `→ n3` where it is sent and `← n1` where it arrives, `⇥ n1` where it is lost, each
//! time with what it says; `3@2` is the entry at index 3 of term 2. The last column names the event that caused this one.

use crate::kv::Command;
use crate::quantity;
use crate::raft::{AppendRefusal, MessageSummary, Need, NodeId, Note, RoleName, Term, Timer, VoteRefusal};
use crate::sim::{DropReason, Event, EventKind, LinkFault, Op, Ops, Outcome, World};
use crate::word::OrNone;

use super::document::{Document, Paragraph, Text, Tone};
use super::words;

/// Events as a list, in order.
pub fn list<'a>(world: &World, events: impl IntoIterator<Item = &'a Event>) -> Document {
    let entry = |event| Paragraph::entry(INDENT, line(world, event));
    events.into_iter().map(entry).fold(Document::new(), Document::paragraph)
}

/// Where the sentence of an event begins.
const INDENT: usize = 27;

fn line(world: &World, event: &Event) -> Text {
    let (tone, words) = sentence(world, event);
    let cause = event.cause().map(|cause| format!("  ⟵ #{cause}")).unwrap_or_default();
    Text::new()
        .toned(Tone::Dim, format!("{:>12}  {:<7}", quantity::time(event.time_us), format!("#{}", event.id)))
        .toned(Tone::Strong, format!(" {:<5}", event.node.to_string()))
        .toned(tone, words)
        .toned(Tone::Dim, cause)
}

/// What happened, as a sentence whose subject is the event's node.
pub(super) fn sentence(world: &World, event: &Event) -> (Tone, String) {
    match event.kind {
        EventKind::PropertyViolated { number } => (Tone::Bad, words::violated(world, number)),
        EventKind::JudgingEnded => (Tone::Bad, "NOT JUDGED from here on: `violations` tells why".to_owned()),
        _ => protocol_sentence(world.ops(), event),
    }
}

/// What nodes and messages do.
fn protocol_sentence(ops: &Ops, event: &Event) -> (Tone, String) {
    match event.kind {
        EventKind::Note(Note::RoleChanged { role, term }) => {
            (words::role_tone(role), role_sentence(role, term.0))
        }
        EventKind::Note(Note::VoteGranted { term, candidate }) if candidate == event.node => {
            (Tone::Plain, format!("voted for itself in term {term}"))
        }
        EventKind::Note(Note::VoteGranted { term, candidate }) => {
            (Tone::Plain, format!("voted for {candidate} in term {term}"))
        }
        EventKind::Note(Note::VoteRefused { term, candidate, why }) => (
            Tone::Warn,
            format!("refused {candidate} its vote in term {term}: {}", vote_refusal(candidate, why)),
        ),
        EventKind::Note(Note::EntryAppended { index, entry }) => {
            (Tone::Plain, format!("appended {}", words::entry(ops, index, entry)))
        }
        EventKind::Note(Note::LogTruncated { from }) => {
            (Tone::Warn, format!("dropped its entries from {from} on: others take their place"))
        }
        EventKind::Note(Note::AppendRefused { leader, prev_log, why }) => {
            (Tone::Warn, format!("refused entries of {leader} after {prev_log}: {}", append_refusal(why)))
        }
        EventKind::Note(Note::CommitAdvanced { commit }) => {
            (Tone::Good, format!("commit index rose to {commit}"))
        }
        EventKind::Note(Note::CommitHeld { held }) => (
            Tone::Warn,
            format!("did not commit {held}, which a majority holds: it is of an earlier term (§5.4.2)"),
        ),
        EventKind::Note(Note::WriteForgone { need }) => (Tone::Warn, forgone(need)),
        EventKind::EntryApplied { index, entry } => {
            (Tone::Good, format!("applied {}", words::entry(ops, index, entry)))
        }
        EventKind::EntriesSynced { through, .. } => {
            (Tone::Plain, format!("entries up to {through} are on disk"))
        }
        EventKind::VoteSynced { term, vote } => {
            (Tone::Plain, format!("term {term} and vote {} are on disk", words::node_or(vote, "none")))
        }
        EventKind::TimerFired { timer: Timer::Election } => (Tone::Warn, "election timer ran out".to_owned()),
        EventKind::TimerFired { timer: Timer::Heartbeat } => {
            (Tone::Plain, "heartbeat timer ran out".to_owned())
        }
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
            (Tone::Bad, format!("⇥ {from} m{message} {}, lost: {}", content(said, term), drop_reason(reason)))
        }
        _ => fault_sentence(ops, event),
    }
}

/// What faults and clients do.
fn fault_sentence(ops: &Ops, event: &Event) -> (Tone, String) {
    match event.kind {
        EventKind::NodeKilled => (Tone::Bad, "was killed".to_owned()),
        EventKind::NodeRestarted { term, vote, last } => {
            let vote = words::node_or(vote, "none");
            (Tone::Good, format!("started from its disk: term {term}, vote {vote}, log up to {last}"))
        }
        EventKind::NodeHalted { reason } => (Tone::Bad, format!("halted: {reason}")),
        EventKind::NodePaused => (Tone::Warn, "was paused".to_owned()),
        EventKind::NodeResumed => (Tone::Good, "goes on".to_owned()),
        EventKind::LinkHeld { to } => (Tone::Warn, format!("has its messages to {to} held")),
        EventKind::LinkReleased { to } => (Tone::Good, format!("has its messages to {to} released")),
        EventKind::LinkChanged { to, delay_us, loss_ppm, duplicate_ppm } => (
            Tone::Warn,
            format!("link to {to}: {}", words::link_fault(LinkFault { delay_us, loss_ppm, duplicate_ppm })),
        ),
        EventKind::LinkCut { to } => (Tone::Bad, format!("can no longer reach {to}")),
        EventKind::LinkHealed { to } => (Tone::Good, format!("can reach {to} again")),
        EventKind::DiskDamaged { spot } => {
            (Tone::Bad, format!("{} on its disk was damaged", words::spot(spot)))
        }
        EventKind::TailLeft { kept, torn } => (Tone::Warn, tail(kept, torn)),
        EventKind::MarksRenewed => {
            (Tone::Warn, "found a mark on its disk damaged, and made both anew".to_owned())
        }
        EventKind::TailCut => {
            (Tone::Warn, "cut a torn tail off its disk: nothing in it was ever promised".to_owned())
        }
        EventKind::RecordsDropped { count } => {
            let records = words::counted(u64::from(count), "synced record");
            (Tone::Bad, format!("dropped {records} from its disk: unsafe"))
        }
        EventKind::DiskCut => (Tone::Bad, "lost access to its disk".to_owned()),
        EventKind::DiskRestored => (Tone::Good, "has a disk that works as usual again".to_owned()),
        EventKind::DiskFilled => (Tone::Bad, "has no room on its disk any more".to_owned()),
        EventKind::DiskSlowed { latency_us } => {
            let each = quantity::show_duration(latency_us);
            (Tone::Warn, format!("has a slow disk: every write takes {each}"))
        }
        EventKind::DiskMadeToLie => {
            (Tone::Bad, "has a disk that lies: it says that it syncs, and does not".to_owned())
        }
        EventKind::DiskTearArmed => {
            (Tone::Warn, "will find what its disk has not synced torn after its next crash".to_owned())
        }
        EventKind::DiskLossArmed => (Tone::Warn, "will lose its next write and not be told".to_owned()),
        EventKind::WriteVanished => {
            (Tone::Bad, "lost a write that its disk says is synced: nothing of it is there".to_owned())
        }
        EventKind::DiskWentStale { spot } => {
            (Tone::Bad, format!("has an older version of {} on its disk", words::spot(spot)))
        }
        EventKind::DiskScrubbed { fault: None } => {
            (Tone::Good, "had its whole disk read: all that was synced is there".to_owned())
        }
        EventKind::DiskScrubbed { fault: Some(fault) } => {
            (Tone::Bad, format!("had its whole disk read: {fault}"))
        }
        EventKind::ClientInvoked { op } => {
            let command = ops.get(op).map(|op| op.command.to_string()).unwrap_or_default();
            (Tone::Plain, format!("took {op}: {command}"))
        }
        EventKind::ClientReplied { op, outcome: tone } => {
            let answer = ops.get(op).map_or_else(|| tone.to_string(), outcome);
            (outcome_tone(tone), format!("answered {op}: {answer}"))
        }
        _ => (Tone::Plain, String::new()),
    }
}

/// What became of a request, with what its client was told: `ok`, `ok, 5`, `failed, it holds none`.
pub fn outcome(op: &Op) -> String {
    let (outcome, value) = (op.outcome, OrNone(op.value.as_deref()));
    match (&op.command, outcome) {
        (Command::Get { .. }, Outcome::Ok) => format!("{outcome}, {value}"),
        (Command::Cas { .. }, Outcome::Failed) => format!("{outcome}, it holds {value}"),
        _ => outcome.to_string(),
    }
}

/// How an outcome is to be seen.
pub fn outcome_tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Ok => Tone::Good,
        Outcome::Pending => Tone::Plain,
        Outcome::Failed => Tone::Bad,
        Outcome::Unknown => Tone::Warn,
    }
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

fn tail(kept: u32, torn: bool) -> String {
    let records = words::counted(u64::from(kept), "unsynced record");
    match (kept, torn) {
        (0, _) => "has a torn piece of what was not synced on its disk".to_owned(),
        (_, false) => format!("has {records} on its disk all the same"),
        (_, true) => format!("has {records} on its disk all the same, and a torn piece"),
    }
}

fn forgone(need: Need) -> String {
    match need {
        Need::Term(term) => format!("takes no part in term {term}: its disk is full"),
        Need::Entry(index) => format!("did not take entry {index}: its disk is full"),
        Need::Leading => "does not run for election: its disk is full".to_owned(),
    }
}

fn append_refusal(why: AppendRefusal) -> String {
    match why {
        AppendRefusal::StaleTerm => "the sender's term is over".to_owned(),
        AppendRefusal::TooShort(last) => format!("its log ends at {last}"),
        AppendRefusal::OtherTerm(term) => format!("its entry there is of term {term}"),
    }
}

/// Why a message was lost, in words.
pub(super) fn drop_reason(reason: DropReason) -> &'static str {
    match reason {
        DropReason::Loss => "by chance",
        DropReason::Cut => "the link is cut",
        DropReason::Down => "the receiver is down",
        DropReason::ByHand => "by hand",
        DropReason::Overflow => "too much is in flight",
    }
}

/// A message's type, its term and what it says: `AppendEntries term=2 prev=2@1 [3..4] commit=1`.
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
