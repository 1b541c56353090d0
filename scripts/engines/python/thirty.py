"""Elections, and nothing else, in thirty lines."""

from raftsh_engine import Node, run


class Thirty(Node):
    name, version, can = "thirty lines", "1", ["restart"]

    def start(self, disk, options):
        self.term, self.vote = disk["term"], disk["vote"]
        self.role, self.votes = "follower", []
        self.set("election")

    def timer(self, name):
        if self.role == "leader":
            self.set("heartbeat")
            for peer in self.peers:
                self.send(peer, ["beat", self.term])
        else:
            self.role, self.term, self.vote, self.votes = "candidate", self.term + 1, self.id, [self.id]
            number = self.write(self.term, self.vote)
            self.set("election")
            for peer in self.peers:
                self.send(peer, ["vote?", self.term], after=number)

    def message(self, sender, body):
        kind, term = body
        if term > self.term:
            self.term, self.vote, self.role = term, 0, "follower"
            self.write(term, 0)
            self.cancel("heartbeat")
            self.set("election")
        if kind == "vote?" and term == self.term and self.vote in (0, sender):
            self.vote = sender
            self.set("election")
            self.send(sender, ["vote", term], after=self.write(term, sender))
        elif kind == "vote" and term == self.term and self.role == "candidate":
            self.votes = sorted({sender, *self.votes})
            if 2 * len(self.votes) > self.nodes:
                self.role = "leader"
                self.cancel("election")
                self.timer("heartbeat")
        elif kind == "beat" and term == self.term:
            self.role = "follower"
            self.set("election")

    def state(self):
        return {"role": self.role, "term": self.term, "vote": self.vote, "commit": 0}


if __name__ == "__main__":
    run(Thirty)
