//! What may be chosen about a world: the settings, their names, and how their values are typed.

use std::fmt;

use crate::disk::{CrashTail, Policy};
use crate::quantity;
use crate::raft::{Config, Flaws};

/// A range of durations in microseconds, both ends included; `min_us <= max_us`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// The shortest.
    pub min_us: u64,
    /// The longest.
    pub max_us: u64,
}

impl Range {
    /// A range of one.
    pub const fn exactly(duration_us: u64) -> Range {
        Range { min_us: duration_us, max_us: duration_us }
    }
}

/// What a violation does to the command in which it happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnViolation {
    /// It ends the command at its event.
    #[default]
    Stop,
    /// Nothing: it is judged at the end of the script.
    Continue,
}

impl OnViolation {
    /// Each with its word.
    pub const WORDS: &[(&str, OnViolation)] =
        &[("stop", OnViolation::Stop), ("continue", OnViolation::Continue)];
}

/// All settings. Each acts from the next event on, and on later sends only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// How long a follower or candidate waits before it starts an election (§5.2).
    pub election_timeout: Range,
    /// A leader's interval between heartbeats, in microseconds.
    pub heartbeat_us: u64,
    /// How long a message travels.
    pub latency: Range,
    /// How long a disk takes to make a write durable.
    pub disk_latency: Range,
    /// How likely a message is lost, in millionths.
    pub loss_ppm: u32,
    /// How likely a message arrives a second time, in millionths.
    pub duplicate_ppm: u32,
    /// What the protocol itself leaves open.
    pub raft: Config,
    /// Whether timers fire by themselves.
    pub timers: bool,
    /// How many events of the history are kept.
    pub history: u64,
    /// What a crash leaves of writes that have not finished.
    pub crash_tail: CrashTail,
    /// What a node that starts does about records that are lost.
    pub recovery: Policy,
    /// What a violation does to the command in which it happens.
    pub on_violation: OnViolation,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            election_timeout: Range { min_us: 150_000, max_us: 300_000 },
            heartbeat_us: 50_000,
            latency: Range { min_us: 5_000, max_us: 15_000 },
            disk_latency: Range { min_us: 500, max_us: 2_000 },
            loss_ppm: 0,
            duplicate_ppm: 0,
            raft: Config { batch: 64, noop: false, flaws: Flaws::NONE },
            timers: true,
            history: 1_000_000,
            crash_tail: CrashTail::Lose,
            recovery: Policy::Halt,
            on_violation: OnViolation::Stop,
        }
    }
}

/// One setting with a value. It is displayed as it is typed: `latency 5ms..15ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// See [`Settings::election_timeout`].
    ElectionTimeout(Range),
    /// See [`Settings::heartbeat_us`].
    Heartbeat(u64),
    /// See [`Settings::latency`].
    Latency(Range),
    /// See [`Settings::disk_latency`].
    DiskLatency(Range),
    /// See [`Settings::loss_ppm`].
    Loss(u32),
    /// See [`Settings::duplicate_ppm`].
    Duplicate(u32),
    /// See [`Config::batch`].
    Batch(u32),
    /// See [`Config::noop`].
    Noop(bool),
    /// See [`Settings::timers`].
    Timers(bool),
    /// See [`Settings::history`].
    History(u64),
    /// See [`Settings::crash_tail`].
    CrashTail(CrashTail),
    /// See [`Settings::recovery`].
    Recovery(Policy),
    /// See [`Settings::on_violation`].
    OnViolation(OnViolation),
}

/// The names of all settings, in the order in which they are listed.
pub const SETTING_NAMES: [&str; 13] = [
    "election-timeout",
    "heartbeat",
    "latency",
    "disk-latency",
    "loss",
    "duplicate",
    "batch",
    "noop",
    "timers",
    "history",
    "crash-tail",
    "recovery",
    "on-violation",
];

