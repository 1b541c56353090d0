//! What a violation does to a script.
//!
//! A violation ends its command, not as a failure of it: the next command may say that it was to be
//! expected. If it does not, or there is none, the script has failed where the property broke.
//! Under `set on-violation continue` nothing ends, and what nobody expected is held against the
//! script at its end.
//!
//! To expect a violation is to name it, truly and not under a `not`. A command that a violation
//! ends is accounted for by any of the properties that broke in it: they broke together. What is
//! judged at the end of the script is accounted for name by name.

use crate::console::Output;
use crate::console::json::CommandData;
use crate::language::{Error, Failure, Statement, Status};
use crate::sim::{OnViolation, World};
use crate::view::violations;

/// Violations that a script has to answer for.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Those of the latest command, which the next one may expect.
    pending: Option<Charge>,
    /// Whether the next one has come.
    asked: bool,
    /// Those that wait for the end of the script.
    put_off: Vec<Charge>,
    /// Whether the last of them are of the latest command.
    fresh: bool,
    /// What was told of the present cluster.
    told: Announced,
}

/// So much is no news any more.
#[derive(Clone, Copy, Debug, Default)]
struct Announced {
    violations: usize,
    ended: bool,
}

impl Announced {
    fn all(world: &World) -> Announced {
        Announced { violations: world.violations().len(), ended: world.judging_ended().is_some() }
    }
}

/// Properties that broke, and the command in which they did.
#[derive(Debug)]
struct Charge {
    statement: Statement,
    properties: Vec<&'static str>,
    /// What the command had to say in JSON.
    answer: CommandData,
}

impl Judgement {
    /// The cluster is another one now: what broke in it so far is no news.
    pub fn turn_to(&mut self, world: &World) {
        self.told = Announced::all(world);
    }

    /// A command has run: tells what broke in it.
    pub fn tell(&mut self, world: &World, out: &mut Output) -> Vec<&'static str> {
        let told = std::mem::replace(&mut self.told, Announced::all(world));
        let new = world.violations().get(told.violations..).unwrap_or_default();
        if !out.is_json() {
            new.iter().for_each(|violation| out.emit(&violations::line(violation).into()));
            if !told.ended {
                violations::not_judged(world).into_iter().for_each(|text| out.emit(&text.into()));
            }
        }
        new.iter().map(|violation| violation.property).collect()
    }

    /// What broke in a command is held against the script, unless it is expected.
    pub fn charge(
        &mut self,
        properties: Vec<&'static str>,
        statement: &Statement,
        world: &World,
        out: &Output,
    ) {
        self.fresh = !properties.is_empty();
        if !self.fresh {
            return;
        }
        let charge =
            Charge { statement: statement.clone(), properties, answer: out.answer.clone() };
        match world.settings().on_violation {
            OnViolation::Stop => (self.pending, self.asked) = (Some(charge), false),
            OnViolation::Continue => self.put_off.push(charge),
        }
    }

    /// Somebody has said, rightly, that these are violated.
    pub fn accept(&mut self, properties: &[&'static str]) {
        self.pending
            .take_if(|charge| charge.properties.iter().any(|broken| properties.contains(broken)));
        for charge in &mut self.put_off {
            charge.properties.retain(|property| !properties.contains(property));
        }
    }

    /// A command comes. What the one before it broke may be what it `expects`; else that is held
    /// against the script now.
    ///
    /// # Errors
    /// If so. It is told of once.
    pub fn owed(
        &mut self,
        expects: impl FnOnce() -> bool,
        out: &mut Output,
    ) -> Result<(), Failure> {
        self.fresh = false;
        if self.pending.is_some() && !self.asked && expects() {
            self.asked = true;
            return Ok(());
        }
        self.pending.take().map_or(Ok(()), |charge| Err(charge.failure("as the next command", out)))
    }

    /// Whoever sits at a prompt has seen what the latest command broke, and need not say so.
    pub fn seen(&mut self) {
        self.pending = None;
    }

    /// The latest command has failed: what broke in it, or what it was asked about, is part of that
    /// failure, and not another one.
    pub fn join(&mut self, error: &mut Error) {
        let charge = match (self.fresh, self.asked) {
            (true, _) => self.pending.take().or_else(|| self.put_off.pop()),
            (false, true) => self.pending.take(),
            (false, false) => None,
        };
        if let Some(charge) = charge {
            error.status = error.status.max(Status::Expectation);
            error.help.push(format!(
                "violated: {}; `violations` tells what broke, and where",
                charge.properties.join(", ")
            ));
        }
    }

    /// The script has ended.
    ///
    /// # Errors
    /// If anything broke that nobody expected: the first of it is named.
    pub fn end(&mut self, out: &mut Output) -> Result<(), Failure> {
        let put_off = std::mem::take(&mut self.put_off);
        self.owed(|| false, out)?;
        match put_off.into_iter().find(|charge| !charge.properties.is_empty()) {
            Some(charge) => Err(charge.failure("later in the script", out)),
            None => Ok(()),
        }
    }
}

impl Charge {
    /// The failure; in JSON the command's object comes again, with all that it said. What was
    /// missing is told with `when` it was to be said.
    fn failure(self, when: &str, out: &mut Output) -> Failure {
        out.answer = self.answer;
        let names = self.properties.join(", ");
        let error = Error::expectation(format!("violated: {names}"));
        let first = self.properties.first().copied().unwrap_or_default();
        let error = error
            .help(format!("`expect violated {first}`, {when}, says that this is as it should be"))
            .help("`violations` tells what broke, and where");
        Failure { charged: true, ..Failure::new(error, &self.statement) }
    }
}
