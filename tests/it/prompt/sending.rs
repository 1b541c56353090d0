//! Output that goes to files and programs, aliases, and settings of the output.

use super::*;

#[test]
fn output_goes_to_files_and_programs() {
    let mut person = Desk { no_color: false, ..Desk::new("sending") }.sits_down();
    person.gives("run until leader; put leader x=5 --wait");
    assert_eq!(person.gives("status > a.txt; echo next"), "next");
    let read = |person: &Person| std::fs::read_to_string(person.home.join("a.txt")).unwrap();
    let first = read(&person);
    // Without colour, and laid out for no terminal.
    assert!(first.starts_with("t=") && first.contains("│ leader") && !first.contains('\x1b'));
    person.gives("sta >> 'a.txt' # again");
    assert_eq!(read(&person), format!("{first}{first}"));
    assert_eq!(person.gives("history | grep -c 'became leader'"), "1");
    // The program's line is the shell's: its quotes, its pipes, and a `;` in quotes.
    assert_eq!(
        person.gives(r#"settings | grep "^heart\|^;" | cut -c1-9; echo on"#),
        "heartbeat\non"
    );
    // A program that ends early, or that Ctrl-C ends, leaves the session alone.
    assert_eq!(person.gives("history | head -1").lines().count(), 1);
    person.types("history | sleep 100");
    person.presses("\r");
    person.reads("sleep 100");
    person.ponders();
    person.drops();
    person.asks("status n1", &["5 of 5 up"]);
    person.gives("links --format json | grep -o '\"command\":\"links --format json\"' > b.txt");
    let object = std::fs::read_to_string(person.home.join("b.txt")).unwrap();
    assert_eq!(object, "\"command\":\"links --format json\"\n");
    // What takes conditions, and what changes the cluster, sends nothing anywhere.
    assert_eq!(person.gives("expect leader.term > 0"), "");
    person.asks("partition n1 | n2", &["links changed"]);
    person.asks("kill n1 > c.txt", &["unexpected '>'"]);
    assert!(!person.home.join("c.txt").exists());
    person.asks("repeat 2 { status > c.txt }", &["at the prompt only, and not in a block"]);
}

#[test]
fn what_cannot_be_sent_is_an_error() {
    let mut person = sits_down("unsent");
    for (line, error, caret) in [
        ("status > /no/a.txt; echo no", "cannot write '/no/a.txt': no such file", 9),
        ("status | nosuch-program", "cannot run 'nosuch-program': there is no such program", 9),
        ("status >", "`>` needs a file after it", 7),
        ("status |", "`|` needs a program after it", 7),
        ("status > a b", "the output goes to one file", 11),
        ("status >a", "a blank is missing after `>`", 7),
        ("status |wc", "a blank is missing after `|`", 7),
        ("status > .", "cannot write '.': is a directory", 9),
    ] {
        let answer = person.asks(line, &["error: ", error]);
        let below = answer.lines().find(|line| line.trim_start().starts_with('^')).unwrap();
        assert_eq!(below.find('^'), Some(caret), "{answer}");
        assert!(answer.contains(line) && !answer.lines().any(|line| line == "no"), "{answer}");
    }
    // A command that cannot be read touches no file. One that fails says so on the screen.
    person.asks("status --nodes > a.txt", &["status has no option '--nodes'"]);
    assert!(!person.home.join("a.txt").exists());
    person.asks("status n9 > a.txt; echo no", &["unknown node 'n9'"]);
    assert_eq!(std::fs::read_to_string(person.home.join("a.txt")).unwrap(), "");
    person.presses("source a.txt > b\r");
    person.reads("`source` takes one file");
}

#[test]
fn files_are_completed_and_hinted() {
    let mut person = sits_down("sent-typing");
    std::fs::write(person.home.join("my-file.txt"), "").unwrap();
    person.types("status > ");
    assert!(person.line().ends_with("status >   (FILE)"), "{}", person.line());
    person.presses("my\t");
    person.waits_until("the file", |person| person.line().contains("status > my-file.txt "));
    person.drops();
    person.types("status | ");
    assert!(person.line().ends_with("status |   (PROGRAM)"), "{}", person.line());
}

#[test]
fn aliases_stand_for_commands() {
    let desk = Desk::new("alias");
    let mut person = desk.sits_down();
    person.asks("alias", &["no aliases"]);
    person.asks("alias st = 'st; logs'; alias s3=step; alias p = put leader", &["st = 'st; logs'"]);
    person.asks("st n1", &["5 of 5 up", "n5", "index"]);
    person.asks("3 s3", &["election timer", "candidate"]);
    person.gives("run until leader");
    person.asks("p x=1 --wait", &["op1: ok"]);
    person.asks("!p y", &["'y' is not KEY=VALUE"]);
    // The commands are what is kept, and what errors show.
    person.asks("save -", &["put leader x=1 --wait", "- step\n- step\n- step\n"]);
    person.asks("alias h = history", &["h = 'history'"]);
    person.asks("h | head -1", &["#1"]);
    person.asks("alias", &["h = 'history'", "p = 'put leader'", "s3 = 'step'"]);
    person.asks("help p", &["p = 'put leader'", "unalias p"]);
    person.asks("help", &["Aliases"]);
    person.clears();
    person.presses("unalias s\t");
    person.waits_until("both", |person| person.text().contains("s3  step"));
    person.drops();
    // Names of commands are refused, short forms are not; nothing runs without end.
    person.asks("alias kill = step", &["'kill' is a command"]);
    person.gives("alias xa = 'xb'; alias xb = 'xa; xa'");
    person.asks("xa", &["unknown command 'xa'"]);
    person.asks("alias e = 'history | grep x'", &["an alias cannot contain `|`"]);
    person.asks("alias e = 'repeat 2 {'", &["cannot open a block"]);
    person.asks("alias e = 'step # one'", &["cannot contain a comment"]);
    person.asks("alias 3e = step", &["begins with a letter"]);
    person.asks("unalias st s3 nosuch", &["there is no alias 'nosuch'"]);
    person.asks("unalias st; st n1", &["st is no alias any more", "5 of 5 up"]);
    person.presses(CTRL_D);
    person.sees_it_end(0);
    let kept = std::fs::read_to_string(desk.home.join(".local/state/raftsh/history")).unwrap();
    assert!(kept.contains("\nstatus; logs n1\n") && !kept.contains("\nst n1"), "{kept}");
    // An alias is of one session, and survives a new cluster in it.
    let mut person = desk.sits_down();
    person.asks("alias", &["no aliases"]);
    person.gives("alias w = 'run until leader'; cluster 3");
    person.asks("w", &["became leader", "3 of 3 up"]);
}

#[test]
fn only_the_prompt_and_its_script_define_aliases() {
    let desk = Desk::new("alias-init");
    let folder = desk.home.join(".config/raftsh");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("init.raft"), "alias up = 'run until leader'\n").unwrap();
    std::fs::write(desk.home.join("other.raft"), "alias up = 'step'\n").unwrap();
    let mut person = desk.sits_down();
    person.asks("up", &["became leader"]);
    person.asks("source other.raft", &["other.raft:1:1: error: `alias` works at the prompt only"]);
    for arguments in [["run", "other.raft"], ["check-syntax", "other.raft"], ["-c", "alias"]] {
        let (status, _, errors) = call::run(call::raftsh(&arguments).current_dir(&desk.home));
        assert_eq!(status, 2);
        assert!(errors.contains("`alias` works at the prompt only"), "{errors}");
    }
}

