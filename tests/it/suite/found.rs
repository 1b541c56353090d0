//! `raftsh test` runs or reports every file that it finds, whatever its name is and wherever a
//! link leads; results go where they are wanted.

use std::fs;

use super::{WRONG, test};
use crate::call::{raftsh, run};
use crate::surroundings::directory;

/// A link that leads nowhere is an error if it was named or has the name of a test.
#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_are_told() {
    let root = directory("suite/links", &[("f/a.raft", b"echo a"), ("b.raft", b"echo b")]);
    for (link, target) in [
        ("f/gone.raft", "nowhere"),
        ("f/gone.md", "nowhere"),
        ("f/gone.txt", "nowhere"),
        ("f/round.raft", "round.raft"),
        ("f/good.raft", "../b.raft"),
        ("b.out", "nowhere"),
        ("gone", "nowhere"),
    ] {
        std::os::unix::fs::symlink(target, root.join(link)).unwrap();
    }
    // Nor does `raftsh test` wait for a pipe that nobody may ever write to.
    assert!(
        std::process::Command::new("mkfifo")
            .arg(root.join("f/pipe.raft"))
            .status()
            .unwrap()
            .success()
    );
    let (status, said, _) = test(&root, &["f"]);
    assert_eq!(status, 2, "{said}");
    for piece in [
        "error: cannot test 'f/gone.raft': the link is broken: no such file\n",
        "error: cannot test 'f/gone.md': the link is broken: no such file\n",
        "error: cannot test 'f/round.raft': the link is broken: ",
        "error: cannot test 'f/pipe.raft': it is neither a file nor a folder\n",
        "ok      f/good.raft\n",
        "2 passed, 4 failed\n",
    ] {
        assert!(said.contains(piece), "{piece}: {said}");
    }
    for (named, error) in [
        ("gone", "cannot test 'gone': the link is broken: no such file"),
        ("f/gone.raft", "cannot test 'f/gone.raft': the link is broken: no such file"),
        ("b.raft", "cannot read 'b.out': no such file"),
    ] {
        let (status, said, _) = test(&root, &[named]);
        assert_eq!(status, 2, "{said}");
        assert!(said.contains(&format!("error: {error}\n")), "{said}");
    }
    // The error does not suggest the missing name itself.
    assert_eq!(
        run(raftsh(&["run", "gone"]).current_dir(&root)).2,
        "error: cannot read 'gone': no such file\n"
    );
}

/// A file name need not be UTF-8.
#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let root = directory("suite/names", &[]);
    let name = |bytes: &'static [u8]| OsStr::from_bytes(bytes);
    fs::create_dir(root.join(name(b"\xff"))).unwrap();
    for (file, text) in [
        (name(b"\xff/a.raft"), "source b.raft"),
        (name(b"\xff/b.raft"), "expect n1.state == up"),
        (name(b"\xff/c.raft"), "echo c"),
        (name(b"\xff/c.out"), "d\n"),
        (name(b"\xff.md"), WRONG),
        (name(b"\xfe.raft"), "klil"),
    ] {
        fs::write(root.join(file), text).unwrap();
    }
    let (status, said, errors) = test(&root, &["."]);
    assert_eq!((status, errors.as_str()), (3, ""), "{said}");
    for piece in [
        "ok      ./\u{fffd}/a.raft\n",
        "./\u{fffd}/c.out:1: error: the output of the script differs",
        "./\u{fffd}.md:3: error: the output of 'echo a' differs",
        "./\u{fffd}.raft:1:1: error: unknown command 'klil'",
        "2 passed, 3 failed\n",
    ] {
        assert!(said.contains(piece), "{piece}: {said}");
    }
    // Such files can be named, and `--bless` writes to the file that was read.
    let call = |arguments: &[&OsStr]| run(raftsh(&[]).args(arguments).current_dir(&root));
    assert_eq!(
        call(&[name(b"test"), name(b"--bless"), name(b"\xff.md"), name(b"\xff/c.raft")]).0,
        0
    );
    assert_eq!(fs::read_to_string(root.join(name(b"\xff/c.out"))).unwrap(), "c\n");
    let (status, said, _) = call(&[name(b"test"), name(b"\xff"), name(b"\xff.md")]);
    assert!(status == 0 && said.ends_with("4 passed\n"), "{said}");
    assert_eq!(call(&[name(b"run"), name(b"\xff/c.raft")]), (0, "c\n".into(), String::new()));
    let (status, _, errors) =
        call(&[name(b"check-syntax"), name(b"\xfe.raft"), name(b"\xff/a.raft")]);
    assert_eq!(status, 2);
    assert!(errors.starts_with("\u{fffd}.raft:1:1: error: unknown command 'klil'"), "{errors}");
}

/// `-` is standard output, which then holds the XML and nothing else.
#[test]
fn junit_to_standard_output() {
    let root = directory("suite/stdout", &[("a.raft", b"echo a"), ("t.md", WRONG.as_bytes())]);
    let (status, _, _) = test(&root, &["--junit", "out.xml", "a.raft", "t.md"]);
    let xml = fs::read_to_string(root.join("out.xml")).unwrap();
    assert_eq!(test(&root, &["--junit", "-", "a.raft", "t.md"]), (status, xml, String::new()));
    assert_eq!(status, 3);
    assert!(!root.join("-").exists());
    let (status, said, errors) = test(&root, &["--junit", "-", "--format", "json", "a.raft"]);
    assert!(status == 2 && !said.contains("<?xml"), "{said}");
    assert!(
        errors.contains("--junit - and --format json both write to standard output"),
        "{errors}"
    );
}
