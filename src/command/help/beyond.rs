//! The texts of topics about what goes beyond figure 2: elections and reads.

/// `help elections`
pub(super) const ELECTIONS: &str = "\
These are off by default. Each is a setting of all nodes, or of single ones: set pre-vote on \
n1,n2.
set pre-vote on            a node whose timer runs out first asks whether a majority would \
vote for it \
(Ongaro's thesis, §9.6)
  It becomes pre-candidate and stays in its term. It asks for a vote in the next term. A node \
says yes if it would vote for it in that term, and if it has not heard from a leader for its \
least \
election timeout. Nobody changes a term, a vote or a timer for that. With a majority the \
pre-candidate becomes candidate.
  A node of a later term refuses with that term, which the pre-candidate adopts.
  Every node answers, whatever its own setting. So a cluster can be switched node by node.
`timeout N` begins with pre-votes where these are on.
set check-quorum on        a leader that no majority answers steps down, and one that is heard \
is \
kept (thesis, §6.2, §4.2.3)
  A leader has an election timer. When it runs out, the leader counts the voters that have \
answered \
since it last did so; without a majority it steps down. `timeout LEADER` does that now; with \
`set timers off` it does not happen.
  A node that heard from a leader within the least election timeout refuses votes and \
pre-votes, \
and stays in its term. So does a leader, and a node that `restart` has started within that time.
set leader-writes-first on
  A leader sends entries only when they are on its own disk, and then at once.
transfer N                 the leader hands over to N (thesis, §3.10)
  It sends N what N misses, and then TimeoutNow: N starts an election at once, without \
pre-votes. Its \
requests for votes say that the leader asked for it, and nodes that hear the leader grant them.
  Until that is over the leader takes no requests. It gives up after an election timeout.
`set election-timeout` tells the least election timeout: the first of its two values.";

/// `help reads`
pub(super) const READS: &str = "\
set reads KIND             how every get is answered; get x --read KIND says it of one
log                        by an entry in the log, like a write: never stale
local                      at once, from the store of the node that is asked, perhaps stale
index                      from its store, when a majority has confirmed its index (Ongaro's \
thesis, §6.4)
  The leader notes its commit index and begins a round of heartbeats. When a majority has answered \
that round, nobody else can have committed more before the read, and the leader answers.
  At a follower: it asks its leader (ReadIndex), once more at each AppendEntries while it has no \
answer, and answers when it has applied the index (ReadIndexReply).
lease                      from the store of the leader, alone, while its lease holds (§6.4.1)
  Needs check-quorum on at every node: nodes that hear the leader vote for nobody else. The lease \
runs from the sending of the latest round that a majority answered, for the least election timeout \
of any node, less lease-drift, by the leader's own clock.
  It ends when a transfer begins, for the rest of the term once the other node was told, and when \
election-timeout changes. Without a lease, the read waits for a majority, as with index.
set lease-drift 10%        by how much two clocks may differ in speed; more gives stale reads
A leader confirms nothing before it has committed an entry of its own term: reads wait, and say \
so. `set noop on` gives each leader such an entry.
A change of the term or of the leader makes a pending read unknown.
`why op3` tells what a read waits for, `why leader` whether there is a lease.";
