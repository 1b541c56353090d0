//! Commands that let time pass.

use clap::Subcommand;

use crate::check::condition::Condition;
use crate::console::Output;
use crate::language::{Error, Statement, suggest};
use crate::quantity;
use crate::raft::Index;
use crate::session::Session;
use crate::sim::{Action, Event, Host};
use crate::view::document::{Document, Text, Tone};
use crate::view::glance::clock;
use crate::view::{self, event, tables};

/// How long `run until` waits without `within`: 60s of virtual time.
const PATIENCE_US: u64 = 60_000_000;

/// Commands that let time pass.
#[derive(Clone, Debug, Subcommand)]
pub enum Time {
    /// Let the next event happen, or the next N, and show each
    ///
    /// An event is a message that arrives, a timer that runs out, or a disk operation that
    /// finishes, in order of virtual time. What it brings about is shown with it.
    #[command(visible_alias = "s", after_help = "step\nstep 10")]
    Step {
        /// How many
        #[arg(value_name = "N", default_value = "1", value_parser = quantity::count, allow_hyphen_values = true)]
        count: u64,
    },
    /// Let virtual time pass, or run until something is so
    ///
    /// Shows what matters: roles, terms, commits, outcomes, faults. `history` has the rest. `run
    /// until` waits 60s of virtual time at most if nothing is said, and fails if the condition does
    /// not come true; `help conditions` tells what can be waited for.
    #[command(
        visible_alias = "r",
        after_help = "run 2s\nrun until leader\nrun until all.commit >= 3 within 5s"
    )]
    Run {
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
        if let Time::Run { words, goal } = self {
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

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Time::Step { count } => step(count, session, out),
            Time::Run { goal: Some(goal), .. } => {
                run_until(goal.until.as_ref(), goal.within_us, session, out)
            }
            Time::Run { goal: None, .. } => Ok(()),
        }
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
            let message = format!("{} is one word too many for run", quantity::shown(&words[1]));
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
        return Err(Error::usage("within lacks its duration")
            .at(tokens[last].span.clone())
            .help("write within 5s"));
    }
    if last >= 3 && within(last - 1) {
        let until = super::condition(statement, 2..last - 1)?;
        return Ok(StopCondition { until: Some(until), within_us: duration(last)? });
    }
    let condition = super::condition(statement, 2..tokens.len());
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

fn step(count: u64, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    for done in 0..count {
        out.check_stop()?;
        out.progress(|| format!("{done} of {}; Ctrl-C stops", view::counted(count, "event")));
        if session.is_at_limit() {
            break;
        }
        if !session.step(u64::MAX) {
            let text = if done == 0 { "nothing is due" } else { "nothing more is due" };
            out.remark(&format!("{text}: no node runs, and nothing is in flight").into());
            out.hint("`restart down` starts the nodes again");
            return Ok(());
        }
        if !out.is_json() {
            out.emit(&event::list(session.world(), session.latest()));
        }
        if session.is_stopped() && done + 1 < count {
            session.cut_short();
            break;
        }
    }
    Ok(())
}

/// Chooses the events that `run` shows.
#[derive(Default)]
struct Highlights {
    /// The highest commit index shown. Followers that advance to it later are not shown.
    commit: Index,
    events: u64,
    /// When `run` ends at the latest, in microseconds.
    end_us: u64,
    /// The present time in microseconds, and the number of steps taken at that time.
    moment: (u64, u64),
}

/// The most steps at one point in time. Where nothing takes any time, two nodes may answer each
/// other for ever.
const MOMENT_MAX: u64 = 5_000_000;

impl Highlights {
    fn new(session: &Session, end_us: u64) -> Highlights {
        let commits = session.world().hosts().filter_map(Host::report).map(|report| report.commit);
        Highlights { commit: commits.max().unwrap_or_default(), events: 0, end_us, moment: (0, 0) }
    }

    /// Takes the next step if it is due by `until_us`, and shows those of its events that matter;
    /// false if nothing is due.
    fn step(
        &mut self,
        until_us: u64,
        session: &mut Session,
        out: &mut Output,
    ) -> Result<bool, Error> {
        out.check_stop()?;
        if !session.step(until_us) {
            return Ok(false);
        }
        self.events += 1;
        self.time_must_pass(session.world().now_us())?;
        out.progress(|| {
            let (now, end) = (clock(session.world().now_us()), clock(self.end_us));
            format!("t={now} of {end}, {}; Ctrl-C stops", view::counted(self.events, "event"))
        });
        self.show(session, out);
        Ok(true)
    }

