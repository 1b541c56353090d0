//! What may be typed at a place of a command line, read from the commands' definitions: for
//! completion, hints and colours.
//!
//! A definition says how many words a command takes and what each is called (`NODE`, `KEY=VALUE`,
//! `--last N`). What may be typed there follows from the argument's type or from that name. So the
//! names in synopses are a small vocabulary: [`slot`] is its dictionary, and a test checks that
//! every argument is in it.

use std::any::TypeId;

use clap::{Arg, ArgAction, Command};

use super::asked::{is_asked, may_name_nodes, names_nodes};
use crate::language::Selection;
use crate::language::condition::Scope;
use crate::raft::{Flaw, MessageKind};
use crate::search::find::MoveKinds;
use crate::search::storm::trouble::Trouble;
use crate::sim::EventKind;

/// The name of an argument of two words, of which the first is `within`.
pub(super) const WITHIN: &str = "within DURATION";

/// What a word of a command may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentSlot {
    /// Nodes: `n1,n3`, `leader`.
    Nodes,
    /// The node of a request, or what follows it: the node may be left out.
    NodeOr(Box<ArgumentSlot>),
    /// Groups of nodes, `|` between two.
    Groups,
    /// A key of the store.
    Key,
    /// A key, `=` and a value.
    Assignment,
    /// The name of a setting.
    Setting,
    /// The value of the setting that was named by the word before.
    SettingValue,
    /// A setting, `=` and a value.
    SettingAssignment,
    /// A flaw, one that is on or one that is off.
    Flaw,
    /// Messages by number, or the two ends of a route.
    Messages,
    /// A condition.
    Condition(Scope),
    /// What `why` explains: a condition, or one word that names a thing.
    Question,
    /// What `run` takes: a duration, or `until` and a condition.
    StopCondition,
    /// What `back` takes: a number, or `until` and a condition.
    Distance,
    /// A value of the cluster that can be watched.
    Watched,
    /// The number of a breakpoint or watched value, or `all`.
    Breakpoint,
    /// A moment: a time, an event, a mark.
    When,
    /// A branch.
    Branch,
    /// An event, by its number.
    Event,
    /// A request.
    Request,
    /// A message, in flight or not.
    Message,
    /// An entry, by its index and term.
    Entry,
    /// A file.
    File,
    /// A command, or a topic of help.
    Topic,
    /// An alias that the user gave to commands.
    Alias,
    /// One of a list of words.
    Words(Vec<String>),
    /// Free input that cannot be completed: a number, a text.
    Free,
}

/// The id of an argument that is a condition which may ask about steps.
pub(super) const OF_STEPS: &str = "of_steps";

/// The id of an argument that is a value of the cluster, which may change.
pub(super) const WATCHED: &str = "watched";

/// What may be typed at a place of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// What the word there may be; `None` if the command takes no further word.
    pub slot: Option<ArgumentSlot>,
    /// The number of the argument's first word, counted from 0 after the command's name.
    pub from: usize,
    /// The length in bytes of the part of the word before `slot` applies: `--kind=` in
    /// `--kind=role`.
    pub lead: usize,
    /// Options that may still be given.
    pub options: Vec<String>,
    /// The synopsis of what may follow the word, with its options unless the rest of the line is
    /// one argument.
    pub rest: String,
}

