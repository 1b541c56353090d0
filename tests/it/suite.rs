//! `raftsh test`: tutorials and scripts as tests, the reports on them, and blessing.

mod found;
mod junit;

use std::{fs, path::Path};

use crate::call::{raftsh, run};
use crate::surroundings::directory;

const GOOD: &str = "# One\n\n```raftsh\nraft> echo a\na\nraft> !kill n9\n...\nraft> repeat 2 {\n....> echo b\n....> }\nb\nb\n```\n";
const WRONG: &str = "text\n```raftsh\nraft> echo a\nb\nraft> echo c\nc\n```\n";

/// Runs `raftsh test` in a directory.
fn test(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    run(raftsh(&["test"]).args(arguments).current_dir(root))
}

/// A tutorial of one fence.
fn fence(inside: &str) -> String {
    format!("```raftsh\n{inside}```\n")
}

/// Tests a tutorial; returns the status and the report.
fn tutorial(name: &str, text: &str) -> (i32, String) {
    let root = directory(&format!("suite/{name}"), &[("t.md", text.as_bytes())]);
    let (status, said, errors) = test(&root, &["t.md"]);
    assert_eq!(errors, "");
    (status, said)
}

/// Tests a tutorial with these arguments; returns the status and the tutorial afterwards.
fn blessed(name: &str, text: &str, arguments: &[&str]) -> (i32, String) {
    let root = directory(&format!("suite/{name}"), &[("t.md", text.as_bytes())]);
    let (status, _, errors) = test(&root, arguments);
    assert_eq!(errors, "");
    (status, fs::read_to_string(root.join("t.md")).unwrap())
}

#[test]
fn a_tutorial_passes_if_it_says_what_happens() {
    let wrong = "raft> flaw on commit-on-append\n...\nraft> timeout n1; run until leader\n...\n\
                 raft> isolate n1; put n1 x=5\n";
    for (inside, status) in [
        ("raft> echo a\na\n", 0),
        ("raft> echo a\nb\n", 3),
        ("raft> echo a\n", 3),
        ("raft> echo a\na\n\n", 3),
        ("raft> echo a\n...\n", 0),
        ("raft> echo abc\na[..]c\n", 0),
        ("raft> echo abc\na[..]d\n", 3),
        ("raft> # a comment\nraft>\nraft> echo a; echo b # two\na\nb\n", 0),
        // The output holds both streams, and errors without a place.
        (
            "raft> klil n2\nerror: unknown command 'klil'; did you mean 'kill'?\nklil n2\n^~~~\n...\n",
            0,
        ),
        (
            "raft> kill n9\nerror: unknown node 'n9'\nkill n9\n     ^~\nhelp: nodes are n1 to n5\n",
            0,
        ),
        (
            "raft> expect leader\nerror: expected `leader`, found none: no running node \
             leads\n...\n",
            0,
        ),
        // After an error the session continues, but the rest of its line does not run.
        ("raft> klil; echo b\nerror: [..]\n...\nraft> echo c\nc\n", 0),
        // `...` does not match an error.
        ("raft> klil\n...\n", 3),
        ("raft> run until leader within 1ms\n...\n", 3),
        (
            "raft> !expect leader\nfailed as expected: expected `leader`, found none: no running \
             node leads\n",
            0,
        ),
        ("raft> repeat 2 {\n....> echo b\n....> }\nb\nb\n", 0),
        ("raft> repeat 2 {\nerror: this block is never closed\n...\n", 0),
        // What comes after `quit` would never run; that is an error before anything runs.
        ("raft> quit\n", 0),
        ("raft> quit\nraft> echo a\na\n", 2),
        // Nor does `...` match a violation; the text decides whether the next command expects it.
        (&format!("{wrong}...\n"), 3),
        (
            &format!(
                "{wrong}...\nVIOLATED committed-on-majority [..]\n  of 5 disks [..]\nraft> echo \
                 a\na\n"
            ),
            0,
        ),
        (
            &format!(
                "{wrong}...\nVIOLATED [..]\n[..]\nraft> expect violated committed-on-majority\n"
            ),
            0,
        ),
        // A tutorial has no standard input.
        ("raft> load -\nerror: standard input is taken: commands are read from it\n...\n", 0),
    ] {
        let (found, said) = tutorial("tutorials", &fence(inside));
        assert_eq!(found, status, "{inside}\n{said}");
    }
}

