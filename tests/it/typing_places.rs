//! What may stand at each place of a line, and the rest of its synopsis.

use raftsh::command::{ArgumentSlot, Grammar};
use raftsh::language::condition::Scope;

const DISK: [&str; 12] = [
    "cut", "restore", "full", "slow", "lie", "tear", "lose", "stale", "wipe", "scrub", "sync",
    "show",
];

/// The node of a request, which may be left out before this.
fn node_or(slot: ArgumentSlot) -> ArgumentSlot {
    ArgumentSlot::NodeOr(Box::new(slot))
}

fn words(words: &[&str]) -> ArgumentSlot {
    ArgumentSlot::Words(words.iter().map(|word| (*word).to_owned()).collect())
}

#[test]
fn what_may_stand_where() {
    let disk = DISK.join("|");
    let grammar = Grammar::default();
    for (line, wanted, from, rest) in [
        (
            "put |",
            Some(node_or(ArgumentSlot::Assignment)),
            0,
            "[NODE] KEY=VALUE [--wait [DURATION]] [--client NAME]",
        ),
        (
            "put n|",
            Some(node_or(ArgumentSlot::Assignment)),
            0,
            "KEY=VALUE [--wait [DURATION]] [--client NAME]",
        ),
        ("put x=1 |", None, 1, "[--wait [DURATION]] [--client NAME]"),
        (
            "get |",
            Some(node_or(ArgumentSlot::Key)),
            0,
            "[NODE] KEY [--wait [DURATION]] [--client NAME] [--read KIND]",
        ),
        (
            "get n1 |",
            Some(ArgumentSlot::Key),
            1,
            "KEY [--wait [DURATION]] [--client NAME] [--read KIND]",
        ),
        (
            "cas x |",
            Some(ArgumentSlot::Words(vec!["none".into()])),
            1,
            "OLD NEW [--wait [DURATION]] [--client NAME]",
        ),
        (
            "put n1 |",
            Some(ArgumentSlot::Assignment),
            1,
            "KEY=VALUE [--wait [DURATION]] [--client NAME]",
        ),
        ("put n1 x=1 |", None, 2, "[--wait [DURATION]] [--client NAME]"),
        ("put n1 x=1 --wait|", None, 2, "[DURATION] [--client NAME]"),
        ("put n1 x=1 --wait |", Some(ArgumentSlot::Free), 3, "[DURATION] [--client NAME]"),
        (
            "put --wait 5s |",
            Some(node_or(ArgumentSlot::Assignment)),
            2,
            "[NODE] KEY=VALUE [--client NAME]",
        ),
        ("set |", Some(ArgumentSlot::Setting), 0, "SETTING VALUE [NODES]"),
        ("set loss |", Some(ArgumentSlot::SettingValue), 1, "VALUE [NODES]"),
        ("set heartbeat 5ms |", Some(ArgumentSlot::Nodes), 2, "[NODES]"),
        ("expect |", Some(ArgumentSlot::Condition(Scope::Moment)), 0, "COND [--format table|json]"),
        ("expect n1.term >= |", Some(ArgumentSlot::Condition(Scope::Moment)), 0, ""),
        ("expect leader --format |", Some(words(&["table", "json"])), 2, "table|json"),
        ("run until -|", Some(ArgumentSlot::StopCondition), 0, ""),
        ("run until leader --all |", None, 3, "[--format table|json]"),
        ("disk |", Some(ArgumentSlot::Words(DISK.map(Into::into).to_vec())), 0, &disk),
        ("disk cut |", Some(ArgumentSlot::Nodes), 1, "NODES"),
        ("disk c|", Some(ArgumentSlot::Words(DISK.map(Into::into).to_vec())), 0, ""),
        (
            "deliver m1 |",
            Some(ArgumentSlot::Messages),
            0,
            "[--type TYPE] [--nth K] [--newest] [--all]",
        ),
        ("deliver n1 n2 --all |", Some(ArgumentSlot::Messages), 0, "[--type TYPE]"),
        ("partition n1 | |", Some(ArgumentSlot::Groups), 0, ""),
        ("hold |", Some(ArgumentSlot::Nodes), 0, "[A] [B]"),
        (
            "status --format |",
            Some(ArgumentSlot::Words(vec!["table".into(), "json".into()])),
            1,
            "table|json [NODES] [--watch[=on|off]]",
        ),
        ("quit |", None, 0, ""),
    ] {
        let mut words: Vec<&str> = line.strip_suffix('|').unwrap().split(' ').collect();
        if words.last() == Some(&"") && line.ends_with(" |") {
            words.pop();
            words.push("");
        }
        let found = grammar.outlook(&words).unwrap();
        assert_eq!((found.slot, found.from, found.rest.as_str()), (wanted, from, rest), "{line}");
    }
    assert_eq!(grammar.outlook(&["klil", ""]), None);
    assert_eq!(grammar.outlook(&["put", "n1", "--"]).unwrap().options, ["--wait", "--client"]);
}
