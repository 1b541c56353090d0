//! The settings of a world: their names, values and defaults, and how the values are typed.

use std::fmt;

use crate::disk::{CrashTail, Policy};
use crate::quantity;
use crate::raft::{Config, Flaws};

use super::client::ReadKind;
use super::engine::Lineup;

/// A range of durations in microseconds, both ends included; `min_us <= max_us`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// The shortest duration.
    pub min_us: u64,
    /// The longest duration.
    pub max_us: u64,
}

impl Range {
    /// The range that holds this duration only.
    pub const fn exactly(duration_us: u64) -> Range {
        Range { min_us: duration_us, max_us: duration_us }
    }
}

/// What a violation does to the command in which it happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnViolation {
    /// It stops the command at the event.
    #[default]
    Stop,
    /// The command continues; the violation is judged at the end of the script.
    Continue,
}

impl OnViolation {
    /// The word for each value.
    pub const WORDS: &[(&str, OnViolation)] =
        &[("stop", OnViolation::Stop), ("continue", OnViolation::Continue)];
}

/// What may have a value of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing: the setting has one value.
    Cluster,
    /// Single links, by commands of their own.
    Links,
    /// Single nodes: `set heartbeat 100ms n1`.
    Nodes,
}

/// How the values of a setting are typed, and which values are valid.
struct Form<T> {
    /// Reads a value as typed.
    read: fn(&str) -> Result<T, String>,
    /// Shows a value as it is typed.
    show: fn(T) -> String,
    /// Checks a value; the error says what is wrong and which values are valid.
    check: fn(T) -> Result<(), String>,
    /// The words for the values; empty if the values are numbers.
    words: fn() -> Vec<&'static str>,
    /// What a value is called in a synopsis, if it is no word.
    called: &'static str,
}

const RANGE: Form<Range> = Form {
    read: |text| quantity::range(text).map(|(min_us, max_us)| Range { min_us, max_us }),
    show: |range| quantity::show_range(range.min_us, range.max_us),
    check: |range| require(range.min_us <= range.max_us, "a range begins with its lower end"),
    words: Vec::new,
    called: "DURATION[..DURATION]",
};

// A timer with a duration of 0 would fire and be set again at once: time would stand still.
const TIMER_NEEDS: &str = "a timer needs more than 0; write at least 1us";

const TIMER_RANGE: Form<Range> = Form {
    check: |range| (RANGE.check)(range).and(require(range.min_us > 0, TIMER_NEEDS)),
    ..RANGE
};

const TIMER: Form<u64> = Form {
    read: quantity::duration,
    show: quantity::show_duration,
    check: |us| require(us > 0, TIMER_NEEDS),
    words: Vec::new,
    called: "DURATION",
};

const CHANCE: Form<u32> = Form {
    read: quantity::percent,
    show: quantity::show_percent,
    check: |ppm| require(ppm <= quantity::WHOLE_PPM, "a probability is at most 100%"),
    words: Vec::new,
    called: "PERCENT",
};

const ALLOWANCE: Form<u32> = Form {
    check: |ppm| require(ppm <= quantity::WHOLE_PPM, "clocks differ by at most 100%"),
    ..CHANCE
};

const SWITCH: Form<bool> = Form {
    read: quantity::switch,
    show: |on| quantity::show_switch(on).to_owned(),
    check: |_| Ok(()),
    words: || vec!["on", "off"],
    called: "on|off",
};

const BATCH: Form<u32> = Form {
    read: |text| {
        let too_large = |_| format!("{} is too large", quantity::shown(text));
        quantity::count(text).and_then(|entries| u32::try_from(entries).map_err(too_large))
    },
    show: |entries| entries.to_string(),
    check: |entries| {
        require(
            entries > 0,
            "an AppendEntries must carry at least 1 entry, or nothing is ever replicated",
        )
    },
    words: Vec::new,
    called: "N",
};

const EVERY: Form<Option<u32>> = Form {
    read: |text| {
        if quantity::switch(text) == Ok(false) {
            return Ok(None);
        }
        let too_large = |_| format!("{} is too large", quantity::shown(text));
        let entries = quantity::count(text)
            .map_err(|_| format!("{} is neither a number nor off", quantity::shown(text)));
        entries.and_then(|entries| u32::try_from(entries).map_err(too_large)).map(Some)
    },
    show: |every| every.map_or_else(|| "off".to_owned(), |entries| entries.to_string()),
    check: |every| require(every != Some(0), "a snapshot needs at least 1 entry; off takes none"),
    words: || vec!["off"],
    called: "N|off",
};

