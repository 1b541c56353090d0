//! The rules of the architecture, checked against the sources.
//!
//! Each rule is a function of a file's name and text that returns its findings. Each has a test
//! that feeds it text that breaks the rule: a check that cannot fail is a defect.

use std::path::Path;

use crate::source::{Finding, code, line_of, places, without_tests};

/// The rooms of `src/` from the bottom up. A file may import its own room and rooms of lower rows.
const ROOMS: &[&[&str]] = &[
    &["quantity", "seq"],
    &["word"],
    &["raft", "kv", "disk"],
    &["sim"],
    &["history"],
    &["check"],
    &["explain"],
    &["view", "language"],
    &["engine"],
    &["console", "parallel"],
    &["session", "export"],
    &["search"],
    &["command"],
    &["script"],
    &["prompt", "suite"],
    &["cli"],
];

/// Rooms whose code must be deterministic: the same result on every run and on every machine.
const SAME_EVERYWHERE: &[&str] = &[
    "quantity", "word", "seq", "raft", "kv", "disk", "sim", "history", "check", "explain", "view",
    "language", "search", "export",
];

/// Names of what would make that code nondeterministic.
const CHANGEABLE: &[&str] = &[
    "HashMap",
    "HashSet",
    "Instant",
    "SystemTime",
    "std::env",
    "std::thread",
    "std::fs",
    "std::net",
    "std::process",
    "thread_rng",
    "StdRng",
    "SmallRng",
    "random_range",
    "RandomState",
    "f32",
    "f64",
];

/// Names that only these files and folders may use.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("tabled", &["view/render.rs", "view/render/"]),
    ("owo_colors", &["view/theme.rs"]),
    ("rustyline", &["prompt/mod.rs", "prompt/assistant.rs", "prompt/keys.rs", "prompt/pause.rs"]),
    ("ctrlc", &["console/interrupt.rs"]),
    ("anstream", &["console/output.rs", "console/output/"]),
    ("terminal_size", &["console/terminal.rs"]),
    ("clap_complete", &["cli/manual.rs"]),
    ("clap_mangen", &["cli/manual.rs"]),
    (
        "clap",
        &[
            "command/",
            "console/json.rs",
            "console/terminal.rs",
            "suite/mod.rs",
            "suite/outcome.rs",
            "cli.rs",
            "cli/",
        ],
    ),
    ("rand", &["sim/rng.rs"]),
    ("similar", &["suite/transcript/difference.rs"]),
    ("walkdir", &["suite/find.rs"]),
    ("serde_json", &["console/json.rs", "sim/engine/wire.rs"]),
    ("rustix", &["engine/process.rs"]),
    ("serde_yaml", &["history/yaml.rs"]),
    // terminal.rs only asks whether the streams are terminals, and how wide; it writes nothing.
    ("stdout", &["console/output/", "console/terminal.rs"]),
    ("stderr", &["console/output/", "console/terminal.rs"]),
    ("stdin", &["script/source.rs", "console/file.rs", "console/terminal.rs", "cli.rs"]),
    // An engine is found as raftsh itself is found; nothing else is taken over.
    ("std::env", &["console/terminal.rs", "engine/process.rs"]),
    (
        "std::fs",
        &[
            "console/file.rs",
            "console/redirect.rs",
            "script/source.rs",
            "prompt/mod.rs",
            "prompt/complete.rs",
            "suite/transcript/record.rs",
        ],
    ),
    (
        "std::process",
        &[
            "console/interrupt.rs",
            "console/program.rs",
            "console/pager.rs",
            "engine/guard.rs",
            "engine/process.rs",
            "cli.rs",
            "main.rs",
        ],
    ),
];

/// Macros that write past `Output`, or that mark unfinished code; and `unsafe`.
const NEVER: &[&str] =
    &["println!", "print!", "eprintln!", "eprint!", "dbg!", "todo!", "unimplemented!", "unsafe"];

/// Calls that panic on something that a user can cause.
const PANICKING: &[&str] = &[".unwrap()", ".expect("];

/// The shortest essay of a `mod.rs`, in lines.
const ESSAY_LINES: usize = 5;

/// Words that name a machine or how the project was built. They are put together here, so that
/// this file itself passes.
const TELLTALE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("sub", "agent"),
    concat!("Cla", "ude"),
    concat!("Anthr", "opic"),
    concat!("G", "PT"),
    concat!("AI-gen", "erated"),
    concat!("L", "LM"),
];

