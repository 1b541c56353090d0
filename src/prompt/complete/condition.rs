//! Completion inside a condition, from what its parser expects at the cursor.

use super::{Candidate, Offers, REQUESTS, assignments, keys};
use crate::check::condition::Kind;
use crate::language::condition::{
    self, ExpectedWord, FACTS, PROPERTIES, SUBJECTS, Scope, VALUES, kind_of, typed_words,
};
use crate::sim::OpId;

fn words(words: &[&str]) -> Vec<Candidate> {
    words.iter().copied().map(Candidate::word).collect()
}

impl<'a> Offers<'a> {
    /// The word at the cursor, and what it may become, in a condition of which `before` was typed.
    /// After it, `within` may stand, if `within` says so.
    pub(super) fn condition(
        &self,
        before: &str,
        scope: Scope,
        within: bool,
    ) -> (&'a str, Vec<Candidate>) {
        // A parenthesis needs no blank after it: `(leader`, `count(live.term`.
        let (open, word) = match self.typed.rfind('(') {
            Some(at) => self.typed.split_at(at + 1),
            None => ("", self.typed),
        };
        let Some(wanted) = condition::wanted(&format!("{before}{open}"), scope) else {
            return (word, Vec::new());
        };
        match wanted {
            ExpectedWord::Fact => self.fact(word, scope),
            ExpectedWord::Subject => self.counted(word),
            ExpectedWord::Join { comparable, open } => {
                let mut found = joins(open, within);
                if comparable {
                    let changes = Candidate::word("changes");
                    found.extend((scope == Scope::Steps).then_some(changes));
                    found.push(Candidate::word("=="));
                }
                (word, found)
            }
            ExpectedWord::NodeOrJoin { open } => {
                (word, [joins(open, within), self.node_names(word)].concat())
            }
            ExpectedWord::Comparison { ordered, changes } => {
                let mut found = words(&["==", "!="]);
                found.extend(words(&["<", "<=", ">", ">="]).into_iter().filter(|_| ordered));
                found.extend(changes.then(|| Candidate::word("changes")));
                (word, found)
            }
            ExpectedWord::Operand { kind, none } => self.operand(word, kind, none),
            ExpectedWord::Close => (word, words(&[")"])),
            ExpectedWord::Words(options) => (word, words(&options)),
            ExpectedWord::Key => (word, assignments(self.typing_context.world())),
            ExpectedWord::Assign | ExpectedWord::Free(_) => (word, Vec::new()),
        }
    }

    /// A value that can be watched, of which `before` was typed.
    pub(super) fn watched(&self, before: &str) -> (&'a str, Vec<Candidate>) {
        if before.contains('(') || self.typed.contains('(') {
            return self.condition(before, Scope::Steps, false);
        }
        if !before.is_empty() {
            return (self.typed, Vec::new());
        }
        let (word, mut found) = self.fact(self.typed, Scope::Steps);
        let is_no_value = |text: &str| {
            let set = text.strip_suffix('.').filter(|set| SUBJECTS.contains(set));
            let value = VALUES.contains(&text) || text == "count(";
            set.is_some() || text == "not" || FACTS.contains(&text) && !value
        };
        if !word.contains('.') {
            found.retain(|candidate| !is_no_value(&candidate.text));
        }
        (word, found)
    }

    /// The word at the cursor of a question, and what it may become: a condition, or a thing.
    pub(super) fn question(&self, from: usize) -> (&'a str, Vec<Candidate>) {
        let (word, mut found) = self.condition(self.cursor.text(from), Scope::Moment, false);
        let is_first = self.cursor.arguments(from).is_empty();
        if is_first && word == self.typed && !word.contains(['.', '(']) {
            found.extend(self.node_names(word));
            let mut in_flight: Vec<_> =
                self.typing_context.world().network().in_flight().map(|one| one.id).collect();
            in_flight.sort_unstable();
            let messages = in_flight.into_iter().take(REQUESTS);
            found.extend(messages.map(|id| Candidate::word(format!("m{id}"))));
        }
        (word, found)
    }

