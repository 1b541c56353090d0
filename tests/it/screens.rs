//! Screens as golden text: the output at several widths, of small and large clusters, in ASCII,
//! and with hostile keys.
//!
//! Each file in `screens/` begins with the size of the cluster and the commands: `.` before a
//! command whose output is ignored, `>` before one whose output is compared. Then follow the
//! screens, each below a line with its width. `BLESS_SCREENS=1` rewrites them; review what
//! changed.

use std::path::{Path, PathBuf};

use raftsh::console::Output;
use raftsh::script::{FailurePolicy, Runner, Script, SourceEnd};
use raftsh::session::{Session, Start};

use crate::call;

/// A file of screens.
struct Screens {
    path: PathBuf,
    /// Everything before the first screen, unchanged.
    head: String,
    nodes: usize,
    /// The commands, and whether their output is compared.
    commands: Vec<(bool, String)>,
    /// The screens by their widths.
    screens: Vec<(usize, String)>,
}

/// The mark before the width of a screen.
const SCREEN: &str = "==== ";

impl Screens {
    fn read(path: PathBuf) -> Screens {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut screens = Screens {
            path,
            head: String::new(),
            nodes: 5,
            commands: Vec::new(),
            screens: Vec::new(),
        };
        for line in text.lines() {
            if let Some(width) = line.strip_prefix(SCREEN) {
                screens.screens.push((width.parse().unwrap(), String::new()));
            } else if let Some((_, screen)) = screens.screens.last_mut() {
                *screen += line;
                *screen += "\n";
            } else {
                screens.head += line;
                screens.head += "\n";
                match line.split_once(' ') {
                    Some(("nodes", count)) => screens.nodes = count.parse().unwrap(),
                    Some((".", command)) => screens.commands.push((false, command.to_owned())),
                    Some((">", command)) => screens.commands.push((true, command.to_owned())),
                    Some(("#", _)) => {}
                    _ => panic!("{}: {line}", screens.path.display()),
                }
            }
        }
        assert!(
            !screens.screens.is_empty() && !screens.commands.is_empty(),
            "{}",
            screens.path.display()
        );
        screens
    }

    /// Draws the screen at a width.
    fn draw(&self, width: usize) -> String {
        let mut session = Session::new(Start { nodes: self.nodes, ..Start::default() });
        let mut out = Output::captured(width);
        let mut seen = String::new();
        for (shown, command) in &self.commands {
            let ending = Runner::new(&mut session, &mut out)
                .run(&mut Script::text(None, command.as_str()), FailurePolicy::Stop);
            let said = out.take();
            assert_eq!(ending, SourceEnd::End, "{}: {command}\n{said}", self.path.display());
            if *shown {
                seen += &said;
            }
        }
        seen
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/screens")
}

fn all() -> Vec<Screens> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 10);
    paths.into_iter().map(Screens::read).collect()
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test may be told to rewrite what it expects")]
fn screens_are_as_they_were() {
    let bless = std::env::var_os("BLESS_SCREENS").is_some();
    let mut changed = String::new();
    for screens in all() {
        let mut text = screens.head.clone();
        for (width, expected) in &screens.screens {
            let drawn = screens.draw(*width);
            text += &format!("{SCREEN}{width}\n{drawn}");
            if drawn != *expected {
                changed += &format!("{} at {width}\n{drawn}\n", screens.path.display());
            }
        }
        if bless {
            std::fs::write(&screens.path, text).unwrap();
        }
    }
    assert!(
        bless || changed.is_empty(),
        "{changed}\nBLESS_SCREENS=1 rewrites them: read what changed"
    );
}

/// Tables and wrapped lines keep within the width. No line ends in spaces or contains control
/// characters.
#[test]
fn screens_fit() {
    for screens in all() {
        for (width, screen) in &screens.screens {
            for line in screen.lines() {
                let columns = unicode_columns(line);
                // Mermaid and the examples of `help` are to be copied, so they are never broken,
                // but not indented either where they do not fit. Output for programs is one
                // line, which may be wider than 100 columns.
                let copied = screens.path.ends_with("mermaid.txt") || line.starts_with("raft> ");
                assert!(
                    columns <= *width || *width >= 100 || copied,
                    "{} at {width}: {line}",
                    screens.path.display()
                );
                assert!(!line.ends_with(' ') && !line.contains(char::is_control), "{line:?}");
            }
        }
    }
}

