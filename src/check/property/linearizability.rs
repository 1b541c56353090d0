//! What clients saw fits together. [`crate::check::linear`] judges it, at each answer.

use super::case::Property;

pub(super) const PROPERTY: Property = Property {
    name: "linearizability",
    says: "some order of the requests explains all answers: each takes effect at one moment \
           between its sending and its answer",
    section: "§8; Herlihy and Wing, 1990",
};