#[test]
fn all_fences_are_one_session_until_one_begins_anew() {
    let set = "```raftsh\nraft> kill n1\n...\n```\n";
    let down = "```raftsh\nraft> expect n1.state == down\n```\n";
    let up = "raft> expect n1.state == up\n```\n";
    let ignored = "```raftsh ignore\nraft> klil\n```\n```sh\nraft> klil\n```\n";
    for (text, status) in [
        (format!("{set}{ignored}{down}"), 0),
        (format!("{set}```raftsh reset\n{up}"), 0),
        (format!("{set}```raftsh\n{up}"), 3),
        (format!("{set}```raftsh rest\n{up}"), 2),
        (ignored.to_owned(), 2),
        ("```raftsh\nraft> echo a\n".to_owned(), 2),
        ("```raftsh\nsomething\n```\n".to_owned(), 2),
    ] {
        let (found, said) = tutorial("sessions", &text);
        assert_eq!(found, status, "{text}\n{said}");
    }
}

#[test]
fn a_difference_is_shown_at_its_place() {
    let (status, said) = tutorial("difference", WRONG);
    assert_eq!(status, 3);
    let expected = "\
FAILED  t.md (2 commands)
t.md:3: error: the output of 'echo a' differs
--- t.md:3 expected
+++ t.md:3 found
@@ -4 +4 @@
-b
+a
0 passed, 1 failed
help: if the output is right, --bless writes it into the file
";
    assert_eq!(said, expected);
    let (status, said) = tutorial("difference", "\n```raftsh\nraft> echo a\nraft> klil\nx\n```\n");
    assert_eq!(status, 3);
    for piece in [
        "t.md:3: error: the output of 'echo a' differs",
        "@@ -3,0 +4 @@\n+a\n",
        "t.md:4: error: 'klil' fails, but the file shows no error",
        "\n-x\n+error: unknown command 'klil'",
    ] {
        assert!(said.contains(piece), "{piece}: {said}");
    }
    let (_, said) = tutorial("difference", "```raftsh\nraft> echo a\nerror: no\n```\n");
    assert!(said.contains("'echo a' succeeds, but the file shows an error"), "{said}");
}

#[test]
fn files_and_folders_in_the_order_of_their_paths() {
    let root = directory(
        "suite/folders",
        &[
            ("b.raft", b"echo b"),
            ("a/z.raft", b"echo z"),
            ("a/deep/er/y.md", GOOD.as_bytes()),
            ("a/README.md", b"# Nothing to be run\n```sh\nls\n```\n"),
            ("a/latin.md", b"caf\xe9"),
            ("a/.hidden/x.raft", b"klil"),
            ("a/.x.raft", b"klil"),
            ("a/other.txt", b"klil"),
            ("c.raft", b"expect leader"),
            ("d.raft", b"klil"),
            ("e.raft", b"put n1 x=1"),
            ("empty/notes.txt", b""),
        ],
    );
    for _ in 0..3 {
        let (status, said, errors) =
            test(&root, &["d.raft", "a", "c.raft", "b.raft", "a/z.raft", "e.raft"]);
        assert_eq!((status, errors.as_str()), (3, ""));
        let expected = "\
ok      a/deep/er/y.md (3 commands)
ok      a/z.raft
ok      b.raft
FAILED  c.raft
c.raft:1:1: error: expected `leader`, found none: no running node leads
expect leader
^~~~~~~~~~~~~
why: no election has begun yet: the first timer, n3's, runs out at 165.022ms (§5.2)
why: n1,n2,n3,n4,n5 may win: each reaches a majority whose logs are not more up-to-date (§5.4.1)
FAILED  d.raft
d.raft:1:1: error: unknown command 'klil'; did you mean 'kill'?
klil
^~~~
FAILED  e.raft
e.raft:1:5: error: n1 is not the leader; it knows no leader
";
        assert!(said.starts_with(expected), "{said}");
        assert!(said.ends_with("3 passed, 3 failed\n"), "{said}");
    }
    let (status, said, _) = test(&root, &["--list", "."]);
    assert_eq!(status, 0);
    assert_eq!(said, "./a/deep/er/y.md\n./a/z.raft\n./b.raft\n./c.raft\n./d.raft\n./e.raft\n");
    let (status, said, _) = test(&root, &["--filter", "deep", "a", "c.raft"]);
    assert_eq!((status, said.as_str()), (0, "ok      a/deep/er/y.md (3 commands)\n1 passed\n"));
    let (status, said, _) = test(&root, &["--quiet", "a", "b.raft"]);
    assert_eq!((status, said.as_str()), (0, ""));
    // A call that tests nothing fails.
    for arguments in [&["empty"][..], &["--filter", "nothing", "a"], &["--list", "empty"], &[]] {
        let (status, said, errors) = test(&root, arguments);
        assert_eq!((status, said.as_str()), (2, ""), "{arguments:?}");
        assert!(errors.starts_with("error: "), "{errors}");
    }
}

