//! What a command that lets time pass tells of it: the events that matter, each in one line, and
//! what follows from several events together.
//!
//! What repeats itself is told once and then counted: a refusal with the same reason, a message
//! that is ignored for the same reason.

use std::collections::BTreeMap;

use crate::check::Election;
use crate::quantity;
use crate::raft::{Ignored, Index, NodeId, NodeSet, Note, Position, RoleName, Term, VoteRefusal};
use crate::sim::{Contact, Event, EventKind, Host, World};

use super::document::{Document, Tone};
use super::{event, groups};

/// Tells of what happens while one command runs.
#[derive(Debug)]
pub struct Narrator {
    /// The highest commit index told of: that other nodes learn of it later is no news.
    commit: Index,
    /// The latest refusal of each voter to each candidate.
    refusals: BTreeMap<(NodeId, NodeId), Repeated<(VoteRefusal, Position)>>,
    /// The messages that each node ignored, by reason.
    ignored: BTreeMap<(NodeId, Ignored), Repeated<()>>,
    /// The latest outcome of an election that nobody won, and how often it came again.
    lost: Option<Repeated<String>>,
    /// The leaders of which was told that no majority answers them.
    out_of_contact: NodeSet,
    /// When to look again whether a majority answers the leaders, in microseconds.
    contact_at_us: u64,
    /// When each node granted the vote that it has not synced yet: the term and the time, in
    /// microseconds.
    granted: BTreeMap<NodeId, (Term, u64)>,
    /// The leader of which was told that it can commit nothing yet.
    holding: Option<NodeId>,
}

/// In a cluster of more nodes than this, refusals of a candidate are counted together.
const MANY: usize = 9;

/// Something that was told, and how often it has happened since.
#[derive(Debug)]
struct Repeated<T> {
    told: T,
    more: u64,
}

impl Narrator {
    /// At the beginning of a command. What is so already is no news.
    pub fn new(world: &World) -> Narrator {
        let commits = world.hosts().filter_map(Host::report).map(|report| report.commit);
        Narrator {
            commit: commits.max().unwrap_or_default(),
            refusals: BTreeMap::new(),
            ignored: BTreeMap::new(),
            lost: None,
            out_of_contact: out_of_contact(world).map(|(leader, _)| leader).collect(),
            contact_at_us: 0,
            granted: BTreeMap::new(),
            holding: None,
        }
    }

    /// Tells of the events of a step that matter. `election` knows who voted for whom in a term.
    pub fn tell(
        &mut self,
        world: &World,
        events: &[Event],
        election: impl Fn(Term) -> Option<Election>,
    ) -> Document {
        let mut lines = Document::new();
        for event in events {
            let told = event.kind.attributes().told;
            if told.notable || told.commit.is_some() {
                lines = lines.then(self.tell_one(world, event, &election));
            } else if is_vote(event) {
                lines = lines.then(self.tell_late_vote(world, event));
            }
        }
        match world.now_us() < self.contact_at_us && self.out_of_contact.is_empty() {
            true => lines,
            false => lines.then(self.tell_contact(world)),
        }
    }

    fn tell_one(
        &mut self,
        world: &World,
        event: &Event,
        election: impl Fn(Term) -> Option<Election>,
    ) -> Document {
        let line = || event::list(world, [event]);
        let kind = event.kind;
        if let EventKind::Note(Note::CommitAdvanced { commit }) = kind {
            if commit <= self.commit {
                return Document::new();
            }
            self.commit = commit;
        }
        if let EventKind::Note(
            Note::VoteRefused { candidate, candidate_log, why, .. }
            | Note::PreVoteRefused { candidate, candidate_log, why, .. },
        ) = kind
        {
            return self.refused(world, event, (candidate, candidate_log, why), line);
        }
        if let EventKind::MessageIgnored { why, .. } = kind {
            let key = (event.node, why);
            if let Some(repeated) = self.ignored.get_mut(&key) {
                repeated.more += 1;
                return Document::new();
            }
            self.ignored.insert(key, Repeated { told: (), more: 0 });
        }
        if let EventKind::Note(Note::ElectionLost { term, .. }) = kind {
            return self.election_lost(world, event, term, election(term), line);
        }
        if matches!(kind, EventKind::Note(Note::CommitHeld { .. }))
            && self.holding.take_if(|leader| *leader == event.node).is_some()
        {
            return Document::new();
        }
        if let EventKind::Note(Note::RoleChanged { role: RoleName::Leader, term, .. }) = kind {
            return line().then(self.holds_commits(world, event.node, term));
        }
        line()
    }

