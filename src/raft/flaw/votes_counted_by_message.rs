//! Breaks figure 2, candidates: "votes received from majority of servers".

use super::bend::{Body, Description, FlawEffect, Message, Role, Server};

pub(super) const FLAW: Description = Description {
    name: "votes-counted-by-message",
    does: "a candidate counts messages, not voters: a vote that arrives twice counts twice",
    source: "microsoft/coyote-samples#8",
    bends: &[FlawEffect::Message(rename)],
};

/// Gives a voter's second vote another sender, so that it counts as another node's vote.
fn rename(server: &Server, message: &mut Message) {
    if let Role::Candidate { votes_granted } = &server.role
        && matches!(message.body, Body::RequestVoteReply { granted: true })
        && message.term == server.current_term()
        && votes_granted.contains(message.from)
    {
        let others = server.group().electorate().difference(*votes_granted);
        message.from = others.iter().next().unwrap_or(message.from);
    }
}
