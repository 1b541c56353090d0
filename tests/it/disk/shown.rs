//! What commands show of disks, and what nodes do about damage that they find there.

use raftsh::language::Status;

use crate::surroundings;

/// Runs commands on three nodes: n3 has voted in two terms, and holds an entry of each.
fn say(text: &str) -> (String, Status) {
    const BEFORE: &str = "set timers off; timeout n1; settle; put n1 x=1; settle; timeout n2; settle; put n2 y=1; \
                          settle; expect n3.log == [1,2]";
    let mut session = surroundings::three_nodes();
    assert_eq!(surroundings::say(&mut session, 200, BEFORE).2, Status::Ok);
    let (said, _, status) = surroundings::say(&mut session, 200, text);
    (said, status)
}

/// Two marks and four records of 48 bytes. Whichever byte is damaged, `status` and the head of
/// `disk show` report it at once; so does `logs`, if a start would need the record.
#[test]
fn damage_to_any_byte_is_shown_at_once() {
    for byte in 0..6 * 48 {
        let (said, status) = say(&format!(
            "corrupt n3 --byte {byte}; echo ---; status n3; echo ---; disk show n3 --last 1; echo ---; logs n3"
        ));
        assert_eq!(status, Status::Ok, "{said}");
        let parts: Vec<&str> = said.split("---\n").collect();
        let [_, status, disk, logs] = parts[..] else { panic!("{said}") };
        let what = match byte / 48 {
            mark @ 0..2 => format!("mark {} damaged", mark + 1),
            2 => "old record #1 damaged".to_owned(),
            3 => "damaged at 1".to_owned(),
            4 => "vote damaged".to_owned(),
            _ => "damaged at 2".to_owned(),
        };
        assert!(status.contains(&what), "{byte}: {status}");
        assert!(disk.starts_with(&format!("n3: 288 bytes on disk; {what}\n")), "{byte}: {disk}");
        assert_eq!(logs.contains('✗'), !what.starts_with("old"), "{byte}: {logs}");
        assert_eq!(logs.contains("✗ damaged"), !what.starts_with("old"), "{byte}: {logs}");
    }
    let (said, _) = say(
        "corrupt n3 --byte 40; corrupt n3 --byte 90; logs n3; status n3; restart n3; status n3",
    );
    assert!(said.contains("n3@2 vote n2, marks ✗"), "{said}");
    assert_eq!(said.matches("both marks damaged").count(), 2, "{said}");
    assert!(said.contains("n3 halted: both sync marks"), "{said}");
    let (said, _) = say("corrupt n3 --byte 40; put n2 z=1; settle; status n3");
    assert!(!said.contains("mark 1"), "the next write has made it anew: {said}");
    // Where the headers of two consecutive records are damaged, nothing says what they were.
    let (said, _) = say(
        "corrupt n3 --byte 150; corrupt n3 --byte 198; logs n3; status n3; status n3 --format json",
    );
    assert!(said.contains("#2 ✗") && said.contains("record") && said.contains(" lost"), "{said}");
    assert!(said.contains("\"records_lost\":[2"), "{said}");
}

/// The legend explains the word `kept` only where a record is shown as kept.
#[test]
fn kept_records_are_explained() {
    let legend = "kept: complete, but no mark covers it";
    let (said, _) = say("corrupt n3 --byte 40; disk show n3");
    assert!(said.contains("synced") && !said.contains("kept"), "{said}");
    let (said, _) = say("corrupt n3 --byte 40; corrupt n3 --byte 90; disk show n3");
    assert!(said.contains("│ kept ") && said.contains(legend), "{said}");
}

/// A running node knows what it has synced even when both marks are damaged, so its next write
/// goes to the right place.
#[test]
fn marks_that_are_gone_take_no_entry_along() {
    let (said, status) = say("cluster 1; run until leader; put n1 x=1 --wait; put n1 x=2 --wait
         corrupt n1 --byte 1; corrupt n1 --byte 49; corrupt n1 --entry 2
         put n1 x=3 --wait; expect safe; disk show n1");
    assert_eq!(status, Status::Ok, "{said}");
    assert!(said.contains("n1: 288 bytes on disk; damaged at 2\n"), "{said}");
    assert!(said.contains("was 2@1") && said.contains("3@1 put x=3"), "{said}");
}

#[test]
fn a_byte_that_is_not_there() {
    let (said, status) = say("corrupt n3 --byte 288");
    assert_eq!(status, Status::Failed);
    assert!(
        said.contains("n3 has no byte 288") && said.contains("its disk holds bytes 0 to 287"),
        "{said}"
    );
}

/// `restart` reports at once that a node dropped synced records, and so forgot what it had
/// promised.
#[test]
fn dropped_records_are_told_at_the_restart() {
    let restart = |before: &str| say(&format!("{before}; set recovery truncate; restart n2,n3")).0;
    let said = restart("corrupt n3 --byte 250");
    let line = said
        .lines()
        .find(|line| line.starts_with("n3 started"))
        .unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains("without 1 synced record, which it deleted (unsafe): term"), "{said}");
    assert_eq!(said.matches("deleted (unsafe)").count(), 1, "{said}");
    assert!(!restart("echo whole").contains("deleted"));
}