/// However narrow the screen is, the name of a node is never broken.
#[test]
fn names_stay_whole() {
    // Counts how often each name occurs.
    let names = |screen: &str| {
        let mut found = std::collections::BTreeMap::new();
        for word in screen.split(|c: char| !c.is_ascii_alphanumeric()) {
            if word.strip_prefix('n').is_some_and(|rest| rest.parse::<u8>().is_ok()) {
                *found.entry(word.to_owned()).or_insert(0) += 1;
            }
        }
        found
    };
    let screens = Screens::read(folder().join("logs-mixed.txt"));
    let expected = names(&screens.draw(1000));
    assert!(expected.len() > 50, "{expected:?}");
    for width in (20..=100).step_by(5) {
        let drawn = screens.draw(width);
        assert_eq!(names(&drawn), expected, "at {width}\n{drawn}");
    }
}

fn unicode_columns(line: &str) -> usize {
    tabled::grid::util::string::get_string_width(line)
}

/// With `set ascii on` all output is ASCII.
#[test]
fn ascii_is_ascii() {
    for mut screens in all() {
        screens.commands.insert(0, (false, "set ascii on".to_owned()));
        for (width, _) in &screens.screens {
            let drawn = screens.draw(*width);
            let other = drawn.lines().find(|line| !line.is_ascii());
            assert_eq!(other, None, "{} at {width}", screens.path.display());
            assert!(!drawn.trim().is_empty());
        }
    }
}

fn raftsh(arguments: &[&str]) -> String {
    let (status, said, errors) = call::run(&mut call::raftsh(arguments));
    assert_eq!((status, errors.as_str()), (0, ""), "{arguments:?}");
    said
}

/// Colour adds nothing that the text does not say: without it, the same characters are in the same
/// places.
#[test]
fn colour_changes_no_character() {
    let commands = "run until leader; put leader x=5; run 40ms; kill n1; cut n2 n3; status; logs; kv; ops; links; messages; \
                    history; history --diagram; history --roles; settings; help; help logs; help glossary; set ascii on; \
                    status; logs; history --diagram";
    let plain = raftsh(&["--color", "never", "-c", commands]);
    let coloured = raftsh(&["--color", "always", "-c", commands]);
    assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        stripped += &rest[..at];
        rest = &rest[at + rest[at..].find('m').unwrap() + 1..];
    }
    assert_eq!(stripped + rest, plain);
    // Leaders, failures and successes differ in colour as well as in words.
    for code in ["\u{1b}[32;1mleader", "\u{1b}[31mdown", "\u{1b}[32m ✓"] {
        assert!(coloured.contains(code), "{code:?}");
    }
}

/// However much happened, the length of a diagram is limited, and the diagram says so.
#[test]
fn diagrams_end_somewhere() {
    let said = raftsh(&[
        "-c",
        "cluster 3; run 120s; history --diagram --heartbeats --since 0us; history --diagram",
    ]);
    assert!(said.contains("\nthese are the last 10000 events; "), "no word of the end");
    assert!(said.ends_with("--heartbeats shows them\n"));
    let lanes = raftsh(&["--nodes", "101", "--width", "80", "-c", "run 200ms; history --diagram"]);
    assert!(lanes.contains("\nlanes for 9 of 101 nodes, "), "{lanes}");
    let (status, _, errors) =
        call::run(&mut call::raftsh(&["--nodes", "101", "-c", "history n1..n50 --diagram"]));
    assert!(
        status == 1 && errors.contains("50 lanes do not fit into 100 columns; 14 do"),
        "{errors}"
    );
}

/// A setting of the output is no move: the cluster, its history and the saved session are the same
/// with it.
#[test]
fn ascii_is_no_move() {
    let session = |ascii: &str| {
        raftsh(&[
            "-c",
            &format!("run until leader; set ascii {ascii}; put leader x=5; set ascii off; save -"),
        ])
    };
    let moves = |text: &str| text[text.find("raftsh: 2").unwrap()..].to_owned();
    assert_eq!(moves(&session("on")), moves(&session("off")));
    let json = raftsh(&["--format", "json", "-c", "set ascii on; settings"]);
    assert!(json.contains(r#""key":"ascii","value":"on""#), "{json}");
}
