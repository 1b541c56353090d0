//! The command `history`.

use clap::Args;

use super::lives::Lives;
use super::message;
use crate::console::Output;
use crate::history::EventLog;
use crate::language::{Error, Selection, When, suggest};
use crate::quantity::{self, shown};
use crate::raft::{NodeSet, Term};
use crate::session::Session;
use crate::sim::{EventId, EventKind};
use crate::view::diagram::{self, mermaid};
use crate::view::document::{Document, Paragraph, Text, Tone};
use crate::view::history::{self, HistoryFilter, Moment, SelectedEvents};
use crate::view::render;
use crate::view::{self, event, json};

/// The filters of `history`.
#[derive(Args, Clone, Debug)]
pub struct History {
    /// List only events at these nodes
    nodes: Option<Selection>,
    /// List only events of this kind (`help events`); repeatable
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<&'static str>,
    /// List only messages of this type; repeatable
    #[arg(long = "type", value_name = "TYPE", value_parser = message::kind)]
    types: Vec<&'static str>,
    /// List only events that name term T, or whose node is in it
    #[arg(long, value_name = "T", value_parser = term, allow_hyphen_values = true)]
    term: Option<Term>,
    /// Start at this time, event or mark
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    since: Option<When>,
    /// End at this time, event or mark
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    until: Option<When>,
    /// List only the last N events
    #[arg(long, value_name = "N", value_parser = quantity::count, allow_hyphen_values = true)]
    last: Option<u64>,
    #[command(flatten)]
    lives: Lives,
    /// List idle heartbeats as well
    #[arg(long)]
    heartbeats: bool,
    /// Draw the role and term of each node over time
    #[arg(long, conflicts_with_all = ["diagram", "mermaid", "kind", "types", "term", "last",
          "heartbeats", "causes", "op", "message", "entry"])]
    roles: bool,
    /// Draw a sequence diagram, by default of the last 100 events
    #[arg(long)]
    diagram: bool,
    /// Print the diagram in the language of Mermaid
    #[arg(long)]
    mermaid: bool,
}

/// The number of events in a diagram if no part is chosen.
const DIAGRAM: usize = 100;

/// The most events in a diagram, whatever part is chosen: nobody reads more, and a diagram is built
/// as a whole.
const DIAGRAM_MAX: usize = 10_000;

/// The point in the history that WHEN names.
pub(super) fn moment(when: &When, session: &Session) -> Result<Moment, Error> {
    Ok(match when {
        When::Time(us) => Moment::Time(*us),
        When::Event(event) => Moment::Event(*event),
        When::Start => Moment::Event(0),
        When::End => Moment::Event(session.world().event_count()),
        When::Name(mark) => Moment::Event(session.mark_of(mark)?.event),
    })
}

fn term(text: &str) -> Result<Term, String> {
    let term = quantity::count(text)?;
    u32::try_from(term).map(Term).map_err(|_| format!("{} is higher than any term", shown(text)))
}

fn kind(text: &str) -> Result<&'static str, String> {
    let known = EventKind::names().find(|name| *name == text);
    let all = || format!("kinds are {}", EventKind::names().collect::<Vec<_>>().join(", "));
    known.ok_or_else(|| suggest::unknown("kind", text, EventKind::names(), &all()))
}

/// The number of the first event at or after a point in the history, or a little before it.
pub(super) fn first_event(since: Moment, session: &Session) -> EventId {
    let tree = session.tree();
    match since {
        Moment::Event(event) => event,
        Moment::Time(us) => {
            // What happened at this very time belongs to the answer.
            let before = tree.place_at_time(tree.present(), us.saturating_sub(1));
            before.map_or(EventId::MAX, |place| tree.world_at(place).event_count() + 1)
        }
    }
}

/// The most events that are made again to be shown. They take some hundred megabytes.
const MADE_AGAIN: u64 = 5_000_000;

/// Whether a filter passes events before those that are kept.
fn begins_earlier(wanted: &HistoryFilter, events: &EventLog) -> bool {
    events.forgotten() > 0 && events.iter().next().is_none_or(|first| wanted.begins_before(first))
}

/// The number of lines that are built at a time, so that a million events need not be in memory as
/// text.
const LINES: usize = 1_000;

impl History {
    /// The nodes whose events are listed.
    pub(super) fn nodes(&self) -> &Option<Selection> {
        &self.nodes
    }

    /// Why a life that it selects cannot be told; `None` if it can.
    pub(super) fn unknown_life(&self, session: &Session) -> Option<Error> {
        self.lives.refusal(session)
    }

    /// The filters that were given. A program gets all heartbeats, because it can rebuild the
    /// nodes' states only from all events.
    fn wanted(&self, session: &Session, json: bool) -> Result<HistoryFilter, Error> {
        Ok(HistoryFilter {
            nodes: self.nodes.as_ref().map(|nodes| session.nodes(nodes)).transpose()?,
            kinds: self.kind.clone(),
            types: self.types.clone(),
            term: self.term,
            since: self.since.as_ref().map(|when| moment(when, session)).transpose()?,
            until: self.until.as_ref().map(|when| moment(when, session)).transpose()?,
            last: self.last.map(|last| usize::try_from(last).unwrap_or(usize::MAX)),
            lives: Vec::new(),
            heartbeats: self.heartbeats || json || !self.lives.is_empty(),
        })
    }

