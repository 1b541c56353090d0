//! The processes of engines: other people's Raft, behind raftsh's door.
//!
//! The world asks for answers by [`crate::sim::engine::Room`] and knows nothing of processes. This
//! folder is the room: it starts processes, writes lines to them and reads lines from them, gives
//! up on those that do not answer in time, and ends them all.
//!
//! | file | what |
//! |---|---|
//! | `process` | one process: a line in, a line out, within a time limit; its last words |
//! | `pool` | the processes that run, and which life each of them stands at |
//! | `memory` | the latest answers, so that going back in time asks nobody |
//! | `limit` | how long an engine may take |
//! | `guard` | ends the processes if raftsh ends without doing so |
//!
//! # What holds
//!
//! - A process is a cache. Whatever it is needed for, it can be led there again by the inputs of
//!   its life, and its answers are compared on the way.
//! - No process outlives raftsh: each is in a process group of its own, which is ended with it; and
//!   a guard, which only waits for raftsh to end, ends those that are left.
//! - Nothing that a process writes, or does not write, stops raftsh for longer than the time limit,
//!   or takes more memory than a line may have.
//!
//! To change how long an engine may take, start at [`set_timeout`]; to change what its environment
//! contains, at `process`.

mod guard;
mod limit;
mod memory;
mod pool;
mod process;

use std::sync::{Arc, OnceLock};

use crate::sim::engine::{Breakdown, Engine, Life};

use pool::Pool;

pub use limit::{TIMEOUT_US, set_timeout, timeout_us};

static POOL: OnceLock<Arc<Pool>> = OnceLock::new();

fn pool() -> &'static Arc<Pool> {
    POOL.get_or_init(Arc::default)
}

/// Starts an engine and asks it who it is.
///
/// # Errors
/// If it cannot be started, or does not answer as the protocol says.
pub fn meet(command: &str, directory: &str) -> Result<Arc<Engine>, Breakdown> {
    pool().meet(command, directory)
}

/// Lets a fresh process live a life, and compares its answers.
///
/// # Errors
/// If it answers one input differently, or fails.
pub fn verify(life: &Life) -> Result<(), Breakdown> {
    life.engine().room().verify(life)
}

/// Ends all processes. Called when raftsh ends.
pub fn end_all() {
    if let Some(pool) = POOL.get() {
        pool.end_all();
    }
}