    fn time_must_pass(&mut self, now_us: u64) -> Result<(), Error> {
        let (moment_us, count) = self.moment;
        self.moment = (now_us, if moment_us == now_us { count + 1 } else { 1 });
        if self.moment.1 < MOMENT_MAX {
            return Ok(());
        }
        let much = view::counted(MOMENT_MAX, "event");
        Err(Error::failed(format!(
            "time stands still at {}: {much} happened at this moment, and more are due",
            clock(now_us)
        ))
        .help("with `set latency 1ms` or `set disk-latency 1ms` an answer takes time"))
    }

    /// Shows those of the latest events that matter. In JSON all events are shown when the command
    /// ends.
    fn show(&mut self, session: &Session, out: &mut Output) {
        if out.is_json() {
            return;
        }
        for event in session.latest() {
            if self.matters(event) {
                out.emit(&event::list(session.world(), [event]));
            }
        }
    }

    fn matters(&mut self, event: &Event) -> bool {
        let told = event.kind.attributes().told;
        let commit = told.commit.unwrap_or_default();
        let news = commit > self.commit;
        self.commit = self.commit.max(commit);
        told.notable || news
    }

    /// The last line: the number of steps, and the state of the cluster.
    fn summary(&self, session: &Session, out: &mut Output, how: &str) {
        out.data("steps", &self.events);
        let events = view::counted(self.events, "event");
        let mut text = Text::new().toned(Tone::Strong, how).plain(format!("{events}; "));
        text.0.extend(tables::summary(session.world()).0);
        out.remark(&Document::from(text));
    }
}

/// Lets time pass until the condition holds, and at most for `within_us`; without a condition, for
/// `within_us`.
pub(super) fn run_until(
    condition: Option<&Condition>,
    within_us: u64,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let end_us = session.world().now_us().saturating_add(within_us);
    let mut highlights = Highlights::new(session, end_us);
    while !condition.map_or(Ok(false), |condition| session.holds(condition))?
        && !session.is_at_limit()
    {
        let now_us = session.world().now_us();
        let turns_us = condition.and_then(|condition| condition.next_moment_us(now_us));
        let until_us = turns_us.map_or(end_us, |moment_us| moment_us.min(end_us));
        match highlights.step(until_us, session, out) {
            Ok(true) if session.is_stopped() => {
                session.cut_short();
                highlights.summary(session, out, "violated: ");
                return Ok(());
            }
            Ok(true) => {}
            // Nothing is due before the time at which the condition may change merely because time
            // passes.
            Ok(false) if now_us < end_us => session.wait_until(until_us)?,
            Ok(false) => {
                let Some(condition) = condition else {
                    highlights.summary(session, out, "ran: ");
                    return Ok(());
                };
                highlights.summary(session, out, "gave up: ");
                let within = quantity::show_duration(within_us);
                return Err(session.unmet(condition, &format!("did not come true within {within}")));
            }
            Err(stopped) => {
                highlights.summary(session, out, "stopped: ");
                return Err(stopped);
            }
        }
    }
    highlights.summary(session, out, "came true: ");
    if session.world().leader().is_some() && session.world().ops().latest().is_none() {
        out.hint("`put leader x=5` sends it a request, `kill leader` turns it off");
    }
    Ok(())
}

/// Makes the move of `settle`, in which everything happens but timers.
pub(super) fn settle(action: Action, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let mut highlights = Highlights::new(session, u64::MAX);
    let applied = session.act(action)?;
    highlights.events = applied.steps;
    highlights.show(session, out);
    if applied.unsettled {
        highlights.summary(session, out, "gave up: ");
        return Err(Error::failed(format!("not settled after {} events", applied.steps))
            .help("nodes answer each other without end; `messages` shows what is in flight"));
    }
    let how = if session.is_stopped() { "violated: " } else { "settled: " };
    if applied.stopped {
        session.cut_short();
    }
    highlights.summary(session, out, how);
    Ok(())
}
