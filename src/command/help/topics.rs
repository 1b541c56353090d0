//! Help texts about things that are not commands.

/// A help text about something that is not a command.
pub(super) struct Topic {
    /// Its name, as typed after `help`.
    pub(super) name: &'static str,
    /// What it is about, in a few words.
    pub(super) about: &'static str,
    /// The text, one paragraph on each line.
    pub(super) text: &'static str,
}

pub(super) const TOPICS: [Topic; 9] = [
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
safe                       no safety property was ever violated; violated NAME: this one was (see `help violations`)
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
t=183ms n3@1 5/5 raft>     time, leader and term, nodes up; then flaws and violations
TAB                        completes commands, nodes, keys, messages, files …
grey                       how the command goes on; → takes over a word that is sure
red                        will be refused
Ctrl-C                     drops the line, or stops the command that runs
Ctrl-D                     leaves
an empty line              after `step` or `run` does it again
5 step                     does a command five times
ste, ki n1, disk c n1      beginnings of commands will do
up, Ctrl-R                 earlier lines; one that begins with a blank is not kept
Scripts, pipes and -c understand full commands only, so that none breaks when
commands are added. Before the first prompt, init.raft is run, which is in
$XDG_CONFIG_HOME/raftsh (~/.config/raftsh); --no-init does without. History is
$XDG_STATE_HOME/raftsh/history (~/.local/state/raftsh/history), or where
$RAFTSH_HISTORY says; /dev/null keeps none.",
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
Exit status, of the process and in its answers to programs:",
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
disk sync N                the oldest unfinished write finishes now, without moving time
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
status, violations         data.violated[], data.violations[]; data.not_judged: null, or from which event on, and why
A command that breaks a property has data.violated[]; if that is not expected, its object comes again, as a failure.
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
    Topic {
        name: "screens",
        about: "what the signs in tables and diagrams mean",
        text: "\
status     ~ not on disk yet, behind a term, vote or last index; last is index@term
logs       ✓ committed and applied   (✓) committed only   ~ not on disk yet   ■ on disk only   ✗ damaged
           ≠ logs differ
           the double line stands below what is committed; of more than 9 nodes, those that are alike share a column
links      ok, cut, held; * has a delay, loss or duplication of its own
diagram    ●──▶ arrives   ●╌╌⇥ is lost   ●╌╌▷ is sent   L C F roles   ■ on disk   ✓ committed   ✗ down
           ▲ runs again   ○ a client   ╳ cut   ! a promise broken   • other
           a lane is │ while its node runs, ┆ while it is paused, · while it is down
roles      L leader   C candidate   F follower, each with its term
ascii      set ascii on shows the same in ASCII; other characters in keys and values as \\u{6f22}",
    },
];