    /// The number of the first event that is needed for the answer, if that may be one that is no
    /// longer kept; `None` if the user does not ask for such a part.
    fn first_needed(
        &self,
        wanted: &HistoryFilter,
        session: &Session,
        out: &mut Output,
    ) -> Result<Option<EventId>, Error> {
        if !self.lives.is_empty() {
            return self.lives.first(session, || out.check_stop()).map(Some);
        }
        if !begins_earlier(wanted, session.events()) {
            return Ok(None);
        }
        Ok(wanted.since.map(|since| first_event(since, session)))
    }

    /// The history with events that are no longer kept, if they are needed and fit into memory.
    fn made_again(
        first: Option<EventId>,
        session: &Session,
        out: &mut Output,
    ) -> Result<Option<EventLog>, Error> {
        let Some(first) = first.filter(|first| *first <= session.events().forgotten()) else {
            return Ok(None);
        };
        match session.world().event_count().saturating_sub(first) > MADE_AGAIN {
            true => Ok(None),
            false => session.tree().events_from(first, || out.check_stop()).map(Some),
        }
    }

    pub(super) fn run(self, session: &Session, out: &mut Output) -> Result<(), Error> {
        let mut wanted = self.wanted(session, out.is_json())?;
        let first = self.first_needed(&wanted, session, out)?;
        let again = History::made_again(first, session, out)?;
        let events = again.as_ref().unwrap_or(session.events());
        let truncated = match self.lives.is_empty() {
            true => again.is_none() && begins_earlier(&wanted, events),
            false => first.is_some_and(|first| first <= events.forgotten()),
        };
        wanted.lives = self.lives.of(session, events);
        let draws = (self.diagram || self.mermaid) && !out.is_json();
        let whole = wanted.since.is_none() && wanted.until.is_none() && wanted.last.is_none();
        let most =
            if whole { DIAGRAM } else { wanted.last.unwrap_or(DIAGRAM_MAX).min(DIAGRAM_MAX) };
        let asked = wanted.last;
        if draws {
            wanted.last = Some(most);
        }
        let found = wanted.find(events);
        if out.is_json() {
            out.data("events", &json::events(session.world(), found.events.iter().copied()));
            out.data("forgotten", &events.forgotten());
            out.data("count", &found.events.len());
            out.data("truncated", &truncated);
            return Ok(());
        }
        if truncated {
            let text = format!(
                "events 1 to {} are no longer kept; `history --since start` replays the session \
                 and shows them",
                events.forgotten()
            );
            self.say(&text, out);
        }
        if self.roles {
            let nodes = wanted.nodes.unwrap_or(session.world().nodes());
            out.emit(&history::roles(session.world(), events, nodes, wanted.since, wanted.until));
            return Ok(());
        }
        if draws {
            self.draw(&found, wanted.nodes, session, out)?;
            if asked != Some(most) && found.events.len() == most {
                self.say(
                    &format!(
                        "these are the last {most} events; --since, --until and --last \
                        choose others"
                    ),
                    out,
                );
            }
        } else {
            for lines in found.events.chunks(LINES) {
                out.check_stop()?;
                out.emit(&event::list(session.world(), lines.iter().copied()));
            }
        }
        if found.left_out > 0 {
            let events = view::counted(found.left_out, "event");
            self.say(
                &format!("{events} of idle heartbeats are left out; --heartbeats shows them"),
                out,
            );
        } else if found.events.is_empty() {
            self.say("no such event has happened yet", out);
            out.hint("`step` makes the next step");
        }
        Ok(())
    }

    /// Shows the diagram. If there is no room for a lane for every node, the nodes with the most
    /// events have one; if nodes were named and do not fit, it fails.
    fn draw(
        &self,
        found: &SelectedEvents<'_>,
        named: Option<NodeSet>,
        session: &Session,
        out: &mut Output,
    ) -> Result<(), Error> {
        let all = named.unwrap_or(session.world().nodes());
        let most = if self.mermaid { all.len() } else { render::lanes_that_fit(out.page()) };
        if let (Some(nodes), Some(selection)) = (named, &self.nodes)
            && nodes.len() > most
        {
            let message = format!(
                "{} lanes do not fit into {} columns; {most} do",
                nodes.len(),
                out.page().width
            );
            return Err(Error::failed(message)
                .word(&selection.text)
                .help("name fewer nodes, or use --mermaid"));
        }
        let nodes = diagram::busiest(all, &found.events, most);
        let drawn = diagram::diagram(session.world(), session.events(), &found.events, nodes);
        match self.mermaid {
            true => out.emit(&mermaid::mermaid(&drawn)),
            false => out.emit(&Document::new().diagram(drawn)),
        }
        if nodes != all {
            let words = format!(
                "lanes for {} of {} nodes, those to which most happened; history NODES --diagram \
                                 chooses others",
                nodes.len(),
                all.len()
            );
            self.say(&words, out);
        }
        Ok(())
    }

    /// Adds a remark. In Mermaid it is a comment, so that the output as a whole is a valid diagram.
    fn say(&self, words: &str, out: &mut Output) {
        let dim = |words: String| Text::new().toned(Tone::Dim, words);
        out.remark(&match self.mermaid {
            true => Document::from(dim(mermaid::comment(words))),
            false => Document::new().paragraph(Paragraph::new(dim(words.to_owned()))),
        });
    }
}
