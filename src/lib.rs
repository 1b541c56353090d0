//! raftsh: break a Raft cluster at a prompt, and see exactly what happens.
// (the architecture essay comes here)
pub mod check;
pub mod disk;
pub mod history;
pub mod kv;
pub mod quantity;
pub mod raft;
pub mod seq;
pub mod shell;
pub mod sim;
pub mod view;
