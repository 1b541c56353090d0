//! Breaks the end of §5.3: every refusal must move nextIndex back, so that the search ends.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "hint-is-own-last",
    does: "a follower's refusal always hints at its own last entry, which the leader then tries \
        again",
    source: "openraft 6d53aa12",
    bends: &[FlawEffect::Rules(|rules| {
        rules.hint = |log, _| log.last();
        rules.back_off = |_, _, prev_log_index, hint| Some(hint.index.min(prev_log_index).next());
    })],
};
