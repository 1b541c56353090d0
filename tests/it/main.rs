//! One binary for all tests that look at raftsh from outside.
#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod architecture;
mod by_hand;
mod call;
mod circles;
mod conditions;
mod console;
mod determinism;
mod disk;
mod exhaustive;
mod extreme;
mod flaws;
mod front;
mod help;
mod hostile;
mod json;
mod lines;
mod near;
mod oracle;
mod process;
mod prompt;
mod properties;
mod protocol;
mod record;
mod runner;
mod saved;
mod schedules;
mod screens;
mod scripts;
mod smoke;
mod soup;
mod source;
mod suite;
mod surroundings;
mod transcripts;
mod words;
