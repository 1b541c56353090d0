//! An answer belongs to its request. [`crate::check::clients`] judges it, at each answer.

use super::case::Property;

pub(super) const PROPERTY: Property = Property {
    name: "reply-of-request",
    says: "an answer is what the request's own entry gave when it was applied; the entry of a \
           request that was answered `failed` without that is never applied",
    section: "figure 2; §5.3",
};
