//! Commands that stop and start nodes, and fire their timers by hand.

use clap::Subcommand;

use super::shared::{NodesArgument, warn};
use crate::check::condition::{Condition, Fact};
use crate::console::Output;
use crate::language::{Error, Selection};
use crate::quantity;
use crate::raft::{Label, NodeId, RoleName};
use crate::session::Session;
use crate::sim::{Action, DRIFT_MAX_PPM, DRIFT_MIN_PPM, EventKind, HostState};
use crate::view;

/// Commands that stop, start and prod nodes.
#[derive(Clone, Debug, Subcommand)]
pub enum Node {
    /// Crash nodes: their memory and their unsynced writes are lost
    ///
    /// Messages that they have sent still arrive. `restart` starts them again. With --power, an
    /// engine also loses what it wrote without a sync; raftsh's own nodes write nothing so.
    #[command(
        visible_alias = "k",
        after_help = "kill n2\nkill n1,n3\nkill leader\nkill all --power"
    )]
    Kill {
        /// The nodes, such as n2, n1,n3 or leader
        nodes: Selection,
        /// Cut the power of their machines
        #[arg(long)]
        power: bool,
    },
    /// Start nodes again from their disks
    ///
    /// Without NODES, all nodes that are down are started: killed or halted ones. A node that is up
    /// or paused is killed first.
    #[command(after_help = "restart n2\nrestart")]
    Restart {
        /// The nodes, such as n2, n1,n3 or leader; without it, all that are down
        nodes: Option<Selection>,
    },
    /// Freeze nodes: they keep their memory, and messages and timers wait
    #[command(after_help = "pause n2\npause leader")]
    Pause(NodesArgument),
    /// Let paused nodes continue: what was due meanwhile happens now
    #[command(after_help = "resume n2\nresume all")]
    Resume(NodesArgument),
    /// Let the clocks of nodes run faster or slower from now on
    ///
    /// A node's timers follow its own clock. +10% is faster, -10% slower, 0 keeps time; from -90%
    /// to +100%.
    #[command(after_help = "drift n1 +10%\ndrift followers -5%\ndrift all 0")]
    Drift {
        /// The nodes whose clocks change
        nodes: Selection,
        /// How much faster they run: +10%, -10% or 0
        #[arg(value_name = "PERCENT", value_parser = drift, allow_hyphen_values = true)]
        drift_ppm: i32,
    },
    /// Fire election timers: the nodes become candidates
    ///
    /// Fails on a leader, whose election timer does not run, and on a node that is not up. With
    /// `set pre-vote on` the nodes become pre-candidates; with `set check-quorum on` a leader
    /// checks whether a majority has answered it: `help elections`.
    #[command(after_help = "timeout n1\ntimeout n1,n2\ntimeout n1 --timer election")]
    Timeout {
        /// The nodes, such as n2, n1,n3 or leader
        nodes: Selection,
        /// Fire the timer of this name, which an engine has
        #[arg(long, value_name = "NAME")]
        timer: Option<String>,
    },
    /// Fire a leader's heartbeat timer: it sends AppendEntries
    ///
    /// Fails on a node that does not lead.
    #[command(after_help = "tick leader\ntick n1")]
    Tick {
        /// The leader
        node: Selection,
    },
}

impl Node {
    /// The single move that it makes.
    pub(super) fn action(&self, session: &Session) -> Result<Action, Error> {
        Ok(match self {
            Node::Kill { nodes, power: false } => Action::Kill(session.nodes(nodes)?),
            Node::Kill { nodes, power: true } => Action::PowerOff(session.nodes(nodes)?),
            Node::Restart { nodes: Some(nodes) } => Action::Restart(session.nodes(nodes)?),
            Node::Restart { nodes: None } => Action::Restart(session.world().down()),
            Node::Pause(NodesArgument { nodes }) => Action::Pause(session.nodes(nodes)?),
            Node::Resume(NodesArgument { nodes }) => Action::Resume(session.nodes(nodes)?),
            Node::Drift { nodes, drift_ppm } => Action::Drift(session.nodes(nodes)?, *drift_ppm),
            Node::Timeout { nodes, timer: None } => Action::Timeout(session.nodes(nodes)?),
            Node::Timeout { nodes, timer: Some(timer) } => {
                Action::FireTimer(session.nodes(nodes)?, Label::of(timer))
            }
            Node::Tick { node } => Action::Tick(session.one(node)?),
        })
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let action = self.action(session)?;
        let nodes = action.nodes();
        match self {
            Node::Kill { .. } => kill(action, session, out),
            Node::Restart { .. } => restart(action, session, out),
            Node::Timeout { .. } | Node::Tick { .. } => super::act_and_show(action, session, out),
            Node::Drift { drift_ppm, .. } => {
                let applied = session.act(action)?;
                let now = format!("has a clock that {} from now on", view::drift(drift_ppm));
                super::say_nodes(nodes, applied, &now, "has such a clock already", out);
                Ok(())
            }
            Node::Pause(_) => {
                let applied = session.act(action)?;
                let changed = "is paused: messages to it and its timers wait";
                super::say_nodes(nodes, applied, changed, "is paused already", out);
                out.hint(format!("`run 1s` shows what follows, `resume {nodes}` ends the pause"));
                Ok(())
            }
            Node::Resume(_) => {
                let applied = session.act(action)?;
                super::say_nodes(nodes, applied, "is running again", "was not paused", out);
                out.hint("`run 1s` shows what follows");
                Ok(())
            }
        }
    }
}

