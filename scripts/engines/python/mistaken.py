"""The student's Raft with a mistake: a voter does not compare logs before it votes (5.4.1)."""

from raftsh_engine import run
from student import Student


class Mistaken(Student):
    name = "a student's Raft with a mistake"

    def is_current(self, last):
        return True


if __name__ == "__main__":
    run(Mistaken)
