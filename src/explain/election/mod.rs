//! Leaders and elections: who leads and why, why no node leads, which votes a candidate misses.
//!
//! | file | what |
//! |---|---|
//! | `leading` | why a node leads, why there are several leaders, why a node has its role |
//! | `absent` | why there is no leader |
//! | `ballot` | the latest elections: candidates, votes, refusals, as the events tell |
//! | `pre_vote` | which pre-votes a pre-candidate misses |
//! | `shape` | topologies that are known to trouble Raft, by their names |
//!
//! The rules of elections are the paper's, applied to what is recorded: a claim says what a rule
//! asks for, and what the nodes did.

mod absent;
mod ballot;
mod leading;
mod pre_vote;
mod shape;

pub(super) use absent::no_leader;
pub(super) use ballot::asked;
pub(super) use leading::{leader_is, leaders, leads, role};
