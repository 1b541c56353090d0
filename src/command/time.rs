//! Commands that let time pass.

use clap::Subcommand;

use super::shared::{format, tell_changes};
use super::stops::{is_at_break, why_stopped};
use crate::check::condition::{Condition, Fact};
use crate::check::evaluate::Situation;
use crate::console::Output;
use crate::language::condition::Scope;
use crate::language::{Error, Statement, suggest};
use crate::quantity;
use crate::session::Session;
use crate::session::breaks::{Rest, RunPlan};
use crate::sim::{Action, World};
use crate::view::document::{Document, Text, Tone};
use crate::view::glance::clock;
use crate::view::narrator::Narrator;
use crate::view::{self, event, places, status};

/// How long `run until` waits without `within`: 60s of virtual time.
const PATIENCE_US: u64 = 60_000_000;

/// Commands that let time pass.
#[derive(Clone, Debug, Subcommand)]
pub enum Time {
    /// Make the next step, or the next N, and show the events of each
    ///
    /// A step is a message that arrives, a timer that runs out, or a disk operation that finishes,
    /// in order of virtual time.
    #[command(visible_alias = "s", after_help = "step\nstep 10")]
    Step {
        /// How many
        #[arg(value_name = "N", default_value = "1", value_parser = quantity::count,
              allow_hyphen_values = true)]
        count: u64,
    },
    /// Let virtual time pass, or run until a condition is met
    ///
    /// Shows what matters: roles, terms, refusals, commits, outcomes, faults. `history` lists all
    /// events. `run until` fails if the condition is not met within 60s of virtual time, or within
    /// the duration given; `help conditions` lists the conditions. Options stand before or after
    /// the condition.
    #[command(
        visible_alias = "r",
        arg = format(),
        after_help = "run 2s\nrun until leader\nrun until all.commit >= 3 within 5s\nrun 100ms \
        --all"
    )]
    Run {
        /// Show every event, as `step` does
        #[arg(long)]
        all: bool,
        /// A duration, or `until` and a condition
        #[arg(value_name = "DURATION|until COND [within DURATION]", required = true, num_args = 1..,
              trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
        /// When to stop, read from the words; `None` until they are read.
        #[arg(skip)]
        goal: Option<StopCondition>,
    },
}

/// When `run` stops.
#[derive(Clone, Debug)]
pub struct StopCondition {
    /// When this holds; `None` if it waits for nothing but time.
    until: Option<Condition>,
    /// After this much virtual time in any case, in microseconds.
    within_us: u64,
}

impl Time {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        if let Time::Run { words, goal, .. } = self {
            *goal = Some(read_goal(words, statement)?);
        }
        Ok(())
    }

    /// The single move that it makes; `None` for `run until`. In a saved session of version 1 `run`
    /// only lets time pass in which nothing is due: its events are moves of their own.
    pub(super) fn action(&self) -> Option<Action> {
        match self {
            Time::Step { count } => Some(Action::Step(*count)),
            Time::Run { goal: Some(StopCondition { until: None, within_us }), .. } => {
                Some(Action::Wait(*within_us))
            }
            Time::Run { .. } => None,
        }
    }

    /// The condition that it waits for, if any.
    pub(super) fn condition(&self) -> Option<&Condition> {
        match self {
            Time::Run { goal: Some(goal), .. } => goal.until.as_ref(),
            Time::Run { goal: None, .. } | Time::Step { .. } => None,
        }
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Time::Step { count } => step(count, session, out),
            Time::Run { goal: Some(goal), all, .. } => {
                let until = goal.until.as_ref();
                let shown = if all { EventsShown::All } else { EventsShown::ThatMatter };
                run_until(until, goal.within_us, shown, session, out)
            }
            Time::Run { goal: None, .. } => Ok(()),
        }
    }

    /// Whether it is a run that shows every event.
    pub(super) fn shows_all(&self) -> bool {
        matches!(self, Time::Run { all: true, .. })
    }
}

