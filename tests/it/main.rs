//! One binary for all tests that look at raftsh from outside.
#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod front;
mod oracle;
mod protocol;
mod schedules;
mod scripts;
mod smoke;