    /// A vote that its voter's disk kept back for a good part of an election timeout.
    fn tell_late_vote(&mut self, world: &World, event: &Event) -> Document {
        if let EventKind::Note(Note::VoteGranted { term, candidate }) = event.kind
            && candidate != event.node
        {
            self.granted.insert(event.node, (term, event.time_us));
        }
        let EventKind::VoteSynced { term, vote: Some(candidate) } = event.kind else {
            return Document::new();
        };
        let granted = self.granted.remove(&event.node).filter(|(of, _)| *of == term);
        let late_us = granted.map_or(0, |(_, granted_us)| event.time_us - granted_us);
        if late_us < world.settings_of(candidate).election_timeout.min_us / 4 {
            return Document::new();
        }
        let late = quantity::time(late_us);
        let words = format!("answers {candidate} only now: its disk took {late} to sync its vote");
        event::aside(Some(event.time_us), event.node, Tone::Warn, words)
    }

    /// A candidacy has ended, and the candidate knows of no winner. Once nobody can win that term
    /// any more, this is told of the term; until then, of the candidate. The same outcome in a row
    /// is told once and then counted.
    fn election_lost(
        &mut self,
        world: &World,
        event: &Event,
        term: Term,
        election: Option<Election>,
        line: impl Fn() -> Document,
    ) -> Document {
        let Some(election) = election.filter(|election| election.winner.is_none()) else {
            return Document::new();
        };
        // While others campaign in that term, the last of them will tell.
        if world.hosts().any(|host| campaigns(host, term)) {
            return Document::new();
        }
        let is_decided = is_decided(world, term);
        let told = match is_decided {
            true => outcome(world, &election),
            false => format!("{} alone", event.node),
        };
        if let Some(repeated) = self.lost.as_mut().filter(|repeated| repeated.told == told) {
            repeated.more += 1;
            return Document::new();
        }
        let text = format!("nobody won term {term}: {told}");
        let before = self.lost.replace(Repeated { told, more: 0 });
        let counted = before.map(lost_again).unwrap_or_default();
        counted.then(match is_decided {
            true => event::of_no_node(event, Tone::Warn, text),
            false => line(),
        })
    }

    /// A refusal: told once for a voter, a candidate and a reason in a row, and then counted.
    fn refused(
        &mut self,
        world: &World,
        event: &Event,
        (candidate, candidate_log, why): (NodeId, Position, VoteRefusal),
        line: impl Fn() -> Document,
    ) -> Document {
        // In a large cluster, the voters that refuse a candidate are counted together.
        let (many, reason) = (world.cluster_size() > MANY, (why, candidate_log));
        let key = (if many { candidate } else { event.node }, candidate);
        if let Some(repeated) = self.refusals.get_mut(&key)
            && (many || repeated.told == reason)
        {
            repeated.more += 1;
            return Document::new();
        }
        let before = self.refusals.insert(key, Repeated { told: reason, more: 0 });
        let counted = before.map(|before| refused_again(key, before.more)).unwrap_or_default();
        counted.then(line())
    }

    /// A leader that knows of no committed entry, though there are entries: it commits them only
    /// with an entry of its own term.
    fn holds_commits(&mut self, world: &World, leader: NodeId, term: Term) -> Document {
        let known = world.hosts().filter_map(Host::report).map(|report| report.commit).max();
        let last = world.host(leader).log().last();
        if known > Some(Index(0)) || last.index == Index(0) || last.term == term {
            return Document::new();
        }
        self.holding = Some(leader);
        let entries = match last.index {
            Index(1) => format!("the entry {last} is of an earlier term, and commits"),
            _ => format!("the entries up to {last} are of earlier terms, and commit"),
        };
        let text = format!(
            "has committed nothing yet: {entries} together with the first entry of term {term} \
             (§5.4.2)"
        );
        event::aside(None, leader, Tone::Warn, text)
    }

    /// Leaders that no majority has answered for an election timeout, and those that are answered
    /// again.
    fn tell_contact(&mut self, world: &World) -> Document {
        let lost: Vec<(NodeId, Contact)> = out_of_contact(world).collect();
        let leaders = world.live().iter().filter_map(|node| world.contact(node));
        let timeouts = world.nodes().iter().map(|node| world.settings_of(node).election_timeout);
        let timeout_us = timeouts.map(|timeout| timeout.max_us).min().unwrap_or_default();
        let soonest = leaders.map(|contact| contact.lost_at_us).min();
        // A leader elected meanwhile is out of contact an election timeout from now at the soonest.
        let latest = world.now_us().saturating_add(timeout_us);
        self.contact_at_us = soonest.unwrap_or(latest).min(latest);
        let before = std::mem::take(&mut self.out_of_contact);
        self.out_of_contact = lost.iter().map(|(leader, _)| *leader).collect();
        let (now, mut lines) = (Some(world.now_us()), Document::new());
        for (leader, contact) in lost.iter().filter(|(leader, _)| !before.contains(*leader)) {
            lines = lines.then(event::aside(now, *leader, Tone::Bad, no_majority(world, contact)));
        }
        for leader in before.difference(self.out_of_contact).iter() {
            // A leader of an earlier term is about to step down: that is told instead.
            if world.leader() == Some(leader) {
                let text = "is answered by a majority again".to_owned();
                lines = lines.then(event::aside(now, leader, Tone::Good, text));
            }
        }
        lines
    }

