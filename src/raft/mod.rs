//! The protocol.
pub mod types;
