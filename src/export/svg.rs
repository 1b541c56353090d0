//! The sequence diagram as a picture: time runs down, each node has a lane, and a message is a
//! slanted arrow from its sending to its arrival.
//!
//! Rows are in the order of events and have the height of their words, so no two texts overlap. The
//! distance between rows says nothing about time; each row has its time at the left. All numbers
//! are integers, so the same diagram gives the same bytes everywhere.

mod lanes;
mod text;

use std::fmt::Write;

use self::lanes::{Phase, phases};
use self::text::{broken, width};
use super::markup::markup;
use super::part::{Exported, Part};
use crate::quantity;
use crate::raft::RoleName;
use crate::sim::{Event, EventId, HostState, Stage};
use crate::view::diagram::{Diagram, DiagramMark, DiagramRow, diagram};
use crate::view::document::Tone;

/// The room for times at the left.
const TIMES: i64 = 96;
/// The distances between lanes, the greatest and the least.
const PITCHES: (i64, i64) = (96, 36);
/// The room that the lanes together take, if they are many.
const LANES: i64 = 640;
/// The room above the first row, and below the last.
const MARGIN: i64 = 44;
/// The height of a row with one line of words, and of each further line.
const ROW: i64 = 22;
const LINE: i64 = 15;
/// The most characters of a line of words.
const CHARACTERS: usize = 72;

/// How the picture looks. Inside a page, the page's colours apply.
const STYLE: &str = include_str!("svg/style.css");

/// The picture.
pub(super) fn write(part: &Part<'_>, events: &[&Event]) -> Exported {
    let diagram = diagram(part.world, part.log, events, part.nodes);
    let phases = phases(part, events, &diagram.lanes);
    let text = Picture::new(&diagram).draw(&phases);
    Exported { text, events: events.len(), left_out: 0 }
}

/// A diagram laid out as a picture.
struct Picture<'a> {
    diagram: &'a Diagram,
    pitch: i64,
    /// The middle of the first line of each row.
    rows: Vec<i64>,
    /// The words of each row, in lines.
    words: Vec<Vec<String>>,
    width: i64,
    height: i64,
}

impl<'a> Picture<'a> {
    fn new(diagram: &'a Diagram) -> Picture<'a> {
        let lanes = diagram.lanes.len().max(1) as i64;
        let pitch = (LANES / lanes).clamp(PITCHES.1, PITCHES.0);
        let words: Vec<Vec<String>> =
            diagram.rows.iter().map(|row| broken(&row.text, CHARACTERS)).collect();
        let (mut rows, mut y) = (Vec::new(), MARGIN + ROW);
        for lines in &words {
            rows.push(y);
            y += ROW + LINE * (lines.len() as i64 - 1);
        }
        let widest = words.iter().flatten().map(|line| width(line)).max().unwrap_or(0);
        let width = TIMES + lanes * pitch + widest + 72;
        Picture { diagram, pitch, rows, words, width, height: y + MARGIN / 2 }
    }

    fn lane(&self, lane: usize) -> i64 {
        TIMES + self.pitch / 2 + lane as i64 * self.pitch
    }

    /// Where the words begin.
    fn margin(&self) -> i64 {
        TIMES + self.diagram.lanes.len().max(1) as i64 * self.pitch
    }

    /// The height at which an event happened: at its own row, or right after the row before it.
    fn height_of(&self, event: EventId) -> i64 {
        let rows = &self.diagram.rows;
        let next = rows.partition_point(|row| row.event <= event);
        match next.checked_sub(1) {
            None => MARGIN,
            Some(row) if rows[row].event == event => self.rows[row],
            Some(row) => self.rows[row] + 6,
        }
    }

    fn draw(&self, phases: &[Phase]) -> String {
        let (width, height) = (self.width, self.height);
        let nodes: Vec<String> = self.diagram.lanes.iter().map(ToString::to_string).collect();
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"raftsh\" role=\"img\" \
             viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
             <title>Messages and events of {}</title>\n\
             <desc>Time runs down. Each node has a lane; a message is an arrow from its sending to \
             its arrival.</desc>\n<style>{STYLE}</style>\n\
             <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n",
            nodes.join(", ")
        );
        self.heads(&mut out);
        self.lives(&mut out);
        phases.iter().for_each(|phase| self.phase(&mut out, phase));
        let mut time_us = None;
        for (nth, row) in self.diagram.rows.iter().enumerate() {
            let time = (time_us != Some(row.time_us)).then(|| quantity::time(row.time_us));
            time_us = Some(row.time_us);
            self.row(&mut out, nth, row, time.as_deref());
        }
        out.push_str("</svg>\n");
        out
    }

    fn heads(&self, out: &mut String) {
        for (lane, node) in self.diagram.lanes.iter().enumerate() {
            let x = self.lane(lane);
            line(out, &format!("<text class=\"head\" x=\"{x}\" y=\"28\">{node}</text>"));
        }
    }

