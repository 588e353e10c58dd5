"""``./groundswell bench day``: 25 answers a second for ten minutes, with the desk open in five places.

The real web process and the real worker, on one machine with the client. Each answer is sent at its own moment,
whether the one before it is back or not; five organisers' pages, each with a sign-in of its own, ask for what is
new every two seconds, as the event's page does. Printed: the 95th percentile of the answers' times, what went
wrong, how many were settled, and by how much the memory of both processes grew from the first tenth of the time
to the end.
"""

import argparse
import http.client
import json
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from urllib.parse import urlencode

from measuring.client import form, percentile
from measuring.installations import Installation, databases, workplace
from measuring.processes import Processes

PER_SECOND, SECONDS, DESKS = 25, 600, 5
GOAL_P95_MS, GOAL_GROWTH = 300.0, 1.05


def main(arguments: Sequence[str]) -> int:
    """Measure and print. The status is 1 where a goal is missed or an answer was not settled."""
    given = _parser().parse_args(arguments)
    if sys.platform != "linux":
        print("groundswell: bench day needs Linux.", file=sys.stderr)
        return 2
    with workplace() as folder, databases(given.database) as made, Processes(folder) as processes:
        figures = _measure(Installation(folder / "day", made.make()), processes, given.seconds)
    figures["database"] = "postgresql" if given.database else "sqlite"
    print(json.dumps(figures, indent=2) if given.json else _table(figures))
    return 1 if missed(figures) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./groundswell bench day", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--database", default="", help="postgresql, or postgresql://…; default: SQLite")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long; default: ten minutes")
    return parser


def _measure(installation: Installation, processes: Processes, seconds: int) -> dict[str, Any]:
    variables = installation.variables()
    with processes.helper("measuring.scene", variables=variables) as scene:
        event = scene.ask("make")
        sessions = [scene.ask("session") for _ in range(DESKS)]
        with (
            processes.server("groundswell.ops.web", variables=variables) as web,
            processes.worker(variables=variables) as worker,
        ):
            day = Day(web.port, (web.process, worker), event, sessions, seconds)
            day.run()
        settled = scene.ask("unconfirmed")
    return {**day.figures(), "settled": settled}


@dataclass
class Day:
    """Everybody who answers, and everybody who looks."""

    port: int
    watched: tuple[int, int]
    event: Mapping[str, Any]
    sessions: Sequence[Mapping[str, str]]
    seconds: int
    answers: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    def run(self) -> None:
        """Send, look and watch for so many seconds, then wait until the worker has caught up."""
        over = threading.Event()
        others = [threading.Thread(target=self._look, args=(over, each)) for each in self.sessions]
        others.append(threading.Thread(target=self._watch, args=(over,)))
        for each in others:
            each.start()
        random, began = Random(1), time.monotonic()
        with ThreadPoolExecutor(64) as pool:
            for number in range(self.seconds * PER_SECOND):
                time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
                pool.submit(self._answer, number, urlencode(form(random, self.event["boxes"])))
        time.sleep(3)
        over.set()
        for each in others:
            each.join()

    def _answer(self, number: int, body: str) -> None:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }
        took = self._ask("POST", self.event["path"], body, headers, {303})
        if took is not None:
            self.answers.append(took)

    def _look(self, over: threading.Event, session: Mapping[str, str]) -> None:
        headers = {"Cookie": f"session={session['cookie']}", "HX-Request": "true"}
        while not over.wait(2):
            took = self._ask("GET", session["answers"], None, headers, {200, 204})
            if took is not None:
                self.looks.append(took)

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str], expected: set[int]
    ) -> float | None:
        """The milliseconds that a request took on a connection of its own; None where it went wrong."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.read()
        except OSError as error:
            self.wrong.append(type(error).__name__)
            return None
        finally:
            connection.close()
        if response.status not in expected:
            self.wrong.append(f"{method} {response.status}")
            return None
        return 1000 * (time.monotonic() - began)

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(max(0.5, self.seconds / 100)):
            self.memory.append(sum(map(_kilobytes, self.watched)))

    def figures(self) -> dict[str, Any]:
        """What came of it."""
        tenth = max(1, len(self.memory) // 10)
        grown = median(self.memory[-tenth:]) / median(self.memory[tenth : 2 * tenth] or self.memory)
        return {
            "answers": len(self.answers),
            "answer_p95_ms": round(percentile(self.answers, 95), 1),
            "desk_p95_ms": round(percentile(self.looks, 95), 1),
            "failures": len(self.wrong),
            "wrong": sorted(set(self.wrong)),
            "memory_growth": round(grown, 3),
            "seconds": self.seconds,
        }


def _kilobytes(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def missed(figures: Mapping[str, Any]) -> set[str]:
    """The figures that are not as they have to be; over less than the whole time those alone that need no time."""
    goals = {
        "failures": figures["failures"] == 0,
        "settled": figures["settled"] == figures["answers"] == figures["seconds"] * PER_SECOND,
    }
    if figures["seconds"] >= SECONDS:
        # A process that has just begun is slow and grows: that says nothing about the day.
        goals["answer_p95_ms"] = figures["answer_p95_ms"] < GOAL_P95_MS
        goals["memory_growth"] = figures["memory_growth"] < GOAL_GROWTH
    return {name for name, reached in goals.items() if not reached}


def _table(figures: dict[str, Any]) -> str:
    wrong = missed(figures)
    return "\n".join(f"{'✗' if key in wrong else ' '} {key:<16} {figure}" for key, figure in figures.items())