/// Everything that looks like a test is one or is reported: nothing is left out in silence.
#[test]
fn nothing_is_skipped_in_silence() {
    let utf16: Vec<u8> = "\u{feff}```raftsh\nraft> echo a\na\n```\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let root = directory(
        "suite/skipped",
        &[
            ("caps.md", b"```Raftsh\nraft> echo a\na\n```\n"),
            ("comment.md", b"<!--\n```raftsh\nraft> klil\n```\n-->\n"),
            ("quote.md", b"> ```raftsh\n> raft> echo a\n> b\n> ```\n"),
            ("renamed/new.raft", b"echo a"),
            ("renamed/old.out", b"a\n"),
            ("utf16.md", &utf16),
            ("other/nohup.out", b""),
        ],
    );
    let (status, said, _) = test(&root, &["."]);
    assert_eq!(status, 3, "{said}");
    for piece in [
        "./caps.md:1: error: 'Raftsh' is not the mark of a fence; write 'raftsh'\n",
        "./quote.md:2: error: the output of 'echo a' differs",
        "ok      ./renamed/new.raft\n",
        "error: cannot test './renamed/old.out': there is no ./renamed/old.raft beside it\n",
        "./utf16.md:1: byte 0xff is not UTF-8 text\n",
        "1 passed, 4 failed\n",
    ] {
        assert!(said.contains(piece), "{piece}: {said}");
    }
}

#[test]
fn the_worst_status_counts() {
    let root = directory(
        "suite/worst",
        &[
            ("good.raft", b"echo a"),
            ("command.raft", b"put n1 x=1"),
            ("usage.raft", b"klil"),
            ("expectation.raft", b"expect leader"),
            ("bytes.md", b"```raftsh\nraft> echo \xff\n```\n"),
            ("both.raft", b"put n1 x=1\nexpect leader"),
            ("readme.txt", b""),
        ],
    );
    for (arguments, status) in [
        (&["good.raft"][..], 0),
        (&["command.raft"], 1),
        (&["usage.raft"], 2),
        (&["expectation.raft"], 3),
        (&["command.raft", "usage.raft"], 2),
        (&["usage.raft", "expectation.raft"], 3),
        (&["missing.raft", "good.raft"], 2),
        (&["missing", "good.raft"], 2),
        (&["readme.txt"], 2),
        (&["bytes.md"], 2),
        (&["both.raft"], 1),
        (&["--keep-going", "both.raft"], 3),
        (&["good.raft", "--nodes", "0"], 2),
        (&["good.raft", "--bless=some"], 2),
    ] {
        let (found, said, errors) = test(&root, arguments);
        assert_eq!(found, status, "{arguments:?}\n{said}{errors}");
    }
    let (_, said, _) = test(&root, &["bytes.md"]);
    assert!(said.contains("bytes.md:2: byte 0xff is not UTF-8 text"), "{said}");
}

