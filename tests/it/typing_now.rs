//! What the prompt says about the present cluster while a line is typed: values beside the cursor,
//! and in red what the cluster would refuse; and what an entered line means.

use raftsh::console::Redirect;
use raftsh::prompt::entered;
use raftsh::prompt::hint::hint;

use crate::typing::{coloured, typing_context};

#[test]
fn present_values_are_hinted() {
    let typing_context = typing_context(
        3,
        "run until leader; timeout n1; run until leader == n1; put n1 x=5 --wait; \
         put n1 'a b'=none --wait; set heartbeat 20ms; delay n1 n2 10ms; disk slow n3 7ms; kill n3",
    );
    for (line, shown, certain) in [
        ("put leader x=", "VALUE (now 5) [--wait [DURATION]] [--client NAME]", ""),
        ("put leader \"a b\"=", "VALUE (now none) [--wait [DURATION]] [--client NAME]", ""),
        ("put n1 y=", "VALUE (not set) [--wait [DURATION]] [--client NAME]", ""),
        ("put n1 x=7", " [--wait [DURATION]] [--client NAME]", ""),
        ("put n3 x=", " [--wait [DURATION]] [--client NAME]", ""),
        ("cas n1 x ", "5 NEW [--wait [DURATION]] [--client NAME]", "5"),
        ("cas leader 'a b' ", "\"none\" NEW [--wait [DURATION]] [--client NAME]", "\"none\""),
        ("cas leader y ", "none NEW [--wait [DURATION]] [--client NAME]", "none"),
        ("cas leader x 5 ", "NEW (now 5) [--wait [DURATION]] [--client NAME]", ""),
        ("set heartbeat ", "DURATION (now 20ms, default 50ms) [NODES]", ""),
        ("set latency ", "DURATION[..DURATION] (now 5ms..15ms) [NODES]", ""),
        ("set timers ", "on|off (now on) [NODES]", ""),
        ("set recovery ", "halt|truncate (now halt) [NODES]", ""),
        ("loss ", "PERCENT (now 0%) [A] [B]", ""),
        ("delay n1 n2 ", "DURATION (now 10ms)", ""),
        ("delay n2 n1 ", "DURATION (now 0)", ""),
        ("disk slow n3 ", "DURATION (now 7ms)", ""),
        ("disk slow n1 ", "DURATION (now 500us..2ms)", ""),
        (
            "cluster --set batch=",
            "N (now 64) [N] [--seed S] [--spare N] [--set SETTING=VALUE] [--engine CMD|NODE=…",
            "",
        ),
    ] {
        let found = hint(line, &typing_context, 80).unwrap();
        assert_eq!((found.shown.trim_end(), found.certain.as_str()), (shown, certain), "{line}");
    }
    let since = hint("history --since ", &typing_context, 80).unwrap().shown;
    assert!(since.starts_with("WHEN (now ") && since.contains("ms, event "), "{since}");
}

#[test]
fn what_the_cluster_would_refuse_is_red() {
    let typing_context = typing_context(
        3,
        "run until leader; timeout n1; run until leader == n1; put n1 x=5 --wait; run 100ms; \
         kill n3; hold; put n1 x=6",
    );
    for (line, expected) in [
        ("put n2 x=1", "<put> !n2! x=1"),
        ("put n2 ", "<put> !n2! "),
        ("get n2 x --wait", "<get> !n2! x --wait"),
        ("cas n2 ", "<cas> !n2! "),
        ("put n1 x=1", "<put> n1 x=1"),
        ("put followers x=1", "<put> !followers x=1!"),
        ("!put n2 x=1", "!<put> n2 x=1"),
        ("timeout n1", "<timeout> !n1!"),
        ("goto 99999", "<goto> !99999!"),
        ("goto 10h", "<goto> !10h!"),
        ("goto nowhere", "<goto> !nowhere!"),
        ("goto 5", "<goto> 5"),
        ("goto end", "<goto> end"),
        ("switch b7", "<switch> !b7!"),
        ("switch main", "<switch> main"),
        ("compare main b7", "<compare> main !b7!"),
        ("timeout n2", "<timeout> n2"),
        ("timeout n2,n3 ", "<timeout> n2,!n3! "),
        ("tick n2", "<tick> !n2!"),
        ("pause n3", "<pause> !n3!"),
        ("resume n2", "<resume> n2"),
        ("restart n3", "<restart> n3"),
        ("kill n3", "<kill> n3"),
        ("deliver m9999", "<deliver> !m9999!"),
        ("deliver n2 n1 ", "<deliver> !n2 n1! "),
        ("deliver n1 n2 ", "<deliver> n1 n2 "),
        ("deliver n1 n3 ", "<deliver> n1 !n3! "),
        ("status n9 ", "<status> !n9! "),
        ("diff all n1 ", "<diff> !all! n1 "),
        ("partition n1 | n1,n2 ", "<partition> !n1! | n1,n2 "),
        ("preload n1 1,1 ", "<preload> !n1 1,1! "),
        ("expect n9.term == 1 ", "<expect> !n9!.term == 1 "),
        ("run until n9.role == leader ", "<run> until !n9!.role == leader "),
        ("expect n1.term == 99 ", "<expect> n1.term == 99 "),
        // An earlier command may change it.
        ("run 1s; put n2 x=1", "<run> 1s; <put> n2 x=1"),
        ("kill n1; tick n2", "<kill> n1; <tick> n2"),
        ("kill n1; kill n9", "<kill> n1; <kill> !n9!"),
        ("cluster 9; kill n9", "<cluster> 9; <kill> n9"),
        ("goto 5; tick n2", "<goto> 5; <tick> n2"),
        ("branch x; switch x", "<branch> x; <switch> x"),
        ("status; tick n2", "<status>; <tick> !n2!"),
        ("repeat 2 { tick n2 }", "<repeat> 2 { <tick> !n2! }"),
        ("status | grep 'a; klil", "<status> <|> grep 'a; klil"),
        ("history > a.txt; klil n1", "<history> <>> a.txt; !klil! n1"),
    ] {
        let found = coloured(line, &typing_context);
        assert_eq!(found, expected, "{line}");
    }
    let toned = raftsh::prompt::colour::toned("tick n2", 7, true, &typing_context);
    assert!(toned.0.iter().all(|span| span.tone != raftsh::view::document::Tone::Bad));
}