/// An older version of a record fits its checksum, but a start detects it: the node halts, or,
/// with `recovery truncate`, starts without that record and those after it.
#[test]
fn a_node_finds_what_came_back() {
    let (said, status) = say(
        "disk stale n3; expect n3.state == up; restart n3; expect n3.state == halted; status n3",
    );
    assert_eq!(status, Status::Ok, "{said}");
    assert!(
        said.contains("n3 halted: the record of its term and vote is an older version"),
        "{said}"
    );
    let (said, _) = say("disk stale n3; disk scrub n3; expect n3.state == halted");
    assert!(
        said.contains("read its whole disk: the record of its term and vote is an older"),
        "{said}"
    );
    let (said, status) = say(
        "disk stale n3; set recovery truncate; restart n3; expect violated term-monotonic and n3.term == 1
         expect n3.vote == n1 and n3.log == [1]",
    );
    assert_eq!(status, Status::Ok, "{said}");
    // Nothing else breaks here: n1 holds all committed entries, and n3 votes for it in a new term.
    let (said, status) = say(
        "disk stale n3; set recovery truncate; restart n3; expect violated term-monotonic; kill n2; timeout n1; settle
         run 1s",
    );
    assert_eq!(status, Status::Ok, "{said}");
}

/// One whole mark is enough to start, and the start makes both whole. When both are damaged,
/// `corrupt` says that no start is possible.
#[test]
fn marks_are_made_anew() {
    let (said, status) = say(
        "corrupt n3 --byte 1; restart n3; expect n3.state == up; history n3 --last 1; status n3",
    );
    assert_eq!(status, Status::Ok, "{said}");
    for piece in [
        "is damaged; the next write or start of n3 renews both marks\n",
        "n3 started from its disk, whose sync marks it wrote again: term 2",
        "n3   found a damaged sync mark on its disk and wrote both marks again",
    ] {
        assert!(said.contains(piece), "{piece}: {said}");
    }
    assert!(!said.contains("mark 1 damaged"), "{said}");
    let (said, _) =
        say("corrupt n3 --byte 1; corrupt n3 --byte 90; restart n3; expect n3.state == halted");
    assert!(
        said.contains("so is the other one: until a write renews both, no start can tell"),
        "{said}"
    );
    assert!(!said.contains("wrote both marks"), "{said}");
    assert!(!say("restart n3; history n3 --last 1").0.contains("both marks"));
}

/// The number of votes that a full disk has room for is shown: with none, its node cannot vote.
#[test]
fn a_full_disk_says_whether_there_is_room_for_votes() {
    let (said, _) = say("disk full n3; status n3");
    assert!(said.contains("full: room for 8 votes"), "{said}");
    let (said, _) = say(
        "disk full n3; repeat 3 { timeout n1; settle; timeout n2; settle }; timeout n1; settle; status n3",
    );
    assert!(said.contains("full: room for 1 vote\n"), "{said}");
    let (said, status) = say(
        "disk full n3; repeat 4 { timeout n1; settle; timeout n2; settle }; status n3; disk show n3",
    );
    assert_eq!(status, Status::Ok, "{said}");
    assert_eq!(said.matches("full: no room for votes").count(), 2, "{said}");
}

/// Of a tail that a crash kept, a start reports only the entries that were not reported as synced
/// before.
#[test]
fn a_kept_tail_tells_what_is_new() {
    let synced = "restart n1; history n1 --kind entries_synced --since 1 --format json";
    let last = |before: &str| {
        let (said, status) = say(&format!("{before}; kill n1; {synced}"));
        assert_eq!(status, Status::Ok, "{said}");
        let of_the_start =
            said.split("\"kind\":\"entries_synced\"").last().unwrap_or_default().to_owned();
        (said.matches("entries_synced").count(), of_the_start)
    };
    let (before, _) = last("set crash-tail lose");
    let (kept, told) =
        last("set crash-tail keep; timeout n1; settle; put n1 a=1; settle; put n1 b=2; put n1 c=3");
    assert_eq!(kept, before + 2, "one while it ran, one at its start");
    assert!(told.contains("\"kept\":3,\"through\":5"), "{told}");
    // A vote that the tail kept is no entry.
    assert_eq!(last("set crash-tail keep; timeout n1").0, before);
}
