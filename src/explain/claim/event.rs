//! What an event is about.

use super::table::About;
use crate::raft::{AppendRefusal, MessageKind, Note, RoleChange, VoteRefusal};
use crate::sim::{Event, EventDetail, EventKind, Family, Stage};

/// What an event is about, and the section of the paper by whose rule the node decided so.
pub(super) fn about(event: &Event) -> About {
    let attributes = event.kind.attributes();
    let about = About::default().node(event.node);
    let about = match attributes.subject {
        EventDetail::Message(passage) => about.node(passage.other),
        EventDetail::Link(to, _) => about.node(to),
        EventDetail::Itself
        | EventDetail::Fault(_)
        | EventDetail::DamagedRange(_)
        | EventDetail::Request(_)
        | EventDetail::Answer(_)
        | EventDetail::Client(_)
        | EventDetail::Applied(..)
        | EventDetail::Violation(_)
        | EventDetail::JudgingEnded => about,
    };
    let index = attributes.told.entry.map(|(index, _)| index).or(attributes.told.commit);
    let about = About { index, term: attributes.told.term, ..about };
    if let EventKind::Note(note) = event.kind {
        return of_note(about, note);
    }
    About { section: about.section.or(rule(&event.kind)), ..about }
}

/// The section by whose rule a node did something that is no decision: what it sent, wrote, applied
/// or waited for.
fn rule(kind: &EventKind) -> Option<&'static str> {
    if let EventKind::TimerFired { .. } = kind {
        return Some("§5.2");
    }
    let sent = kind.attributes().message().filter(|passage| passage.stage == Stage::Sent);
    match (sent.map(|passage| passage.said.kind()), kind.attributes().family) {
        (Some(MessageKind::RequestVote | MessageKind::RequestVoteReply), _) => Some("§5.2"),
        (Some(MessageKind::PreVote | MessageKind::PreVoteReply), _) => Some("thesis, §9.6"),
        (Some(MessageKind::ReadIndex | MessageKind::ReadIndexReply), _) => Some("thesis, §6.4"),
        (Some(MessageKind::TimeoutNow), _) => Some("thesis, §3.10"),
        (Some(MessageKind::AppendEntries | MessageKind::AppendEntriesReply), _) => Some("§5.3"),
        (Some(MessageKind::InstallSnapshot | MessageKind::InstallSnapshotReply), _) => Some("§7"),
        (Some(MessageKind::Other), _) => None,
        // "Updated on stable storage before responding to RPCs".
        (None, Family::Sync) => Some("figure 2"),
        (None, Family::Protocol) => kind.attributes().told.entry.map(|_| "§5.3"),
        (None, _) => None,
    }
}

fn of_note(about: About, note: Note) -> About {
    match note {
        Note::PreVoteRefused { candidate, .. } | Note::PreVoteGranted { candidate, .. } => {
            about.node(candidate).section("thesis, §9.6")
        }
        Note::ReadDeferred { reader, .. } => about.node(reader).section("thesis, §6.4"),
        Note::QuorumChecked { .. } => about.section("thesis, §6.2"),
        Note::TransferEnded { to, .. } => about.node(to).section("thesis, §3.10"),
        Note::VoteRefused { candidate, why, .. } => about.node(candidate).section(match why {
            VoteRefusal::StaleTerm => "§5.1",
            VoteRefusal::VotedFor(_) | VoteRefusal::NoRoom => "§5.2",
            VoteRefusal::LogBehind(_) => "§5.4.1",
            VoteRefusal::LeaderHeard | VoteRefusal::Leads | VoteRefusal::Restarted => {
                "thesis, §4.2.3"
            }
        }),
        Note::VoteGranted { candidate, .. } => about.node(candidate).section("§5.2"),
        Note::RoleChanged { why, .. } => match why {
            RoleChange::LaterTerm { from, .. } => about.node(from).section("§5.1"),
            RoleChange::LeaderKnown { leader } => about.node(leader).section("§5.2"),
            RoleChange::ElectionTimeout | RoleChange::Elected => about.section("§5.2"),
            RoleChange::PreVotesWon => about.section("thesis, §9.6"),
            RoleChange::TimeoutNow { leader } => about.node(leader).section("thesis, §3.10"),
            RoleChange::QuorumLost => about.section("thesis, §6.2"),
            RoleChange::Removed => about.section("§6"),
            RoleChange::DiskFull | RoleChange::Prepared | RoleChange::Untold => about,
        },
        Note::ElectionLost { .. } => about.section("§5.2"),
        Note::AppendRefused { leader, why, .. } => about.node(leader).section(match why {
            AppendRefusal::StaleTerm => "§5.1",
            AppendRefusal::TooShort(_) | AppendRefusal::OtherTerm(_) => "§5.3",
        }),
        Note::LogTruncated { from } => About { index: Some(from), ..about }.section("§5.3"),
        Note::CommitHeld { .. } => about.section("§5.4.2"),
        Note::EntryAppended { .. } | Note::CommitAdvanced { .. } => about.section("§5.3"),
        Note::ConfigurationChanged { index, .. } => About { index, ..about }.section("§6"),
        Note::SnapshotInstalled { index, term, .. } => {
            About { index: Some(index), term: Some(term), ..about }.section("§7")
        }
        Note::LogCompacted { first } => About { index: Some(first), ..about }.section("§7"),
        Note::WriteForgone { .. } => about,
    }
}
