//! Leaders, candidates, votes, and what keeps a leader from being elected.

use super::table::claims;
use crate::explain::doubt::Doubt;
use crate::raft::{NodeId, NodeSet, Position, Term};
use crate::sim::MessageId;

/// What a candidate's request for a vote, or the vote, has come to, where no vote was counted and
/// no refusal was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteLost {
    /// The candidate has not sent its request: its own vote is not on its disk.
    Unsent,
    /// The request is in flight; held if so.
    RequestInFlight(MessageId, bool),
    /// The request was lost.
    RequestLost(MessageId),
    /// The voter granted it, and the vote is not on its disk.
    Writing,
    /// The vote is in flight; held if so.
    VoteInFlight(MessageId, bool),
    /// The vote was lost.
    VoteLost(MessageId),
    /// The voter has not answered.
    Unanswered,
}

claims! {
    /// Claims about elections and leaders.
    ElectionClaim;

    /// The node leads this term; these nodes are known to have voted for it.
    Leads { node: NodeId, term: Term, voters: NodeSet } "leads"
        => .node(node).term(term).section("§5.2");
    /// The node leads and has had no answers of a majority since this moment; it hears these.
    LeaderDeaf { node: NodeId, term: Term, since_us: u64, reached: NodeSet } "leader_deaf"
        => .node(node).term(term).section("§6.2");
    /// The node leads a term that is over, and has not heard of the later one.
    LeaderOfOldTerm { node: NodeId, term: Term, leader: NodeId, later: Term } "leader_of_old_term"
        => .node(node).node(leader).term(term).section("§5.1");
    /// Only these voters are up, and a quorum takes this many.
    NoQuorumUp { up: NodeSet, needed: u32, voters: u32 } "no_quorum_up"
        => .nodes(up).section("§5.2");
    /// No node that is up reaches a majority both ways; the widest circle is that of this node.
    NoQuorumConnected { center: NodeId, reached: NodeSet, needed: u32 } "no_quorum_connected"
        => .node(center).nodes(reached).section("§5.2");
    /// The node led this term, and nobody has led since.
    LedLast { node: NodeId, term: Term } "led_last" => .node(node).term(term);
    /// These nodes can win an election: each reaches a quorum both ways, whose logs are not more
    /// up-to-date.
    Electable { nodes: NodeSet } "electable" => .nodes(nodes).section("§5.4.1");
    /// The node cannot win: these voters that it needs have logs that are more up-to-date.
    NotElectable { node: NodeId, last: Position, blockers: NodeSet, longest: Position }
        "not_electable" => .node(node).nodes(blockers).entry(last).section("§5.4.1");
    /// The node, whose log is the most up-to-date of those that are up, does not campaign: its
    /// timers are off, or it hears a leader.
    NeverCampaigns { node: NodeId, last: Position } "never_campaigns"
        => .node(node).entry(last).section("§5.4.1");
    /// The settings make a leader impossible or unlikely.
    SettingsDoubtful { doubt: Doubt } "settings_doubtful" => .section(doubt.section());
    /// In this term these candidates stood, with these votes, and none won.
    NobodyWon { term: Term, votes: Vec<(NodeId, NodeSet)> } "nobody_won"
        => .nodes(votes.iter().map(|(node, _)| *node).collect()).term(term).section("§5.2");
    /// Several candidates shared the votes in this many of the latest terms.
    SplitVotes { terms: u32, of: u32 } "split_votes" => .section("§5.2");
    /// The candidate has not the vote of this node in this term.
    VoteMissing { voter: NodeId, candidate: NodeId, term: Term, lost: VoteLost } "vote_missing"
        => .node(voter).node(candidate).term(term).section("§5.2");
    /// The candidate has these votes, and needs this many.
    Candidacy { node: NodeId, term: Term, votes: NodeSet, needed: u32 } "candidacy"
        => .node(node).term(term).section("§5.2");
    /// The pre-candidate has the pre-votes of these nodes for this term, and needs this many.
    PreCandidacy { node: NodeId, term: Term, votes: NodeSet, needed: u32 } "pre_candidacy"
        => .node(node).term(term).section("thesis, §9.6");
    /// The pre-candidate has not the pre-vote of this node for this term.
    PreVoteMissing { voter: NodeId, candidate: NodeId, term: Term, lost: VoteLost }
        "pre_vote_missing" => .node(voter).node(candidate).term(term).section("thesis, §9.6");
    /// No election has begun since the start; the first timer runs out at this moment.
    NoElectionYet { node: NodeId, due_us: u64 } "no_election_yet" => .node(node).section("§5.2");
    /// The next election begins at this moment, when the node's timer runs out.
    NextElection { node: NodeId, due_us: u64 } "next_election" => .node(node).section("§5.2");
    /// The node is in this term and has heard from no leader of it.
    NoLeaderKnown { node: NodeId, term: Term } "no_leader_known" => .node(node).term(term);
    /// The node follows this leader.
    Follows { node: NodeId, leader: NodeId, term: Term } "follows"
        => .node(node).node(leader).term(term).section("§5.2");
    /// The node is a candidate in this term, and has no majority.
    StillCandidate { node: NodeId, term: Term } "still_candidate"
        => .node(node).term(term).section("§5.2");
    /// The node has given its vote to nobody in this term.
    NoVote { node: NodeId, term: Term } "no_vote" => .node(node).term(term).section("§5.2");
    /// Shape: two nodes do not reach each other, and both reach this third one. Each campaigns when
    /// the other leads (Cloudflare, 2020).
    PartialConnectivity { left: NodeId, right: NodeId, through: NodeId, terms: u32 }
        "partial_connectivity" => .node(left).node(right).node(through);
    /// Shape: the nodes reach each other only along a chain.
    Chained { chain: Vec<NodeId> } "chained" => .nodes(chain.iter().copied().collect());
    /// Shape: only this node reaches a majority, and its log is not up-to-date enough to win.
    Constrained { node: NodeId, last: Position } "constrained"
        => .node(node).entry(last).section("§5.4.1");
    /// Shape: this node hears nobody, campaigns again and again, and disturbs the others by the
    /// terms of its requests.
    DeafFollower { node: NodeId, term: Term } "deaf_follower"
        => .node(node).term(term).section("§5.1");
}
