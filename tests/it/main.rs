//! One binary for all tests that look at raftsh from outside.
#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod architecture;
mod by_hand;
mod call;
mod circles;
mod determinism;
mod disk;
mod exhaustive;
mod extreme;
mod flaws;
mod front;
mod glance;
mod help;
mod hostile;
mod initial;
mod json;
mod oracle;
mod process;
mod prompt;
mod properties;
mod protocol;
mod quantity;
mod quoting;
mod record;
mod render;
mod saved;
mod schedules;
mod screens;
mod scripts;
mod smoke;
mod soup;
mod source;
mod store;
mod suite;
mod surroundings;
mod words;