/// Looks at the place after the words `before`, where `at_hand` is being typed.
pub(super) fn look(definition: &Command, before: &[&str], at_hand: &str) -> Outlook {
    let mut walk =
        GrammarWalk { command: definition, taken: 0, from: None, awaits: None, given: Vec::new() };
    for (nth, word) in before.iter().enumerate() {
        walk.pass(nth, word);
    }
    let dashes = if walk.in_condition() { "--" } else { "-" };
    let option = at_hand.starts_with(dashes) && walk.takes_options() && walk.awaits.is_none();
    let valued = at_hand.split_once('=').filter(|_| option).and_then(|(name, _)| {
        let named = walk.open_options().find(|known| long(known) == name)?;
        Some((named, name.len() + 1)).filter(|_| named.get_action().takes_values())
    });
    let subs: Vec<String> =
        walk.command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let slot = match (walk.awaits, walk.positional()) {
        (Some(argument), _) => slot(argument),
        (None, _) if valued.is_some() => valued.and_then(|(argument, _)| slot(argument)),
        (None, _) if option => None,
        (None, None) if !subs.is_empty() => Some(ArgumentSlot::Words(subs)),
        (None, Some(argument)) if is_asked(argument) => walk
            .command
            .get_positionals()
            .nth(1)
            .and_then(slot)
            .map(Box::new)
            .map(ArgumentSlot::NodeOr),
        (None, argument) if walk.from.is_some() => argument.and_then(slot_of_the_rest),
        (None, argument) => argument.and_then(slot),
    };
    let own = walk.awaits.is_some() || valued.is_some();
    let from = walk.from.filter(|_| !own).unwrap_or(before.len());
    let lead = valued.map_or(0, |(_, lead)| lead);
    let options = match walk.takes_options() {
        true => walk.open_options().map(long).collect(),
        false => Vec::new(),
    };
    if !at_hand.is_empty() {
        match walk.positional() {
            Some(argument) if is_asked(argument) && !option && may_name_nodes(at_hand) => {
                walk.taken += 1;
            }
            _ => walk.pass(before.len(), at_hand),
        }
    }
    Outlook { slot, from, lead, options, rest: walk.rest() }
}

/// A walk along the words of a command.
struct GrammarWalk<'a> {
    command: &'a Command,
    /// How many positional arguments have all their words.
    taken: usize,
    /// The number of the first word of an argument of several words, if one has begun.
    from: Option<usize>,
    /// The option whose value is next.
    awaits: Option<&'a Arg>,
    /// The options that were given.
    given: Vec<&'a Arg>,
}

