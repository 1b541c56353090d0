"""A student's Raft: figure 2 of the paper, and nothing else."""

from raftsh_engine import Node, run


class Student(Node):
    name, version, can = "a student's Raft", "1", ["restart", "progress", "say"]

    def start(self, disk, options):
        self.term, self.vote = disk["term"], disk["vote"]
        self.log = [entry[:2] for entry in disk["log"]]  # [term, data]; index 1 is at position 0
        self.durable = len(self.log)  # the entries up to here are on the disk
        self.pending = []  # the writes that add entries: [number, last index]
        self.role, self.leader = "follower", 0
        self.commit = self.applied = 0
        self.votes, self.next, self.match = [], {}, {}
        self.set("election")

    # Small things.

    def last(self):
        return [len(self.log), self.log[-1][0] if self.log else 0]

    def at(self, index):
        return [index, self.log[index - 1][0] if index else 0]

    def majority(self, count):
        return 2 * count > self.nodes

    def append(self, entries, cut=None):
        """Puts entries into the log, from index `cut` on if it is given."""
        if cut is not None:
            del self.log[cut - 1 :]
            self.durable = min(self.durable, cut - 1)
            self.pending = [[number, min(end, cut - 1)] for number, end in self.pending]
        self.log += entries
        self.pending.append([self.write(cut=cut, add=entries), len(self.log)])

    # Terms and elections.

    def adopt(self, term):
        """A later term: whatever it was, it is a follower now."""
        if self.role == "leader":
            self.cancel("heartbeat")
            self.set("election")
        self.term, self.vote, self.leader, self.role = term, 0, 0, "follower"
        self.write(term, 0)

    def timer(self, name):
        if name == "heartbeat":
            self.set("heartbeat")
            for peer in self.peers:
                self.replicate(peer)
            return
        self.role, self.leader = "candidate", 0
        self.term, self.vote, self.votes = self.term + 1, self.id, [self.id]
        number = self.write(self.term, self.id)
        self.set("election")
        for peer in self.peers:
            self.send(
                peer,
                {"type": "vote?", "term": self.term, "last": self.last()},
                after=number,
                say={"kind": "RequestVote", "term": self.term, "last": self.last()},
            )
        self.count_votes()

    def is_current(self, last):
        """Whether a log that ends so has all that this one may have committed (5.4.1)."""
        return last[::-1] >= self.last()[::-1]  # the last term first, then the length

    def on_vote_request(self, sender, body):
        is_free = body["term"] == self.term and self.vote in (0, sender)
        granted = is_free and self.is_current(body["last"])
        if granted and self.vote == 0:
            self.vote = sender
            self.write(self.term, sender)
        if granted:
            self.set("election")
        self.send(
            sender,
            {"type": "vote", "term": self.term, "granted": granted},
            after=self.unwritten(),
            say={"kind": "RequestVoteReply", "term": self.term, "granted": granted},
        )

    def on_vote(self, sender, body):
        if self.role == "candidate" and body["term"] == self.term and body["granted"]:
            if sender not in self.votes:
                self.votes.append(sender)
            self.count_votes()

    def count_votes(self):
        if self.role == "candidate" and self.majority(len(self.votes)):
            self.role, self.leader = "leader", self.id
            self.next = {peer: len(self.log) + 1 for peer in self.peers}
            self.match = {peer: 0 for peer in self.peers}
            self.cancel("election")
            self.set("heartbeat")
            for peer in self.peers:
                self.replicate(peer)

    # Replication.

    def replicate(self, peer):
        prev = self.at(self.next[peer] - 1)
        entries = self.log[prev[0] : prev[0] + 64]
        positions = [[prev[0] + 1 + nth, entry[0]] for nth, entry in enumerate(entries)]
        body = {"type": "append", "term": self.term, "prev": prev, "entries": entries}
        body["commit"] = self.commit
        say = {"kind": "AppendEntries", "term": self.term, "prev": prev, "entries": positions}
        self.send(peer, body, say={**say, "commit": self.commit})

    def on_append(self, sender, body):
        prev, term = body["prev"], self.term
        if body["term"] < self.term:
            ok = False
        else:
            self.role, self.leader = "follower", sender
            self.set("election")
            ok = prev[0] <= len(self.log) and self.at(prev[0]) == prev
        if not ok:
            hint = min(prev[0], len(self.log))
            while hint > 0 and self.at(hint)[1] > prev[1]:
                hint -= 1
            self.send(
                sender,
                {"type": "refused", "term": term, "prev": prev[0], "hint": hint},
                after=self.unwritten(),
                say={
                    "kind": "AppendEntriesRefused",
                    "term": term,
                    "prev_index": prev[0],
                    "hint": self.at(hint),
                },
            )
            return
        index = prev[0]
        for nth, entry in enumerate(body["entries"]):
            index += 1
            if index > len(self.log):
                self.append(body["entries"][nth:])
                break
            if self.log[index - 1][0] != entry[0]:
                self.append(body["entries"][nth:], cut=index)
                break
        match = prev[0] + len(body["entries"])
        self.commit_to(min(body["commit"], match))
        self.send(
            sender,
            {"type": "accepted", "term": term, "match": match},
            after=self.unwritten(),
            say={"kind": "AppendEntriesAccepted", "term": term, "match": match},
        )

    def on_accepted(self, sender, body):
        if self.role != "leader" or body["term"] != self.term:
            return
        self.match[sender] = max(self.match[sender], body["match"])
        self.next[sender] = max(self.next[sender], self.match[sender] + 1)
        self.count_copies()
        if self.next[sender] <= len(self.log):
            self.replicate(sender)

    def on_refused(self, sender, body):
        if self.role != "leader" or body["term"] != self.term:
            return
        if self.match[sender] < body["prev"] < self.next[sender]:
            self.next[sender] = max(self.match[sender] + 1, body["hint"] + 1)
            self.replicate(sender)

    def count_copies(self):
        """Commits what a majority has on disk, if it is of its own term (5.4.2)."""
        for index in range(len(self.log), self.commit, -1):
            copies = sum(self.match[peer] >= index for peer in self.peers)
            copies += self.durable >= index
            if self.log[index - 1][0] == self.term and self.majority(copies):
                return self.commit_to(index)

    def commit_to(self, commit):
        if commit > self.commit:
            self.commit = commit
            self.apply(range(self.applied + 1, commit + 1))
            self.applied = commit

    # What arrives.

    def message(self, sender, body):
        if body["term"] > self.term:
            self.adopt(body["term"])
        handlers = {
            "vote?": self.on_vote_request,
            "vote": self.on_vote,
            "append": self.on_append,
            "accepted": self.on_accepted,
            "refused": self.on_refused,
        }
        handlers[body["type"]](sender, body)

    def written(self, number):
        while self.pending and self.pending[0][0] <= number:
            self.durable = max(self.durable, self.pending.pop(0)[1])
        if self.role == "leader":
            self.count_copies()

    def propose(self, op, data):
        if self.role != "leader":
            return self.refuse(op, self.leader)
        self.append([[self.term, data]])
        self.accept(op, len(self.log))
        for peer in self.peers:
            self.replicate(peer)

    def state(self):
        state = {"role": self.role, "term": self.term, "vote": self.vote, "leader": self.leader}
        state.update(commit=self.commit, applied=self.applied, last=self.last())
        if self.role == "leader":
            state["progress"] = [
                {"node": peer, "match": self.match[peer], "next": self.next[peer]}
                for peer in self.peers
            ]
        return state


if __name__ == "__main__":
    run(Student)
