//! Output that is captured and copied; errors as the user sees them; how terminal and environment
//! decide on colour, width and files.

use std::path::PathBuf;

use raftsh::console::Output;
use raftsh::console::diagnostic::{render, render_bare};
use raftsh::console::terminal::{ColourChoice, Variables, colour, history_file, init_file, width};
use raftsh::language::statement::Builder;
use raftsh::language::{Error, Failure, SourcePlace};
use raftsh::view;
use raftsh::view::document::{Document, Text, Tone};

/// The most bytes of standard error that are kept apart.
const COMPLAINTS: usize = 64 * 1024;

#[test]
fn captured_output_has_no_colour() {
    let mut out = Output::captured(80);
    out.write("\u{1b}[31mred\u{1b}[0m\n");
    out.remark(&Document::from("a remark"));
    out.quiet = true;
    out.remark(&Document::from("unsaid"));
    out.error(&Document::from("an error"));
    assert_eq!(out.take(), "red\na remark\nan error\n");
    assert_eq!(out.take(), "");
    assert!(!out.closed());
}

#[test]
fn captured_output_is_bounded() {
    let mut out = Output::captured_up_to(8, 80);
    out.write("1234567\n");
    assert!(!out.closed());
    out.write("\n");
    assert!(out.closed() && out.check_stop().is_err());
    assert_eq!(out.take(), "1234567\n");
}

#[test]
fn complaints_are_kept_alone() {
    let mut out = Output::discarding(80);
    out.write("said\n");
    out.error(&Document::from("an error"));
    for _ in 0..9 {
        out.write_error(&"x".repeat(COMPLAINTS / 4));
    }
    assert!(!out.closed());
    let kept = out.take_errors();
    assert_eq!(out.take(), "");
    assert!(kept.starts_with("an error\nx") && kept.len() <= COMPLAINTS);
}

#[test]
fn a_copy_holds_what_commands_say() {
    let mut out = Output::captured(80);
    out.remark(&Document::from("greeting"));
    out.set_copied();
    out.hints = true;
    out.write_past_copy("raft> ");
    out.remark(&Text::new().toned(Tone::Bad, "a remark").into());
    out.hint("try that");
    out.error(&Document::from("an error"));
    assert_eq!(out.take_copy(), "a remark\nan error\n");
    assert_eq!(out.take_copy(), "");
    assert_eq!(out.take(), "greeting\nraft> a remark\nan error\n");
    // A hint follows all else that a command says.
    out.show_hints();
    assert_eq!((out.take().as_str(), out.take_copy().as_str()), ("try that\n", ""));
}

fn plain(document: &Document) -> String {
    anstream::adapter::strip_str(&view::render::text(document, 100)).to_string()
}

fn shown(line: &str, error: Error) -> String {
    let place = SourcePlace { source: Some("a.raft".into()), line: 7 };
    let nodes = Builder::default().feed(&place, line).unwrap();
    plain(&render(&error, nodes[0].statement()))
}

#[test]
fn the_caret_stands_below_what_is_meant() {
    let error = || Error::failed("no");
    for (line, error, column, caret) in [
        ("  kill n2 # x", error(), 3, "  ^~~~~~~"),
        ("kill n1,n9 n9", error().word("n9"), 12, "           ^~"),
        ("kill n1,n9", error().word("n9"), 9, "        ^~"),
        ("kill n9", error().word("absent"), 1, "^~~~~~~"),
        ("\tkill n9", error().word("n9"), 7, "      ^~"),
        ("echo 日本 n9", error().word("n9"), 9, "          ^~"),
        ("echo 日本 n9", error().word("日本"), 6, "     ^~~~"),
        ("!kill n2", error(), 2, " ^~~~~~~"),
        ("kill n2", error().at(7..7), 8, "       ^"),
        ("kill n2", error().at(99..200), 8, "       ^"),
        ("kill é", error().at(6..9), 6, "     ^"),
    ] {
        let text = shown(line, error);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], format!("a.raft:7:{column}: error: no"), "{line}");
        assert_eq!(lines[2], caret, "{line}");
    }
}

#[test]
fn help_and_the_prompt() {
    let place = SourcePlace { source: None, line: 1 };
    let failure =
        Failure::in_line(Error::usage("bad").at(0..1).help("do this").help("or that"), place, "x");
    assert_eq!(
        plain(&render(&failure.error, &failure.statement)),
        "error: bad\nx\n^\nhelp: do this\nhelp: or that\n"
    );
    assert_eq!(plain(&render_bare(&Error::usage("bad"))), "error: bad\n");
}

