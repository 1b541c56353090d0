//! What a node needs it gets, if the link to it works. [`crate::check::progress`] judges it, when
//! `mend` asks.

use super::case::Property;

pub(super) const PROPERTY: Property = Property {
    name: "next-reaches-end",
    says: "once all faults have ended, the leader soon sends every voter that is up what it needs: \
           the next index reaches the end of the leader's log; judged only by `mend`",
    section: "§5.3",
};
