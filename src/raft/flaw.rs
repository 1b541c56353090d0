//! Well-known mistakes, one switch each: real implementations made them.
//!
//! A flaw is not another protocol. It stands where the rule stands that it breaks, as one `if self.has(Flaw::…)`, so that the
//! rule and its usual misreading are read together. With no flaw on, that is a test of one bit in a word that the node has at
//! hand anyway, and no other work.

use std::fmt;

/// Lists the flaws: a variant, its name, what it does, and where it was seen.
macro_rules! flaws {
    ($($(#[doc = $doc:literal])* $variant:ident, $name:literal, $does:literal, $source:literal;)*) => {
        /// A well-known mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Flaw {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Flaw {
            /// Every flaw, in the order in which they are listed.
            pub const ALL: &[Flaw] = &[$(Flaw::$variant),*];

            /// Its stable name, as typed.
            pub fn name(self) -> &'static str {
                match self { $(Flaw::$variant => $name,)* }
            }

            /// What it does, in a few words.
            pub fn does(self) -> &'static str {
                match self { $(Flaw::$variant => $does,)* }
            }

            /// Where it was seen: project and thread, or the text that warns of it.
            pub fn source(self) -> &'static str {
                match self { $(Flaw::$variant => $source,)* }
            }
        }
    };
}

flaws! {
    /// Breaks "persistent state … updated on stable storage before responding" (figure 2) for the vote.
    VoteNotPersisted, "vote-not-persisted",
        "a restarted node has forgotten whom it voted for",
        "eliben/raft f596df0; ktoso/akka-raft#62; Ongaro's thesis, chapter 3";
    /// Breaks "votedFor is null or candidateId" (figure 2, RequestVote, rule 2).
    VoteTwice, "vote-twice",
        "a voter does not look at whom it voted for already",
        "willemt/raft fe60545, bdabd1d";
    /// Breaks "a majority of matchIndex\[i\] ≥ N" (figure 2, leaders, last rule).
    CommitOnAppend, "commit-on-append",
        "a leader commits what it has appended, without waiting for anybody",
        "openraft beb0302b; willemt/raft 30e4688";
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of flaws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flaws(u64);

const _: () = assert!(Flaw::ALL.len() <= 64, "a flaw is a bit");

impl Flaws {
    /// The correct protocol.
    pub const NONE: Flaws = Flaws(0);

    /// Whether a flaw is on.
    #[inline]
    pub fn has(self, flaw: Flaw) -> bool {
        self.0 & (1 << flaw as u64) != 0
    }

    /// Whether none is on.
    pub fn is_empty(self) -> bool {
        self == Flaws::NONE
    }

    /// Switches one on or off; false if it was so already.
    pub fn set(&mut self, flaw: Flaw, on: bool) -> bool {
        let before = *self;
        match on {
            true => self.0 |= 1 << flaw as u64,
            false => self.0 &= !(1 << flaw as u64),
        }
        *self != before
    }

    /// Those that are on, in the order in which they are listed.
    pub fn iter(self) -> impl Iterator<Item = Flaw> {
        Flaw::ALL.iter().copied().filter(move |&flaw| self.has(flaw))
    }
}
