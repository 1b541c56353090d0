"""A Raft of your own under raftsh: the protocol of engines in one file, standard library only.

Write a class with handlers, and run it:

    from raftsh_engine import Node, run

    class MyRaft(Node):
        name, version, can = "my raft", "1", ["restart"]

        def start(self, disk, options): ...      # a life begins; `disk` is what stands on the disk
        def message(self, sender, body): ...     # a message arrived, as it was sent
        def timer(self, name): ...               # it ran out, and is no longer set
        def written(self, number): ...           # this write and all before it are on the disk
        def propose(self, op, data): ...         # a client's request: accept or refuse it
        def state(self): ...                     # {"role": "follower", "term": 1, "commit": 0}

    run(MyRaft)

While a handler runs, say what is to be done with the methods below; raftsh does it in that order.
Use no clock, no dice, no files and no threads: `self.now` is the time in microseconds, and
`self.random` 32 random bits that are new with each input.
"""

import json
import sys


class Node:
    """What every node has: who it is, what time it is, and ways to say what is to be done."""

    name, version = "an engine", "0"
    can = []  # of "restart", "progress", "say", "requests", "save", "unreachable"
    links = "any"  # or "fifo": messages never overtake each other on a link
    noop = False  # whether a new leader appends an entry of its own
    options = []  # raftsh's settings that it heeds, such as "batch"

    def __init__(self, number, nodes):
        self.id, self.nodes = number, nodes
        self.peers = [peer for peer in range(1, nodes + 1) if peer != number]
        self.now = self.random = 0
        self.writes = self.finished = 0
        self._out = []

    # What it may ask for.

    def write(self, term=None, vote=None, cut=None, add=None, more=None, blob=None, sync=True):
        """Writes to the disk, all at once; returns the number of the write.

        Term and vote go together. Entries from `cut` on are dropped, then `add` follows: each is
        [term, data] or [term, data, raw]. With sync=False only a power cut loses it early."""
        self.writes += 1
        write = {"write": self.writes}
        if term is not None:
            write["term"], write["vote"] = term, vote or 0
        for key, value in (("cut", cut), ("add", add), ("more", more), ("blob", blob)):
            if value is not None:
                write[key] = value
        if not sync:
            write["sync"] = False
        self._out.append(write)
        return self.writes

    def unwritten(self):
        """The latest write if it is not on the disk yet: what a promise has to wait for."""
        return self.writes if self.writes > self.finished else None

    def send(self, to, body, after=None, say=None):
        """Sends a message, once write `after` is on the disk. `say` is for people and checks."""
        message = {"send": to, "body": body}
        if after is not None:
            message["after"] = after
        if say is not None:
            message["say"] = say
        self._out.append(message)

    def set(self, timer, within=None):
        """Starts or restarts a timer. raftsh draws its duration from (least, most) microseconds."""
        self._out.append({"set": timer, "within": list(within)} if within else {"set": timer})

    def cancel(self, timer):
        """Stops a timer."""
        self._out.append({"cancel": timer})

    def apply(self, indices):
        """Applies committed entries: raftsh keeps the store, and answers the clients."""
        if indices:
            self._out.append({"apply": list(indices)})

    def accept(self, op, index):
        """The request is in the leader's log, at this index."""
        self._out.append({"accept": op, "index": index})

    def refuse(self, op, leader=0):
        """The request is not in the log and never will be."""
        self._out.append({"refuse": op, "leader": leader})

    def reply(self, op, ok, value=None):
        """Answers a request, if it can "requests"."""
        self._out.append({"reply": op, "ok": ok, "value": value})

    def note(self, text):
        """Says something for the history."""
        self._out.append({"note": text})

    # What it may handle, and need not.

    def start(self, disk, options):
        """A life begins. What stands on the disk: term, vote and log, or a blob; perhaps more."""

    def message(self, sender, body):
        """A message arrived."""

    def timer(self, name):
        """A timer ran out."""

    def written(self, number):
        """A write and all before it are on the disk."""

    def propose(self, op, data):
        """A client's request, to be put into the log as it is."""
        self.refuse(op)

    def request(self, op, command):
        """A client's request, to be answered, if it can "requests"."""
        self.refuse(op)

    def unreachable(self, node):
        """A message to this node reached nobody, if it wants to know."""

    def state(self):
        """What it is; see the top of this file."""
        return None


def run(kind):
    """Answers each line of standard input with a line of standard output, until the input ends."""
    node = None
    for line in sys.stdin:
        given = json.loads(line)
        what = given["in"]
        if what == "hello":
            answer = {
                "name": kind.name,
                "version": kind.version,
                "protocol": 1,
                "can": kind.can,
                "links": kind.links,
                "noop": kind.noop,
                "options": kind.options,
            }
        elif what == "save":
            answer = {"saved": json.dumps([node.__dict__], sort_keys=True)}
        elif what == "load":
            [node.__dict__] = json.loads(given["saved"])
            answer = {"out": []}
        else:
            if what == "start":
                node = kind(given["node"], given["of"])
            node._out = []
            node.now, node.random = given["now"], given["random"]
            handle(node, what, given)
            answer = {"out": node._out}
            state = node.state()
            if state is not None:
                answer["state"] = state
        sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
        sys.stdout.flush()


def handle(node, what, given):
    """Gives a node one input."""
    if what == "start":
        node.start(given["disk"], given.get("options", {}))
    elif what == "message":
        node.message(given["from"], given["body"])
    elif what == "timer":
        node.timer(given["timer"])
    elif what == "written":
        node.finished = given["write"]
        node.written(given["write"])
    elif what == "propose":
        node.propose(given["op"], given["data"])
    elif what == "request":
        node.request(given["op"], given["command"])
    elif what == "unreachable":
        node.unreachable(given["node"])
