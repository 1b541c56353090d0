//! Long answers and scripts that wait for a reader: the pager, the tour, `run --pause`.

use super::*;

fn wide(name: &str, pager: &'static str) -> Desk {
    Desk { pager, rows: 40, columns: 120, ..Desk::new(name) }
}

/// A pager that waits for Enter, and lives on when Ctrl-C is pressed.
const PAGER: &str = "trap '' INT; cat; printf :; read x < /dev/tty";

#[test]
fn what_is_longer_than_the_screen_is_paged() {
    for desk in [Desk { pager: PAGER, ..Desk::new("pager") }, wide("pager-wide", PAGER)] {
        let mut person = desk.sits_down();
        person.presses("help\r");
        person.waits_until("the pager", |person| person.line().trim_end() == ":");
        // Ctrl-C is the pager's, however often it is pressed.
        for _ in 0..2 {
            person.presses(CTRL_C);
            person.ponders();
        }
        person.presses("\r");
        person.waits_for_prompt(2);
        // What fits is printed, and so is what a command does while it goes.
        person.asks("help put", &["put [NODE] KEY=VALUE"]);
        person.asks("step 60; status n1", &["5 of 5 up"]);
        person.asks("set pager off; help", &["glossary"]);
        person.presses("set pager on; help; echo after\r");
        person.waits_until("the pager", |person| person.line().trim_end() == ":");
        person.presses("\r");
        person.reads("after");
    }
}

#[test]
fn a_pager_keeps_colours_and_loses_nothing() {
    let desk = Desk { pager: "cat; echo paged", no_color: false, ..Desk::new("pager-cat") };
    let mut person = desk.sits_down();
    let answer = person.asks("help", &["Looking", "glossary", "paged"]);
    assert!(answer.ends_with("paged"), "{answer}");
    assert!(person.said().contains("\x1b[1mLooking"), "{}", person.said());
    // A pager that does not exist, or fails, is done without.
    for pager in ["nosuch-pager -x", "false"] {
        let mut person = Desk { pager, ..Desk::new("pager-fails") }.sits_down();
        person.asks("help", &["Looking", "glossary"]);
        person.gives("cluster 101");
        let all = person.asks("history --last 9; settings --format json; help", &["Looking"]);
        assert!(all.contains("glossary"), "{all}");
    }
    // Who quits early has seen enough.
    let mut person = Desk { pager: "head -2", ..Desk::new("pager-head") }.sits_down();
    person.gives("repeat 200 { run 100ms }");
    assert_eq!(person.gives("history").lines().count(), 2);
    person.asks("status n1", &["5 of 5 up"]);
}

#[test]
fn a_pasted_script_is_not_paged() {
    let mut person = Desk { pager: PAGER, ..Desk::new("pager-paste") }.sits_down();
    person.presses("\x1b[200~help\rhelp\recho don'e'\r\x1b[201~");
    person.waits_until("the paste", |person| person.text().contains("echo don'e'"));
    person.asks("", &["glossary", "done"]);
}

#[test]
fn the_tour_gives_the_cluster_back() {
    let mut person = Desk { columns: 120, rows: 40, ..Desk::new("tour") }.sits_down();
    person.gives("cluster 3; set ascii on; run until leader");
    let before = person.line();
    let enter = |person: &mut Person, text: &str| {
        person.ponders();
        person.presses("\r");
        person.reads(text);
    };
    person.presses("tour\r");
    person.reads("on its own cluster");
    enter(&mut person, "raft> echo \"== 1. Looking around\"");
    assert!(person.text().contains("Raft in five sentences: A few nodes"), "{}", person.text());
    enter(&mut person, "fresh cluster of 5 nodes, seed 1");
    person.reads("five nodes, n1 to n5; the seed fixes every random choice");
    person.presses("status\r");
    person.reads("press Enter for the next command, or type q to leave");
    person.presses("q\r");
    person.reads("your cluster and your settings are as they were");
    person.waits_until("the prompt", |person| person.line() == before);
    person.asks("status; set ascii on", &["3 of 3 up", "ascii: on already: nothing changed"]);
    // Ctrl-C leaves as well.
    let asked = person.said().matches("[Enter: next").count();
    person.presses("tour\r");
    person.waits_until("the tour", |person| person.said().matches("[Enter: next").count() > asked);
    person.presses(CTRL_C);
    person.waits_until("the prompt", |person| person.line() == before);
    person.asks("tour now", &["`tour` takes no arguments"]);
    // It is for the prompt only.
    for arguments in [["-c", "tour"], ["--format=json", "-ctour"]] {
        let (status, said, errors) = call::run(&mut call::raftsh(&arguments));
        assert!(status == 2 && format!("{said}{errors}").contains("works at the prompt only"));
    }
}

/// The whole tour: every Enter leads on, to the end.
#[test]
fn the_tour_comes_to_its_end() {
    let mut person = Desk { columns: 120, rows: 40, ..Desk::new("tour-end") }.sits_down();
    person.presses("tour\r");
    person.reads("[Enter: next, q: leave]");
    for _ in 0..300 {
        let asked = person.said().matches("[Enter: next").count();
        person.presses("\r");
        person.waits_until("the next command", |person| {
            let said = person.said();
            said.matches("[Enter: next").count() > asked || said.contains("The tour is over")
        });
        if person.said().contains("The tour is over") {
            break;
        }
    }
    assert!(person.said().contains("Now it is your turn"), "{}", person.text());
    assert!(!person.said().contains("error:"), "{}", person.text());
    person.waits_until("the prompt", |person| person.line().starts_with("t=0 no leader 5/5 raft>"));
}

#[test]
fn run_pauses_after_each_command() {
    let script = "# What is\n# first.\ncluster 3 # three nodes\n\n\
                  repeat 2 {\n  step # one\n}\necho last; echo very last\n";
    let mut desk = Desk::new("pause");
    std::fs::write(desk.home.join("a.raft"), script).unwrap();
    desk.arguments = ["run", "--pause", "a.raft", "a.raft"].map(String::from).to_vec();
    let mut person = desk.starts();
    person.reads("[Enter: next, q: leave]");
    let shown = person.text();
    assert!(
        shown.starts_with("What is first. three nodes\nraft> cluster 3\nfresh cluster of 3 nodes"),
        "{shown}"
    );
    person.presses("\r");
    person.reads("....> }");
    person.waits_until("a pause", |person| person.text().matches("[Enter").count() == 2);
    assert!(person.text().contains("raft> repeat 2 {\none\n....>   step\n"), "{}", person.text());
    person.presses("\r");
    person.waits_until("a pause", |person| person.text().matches("[Enter").count() == 3);
    assert!(person.text().contains("raft> echo last; echo very last\nlast\n"), "{}", person.text());
    // q leaves the second script out, too.
    person.presses("q\r");
    person.sees_it_end(0);
    let mut person = desk.starts();
    person.reads("[Enter: next, q: leave]");
    person.presses(CTRL_C);
    person.sees_it_end(130);
    // It needs somebody to press Enter.
    for arguments in [&["run", "--pause", "a.raft"][..], &["run", "--pause", "-"]] {
        let (status, _, errors) = call::run(call::raftsh(arguments).current_dir(&desk.home));
        assert!(status == 2 && errors.contains("needs a terminal"), "{errors}");
    }
}