/// Reads how much faster a clock runs: `+10%`, `-10%`, `0`.
fn drift(text: &str) -> Result<i32, String> {
    let slower = text.starts_with('-');
    let percent = text.strip_prefix(['+', '-']).unwrap_or(text);
    let ppm = quantity::percent(percent)? as i32; // at most 100%
    let ppm = if slower { -ppm } else { ppm };
    match (DRIFT_MIN_PPM..=DRIFT_MAX_PPM).contains(&ppm) {
        true => Ok(ppm),
        false => {
            Err(format!("{} is too slow; a clock runs at most 90% slower", quantity::shown(text)))
        }
    }
}

fn kill(action: Action, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let nodes = action.nodes();
    let was: Vec<String> = nodes.iter().map(|node| was(session, node)).collect();
    let doubt = session.doubt();
    let applied = session.act(action)?;
    out.data("changed", &applied.changed);
    for (node, was) in nodes.iter().zip(was) {
        if applied.nodes.contains(node) {
            let lost = "its memory is lost, its disk keeps what was synced";
            out.remark(&format!("{node} is down (was {was}): {lost}").into());
        } else {
            out.remark(&format!("{node} is {was} already: nothing changed").into());
        }
    }
    warn(doubt, session, out);
    if out.gives_hints() {
        let world = session.world();
        let (names, them) = (nodes.to_string(), if nodes.len() == 1 { "it" } else { "them" });
        let elect = world.leader().is_none() && session.would_meet(&Condition::Is(Fact::Leader));
        out.hint(match elect {
            true => format!(
                "`run until leader` lets the others elect a leader, `restart {names}` starts \
                    {them} again"
            ),
            false if world.live().is_empty() => format!("`restart {names}` starts {them} again"),
            false => format!("`run 1s` shows what follows, `restart {names}` starts {them} again"),
        });
    }
    Ok(())
}

/// A node's role and term, or its state: read before the node is killed.
fn was(session: &Session, node: NodeId) -> String {
    let host = session.world().host(node);
    match host.report() {
        Some(report) if report.role == RoleName::Leader => {
            format!("leader of term {}", report.term)
        }
        Some(report) => format!("{} in term {}", report.role, report.term),
        None => host.state.name().to_owned(),
    }
}

fn restart(action: Action, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let nodes = action.nodes();
    let applied = session.act(action)?;
    out.data("changed", &applied.changed);
    if nodes.is_empty() {
        out.remark(&"no node is down: nothing changed".into());
        return Ok(());
    }
    for node in nodes.iter() {
        out.remark(&started(session, node).into());
    }
    if out.gives_hints() {
        let agree = Condition::Is(Fact::Agree);
        let catches_up = !session.holds(&agree).unwrap_or(true) && session.would_meet(&agree);
        out.hint(match catches_up {
            true => "`run until agree` waits until all logs are equal, `logs` shows them",
            false => "`run 1s` shows what follows, `logs` shows the logs",
        });
    }
    Ok(())
}

/// How a node fared that was to be started.
pub(super) fn started(session: &Session, node: NodeId) -> String {
    let host = session.world().host(node);
    match (host.report(), host.state) {
        (Some(report), _) => {
            let vote = report.vote.map_or("none".to_owned(), |vote| vote.to_string());
            let (term, last) = (report.term, report.last.index);
            let mended = mended(session, node);
            format!(
                "{node} started from its disk{mended}: term {term}, vote {vote}, log up to {last}"
            )
        }
        (None, HostState::Halted(fault)) => format!("{node} halted: {fault}"),
        (None, state) => format!("{node} is {}", state.name()),
    }
}

/// What a node that has just started changed on its disk: marks that it rewritten, and synced
/// records that it dropped.
fn mended(session: &Session, node: NodeId) -> String {
    let mut told = String::new();
    for event in session.latest().iter().filter(|event| event.node == node) {
        if event.kind == EventKind::MarksRenewed {
            told += ", whose sync marks it wrote again";
        } else if let EventKind::RecordsDropped { count } = event.kind {
            let records = view::counted(u64::from(count), "synced record");
            told += &format!(", without {records}, which it deleted (unsafe)");
        }
    }
    told
}
