//! What a node decided by the protocol, in words: roles, votes, entries, commits, refusals.

use crate::raft::{
    AppendRefusal, Ignored, Index, MessageKind, NodeId, Note, Position, RequiredWrite, RoleChange,
    RoleName, Term, TransferEnd, VoteRefusal,
};
use crate::sim::{MessageId, World};
use crate::view::document::Tone;
use crate::view::words;

/// For whom a node votes.
fn whom(node: NodeId, candidate: NodeId) -> String {
    if candidate == node { "itself".to_owned() } else { candidate.to_string() }
}

/// What a node decided, as a sentence whose subject is that node.
pub(super) fn sentence(world: &World, node: NodeId, note: Note) -> (Tone, String) {
    match note {
        Note::RoleChanged { role, term, was, was_term, why } => {
            (words::role_tone(role), role_changed(role, term, (was, was_term), why))
        }
        Note::ElectionLost { term, votes } => {
            let votes = words::counted(u64::from(votes), "vote");
            (Tone::Warn, format!("lost the election of term {term} with {votes}"))
        }
        Note::VoteGranted { term, candidate } => {
            (Tone::Plain, format!("voted for {} in term {term}", whom(node, candidate)))
        }
        Note::VoteRefused { term, candidate, candidate_log, why } => {
            let why = vote_refusal(node, (candidate, candidate_log, term), why);
            (Tone::Warn, format!("refused its vote to {candidate} in term {term}: {why}"))
        }
        Note::PreVoteGranted { term, candidate } => {
            (Tone::Plain, format!("would vote for {} in term {term}", whom(node, candidate)))
        }
        Note::PreVoteRefused { term, candidate, candidate_log, why } => {
            let why = vote_refusal(node, (candidate, candidate_log, term), why);
            (Tone::Warn, format!("would not vote for {candidate} in term {term}: {why}"))
        }
        Note::QuorumChecked { heard, needed } => {
            let tone = if heard < needed { Tone::Bad } else { Tone::Plain };
            let voters = words::counted(u64::from(heard), "voter");
            (
                tone,
                format!(
                    "heard from {voters} since its last check, itself included; {needed} needed"
                ),
            )
        }
        Note::ReadDeferred { reader, term } => {
            let of = if reader == node { String::new() } else { format!(" of {reader}") };
            let until = format!("until an entry of term {term} is committed");
            (Tone::Warn, format!("lets a read{of} wait {until} (thesis, §6.4)"))
        }
        Note::TransferEnded { to, reason } => transfer_ended(to, reason),
        Note::EntryAppended { index, entry } => {
            (Tone::Plain, format!("appended {}", words::entry(world.ops(), index, entry)))
        }
        Note::LogTruncated { from } => (Tone::Warn, truncated(world, from)),
        Note::AppendRefused { leader, prev_log, why } => (
            Tone::Warn,
            format!("refused {leader}'s entries after {prev_log}: {}", append_refusal(why)),
        ),
        Note::CommitAdvanced { commit } => (Tone::Good, format!("commit index rose to {commit}")),
        Note::CommitHeld { held } => (Tone::Warn, commit_held(held)),
        Note::ConfigurationChanged { configuration, index } => {
            let members = words::members(&configuration.group());
            let from = match index {
                Some(index) => format!(", by entry {index}"),
                None => ", as the cluster began".to_owned(),
            };
            (Tone::Strong, format!("uses another configuration{from}: {members}"))
        }
        Note::SnapshotInstalled { index, term, .. } => (
            Tone::Warn,
            format!("replaced its log and its store by a snapshot up to {index}@{term}"),
        ),
        Note::LogCompacted { first } => {
            (Tone::Plain, format!("discarded the entries before {first}: its snapshot has them"))
        }
        Note::WriteForgone { need } => (Tone::Warn, forgone(need)),
    }
}

fn role_changed(
    role: RoleName,
    term: Term,
    (was, was_term): (RoleName, Term),
    why: RoleChange,
) -> String {
    let left = match (role, was) {
        (RoleName::Leader, _) => return format!("became leader of term {term}"),
        (RoleName::PreCandidate, _) => {
            return format!("became pre-candidate: could it win term {}?", term.next());
        }
        (RoleName::Candidate, _) => {
            let told = match why {
                RoleChange::TimeoutNow { leader } => format!(": {leader} hands over to it"),
                _ => String::new(),
            };
            return format!("became candidate in term {term}{told}");
        }
        (RoleName::Follower, RoleName::Follower) => return format!("moved to term {term}"),
        (RoleName::Follower, RoleName::Candidate | RoleName::PreCandidate) => {
            "gave up its candidacy".to_owned()
        }
        (RoleName::Follower, RoleName::Leader) => {
            format!("stepped down as leader of term {was_term}")
        }
    };
    match why {
        RoleChange::LaterTerm { from, kind } => {
            format!("{left}: {from}'s {kind} is of term {term}")
        }
        RoleChange::LeaderKnown { leader } => format!("{left}: {leader} leads term {term}"),
        RoleChange::QuorumLost => format!("{left}: no majority has answered it lately"),
        RoleChange::Removed => {
            format!("{left}: it is no voter by the configuration that is committed")
        }
        RoleChange::DiskFull => format!("{left}: its disk is full"),
        RoleChange::ElectionTimeout
        | RoleChange::TimeoutNow { .. }
        | RoleChange::PreVotesWon
        | RoleChange::Elected
        | RoleChange::Untold
        | RoleChange::Prepared => left,
    }
}

