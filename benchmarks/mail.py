"""``./groundswell bench mail``: how fast a mailing goes out, held against Django's own mail and against the limit.

20,000 personal messages of about 8 KB go to a mail server in another process, through the real pipeline: rows in
the database, suppression and consent read at hand-off, journal, results. In the same run Django's own backend
sends the same with one connection (``vs_django_one_connection``), and raw pipelined SMTP sends bytes that were
written beforehand (``vs_limit``). ``per_second_20ms_8`` and ``per_second_20ms_64`` are with answers that come
20 ms late, by connections. The product sends many copies with a process for each core, four at most; so does the
raw way (or with one, where that is faster). ``dkim_vs_openssl`` is copies that are written and signed against
the signatures that the library alone makes, in as many processes, and ``sent_signed_vs_openssl`` is the same for
copies that are sent, while the mail server takes its part of the cores.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from measuring.installations import Installation, databases, workplace
from measuring.processes import Helper, Processes

from groundswell.config.environment import variable
from groundswell.mailings.hands import MUCH, processes

LIMITS = {
    "sqlite": {"vs_django_one_connection": 15.0, "vs_limit": 0.3},
    "postgresql": {"vs_django_one_connection": 20.0, "vs_limit": 0.4},
}
AT_LEAST = {"per_second_20ms_8": 350.0, "per_second_20ms_64": 2600.0, "dkim_vs_openssl": 0.8}
LATE = "0.02"
CONNECTIONS = 8


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    people, rounds = (200, 1) if given.quick else (20_000, 3)
    with (
        workplace() as folder,
        databases(given.database) as made,
        Processes(folder) as running,
        ExitStack() as open_,
    ):
        installation = Installation(folder / "post", made.make())
        installation.data.mkdir(parents=True)
        # Everybody gets one after the other here, as nobody would in a week.
        own = {**installation.variables(), variable("mail_per_week"): "100"}
        starting = [running.helper("measuring.post", variables=own) for _ in range(processes(CONNECTIONS))]
        posts = Posts([open_.enter_context(one) for one in starting])
        figures = _measure(posts, people, rounds)
    figures["database"] = "postgresql" if given.database else "sqlite"
    print(json.dumps(figures, indent=2) if given.json else _table(figures))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./groundswell bench mail", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--database", default="", help="postgresql, or postgresql://…; default: SQLite")
    parser.add_argument("--quick", action="store_true", help="only see that it runs: the figures mean nothing")
    return parser


@dataclass
class Posts:
    """The processes that send; the first one also does what is done once."""

    all: list[Helper]

    @property
    def first(self) -> Helper:
        return self.all[0]

    def together(self, *words: object, only: int = 0) -> tuple[float, list[Any]]:
        """Let all of them do something at once, or only so many; returns the seconds and the answers."""
        asked = self.all[:only] if only else self.all
        began = time.perf_counter()
        for one in asked:
            one.tell(*words)
        answers = [one.hear() for one in asked]
        return time.perf_counter() - began, answers

    def ours(self, port: int, connections: int, most: int = 0) -> float:
        """Copies a second of a new mailing, sent as the product does."""
        copies = self.first.ask("begin", most)
        only = len(self.all) if copies >= MUCH else 1
        took, _ = self.together("send", port, connections // only, only=only)
        sent = self.first.ask("sent")["sent"]
        assert sent == copies, (sent, copies)
        return float(copies) / took

    def limit(self, port: int, people: int) -> float:
        """Mails a second that were written beforehand, by raw pipelined SMTP, in the better of two ways."""
        return max(self._raw(port, people, only) for only in {1, len(self.all)})

    def _raw(self, port: int, people: int, only: int) -> float:
        self.together("write", people // only, only=only)
        took, _ = self.together("raw", port, CONNECTIONS // only, only=only)
        return people / took


def _measure(posts: Posts, people: int, rounds: int) -> dict[str, object]:
    _say("making people")
    posts.first.ask("make", people)
    ours, limits, theirs = [], [], []
    for number in range(rounds):
        _say(f"sending, round {number + 1} of {rounds}")
        with sink() as port:
            ours.append(posts.ours(port, CONNECTIONS))
            limits.append(posts.limit(port, people))
            theirs.append(posts.first.ask("django", port, max(people // 40, 20)))
    _say("sending to a server that answers late")
    with sink("--delay", LATE) as port:
        late_8 = posts.ours(port, 8, people // 10)
        late_64 = posts.ours(port, 64, people)
    size = posts.first.ask("sent")["bytes"]
    _say("signing")
    posts.first.ask("sign", True)
    with sink() as port:
        signed = posts.ours(port, CONNECTIONS, people)
    alone = sum(posts.together("signatures", 3.0)[1])
    made = sum(posts.together("signed", 3.0)[1])
    return {
        "vs_django_one_connection": _ratio(ours, theirs),
        "vs_limit": _ratio(ours, limits),
        "per_second": round(median(ours)),
        "per_second_django": round(median(theirs)),
        "per_second_limit": round(median(limits)),
        "per_second_20ms_8": round(late_8),
        "per_second_20ms_64": round(late_64),
        "dkim_vs_openssl": round(made / alone, 2),
        "sent_signed_vs_openssl": round(signed / alone, 2),
        "per_second_signed": round(signed),
        "processes": len(posts.all),
        "bytes": size,
    }


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds, each of which was measured beside its own."""
    return round(median(one / other for one, other in zip(ours, theirs, strict=True)), 2)


@contextmanager
def sink(*options: str) -> Iterator[int]:
    """A mail server in a process of its own, until the block ends; gives its port."""
    command = [sys.executable, "-P", "-m", "groundswell.ops.testing.sink", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        # It serves until its input ends.
        process.communicate(timeout=10)


def _say(what: str) -> None:
    print(f"bench mail: {what} …", file=sys.stderr, flush=True)


def _table(figures: dict[str, object]) -> str:
    limits = {**LIMITS[str(figures["database"])], **AT_LEAST}
    return "\n".join(
        f"{name:<26} {value}" + (f"   (at least {limits[name]})" if name in limits else "")
        for name, value in figures.items()
    )
