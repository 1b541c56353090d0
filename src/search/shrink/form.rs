//! The forms of a run by hand, and the settings of its cluster.

use super::goal::Goal;
use crate::sim::{OnViolation, Range, Setting, Settings};

/// How a run by hand treats disks and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Whether writes finish at once; if not, moves finish them.
    pub(super) disks_are_instant: bool,
    /// Whether time passes between the moves, as it did in the recorded run.
    pub(super) time_passes: bool,
}

impl Form {
    /// The form in which the nodes end exactly as in the recorded run.
    #[cfg(test)]
    pub(super) const EXACT: Form = Form { disks_are_instant: false, time_passes: true };

    /// All forms, the one with the shortest scripts first.
    pub(super) const ALL: [Form; 4] = [
        Form { disks_are_instant: true, time_passes: false },
        Form { disks_are_instant: false, time_passes: false },
        Form { disks_are_instant: true, time_passes: true },
        Form { disks_are_instant: false, time_passes: true },
    ];

    /// The settings of the second cluster.
    pub(super) fn settings(self, recorded: Settings, goal: &Goal) -> Settings {
        let usual = Settings::default();
        let mut settings = Settings {
            latency: usual.latency,
            crash_tail: usual.crash_tail,
            loss_ppm: 0,
            duplicate_ppm: 0,
            history: usual.history,
            on_violation: OnViolation::Stop,
            ..recorded
        };
        if self.disks_are_instant {
            settings.set(Setting::DiskLatency(Range::exactly(0)));
        }
        if self.time_passes {
            settings.set(Setting::Timers(false));
            settings.set(Setting::Latency(Range::exactly(LONG_US)));
            if !self.disks_are_instant {
                settings.set(Setting::DiskLatency(Range::exactly(LONG_US)));
            }
        } else if !goal.mends() {
            settings.heartbeat_us = usual.heartbeat_us;
        }
        settings
    }
}

/// Longer than any run takes: what takes as long is finished by hand, if at all.
const LONG_US: u64 = 1_000 * 3_600 * 1_000_000;
