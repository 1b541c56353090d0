//! Measuring in a session: the time since a moment, and values that are noted.

use crate::check::condition::Operand;
use crate::check::evaluate;
use crate::language::Error;
use crate::session::Session;
use crate::session::measures::Measure;

impl Session {
    /// Sets the zero of the stopwatch to the present moment.
    pub fn set_stopwatch(&mut self) {
        self.measures.zero_us = Some(self.world().now_us());
    }

    /// The time since the stopwatch was set, in microseconds.
    ///
    /// # Errors
    /// If it was not set on this cluster, or at a later moment.
    pub fn stopwatch_us(&self) -> Result<u64, Error> {
        let zero_us = self.measures.zero_us.ok_or_else(|| {
            Error::failed("the stopwatch is not set")
                .help("`stopwatch` sets it; `measure NAME VALUE` needs no stopwatch")
        })?;
        self.world().now_us().checked_sub(zero_us).ok_or_else(|| {
            Error::failed("the stopwatch was set later than this moment")
                .help("`stopwatch` sets it to this moment")
        })
    }

    /// What a value is now, as a number or a duration.
    ///
    /// # Errors
    /// If it names a node that does not exist, or has no value now that is a number.
    pub fn number(&self, value: &Operand) -> Result<u64, Error> {
        let number = evaluate::number(self.world(), value).map_err(|why| self.undecided(why))?;
        number.ok_or_else(|| {
            let found = evaluate::value_text(self.world(), value).unwrap_or_default();
            Error::failed(format!("`{value}` is {found}, which is not a number"))
        })
    }

    /// Notes a value under a name.
    pub fn note(&mut self, measure: Measure) {
        self.measures.noted.push(measure);
    }

    /// All values that were noted, in order; they are forgotten.
    pub fn take_measures(&mut self) -> Vec<Measure> {
        std::mem::take(&mut self.measures.noted)
    }
}