impl Setting {
    /// Reads a setting as typed. `None` if there is no setting of this name.
    ///
    /// # Errors
    /// What is wrong with the value, and what would be right.
    pub fn read(name: &str, value: &str) -> Option<Result<Setting, String>> {
        let read = match name {
            "election-timeout" => range(value).map(Setting::ElectionTimeout),
            "heartbeat" => quantity::duration(value).map(Setting::Heartbeat),
            "latency" => range(value).map(Setting::Latency),
            "disk-latency" => range(value).map(Setting::DiskLatency),
            "loss" => quantity::percent(value).map(Setting::Loss),
            "duplicate" => quantity::percent(value).map(Setting::Duplicate),
            "batch" => batch(value).map(Setting::Batch),
            "noop" => quantity::switch(value).map(Setting::Noop),
            "timers" => quantity::switch(value).map(Setting::Timers),
            "history" => quantity::count(value).map(Setting::History),
            "crash-tail" => one_of(CrashTail::WORDS, value).map(Setting::CrashTail),
            "recovery" => one_of(Policy::WORDS, value).map(Setting::Recovery),
            "on-violation" => one_of(OnViolation::WORDS, value).map(Setting::OnViolation),
            _ => return None,
        };
        Some(read.and_then(|setting| setting.check().map(|()| setting)))
    }

    /// Whether a world can live with it.
    ///
    /// # Errors
    /// Why not, and what would do.
    pub fn check(&self) -> Result<(), String> {
        match *self {
            Setting::ElectionTimeout(range) | Setting::Latency(range) | Setting::DiskLatency(range)
                if range.min_us > range.max_us =>
            {
                Err("a range begins with its lower end".to_owned())
            }
            // A timer that runs out at once would be set again at once: time would stand still for ever.
            Setting::ElectionTimeout(Range { min_us: 0, .. }) | Setting::Heartbeat(0) => {
                Err("a timer needs more than 0; write at least 1us".to_owned())
            }
            Setting::Batch(0) => {
                Err("an AppendEntries must carry at least 1 entry, or nothing is ever replicated".to_owned())
            }
            Setting::Loss(ppm) | Setting::Duplicate(ppm) if ppm > quantity::WHOLE_PPM => {
                Err("nothing is likelier than 100%".to_owned())
            }
            Setting::History(events) if !(1..=HISTORY_MAX).contains(&events) => {
                Err(format!("the history keeps 1 to {HISTORY_MAX} events"))
            }
            _ => Ok(()),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        let nth = match self {
            Setting::ElectionTimeout(_) => 0,
            Setting::Heartbeat(_) => 1,
            Setting::Latency(_) => 2,
            Setting::DiskLatency(_) => 3,
            Setting::Loss(_) => 4,
            Setting::Duplicate(_) => 5,
            Setting::Batch(_) => 6,
            Setting::Noop(_) => 7,
            Setting::Timers(_) => 8,
            Setting::History(_) => 9,
            Setting::CrashTail(_) => 10,
            Setting::Recovery(_) => 11,
            Setting::OnViolation(_) => 12,
        };
        SETTING_NAMES[nth]
    }

    /// Its value as typed.
    pub fn value(&self) -> String {
        match *self {
            Setting::ElectionTimeout(range) | Setting::Latency(range) | Setting::DiskLatency(range) => {
                quantity::show_range(range.min_us, range.max_us)
            }
            Setting::Heartbeat(us) => quantity::show_duration(us),
            Setting::Loss(ppm) | Setting::Duplicate(ppm) => quantity::show_percent(ppm),
            Setting::Batch(entries) => entries.to_string(),
            Setting::Noop(on) | Setting::Timers(on) => quantity::show_switch(on).to_owned(),
            Setting::History(events) => events.to_string(),
            Setting::CrashTail(tail) => word_of(CrashTail::WORDS, tail).to_owned(),
            Setting::Recovery(policy) => word_of(Policy::WORDS, policy).to_owned(),
            Setting::OnViolation(what) => word_of(OnViolation::WORDS, what).to_owned(),
        }
    }

    /// What it does, in a few words.
    pub fn meaning(&self) -> &'static str {
        match self {
            Setting::ElectionTimeout(_) => {
                "how long a node waits for a leader before it runs for election itself"
            }
            Setting::Heartbeat(_) => "a leader's interval between heartbeats",
            Setting::Latency(_) => "how long a message travels",
            Setting::DiskLatency(_) => "how long a disk takes to make a write durable",
            Setting::Loss(_) => "how likely a message is lost",
            Setting::Duplicate(_) => "how likely a message arrives twice",
            Setting::Batch(_) => "how many entries one AppendEntries carries at most",
            Setting::Noop(_) => "whether a new leader appends an empty entry",
            Setting::Timers(_) => "whether timers fire by themselves; off: only by `timeout` and `tick`",
            Setting::History(_) => "how many events the history keeps",
            Setting::CrashTail(_) => "what a crash leaves of unfinished writes: lose, keep, torn or any",
            Setting::Recovery(_) => "what a start does about lost records: halt, or truncate (unsafe)",
            Setting::OnViolation(_) => {
                "what a broken property does: stop ends the command at once, continue judges at the script's end"
            }
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.value())
    }
}

