//! A read that is confirmed covers what was done before it. The record of clients judges it
//! ([`crate::check::clients`]), when the node says up to which index it has to apply.
//!
//! Linearizability shows a stale read only if the key has another value meanwhile, and its client
//! was told. This property shows it at once.

use super::case::Property;

pub(super) const PROPERTY: Property = Property {
    name: "read-current",
    says: "a read without an entry is confirmed at an index that is not before any entry that a \
        node had applied when the read was sent",
    section: "Ongaro's thesis, §6.4",
};