impl<'a> GrammarWalk<'a> {
    /// The positional argument that the next word belongs to.
    fn positional(&self) -> Option<&'a Arg> {
        self.command.get_positionals().nth(self.taken)
    }

    /// Whether all words from now on belong to one argument, whatever they look like.
    fn in_trailing(&self) -> bool {
        self.from.is_some() && self.positional().is_some_and(Arg::is_trailing_var_arg_set)
    }

    /// Whether a condition has begun. It ends at an option.
    fn in_condition(&self) -> bool {
        self.in_trailing() && self.positional().is_some_and(is_condition)
    }

    /// Whether an option may stand here.
    fn takes_options(&self) -> bool {
        !self.in_trailing() || self.in_condition()
    }

    /// Passes a word.
    fn pass(&mut self, nth: usize, word: &str) {
        if self.in_condition() && word.starts_with("--") {
            self.taken += 1;
            self.from = None;
        }
        if self.in_trailing() {
            return;
        }
        if let Some(option) = self.awaits.take()
            && !(word.starts_with("--") && takes_optional_value(option))
        {
            return;
        }
        if let Some(name) = word.strip_prefix("--") {
            let (name, value) =
                name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
            if let Some(option) =
                self.command.get_arguments().find(|known| known.get_long() == Some(name))
            {
                self.given.push(option);
                let is_apart =
                    option.get_action().takes_values() && !option.is_require_equals_set();
                self.awaits = Some(option).filter(|_| is_apart && value.is_none());
            }
        } else if let Some(sub) = self.command.get_subcommands().find(|sub| sub.get_name() == word)
        {
            (self.command, self.taken) = (sub, 0);
        } else if self.positional().is_some_and(takes_many) {
            self.from.get_or_insert(nth);
        } else {
            let leaves_out = |argument| is_asked(argument) && !names_nodes(word);
            self.taken += if self.positional().is_some_and(leaves_out) { 2 } else { 1 };
        }
    }

    /// The options that may still be given.
    fn open_options(&self) -> impl Iterator<Item = &'a Arg> {
        let same = |one: &Arg, other: &Arg| one.get_id() == other.get_id();
        let excludes = |one: &Arg, other: &Arg| {
            self.command
                .get_arg_conflicts_with(one)
                .into_iter()
                .any(|excluded| same(excluded, other))
        };
        let open = |option: &&'a Arg| {
            let again = matches!(option.get_action(), ArgAction::Append);
            option.get_long().is_some()
                && self.given.iter().all(|given| {
                    (again || !same(given, option))
                        && !excludes(given, option)
                        && !excludes(option, given)
                })
        };
        self.command.get_arguments().filter(open).collect::<Vec<_>>().into_iter()
    }

    /// The synopsis of what may follow.
    fn rest(&self) -> String {
        let mut parts = Vec::new();
        if let Some(option) = self.awaits {
            parts.push(value_synopsis(option));
        }
        let begun = usize::from(self.from.is_some());
        for argument in self.command.get_positionals().skip(self.taken + begun) {
            let name = value_name(argument);
            // A condition is the whole rest of the line. clap takes it for optional, but its reader
            // requires it.
            let condition = matches!(slot(argument), Some(ArgumentSlot::Condition(_)));
            let many = takes_many(argument)
                && !argument.is_trailing_var_arg_set()
                && !name.contains([' ', '…']);
            let name = if many { format!("{name}…") } else { name };
            parts.push(if (argument.is_required_set() || condition) && !is_asked(argument) {
                name
            } else {
                format!("[{name}]")
            });
        }
        if self.command.has_subcommands() && self.taken == 0 {
            let subs: Vec<&str> = self.command.get_subcommands().map(Command::get_name).collect();
            let subs = subs.join("|");
            parts.push(if self.command.is_subcommand_required_set() {
                subs
            } else {
                format!("[{subs}]")
            });
        }
        if !self.in_trailing() {
            parts.extend(self.open_options().map(
                |option| match option.get_action().takes_values() {
                    true if option.is_require_equals_set() => {
                        format!("[{}[={}]]", long(option), value_name(option))
                    }
                    true => format!("[{} {}]", long(option), value_synopsis(option)),
                    false => format!("[{}]", long(option)),
                },
            ));
        }
        parts.join(" ")
    }
}

/// Whether a command takes a condition.
pub(super) fn takes_condition(command: &Command) -> bool {
    command.get_arguments().any(is_condition)
}

fn long(argument: &Arg) -> String {
    format!("--{}", argument.get_long().unwrap_or_default())
}

fn takes_many(argument: &Arg) -> bool {
    argument.get_num_args().is_some_and(|range| range.max_values() > 1)
}

/// Whether an argument is a condition: all words up to an option.
pub(super) fn is_condition(argument: &Arg) -> bool {
    argument.get_value_names().is_some_and(|names| names.iter().any(|name| name.contains("COND")))
}

/// Whether an option may stand without a value, such as `--wait`.
pub(super) fn takes_optional_value(option: &Arg) -> bool {
    option.get_num_args().is_some_and(|range| range.min_values() == 0)
}

/// The value of an option in a synopsis.
fn value_synopsis(option: &Arg) -> String {
    let value = value_name(option);
    if takes_optional_value(option) { format!("[{value}]") } else { value }
}

/// What an argument is called in a synopsis.
pub(super) fn value_name(argument: &Arg) -> String {
    let name = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    name.unwrap_or_else(|| argument.get_id().to_string().to_uppercase())
}

