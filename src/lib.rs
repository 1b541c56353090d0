//! raftsh: break a Raft cluster at a prompt, and see exactly what happens.
// (the architecture essay comes here)
pub mod quantity;
pub mod seq;
pub mod word;

pub mod disk;
pub mod kv;
pub mod raft;

pub mod sim;

pub mod history;

pub mod check;

pub mod view;

pub mod shell;

pub mod cli;
