//! One binary for all tests that look at raftsh from outside.
mod smoke;
