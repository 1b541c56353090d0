//! A session has a request carried out once. [`crate::check::clients`] judges it, whenever an entry
//! is applied.

use super::case::Property;

pub(super) const PROPERTY: Property = Property {
    name: "exactly-once",
    says: "a request of a session is carried out once, however often it is sent, and never after \
           a later one of its client",
    section: "§8; thesis, §6.3",
};