/// The most events that a history may keep. They take some gigabytes.
const HISTORY_MAX: u64 = 50_000_000;

const HISTORY: Form<u64> = Form {
    read: quantity::count,
    show: |events| events.to_string(),
    check: |events| {
        let message = format!("the history keeps 1 to {HISTORY_MAX} events");
        require((1..=HISTORY_MAX).contains(&events), &message)
    },
    words: Vec::new,
    called: "N",
};

/// The form of a type whose values are a few words.
macro_rules! word_of {
    ($type:ty) => {
        Form::<$type> {
            read: |text| {
                let known = <$type>::WORDS.iter().find(|(word, _)| *word == text);
                let all =
                    || <$type>::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
                known
                    .map(|(_, value)| *value)
                    .ok_or_else(|| format!("{} is not one of {}", quantity::shown(text), all()))
            },
            show: |value| {
                let known = <$type>::WORDS.iter().find(|(_, meant)| *meant == value);
                known.map_or_else(String::new, |(word, _)| (*word).to_owned())
            },
            check: |_| Ok(()),
            words: || <$type>::WORDS.iter().map(|(word, _)| *word).collect(),
            called: "WORD",
        }
    };
}

fn require(holds: bool, message: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message.to_owned()) }
}

/// Defines all settings in one table, in the order in which they are listed. A row is the setting
/// as a move, its name and its [`Scope`], its field in [`Settings`] or in the protocol's [`Config`]
/// with the default, the form of its values, and a description.
macro_rules! settings {
    ($(world {$(
        $(#[doc = $doc:literal])* $variant:ident $name:literal $scope:ident, $field:ident: $type:ty = $usual:expr, $form:expr,
            $meaning:literal;
    )*} protocol {$(
        $(#[doc = $p_doc:literal])* $p_variant:ident $p_name:literal $p_scope:ident, $p_field:ident: $p_type:ty = $p_usual:expr, $p_form:expr,
            $p_meaning:literal;
    )*})*) => {
        /// All settings. A change applies from the next step on: messages in flight, unfinished
        /// writes and running timers keep their times, except that `timers` stops all timers or
        /// draws them again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct Settings {
            $($($(#[doc = $doc])* pub $field: $type,)*)*
            /// The settings of the protocol.
            pub raft: Config,
            /// The engines that run at the nodes; a cluster has them from its beginning.
            pub engines: Lineup,
        }

        impl Default for Settings {
            fn default() -> Settings {
                let raft = Config {
                    $($($p_field: $p_usual,)*)*
                    least_timeout_us: 0,
                    keeps_lease: false,
                    lease_us: 0,
                    lease_bound_us: 0,
                    flaws: Flaws::NONE,
                };
                let mut settings = Settings { $($($field: $usual,)*)* raft, engines: Lineup::NONE };
                settings.raft.least_timeout_us = settings.election_timeout.min_us;
                settings
            }
        }

        /// One setting with a value. It is displayed as it is typed: `latency 5ms..15ms`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Setting {
            $($($(#[doc = $doc])* $variant($type),)* $($(#[doc = $p_doc])* $p_variant($p_type),)*)*
        }

        /// The names of all settings, in the order in which they are listed.
        pub const SETTING_NAMES: &[&str] = &[$($($name,)* $($p_name,)*)*];

        impl Setting {
            /// Reads a setting as it is typed. `None` if there is no setting of this name.
            ///
            /// # Errors
            /// What is wrong with the value, and which values are valid.
            pub fn read(name: &str, value: &str) -> Option<Result<Setting, String>> {
                let read = match name {
                    $($($name => ($form.read)(value).map(Setting::$variant),)*
                    $($p_name => ($p_form.read)(value).map(Setting::$p_variant),)*)*
                    _ => return None,
                };
                Some(read.and_then(|setting| setting.check().map(|()| setting)))
            }

            /// The words that the setting takes as values; empty if it takes numbers.
            pub fn words(name: &str) -> Vec<&'static str> {
                match name {
                    $($($name => ($form.words)(),)* $($p_name => ($p_form.words)(),)*)*
                    _ => Vec::new(),
                }
            }

            /// What a value of the setting is called in a synopsis: `DURATION`, `on|off`.
            pub fn synopsis(name: &str) -> String {
                let called = match name {
                    $($($name => $form.called,)* $($p_name => $p_form.called,)*)*
                    _ => "VALUE",
                };
                match Setting::words(name).as_slice() {
                    [] => called.to_owned(),
                    words => words.join("|"),
                }
            }

            /// Checks the value.
            ///
            /// # Errors
            /// What is wrong with the value, and which values are valid.
            pub fn check(&self) -> Result<(), String> {
                match *self {
                    $($(Setting::$variant(value) => ($form.check)(value),)*
                    $(Setting::$p_variant(value) => ($p_form.check)(value),)*)*
                }
            }

            /// The setting's name.
            pub fn name(&self) -> &'static str {
                match self {
                    $($(Setting::$variant(_) => $name,)* $(Setting::$p_variant(_) => $p_name,)*)*
                }
            }

            /// Whether it is of the protocol that nodes speak, and not of the world around them.
            pub fn is_of_protocol(&self) -> bool {
                match self {
                    $($(Setting::$variant(_) => ["sessions", "snapshot-every", "lease-drift"].contains(&$name),)*
                    $(Setting::$p_variant(_) => true,)*)*
                }
            }

            /// Whether a cluster with these engines may have it: all of them heed it, or it is not
            /// of the protocol.
            pub fn is_heeded_by(&self, engines: Lineup) -> bool {
                !self.is_of_protocol() || engines.heeds(self.name())
            }

            /// What may have a value of its own.
            pub fn scope(&self) -> Scope {
                match self {
                    $($(Setting::$variant(_) => Scope::$scope,)*
                    $(Setting::$p_variant(_) => Scope::$p_scope,)*)*
                }
            }

            /// The setting's value as it is typed.
            pub fn value(&self) -> String {
                match *self {
                    $($(Setting::$variant(value) => ($form.show)(value),)*
                    $(Setting::$p_variant(value) => ($p_form.show)(value),)*)*
                }
            }

            /// What the setting does, in a few words.
            pub fn meaning(&self) -> &'static str {
                match self {
                    $($(Setting::$variant(_) => $meaning,)* $(Setting::$p_variant(_) => $p_meaning,)*)*
                }
            }
        }

        impl Settings {
            /// Changes one setting; false if it had that value already.
            pub fn set(&mut self, setting: Setting) -> bool {
                let before = *self;
                match setting {
                    $($(Setting::$variant(value) => self.$field = value,)*
                    $(Setting::$p_variant(value) => self.raft.$p_field = value,)*)*
                }
                self.raft.least_timeout_us = self.election_timeout.min_us;
                *self != before
            }

            /// Every setting with its current value, in the order in which they are listed.
            pub fn all(&self) -> [Setting; SETTING_NAMES.len()] {
                [$($(Setting::$variant(self.$field),)* $(Setting::$p_variant(self.raft.$p_field),)*)*]
            }
        }
    };
}

settings! {
    world {
        /// The range of election timeouts: how long a follower or candidate waits before it starts
        /// an election (§5.2).
        ElectionTimeout "election-timeout" Nodes,
            election_timeout: Range = Range { min_us: 150_000, max_us: 300_000 }, TIMER_RANGE,
            "how long a node waits for a leader before it becomes a candidate";
        /// A leader's interval between heartbeats, in microseconds.
        Heartbeat "heartbeat" Nodes, heartbeat_us: u64 = 50_000, TIMER,
            "a leader's interval between heartbeats";
        /// The range of message latencies.
        Latency "latency" Links, latency: Range = Range { min_us: 5_000, max_us: 15_000 }, RANGE,
            "how long a message travels";
        /// The range of times that a disk takes to make a write durable.
        DiskLatency "disk-latency" Nodes, disk_latency: Range = Range { min_us: 500, max_us: 2_000 }, RANGE,
            "how long a disk takes to make a write durable";
        /// The probability that a message is lost, in millionths.
        Loss "loss" Links, loss_ppm: u32 = 0, CHANCE,
            "the probability that a message is lost";
        /// The probability that a message arrives twice, in millionths.
        Duplicate "duplicate" Links, duplicate_ppm: u32 = 0, CHANCE,
            "the probability that a message is delivered twice";
    }
    protocol {
        /// The most entries of one AppendEntries: see [`Config::batch`].
        Batch "batch" Cluster, batch: u32 = 64, BATCH,
            "the most entries that one AppendEntries carries";
        /// Whether a new leader appends an empty entry: see [`Config::noop`].
        Noop "noop" Cluster, noop: bool = false, SWITCH,
            "whether a new leader appends an empty entry";
        /// Whether a node asks for pre-votes before it campaigns: see [`Config::pre_vote`].
        PreVote "pre-vote" Nodes, pre_vote: bool = false, SWITCH,
            "whether a node asks, before it campaigns, whether a majority would vote for it";
        /// Whether leaders check that a majority answers them: see [`Config::check_quorum`].
        CheckQuorum "check-quorum" Nodes, check_quorum: bool = false, SWITCH,
            "whether a leader that no majority answers steps down, and one that is heard is kept";
        /// Whether a leader writes before it sends: see [`Config::leader_writes_first`].
        LeaderWritesFirst "leader-writes-first" Nodes, leader_writes_first: bool = false, SWITCH,
            "whether a leader sends entries only when they are on its own disk";
    }
    world {
        /// By how much two clocks may differ in speed before leases are unsafe, in millionths.
        LeaseDrift "lease-drift" Nodes, lease_drift_ppm: u32 = 100_000, ALLOWANCE,
            "by how much a lease is shorter than the least election timeout, because clocks differ";
        /// Whether timers fire by themselves.
        Timers "timers" Nodes, timers: bool = true, SWITCH,
            "whether timers fire by themselves; if off, only `timeout` and `tick` fire them";
        /// How many events the history keeps.
        History "history" Cluster, history: u64 = 1_000_000, HISTORY,
            "how many events the history keeps";
        /// What a crash leaves of unfinished writes.
        CrashTail "crash-tail" Cluster, crash_tail: CrashTail = CrashTail::Lose, word_of!(CrashTail),
            "what a crash leaves of unfinished writes: lose, keep, torn or any";
        /// What a start does about records that are lost.
        Recovery "recovery" Nodes, recovery: Policy = Policy::Halt, word_of!(Policy),
            "what a node does that finds records lost at its start: halt, or truncate (unsafe)";
        /// Whether requests belong to sessions.
        Sessions "sessions" Cluster, sessions: bool = false, SWITCH,
            "whether requests carry their client and number, and are done once however often \
                they are sent";
        /// How a `get` is answered, unless it says so itself.
        Reads "reads" Cluster, reads: ReadKind = ReadKind::Log, word_of!(ReadKind),
            "how a get is answered: log (an entry), local (the node's own store, perhaps stale), \
                index (once a majority has confirmed it), or lease (by the leader alone)";
        /// After how many applied entries a node takes a snapshot; none if only by hand.
        SnapshotEvery "snapshot-every" Nodes, snapshot_every: Option<u32> = None, EVERY,
            "after how many applied entries a node takes a snapshot by itself: N, or off";
        /// What a violation does to the command in which it happens.
        OnViolation "on-violation" Cluster, on_violation: OnViolation = OnViolation::Stop, word_of!(OnViolation),
            "what a violation does: stop ends the command at once, continue judges at the end of \
                the script";
    }
    protocol {}
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_as_they_are_shown() {
        let all = Settings::default().all();
        assert!(all.iter().map(Setting::name).eq(SETTING_NAMES.iter().copied()));
        for setting in all {
            assert_eq!(
                Setting::read(setting.name(), &setting.value()),
                Some(Ok(setting)),
                "{setting}"
            );
        }
        for (name, value) in [
            ("heartbeat", "0"),
            ("election-timeout", "0us..5ms"),
            ("batch", "0"),
            ("noop", "perhaps"),
        ] {
            assert!(matches!(Setting::read(name, value), Some(Err(_))), "{name} {value}");
        }
        assert_eq!(Setting::read("colour", "red"), None);
    }
}
