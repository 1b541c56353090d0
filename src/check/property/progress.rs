//! A cluster without faults makes progress. [`crate::check::progress`] judges it, when `mend` asks.

use super::case::Property;

pub(super) const PROPERTY: Property = Property {
    name: "progress",
    says: "once all faults have ended, the voters that are up soon have one leader, a new write is \
           done, and their logs are equal, as the leader knows; judged only by `mend`",
    section: "§5.6",
};
