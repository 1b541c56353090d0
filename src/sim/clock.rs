//! A host's clock, which may run fast or slow.

use std::hint::cold_path;

/// How much faster a clock runs at most, in millionths; it runs slower by at most nine tenths.
pub const DRIFT_MAX_PPM: i32 = 1_000_000;

/// How much slower a clock runs at most, in millionths.
pub const DRIFT_MIN_PPM: i32 = -900_000;

const WHOLE_PPM: i128 = 1_000_000;

/// A host's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct LocalClock {
    /// How much faster than virtual time it runs, in millionths; slower if negative.
    pub(super) drift_ppm: i32,
    /// What it showed when its speed changed last, and the virtual time of that, in microseconds.
    showed_us: u64,
    since_us: u64,
}

impl LocalClock {
    /// What it shows at a virtual time, in microseconds.
    #[inline]
    pub(super) fn shows_us(&self, now_us: u64) -> u64 {
        let passed_us = now_us - self.since_us;
        if self.drift_ppm == 0 {
            return self.showed_us.saturating_add(passed_us);
        }
        cold_path();
        let own_us = i128::from(passed_us) * self.speed() / WHOLE_PPM;
        self.showed_us.saturating_add(u64::try_from(own_us).unwrap_or(u64::MAX))
    }

    /// How long it takes in virtual time until this clock has run for a duration, in microseconds.
    #[inline]
    pub(super) fn takes_us(&self, own_us: u64) -> u64 {
        if self.drift_ppm == 0 {
            return own_us;
        }
        cold_path();
        // Rounded up: a timer never fires before its time.
        let (own_us, speed) = (i128::from(own_us) * WHOLE_PPM, self.speed());
        u64::try_from((own_us + speed - 1) / speed).unwrap_or(u64::MAX)
    }

    /// For how long it runs in such a virtual time, in microseconds.
    pub(super) fn runs_us(&self, takes_us: u64) -> u64 {
        let own_us = i128::from(takes_us) * self.speed() / WHOLE_PPM;
        u64::try_from(own_us).unwrap_or(u64::MAX)
    }

    /// Its speed, in millionths of that of virtual time.
    fn speed(&self) -> i128 {
        WHOLE_PPM + i128::from(self.drift_ppm)
    }

    pub(super) fn set(&mut self, drift_ppm: i32, now_us: u64) {
        (self.showed_us, self.since_us) = (self.shows_us(now_us), now_us);
        self.drift_ppm = drift_ppm;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_runs_at_its_speed() {
        let mut clock = LocalClock::default();
        assert_eq!((clock.shows_us(1_000), clock.takes_us(1_000)), (1_000, 1_000));
        clock.set(1_000_000, 1_000);
        assert_eq!((clock.shows_us(1_500), clock.takes_us(1_000)), (2_000, 500));
        clock.set(-500_000, 1_500);
        assert_eq!((clock.shows_us(2_500), clock.takes_us(1_001)), (2_500, 2_002));
        clock.set(0, 2_500);
        assert_eq!(clock.shows_us(2_600), 2_600);
        clock.set(1, 2_600);
        assert_eq!(clock.shows_us(u64::MAX), u64::MAX, "the end of time");
        assert_eq!((clock.takes_us(0), clock.takes_us(1)), (0, 1));
    }
}