#[test]
fn long_and_hostile_lines_are_tamed() {
    let place = || SourcePlace { source: None, line: 1 };
    let text = format!("{}\u{1b}[2J\0{}", "a".repeat(500), "b".repeat(60_000));
    let failure = Failure::in_line(Error::usage("m".repeat(9000)).at(500..501), place(), text);
    let text = plain(&render(&failure.error, &failure.statement));
    let at = text.find('…').unwrap();
    let (message, rest) = text.split_at(text[at + 3..].find('…').unwrap() + at + 3);
    assert!(message.chars().count() < 460, "{message}");
    let lines: Vec<&str> = std::iter::once("").chain(rest.lines()).collect();
    assert!(lines[1].starts_with(&format!("…{}\\x1b[2J\\x00bbb", "a".repeat(30))), "{}", lines[1]);
    assert!(lines[1].ends_with("b…") && lines[1].chars().count() < 100);
    assert_eq!(lines[2], format!("{}^~~~", " ".repeat(31)));
}

fn text(value: Option<&str>) -> Option<String> {
    value.map(String::from)
}

#[test]
fn colour_precedence() {
    use ColourChoice::{Always, Auto, Never};
    // choice, terminal, NO_COLOR, CLICOLOR_FORCE, TERM, colour
    for (choice, terminal, no_color, force, term, expected) in [
        (Auto, true, None, None, Some("xterm"), true),
        (Auto, true, None, None, None, true),
        (Auto, false, None, None, Some("xterm"), false),
        (Auto, true, None, None, Some("dumb"), false),
        (Auto, true, Some("1"), None, Some("xterm"), false),
        (Auto, true, Some(""), None, Some("xterm"), true),
        (Auto, false, None, Some("1"), Some("xterm"), true),
        (Auto, false, None, Some("1"), Some("dumb"), true),
        (Auto, false, None, Some("0"), Some("xterm"), false),
        (Auto, false, None, Some(""), Some("xterm"), false),
        (Auto, true, None, Some("0"), Some("xterm"), true),
        (Auto, true, Some("1"), Some("1"), Some("xterm"), false),
        (Always, false, Some("1"), None, Some("dumb"), true),
        (Never, true, None, Some("1"), Some("xterm"), false),
    ] {
        let variables = Variables {
            no_color: text(no_color),
            clicolor_force: text(force),
            term: text(term),
            ..Variables::default()
        };
        assert_eq!(
            colour(choice, terminal, &variables),
            expected,
            "{choice:?} terminal={terminal} {variables:?}"
        );
    }
}

#[test]
fn widths() {
    for (asked, terminal, expected) in [
        (None, None, 100),
        (None, Some(80), 80),
        (None, Some(0), 100),
        (None, Some(3), 20),
        (None, Some(5000), 1000),
        (Some(60), Some(80), 60),
        (Some(60), None, 60),
    ] {
        assert_eq!(width(asked, terminal), expected, "{asked:?} {terminal:?}");
    }
}

#[test]
fn files_of_raftsh() {
    // RAFTSH_HISTORY; XDG_STATE_HOME and XDG_CONFIG_HOME; HOME; the expected history and init file
    for (history, named, home, expected) in [
        (None, None, Some("/h"), ["/h/.local/state/raftsh/history", "/h/.config/raftsh/init.raft"]),
        (None, Some("/s"), Some("/h"), ["/s/raftsh/history", "/s/raftsh/init.raft"]),
        (None, Some("/s"), None, ["/s/raftsh/history", "/s/raftsh/init.raft"]),
        (
            None,
            Some("rel"),
            Some("/h"),
            ["/h/.local/state/raftsh/history", "/h/.config/raftsh/init.raft"],
        ),
        (Some("/x/y"), Some("/s"), Some("/h"), ["/x/y", "/s/raftsh/init.raft"]),
        (Some("/dev/null"), Some("/s"), Some("/h"), ["", "/s/raftsh/init.raft"]),
        (None, None, None, ["", ""]),
    ] {
        let (history, home) = (text(history), text(home));
        let (state_home, config_home) = (text(named), text(named));
        let variables =
            Variables { history, state_home, config_home, home, ..Variables::default() };
        let found = [history_file(&variables), init_file(&variables)];
        assert_eq!(found.map(Option::unwrap_or_default), expected.map(PathBuf::from));
    }
}