fn read_goal(words: &[String], statement: &Statement) -> Result<StopCondition, Error> {
    let tokens = &statement.tokens;
    let duration = |at: usize| {
        quantity::duration(&tokens[at].text)
            .map_err(|why| Error::usage(why).at(tokens[at].span.clone()))
    };
    if words.first().is_none_or(|word| word != "until") {
        if words.len() > 1 {
            let message = format!("unexpected {}", quantity::shown(&words[1]));
            return Err(Error::usage(message)
                .at(tokens[2].span.clone())
                .help("run 2s, or run until leader"));
        }
        let waits = |error: Error| match words.first() {
            Some(word) if !word.starts_with(|c: char| c.is_ascii_digit()) => {
                error.help("to wait for something, write run until, as in `run until leader`")
            }
            _ => error,
        };
        return duration(1)
            .map(|within_us| StopCondition { until: None, within_us })
            .map_err(waits);
    }
    // `within DURATION` at the very end belongs to the command, not to the condition.
    let last = tokens.len() - 1;
    let within = |at: usize| !tokens[at].quoted && tokens[at].text == "within";
    if last >= 2 && within(last) {
        return Err(Error::usage("within needs a duration")
            .at(tokens[last].span.clone())
            .help("write within 5s"));
    }
    if last >= 3 && within(last - 1) {
        let until = super::condition(statement, 2..last - 1, Scope::Steps)?;
        return Ok(StopCondition { until: Some(until), within_us: duration(last)? });
    }
    let condition = super::condition(statement, 2..tokens.len(), Scope::Steps);
    if condition.is_err() && last >= 3 && duration(last).is_ok() {
        let word = &tokens[last - 1];
        if suggest::nearest(&word.text, ["within"]).is_some() {
            let message =
                format!("unknown word {}; did you mean 'within'?", quantity::shown(&word.text));
            return Err(Error::usage(message).at(word.span.clone()));
        }
    }
    Ok(StopCondition { until: Some(condition?), within_us: PATIENCE_US })
}

pub(super) fn step(count: u64, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    for done in 0..count {
        out.check_stop()?;
        out.progress(|| format!("{done} of {}; Ctrl-C stops", view::counted(count, "step")));
        if session.is_at_limit() {
            break;
        }
        if !session.step(u64::MAX) {
            let text = if done == 0 { "nothing is due" } else { "nothing more is due" };
            out.remark(&format!("{text}: no node runs, and nothing is in flight").into());
            if !session.world().down().is_empty() {
                out.hint("`restart` starts the nodes again");
            }
            return Ok(());
        }
        if !out.is_json() {
            out.emit(&event::list(session.world(), session.latest()));
        }
        tell_changes(session, out);
        let left = count - done - 1;
        if is_at_break(session) {
            session.stop_with(if left > 0 { Rest::Steps(left) } else { Rest::Nothing });
        } else if session.is_stopped() && left > 0 {
            session.cut_short();
        } else {
            continue;
        }
        let (why, done) = (why_stopped(session), view::counted(done + 1, "step"));
        out.remark(&format!("{why} after {done} of {count}").into());
        break;
    }
    Ok(())
}

/// Which events a run shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventsShown {
    /// Those that the narrator chooses, with its remarks.
    ThatMatter,
    /// Every event, as `step` shows them.
    All,
}

/// A command that lets time pass, and what it has told so far.
pub(super) struct Run {
    shown: EventsShown,
    narrator: Narrator,
    pub(super) steps: u64,
    begun_us: u64,
    /// When it ends at the latest.
    end_us: u64,
    /// The present moment, and how many steps were made at it.
    moment: (u64, u64),
    /// The cluster as it was when the command began, if its condition looks back.
    before: Option<World>,
    /// Whether the latest events are those of a step just made.
    stepped: bool,
}

/// The most steps that may be made at one moment. Where nothing takes any time, two nodes may
/// answer each other for ever.
const MOMENT_MAX: u64 = 1_000_000;

