//! raftsh: break a Raft cluster at a prompt, and see exactly what happens.
// (the architecture essay comes here)
pub mod check;
pub mod quantity;
pub mod raft;
pub mod shell;
pub mod view;
