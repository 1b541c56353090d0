//! The nodes at a glance: one row each, and what leaders know of the rest.

use crate::raft::{HardState, Index, NodeId, NodeSet, Position, Role};
use crate::sim::{Host, World};

use super::document::{Document, Table, Text, Tone};
use super::words;

/// `status`: one row a node.
pub fn status(world: &World, nodes: NodeSet) -> Document {
    let head = ["node", "state", "role", "term", "vote", "last", "commit", "applied", "disk"];
    let mut table = Table { head: head.map(Text::from).to_vec(), key_columns: 1, ..Table::default() };
    table.rows = nodes.iter().map(|node| row(world.host(node))).collect();
    let document = Document::new().table(table);
    nodes.iter().filter_map(|node| knowledge(world.host(node))).fold(document, Document::line)
}

/// Term, vote and last entry. What a node that does not run is, is what its disk holds.
pub(super) fn persistent(host: &Host) -> (HardState, Position) {
    match &host.node {
        Some(node) => {
            let state = HardState { current_term: node.current_term(), voted_for: node.voted_for() };
            (state, node.log().last())
        }
        None => {
            let (state, entries) = host.disk.durable();
            let term = entries.last().map(|entry| entry.term).unwrap_or_default();
            (state, Position { index: Index(entries.len() as u32), term })
        }
    }
}

fn row(host: &Host) -> Vec<Text> {
    let (hard_state, last) = persistent(host);
    let (role, commit, applied) = match &host.node {
        Some(node) => (
            Text::new().toned(words::role_tone(node.role_name()), node.role_name().to_string()),
            node.commit_index().to_string(),
            node.last_applied().to_string(),
        ),
        None => ("-".into(), "-".to_owned(), "-".to_owned()),
    };
    vec![
        Text::new().toned(Tone::Strong, host.id.to_string()),
        Text::new().toned(words::state_tone(host.state), words::state(host)),
        role,
        hard_state.current_term.to_string().into(),
        words::node_or(hard_state.voted_for, "none").into(),
        last.to_string().into(),
        commit.into(),
        applied.into(),
        disk(host),
    ]
}

/// A disk's condition in a few words.
fn disk(host: &Host) -> Text {
    let mut text = Text::new();
    if host.disk.is_cut() {
        text = text.toned(Tone::Bad, "cut ");
    }
    if let Some(number) = host.disk.damaged().first() {
        text = text.toned(Tone::Bad, format!("damaged at {number} "));
    }
    if host.disk.unfinished() > 0 {
        text = text.toned(
            Tone::Warn,
            format!("{} unsynced", words::counted(host.disk.unfinished() as u64, "write")),
        );
    }
    if text.0.is_empty() { "ok".into() } else { text }
}

/// `n3@1 knows n1 match=1 next=2, …`: what a leader knows of the rest.
fn knowledge(host: &Host) -> Option<Text> {
    let node = host.node.as_ref()?;
    let Role::Leader { progress } = node.role() else { return None };
    let mut text =
        Text::new().toned(Tone::Leader, format!("{}@{}", host.id, node.current_term())).plain(" knows");
    let others = NodeId::first(progress.len()).zip(progress).filter(|(peer, _)| *peer != host.id);
    for (nth, (peer, row)) in others.enumerate() {
        text = text
            .plain(if nth == 0 { " " } else { ", " })
            .toned(Tone::Strong, peer.to_string())
            .plain(format!(" match={} next={}", row.match_index, row.next_index));
    }
    Some(if progress.len() == 1 { text.plain(" that it is alone") } else { text })
}