/// The room of a file: the first part of its path below `src/`.
fn room(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn row(room: &str) -> Option<usize> {
    ROOMS.iter().position(|row| row.contains(&room))
}

pub(crate) fn at(text: &str, place: usize, what: impl Into<String>) -> Finding {
    (line_of(text, place), what.into())
}

/// `crate::x` must point to a lower room or its own, and `super::super` must not leave the room.
fn arrows(file: &str, text: &str) -> Vec<Finding> {
    let code = code(text);
    let here = room(file);
    if matches!(here, "lib" | "main") {
        return Vec::new();
    }
    let Some(height) = row(here) else {
        return vec![(1, format!("the room {here} has no place in the picture"))];
    };
    let mut found = Vec::new();
    for place in places(&code, "crate::") {
        for name in first_names(&code[place + "crate::".len()..]) {
            match row(&name) {
                Some(other) if name == here || other < height => {}
                Some(_) => found.push(at(&code, place, format!("{here} must not know {name}"))),
                None => found.push(at(&code, place, format!("crate::{name} is no room"))),
            }
        }
    }
    // How many modules lie above the code of this file, the crate included.
    let modules = file.split('/').count() - usize::from(file.ends_with("/mod.rs"));
    for place in places(&code, "super::") {
        let climbs =
            code[place..].split("super::").skip(1).take_while(|rest| rest.is_empty()).count() + 1;
        let inner = code[..place].matches("mod tests {").count();
        let continued = code[..place].ends_with("super::");
        if !continued && climbs >= modules + inner {
            found.push(at(&code, place, "climbs out of its room; say crate::"));
        }
    }
    found
}

/// The names right after `crate::`: one, or those of a group `{a::…, b}`.
fn first_names(rest: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(word(group[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn same_everywhere(file: &str, text: &str) -> Vec<Finding> {
    if !SAME_EVERYWHERE.contains(&room(file)) {
        return Vec::new();
    }
    named(text, CHANGEABLE, "may differ from run to run")
}

fn named(text: &str, words: &[&str], why: &str) -> Vec<Finding> {
    let code = without_tests(&code(text));
    let all = words
        .iter()
        .flat_map(|word| places(&code, word).into_iter().map(move |place| (word, place)));
    all.map(|(word, place)| at(&code, place, format!("{word}: {why}"))).collect()
}

fn only_in(file: &str, text: &str) -> Vec<Finding> {
    if is_test(file) {
        return Vec::new();
    }
    let allowed = |files: &[&str]| files.iter().any(|&allowed| covers(allowed, file));
    let forbidden = ONLY_IN.iter().filter(|(_, files)| !allowed(files));
    let code = without_tests(&code(text));
    let mut found = Vec::new();
    for (name, files) in forbidden {
        // A field may have the name of a package; only a path or a call uses the package.
        let used = |&place: &usize| {
            let rest = &code[place + name.len()..];
            rest.starts_with("::") || rest.starts_with("()") || name.contains("::")
        };
        let used = places(&code, name).into_iter().filter(used);
        found.extend(
            used.map(|place| at(&code, place, format!("{name} belongs into {}", files.join(", ")))),
        );
    }
    found
}

/// Whether this is a file of unit tests; [`unit_tests_are_no_part_of_the_program`] checks that it
/// is compiled for tests only.
pub(crate) fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs")
}

/// Whether a file is the allowed one, or lies in the allowed folder.
fn covers(allowed: &str, file: &str) -> bool {
    if allowed.ends_with('/') { file.starts_with(allowed) } else { file == allowed }
}

fn never(_file: &str, text: &str) -> Vec<Finding> {
    named(text, NEVER, "has no place here")
}

fn panicking(file: &str, text: &str) -> Vec<Finding> {
    if is_test(file) {
        return Vec::new();
    }
    let code = without_tests(&code(text));
    let all = PANICKING.iter().flat_map(|call| code.match_indices(call));
    all.map(|(place, call)| at(&code, place, format!("{call} may panic"))).collect()
}

fn essays(file: &str, text: &str) -> Vec<Finding> {
    let essay = text
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .filter(|line| line.len() > 4)
        .count();
    if essay == 0 {
        return vec![(1, "opens without a //! line".to_owned())];
    }
    match file.ends_with("/mod.rs") && essay < ESSAY_LINES {
        true => vec![(1, format!("{essay} lines are no essay on what lives here and what holds"))],
        false => Vec::new(),
    }
}

fn telltales(_file: &str, text: &str) -> Vec<Finding> {
    let whole = |place: &usize, word: &str| {
        let letter = |c: char| c.is_alphanumeric();
        !word.chars().all(letter)
            || !text[..*place].chars().next_back().is_some_and(letter)
                && !text[place + word.len()..].chars().next().is_some_and(letter)
    };
    let all = TELLTALE.iter().flat_map(|word| text.match_indices(word));
    let all = all.filter(|(place, word)| whole(place, word));
    all.map(|(place, word)| at(text, place, format!("tells of {word}"))).collect()
}

/// A module called `tests` must be compiled for tests only.
fn unit_tests(_file: &str, text: &str) -> Vec<Finding> {
    let code = without_tests(&code(text));
    places(&code, "mod tests")
        .into_iter()
        .map(|place| at(&code, place, "without #[cfg(test)]"))
        .collect()
}

/// The lints in `Cargo.toml` must make the compiler forbid unsafe code.
fn forbids_unsafe(_file: &str, text: &str) -> Vec<Finding> {
    let lints = text.split("[lints.rust]").nth(1).and_then(|rest| rest.split("\n[").next());
    let forbidden = lints.is_some_and(|lints| {
        lints.lines().any(|line| line.replace(' ', "").starts_with("unsafe_code=\"forbid\""))
    });
    if forbidden { Vec::new() } else { vec![(1, "unsafe code is not forbidden".to_owned())] }
}

/// A rule: returns what is wrong with a file, given its name and text.
pub(crate) type Rule = fn(&str, &str) -> Vec<Finding>;

/// The files below a folder whose names end like this, without what Cargo has built there: their
/// paths below it, and their text.
pub(crate) fn files(folder: &str, ends: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut open = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        let Ok(metadata) = path.metadata() else { continue };
        if metadata.is_dir() {
            let inside = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
            open.extend(inside.filter(|path| !path.ends_with("target")));
        } else if ends.iter().any(|end| path.to_string_lossy().ends_with(end)) {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    files
}

pub(crate) fn hold(rule: Rule, files: &[(String, String)]) {
    assert!(!files.is_empty(), "nothing to look at");
    let mut found = Vec::new();
    for (file, text) in files {
        found.extend(
            rule(file, text).into_iter().map(|(line, what)| format!("{file}:{line}: {what}")),
        );
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Checks that the rule holds for all files below `src/`, and that it finds something in each of
/// these texts.
pub(crate) fn holds(rule: Rule, wrong: &[(&str, &str)]) {
    finds(rule, wrong);
    hold(rule, &files("src", &[".rs"]));
}

/// Checks that the rule finds something in each of these texts.
pub(crate) fn finds(rule: Rule, wrong: &[(&str, &str)]) {
    for (file, text) in wrong {
        assert!(!rule(file, text).is_empty(), "{file} passes with {text}");
    }
}

#[test]
fn imports_point_one_way() {
    holds(
        arrows,
        &[
            ("raft/node.rs", "use crate::kv::Command;"),
            ("raft/node.rs", "use crate::sim::World;"),
            ("kv/store.rs", "fn f() { crate::disk::Disk::new(); }"),
            ("quantity.rs", "use crate::word::Word;"),
            ("sim/world.rs", "use crate::{raft::NodeId, history::{self, Journal}};"),
            ("view/mod.rs", "use\n    crate::console::output::Output;"),
            ("view/tables.rs", "use super::super::console::output;"),
            ("view/mod.rs", "use super::console::output;"),
            ("command/time.rs", "use crate::script::runner::Runner;"),
            ("session/mod.rs", "use crate::command::Command;"),
            ("prompt/mod.rs", "use crate::suite::transcript;"),
            ("suite/transcript/play.rs", "pub use super::super::super::cli;"),
            ("sim/world.rs", "use crate::mystery::X;"),
            ("mystery.rs", ""),
        ],
    );
    for (file, text) in [
        ("sim/world.rs", "use crate::{raft::{Node, NodeId}, kv, word::Word, sim::Action};"),
        ("word.rs", "use crate::quantity::shown;"),
        ("command/time.rs", "use crate::session::Session;"),
        ("suite/transcript/play.rs", "use super::super::outcome::Outcome;"),
        ("raft/node.rs", "// use crate::sim::World;\nconst X: &str = \"crate::cli\";"),
        ("word.rs", "#[cfg(test)]\nmod tests {\n    use super::*;\n}"),
    ] {
        assert_eq!(arrows(file, text), [], "{file}");
    }
}

#[test]
fn worlds_come_out_the_same_everywhere() {
    holds(
        same_everywhere,
        &[
            ("raft/node.rs", "use std::collections::HashMap;"),
            ("sim/world.rs", "let now = std::time::Instant::now();"),
            ("check/x.rs", "fn f() -> f64 { 0.5 }"),
            ("history/journal.rs", "std::env::var(\"HOME\")"),
            ("sim/rng.rs", "rand::thread_rng()"),
        ],
    );
    assert_eq!(same_everywhere("sim/a.rs", "// HashMap\nstruct Instantly;"), []);
}

#[test]
fn packages_and_streams_are_named_in_their_place_only() {
    holds(
        only_in,
        &[
            ("view/status.rs", "use tabled::builder::Builder;"),
            ("view/render.rs", "use owo_colors::Style;"),
            ("script/runner.rs", "use rustyline::Editor;"),
            ("script/runner.rs", "ctrlc::set_handler(|| {})"),
            ("session/mod.rs", "std::io::stdout().flush()"),
            ("cli.rs", "let err = io::stderr();"),
            ("cli.rs", "std::env::args()"),
            ("sim/world.rs", "use clap::Parser;"),
            ("raft/node.rs", "use rand::Rng;"),
            ("history/journal.rs", "std::fs::write(path, text)"),
        ],
    );
    assert_eq!(only_in("cli.rs", "if around.stdout && self.stdin {}"), []);
}

#[test]
fn nothing_is_said_past_the_output_and_nothing_is_left_undone() {
    holds(
        never,
        &[
            ("script/runner.rs", "println!(\"x\");"),
            ("cli.rs", "eprintln!()"),
            ("raft/node.rs", "fn f() { todo!() }"),
            ("raft/node.rs", "unimplemented!(\"later\")"),
            ("sim/world.rs", "dbg!(x);"),
            ("sim/world.rs", "unsafe { f() }"),
        ],
    );
}

#[test]
fn nothing_is_unwrapped() {
    holds(
        panicking,
        &[("raft/node.rs", "x.unwrap();"), ("cli.rs", "x\n    .expect(\"a leader\");")],
    );
    assert_eq!(
        panicking("a.rs", "x.unwrap_or(5);\n#[cfg(test)]\nmod tests { fn f() { x.unwrap(); } }"),
        []
    );
}

#[test]
fn unit_tests_are_no_part_of_the_program() {
    holds(unit_tests, &[("a.rs", "mod tests;"), ("a.rs", "pub mod tests {}")]);
}

#[test]
fn every_file_says_what_it_is_for() {
    holds(essays, &[("view/mod.rs", "//! Pictures.\npub mod a;"), ("view/a.rs", "pub fn f() {}")]);
    hold(essays, &files("tests", &[".rs"]));
}

#[test]
fn nothing_tells_of_the_workshop() {
    finds(telltales, &[("a.rs", concat!("/ho", "me/me")), ("a.md", concat!("by Cla", "ude."))]);
    assert_eq!(telltales("a.rs", "HeLLMet"), []);
    let told =
        ["src", "tests", "scripts", "docs", "tutorials", "benches", "README.md", "Cargo.toml"];
    for part in told {
        let files = files(part, &[".rs", ".md", ".toml", ".raft", ".yaml", ".yml", ".txt"]);
        assert!(part != "src" || !files.is_empty());
        if !files.is_empty() {
            hold(telltales, &files);
        }
    }
}

#[test]
fn unsafe_code_is_forbidden() {
    let wrong = "[lints.rust]\nunsafe_code = \"warn\"\n[lints.clippy]\nunsafe_code = \"forbid\"";
    finds(forbids_unsafe, &[("Cargo.toml", wrong), ("Cargo.toml", "")]);
    hold(forbids_unsafe, &files("Cargo.toml", &[""]));
}
