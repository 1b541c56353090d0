//! `mend`: ends every fault, and judges whether the cluster then makes progress.

use clap::Subcommand;

use super::node;
use super::outlook::WITHIN;
use super::shared::format;
use super::time::{EventsShown, Run, cut_short_by_violation};
use crate::check::progress::Missing;
use crate::check::property::PROGRESS;
use crate::console::Output;
use crate::language::{Error, Statement};
use crate::quantity::{self, shown};
use crate::raft::NodeSet;
use crate::session::Session;
use crate::session::mend::{AwaitedWrite, ending_faults, ending_slow_writes};
use crate::sim::{Action, Applied, OpId};
use crate::view::document::{Document, Paragraph, Text, Tone};
use crate::view::glance::clock;
use crate::view::{self, json};

/// Commands that end faults and judge what follows.
#[derive(Clone, Debug, Subcommand)]
pub enum Mend {
    /// End all faults, and check that the cluster makes progress
    ///
    /// Heals and releases all links, ends their delay, loss and duplication, restores the disks,
    /// and resumes and starts the nodes. Settings and flaws stay, damage on disks too. Then time
    /// passes until the nodes that are up have one leader, a new write is done, and their logs are
    /// equal and committed. The write is a request of its own, `put mend=N`.
    ///
    /// The cluster must reach this within DURATION. Without DURATION, raftsh derives a bound from
    /// the settings and the logs, which a correct cluster misses less than once in 10^9 times. If
    /// it does not, the property `progress` is violated, and with it `terms-settle` or
    /// `next-reaches-end` if that is a reason. Where too few nodes can start, or the
    /// settings make a leader unlikely, `mend` says `not judged` and why, and violates nothing.
    #[command(arg = format(), after_help = "mend\nmend within 5s")]
    Mend {
        /// How long the cluster may take
        #[arg(value_name = WITHIN, num_args = 0..=2, allow_hyphen_values = false)]
        words: Vec<String>,
        /// Only judge, with this write: the last move of a `mend` that `save --script` wrote down
        #[arg(long, value_name = "OP|none", value_parser = write, hide = true)]
        judge: Option<JudgedWrite>,
        /// The duration in the words; `None` until they are read, or without one.
        #[arg(skip)]
        within_us: Option<u64>,
    },
}

/// The write that is judged: a request, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedWrite(Option<OpId>);

fn write(text: &str) -> Result<JudgedWrite, String> {
    if text == "none" {
        return Ok(JudgedWrite(None));
    }
    let number = text.strip_prefix("op").and_then(|number| number.parse().ok());
    let known = number.map(|number| JudgedWrite(Some(OpId(number))));
    known.ok_or_else(|| format!("{} is not a request such as op3, nor none", shown(text)))
}

impl Mend {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        let Mend::Mend { words, judge, within_us } = self;
        const EXAMPLE: &str = "write mend, or mend within 5s";
        *within_us = match words.first() {
            None => None,
            Some(word) if word == "within" => {
                let Some(text) = words.get(1) else {
                    return Err(Error::usage("within needs a duration").word(word).help(EXAMPLE));
                };
                let read = quantity::duration(text);
                Some(read.map_err(|why| Error::usage(why).word(text).help(EXAMPLE))?)
            }
            Some(word) => {
                let message = format!("unexpected {}", shown(word));
                return Err(Error::usage(message).word(word).help(EXAMPLE));
            }
        };
        if judge.is_some() && within_us.is_none() {
            let error = Error::usage("--judge needs the time that has passed");
            return Err(error.word(statement.word()).help("write mend within 5s --judge op4"));
        }
        Ok(())
    }

    /// The single move that it makes; `None` if it makes many.
    pub(super) fn action(&self) -> Option<Action> {
        match self {
            Mend::Mend { judge: Some(JudgedWrite(write)), within_us: Some(within_us), .. } => {
                Some(Action::JudgeProgress(*write, *within_us))
            }
            Mend::Mend { .. } => None,
        }
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        if let Some(action) = self.action() {
            let changed = session.act(action)?.changed;
            out.remark(&if changed { "no progress" } else { "nothing violates progress" }.into());
            return Ok(());
        }
        let Mend::Mend { within_us, .. } = self;
        session.pass_breaks();
        let before = session.world().violations().len();
        let mut report = Report::default();
        if end_faults(&mut report, before, session, out)? {
            await_progress(within_us, &mut report, before, session, out)?;
        }
        report.tell(out);
        Ok(())
    }
}