    /// The word that begins a fact: the name of the fact, or the nodes or request and their
    /// property.
    fn fact(&self, typed: &'a str, scope: Scope) -> (&'a str, Vec<Candidate>) {
        if typed.contains('.') {
            return self.property(typed, |_| true);
        }
        let known = FACTS.iter().filter(|name| scope == Scope::Steps || **name != "event");
        let facts = known.map(|name| match *name {
            "count" => Candidate::stem("count(".to_owned()),
            name => Candidate::word(name),
        });
        let latest = self.typing_context.world().ops().latest().map_or(0, |OpId(latest)| latest);
        let ops = (1..=latest).rev().take(REQUESTS).map(|op| Candidate::word(format!("op{op}")));
        let found = facts.chain([Candidate::word("not")]).chain(ops);
        (typed, found.chain(self.subjects(typed)).collect())
    }

    /// Nodes and their property, as in `count(live.term == 2)`.
    fn counted(&self, typed: &'a str) -> (&'a str, Vec<Candidate>) {
        if typed.contains('.') {
            return self.property(typed, |_| true);
        }
        let mut sets = self.subjects(typed);
        sets.retain(|set| set.text != "any.");
        (typed, sets)
    }

    /// The sets and nodes of which a property can be asked.
    fn subjects(&self, typed: &str) -> Vec<Candidate> {
        let sets = SUBJECTS.map(|name| Candidate::stem(format!("{name}.")));
        let nodes = self.node_names(typed).into_iter();
        sets.into_iter().chain(nodes.map(|node| Candidate::stem(node.text + "."))).collect()
    }

    /// What may stand on the right of a comparison.
    fn operand(&self, typed: &'a str, kind: Kind, none: bool) -> (&'a str, Vec<Candidate>) {
        if typed.contains('.') && kind != Kind::Duration {
            return self.property(typed, |name| kind_of(name) == Some(kind));
        }
        // Of a list of nodes, the one after the last comma.
        if let (Kind::Nodes, Some((_, part))) = (kind, typed.rsplit_once(',')) {
            return (part, self.node_names(part));
        }
        let mut found = words(&typed_words(kind));
        match kind {
            Kind::Node => {
                found.extend(self.node_names(typed));
                found.push(Candidate::word("leader"));
            }
            Kind::Nodes => found.extend(self.node_names(typed)),
            Kind::Number | Kind::Log | Kind::Text => {
                let nodes = self.node_names(typed).into_iter();
                found.push(Candidate::stem("leader.".to_owned()));
                found.extend(nodes.map(|node| Candidate::stem(node.text + ".")));
            }
            Kind::Duration | Kind::Role | Kind::State | Kind::Outcome => {}
        }
        found.extend(none.then(|| Candidate::word("none")));
        (typed, found)
    }

    /// A property after a dot, of those that are wanted.
    fn property(
        &self,
        typed: &'a str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> (&'a str, Vec<Candidate>) {
        let Some((whose, last)) = typed.rsplit_once('.') else { return (typed, Vec::new()) };
        if whose.ends_with('.') {
            return (last, self.node_names(last));
        }
        match whose.rsplit_once('.').map(|(_, property)| property) {
            Some("match" | "next") => return (last, self.node_names(last)),
            _ if whose.contains(".kv") => {
                let key = typed.split_once(".kv.").map_or(last, |(_, key)| key);
                let keys = keys(self.typing_context.world());
                return (key, keys.map(Candidate::quoted).collect());
            }
            _ => {}
        }
        if whose.starts_with("op") {
            return (last, vec![Candidate::word("value")]);
        }
        let property = |name: &&str| match *name {
            "kv" | "match" | "next" => Candidate::stem(format!("{name}.")),
            name => Candidate::word(name),
        };
        (last, PROPERTIES.iter().filter(|name| is_wanted(name)).map(property).collect())
    }
}

/// What may join or end a condition here.
fn joins(open: bool, within: bool) -> Vec<Candidate> {
    let mut found = words(&["and", "or"]);
    found.extend(open.then(|| Candidate::word(")")));
    found.extend((within && !open).then(|| Candidate::word("within")));
    found
}
