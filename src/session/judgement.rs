//! What a violation does to a script.
//!
//! A violation ends its command, but the command does not fail by it: the next command may expect
//! the violation. If the next command does not, or if there is none, the script fails at the
//! command that violated the property. Under `set on-violation continue` a violation ends nothing,
//! and the violations that no command expected fail the script at its end.
//!
//! A command expects a violation if it names the property, truly and not under a `not`. For a
//! command that a violation ended, expecting any of the properties that it violated is enough,
//! because they were violated together. Violations that are judged at the end of the script must be
//! expected one by one.

use crate::console::Output;
use crate::console::json::CommandData;
use crate::language::{Error, Failure, Statement, Status};
use crate::sim::{OnViolation, World};
use crate::view::violations;

/// The violations that a script has yet to expect.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The violations of the latest command, which the next command may expect.
    pending: Option<Charge>,
    /// Whether a command that may expect them has begun.
    asked: bool,
    /// The violations that are judged at the end of the script, by command.
    put_off: Vec<Charge>,
    /// Whether the latest command violated a property: in `pending` or last in `put_off`.
    fresh: bool,
    /// The command in which an engine first broke the protocol, and how.
    broke_protocol: Option<(Statement, String)>,
    /// What has been reported about the present cluster.
    told: Announced,
}

/// What has been reported about a cluster: how many violations, and whether judging has ended.
#[derive(Clone, Copy, Debug, Default)]
struct Announced {
    violations: usize,
    ended: bool,
    undecided: bool,
}

impl Announced {
    fn all(world: &World) -> Announced {
        Announced {
            violations: world.violations().len(),
            ended: world.judging_ended().is_some(),
            undecided: world.undecided().is_some(),
        }
    }
}

/// Violated properties, and the command that violated them.
#[derive(Debug)]
struct Charge {
    statement: Statement,
    properties: Vec<&'static str>,
    /// The command's answer in JSON.
    answer: CommandData,
}

impl Judgement {
    /// The cluster was replaced: its violations so far count as reported.
    pub fn turn_to(&mut self, world: &World) {
        self.told = Announced::all(world);
    }

    /// Reports the violations of the command that has run. Returns their properties.
    pub fn tell(&mut self, world: &World, out: &mut Output) -> Vec<&'static str> {
        let told = std::mem::replace(&mut self.told, Announced::all(world));
        let new = world.violations().get(told.violations..).unwrap_or_default();
        if !out.is_json() {
            new.iter().for_each(|violation| out.emit(&violations::told(violation)));
            if !told.undecided {
                violations::undecided(world).into_iter().for_each(|text| out.emit(&text.into()));
            }
            if !told.ended {
                violations::not_judged(world).into_iter().for_each(|text| out.emit(&text.into()));
            }
        }
        new.iter().map(|violation| violation.property).collect()
    }

    /// Records the violations of a command. They fail the script unless they are expected.
    pub fn charge(
        &mut self,
        properties: Vec<&'static str>,
        statement: &Statement,
        world: &World,
        out: &Output,
    ) {
        if self.broke_protocol.is_none()
            && let Some((node, fault)) = world.protocol_breaks().next()
        {
            self.broke_protocol =
                Some((statement.clone(), format!("the engine of {node} {fault}")));
        }
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

    /// A condition has rightly named these properties as violated, so their violations were
    /// expected.
    pub fn accept(&mut self, properties: &[&'static str]) {
        self.pending
            .take_if(|charge| charge.properties.iter().any(|broken| properties.contains(broken)));
        for charge in &mut self.put_off {
            charge.properties.retain(|property| !properties.contains(property));
        }
    }

    /// Runs before each command. The violations of the command before it are left to this one, if
    /// `expects` says that it names violations.
    ///
    /// # Errors
    /// If it names none, or if the command that was to expect them did not. The violations fail the
    /// script, once.
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

    /// A user at a prompt has seen the violations of the latest command, and need not expect them.
    pub fn seen(&mut self) {
        self.pending = None;
    }

    /// The latest command has failed. Its violations, or those that it was to expect, become part
    /// of that failure and are not a second one.
    pub fn join(&mut self, error: &mut Error) {
        let charge = match (self.fresh, self.asked) {
            (true, _) => self.pending.take().or_else(|| self.put_off.pop()),
            (false, true) => self.pending.take(),
            (false, false) => None,
        };
        if let Some(charge) = charge {
            error.status = error.status.max(Status::Expectation);
            error.help.push(format!(
                "violated: {}; `violations` tells what broke, `why` how it came to that",
                charge.properties.join(", ")
            ));
        }
    }

    /// Ends the script.
    ///
    /// # Errors
    /// If a violation was not expected. The first command with such a violation is named.
    pub fn end(&mut self, out: &mut Output) -> Result<(), Failure> {
        let put_off = std::mem::take(&mut self.put_off);
        self.owed(|| false, out)?;
        match put_off.into_iter().find(|charge| !charge.properties.is_empty()) {
            Some(charge) => Err(charge.failure("later in the script", out)),
            None => self.broke_protocol.take().map_or(Ok(()), |(statement, what)| {
                let error = Error::usage(what).help("`engine verify` compares its answers");
                Err(Failure { charged: true, ..Failure::new(error, &statement) })
            }),
        }
    }
}

impl Charge {
    /// The failure of the command with these violations. In JSON its object is printed again, with
    /// its whole answer. `when` says when the violation should have been expected.
    fn failure(self, when: &str, out: &mut Output) -> Failure {
        out.answer = self.answer;
        let names = self.properties.join(", ");
        let error = Error::expectation(format!("violated: {names}"));
        let first = self.properties.first().copied().unwrap_or_default();
        let error = error
            .help(format!("`expect violated {first}`, {when}, says that this is as it should be"))
            .help("`violations` tells what broke, `why` how it came to that");
        Failure { charged: true, ..Failure::new(error, &self.statement) }
    }
}
