//! What a violation does to a script.
//!
//! A violation ends its command, not as a failure of it: the next command may say that it was to be expected. If it does not,
//! or there is none, the script has failed where the property broke. Under `set on-violation continue` nothing ends, and what
//! nobody expected is held against the script at its end.

use super::error::Error;
use super::output::Output;
use super::statement::{Failure, Statement};
use crate::sim::{OnViolation, World};
use crate::view::violations;

/// Violations that a script has to answer for.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// Those of the latest command, which the next one may expect.
    pending: Option<Charge>,
    /// Those that wait for the end of the script.
    put_off: Vec<Charge>,
    /// How many of the present cluster's violations were told of.
    told: usize,
}

/// Properties that broke, and the command in which they did.
#[derive(Debug)]
struct Charge {
    statement: Statement,
    properties: Vec<&'static str>,
}

impl Judgement {
    /// The cluster is another one now: what broke in it so far is no news.
    pub(super) fn turn_to(&mut self, world: &World) {
        self.told = world.violations().len();
    }

    /// A command has run: tells what broke in it.
    pub(super) fn tell(&mut self, world: &World, statement: &Statement, out: &mut Output) {
        let new = world.violations().get(self.told..).unwrap_or_default();
        if new.is_empty() {
            return;
        }
        self.turn_to(world);
        if !out.is_json() {
            new.iter().for_each(|violation| out.emit(&violations::line(violation).into()));
        }
        let properties = new.iter().map(|violation| violation.property).collect();
        let charge = Charge { statement: statement.clone(), properties };
        match world.settings().on_violation {
            OnViolation::Stop => self.pending = Some(charge),
            OnViolation::Continue => self.put_off.push(charge),
        }
    }

    /// Somebody has said, rightly, that these are violated.
    pub(super) fn accept(&mut self, properties: &[&'static str]) {
        if properties.is_empty() {
            return;
        }
        self.pending = None;
        for charge in &mut self.put_off {
            charge.properties.retain(|property| !properties.contains(property));
        }
    }

    /// Whether a violation waits for the next command to expect it.
    pub(super) fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// A violation that the command after it did not expect.
    ///
    /// # Errors
    /// If there is one. It is told of once.
    pub(super) fn pending(&mut self) -> Result<(), Failure> {
        self.pending.take().map_or(Ok(()), |charge| Err(charge.failure()))
    }

    /// The script has ended.
    ///
    /// # Errors
    /// If anything broke that nobody expected: the first of it is named.
    pub(super) fn end(&mut self) -> Result<(), Failure> {
        let put_off = std::mem::take(&mut self.put_off);
        self.pending()?;
        match put_off.into_iter().find(|charge| !charge.properties.is_empty()) {
            Some(charge) => Err(charge.failure()),
            None => Ok(()),
        }
    }
}

impl Charge {
    fn failure(self) -> Failure {
        let names = self.properties.join(", ");
        let error = Error::expectation(format!("violated: {names}"));
        let first = self.properties.first().copied().unwrap_or_default();
        let error = error
            .help(format!(
                "`expect violated {first}`, as the next command, says that this is as it should be"
            ))
            .help("`violations` tells what broke, and where");
        Failure::new(error, &self.statement)
    }
}
