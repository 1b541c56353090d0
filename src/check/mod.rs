//! Judgement: whether what is expected of a cluster is so.
//!
//! A [`condition`] is words; [`evaluate`] holds it against a world and says what it found; a [`selector`] names the nodes
//! that are meant, and means others when the cluster has changed.
//!
//! Invariants: a world is looked at from outside, nothing here takes part in it and nothing here trusts what a node believes of
//! others; a condition prints as it is typed; its truth depends on the world alone, never on how the world came about.
//!
//! How conditions are read is the shell's business: here they are values.

pub mod condition;
pub mod evaluate;
pub mod selector;