fn range(value: &str) -> Result<Range, String> {
    quantity::range(value).map(|(min_us, max_us)| Range { min_us, max_us })
}

/// Reads one of a few words.
fn one_of<T: Copy>(words: &[(&str, T)], value: &str) -> Result<T, String> {
    let known = words.iter().find(|(word, _)| *word == value).map(|(_, meant)| *meant);
    known.ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        format!("{} is none of {}", quantity::shown(value), words.join(", "))
    })
}

fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, meant)| *meant == value).map_or("", |(word, _)| word)
}

fn batch(value: &str) -> Result<u32, String> {
    let entries = quantity::count(value)?;
    u32::try_from(entries).map_err(|_| format!("{} is too large", quantity::shown(value)))
}

/// The most events that can be kept: some gigabytes.
const HISTORY_MAX: u64 = 50_000_000;

impl Settings {
    /// Changes one; false if it had that value already.
    pub fn set(&mut self, setting: Setting) -> bool {
        let before = *self;
        match setting {
            Setting::ElectionTimeout(range) => self.election_timeout = range,
            Setting::Heartbeat(duration_us) => self.heartbeat_us = duration_us,
            Setting::Latency(range) => self.latency = range,
            Setting::DiskLatency(range) => self.disk_latency = range,
            Setting::Loss(ppm) => self.loss_ppm = ppm,
            Setting::Duplicate(ppm) => self.duplicate_ppm = ppm,
            Setting::Batch(entries) => self.raft.batch = entries,
            Setting::Noop(on) => self.raft.noop = on,
            Setting::Timers(on) => self.timers = on,
            Setting::History(events) => self.history = events,
            Setting::CrashTail(tail) => self.crash_tail = tail,
            Setting::Recovery(policy) => self.recovery = policy,
            Setting::OnViolation(what) => self.on_violation = what,
        }
        *self != before
    }

    /// Every setting with its present value, in the order in which they are listed.
    pub fn all(&self) -> [Setting; 13] {
        [
            Setting::ElectionTimeout(self.election_timeout),
            Setting::Heartbeat(self.heartbeat_us),
            Setting::Latency(self.latency),
            Setting::DiskLatency(self.disk_latency),
            Setting::Loss(self.loss_ppm),
            Setting::Duplicate(self.duplicate_ppm),
            Setting::Batch(self.raft.batch),
            Setting::Noop(self.raft.noop),
            Setting::Timers(self.timers),
            Setting::History(self.history),
            Setting::CrashTail(self.crash_tail),
            Setting::Recovery(self.recovery),
            Setting::OnViolation(self.on_violation),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_as_they_are_shown() {
        let all = Settings::default().all();
        assert!(all.iter().map(Setting::name).eq(SETTING_NAMES));
        for setting in all {
            assert_eq!(Setting::read(setting.name(), &setting.value()), Some(Ok(setting)), "{setting}");
        }
        for (name, value) in
            [("heartbeat", "0"), ("election-timeout", "0us..5ms"), ("batch", "0"), ("noop", "perhaps")]
        {
            assert!(matches!(Setting::read(name, value), Some(Err(_))), "{name} {value}");
        }
        assert_eq!(Setting::read("colour", "red"), None);
    }
}
