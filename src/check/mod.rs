//! Judgement.
pub mod condition;
pub mod selector;