#[test]
fn an_entered_line_is_what_a_script_would_have() {
    let mut typing_context = typing_context(3, "");
    for (name, commands) in [
        ("st", "st; logs"),
        ("h", "history"),
        ("p", "put leader"),
        ("twice", "p x=1; p x=2"),
        ("xa", "xb; xb"),
        ("xb", "xa; xc"),
        ("piped", "h"),
    ] {
        typing_context.session.aliases.set(name, commands);
    }
    for (typed, line, kept, sent) in [
        ("sta n1", "status n1", "sta n1", ""),
        ("st n1; s", "status; logs n1; step", "status; logs n1; s", ""),
        ("!p x=1 --wait", "!put leader x=1 --wait", "!put leader x=1 --wait", ""),
        (
            "3 twice",
            "repeat 3 { put leader x=1; put leader x=2 }",
            "repeat 3 { put leader x=1; put leader x=2 }",
            "",
        ),
        ("'h'", "'h'", "'h'", ""),
        ("xa", "xa; xc; xa; xc", "xa; xc; xa; xc", ""),
        ("h | grep x", "history", "history | grep x", "history | grep x"),
        (
            "piped n1 >> 'a b'; h",
            "history n1; history",
            "history n1 >> 'a b'; history",
            "history n1 >> a b",
        ),
        (
            "st > a; st | b",
            "status; logs; status; logs",
            "status; logs > a; status; logs | b",
            "status; logs > a, status; logs; status; logs | b",
        ),
        ("5 h > a", "repeat 5 { history > a }", "repeat 5 { history > a }", ""),
        ("partition n1 | n2", "partition n1 | n2", "partition n1 | n2", ""),
    ] {
        let read = entered::read(typed, false, &typing_context).unwrap();
        let to = |to: &Redirect| match to {
            Redirect::File { name, append: false } => format!("> {name}"),
            Redirect::File { name, append: true } => format!(">> {name}"),
            Redirect::Program(line) => format!("| {line}"),
        };
        let found: Vec<String> = read
            .redirects
            .iter()
            .map(|sent| format!("{} {}", &read.line[..sent.end], to(&sent.to)))
            .collect();
        assert_eq!(
            (read.line.as_str(), read.kept.as_str(), found.join(", ").as_str()),
            (line, kept, sent),
            "{typed}"
        );
    }
    let error = |line: &str| entered::read(line, false, &typing_context).unwrap_err();
    assert_eq!(error("s; re n1").at, Some(3..5));
    assert_eq!(error("s; status > a; re n1").at, Some(15..17));
    assert_eq!(error("st > a 'b c'").at, Some(7..12));
    // In an open block there is no redirection.
    assert!(entered::read("st > a", true, &typing_context).unwrap().redirects.is_empty());
}

#[test]
fn an_alias_is_hinted_and_coloured_as_what_it_stands_for() {
    let mut typing_context = typing_context(3, "run until leader; put leader x=5 --wait");
    typing_context.session.aliases.set("st", "st; logs");
    typing_context.session.aliases.set("w", "put leader");
    let shown = |line: &str| hint(line, &typing_context, 80).map(|hint| hint.shown);
    assert_eq!(shown("st").as_deref(), Some(" = st; logs"));
    assert!(shown("st ").unwrap().starts_with("[NODES] [--last N]"));
    assert!(shown("w x=").unwrap().starts_with("VALUE (now 5)"));
    for (line, expected) in [
        ("st", "<st>"),
        ("st n9 ", "<st> !n9! "),
        ("2 w x=1", "2 <w> x=1"),
        ("w x", "<w> x"),
        ("!w x y", "!<w> !x y!"),
    ] {
        assert_eq!(coloured(line, &typing_context), expected, "{line}");
    }
}

/// Aliases that name each other many times end at a bound, not in the machine's memory.
#[test]
fn aliases_do_not_grow_without_end() {
    let mut typing_context = typing_context(3, "");
    for nth in 0..40 {
        let next = format!("a{}", nth + 1);
        typing_context.session.aliases.set(&format!("a{nth}"), &format!("{next}; {next}"));
    }
    let error = entered::read("a0", false, &typing_context).unwrap_err();
    assert!(error.message.contains("the line is longer than 64 KiB"), "{}", error.message);
}
