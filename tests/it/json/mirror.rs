//! A node as its events describe it, written from the documentation of the format, without code of
//! raftsh.

use std::collections::BTreeMap;

use serde_json::Value;

/// The state of one node, as far as its events tell it.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    /// Null while it does not run.
    pub(super) role: Value,
    pub(super) term: Value,
    pub(super) vote: Value,
    pub(super) commit: Value,
    pub(super) applied: Value,
    /// Term and command of each entry.
    pub(super) log: Vec<(Value, Value)>,
    /// Committed entries that were deleted because disks lied or were truncated.
    replaced: BTreeMap<usize, (Value, Value)>,
}

/// All nodes, by name.
#[derive(Debug, Default)]
pub(super) struct Mirrors(BTreeMap<String, Mirror>);

impl Mirrors {
    pub(super) fn new(nodes: usize) -> Mirrors {
        let fresh = || Mirror {
            role: "follower".into(),
            term: 0.into(),
            commit: 0.into(),
            applied: 0.into(),
            ..Mirror::default()
        };
        Mirrors((1..=nodes).map(|number| (format!("n{number}"), fresh())).collect())
    }

    pub(super) fn event(&mut self, event: &Value) {
        let node = self.0.get_mut(event["node"].as_str().unwrap()).unwrap();
        let index = |key: &str| event[key].as_u64().unwrap() as usize;
        match event["kind"].as_str().unwrap() {
            "role_changed" => {
                if event["term"] != node.term {
                    node.vote = Value::Null;
                }
                node.role = event["role"].clone();
                node.term = event["term"].clone();
            }
            "vote_granted" => {
                assert_eq!(event["term"], node.term, "{event}");
                node.vote = event["candidate"].clone();
            }
            "entry_appended" => {
                assert_eq!(index("index"), node.log.len() + 1, "no gaps: {event}");
                node.log.push((event["term"].clone(), event["command"].clone()));
            }
            "log_truncated" => {
                assert!((1..=node.log.len()).contains(&index("from")), "{event}");
                let commit = node.commit.as_u64().unwrap_or(0) as usize;
                for at in index("from")..=commit.min(node.log.len()) {
                    node.replaced.entry(at).or_insert_with(|| node.log[at - 1].clone());
                }
                node.log.truncate(index("from") - 1);
            }
            "commit_advanced" => node.commit = event["commit"].clone(),
            "entry_applied" => node.applied = event["index"].clone(),
            "node_killed" | "node_halted" => {
                (node.role, node.commit, node.applied) = (Value::Null, Value::Null, Value::Null);
            }
            "node_restarted" => {
                node.log.truncate(index("last"));
                node.replaced.clear();
                (node.role, node.commit, node.applied) = ("follower".into(), 0.into(), 0.into());
                (node.term, node.vote) = (event["term"].clone(), event["vote"].clone());
            }
            _ => {}
        }
    }

    /// Compares with the answers of `status` and `logs`. Returns the number of running nodes, or
    /// the first difference.
    pub(super) fn compare(&self, status: &Value, logs: &Value) -> Result<usize, String> {
        let mut running = 0;
        for (row, log) in status.as_array().unwrap().iter().zip(logs.as_array().unwrap()) {
            let name = row["node"].as_str().unwrap();
            let node = &self.0[name];
            let volatile = (&node.role, &node.commit, &node.applied);
            same(
                name,
                "role, commit, applied",
                volatile,
                (&row["role"], &row["commit"], &row["applied"]),
            )?;
            // A node that is down reports its term, vote and log when it starts.
            if node.role.is_null() {
                continue;
            }
            running += 1;
            same(name, "term, vote", (&node.term, &node.vote), (&row["term"], &row["vote"]))?;
            let entries = log["entries"].as_array().unwrap();
            let seen: Vec<_> = entries
                .iter()
                .map(|entry| (entry["term"].clone(), entry["command"].clone()))
                .collect();
            same(name, "log", &node.log, &seen)?;
            same(name, "last_index", &Value::from(seen.len()), &row["last_index"])?;
            let commit = row["commit"].as_u64().unwrap() as usize;
            let committed = |at: usize| {
                at <= commit
                    && node.replaced.get(&at).is_none_or(|entry| *entry == node.log[at - 1])
            };
            let told: Vec<bool> = (1..=seen.len()).map(committed).collect();
            let marked: Vec<bool> =
                entries.iter().map(|entry| entry["committed"] == true).collect();
            same(name, "committed", told, marked)?;
        }
        Ok(running)
    }
}

fn same<T: PartialEq + std::fmt::Debug>(
    node: &str,
    what: &str,
    told: T,
    seen: T,
) -> Result<(), String> {
    if told == seen {
        Ok(())
    } else {
        Err(format!("{node}: {what}: events say {told:?}, it is {seen:?}"))
    }
}
