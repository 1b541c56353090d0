//! What the engines of a cluster say of themselves: nothing can be judged that nobody says.

/// What every node of a cluster gives to judge it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Given {
    /// Whether engines run, which say what they are and not each step on the way there.
    pub by_engines: bool,
    /// Their votes.
    pub vote: bool,
    /// Their logs.
    pub log: bool,
    /// What their messages say.
    pub say: bool,
    /// What leaders know of the others' logs.
    pub progress: bool,
    /// The store that raftsh keeps for them, from which clients are answered.
    pub store: bool,
}

/// raftsh's own nodes give all.
impl Default for Given {
    fn default() -> Given {
        let by_engines = false;
        Given { by_engines, vote: true, log: true, say: true, progress: true, store: true }
    }
}
