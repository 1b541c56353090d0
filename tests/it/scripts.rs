//! What people read first must be true: the scripts, the README, the examples in the help.

use std::path::{Path, PathBuf};
use std::process::Command;

use raftsh::command::Grammar;
use raftsh::language::statement::{Builder, Node};
use raftsh::language::{SourcePlace, Statement};
use raftsh::script::syntax::PROMPT_WORDS;

use crate::call::{self, run};
use crate::surroundings::directory;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// Every file below a folder whose name ends like this, as a path from that folder, in order.
fn below(folder: &str, end: &str) -> Vec<PathBuf> {
    let (mut open, mut found) = (vec![PathBuf::new()], Vec::new());
    while let Some(place) = open.pop() {
        for entry in std::fs::read_dir(root().join(folder).join(&place)).unwrap() {
            let entry = entry.unwrap();
            let path = place.join(entry.file_name());
            if entry.path().is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// All scripts, as paths from the root; the tour, which ends with `quit`, is the last.
fn scripts() -> Vec<PathBuf> {
    let mut scripts: Vec<PathBuf> =
        below("scripts", ".raft").into_iter().map(|path| Path::new("scripts").join(path)).collect();
    // What engines need may be missing: `engines` runs these.
    scripts.retain(|path| !path.starts_with("scripts/engines"));
    scripts.sort_by_key(|path| path.ends_with("tour.raft"));
    assert!(scripts.len() >= 60, "{scripts:?}");
    scripts
}

fn raftsh() -> Command {
    let mut command = call::raftsh(&[]);
    command.current_dir(root());
    command
}

/// The statements of a script or a line, those inside blocks included.
fn statements(text: &str) -> Vec<Statement> {
    fn flatten(nodes: Vec<Node>, all: &mut Vec<Statement>) {
        for node in nodes {
            match node {
                Node::Command(statement) => all.push(statement),
                Node::Repeat { head, body, .. } => {
                    all.push(head);
                    flatten(body, all);
                }
            }
        }
    }
    let (mut builder, place) = (Builder::default(), SourcePlace { source: None, line: 1 });
    let mut all = Vec::new();
    for line in text.lines() {
        let nodes = builder.feed(&place, line).unwrap_or_else(|why| panic!("{line}: {why:?}"));
        flatten(nodes, &mut all);
    }
    all
}

#[test]
fn every_script_succeeds_and_says_the_same_each_time_and_from_a_pipe() {
    for script in scripts() {
        let file = run(raftsh().arg("run").arg(&script));
        assert_eq!((file.0, file.2.as_str()), (0, ""), "{}", script.display());
        assert!(!file.1.is_empty());
        assert_eq!(run(raftsh().arg("run").arg(&script)), file, "{} again", script.display());
        let stdin = std::fs::File::open(root().join(&script)).unwrap();
        // A piped script looks for the files that it sources in the working directory.
        let piped = run(raftsh().current_dir(root().join(script.parent().unwrap())).stdin(stdin));
        assert_eq!(piped, file, "{} from a pipe", script.display());
    }
    let together = run(raftsh().arg("run").args(scripts()));
    assert_eq!(together.0, 0, "{}", together.2);
    assert_eq!(
        run(raftsh().arg("check-syntax").args(scripts())),
        (0, String::new(), String::new())
    );
}

#[test]
fn every_command_is_part_of_the_tour() {
    let tour = statements(&read("scripts/tour.raft"));
    // A script that stands alone has no saved session that it could load, and no prompt.
    let left_out = |name: &String| name == "load" || PROMPT_WORDS.contains(&name.as_str());
    for name in Grammar::default().names().into_iter().filter(|name| !left_out(name)) {
        assert!(tour.iter().any(|statement| statement.word() == name), "{name} is missing");
    }
    assert_eq!(tour.last().unwrap().word(), "quit");
}

#[test]
fn every_example_in_the_help_is_a_command() {
    let grammar = Grammar::default();
    for name in grammar.names() {
        let definition = grammar.definition(&name).unwrap();
        let examples = definition.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(!examples.is_empty(), "{name} has no example");
        for example in examples.lines() {
            let read = statements(example);
            assert!(read.iter().any(|statement| statement.word() == name), "{example}");
            for statement in &read {
                assert!(
                    grammar.read(statement).is_ok(),
                    "{example}: {:?}",
                    grammar.read(statement).err()
                );
            }
        }
    }
}

/// The commands that the examples of a command need before them: mostly, n1 leads and every node
/// holds an entry.
fn before(example: &str) -> &'static str {
    const FRESH: &str = "cluster 5";
    const USUAL: &str = "cluster 5; timeout n1; run until leader == n1; put n1 x=5 --wait; run until all.commit == 1";
    // In flight are the messages m12 and m14, a vote of n2, and two AppendEntries from n1 to n3.
    const BY_HAND: &str = "cluster 5; set timers off; hold; timeout n1; settle; deliver n1 all --all; settle; \
                           deliver n3 n1; deliver n4 n1; put n1 x=5; settle n1";
    match example.split(' ').next().unwrap_or_default() {
        "preload" | "timeout" | "flaw" => FRESH,
        "deliver" | "drop" | "dup" => BY_HAND,
        "restart" => "kill n2",
        "load" => "save bug.yaml",
        "run" => "run until leader; put leader a=1; put leader b=2; put leader c=3",
        "expect" if example.contains("not ") => "kill n2",
        _ => USUAL,
    }
}

#[test]
fn every_example_in_the_help_does_what_it_should() {
    let mut text = String::new();
    let grammar = Grammar::default();
    let in_scripts = |name: &String| !PROMPT_WORDS.contains(&name.as_str());
    for name in grammar.names().into_iter().filter(in_scripts) {
        let examples = grammar.definition(&name).unwrap().get_after_help().unwrap().to_string();
        for example in examples.lines() {
            let before = before(example);
            // `...` matches neither an error nor a violation.
            let shown = match example.contains("expect violated") {
                true => "...\nVIOLATED [..]\n...",
                false => "...",
            };
            text.push_str(&format!(
                "```raftsh reset\nraft> {before}\n...\nraft> {example}\n{shown}\n```\n"
            ));
        }
    }
    let election = read("scripts/election.raft");
    let files = [("help.md", text.as_bytes()), ("scripts/election.raft", election.as_bytes())];
    let folder = directory("help", &files);
    let (status, said, _) = run(raftsh().args(["test", "help.md"]).current_dir(&folder));
    assert_eq!(status, 0, "{said}");
}

/// A mutated copy of a script: one expectation says the opposite of what holds.
fn mutated(folder: &Path, script: &str, from: &str, to: &str) -> PathBuf {
    let text = read(script);
    assert_eq!(text.matches(from).count(), 1, "{script}: {from}");
    let name = format!("{:?}.raft", from).replace(|c: char| !c.is_alphanumeric() && c != '.', "_");
    let file = folder.join(name);
    std::fs::write(&file, text.replace(from, to)).unwrap();
    file
}

#[test]
fn a_script_whose_expectation_is_wrong_ends_with_3() {
    let folder = directory("teeth", &[]);
    for (script, from, to) in [
        ("election", "n1.vote == n1 and n2..n5.term == 0", "n1.vote == n2 and n2..n5.term == 0"),
        (
            "election",
            "expect leader == n1 and all.term == 1",
            "expect leader == n1 and all.term == 2",
        ),
        ("election", "n1.role == leader and n1.term == 1", "n1.role == follower and n1.term == 1"),
        ("election", "!run until leader within 4s", "run until leader within 4s"),
        ("election", "expect n5.log == []", "expect n5.log == [1]"),
        ("replication", "expect n2..n5.commit == 0", "expect n2..n5.commit == 1"),
        ("replication", "!put n2 x=2", "!put leader x=2"),
        ("replication", "and not committed lost=1", "and committed lost=1"),
        (
            "replication",
            "live.last == 6 and live.commit == 5",
            "live.last == 6 and live.commit == 6",
        ),
        ("partition", "not committed x=minority and op4", "committed x=minority and op4"),
        (
            "partition",
            "expect op2 == unknown and op4 == unknown",
            "expect op2 == ok and op4 == unknown",
        ),
        (
            "crash-recovery",
            "expect down.last == 3 and op == unknown",
            "expect down.last == 4 and op == ok",
        ),
        (
            "crash-recovery",
            "followers.commit == 0 and followers.applied",
            "followers.commit == 3 and all.applied",
        ),
        (
            "crash-recovery",
            "!run until op != pending within 5s",
            "run until op != pending within 5s",
        ),
        ("disk-corruption", "n5.state == halted and n1..n4.state == up", "all.state == up"),
        ("disk-corruption", "expect op == ok and not committed x=2", "expect committed x=2"),
        ("tour", "committed x=kept and not committed x=lost", "committed x=lost"),
    ] {
        let file = mutated(&folder, &format!("scripts/{script}.raft"), from, to);
        let line = read(&file).lines().position(|line| line.contains(to)).unwrap() + 1;
        let (status, _, said) = run(raftsh().args(["--width", "1000", "run"]).arg(&file));
        assert_eq!(status, 3, "{script}: {to}: {said}");
        assert!(said.starts_with(&format!("{}:{line}:", file.display())), "{script}: {to}: {said}");
    }
}

/// What a script claims must hold with other seeds too, not by chance.
#[test]
fn scripts_hold_with_other_seeds() {
    for seed in 2..=7 {
        let arguments = ["test", "--filter", ".raft", "--seed", &seed.to_string(), "scripts"];
        let (status, said, errors) = run(raftsh().args(arguments));
        assert_eq!((status, errors.as_str()), (0, ""), "seed {seed}: {said}");
    }
}

#[test]
fn scripts_tutorials_and_the_readme_pass_as_tests() {
    let (status, said, errors) = run(raftsh().args(["test", "README.md", "scripts"]));
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    let passed = scripts().len() + below("scripts/tutorials", ".md").len() + 1;
    assert!(said.ends_with(&format!("\n{passed} passed\n")), "{passed}: {said}");
    for line in ["ok      README.md (", "ok      scripts/tutorials/1-first-steps.md ("] {
        let rest = said.split_once(line).unwrap_or_else(|| panic!("{line} is missing: {said}")).1;
        let commands: usize = rest.split(' ').next().unwrap().parse().unwrap();
        assert!(commands >= 8, "{line}{commands}");
    }
}

#[test]
fn the_index_of_scripts_is_complete() {
    let index = read("scripts/README.md");
    let rows: Vec<&str> =
        index.lines().filter_map(|row| row.strip_prefix("| [")?.split("](").next()).collect();
    let mut files: Vec<PathBuf> = [below("scripts", ".raft"), below("scripts", ".md")].concat();
    files.retain(|file| file != Path::new("README.md") && !file.starts_with("engines"));
    let row = |file: &PathBuf| {
        let text = read(Path::new("scripts").join(file));
        let about = text.lines().next().unwrap_or_default().trim_start_matches(['#', ' ']);
        let name = file.to_string_lossy();
        format!("| [{name}]({name}) | § | {about} |")
    };
    let count = |file: &PathBuf| rows.iter().filter(|row| file == Path::new(row)).count();
    let missing: Vec<String> = files.iter().filter(|file| count(file) != 1).map(row).collect();
    let missing = missing.join("\n");
    let demand = "scripts/README.md needs one row for each of these, in the table where it belongs";
    assert!(missing.is_empty(), "{demand}:\n{missing}\n");
    for row in rows {
        assert!(
            files.iter().any(|file| file == Path::new(row)),
            "scripts/README.md names {row}, which is not there"
        );
        assert!(
            index.contains(&format!("| [{row}]({row}) | ")),
            "the link of {row} leads elsewhere"
        );
    }
    assert!(read("README.md").contains("(scripts/README.md)"), "the README leads there");
}

#[test]
fn every_exercise_has_a_solution() {
    let tutorials: Vec<PathBuf> = below("scripts/tutorials", ".md")
        .into_iter()
        .filter(|path| path.components().count() == 1)
        .collect();
    assert!(tutorials.len() >= 7, "{tutorials:?}");
    for tutorial in tutorials {
        let name = tutorial.with_extension("raft").to_string_lossy().into_owned();
        let text = read(Path::new("scripts/tutorials").join(&tutorial));
        assert!(text.contains(&format!("(solutions/{name})")), "{name} is not linked");
        let solution = read(format!("scripts/tutorials/solutions/{name}"));
        let exercises = text.split_once("## Exercises").unwrap().1;
        let conditions: Vec<&str> = exercises
            .lines()
            .filter_map(|line| line.strip_prefix("raft> "))
            .filter(|command| command.trim_start_matches('!').starts_with("expect "))
            .collect();
        assert!(conditions.len() >= 2, "{name}: {conditions:?}");
        for condition in conditions {
            assert!(solution.lines().any(|line| line == condition), "{name} has no {condition}");
        }
    }
}

#[test]
fn the_readme_names_what_there_is() {
    let readme = read("README.md");
    for command in
        ["cargo run --release -- run scripts/tour.raft", "cargo run --release", "cargo test"]
    {
        assert!(readme.lines().any(|line| line == command), "{command}");
    }
    assert!(
        read(".ci/run").contains("README.md"),
        ".ci/run takes the test command from the README"
    );
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let entry = entry.unwrap();
        let mut name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            name.push('/');
        }
        assert!(name == "lib.rs" || readme.contains(&format!("`{name}`")), "src/{name} is missing");
    }
    // The CI job fits on a screen, and tutorial 9 shows the same one.
    let job = |text: &str| {
        text.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
    };
    assert!(job(&readme).lines().count() <= 13, "{}", job(&readme));
    assert!(job(&readme).contains("raftsh test --junit raft.xml scripts docs\n"));
    assert_eq!(job(&readme), job(&read("scripts/tutorials/9-raftsh-in-ci.md")));
    // Each row of the table of commands is a command.
    let rows = readme.lines().skip_while(|line| *line != "| command | does |").skip(2);
    let commands: Vec<&str> =
        rows.map_while(|row| row.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(commands.len(), 12);
    for command in commands {
        for statement in statements(&command.replace("\\|", "|")) {
            assert!(Grammar::default().read(&statement).is_ok(), "{command}");
        }
    }
}
