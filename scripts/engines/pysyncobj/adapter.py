"""PySyncObj, the library that Patroni and Charmed PostgreSQL use, as an engine of raftsh.

The library keeps what it is; this file stands where the operating system would: its clock, its
dice, its network and its disk. It needs `pip install pysyncobj` and ../python/raftsh_engine.py.

It has no election timer to hand out, only a tick, so it sets a timer `tick` of 10 ms. It assumes
TCP, so its links are fifo. Its disk is a mapped file that it never syncs: a write survives the end
of the process, and a power cut only once the machine has written it back.
"""

import base64
import os
import pickle
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

import pysyncobj.syncobj as library  # noqa: E402
from pysyncobj import SyncObj, SyncObjConf, replicated  # noqa: E402
from pysyncobj.journal import Journal  # noqa: E402
from pysyncobj.node import Node as Peer  # noqa: E402
from pysyncobj.transport import Transport  # noqa: E402
from pysyncobj.version import VERSION  # noqa: E402

from raftsh_engine import Node, run  # noqa: E402

TICK_US = 10_000


class Clock:
    """What the library takes for the operating system's clock and dice."""

    now, bits = 0.0, 1

    @classmethod
    def random(cls):
        # Knuth's 64-bit generator MMIX. Each input sets its state.
        cls.bits = (cls.bits * 6364136223846793005 + 1442695040888963407) % 2**64
        return (cls.bits >> 11) / 2**53


library.monotonicTime = lambda: Clock.now
library.random = Clock


class Disk(Journal):
    """A journal whose changes become writes."""

    def __init__(self, disk):
        self.entries = [
            (base64.b64decode(entry[2]), index, entry[0])
            for index, entry in enumerate(disk["log"], 1)
        ]
        self.term, self.vote = disk["term"], disk["vote"]
        self.commit = (disk.get("more") or {}).get("commit", 1)
        self.saved_commit = self.commit
        self.cut, self.added, self.voted = None, [], False
        self.meta = False

    def add(self, command, idx, term):
        self.entries.append((command, idx, term))
        self.added.append([term, data_of(command), base64.b64encode(command).decode()])

    def clear(self):
        self.deleteEntriesFrom(0)

    def deleteEntriesFrom(self, position):
        if position < len(self.entries):
            del self.entries[position:]
            fresh = len(self.entries) - (self.cut - 1 if self.cut else self.before)
            if self.cut is None or position + 1 < self.cut:
                self.cut, self.added = position + 1, []
            else:
                del self.added[fresh:]

    def deleteEntriesTo(self, position):
        raise NotImplementedError("version 1 of the protocol has no snapshots")

    def __getitem__(self, item):
        return self.entries[item]

    def __len__(self):
        return len(self.entries)

    def _destroy(self):
        pass

    def setRaftCommitIndex(self, commit):
        self.commit = commit

    def getRaftCommitIndex(self):
        return self.commit

    def setCurrentTerm(self, term, vote):
        self.term, self.vote, self.voted = term, number(vote), True

    def getCurrentTerm(self):
        return self.term

    def getVotedForNodeId(self):
        return name(self.vote) if self.vote else None

    def onOneSecondTimer(self):
        self.meta = self.meta or self.commit != self.saved_commit

    def begin(self):
        """An input begins: what it changes becomes one write."""
        self.before = len(self.entries)
        self.cut, self.added, self.voted, self.meta = None, [], False, False

    def finish(self, node):
        """An input is over."""
        if self.cut is None and not (self.added or self.voted or self.meta):
            return
        write = {"cut": self.cut, "add": self.added or None, "sync": False}
        if self.voted:
            write["term"], write["vote"] = self.term, self.vote
        if self.voted or self.meta:
            # The term, the vote and the commit index stand in one small file.
            write["more"], self.saved_commit = {"commit": self.commit}, self.commit
        node.write(**write)


class Wire(Transport):
    """A transport whose messages leave when the input is over."""

    def __init__(self):
        super().__init__(None, None, [])
        self.sent = []

    @property
    def ready(self):
        return True

    def tryGetReady(self):
        pass

    def waitReady(self):
        pass

    def addNode(self, node):
        pass

    def dropNode(self, node):
        pass

    def destroy(self):
        pass

    def send(self, node, message):
        self.sent.append((number(node.id), pickle.loads(pickle.dumps(message))))
        return True


class Store(SyncObj):
    """What is replicated: raftsh keeps the store, so an entry is only noted."""

    def __init__(self, me, others, conf, transport, applied):
        self.applied_indices = applied
        super().__init__(me, others, conf, transport=transport)

    @replicated
    def do(self, data):
        return data


