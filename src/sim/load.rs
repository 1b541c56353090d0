//! What clients in the background do: how many they are, how often they ask, and for what.

use std::fmt;

use crate::quantity::{self, shown};

/// The load that clients in the background make. It is displayed as it is typed:
/// `3 --rate 50`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Load {
    /// How many clients are at work.
    pub clients: u32,
    /// How many keys they use.
    pub keys: u32,
    /// How many requests a second each of them sends, if it gets its answers in time.
    pub rate: u32,
    /// Which requests.
    pub mix: Mix,
    /// How long a client waits for an answer, in microseconds.
    pub timeout_us: u64,
}

/// The most clients in the background.
pub const MAX_CLIENTS: u32 = 100;

/// The most keys that they use.
pub const MAX_KEYS: u32 = 100;

/// The most requests a second of one client.
pub const MAX_RATE: u32 = 10_000;

impl Default for Load {
    fn default() -> Load {
        Load { clients: 3, keys: 3, rate: 20, mix: Mix::default(), timeout_us: 500_000 }
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Load::default();
        let Load { clients, keys, rate, mix, timeout_us } = *self;
        write!(f, "{clients}")?;
        if keys != usual.keys {
            write!(f, " --keys {keys}")?;
        }
        if rate != usual.rate {
            write!(f, " --rate {rate}")?;
        }
        if mix != usual.mix {
            write!(f, " --mix {mix}")?;
        }
        if timeout_us != usual.timeout_us {
            write!(f, " --timeout {}", quantity::show_duration(timeout_us))?;
        }
        Ok(())
    }
}

/// How likely each kind of request is, relative to the others. It is displayed as it is typed:
/// `put=5,get=4,cas=1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mix([u32; RequestKind::ALL.len()]);

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestKind {
    Put,
    Get,
    Cas,
    Del,
    Incr,
    Append,
}

impl RequestKind {
    const ALL: [(&'static str, RequestKind); 6] = [
        ("put", RequestKind::Put),
        ("get", RequestKind::Get),
        ("cas", RequestKind::Cas),
        ("del", RequestKind::Del),
        ("incr", RequestKind::Incr),
        ("append", RequestKind::Append),
    ];
}

/// The most that one kind of request may weigh.
const MAX_WEIGHT: u64 = 1_000;

impl Default for Mix {
    fn default() -> Mix {
        Mix([5, 4, 1, 0, 0, 0])
    }
}

impl Mix {
    /// Reads a mix as typed. A kind that is not named is never asked for.
    ///
    /// # Errors
    /// What is wrong with it, and how it is written.
    pub fn read(text: &str) -> Result<Mix, String> {
        let mut mix = Mix([0; RequestKind::ALL.len()]);
        for part in text.split(',') {
            let Some((name, weight)) = part.split_once('=') else {
                return Err(format!("{} is no KIND=N, such as put=5,get=4", shown(part)));
            };
            let known = RequestKind::ALL.iter().position(|(known, _)| *known == name);
            let Some(position) = known else {
                return Err(format!(
                    "{} is no request; there are put, get, cas, del, incr and append",
                    shown(name)
                ));
            };
            let weight = quantity::count(weight)?;
            if weight > MAX_WEIGHT {
                return Err(format!(
                    "{} is too large: a request weighs at most {MAX_WEIGHT}",
                    shown(part)
                ));
            }
            mix.0[position] = weight as u32;
        }
        if mix.total() == 0 {
            return Err("a mix needs a request that weighs more than 0".to_owned());
        }
        Ok(mix)
    }

    /// The sum of all weights.
    pub(super) fn total(&self) -> u64 {
        self.0.iter().map(|weight| u64::from(*weight)).sum()
    }

    /// The kind at this place, the weights being laid end to end.
    pub(super) fn at(&self, mut place: u64) -> RequestKind {
        for (weight, (_, kind)) in self.0.iter().zip(RequestKind::ALL) {
            if place < u64::from(*weight) {
                return kind;
            }
            place -= u64::from(*weight);
        }
        RequestKind::Put
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weights = self.0.iter().zip(RequestKind::ALL).filter(|(weight, _)| **weight > 0);
        for (nth, (weight, (name, _))) in weights.enumerate() {
            write!(f, "{}{name}={weight}", if nth == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