/// What the command has found, for JSON.
#[derive(Default)]
struct Report {
    /// The commands that ended faults.
    mended: Vec<String>,
    bound_us: Option<u64>,
    took_us: Option<u64>,
    missing: Vec<Missing>,
    not_judged: Option<String>,
}

impl Report {
    fn tell(&self, out: &mut Output) {
        out.data("mended", &self.mended);
        out.data("bound_us", &self.bound_us);
        out.data("took_us", &self.took_us);
        out.data("missing", &json::missing(&self.missing));
        out.data("not_judged", &self.not_judged);
    }

    /// Says that progress is not judged, and why.
    fn not_judged(&mut self, why: String, out: &mut Output) {
        let text = Text::new().toned(Tone::Warn, "not judged").plain(format!(": {why}"));
        out.remark(&Document::new().paragraph(Paragraph::hanging(2, text)));
        self.not_judged = Some(why);
    }
}

/// Ends all faults; false if a violation ended the command.
fn end_faults(
    report: &mut Report,
    before: usize,
    session: &mut Session,
    out: &mut Output,
) -> Result<bool, Error> {
    let moves = ending_faults(session.world());
    for action in moves {
        let applied = session.act(action.clone())?;
        report.mended.push(typed(&action, session));
        said(&action, applied, session).into_iter().for_each(|line| out.remark(&line.into()));
        if session.world().ends(before) {
            session.cut_short();
            return Ok(false);
        }
    }
    let mut synced = NodeSet::EMPTY;
    while let Some(action) = ending_slow_writes(session.world()) {
        synced = synced.union(action.nodes());
        report.mended.push(typed(&action, session));
        session.act(action)?;
        if session.world().ends(before) {
            session.cut_short();
            return Ok(false);
        }
    }
    if !synced.is_empty() {
        out.remark(&format!("{synced} finished the writes that a slow disk had begun").into());
    }
    if report.mended.is_empty() {
        out.remark(&"there are no faults to end".into());
    }
    Ok(true)
}

/// A move as it is typed, with `all` for all nodes at both ends of links.
fn typed(action: &Action, session: &Session) -> String {
    let all = session.world().nodes().to_string();
    let typed = action.to_string().replace(&format!(" {all} {all}"), " all all");
    typed.replace("release all all", "release")
}

/// What a move that ended faults has changed, a line each.
fn said(action: &Action, applied: Applied, session: &Session) -> Vec<String> {
    let links = || view::counted(applied.links as u64, "one-way link");
    let nodes = |nodes: NodeSet, one: &str| format!("{nodes} {one}");
    match action {
        Action::HealAll => vec![format!("healed: {}", links())],
        Action::Delay(..) => vec![format!("delays ended: {}", links())],
        Action::LinkLoss(..) => vec![format!("loss ended: {}", links())],
        Action::LinkDuplicate(..) => vec![format!("duplication ended: {}", links())],
        Action::Release(..) => vec![format!("released: {}", links())],
        Action::Disk(..) => vec![nodes(applied.nodes, "restored: the disk works normally")],
        Action::Drift(..) if applied.nodes.len() == 1 => {
            vec![nodes(applied.nodes, "keeps time again")]
        }
        Action::Drift(..) => vec![nodes(applied.nodes, "keep time again")],
        Action::Kill(_) => vec![powered_off(applied.nodes)],
        Action::Resume(_) => vec![nodes(applied.nodes, "resumed")],
        Action::Restart(_) => {
            applied.nodes.iter().map(|node| node::started(session, node)).collect()
        }
        _ => vec![action.to_string()],
    }
}

/// `n2 powered off: it is no member any more`
fn powered_off(nodes: NodeSet) -> String {
    match nodes.len() {
        1 => format!("{nodes} powered off: it is no member any more"),
        _ => format!("{nodes} powered off: they are no members any more"),
    }
}

