"""The worker process: does the rounds of :mod:`groundswell.kit.rounds` until it is told to stop."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from groundswell.kit.rounds import Round, rounds
from groundswell.kit.scope import everywhere
from groundswell.ops.clocks import Clocks
from groundswell.ops.lifeline import leave_with_parent

# By its full name: this module is run as a program, which Python calls something else.
log = logging.getLogger("groundswell.ops.worker")

LONGEST_BACKOFF = 10.0
"""Seconds after which a round that failed is tried again at the latest."""

LONGEST_SLEEP = 1.0


@dataclass
class Turn:
    """When a round is due next, and how often it failed in a row."""

    round: Round
    due: float = 0.0
    failures: int = 0


class Worker:
    """Gives every round that is due its turn, again and again; ``clocks`` are as the one before saw them."""

    def __init__(
        self,
        rounds: Sequence[Round],
        *,
        recover: Callable[[], None] = lambda: None,
        clocks: Clocks | None = None,
    ) -> None:
        self.turns = [Turn(round) for round in rounds]
        self.recover = recover
        self.stopped = threading.Event()
        self.clocks = clocks or Clocks()
        self.rest()

    def run(self) -> None:
        """Do the rounds until :meth:`stop` is called; a round that has begun is finished."""
        while not self.stopped.is_set():
            self.pass_once()
            next_due = min((turn.due for turn in self.turns), default=time.monotonic() + LONGEST_SLEEP)
            self.stopped.wait(min(max(next_due - time.monotonic(), 0.0), LONGEST_SLEEP))

    def stop(self) -> None:
        self.stopped.set()

    def pass_once(self) -> None:
        """One turn for each round that is due: a busy one comes again only after the others had theirs."""
        for turn in self.turns:
            self.look_at_the_clock()
            if turn.due <= time.monotonic() and not self.stopped.is_set():
                self.take(turn)

    def look_at_the_clock(self) -> None:
        """Where it was set forward, what can be taken back until a moment has lost the time for that: give it."""
        if by := self.clocks.look():
            log.warning("The clock was set forward by %.0f s", by)
            self.rest()

    def rest(self) -> None:
        """Let the rounds that rest when the clock was set forward do so, for what is left of their time."""
        if self.clocks.set_at is not None:
            for turn in self.turns:
                if turn.round.rests:
                    turn.due = max(turn.due, self.clocks.set_at + turn.round.rests)

    def take(self, turn: Turn) -> None:
        began = time.monotonic()
        try:
            with everywhere("a round is done for all organisations"):
                done = turn.round.run()
        except Exception as error:
            turn.failures += 1
            pause = min(max(turn.round.every, 0.1) * 2**turn.failures, LONGEST_BACKOFF)
            log.error("Round %s failed (again in %.1f s)", turn.round.name, pause, exc_info=error)
            self.recover()
        else:
            turn.failures = 0
            pause = 0.0 if done else turn.round.every
            if done:
                took = round((time.monotonic() - began) * 1000, 1)
                log.info("round", extra={"facts": {"round": turn.round.name, "done": done, "ms": took}})
        turn.due = time.monotonic() + pause


def main(lifeline: int, report: int | None = None) -> int:
    """Work until SIGTERM or SIGINT; the arguments are numbers of files that the supervisor left open.

    With a report it first prepares the installation and writes there that it has, and the sign-in link.
    """
    leave_with_parent(lifeline)
    import django

    django.setup()
    from django.db import connections

    from groundswell.ops import heartbeat
    from groundswell.ops.prepare import NotPossible, prepare

    if report is not None:
        try:
            link = prepare()
        except NotPossible as error:
            print(f"groundswell: {error}", file=sys.stderr)
            return 1
        os.write(report, b"prepared\n" + link.encode())
        os.close(report)

    clocks = recall(lambda: heartbeat.seen_before("worker"), recover=connections.close_all)

    def beat() -> int:
        heartbeat.beat("worker", clocks)
        return 0

    every = [Round(name="heartbeat", every=heartbeat.EVERY, run=beat), *rounds()]
    workers = crew(every, recover=connections.close_all, clocks=clocks)

    def stop(*_: object) -> None:
        for worker in workers:
            worker.stop()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    run_together(workers)
    return 0


def recall(seen_before: Callable[[], Clocks | None], *, recover: Callable[[], None]) -> Clocks:
    """What was seen of the clocks before, asked until the database answers: nothing is let go before that."""
    found: list[Clocks] = []

    def ask() -> int:
        found.append(seen_before() or Clocks())
        asking.stop()
        return 0

    asking = Worker([Round(name="recall the clocks", every=0.1, run=ask)], recover=recover)
    asking.run()
    return found[0]


def crew(rounds: Sequence[Round], *, recover: Callable[[], None], clocks: Clocks | None = None) -> list[Worker]:
    """A worker for the rounds that take turns, and one more for each that waits for somebody outside."""
    together = [each for each in rounds if not each.apart]
    return [
        Worker(together, recover=recover, clocks=clocks),
        *(Worker([each], recover=recover) for each in rounds if each.apart),
    ]


def run_together(workers: Sequence[Worker]) -> None:
    """Run the first worker here and every other one in a thread, until all are stopped."""
    threads = [threading.Thread(target=_run, args=(worker,), daemon=True) for worker in workers[1:]]
    for thread in threads:
        thread.start()
    _run(workers[0])
    for thread in threads:
        thread.join()


def _run(worker: Worker) -> None:
    worker.run()
    # Each thread has database connections of its own.
    worker.recover()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