impl Run {
    pub(super) fn new(session: &Session, end_us: u64, shown: EventsShown) -> Run {
        let (narrator, begun_us) = (Narrator::new(session.world()), session.world().now_us());
        Run {
            shown,
            narrator,
            steps: 0,
            begun_us,
            end_us,
            moment: (0, 0),
            before: None,
            stepped: false,
        }
    }

    /// What the condition is judged by now.
    fn situation<'a>(&'a self, session: &'a Session) -> Situation<'a> {
        let world = session.world();
        let latest = if self.stepped { session.latest() } else { &[] };
        Situation { world, before: self.before.as_ref().unwrap_or(world), latest }
    }

    /// Takes the next step if it is due by `until_us`, and shows those of its events that matter;
    /// false if nothing is due.
    pub(super) fn step(
        &mut self,
        until_us: u64,
        session: &mut Session,
        out: &mut Output,
    ) -> Result<bool, Error> {
        out.check_stop()?;
        if !session.step(until_us) {
            return Ok(false);
        }
        self.steps += 1;
        self.stepped = true;
        self.time_must_pass(session.world().now_us())?;
        out.progress(|| {
            let (now, end) = (clock(session.world().now_us()), clock(self.end_us));
            format!("t={now} of {end}, {}; Ctrl-C stops", view::counted(self.steps, "step"))
        });
        self.tell(session, out);
        out.frame(|| live_status(session));
        Ok(true)
    }

    fn time_must_pass(&mut self, now_us: u64) -> Result<(), Error> {
        let (moment_us, count) = self.moment;
        self.moment = (now_us, if moment_us == now_us { count + 1 } else { 1 });
        if self.moment.1 < MOMENT_MAX {
            return Ok(());
        }
        let much = view::counted(MOMENT_MAX, "step");
        Err(Error::failed(format!(
            "time stands still at {}: {much} were made at this moment, and more are due",
            clock(now_us)
        ))
        .help("with `set latency 1ms` or `set disk-latency 1ms` an answer takes time"))
    }

    /// Shows those of the latest events that matter. In JSON all events are shown when the command
    /// ends.
    pub(super) fn tell(&mut self, session: &mut Session, out: &mut Output) {
        if out.is_json() {
            return;
        }
        if self.shown == EventsShown::All {
            out.emit(&event::list(session.world(), session.latest()));
        } else {
            let election = |term| session.election(term);
            let lines = self.narrator.tell(session.world(), session.latest(), election);
            if !lines.0.is_empty() {
                out.emit(&lines);
            }
        }
        tell_changes(session, out);
    }

    /// The last lines: what was counted, then how the command ended and where the cluster is now.
    pub(super) fn finish(&mut self, session: &Session, out: &mut Output, how: &str) {
        if !out.is_json() && self.shown == EventsShown::ThatMatter {
            out.emit(&self.narrator.finish());
        }
        out.data("steps", &self.steps);
        let mut text = Text::new().toned(Tone::Strong, how).plain("; ");
        text.0.extend(places::summary(session.tree()).0);
        out.remark(&Document::from(text));
        if session.live_status.is_some() && out.draws_frames() {
            out.emit(&live_status(session));
        }
    }

    /// `after 9 steps`
    pub(super) fn after(&self) -> String {
        format!("after {}", view::counted(self.steps, "step"))
    }

    /// How a run ended whose condition is so.
    fn met(&self, condition: &Condition, session: &Session) -> String {
        let is_leader = *condition == Condition::Is(Fact::Leader);
        match (self.steps, session.world().now_us() - self.begun_us) {
            (0, 0) if is_leader => "there is a leader already".to_owned(),
            (0, 0) => "condition met already".to_owned(),
            _ if is_leader => format!("leader elected {}", self.after()),
            _ => format!("condition met {}", self.after()),
        }
    }
}

