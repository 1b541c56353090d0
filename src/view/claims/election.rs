//! Sentences about leaders, candidates and votes.

use crate::explain::claim::{ElectionClaim, VoteLost};
use crate::quantity::{counted, time};
use crate::raft::{NodeId, NodeSet};

pub(super) fn sentence(claim: &ElectionClaim) -> String {
    match claim {
        ElectionClaim::Leads { node, term, voters } if voters.is_empty() => {
            format!("{node} leads term {term}")
        }
        ElectionClaim::Leads { node, term, voters } => {
            format!("{node} leads term {term}, with the votes of {voters}")
        }
        ElectionClaim::LeaderDeaf { node, term, since_us, reached } => format!(
            "{node} leads term {term}, but no majority has answered it since {}: it reaches \
             {reached} only. Plain Raft lets it lead (the deaf leader)",
            time(*since_us)
        ),
        ElectionClaim::LeaderOfOldTerm { node, term, leader, later } => format!(
            "{node} still leads term {term}, which is over: it has not heard of term {later}, \
             which {leader} leads. Two leaders of different terms are no violation"
        ),
        ElectionClaim::NoQuorumUp { up, needed, voters } => format!(
            "only {} of {voters} voters {} up ({}), and a leader needs the votes of {needed}",
            up.len(),
            if up.len() == 1 { "is" } else { "are" },
            some(*up)
        ),
        ElectionClaim::NoQuorumConnected { center, reached, needed } => format!(
            "no node reaches a majority both ways: the best is {center}, which reaches {} where \
             {needed} are needed, itself included",
            some(*reached)
        ),
        ElectionClaim::Electable { nodes } => {
            format!("{nodes} may win: each reaches a majority whose logs are not more up-to-date")
        }
        ElectionClaim::NotElectable { node, last, blockers, longest } => format!(
            "{node}'s log ends at {last}, and {blockers} {} more up-to-date (the latest ends at \
             {longest}), so {} should refuse {node}",
            if blockers.len() == 1 { "has one that is" } else { "have logs that are" },
            if blockers.len() == 1 { "it" } else { "they" }
        ),
        ElectionClaim::NeverCampaigns { node, last } => format!(
            "{node}, whose log ends at {last}, has the most up-to-date log and does not campaign: \
             its timer does not run (the longest log never campaigns)"
        ),
        ElectionClaim::SettingsDoubtful { doubt } => doubt.to_string(),
        ElectionClaim::LedLast { node, term } => {
            format!("{node} led last, in term {term}")
        }
        ElectionClaim::NobodyWon { term, votes } => {
            let each = votes.iter().map(|(candidate, voters)| stood(*candidate, *voters));
            let each = each.collect::<Vec<_>>().join(", ");
            format!("nobody won the election of term {term}: {each}")
        }
        ElectionClaim::SplitVotes { terms, of } => format!(
            "the candidates shared the votes in {terms} of the last {} (a duel of split votes)",
            counted(u64::from(*of), "election")
        ),
        ElectionClaim::VoteMissing { voter, candidate, term, lost } => {
            format!(
                "{voter}'s vote for {candidate} in term {term} is missing: {}",
                vote_lost(*voter, *candidate, *lost)
            )
        }
        ElectionClaim::Candidacy { node, term, votes, needed } => {
            format!("{node} has {} of {needed} votes in term {term}: {}", votes.len(), some(*votes))
        }
        ElectionClaim::PreCandidacy { node, term, votes, needed } => format!(
            "{node} has {} of {needed} pre-votes for term {term}: {}",
            votes.len(),
            some(*votes)
        ),
        ElectionClaim::PreVoteMissing { voter, candidate, term, lost } => format!(
            "{voter}'s pre-vote for {candidate} in term {term} is missing: {}",
            vote_lost(*voter, *candidate, *lost)
        ),
        claim => shapes(claim),
    }
}

