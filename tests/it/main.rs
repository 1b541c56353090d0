//! One binary for all tests that look at raftsh from outside.
mod oracle;
mod protocol;
mod schedules;
mod smoke;
