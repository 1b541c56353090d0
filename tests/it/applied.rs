//! What a node committed and applied stays reported as committed and applied, even when its log
//! holds other entries by now.

use raftsh::language::Status;

use crate::flaws::run;

/// Two disks lie, so that their nodes lose an entry that n1 has committed and applied, and another
/// entry replaces it.
const REPLACED: &str = "\
cluster 3
set timers off
timeout n1; settle
disk lie n2,n3
put n1 b=1; settle
kill n2,n3
disk restore n2,n3
restart n2,n3
expect violated committed-on-majority
timeout n2; settle
expect violated leader-completeness
put n2 c=1; settle
expect violated commit-kept
";

fn after_that(commands: &str) -> (String, Status) {
    let (_, said, status) = run(&format!("{REPLACED}{commands}"));
    (said, status)
}

#[test]
fn a_log_marks_what_was_applied_and_not_what_took_its_place() {
    let (said, status) = after_that("logs n1\n");
    assert_eq!(status, Status::Ok, "{said}");
    let row = said
        .lines()
        .find(|line| line.contains("put c=1 ~"))
        .expect("n1 has the other entry in memory");
    assert!(!row.contains('✓'), "{row}");
    let (said, _) = after_that("logs n1 --format json\n");
    assert!(
        said.contains(r#""command":"put c=1","durable":false,"committed":false,"applied":false"#),
        "{said}"
    );
}

#[test]
fn what_is_committed_is_what_was_committed() {
    for condition in
        ["committed b=1", "not committed c=1", "n1.kv.b == 1", "n1.kv.c == none", "n1.applied == 1"]
    {
        let (said, status) = after_that(&format!("expect {condition}\n"));
        assert_eq!(status, Status::Ok, "{condition}: {said}");
    }
}

/// The commit index is in memory only: after a restart nothing that the node starts with is
/// committed.
#[test]
fn a_start_forgets_what_was_committed() {
    let (said, status) = after_that("restart n1\nexpect not committed b=1\n");
    assert_eq!(status, Status::Ok, "{said}");
}