fn shapes(claim: &ElectionClaim) -> String {
    match claim {
        ElectionClaim::NoElectionYet { node, due_us } => format!(
            "no election has begun yet: the first timer, {node}'s, runs out at {}",
            time(*due_us)
        ),
        ElectionClaim::NextElection { node, due_us } => {
            format!("{node}'s timer starts the next election at {}", time(*due_us))
        }
        ElectionClaim::NoLeaderKnown { node, term } => {
            format!("{node} has heard from no leader of term {term}")
        }
        ElectionClaim::Follows { node, leader, term } => {
            format!("{node} follows {leader}, which leads term {term}")
        }
        ElectionClaim::StillCandidate { node, term } => {
            format!("{node} is still a candidate in term {term}")
        }
        ElectionClaim::NoVote { node, term } => {
            format!("{node} has given its vote to nobody in term {term}")
        }
        ElectionClaim::PartialConnectivity { left, right, through, terms } => format!(
            "{left} and {right} do not reach each other, and both reach {through}: whichever \
             does not lead unseats the leader ({}; partial connectivity as at Cloudflare, 2020)",
            counted(u64::from(*terms), "term")
        ),
        ElectionClaim::Chained { chain } => {
            let names = chain.iter().map(NodeId::to_string).collect::<Vec<_>>().join(" – ");
            format!(
                "the nodes reach each other only along a chain: {names} (the chained topology of \
                 Howard and Abraham)"
            )
        }
        ElectionClaim::Constrained { node, last } => format!(
            "only {node} reaches a majority, and its log, which ends at {last}, is not \
             up-to-date enough to win (the constrained topology of Howard and Abraham)"
        ),
        ElectionClaim::DeafFollower { node, term } => format!(
            "{node} hears nobody and campaigns again and again, in term {term} now: its requests \
             unseat each leader (the deaf follower)"
        ),
        ElectionClaim::Leads { .. }
        | ElectionClaim::LeaderDeaf { .. }
        | ElectionClaim::LedLast { .. }
        | ElectionClaim::LeaderOfOldTerm { .. }
        | ElectionClaim::NoQuorumUp { .. }
        | ElectionClaim::NoQuorumConnected { .. }
        | ElectionClaim::Electable { .. }
        | ElectionClaim::NotElectable { .. }
        | ElectionClaim::NeverCampaigns { .. }
        | ElectionClaim::SettingsDoubtful { .. }
        | ElectionClaim::NobodyWon { .. }
        | ElectionClaim::SplitVotes { .. }
        | ElectionClaim::VoteMissing { .. }
        | ElectionClaim::PreCandidacy { .. }
        | ElectionClaim::PreVoteMissing { .. }
        | ElectionClaim::Candidacy { .. } => String::new(),
    }
}

fn stood(candidate: NodeId, voters: NodeSet) -> String {
    match voters.len() {
        0 => format!("nobody voted for {candidate}"),
        1 if voters.contains(candidate) => format!("only {candidate} voted for {candidate}"),
        _ => format!("{voters} voted for {candidate}"),
    }
}

fn vote_lost(voter: NodeId, candidate: NodeId, lost: VoteLost) -> String {
    let held = |held| if held { "held" } else { "in flight" };
    match lost {
        VoteLost::Unsent => format!("{candidate}'s own vote is not on its disk yet"),
        VoteLost::RequestInFlight(message, is_held) => {
            format!("the request m{message} is {}", held(is_held))
        }
        VoteLost::RequestLost(message) => format!("the request m{message} was lost"),
        VoteLost::Writing => format!("{voter} granted it and is still writing it to its disk"),
        VoteLost::VoteInFlight(message, is_held) => {
            format!("the vote m{message} is {}", held(is_held))
        }
        VoteLost::VoteLost(message) => format!("the vote m{message} was lost"),
        VoteLost::Unanswered => format!("{voter} has not answered"),
    }
}

/// The nodes, or that there are none.
fn some(nodes: NodeSet) -> String {
    if nodes.is_empty() { "none".to_owned() } else { nodes.to_string() }
}
