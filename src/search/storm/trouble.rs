//! The troubles that a storm may make: their names, and what each does.

use crate::language::suggest;
use crate::quantity::shown;
use crate::sim::Lineup;

/// Defines the troubles in one table: a row is a trouble, its name, whether a cluster recovers
/// from it, and what it does.
macro_rules! troubles {
    ($($trouble:ident $name:literal $recoverable:literal, $says:literal;)*) => {
        /// A kind of trouble.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "`Trouble::says` says what each does")]
        pub enum Trouble { $($trouble,)* }

        impl Trouble {
            /// All troubles, in the order in which they are listed.
            pub const ALL: &[Trouble] = &[$(Trouble::$trouble),*];

            /// The word for it in `--faults`.
            pub fn name(self) -> &'static str {
                match self { $(Trouble::$trouble => $name,)* }
            }

            /// Whether a correct cluster survives it, and makes progress when it has ended.
            pub fn is_recoverable(self) -> bool {
                match self { $(Trouble::$trouble => $recoverable,)* }
            }

            /// What it does, in a sentence.
            pub fn says(self) -> &'static str {
                match self { $(Trouble::$trouble => $says,)* }
            }
        }
    };
}

troubles! {
    Kill "kill" true, "nodes crash, alone or all at once, and start again";
    Pause "pause" true, "nodes stand still, and resume with all that has waited for them";
    Cut "cut" true, "links are cut, in one direction or both";
    Partition "partition" true, "the cluster splits into groups that do not reach each other";
    Isolate "isolate" true, "a node, often the leader, reaches no other";
    Loss "loss" true, "messages are lost, by chance or those of one type";
    Duplicate "duplicate" true, "messages arrive twice";
    Delay "delay" true, "messages take much longer, so that they arrive late and out of order";
    Hold "hold" true, "messages are held, copied, and delivered in another order";
    Disk "disk" true, "disks are slow, full, cut or read in full, and crashes tear what is not synced";
    Timeout "timeout" true, "election and heartbeat timers fire early, on several nodes at once";
    Damage "damage" true, "synced records are damaged, while the disks that stay whole hold a majority";
    Transfer "transfer" true, "leaders hand over to other nodes";
    Drift "drift" true, "clocks run faster or slower, by no more than leases allow for";
    Member "member" true, "voters and learners are added, promoted, removed and replaced";
    Snapshot "snapshot" true, "nodes take snapshots, at once or after every few entries";
    Settings "settings" true, "running nodes switch pre-vote, check-quorum or leader-writes-first on or off";
    Lie "lie" false, "disks report writes as synced that are not, and crashes lose them";
    Lose "lose" false, "single writes vanish although they are reported as synced";
    Stale "stale" false, "older versions of records come back";
    Truncate "truncate" false, "nodes start without the records that they find damaged (`set recovery truncate`)";
}

impl Trouble {
    /// Whether it is no fault, but something that a cluster does in the midst of faults.
    pub fn is_no_fault(self) -> bool {
        matches!(self, Trouble::Member | Trouble::Snapshot | Trouble::Settings)
    }
}

/// A set of troubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Troubles(u32);

impl Troubles {
    /// These, without what cannot happen to these engines: they are asked for no transfers,
    /// members, snapshots or other settings. Where messages never overtake each other, as over TCP,
    /// they do not arrive twice or in another order either.
    pub fn of_engines(self, engines: Lineup) -> Troubles {
        let kept = |trouble: &Trouble| match trouble {
            Trouble::Hold | Trouble::Duplicate => !engines.has_fifo(),
            Trouble::Transfer | Trouble::Member | Trouble::Snapshot | Trouble::Settings => {
                engines.is_none()
            }
            _ => true,
        };
        self.iter().filter(kept).collect()
    }

    /// No trouble at all.
    pub const NONE: Troubles = Troubles(0);

    /// All troubles that a correct cluster survives.
    pub fn recoverable() -> Troubles {
        Trouble::ALL.iter().copied().filter(|trouble| trouble.is_recoverable()).collect()
    }

    /// Reads the value of `--faults`: names with commas between them, or `none`.
    ///
    /// # Errors
    /// Which name is unknown, and which names there are.
    pub fn read(text: &str) -> Result<Troubles, String> {
        if text == "none" {
            return Ok(Troubles::NONE);
        }
        let names = || Trouble::ALL.iter().map(|trouble| trouble.name());
        let one = |word: &str| {
            Trouble::ALL.iter().copied().find(|trouble| trouble.name() == word).ok_or_else(|| {
                let near = suggest::hint(word, names());
                let all = names().collect::<Vec<_>>().join(", ");
                format!("unknown fault {}{near}; faults are {all}, or none", shown(word))
            })
        };
        text.split(',').map(|word| one(word.trim())).collect()
    }

    /// Whether it is one of them.
    pub fn has(self, trouble: Trouble) -> bool {
        self.0 & 1 << trouble as u32 != 0
    }

    /// The troubles, in the order in which they are listed.
    pub fn iter(self) -> impl Iterator<Item = Trouble> {
        Trouble::ALL.iter().copied().filter(move |trouble| self.has(*trouble))
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their names, in the order in which they are listed.
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Trouble::name).collect()
    }
}

impl FromIterator<Trouble> for Troubles {
    fn from_iter<I: IntoIterator<Item = Trouble>>(troubles: I) -> Troubles {
        Troubles(troubles.into_iter().fold(0, |bits, trouble| bits | 1 << trouble as u32))
    }
}