fn transfer_ended(to: NodeId, reason: TransferEnd) -> (Tone, String) {
    match reason {
        TransferEnd::LaterTerm => (Tone::Good, format!("has handed over to {to}")),
        TransferEnd::GaveUp => {
            (Tone::Bad, format!("gave up handing over to {to}: an election timeout is over"))
        }
        TransferEnd::Replaced => {
            (Tone::Warn, format!("hands over to another node instead of {to}"))
        }
        TransferEnd::SteppedDown => {
            (Tone::Bad, format!("did not hand over to {to}: it stepped down before"))
        }
    }
}

/// Why a voter refused a candidate's request: which logs, votes or terms decided.
fn vote_refusal(
    voter: NodeId,
    (candidate, candidate_log, term): (NodeId, Position, Term),
    why: VoteRefusal,
) -> String {
    match why {
        VoteRefusal::StaleTerm => format!("term {term} is over"),
        VoteRefusal::VotedFor(other) if other == voter => "it voted for itself".to_owned(),
        VoteRefusal::VotedFor(other) => format!("it voted for {other}"),
        VoteRefusal::LeaderHeard => {
            "it heard from a leader less than an election timeout ago".to_owned()
        }
        VoteRefusal::Leads => "it leads itself".to_owned(),
        VoteRefusal::Restarted => {
            "it started less than an election timeout ago, and may have heard from a leader"
                .to_owned()
        }
        VoteRefusal::NoRoom => "its disk is full".to_owned(),
        VoteRefusal::LogBehind(own) => {
            format!("{candidate}'s log ends at {candidate_log}, {voter}'s at {own}")
        }
    }
}

/// What a node says of a message that changed nothing.
pub(super) fn ignored(
    node: NodeId,
    (from, kind, term, message): (NodeId, MessageKind, Term, MessageId),
    why: Ignored,
) -> String {
    let (what, why) = match why {
        Ignored::EarlierTerm => {
            let why = format!("it is an answer of term {term}, which is over");
            return format!("ignored {from}'s {kind} m{message}: {why}");
        }
        Ignored::NotCandidate => ("vote", format!("{node} is no longer a candidate")),
        Ignored::NotPreCandidate => {
            ("pre-vote", format!("{node} asks for none in term {term} any more"))
        }
        Ignored::NotLeader if kind == MessageKind::ReadIndex => {
            ("ReadIndex", format!("{node} does not lead"))
        }
        Ignored::NotLeader => ("answer", format!("{node} does not lead")),
        Ignored::LateRefusal => ("refusal", format!("{from} has sent a later answer")),
        Ignored::CountedVote => ("vote", "it is counted already".to_owned()),
        Ignored::NotMember => ("answer", format!("{node} sends nothing to {from} any more")),
        Ignored::SecondLeader => ("entries", format!("{node} leads term {term} itself")),
    };
    format!("ignored {from}'s {what} m{message}: {why}")
}

/// In a cluster that has kept all promises, entries that a leader replaces were never committed.
fn truncated(world: &World, from: Index) -> String {
    let kept_promises = world.violations().is_empty() && world.judging_ended().is_none();
    let never = if kept_promises { " (never committed)" } else { "" };
    format!("deleted its entries from {from} on{never}; the leader's replace them")
}

fn commit_held(held: Position) -> String {
    format!(
        "did not commit {held}, which a majority has: it is of an earlier term, and commits with \
         the leader's next entry (§5.4.2)"
    )
}

fn forgone(need: RequiredWrite) -> String {
    match need {
        RequiredWrite::Term(term) => format!("takes no part in term {term}: its disk is full"),
        RequiredWrite::Entry(index) => format!("did not append entry {index}: its disk is full"),
        RequiredWrite::Snapshot(index) => {
            format!("has no snapshot up to {index}: its disk is full")
        }
        RequiredWrite::Leading => "does not campaign: its disk is full".to_owned(),
    }
}

fn append_refusal(why: AppendRefusal) -> String {
    match why {
        AppendRefusal::StaleTerm => "the sender's term is over".to_owned(),
        AppendRefusal::TooShort(last) => format!("its log ends at {last}"),
        AppendRefusal::OtherTerm(term) => format!("its entry there is of term {term}"),
    }
}