class Idle:
    """A poller that waits for nothing."""

    def poll(self, timeout):
        pass


def name(node):
    return f"n{node}"


def number(node):
    """The number of a node by its name, or 0."""
    return int(str(node)[1:]) if node else 0


def data_of(command):
    """What was proposed, of the library's own form of a command; None for its own."""
    if command[:1] != b"\0":
        return None
    call = pickle.loads(command[1:])
    return call[1][0] if isinstance(call, tuple) else None


class PySyncObj(Node):
    name, version, can, links = "PySyncObj", VERSION, ["restart", "progress", "say"], "fifo"
    noop = True

    def start(self, disk, options):
        self.tell_time()
        self.disk, self.wire = Disk(disk), Wire()
        self.disk.begin()
        library.createJournal = lambda file=None: self.disk
        conf = SyncObjConf(autoTick=False, dynamicMembershipChange=False)
        conf.logCompactionMinEntries, conf.logCompactionMinTime = 10**9, 10**9
        others = {peer: Peer(name(peer)) for peer in self.peers}
        # Entry 1 is the library's own, and counts as applied from the start.
        self.others, self.raft_applied = others, 0
        self.raft = Store(Peer(name(self.id)), list(others.values()), conf, self.wire, [])
        self.raft._poller = Idle()
        for peer in self.peers:
            self.wire._onNodeConnected(others[peer])
        self.set("tick", (TICK_US, TICK_US))
        self.finish()

    def tell_time(self):
        Clock.now, Clock.bits = self.now / 1e6, self.random

    def inner(self, field):
        return getattr(self.raft, f"_SyncObj__{field}")

    def message(self, sender, body):
        self.tell_time()
        self.disk.begin()
        message = pickle.loads(base64.b64decode(body))
        self.wire._onMessageReceived(self.others[sender], message)
        self.finish()

    def timer(self, timer):
        self.tell_time()
        self.disk.begin()
        self.raft.doTick()
        self.set("tick", (TICK_US, TICK_US))
        self.finish()

    def propose(self, op, data):
        self.tell_time()
        self.disk.begin()
        if not self.raft._isLeader():
            self.refuse(op, number(self.raft._getLeader()))
        else:
            self.raft.do(data)
            self.raft._checkCommandsToApply()
            self.accept(op, self.disk.entries[-1][1])
        self.finish()

    def finish(self):
        """The input is over: first what is written, then what is sent and applied."""
        answers, self._out = self._out, []
        self.disk.finish(self)
        self._out += answers
        for to, message in self.wire.sent:
            body = base64.b64encode(pickle.dumps(message, 2)).decode()
            self.send(to, body, say=self.say(message))
        self.wire.sent.clear()
        applied = self.inner("raftLastApplied")
        self.apply(range(self.raft_applied + 1, applied + 1))
        self.raft_applied = applied

    def say(self, message):
        """What a message says, in raftsh's words."""
        kind, term = message["type"], message.get("term", self.inner("raftCurrentTerm"))
        if kind == "request_vote":
            last = [message["last_log_index"], message["last_log_term"]]
            return {"kind": "RequestVote", "term": term, "last": last}
        if kind == "response_vote":
            return {"kind": "RequestVoteReply", "term": term, "granted": True}
        if kind == "append_entries" and message.get("prevLogIdx") is not None:
            return {
                "kind": "AppendEntries",
                "term": term,
                "prev": [message["prevLogIdx"], message["prevLogTerm"]],
                "entries": [[index, term] for _, index, term in message.get("entries", [])],
                "commit": message["commit_index"],
            }
        if kind == "next_node_idx" and message["success"]:
            match = message["next_node_idx"] - 1
            return {"kind": "AppendEntriesAccepted", "term": term, "match": match}
        if kind == "next_node_idx":
            index = message["next_node_idx"] - 1
            return {"kind": "AppendEntriesRefused", "term": term, "prev_index": index}
        return {"kind": kind, "term": term}

    def state(self):
        leader = self.raft._getLeader()
        state = {
            "role": ["follower", "candidate", "leader"][self.inner("raftState")],
            "term": self.inner("raftCurrentTerm"),
            "vote": number(self.inner("votedForNodeId")),
            "leader": number(leader.id if leader else None),
            "commit": self.inner("raftCommitIndex"),
            "last": [self.disk.entries[-1][1], self.disk.entries[-1][2]],
        }
        if state["role"] == "leader":
            match, following = self.inner("raftMatchIndex"), self.inner("raftNextIndex")
            state["progress"] = [
                {"node": peer, "match": match[node], "next": following[node]}
                for peer, node in self.others.items()
            ]
        return state


if __name__ == "__main__":
    run(PySyncObj)