#[test]
fn what_stands_beside_a_script_is_its_output() {
    let script = b"echo a\nrun 1ms\necho b\n";
    let call = |out: &str, arguments: &[&str]| {
        let root = directory("suite/out", &[("s.raft", script), ("s.out", out.as_bytes())]);
        let (status, said, errors) = test(&root, arguments);
        assert_eq!(errors, "");
        (status, said, fs::read_to_string(root.join("s.out")).unwrap())
    };
    let (status, ..) = call("a\n...\nb\n", &["s.raft"]);
    assert_eq!(status, 0);
    let (status, said, _) = call("a\n[..]\nc\n", &["."]);
    assert_eq!(status, 3);
    assert!(said.contains("./s.out:3: error: ") && said.contains("\n-c\n+b\n"), "{said}");
    let (status, _, out) = call("a\n[..]\nc\n", &["--bless", "s.raft"]);
    assert_eq!((status, out.as_str()), (0, "a\n[..]\nb\n"));
    // A script that fails is not blessed: its failure has to be fixed.
    let root = directory("suite/out", &[("s.raft", b"echo a\nklil"), ("s.out", b"")]);
    let (status, said, _) = test(&root, &["--bless=all", "s.raft"]);
    assert_eq!(status, 2);
    assert!(said.contains("s.raft:2:1: error: unknown command"), "{said}");
    assert_eq!(fs::read_to_string(root.join("s.out")).unwrap(), "");
}

#[test]
fn blessing_keeps_what_fits_and_leaves_the_rest_alone() {
    for (text, expected) in [
        (WRONG, "text\n```raftsh\nraft> echo a\na\nraft> echo c\nc\n```\n"),
        ("```raftsh\nraft> echo a\n```\n", "```raftsh\nraft> echo a\na\n```\n"),
        (
            "```raftsh\nraft> echo a1; echo b\na[..]\nc\n```",
            "```raftsh\nraft> echo a1; echo b\na[..]\nb\n```",
        ),
        (
            "```raftsh\nraft> repeat 3 { echo x }; echo b\nx\n...\nc\n```\n",
            "```raftsh\nraft> repeat 3 { echo x }; echo b\nx\n...\nb\n```\n",
        ),
        (
            "- ~~~ raftsh\r\n  raft> echo a\r\n  ~~~\r\nend",
            "- ~~~ raftsh\r\n  raft> echo a\r\n  a\r\n  ~~~\r\nend",
        ),
        ("> ```raftsh\n> raft> echo a\n> ```", "> ```raftsh\n> raft> echo a\n> a\n> ```"),
        ("Prose.\n", "Prose.\n"),
        (
            "  ~~~ raftsh\r\n  raft> echo a\r\n  ~~~\r\nend",
            "  ~~~ raftsh\r\n  raft> echo a\r\n  a\r\n  ~~~\r\nend",
        ),
        (
            "````raftsh\nraft> echo 'raft> x'; echo '````'; echo ...\n````\n",
            "````raftsh\nraft> echo 'raft> x'; echo '````'; echo ...\n[..]raft> x\n[..]````\n[..]...\n````\n",
        ),
        (
            "```raftsh\nraft> klil\nerror: x\n...\n```\n",
            "```raftsh\nraft> klil\nerror: unknown command 'klil'; did you mean 'kill'?\n...\n```\n",
        ),
    ] {
        let (status, once) = blessed("blessed", text, &["--bless", "t.md"]);
        let status_of_none = if text.starts_with('P') { 2 } else { 0 };
        assert_eq!((status, once.as_str()), (status_of_none, expected), "{text}");
        if status == 0 {
            assert_eq!(
                blessed("blessed", &once, &["t.md"]),
                (0, once.clone()),
                "what was blessed passes"
            );
        }
    }
}

