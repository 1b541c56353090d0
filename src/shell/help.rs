//! Help, out of the definitions of the commands themselves, and texts on a few topics.

use super::command::{Grammar, LOOKING, value_name};
use super::error::Error;
use super::suggest;
use crate::quantity::shown;
use crate::view::document::{Document, Text, Tone};
use crate::view::{flaws, violations};

/// The commands by what they are for, in the order in which a newcomer needs them.
const FAMILIES: [(&str, &[&str]); 8] = [
    ("Looking", &LOOKING),
    ("Time", &["step", "run", "settle"]),
    ("Clients", &["put", "get", "del", "cas"]),
    ("Faults", &["kill", "restart", "pause", "resume", "corrupt", "disk"]),
    ("Links", &["cut", "heal", "isolate", "partition", "delay", "loss", "duplicate", "hold", "release"]),
    ("By hand", &["timeout", "tick", "deliver", "drop", "dup"]),
    ("Checking", &["expect", "violations", "flaw"]),
    (
        "Cluster and shell",
        &["cluster", "preload", "set", "save", "load", "help", "echo", "source", "repeat", "quit"],
    ),
];

/// A text about something that is no command.
struct Topic {
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

const TOPICS: [Topic; 8] = [
    Topic {
        name: "nodes",
        about: "how nodes are named",
        text: "\
n3              one node
n1,n3           several
n1..n3          a range
all             every node
leader          the live leader of the highest term
followers       the live nodes that follow
live            up, not paused, not halted
down            killed or halted
Where one node is asked for, a set of exactly one serves: put leader x=5.",
    },
    Topic {
        name: "conditions",
        about: "what `expect` and `run until` understand",
        text: "\
leader                     some live node is leader; no-leader: none is
leader == n1               n1 has the highest term among live leaders
n2.role == follower        follower, candidate or leader
n2.state == up             up, paused, down or halted
n1.term >= 3               also commit, applied, last; numbers take == != < <= > >=
n1.vote == n2              or none
n1.match.n2 == 4           what leader n1 knows of n2; also next
n1.log == [1,1,4]          the terms of the log it uses, in order
n1.kv.x == 5               what its state machine holds, or none
op3 == ok                  ok, failed, pending or unknown; `op` is the latest one
op3.value == 5             what a get returned, or none
all.commit >= 5            every member of a set; any: at least one node
committed x=5              that write is in the committed prefix of some live node
agree                      all live nodes have the same log and commit index
safe                       no safety property was ever violated; violated NAME: this one was
quiet                      only heartbeats in flight, no write unfinished, all live logs equal
messages == 0              how many messages are in flight
time >= 2s                 virtual time
not, and, or, ( )          bind in this order",
    },
    Topic {
        name: "values",
        about: "how durations, ranges and percentages are written",
        text: "\
500us 150ms 2s 5m 10h      durations
150ms..300ms               a range, both ends included; a single duration is a range of one
12.5% 0                    percentages
x=5 \"a key\"='a value'      keys and values; \"…\" takes escapes, '…' is literal",
    },
    Topic {
        name: "prompt",
        about: "what the prompt tells, and what only it understands",
        text: "\
t=183ms n3@1 5/5 raft>     the time, the leader and its term, how many nodes are up; then flaws that are on, and what was violated
TAB                        completes commands, nodes, keys, messages, conditions, files …, or lists what there is
grey                       how the command goes on; the right arrow takes over a word that is certain. Red will be refused
Ctrl-C                     drops the line, or stops the command that runs; Ctrl-D leaves
an empty line              does the last `step` or `run` again
5 step                     does a command five times
ste, ki n1, disk c n1      the beginning of a command will do, as long as it is the only one
up, Ctrl-R                 earlier lines; those that begin with a blank are not kept
init.raft                  in $XDG_CONFIG_HOME/raftsh (~/.config/raftsh): a script that runs before the first prompt; --no-init does without
Scripts, pipes and -c understand full commands only, so that none breaks when commands are added.
History is in $XDG_STATE_HOME/raftsh/history (~/.local/state/raftsh), or where $RAFTSH_HISTORY says; /dev/null keeps none.",
    },
    Topic {
        name: "scripts",
        about: "how lines are read, and how scripts end",
        text: "\
# begins a comment, ; separates commands, repeat N { … } may span lines.
!CMD succeeds only if CMD fails with status 1 or 3: an expected refusal.
--format json, for the process or for one looking command, answers with one JSON object a command; see `help json`.
raftsh test PATH runs scripts and tutorials as tests; raftsh record FILE.md writes a tutorial as you type.
A script stops at its first failure; --keep-going goes on and ends with the worst status.
Exit status: 0 all went well, 1 a command failed, 2 usage or syntax, 3 an expectation failed, 130 interrupted.",
    },
    Topic {
        name: "disks",
        about: "what is on a disk, what may go wrong with it, and what a node does then",
        text: "\
A disk is a log of records, each under checksums; two marks at its beginning say how many are synced. disk show prints it.
kill                       what is not synced is lost; set crash-tail keep, torn, any: or kept, torn at a record, anything
disk tear N                the next crash leaves a torn piece: the next start cuts it off and goes on
disk cut N                 every access fails: the node halts at its next write, and promises nothing
disk full N                no room for entries and for 8 more votes: the node stays up, takes no entries, does not lead
disk slow N 500ms          every write takes that long
corrupt N                  damaged bytes; disk lose N: a write that vanishes; disk stale N: an old record that comes back:
                           found at the next start, or by disk scrub; the node halts, and says which record is lost
disk lie N                 what it says is synced is not: no node can find that out, and no protocol can help
disk restore N             all that is over; damage stays
set recovery halt          a node does not start without a record that was synced (the default; safe)
set recovery truncate      it takes the first bad record for the end of its log (unsafe: here to be seen)",
    },
    Topic {
        name: "json",
        about: "what `--format json` answers",
        text: "\
{\"schema\":1,\"line\":3,\"command\":\"status\",\"ok\":true,\"time_us\":153200,\"data\":{…}}
One object a command on standard output, a line each; raftsh --format json, or status --format json.
A failure has \"ok\":false, \"status\":1, 2 or 3, and \"error\"; !CMD that failed as expected has \"expected\".
status, logs, kv           data.nodes[]
ops, links, messages, settings   data.ops[] and so on
disk show                  data.disk
history, step, run, put …  data.events[], count, truncated; run, settle and --wait show the last 1,000
Every event                id, time_us, node, kind, cause, and its own fields
What only has text to say  data.text[]
New fields may be added; none changes its name or meaning.",
    },
    Topic {
        name: "notation",
        about: "how nodes, entries and messages are written",
        text: "\
n1@2                       node n1 in term 2
3@2                        the entry at index 3, of term 2
#42                        event 42; ⟵ #42 at the end of a line names the cause
→ n3 m12                   message 12 is sent to n3
← n1 m12                   message 12 arrives from n1
⇥ n1 m12                   message 12 from n1 is lost
prev=2@1 [3..4] commit=2   an AppendEntries with entries 3 to 4, to be put behind 2@1; [] is none",
    },
];

/// A topic that is made of what it speaks of: its name, what it is about, and the maker.
type Made = (&'static str, &'static str, fn() -> Document);

const MADE: [Made; 2] = [
    ("properties", "the promises of Raft that every event is held against", violations::properties),
    (
        "flaws",
        "well-known mistakes that `flaw on NAME` switches in, and where they were seen",
        flaws::sources,
    ),
];

/// All topics that are no commands: name and what it is about.
pub fn topics() -> impl Iterator<Item = (&'static str, &'static str)> {
    TOPICS.iter().map(|topic| (topic.name, topic.about)).chain(MADE.iter().map(|made| (made.0, made.1)))
}

/// All commands, a line each.
pub fn overview(grammar: &Grammar) -> Document {
    let mut document = Document::new();
    for (family, names) in FAMILIES {
        document = document.line(Text::new().toned(Tone::Strong, family));
        for name in names {
            let about =
                grammar.definition(name).and_then(|command| command.get_about().map(ToString::to_string));
            document = document.line(entry(name, WIDTH, &about.unwrap_or_default()));
        }
    }
    document = document.line(Text::new().toned(Tone::Strong, "Topics"));
    let document =
        topics().fold(document, |document, (name, about)| document.line(entry(name, WIDTH, about)));
    document.line(
        Text::new().toned(
            Tone::Dim,
            "help CMD tells more. To begin: run until leader; put leader x=5; run 1s; logs",
        ),
    )
}

/// The width of the longest name of a command or topic.
const WIDTH: usize = 10;

fn entry(name: &str, width: usize, about: &str) -> Text {
    Text::new().toned(Tone::Leader, format!("  {name:<width$}  ")).plain(about)
}

/// One command or topic.
///
/// # Errors
/// If there is none of this name.
pub fn topic(grammar: &Grammar, name: &str) -> Result<Document, Error> {
    if let Some(topic) = TOPICS.iter().find(|topic| topic.name == name) {
        let title = Text::new().toned(Tone::Strong, format!("{}: {}", topic.name, topic.about));
        let document = topic.text.lines().fold(Document::from(title), Document::line);
        return Ok(if topic.name == "prompt" { document.line(short(grammar)) } else { document });
    }
    if let Some((name, about, make)) = MADE.iter().find(|made| made.0 == name) {
        let title = Text::new().toned(Tone::Strong, format!("{name}: {about}"));
        return Ok(Document::from(title).then(make()));
    }
    match grammar.definition(name) {
        Some(command) => Ok(describe(grammar, &command)),
        None => {
            let names = grammar.names();
            let all = names.iter().map(String::as_str).chain(topics().map(|(name, _)| name));
            let near = suggest::nearest(name, all).map(|near| format!("; did you mean '{near}'?"));
            let message = format!("there is no help on {}{}", shown(name), near.unwrap_or_default());
            Err(Error::usage(message).word(name).help("`help` lists commands and topics"))
        }
    }
}

/// What is short for which command at the prompt.
fn short(grammar: &Grammar) -> String {
    let aliases = |name: &String| {
        let command = grammar.definition(name)?;
        let aliases: Vec<&str> = command.get_visible_aliases().collect();
        (!aliases.is_empty()).then(|| format!("{} {name}", aliases.join(" or ")))
    };
    format!(
        "Short for commands: {}.",
        grammar.names().iter().filter_map(aliases).collect::<Vec<_>>().join(", ")
    )
}

fn describe(grammar: &Grammar, command: &clap::Command) -> Document {
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let mut document = Document::from(Text::new().toned(Tone::Strong, grammar.usage(command.get_name())));
    document = about.lines().fold(document, Document::line);
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    if !aliases.is_empty() {
        document = document.line(format!("At the prompt also: {}", aliases.join(", ")));
    }
    let arguments =
        command.get_arguments().map(|argument| (synopsis(argument), help_of(argument.get_help())));
    let subs = command.get_subcommands().map(|sub| (sub.get_name().to_owned(), help_of(sub.get_about())));
    let entries: Vec<_> = arguments.chain(subs).collect();
    let width = entries.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, about) in &entries {
        document = document.line(entry(name, width, about));
    }
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    examples.lines().fold(document, |document, example| {
        document.line(Text::new().toned(Tone::Dim, "  raft> ").plain(example))
    })
}

fn help_of(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// How an argument is written: `NODES`, `--last N`.
fn synopsis(argument: &clap::Arg) -> String {
    match argument.get_long() {
        Some(long) if argument.get_action().takes_values() => format!("--{long} {}", value_name(argument)),
        Some(long) => format!("--{long}"),
        None => value_name(argument),
    }
}