/// How the time ended in which the cluster was to make progress.
enum Ended {
    /// It has made progress.
    Reached,
    /// A violation of another property ended the command.
    Broken,
    /// The command has made as many steps as it may.
    AtLimit,
    /// The time is over.
    TooLate,
}

fn await_progress(
    within_us: Option<u64>,
    report: &mut Report,
    before: usize,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let bound = session.progress_bound();
    let Some(most_us) = within_us.or(bound.as_ref().ok().map(|bound| bound.us)) else {
        report.not_judged(bound.err().unwrap_or_default(), out);
        return Ok(());
    };
    report.bound_us = Some(most_us);
    let most = clock(most_us);
    out.remark(
        &format!("run until progress: one leader, a new write, equal logs; at most {most}").into(),
    );
    let begun_us = session.world().now_us();
    let end_us = begun_us.saturating_add(most_us);
    let mut run = Run::new(session, end_us, EventsShown::ThatMatter);
    let mut write = None;
    let ended = match pass_time(&mut run, end_us, &mut write, before, session, out) {
        Ok(ended) => ended,
        Err(stopped) => {
            run.finish(session, out, &format!("interrupted {}", run.after()));
            return Err(stopped);
        }
    };
    let took_us = session.world().now_us() - begun_us;
    match ended {
        Ended::Reached => {
            report.took_us = Some(took_us);
            let (took, steps) = (clock(took_us), view::counted(run.steps, "step"));
            let op = write.map_or(String::new(), |write| format!("{} is done, ", write.op));
            let how = format!("progress within {took} ({steps}): {op}the logs are equal");
            run.finish(session, out, &how);
            out.hint("`logs` shows the logs, `ops` lists the write");
        }
        Ended::Broken => cut_short_by_violation(&mut run, session, out),
        Ended::AtLimit => run.finish(session, out, &format!("stopped {}", run.after())),
        Ended::TooLate => {
            report.missing = session.missing(write, took_us);
            let steps = view::counted(run.steps, "step");
            run.finish(session, out, &format!("no progress within {most} ({steps})"));
            judge(bound.err(), write, took_us, report, session, out)?;
        }
    }
    Ok(())
}

/// Lets time pass until the cluster has made progress. Each new leader gets a new write: it commits
/// no entry of an earlier term without one of its own (§5.4.2).
fn pass_time(
    run: &mut Run,
    end_us: u64,
    write: &mut Option<AwaitedWrite>,
    before: usize,
    session: &mut Session,
    out: &mut Output,
) -> Result<Ended, Error> {
    let begun_us = session.world().now_us();
    loop {
        if session.world().ends(before) {
            return Ok(Ended::Broken);
        }
        if let Some(action) = session.powering_off() {
            let nodes = action.nodes();
            session.act(action)?;
            run.tell(session, out);
            out.remark(&powered_off(nodes).into());
        }
        if session.write_to_leader(write)? {
            run.tell(session, out);
            if session.world().ends(before) {
                return Ok(Ended::Broken);
            }
        }
        if session.missing(*write, session.world().now_us() - begun_us).is_empty() {
            return Ok(Ended::Reached);
        }
        if session.is_at_limit() {
            return Ok(Ended::AtLimit);
        }
        if !run.step(end_us, session, out)? {
            session.wait_until(end_us)?;
            return Ok(Ended::TooLate);
        }
    }
}

/// The cluster has made no progress in time: judges it, unless there is a reason not to.
fn judge(
    doubt: Option<String>,
    write: Option<AwaitedWrite>,
    waited_us: u64,
    report: &mut Report,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let violations = session.world().violations();
    let known = violations.iter().find(|broken| broken.property == PROGRESS.name);
    if let Some(why) = doubt.or_else(|| session.unsafe_before()) {
        report.not_judged(why, out);
    } else if let Some(known) = known {
        out.remark(&format!("{} was violated before, at #{}", known.property, known.event).into());
    } else {
        session.act(Action::JudgeProgress(write.map(|write| write.op), waited_us))?;
    }
    Ok(())
}