/// What an argument may be; `None` if its name is not in the dictionary.
pub(super) fn slot(argument: &Arg) -> Option<ArgumentSlot> {
    let possible = argument.get_possible_values();
    let read_as = argument.get_value_parser().type_id();
    let words =
        |words: &[&str]| ArgumentSlot::Words(words.iter().map(|word| (*word).to_owned()).collect());
    Some(match value_name(argument).as_str() {
        _ if !possible.is_empty() => {
            ArgumentSlot::Words(possible.iter().map(|value| value.get_name().to_owned()).collect())
        }
        _ if read_as == TypeId::of::<Selection>() => ArgumentSlot::Nodes,
        _ if read_as == TypeId::of::<Flaw>() => ArgumentSlot::Flaw,
        "SET | SET" => ArgumentSlot::Groups,
        "NODES|none" => ArgumentSlot::Nodes,
        "KEY" => ArgumentSlot::Key,
        "KEY=VALUE" => ArgumentSlot::Assignment,
        "SETTING" => ArgumentSlot::Setting,
        "SETTING=VALUE" => ArgumentSlot::SettingAssignment,
        "VALUE" if argument.get_id() == WATCHED => ArgumentSlot::Watched,
        "VALUE" => ArgumentSlot::SettingValue,
        "N|all" => ArgumentSlot::Breakpoint,
        "M…|A B" => ArgumentSlot::Messages,
        "COND" if argument.get_id() == OF_STEPS => ArgumentSlot::Condition(Scope::Steps),
        "COND" => ArgumentSlot::Condition(Scope::Moment),
        "COND|THING" => ArgumentSlot::Question,
        "N|until COND" => ArgumentSlot::Distance,
        "WHEN" => ArgumentSlot::When,
        "BRANCH" => ArgumentSlot::Branch,
        "EVENT" => ArgumentSlot::Event,
        "OP" => ArgumentSlot::Request,
        "MESSAGE" => ArgumentSlot::Message,
        "ENTRY" => ArgumentSlot::Entry,
        "DURATION|until COND [within DURATION]" => ArgumentSlot::StopCondition,
        "FILE" => ArgumentSlot::File,
        "CMD|TOPIC" => ArgumentSlot::Topic,
        "ALIAS" => ArgumentSlot::Alias,
        "KIND" => ArgumentSlot::Words(EventKind::names().map(str::to_owned).collect()),
        "TYPE" => words(MessageKind::NAMES),
        "TERMS|none" | "OLD" | "OP|none" => words(&["none"]),
        "FAULTS|none" => {
            let names = Trouble::ALL.iter().map(|trouble| trouble.name());
            ArgumentSlot::Words(names.chain(["none"]).map(str::to_owned).collect())
        }
        "MOVES" => ArgumentSlot::Words(MoveKinds::names().map(str::to_owned).collect()),
        WITHIN => words(&["within"]),
        "N|off" => words(&["off"]),
        "DURATION" | "PERCENT" | "N" | "S" | "T" | "K" | "NEW" | "TEXT" | "WORD" | "I"
        | "OFFSET" | "MIX" | "N { CMD; CMD }" | "NAME = COMMANDS" | "NAME" | "CMD|NODE=CMD" => {
            ArgumentSlot::Free
        }
        _ => return None,
    })
}

/// What the words of an argument may be after its first one.
fn slot_of_the_rest(argument: &Arg) -> Option<ArgumentSlot> {
    match value_name(argument).as_str() {
        WITHIN => Some(ArgumentSlot::Free),
        _ => slot(argument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Grammar;

    fn all<'a>(command: &'a Command, found: &mut Vec<(String, &'a Arg)>) {
        let valued =
            command.get_arguments().filter(|argument| argument.get_action().takes_values());
        found.extend(valued.map(|argument| (command.get_name().to_owned(), argument)));
        command.get_subcommands().for_each(|sub| all(sub, found));
    }

    #[test]
    fn every_argument_is_in_the_dictionary() {
        let grammar = Grammar::default();
        for name in grammar.names() {
            let definition = grammar.definition(&name).unwrap();
            let mut found = Vec::new();
            all(&definition, &mut found);
            for (command, argument) in found {
                let name = value_name(argument);
                assert!(
                    slot(argument).is_some(),
                    "{command} {name}: say in `slot` what {name} may be"
                );
            }
        }
    }
}
