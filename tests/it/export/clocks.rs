//! Computes the clocks of a log for ShiViz again, from the events as JSON.

use std::collections::BTreeMap;

use raftsh::console::json;
use serde::Deserialize;

/// The expression that ShiViz proposes, as its page shows it.
const EXPRESSION: &str = r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})";

type Clock = BTreeMap<String, u64>;

#[derive(Deserialize)]
struct Event {
    id: u64,
    node: String,
    kind: String,
    message: Option<String>,
    copy: Option<String>,
}

fn events(lines: &str) -> Vec<Event> {
    lines.lines().map(|line| json::read(line).unwrap()).collect()
}

/// Checks the log of these events, a part of all.
///
/// # Errors
/// What is wrong with the log.
pub(crate) fn check(log: &str, part: &str, all: &str) -> Result<(), String> {
    let body = log.strip_prefix(&format!("{EXPRESSION}\n\n")).ok_or("it begins otherwise")?;
    let lines: Vec<&str> = body.lines().collect();
    let (part, all) = (events(part), events(all));
    if lines.len() != 2 * part.len() {
        return Err(format!("{} lines for {} events", lines.len(), part.len()));
    }
    let told = lines.chunks(2).map(|pair| {
        let (host, clock) = pair[1].split_once(' ').ok_or("no clock")?;
        Ok((host.to_owned(), json::read::<Clock>(clock)?))
    });
    let told = told.collect::<Result<Vec<(String, Clock)>, String>>()?;
    let (first, last) = (part[0].id, part[part.len() - 1].id);
    let (mut clocks, mut carried) = (BTreeMap::<String, Clock>::new(), BTreeMap::new());
    let mut next = 0;
    let mut joined = 0;
    for event in all.iter().filter(|event| (first..=last).contains(&event.id)) {
        let clock = clocks.entry(event.node.clone()).or_default();
        let message = event.message.clone().unwrap_or_default();
        if event.kind == "message_delivered"
            && let Some(other) = carried.get(&message)
        {
            for (node, count) in other as &Clock {
                let known = clock.entry(node.clone()).or_default();
                joined += u64::from(*count > *known);
                *known = (*known).max(*count);
            }
        }
        let is_listed = part.get(next).is_some_and(|listed| listed.id == event.id);
        if is_listed {
            *clock.entry(event.node.clone()).or_default() += 1;
        }
        if event.kind == "message_sent" {
            carried.insert(message.clone(), clock.clone());
        }
        if let ("message_duplicated", Some(copy)) = (event.kind.as_str(), &event.copy)
            && let Some(other) = carried.get(&message).cloned()
        {
            carried.insert(copy.clone(), other);
        }
        if is_listed {
            let (host, told) = &told[next];
            if (host, told) != (&event.node, &*clocks.entry(event.node.clone()).or_default()) {
                return Err(format!("event {}: {told:?}", event.id));
            }
            next += 1;
        }
    }
    if joined == 0 { Err("no message tells anything new".to_owned()) } else { Ok(()) }
}