    /// The line of each node: solid while it runs, dashed while it is paused, missing while it is
    /// down.
    fn lives(&self, out: &mut String) {
        for lane in 0..self.diagram.lanes.len() {
            let state = |row: usize| self.diagram.rows[row].lives[lane].name();
            let (mut row, x) = (0, self.lane(lane));
            while row < self.rows.len() {
                let begin = if row == 0 { MARGIN } else { self.rows[row] };
                let first = row;
                while row < self.rows.len() && state(row) == state(first) {
                    row += 1;
                }
                let end = self.rows.get(row).copied().unwrap_or(self.height - MARGIN / 2);
                let class = match self.diagram.rows[first].lives[lane] {
                    HostState::Up => "up",
                    HostState::Paused => "paused",
                    HostState::Down | HostState::Halted(_) => "down",
                };
                line(out, &format!("<path class=\"{class}\" d=\"M{x} {begin}V{end}\"/>"));
            }
        }
    }

    /// A stretch in which a node leads or campaigns.
    fn phase(&self, out: &mut String, phase: &Phase) {
        let class = match phase.role {
            RoleName::Leader => "leader",
            RoleName::Candidate | RoleName::PreCandidate => "candidate",
            RoleName::Follower => return,
        };
        let begin = phase.from.map_or(MARGIN, |event| self.height_of(event));
        let end = phase.to.map_or(self.height - MARGIN / 2, |event| self.height_of(event));
        let x = self.lane(phase.lane);
        let told = format!("<title>{} in term {}</title>", phase.role, phase.term);
        line(out, &format!("<path class=\"{class}\" d=\"M{x} {begin}V{end}\">{told}</path>"));
    }

    fn row(&self, out: &mut String, nth: usize, row: &DiagramRow, time: Option<&str>) {
        let (y, event, tone) = (self.rows[nth], row.event, class(row.tone));
        line(out, &format!("<g class=\"row {tone}\" data-e=\"{event}\">"));
        if let Some(time) = time {
            let (x, y) = (TIMES - 10, y + 4);
            line(out, &format!("<text class=\"time\" x=\"{x}\" y=\"{y}\">{time}</text>"));
        }
        match &row.stroke {
            DiagramMark::Mark { lanes, sign } => {
                for lane in lanes {
                    self.sign(out, self.lane(*lane), y, *sign);
                }
            }
            DiagramMark::Arrow { from, to, stage, sent } => {
                // What was sent before the picture begins comes from above.
                let above = if *stage == Stage::Sent { y } else { MARGIN };
                let begin = sent.map_or(above, |sent| self.height_of(sent));
                self.arrow(out, (self.lane(*from), begin), (self.lane(*to), y), *stage);
            }
        }
        let x = self.margin() + 8;
        let lines = self.words[nth].iter().enumerate().map(|(nth, words)| {
            let dy = if nth == 0 { 0 } else { LINE };
            format!("<tspan x=\"{x}\" dy=\"{dy}\">{}</tspan>", markup(words))
        });
        let lines: String = lines.collect();
        let number = format!("<tspan class=\"number\" dx=\"8\">#{event}</tspan>");
        line(out, &format!("<text class=\"words\" y=\"{}\">{lines}{number}</text>", y + 4));
        out.push_str("</g>\n");
    }

    fn sign(&self, out: &mut String, x: i64, y: i64, sign: char) {
        match sign {
            '•' => line(out, &format!("<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>")),
            _ => {
                line(out, &format!("<circle class=\"disc\" cx=\"{x}\" cy=\"{y}\" r=\"9\"/>"));
                let (y, sign) = (y + 4, markup(&sign.to_string()));
                line(out, &format!("<text class=\"sign\" x=\"{x}\" y=\"{y}\">{sign}</text>"));
            }
        }
    }

    /// An arrow, or the part of it that a lost message went.
    fn arrow(&self, out: &mut String, from: (i64, i64), to: (i64, i64), stage: Stage) {
        if from.0 == to.0 {
            return self.sign(out, to.0, to.1, '•');
        }
        let right = if to.0 > from.0 { 1 } else { -1 };
        let (x, y) = to;
        let (class, x, tip) = match stage {
            Stage::Delivered => {
                let tip =
                    format!("M{} {}L{x} {y}L{} {}", x - 8 * right, y - 4, x - 8 * right, y + 3);
                ("message", x, tip)
            }
            Stage::Dropped(_) => {
                let x = x - 14 * right;
                ("message lost", x, format!("M{} {}l8 8m0 -8l-8 8", x - 4, y - 4))
            }
            Stage::Sent => {
                let x = x - 14 * right;
                (
                    "message open",
                    x,
                    format!("M{} {}L{x} {y}L{} {}", x - 6 * right, y - 4, x - 6 * right, y + 4),
                )
            }
        };
        let (begin_x, begin_y) = from;
        let mut drawn = String::new();
        let _ = write!(drawn, "<path class=\"{class}\" d=\"M{begin_x} {begin_y}L{x} {y}\"/>");
        let _ = write!(drawn, "<path class=\"tip\" d=\"{tip}\"/>");
        line(out, &drawn);
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// The class of a tone.
pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Dim => "dim",
        Tone::Strong => "strong",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Warn => "warn",
        Tone::Leader => "lead",
        Tone::Candidate => "candidate",
        Tone::Follower => "follower",
    }
}
