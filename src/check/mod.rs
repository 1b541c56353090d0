//! Judgement.
pub mod condition;