#[test]
fn blessing_refuses_to_turn_success_into_failure_or_back() {
    for (text, all) in [
        ("```raftsh\nraft> klil\nx\n```\n", "error: unknown command 'klil'"),
        ("```raftsh\nraft> klil\n```\n", "error: unknown command 'klil'"),
        ("```raftsh\nraft> echo a\nerror: no\n```\n", "raft> echo a\na\n"),
    ] {
        assert_eq!(blessed("refused", text, &["--bless", "t.md"]), (3, text.to_owned()));
        let (status, written) = blessed("refused", text, &["--bless=all", "t.md"]);
        assert_eq!(status, 0);
        assert!(written.contains(all), "{written}");
    }
    // `--bless` rewrites the first output and leaves the second, which still fails.
    let text = "```raftsh\nraft> echo a\nb\nraft> klil\n```\n";
    assert_eq!(blessed("refused", text, &["--bless", "t.md"]), (3, text.replace("\nb\n", "\na\n")));
    let root = directory("suite/refusal", &[("t.md", text.as_bytes())]);
    let (_, said, _) = test(&root, &["--bless", "t.md"]);
    assert!(said.contains("FAILED  t.md (1 output rewritten)"), "{said}");
    let end = "0 passed, 1 failed, 1 output rewritten\nhelp: if the output is right, --bless=all \
               writes it into the file, errors included\n";
    assert!(said.ends_with(end), "{said}");
}

#[test]
fn nothing_is_blessed_where_ci_is_set() {
    for flag in ["--bless", "--bless=all"] {
        let root = directory("suite/ci", &[("t.md", WRONG.as_bytes())]);
        let call = |ci: &str| run(raftsh(&["test", flag, "t.md"]).env("CI", ci).current_dir(&root));
        let (status, said, errors) = call("true");
        assert_eq!((status, said.as_str()), (2, ""));
        assert!(errors.starts_with("error: --bless rewrites"), "{errors}");
        assert_eq!(fs::read_to_string(root.join("t.md")).unwrap(), WRONG);
        assert_eq!(call("").0, 0, "an empty variable is not set");
    }
}

#[test]
fn junit_for_ci_and_json_for_programs() {
    let files: &[(&str, &[u8])] =
        &[("a/good.raft", b"echo a"), ("t.md", WRONG.as_bytes()), ("u.raft", b"klil")];
    let root = directory("suite/junit", files);
    let (status, said, errors) = test(&root, &["--junit", "out.xml", "a", "t.md", "u.raft"]);
    assert_eq!((status, errors.as_str()), (3, ""), "{said}");
    let xml = fs::read_to_string(root.join("out.xml")).unwrap();
    for piece in [
        "<testsuite name=\"raftsh\" tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\">",
        "<testcase classname=\"a\" name=\"good.raft\" file=\"a/good.raft\"/>",
        "<failure type=\"expectation\" message=\"t.md:3: the output of 'echo a' differs",
        "@@ -4 +4 @@\n-b\n+a\n</failure>",
        "<error type=\"usage\" message=\"u.raft:1: unknown command 'klil'; did you mean 'kill'?\">u.raft:1:1: error: ",
    ] {
        assert!(xml.contains(piece), "{piece}: {xml}");
    }
    let (status, said, errors) = test(&root, &["--format", "json", "a", "t.md", "u.raft"]);
    assert_eq!((status, errors.as_str()), (3, ""));
    let objects: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 4, "{said}");
    assert_eq!(objects[0]["ok"], true);
    assert_eq!(objects[0]["command"], "test a/good.raft");
    assert_eq!(objects[1]["status"], 3);
    assert_eq!(objects[1]["data"]["failures"][0]["place"], "t.md:3");
    assert_eq!(objects[1]["data"]["failures"][0]["diff"][4], "+a");
    assert_eq!(objects[2]["status"], 2);
    assert_eq!(objects[3]["data"]["passed"], 1);
    assert_eq!(objects[3]["data"]["failed"], 2);
    // Each object has the error of its test, and the last one the error of the whole run.
    assert_eq!(objects[0].get("error"), None);
    assert_eq!(objects[1]["error"], "t.md:3: the output of 'echo a' differs");
    assert_eq!(objects[2]["error"], "u.raft:1: unknown command 'klil'; did you mean 'kill'?");
    let said = objects[2]["data"]["failures"][0]["said"].as_str().unwrap();
    assert!(said.ends_with("\nklil\n^~~~\n"), "{said}");
    assert_eq!(objects[3]["error"], "2 of 3 tests failed");
    let (status, said, _) = test(&root, &["--format", "json", "--filter", "nothing", "a"]);
    let object: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &object["error"]), (2, &"none of 1 paths contains 'nothing'".into()));
    let (status, said, _) = test(&root, &["--format", "json", "--list", "a"]);
    let object: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &object["data"]["tests"][0]), (0, &"a/good.raft".into()));
    // Results that cannot be written are an error.
    let (status, _, errors) = test(&root, &["--junit", "no/such/folder.xml", "a"]);
    assert_eq!(status, 2);
    assert!(errors.contains("cannot write 'no/such/folder.xml'"), "{errors}");
}