#[test]
fn a_recording_has_commands_only() {
    let mut desk = Desk::new("record-alias");
    desk.arguments = ["record", "told.md"].map(String::from).to_vec();
    let mut person = desk.sits_down();
    person.gives("alias st = 'st n1; links'");
    person.gives("st");
    person.gives("status n2 > a.txt");
    person.presses("quit\r");
    person.sees_it_end(0);
    let told = std::fs::read_to_string(desk.home.join("told.md")).unwrap();
    let commands: Vec<&str> = told.lines().filter(|line| line.starts_with("raft> ")).collect();
    assert_eq!(commands, ["raft> status n1; links", "raft> status n2"], "{told}");
    let tested = call::run(call::raftsh(&["test", "told.md"]).current_dir(&desk.home));
    assert_eq!(tested.0, 0, "{told}\n{}", tested.1);
}

#[test]
fn the_format_is_a_setting() {
    let mut person = sits_down("format");
    person.asks("set format json", &[r#""key":"format","value":"json","changed":true"#]);
    person.asks("links", &[r#""command":"links","ok":true"#]);
    person.asks("klil", &[r#""ok":false"#]);
    person.asks("cluster 3; links --format table", &["from \\ to"]);
    person.asks("save -", &[r#""command":"save -""#]);
    person.asks("set format table; links", &["format: table", "from \\ to"]);
    person.asks("set format xml", &["'xml' is not one of table, json"]);
    let (status, said, _) = call::run(&mut call::raftsh(&["-c", "set format json; status n1"]));
    assert!(status == 0 && said.lines().all(|line| line.starts_with('{')), "{said}");
}