    /// At the end of the command: how often what was told once has happened since.
    pub fn finish(&mut self) -> Document {
        let refusals = std::mem::take(&mut self.refusals);
        let ignored = std::mem::take(&mut self.ignored);
        let refused = refusals.into_iter().map(|(key, again)| refused_again(key, again.more));
        let ignored = ignored.into_iter().filter(|(_, again)| again.more > 0);
        let ignored = ignored.map(|((node, _), again)| {
            let messages = match again.more {
                1 => "one more message".to_owned(),
                more => format!("{} more messages", quantity::in_words(more)),
            };
            let text = format!("ignored {messages}: same reason");
            event::aside(None, node, Tone::Dim, text)
        });
        let lost = self.lost.take().map(lost_again);
        refused.chain(ignored).chain(lost).fold(Document::new(), Document::then)
    }
}

/// The leaders that no majority has answered for an election timeout.
fn out_of_contact(world: &World) -> impl Iterator<Item = (NodeId, Contact)> {
    let contact = |node| world.contact(node).map(|contact| (node, contact));
    world.live().iter().filter_map(contact).filter(|(_, contact)| contact.is_lost)
}

/// `has had no answer from a majority since 152.100ms: it hears from 1 of 3 (itself included)
/// and commits nothing`
pub(super) fn no_majority(world: &World, contact: &Contact) -> String {
    let (since, reach) = (quantity::time(contact.since_us), reach(world, contact));
    format!(
        "has had no answer from a majority since {since}: it {reach} (itself included) and \
            commits nothing"
    )
}

/// `hears from 1 of 3`
pub(super) fn reach(world: &World, contact: &Contact) -> String {
    format!("hears from {} of {}", contact.reached.len(), world.group().electorate().len())
}

fn refused_again((voter, candidate): (NodeId, NodeId), more: u64) -> Document {
    let times = match more {
        0 => return Document::new(),
        1 => "once more".to_owned(),
        _ => format!("{} more times", quantity::in_words(more)),
    };
    let text = match voter == candidate {
        true => format!("was refused {times}, by this and other voters"),
        false => format!("refused {candidate} {times}: same reason"),
    };
    event::aside(None, voter, Tone::Dim, text)
}

/// How often the same outcome came again.
fn lost_again(repeated: Repeated<String>) -> Document {
    let text = match repeated.more {
        0 => return Document::new(),
        1 => "one more election ended like this".to_owned(),
        more => format!("{} more elections ended like this", quantity::in_words(more)),
    };
    event::aside_of_no_node(Tone::Dim, text)
}

/// Whether a node granted or synced a vote.
fn is_vote(event: &Event) -> bool {
    matches!(event.kind, EventKind::Note(Note::VoteGranted { .. }) | EventKind::VoteSynced { .. })
}

/// Whether a node is a candidate in this term.
fn campaigns(host: &Host, term: Term) -> bool {
    host.report().is_some_and(|it| (it.role, it.term) == (RoleName::Candidate, term))
}

/// Whether nobody can win the election of a term any more in which no node campaigns: those that
/// could still vote for a later candidate of that term are no majority.
fn is_decided(world: &World, term: Term) -> bool {
    let could_vote = |host: &&Host| {
        let state = host.hard_state();
        state.current_term < term || state.current_term == term && state.voted_for.is_none()
    };
    let open = world.hosts().filter(could_vote).map(|host| host.id).collect();
    !world.group().has_quorum(open)
}

/// `n1 2 of 5 votes, n4 2, n2 did not vote`
fn outcome(world: &World, election: &Election) -> String {
    let voters = world.group().electorate();
    let mut voted = NodeSet::EMPTY;
    let mut parts = Vec::new();
    for (nth, (candidate, votes)) in election.votes.iter().enumerate() {
        voted = voted.union(*votes);
        let of = if nth == 0 { format!(" of {} votes", voters.len()) } else { String::new() };
        let late = match world.group().has_quorum(*votes) {
            true => ", not all counted in time",
            false => "",
        };
        parts.push(format!("{candidate} {}{of}{late}", votes.len()));
    }
    let rest = voters.difference(voted);
    let (down, silent) = (rest.intersection(world.down()), rest.difference(world.down()));
    if !silent.is_empty() {
        parts.push(format!("{} did not vote", groups::nodes(silent)));
    }
    if !down.is_empty() {
        let are = if down.len() == 1 { "is" } else { "are" };
        parts.push(format!("{} {are} down", groups::nodes(down)));
    }
    parts.join(", ")
}
