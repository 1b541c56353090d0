//! Judgement: whether what is expected of a cluster is so.
//!
//! A [`condition`] is words; [`evaluate`] holds it against a world and says what it found. A world is looked at from
//! outside: nothing here takes part in it, and nothing here trusts what a node believes of others.

pub mod condition;
pub mod evaluate;
pub mod selector;
