//! What may be chosen about a world.

use crate::raft::Config;

/// A range of durations in microseconds, both ends included; `min_us <= max_us`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// All settings. Each acts from the next event on, and on later sends only.
#[derive(Clone, Debug, PartialEq, Eq)]
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
            raft: Config { batch: 64, noop: false },
        }
    }
}

/// One setting with its new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `election-timeout`
    ElectionTimeout(Range),
    /// `heartbeat`, in microseconds
    Heartbeat(u64),
    /// `latency`
    Latency(Range),
    /// `disk-latency`
    DiskLatency(Range),
    /// `loss`, in millionths
    Loss(u32),
    /// `duplicate`, in millionths
    Duplicate(u32),
    /// `batch`, in entries
    Batch(u32),
    /// `noop`
    Noop(bool),
}

impl Settings {
    /// Changes one; false if it had that value already.
    pub fn set(&mut self, setting: Setting) -> bool {
        let before = self.clone();
        match setting {
            Setting::ElectionTimeout(range) => self.election_timeout = range,
            Setting::Heartbeat(duration_us) => self.heartbeat_us = duration_us,
            Setting::Latency(range) => self.latency = range,
            Setting::DiskLatency(range) => self.disk_latency = range,
            Setting::Loss(ppm) => self.loss_ppm = ppm,
            Setting::Duplicate(ppm) => self.duplicate_ppm = ppm,
            Setting::Batch(entries) => self.raft.batch = entries,
            Setting::Noop(on) => self.raft.noop = on,
        }
        *self != before
    }

    /// Every setting with its present value, in the order in which they are listed.
    pub fn all(&self) -> [Setting; 8] {
        [
            Setting::ElectionTimeout(self.election_timeout),
            Setting::Heartbeat(self.heartbeat_us),
            Setting::Latency(self.latency),
            Setting::DiskLatency(self.disk_latency),
            Setting::Loss(self.loss_ppm),
            Setting::Duplicate(self.duplicate_ppm),
            Setting::Batch(self.raft.batch),
            Setting::Noop(self.raft.noop),
        ]
    }
}
