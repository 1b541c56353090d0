//! Breaks §5.4.1: the voter compares the candidate's log with its own log at the moment of the
//! vote.

use super::bend::{Body, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "vote-on-log-read-earlier",
    does: "a voter compares with the end of its own log as it read it before its latest entry came",
    source: "sofastack/sofa-jraft#882 (reported of braft)",
    bends: &[FlawEffect::Message(|server, message| {
        let Body::RequestVote { last_log } = &mut message.body else { return };
        let last = server.log.last();
        let Some(earlier) = server.log.position(last.index.previous()) else { return };
        // A candidate that was up-to-date then passes for one that is up-to-date now.
        if (server.rules.up_to_date)(*last_log, earlier)
            && !(server.rules.up_to_date)(*last_log, last)
        {
            *last_log = last;
        }
    })],
};