#[test]
fn size_and_number_do_no_harm() {
    let huge =
        [b"```raftsh\nraft> echo a\na\n```\n".as_slice(), &vec![b'x'; 17 * 1024 * 1024]].concat();
    let long = fence(&"raft> echo a\na\n".repeat(20_000));
    let endless = fence("raft> repeat 1000000000 { help }\n...\nraft> echo a\na\n");
    let other = fence(&format!("raft> repeat 200000 {{ echo a }}\n{}", "b\n".repeat(200_000)));
    let root = directory(
        "suite/size",
        &[
            ("huge.md", &huge),
            ("long.md", long.as_bytes()),
            ("endless.md", endless.as_bytes()),
            ("other.md", other.as_bytes()),
            ("silent.raft", b"repeat 20000 { help put }"),
            ("loud.raft", b"repeat 1000000000 { help }"),
            ("loud.out", b"..."),
        ],
    );
    for (file, status, piece) in [
        ("huge.md", 2, "it is larger than 16 MiB"),
        ("long.md", 0, "20000 commands"),
        ("endless.md", 3, "the output of 'repeat 1000000000 { help }' is larger than 4 MiB"),
        ("other.md", 3, "… and "),
        ("silent.raft", 0, "ok"),
        ("loud.raft", 3, "the output of the script is larger than 4 MiB"),
    ] {
        let (found, said, _) = test(&root, &[file]);
        assert_eq!(found, status, "{file}");
        assert!(said.contains(piece) && said.len() < 20_000, "{file}: {}", said.len());
    }
}

#[test]
fn what_a_tutorial_sources_lies_beside_it() {
    let text = fence(
        "raft> source parts/a.raft\na\nparts/b.raft:2:1: error: unknown command 'klil'; [..]\nklil\n^~~~\nhelp: sourced at parts/a.raft:2\n",
    );
    let root = directory(
        "suite/source",
        &[
            ("deep/t.md", text.as_bytes()),
            ("deep/parts/a.raft", b"echo a\nsource b.raft\n"),
            ("deep/parts/b.raft", b"\nklil\n"),
        ],
    );
    for (place, path) in [(root.to_path_buf(), "deep/t.md"), (root.join("deep"), "t.md")] {
        let (status, said, _) = test(&place, &[path]);
        assert_eq!(status, 0, "{said}");
    }
}

#[test]
fn options_of_the_call_hold_for_each_test() {
    let status = fence(
        "raft> expect n3.state == up and not time > 0us\nraft> kill n4\nerror: unknown node 'n4'\n...\n",
    );
    let root = directory(
        "suite/options",
        &[("t.md", status.as_bytes()), ("u.raft", b"expect n3.state == up\n!kill n4")],
    );
    assert_eq!(test(&root, &["--nodes", "3", "."]).0, 0);
    assert_eq!(test(&root, &["."]).0, 3);
}
