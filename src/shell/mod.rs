//! The shell.
pub mod error;
pub mod line;
pub mod select;
