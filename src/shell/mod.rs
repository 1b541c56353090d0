//! The shell.
pub mod condition;
pub mod error;
pub mod line;
pub mod select;
