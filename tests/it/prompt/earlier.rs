//! Earlier lines: suggestions in grey, and Up after a typed beginning.

use super::*;

const RIGHT: &str = "\x1b[C";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const END: &str = "\x1b[F";
const CTRL_E: &str = "\x05";

fn remembers(desk: &Desk) -> Person {
    let mut person = desk.sits_down();
    for line in ["echo one", "status n1", "echo two", "run until leader", "put leader x=5 --wait"] {
        person.gives(line);
    }
    person
}

#[test]
fn an_earlier_line_is_suggested_in_grey() {
    let mut person = remembers(&Desk { no_color: false, columns: 120, ..Desk::new("grey") });
    let typed = |person: &Person| {
        let line = person.coloured_line();
        line.split_once("raft> ").unwrap().1.to_owned()
    };
    person.types("ec");
    assert_eq!(typed(&person), "{bold ec}{dim ho} {dim two}");
    for key in [RIGHT, CTRL_E, END] {
        person.presses(key);
        person.waits_until("the line", |person| person.line().trim_end().ends_with("echo two"));
        person.presses("\x15");
        person.types("echo o");
        assert_eq!(typed(&person), "{bold echo} o{dim ne}");
        person.presses(key);
        person.waits_until("the line", |person| person.line().trim_end().ends_with("echo one"));
        person.presses("\x15");
        person.types("ec");
    }
    person.presses("\x15");
    // Beside it stands the present value of what is typed.
    person.types("put leader x=");
    assert_eq!(typed(&person), "{bold put} leader x={dim 5} {dim --wait} {dim (now} {dim 5)}");
    person.presses("\x15");
    // Enter sends only what was typed, and where no line begins so, the synopsis is shown.
    person.types("put leader y=");
    let hint = "{dim VALUE} {dim (not} {dim set)} {dim [--wait} {dim [DURATION]]} \
                {dim [--client} {dim NAME]}";
    assert_eq!(typed(&person), format!("{{bold put}} leader y={hint}"));
    person.presses("\x15");
    let answer = person.gives("echo");
    assert_eq!(answer, "");
}

#[test]
fn without_colour_an_arrow_says_what_is_suggested() {
    let mut person = remembers(&Desk::new("arrow"));
    person.types("stat");
    assert!(person.line().trim_end().ends_with("stat  (→ us n1)"), "{}", person.line());
    person.presses(RIGHT);
    person.waits_until("the line", |person| person.line().contains("raft> status n1 "));
}

#[test]
fn up_walks_the_lines_that_begin_as_typed() {
    let mut person = remembers(&Desk::new("up"));
    let shows = |person: &mut Person, key: &str, line: &str| {
        person.presses(key);
        person.waits_until(line, |person| person.line().contains(&format!("raft> {line}")));
    };
    person.types("echo");
    shows(&mut person, UP, "echo two");
    shows(&mut person, UP, "echo one");
    shows(&mut person, DOWN, "echo two");
    // After the newest one comes what was typed.
    person.presses(DOWN);
    person.presses("!");
    person.waits_until("the typed text", |person| person.line().contains("raft> echo!"));
    person.drops();
    // On an empty line, and from line to line, Up walks all of them.
    shows(&mut person, UP, "put leader x=5 --wait");
    shows(&mut person, UP, "run until leader");
    shows(&mut person, UP, "echo two");
    shows(&mut person, UP, "status n1");
    shows(&mut person, DOWN, "echo two");
    assert_eq!(person.gives(""), "two");
}
