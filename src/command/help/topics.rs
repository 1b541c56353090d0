//! Help texts about things that are not commands.

use super::beyond;

/// A help text about something that is not a command.
pub(super) struct Topic {
    /// Its name, as typed after `help`.
    pub(super) name: &'static str,
    /// What it is about, in a few words.
    pub(super) about: &'static str,
    /// The text, one paragraph on each line.
    pub(super) text: &'static str,
}

pub(super) const TOPICS: [Topic; 18] = [
    Topic {
        name: "nodes",
        about: "how to name nodes",
        text: "\
n3              node 3
n1,leader       several, joined by commas without blanks
n1..n3          a range: n1, n2 and n3
all             every node
leader          the live leader of the highest term
followers       the live nodes that are followers
live            the nodes that are up: not paused, down or halted
down            the nodes that were killed or have halted
voters          the voters; learners: the learners; spares: nodes that are no members (by the \
leader's configuration, or else by the latest that is known to be committed)
A command that takes one NODE accepts any of these that names exactly one node: put leader x=5.",
    },
    Topic {
        name: "engines",
        about: "running another Raft, in any language, in place of raftsh's own",
        text: "\
An engine is a process that reads one JSON object a line from its standard input and answers \
each with exactly one line on its standard output. `cluster 3 --engine 'python3 my_raft.py'` \
runs one at each node; `--engine n3='CMD'` another one at n3. So does `raftsh --engine CMD` for \
run, test, hunt, and `engine: CMD` in a file for --config.
It has no clock, no dice, no files and no network: raftsh gives it the time, a random number, \
its messages, its timers and its disk. Then the same seed gives the same bytes, and going back \
in time, saving, hunting and `why` work as ever.
It reads, one object a line:
hello         who it is: name, version, protocol 1, and what it can do
start         a life begins: node, of, disk (term, vote and log, or a blob), options
message       from, and body as it was sent
timer         a timer ran out, and is no longer set
written       this write and all before it are on the disk
propose       op and data: accept it at an index, or refuse it
request       instead, if it can do requests: op and command, which it answers itself
unreachable   a message to this node reached nobody, if it can hear that
It answers {\"out\":[…],\"state\":{…}}; `out` holds, in order:
write         numbered 1, 2, 3: term and vote, cut and add, more, or a blob; sync: false
send          to a node: body, after a write, and say, what it means for people and checks
set, cancel   a timer of any name; within: its range in microseconds
apply         committed entries: raftsh keeps the store and answers clients
accept, refuse, reply, note
`state` says role, term and commit, and if it likes vote, leader, applied, last and progress. \
What an engine does not say is not judged: `engine` shows what runs.
An engine that crashes or hangs halts its node and breaks engine-alive or engine-answers; one \
that breaks the protocol halts its node too, and the script ends with status 2. `engine log n1` \
shows what it wrote to standard error, `engine verify` compares its answers with those of a \
fresh process. scripts/engines has kits for Python and Rust.",
    },
    Topic {
        name: "conditions",
        about: "the conditions of `expect` and `run until`",
        text: "\
leader                     a live node is leader; no-leader: none is
leader == n1               n1 leads in the highest term of all live leaders
n2.role == follower        follower, pre-candidate, candidate or leader
n2.state == up             up, paused, down or halted
n1.term >= 3               also commit, applied and last; == != < <= > >=
n1.vote == n2              n1's vote in its current term: a node, or none
n1.leader == n2            whom n1 believes to lead: a node, or none
n1.match.n2 == 4           leader n1's match index for n2; also next
n1.log == [1,1,4]          the terms of the entries in n1's log, in order
n1.snapshot == 5           the last index in n1's snapshot, or 0; n1.first == 6: the first in its log
n1.members == n1..n3       n1's voters; also outgoing and learners; none: `help membership`
n1.kv.x == 5               the value of x in n1's state machine, or none
op3 == ok                  ok, failed, pending or unknown; op: the latest request
op3.value == 5             the value that a get returned, or none
all.commit >= 5            true of every node in a set; any.commit: of at least one
all.commit == leader.last  the other side may be a value of one node or request, or leader
n1.log == n2.log           the same entries; n1.kv.x == n2.kv.x: the same value
count(live.term == 2) > 1  how many nodes of a set; leaders: how many lead; up: how many are up
committed x=5              the committed log of a live node contains this write
agree                      all live members have the same log and commit index
linearizable               the answers that clients got fit together: `help properties`
safe                       no safety property has been violated
violated NAME              this property has been violated: `help properties`
quiet                      only heartbeats in flight, no write unfinished, logs of live members equal
messages == 0              the number of messages in flight
time >= 2s                 virtual time since the start; 2s <= time is the same
n1.term changes            differs from what it was when the command began, for `break` at its last
                           stop; leader, op, op.value, leaders, up, messages and count(…) can
                           change, too: `run until`, `break` and the like only
event node_killed n2       the step just made had such an event; without a node, at any node:
                           `run until`, `break` and the like only; `help events` lists the kinds
not, and, or               `not` binds tighter than `and`, `and` tighter than `or`
( )                        groups",
    },
    Topic {
        name: "questions",
        about: "what `why` explains, and how to read its answers",
        text: "\
why leader                 who leads, or what keeps the nodes from electing one
why leader == n1           why n1 leads or does not
why n3.vote == n2          whom n3 voted for, and why it refused n2
why committed x=5          who holds the write durably, and what each other node waits for
why op3 == ok              what became of a request
why leaders == 2           which terms they lead, and who has not heard of the later one
why agree, why quiet       where the logs differ, what is in flight
why violated NAME          from the broken property back to the step that broke it
why n2, why 42, why op3    a node, an event, a request; m12: a message, 3@2: an entry
why                        what failed last, or the latest event
why 3@2, why op3           also: which least sets of nodes could lose the entry if they crashed now
Every condition of `help conditions` may be asked, but for `changes` and `event`.
(§5.4.1, #42) at the end of a sentence names the section of the paper whose rule decides, and the \
events that it rests on: `goto 42` goes there.
heal n1 n2 would do: tried, true after 212ms: on a copy of the cluster, the condition held \
this long after the command. At most 200 moves are tried, for 5s of virtual time each; of what was \
not tried, nothing is said.
`could be lost if n2 is killed now` means: after that crash, which loses what n2 has not synced, a \
node without the entry can be elected, by messages and timers alone. In clusters of up to 9 nodes \
all sets are tried. `history --op op3` lists the life of a request, event by event; --message m12, \
--entry 3@2 and --causes 42 do the same for other things.
An `expect` or a `run until` that fails says at most three lines of why, without trying anything.",
    },
    Topic {
        name: "moments",
        about: "going to other moments: times, events, marks, branches",
        text: "\
180ms                      the latest moment at or before this time; the clock stands at it
42                         right after the step or command that brought event 42 about; 0: start
elected                    the moment that `mark elected` named
start end                  the start of the cluster, the end of the branch
back 3, forward            steps and commands back, and forward along what is recorded
undo, redo                 before the last command that changed something, and after it again
In the past, every command shows that moment. A command that changes the cluster there begins a \
branch: b1, b2 and so on. The old branch is kept, and `switch` goes to its end. The first branch \
is main. When you leave a branch on which only time has passed, raftsh forgets it.
Events, messages and requests have the same numbers on a branch as if nothing else had been done.
`cluster` and `load` begin a new history; `undo` reaches back over the last 8 of them.
A violation on any branch counts for the exit status.
Breakpoints and watched values belong to the shell: they are the same on all branches, and going \
to another moment stops at none.",
    },
    Topic {
        name: "elections",
        about: "elections beyond the paper: pre-vote, check-quorum, transfer",
        text: beyond::ELECTIONS,
    },
    Topic {
        name: "membership",
        about: "the members of the cluster: voters, learners, spares, and how they change",
        text: "\
voter                      has a vote, and its disk counts for commitment
learner                    is sent entries, and has no vote
spare                      is in no configuration: `cluster 3 --spare 2`, `boot`. It answers \
others, and campaigns only once the log of a leader makes it a voter.
member add N               N becomes a voter; with --learner, a learner. It is not brought up to \
date before: it counts at once.
member promote N           a learner becomes a voter
member remove N            N is no longer a member. A leader that is removed leads until that is \
committed, without counting itself, and then steps down.
member set A               the voters become A by way of a joint configuration (§6): until that is \
committed, every decision needs a majority of both the old and the new voters. Then the leader \
ends it, or `member leave` if --stay was given. --learners B replaces all learners.
A change is an entry in the leader's log, and a request: `ops` lists it, --wait waits for it. \
Each node uses the latest configuration in its log, committed or not, and returns to the one \
before if that entry is deleted.
A leader takes one change at a time, and none before it has committed an entry of its own term \
(Ongaro's correction of 2015): `set noop on`, or put something.
A removed node that was not told campaigns again, and disturbs the others: kill it, or `set \
check-quorum on`. `mend` powers removed nodes off.
members                    which configuration each node uses, and from which entry
n1.members == n1..n3       its voters; n1.outgoing and n1.learners; none for a spare
voters, learners, spares   sets of nodes, by the leader's configuration, or else by the latest one \
that is known to be committed",
    },
    Topic {
        name: "snapshots",
        about: "snapshots: logs that forget what the state machine has",
        text: "\
snapshot N                 n takes a snapshot: its state machine as it is after the entries that it \
has applied, with the sessions of clients and the configuration (§7)
snapshot N --keep 10       the last 10 of these entries stay in the log
set snapshot-every 100     nodes take snapshots by themselves, after every 100 applied entries
A snapshot is one write. Until it is on the disk, the one before it counts, whatever crashes. Then \
the node discards the entries that the snapshot replaces, in memory and on the disk.
A leader sends InstallSnapshot in place of AppendEntries to a follower that needs entries which the \
leader has discarded. A follower whose log has the snapshot's last entry keeps its log; any other \
replaces its log and its state machine.
A node starts from its snapshot: commit and applied index are where it ends.
corrupt N --snapshot       damages the snapshot on the disk: the next start finds that, and halts
n1.snapshot == 5           where n1's snapshot ends, 0 if it has none; n1.first == 6: where its log \
begins
`logs` shows where each log begins, `status` all snapshots, `disk show N` the record.",
    },
    Topic {
        name: "values",
        about: "how to write durations, ranges, percentages, keys and values",
        text: "\
500us 150ms 2s 5m 10h      durations, from microseconds to hours; also 1m30s, 1s500ms
150ms..300ms               a range, both ends included; 5ms means 5ms..5ms
12.5% 0                    percentages
x=5 \"a key\"='a value'      a key and its value; quote those with blanks
\"…\" '…'                    \"…\" reads escapes such as \\n, '…' reads none",
    },
    Topic {
        name: "requests",
        about: "clients: outcomes, sessions, requests that are sent again, reads, load",
        text: "\
ok                         done
failed                     not done, and never will be: a cas that did not match, an incr of no \
number
pending                    no answer yet
unknown                    done or not done: the leader that had it crashed or stepped down
put x=5 --client c1        a client with a name has one request at a time; without a name, each \
request has a client of its own
retry op3                  sends a request again; without a session it is a new request, and may be \
done twice
set sessions on            from now on a request carries its client and number, and is done once \
however often it is sent; retry op3 keeps its number, and unknown becomes pending again (thesis, \
§6.3)
set reads local            a get is answered at once, from the store of the node that is asked, \
which may be stale; get x --read log asks by an entry in the log (`help reads` has the others)
clients 3                  three clients w1, w2 and w3 send requests while time passes
clients off                they stop; settle lets none of them work
A client that has sent a later request has given the earlier one up: in a session, that one is \
never done after the later one.",
    },
    Topic {
        name: "reads",
        about: "reads without an entry in the log: local, index, lease",
        text: beyond::READS,
    },
    Topic {
        name: "prompt",
        about: "what the prompt shows; keys and short forms that work only there",
        text: "\
t=183ms n3@1 5/5 raft>     virtual time, the leader and its term, nodes that are up
no leader@2                no live node leads; 2 is the highest term of a live node
n3@1 hears 1/3 3/3       no majority has answered leader n3 for an election timeout
1 flaw 2 violated          flaws that are on, and violations so far
not judged                 properties are no longer checked: `violations` says why
b1 past                    the branch if it is not main; past: its later moments are recorded
TAB                        completes commands, nodes, keys, messages and files
grey text                  the rest of an earlier line, or what the command takes and its present \
value; →, End and Ctrl-E accept an earlier line, or the rest of a word
red text                   this would fail now: a wrong word, or a command that the cluster refuses
Ctrl-C                     discards the line, or stops the command that runs
Ctrl-D                     leaves the shell
empty line                 repeats step, run, back, forward or continue if that was the last command
5 step                     short for repeat 5 { step }
ste, ki n1, disk c n1      the first letters are enough if only one command has them
Up, Down                   walk the earlier lines; after a typed beginning, those that begin so
Ctrl-R                     searches earlier lines; a line that begins with a blank is not kept
status > a.txt             sends the output of a command that shows something to a file; >> appends
history | grep vote        sends it to a program; a ; ends the program's line
alias st = 'status; logs'  gives a name to commands; `alias` lists them, `unalias st` forgets one
set pager off              prints long answers at once; else $PAGER or `less` shows them
tour                       shows Raft and this shell, one command at a time
Scripts, pipes and -c accept only full command names, so that scripts keep working when commands \
are added.
Before the first prompt, raftsh runs the script init.raft in $XDG_CONFIG_HOME/raftsh \
(~/.config/raftsh). --no-init \
skips it.
Earlier lines are kept in $XDG_STATE_HOME/raftsh/history (~/.local/state/raftsh/history), or in \
the file that \
$RAFTSH_HISTORY names. /dev/null keeps none.",
    },
    Topic {
        name: "events",
        about: "what `step`, `run` and `history` print, and the kinds of events",
        text: "\
Each line is an event: its time, its number, its node, what happened, and the event that caused it.
A step is what `step` counts: a delivery, a timer that fires, or a disk operation that finishes. \
One step may cause \
several events, or none.
`step` prints all events. `history` lists all but idle heartbeats. `run`, `settle`, `mend` and \
--wait print only these kinds:
role_changed               the node's role or term changed
vote_refused               the node refused its vote, and why; repetitions are counted
pre_vote_refused           the node would refuse its vote, and why (`help elections`)
election_lost              `nobody won term 3: …`: its last candidate gave up
message_ignored            a message changed nothing, and why; repetitions are counted
commit_advanced            a commit index rose: of the first node that reaches it
configuration_changed      the node uses another configuration (`help membership`)
snapshot_taken             the snapshot that the node took is on its disk
snapshot_installed         a leader's snapshot replaced the node's log and state machine
commit_held                a majority has the entry, but it is of an earlier term (§5.4.2)
log_truncated              the node deleted entries that conflict with its leader's
client_replied             the outcome of a request
client_timed_out           a client in the background waits for an answer no longer
node_halted                the node stopped itself, and why
property_violated          a property was violated
judging_ended              properties are no longer checked
They also say when a leader has had no answer from a majority for an election timeout (it \
commits nothing), when a vote \
waits for a slow disk, why a new leader has committed nothing yet, and how often something was \
repeated. These lines \
have no number.
`history --kind KIND` lists the events of one kind. The other kinds:
elections                  timer_fired, vote_granted, vote_synced
logs                       entry_appended, entries_synced, append_refused, entry_applied,
                           snapshot_synced, log_compacted
messages                   message_sent, message_delivered
network faults             message_dropped, message_duplicated
nodes                      node_killed, node_restarted, node_paused, node_resumed, node_booted
links                      link_cut, link_healed, link_held, link_released, link_changed
clients                    client_invoked, client_refused, client_timed_out
disk faults                disk_cut, disk_filled, disk_slowed, disk_restored
                           disk_made_to_lie, disk_tear_armed, disk_loss_armed
                           disk_damaged, disk_went_stale, write_vanished
full disk                  write_forgone
disk scrub                 disk_scrubbed
crash and start            tail_left, tail_cut, marks_renewed, records_dropped",
    },
    Topic {
        name: "scripts",
        about: "how scripts are read and end, and what exit statuses mean",
        text: "\
# begins a comment, ; separates commands, and repeat N { … } may span lines.
!CMD expects a refusal: it succeeds only if CMD fails with status 1 or 3.
raftsh run FILE runs a script. raftsh check-syntax FILE only parses it.
raftsh test PATH runs scripts and tutorials as tests. raftsh record FILE.md writes a tutorial \
while you type.
--format json prints one JSON object for each command: `help json`.
A script stops at its first failure. With --keep-going it continues, and its exit status is the \
worst one.
Exit status of raftsh, and \"status\" in JSON:",
    },
    Topic {
        name: "disks",
        about: "what a disk holds, how it fails, and what its node does then",
        text: "\
A disk is a log of records, each with checksums. Two marks at its start say how many records are \
synced. `disk show` \
prints both.
kill N                     loses the writes that are not synced
set crash-tail keep        a crash keeps them; torn: in part; any: at random
disk tear N                the next crash leaves a torn record; the next start removes it
disk cut N                 every access fails: the node halts at its next write
disk full N                only 8 more votes fit: the node cannot append or lead
disk slow N 500ms          every write takes 500ms
disk sync N                the oldest unfinished write finishes now; time does not move
disk lie N                 reports writes as synced that are not; no node can notice
corrupt N                  damages bytes on the disk
disk lose N                the next write vanishes, though the disk reports it as synced
disk stale N               an older version of a record replaces the record
disk wipe N                removes everything: a node that runs halts; it starts as if it were new
The next start or `disk scrub` finds what corrupt, lose and stale did. The node then halts and \
names the lost record.
disk restore N             ends cut, full, slow, lie, tear and lose; damage stays
set recovery halt          a node that lost a synced record does not start (default)
set recovery truncate      it starts without that record and all after it (unsafe)",
    },
    Topic {
        name: "json",
        about: "the objects that `--format json` prints",
        text: "\
{\"schema\":1,\"line\":3,\"command\":\"status\",\"ok\":true,\"time_us\":153200,\"data\":{…}}
raftsh --format json prints one such object for each command, on one line of standard output. \
`status --format json` \
does so for this command only.
A failure has \"ok\":false, \"status\" (1, 2 or 3), \"error\" and perhaps \"help\". A !CMD that \
failed as expected has \
\"ok\":true, and \"expected\" contains the error.
status, logs, kv           data.nodes[]
ops, links, messages       data.ops[], data.links[], data.messages[]
settings                   data.settings[]; nodes: the values of single nodes
diff, disk show            data.diff, data.disk
status                     data.violated[] (names), data.flaws[]
violations                 data.violations[]
mend                       data.mended[] (commands), data.bound_us, data.took_us or null,
                           data.missing[], data.not_judged: why, or null
breaks, break, watch       data.breaks[]: id, kind, text, once, hits
run, step, settle, …       data.stopped, if it ended early: by (break, violation, interrupt), id;
                           data.watched[]: the last 1,000 changes: id, event, old, new
export                     data.file, data.format, data.events, data.bytes
hunt                       data.findings[], each with a script, data.coverage[], data.seeds
shrink                     data.script, data.breaks, data.from and data.to: commands, nodes;
                           data.runs
find                       data.found, data.script, data.commands, data.tries, data.shapes,
                           data.took
measure                    data.name, data.value: a number, or a duration in microseconds
status, violations         data.not_judged: null, or event, node and reason
violations                 data.linearizability_undecided: the same, if only that is given up
help, echo, …              data.text[]
history, step, put, …      data.events[], data.count, data.truncated
run, settle, mend and --wait print at most the last 1,000 events; then \"truncated\" is true.
A command that violates a property has data.violated[]. If that was not expected, its object is \
printed again, as a failure.
Every event has id, time_us, node, kind, cause, and the fields of its kind. Nodes are \"n1\", \
messages \"m12\", requests \
\"op3\". `help events` lists the kinds. Some fields:
role_changed               role, term, was, was_term, why
  why                      election_timeout, pre_votes_won, elected, quorum_lost, disk_full,
                           timeout_now (with leader), removed,
                           prepared,
                           later_term (with from and type), leader_known (with leader)
vote_refused               term, candidate, reason,
                           candidate_log_index, candidate_log_term
  reason                   stale_term, disk_full, voted_for (with voted_for),
                           log_behind (with last_log_index and last_log_term),
                           leader_heard, leads, restarted
pre_vote_granted           term, candidate
pre_vote_refused           term, candidate, why (as the reason of vote_refused),
                           candidate_log_index, candidate_log_term
election_lost              term, votes
quorum_checked             heard, needed
snapshot_taken             index, term
snapshot_installed         index, term, voters, outgoing, learners
log_compacted              first
configuration_changed      voters, outgoing (or null), learners, index (or null: the first one)
transfer_started           to
transfer_ended             to, reason: later_term, gave_up, replaced, stepped_down
clock_changed              drift_ppm: how much faster the clock runs, in millionths
message_ignored            message, why, from
  why                      earlier_term, not_candidate, not_pre_candidate, not_leader,
                           late_refusal, counted_vote, not_member, second_leader
Fields may be added. None changes its name or its meaning.",
    },
    Topic {
        name: "notation",
        about: "how events write nodes, entries and messages",
        text: "\
n1@2                       node n1 in term 2
3@2                        the entry at index 3, of term 2
#42                        event 42; ⟵ #42 at the end of a line: event 42 caused it
→ n3 m12                   the node sends message 12 to n3
← n1 m12                   message 12 from n1 is delivered to the node
⇥ n1 m12                   message 12 from n1 is lost
last=3@2                   RequestVote, PreVote: the candidate's log ends with 3@2
prev=2@1 [3..4] commit=2   AppendEntries: entries 3 and 4 after 2@1, leaderCommit 2
prev=2@1 [] commit=2       AppendEntries without entries, such as a heartbeat
last=5@2                   InstallSnapshot: the snapshot ends with 5@2
transfer                   RequestVote: the leader asked for the election (`help elections`)
match=4                    AppendEntriesReply: the follower's log matches up to 4
refused prev=4 hint=2@1    AppendEntriesReply: no match at 4; the logs may agree up to 2@1
op3                        the third request of a client",
    },
    Topic {
        name: "screens",
        about: "what the signs in tables and diagrams mean",
        text: "\
status     last is the last entry, as index@term; ~ after a term, vote or last: not on disk yet
logs       ✓ committed and applied, (✓) committed only
           ~ not on disk yet, ■ on disk only, ✗ damaged, ≠ logs differ
           Entries above the double line are committed.
           With more than 9 nodes, nodes with equal logs share a column.
links      ok, cut, held; * the link has its own delay, loss or duplication
diagram    ●──▶ delivered, ●╌╌⇥ lost, ●╌╌▷ in flight
           L became leader, C became candidate, F became follower or moved to a term,
           P became pre-candidate
           ■ synced, ✓ committed, ○ client's request or answer
           ✗ killed or halted, ▲ started or resumed, ╳ link cut
           ! property violated, • other
           A node's lane is │ while it is up, ┆ while it is paused, · while it is down.
roles      L leader, C candidate, P pre-candidate, F follower, each with its term
ascii      `set ascii on` prints ASCII only; other characters in keys and values become \\u{6f22}",
    },
];
