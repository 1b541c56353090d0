//! What a person sees while typing: completion, hints, colours, and windows of any size.

use super::*;

#[test]
fn tab_completes_from_the_cluster() {
    let mut person = sits_down("complete");
    person.presses("stat\t");
    person.waits_until("the command", |person| person.line().contains("raft> status "));
    person.presses("\r");
    person.gives("run until leader");
    person.gives("put leader colour=red --wait");
    person.presses("get leader c\t");
    person.waits_until("the key", |person| person.line().contains("get leader colour "));
    person.drops();
    // With several candidates: a list, and then the line again as it was.
    person.gives("cluster 3; timeout n1; step");
    person.clears();
    person.presses("drop m\t");
    person.sees("messages");
    person.drops();
    person.clears();
    person.presses("disk \t");
    person.sees("disk");
    person.presses("c\t");
    person.waits_until("the word", |person| person.line().contains("disk cut "));
    person.drops();
    std::fs::write(person.home.join("my-story.raft"), "echo told\n").unwrap();
    person.presses("source my\t");
    person.waits_until("the file", |person| person.line().contains("source my-story.raft "));
    assert_eq!(person.gives(""), "told");
    // A list of 101 names would not help, so one range offers the nodes of a large cluster.
    person.gives("cluster 101");
    person.clears();
    person.presses("kill \t");
    person.sees("large");
}

#[test]
fn hints_and_colours_follow_the_line() {
    let mut person = Desk { no_color: false, ..Desk::new("colours") }.sits_down();
    let lead = "{dim t=0} {yellow no} {yellow leader} 5/5 raft> ";
    for (line, looks) in [
        ("kil", "{bold kil}{dim l} {dim NODES} {dim [--power]}"),
        ("kill ", "{bold kill} {dim NODES} {dim [--power]}"),
        ("kill n9", "{bold kill} {red n9} {dim [--power]}"),
        ("klil n1", "{red klil} n1"),
        ("expect n1.rol == up", "{bold expect} n1.{red rol} == up"),
        (
            "put n1 'a b'=1",
            "{bold put} {red n1} {green 'a} {green b'=1} {dim [--wait} {dim [DURATION]]} \
             {dim [--client} {dim NAME]}",
        ),
    ] {
        person.types(line);
        assert_eq!(person.coloured_line(), format!("{lead}{looks}"), "{line}");
        person.drops();
    }
    // The right arrow takes over a hint that is certain; Enter sends only what was typed.
    person.types("statu");
    person.presses("\x1b[C");
    person.waits_until("the word", |person| person.coloured_line().contains("{bold status}"));
    let answer = person.gives("");
    assert!(answer.contains("5 of 5 up"), "{answer}");
    assert!(
        person.screen().iter().any(|row| row.trim_end().ends_with("raft> status")),
        "{:?}",
        person.screen()
    );
}

#[test]
fn without_colour_hints_stand_in_parentheses() {
    let mut person = sits_down("no-color");
    person.types("put n1 ");
    person.sees("no-color");
    assert!(!person.coloured_line().contains('{'), "{}", person.coloured_line());
    person.drops();
    person.types("kill n9");
    assert_eq!(person.coloured_line(), "t=0 no leader 5/5 raft> kill n9  ([--power])");
}

#[test]
fn what_helps_is_in_ascii_too() {
    let mut person = Desk { columns: 60, ..Desk::new("ascii") }.sits_down();
    person.gives("set ascii on; cluster 3; timeout n1; step");
    person.clears();
    person.presses("drop m\t");
    person.sees("ascii");
    assert!(person.screen().join("").is_ascii());
}

#[test]
fn a_window_may_change_its_size() {
    let mut person = sits_down("resize");
    person.gives("run until leader");
    person.gives("put leader x=5 --wait");
    assert!(person.gives("history --last 1").lines().count() < 3);
    person.resizes(20, 40);
    let narrow = person.gives("links");
    assert!(narrow.lines().count() > 3 && person.line().contains("raft> "), "{narrow}");
    let narrow = person.gives("status");
    assert!(
        narrow.lines().filter(|row| row.contains('│')).all(|row| row.chars().count() <= 40),
        "{narrow}"
    );
    person.resizes(24, 120);
    let wide = person.gives("status");
    assert!(wide.lines().any(|row| row.contains('│') && row.chars().count() > 40), "{wide}");
    // A change of size in the middle of a line keeps exactly what was typed.
    person.types("echo still");
    person.resizes(24, 60);
    assert_eq!(person.gives(""), "still");
}

/// A terminal with `TERM=dumb` gets plain text and a fixed prompt.
#[test]
fn a_dumb_terminal_gets_text() {
    let mut person = Desk { term: "dumb", no_color: false, ..Desk::new("dumb") }.starts();
    person.reads("raft> ");
    person.presses("run until leader\n");
    person.reads(" after ");
    person.presses("sta\nquit\n");
    person.reads("unknown command 'sta'");
    assert!(
        person.screen().iter().any(|row| row == "raft>" || row.starts_with("raft> ")),
        "{:?}",
        person.screen()
    );
    let escapes = person.said().contains('\x1b');
    assert!(!escapes, "{}", person.said());
    person.sees_it_end(0);
}

#[test]
fn a_watched_status_is_drawn_while_time_passes() {
    let mut person = super::sits_down("live");
    person.asks("status --watch", &["no leader", "follower"]);
    // The last frame stays, after what the run says.
    person.asks("run 500ms", &["became leader", "ran 500ms", "leader", "node"]);
    person.asks("run 100s", &["ran 100s", "node"]);
    let rows = person.screen();
    let heads = rows.iter().filter(|row| row.trim_start().starts_with("node")).count();
    assert!(heads <= 3, "earlier frames are erased: {rows:?}");
    person.gives("status --watch=off");
    person.gives("run 1ms");
    let rows = person.screen();
    let last = rows.iter().rposition(|row| row.contains("ran 1ms")).unwrap();
    assert!(!rows[last..].iter().any(|row| row.contains("follower")), "{rows:?}");
    person.presses("quit\r");
    person.sees_it_end(0);
}

#[test]
fn a_breakpoint_ends_the_line_and_c_continues() {
    let mut person = super::sits_down("breaks");
    person.asks("b leader", &["break 1: leader"]);
    person.asks(
        "repeat 2 { run 1s; echo turn }; echo done",
        &["stopped by break 1 (leader) after", "`continue` does the rest"],
    );
    assert!(!person.screen().iter().any(|row| row.trim() == "turn"), "{:?}", person.screen());
    person.asks("c", &["turn", "done"]);
    person.asks("c", &["no breakpoint has stopped a command"]);
    person.presses("quit\r");
    person.sees_it_end(0);
}