/// Lets time pass until the condition holds, and at most for `within_us`; without a condition, for
/// `within_us`.
pub(super) fn run_until(
    condition: Option<&Condition>,
    within_us: u64,
    shown: EventsShown,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let looks_back = condition.is_some_and(Condition::looks_back);
    let plan = RunPlan {
        until: condition.cloned(),
        left_us: within_us,
        before: looks_back.then(|| session.world().clone()),
        shows_all: shown == EventsShown::All,
        op: None,
    };
    make_run(plan, session, out)
}

/// Makes a run, as far as no breakpoint stops it.
pub(super) fn make_run(
    plan: RunPlan,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let RunPlan { until, left_us: within_us, before, shows_all, .. } = plan;
    let condition = until.as_ref();
    let end_us = session.world().now_us().saturating_add(within_us);
    let shown = if shows_all { EventsShown::All } else { EventsShown::ThatMatter };
    let mut run = Run { before, ..Run::new(session, end_us, shown) };
    let holds = |run: &Run, session: &Session| {
        condition.map_or(Ok(false), |condition| session.holds_in(run.situation(session), condition))
    };
    while !holds(&run, session)? && !session.is_at_limit() {
        run.stepped = false;
        let now_us = session.world().now_us();
        let turns_us = condition.and_then(|condition| condition.next_moment_us(now_us));
        let until_us = [turns_us, session.next_break_us(), Some(end_us)];
        let until_us = until_us.into_iter().flatten().min().unwrap_or(end_us);
        let stepped = run.step(until_us, session, out);
        if let Ok(false) = stepped
            && now_us < end_us
        {
            // Nothing is due before the time at which a condition may change merely because time
            // passes.
            session.wait_until(until_us)?;
        }
        match stepped {
            Ok(_) if is_at_break(session) => {
                let is_met = condition.is_some() && holds(&run, session)?;
                let left_us = end_us - session.world().now_us();
                let (until, before) = (until.clone(), run.before.clone());
                session.stop_with(match is_met {
                    true => Rest::Nothing,
                    false => {
                        Rest::Run(Box::new(RunPlan { until, left_us, before, shows_all, op: None }))
                    }
                });
                let how = format!("{} {}", why_stopped(session), run.after());
                run.finish(session, out, &how);
                return Ok(());
            }
            Ok(true) if session.is_stopped() => {
                cut_short_by_violation(&mut run, session, out);
                return Ok(());
            }
            Ok(true) => {}
            Ok(false) if now_us < end_us => {}
            Ok(false) => {
                let (within, steps) =
                    (quantity::show_duration(within_us), view::counted(run.steps, "step"));
                let Some(condition) = condition else {
                    run.finish(session, out, &format!("ran {within} ({steps})"));
                    return Ok(());
                };
                run.finish(session, out, &format!("not met within {within} ({steps})"));
                let now = run.situation(session);
                let error = session.unmet(now, condition, &format!(" within {within}"));
                session.looked_back(run.before);
                return Err(error);
            }
            Err(stopped) => {
                run.finish(session, out, &format!("interrupted {}", run.after()));
                return Err(stopped);
            }
        }
    }
    let how = match condition {
        Some(condition) if !session.is_at_limit() => run.met(condition, session),
        _ => format!("stopped {}", run.after()),
    };
    run.finish(session, out, &how);
    if session.world().leader().is_some() && session.world().ops().latest().is_none() {
        out.hint("`put x=5` sends it a request, `kill leader` turns it off");
    }
    Ok(())
}

/// A property broke, and `on-violation` is `stop`.
pub(super) fn cut_short_by_violation(run: &mut Run, session: &mut Session, out: &mut Output) {
    session.cut_short();
    run.finish(session, out, &format!("cut short by a violation {}", run.after()));
}

/// The table that `status --watch` draws again and again; empty without it.
fn live_status(session: &Session) -> Document {
    let world = session.world();
    match session.live_status {
        // A smaller cluster may have replaced the one that was watched.
        Some(nodes) => status::status(world, world.nodes().intersection(nodes)),
        None => Document::new(),
    }
}
