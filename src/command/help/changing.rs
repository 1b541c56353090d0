//! The topics of what changes besides entries: who the members are, and where logs begin.

use super::topic::Topic;

/// `help membership`.
pub(super) const MEMBERSHIP: Topic = Topic {
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
};

/// `help snapshots`.
pub(super) const SNAPSHOTS: Topic = Topic {
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
    };
