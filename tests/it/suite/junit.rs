//! The results as JUnit XML.

use raftsh::language::Error;
use raftsh::suite::junit::xml;
use raftsh::suite::outcome::Outcome;

#[test]
fn the_document() {
    let outcome = |name: &str, errors: &[Error]| {
        let mut outcome = Outcome { name: name.to_owned(), ..Outcome::default() };
        for error in errors {
            outcome.fail(format!("{name}:3"), error);
        }
        outcome
    };
    let mut late = outcome("z.raft", &[]);
    late.interrupted = true;
    let outcomes = [
        outcome("a/b/good.raft", &[]),
        outcome("bad.md", &[Error::expectation("<n1> & \"n2\"\u{1b}"), Error::usage("two")]),
        outcome("worse.raft", &[Error::usage("what?")]),
        late,
    ];
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="raftsh" tests="4" failures="1" errors="1" skipped="1">
  <testsuite name="raftsh" tests="4" failures="1" errors="1" skipped="1">
    <testcase classname="a/b" name="good.raft" file="a/b/good.raft"/>
    <testcase classname="." name="bad.md" file="bad.md">
      <failure type="expectation" message="bad.md:3: &lt;n1&gt; &amp; &quot;n2&quot;\u{1b} (and 1 more)">bad.md:3: &lt;n1&gt; &amp; &quot;n2&quot;\u{1b}
bad.md:3: two
</failure>
    </testcase>
    <testcase classname="." name="worse.raft" file="worse.raft">
      <error type="usage" message="worse.raft:3: what?">worse.raft:3: what?
</error>
    </testcase>
    <testcase classname="." name="z.raft" file="z.raft">
      <skipped message="interrupted"/>
    </testcase>
  </testsuite>
</testsuites>
"#;
    assert_eq!(xml(&outcomes), expected);
}
