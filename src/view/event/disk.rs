//! Sentences about disks: what they hold now, what was done to them, and what nodes find on them.

use crate::disk::{DamagedRange, Fault};
use crate::quantity;
use crate::raft::{Index, NodeId, Term};
use crate::view::document::Tone;
use crate::view::words;

type Sentence = (Tone, String);

pub(super) fn entries_synced(through: Index) -> Sentence {
    (Tone::Plain, format!("synced its entries up to {through}"))
}

pub(super) fn vote_synced(term: Term, vote: Option<NodeId>) -> Sentence {
    let vote = words::node_or_none(vote);
    (Tone::Plain, format!("synced term {term} and vote {vote}"))
}

pub(super) fn snapshot_taken(index: Index, term: Term) -> Sentence {
    (Tone::Good, format!("took a snapshot up to {index}@{term}, which is on its disk"))
}

pub(super) fn snapshot_synced(index: Index, term: Term) -> Sentence {
    (Tone::Plain, format!("synced the snapshot up to {index}@{term}"))
}

pub(super) fn wiped() -> Sentence {
    (Tone::Bad, "has an empty disk: it was wiped".into())
}

pub(super) fn cut() -> Sentence {
    (Tone::Bad, "lost access to its disk".into())
}

pub(super) fn restored() -> Sentence {
    (Tone::Good, "has a disk that works normally again".into())
}

pub(super) fn filled() -> Sentence {
    (Tone::Bad, "has a full disk".into())
}

pub(super) fn slowed(latency_us: u64) -> Sentence {
    let latency = quantity::show_duration(latency_us);
    (Tone::Warn, format!("has a slow disk: every write takes {latency}"))
}

pub(super) fn lies() -> Sentence {
    (Tone::Bad, "has a disk that lies: it reports writes as synced that are not".into())
}

pub(super) fn will_tear() -> Sentence {
    (Tone::Warn, "will find a torn record on its disk after its next crash".into())
}

pub(super) fn will_lose() -> Sentence {
    (Tone::Warn, "will lose its next write, which its disk will report as synced".into())
}

pub(super) fn damaged(spot: DamagedRange) -> Sentence {
    (Tone::Bad, format!("{} on its disk was damaged", words::spot(spot)))
}

pub(super) fn went_stale(spot: DamagedRange) -> Sentence {
    (Tone::Bad, format!("has an older version of {} on its disk", words::spot(spot)))
}

pub(super) fn scrubbed(fault: Option<Fault>) -> Sentence {
    match fault {
        None => (Tone::Good, "read its whole disk: every synced record is intact".into()),
        Some(fault) => (Tone::Bad, format!("read its whole disk: {fault}")),
    }
}

pub(super) fn write_vanished() -> Sentence {
    (Tone::Bad, "lost a write that its disk reported as synced".into())
}

pub(super) fn tail_left(kept: u32, torn: bool) -> Sentence {
    let records = words::counted(u64::from(kept), "unsynced record");
    let left = match (kept, torn) {
        (0, _) => "kept a torn part of an unsynced record on its disk".to_owned(),
        (_, false) => format!("kept {records} on its disk"),
        (_, true) => format!("kept {records} and a torn part of another on its disk"),
    };
    (Tone::Warn, left)
}

pub(super) fn tail_removed() -> Sentence {
    let words = "removed a torn tail from its disk: it was never synced, so nothing relied on it";
    (Tone::Warn, words.into())
}

pub(super) fn marks_renewed() -> Sentence {
    let words = "found a damaged sync mark on its disk and wrote both marks again";
    (Tone::Warn, words.into())
}

pub(super) fn records_dropped(count: u32) -> Sentence {
    let records = words::counted(u64::from(count), "synced record");
    (Tone::Bad, format!("deleted {records} from its disk: unsafe"))
}
