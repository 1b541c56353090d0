//! The code that both benchmarks share: a CPU clock with medians, tables of figures, and the
//! workloads on raftsh.

#![allow(dead_code, reason = "each of them uses its part")]

pub(crate) mod hunts;
pub(crate) mod load;
pub(crate) mod timing;
