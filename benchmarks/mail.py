"""``./groundswell bench mail``: how fast a mailing goes out, held against Django's own mail and against the limit.

20,000 personal messages of about 8 KB go to a mail server in another process, through the real pipeline: rows in
the database, suppression and consent read at hand-off, journal, results. In the same run Django's own backend
sends the same with one connection (``vs_django_one_connection``), and raw pipelined SMTP sends bytes that were
written beforehand (``vs_limit``). ``per_second_20ms_8`` and ``per_second_20ms_64`` are with answers that come
20 ms late, by connections; ``dkim_vs_openssl`` is signed mails against signatures that the library alone makes on
one core.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from measuring.installations import Installation, databases, workplace
from measuring.processes import Helper, Processes

LIMITS = {
    "sqlite": {"vs_django_one_connection": 15.0, "vs_limit": 0.3},
    "postgresql": {"vs_django_one_connection": 20.0, "vs_limit": 0.4},
}
AT_LEAST = {"per_second_20ms_8": 350.0, "per_second_20ms_64": 2600.0, "dkim_vs_openssl": 0.8}
LATE = "0.02"


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    people, rounds = (200, 1) if given.quick else (20_000, 3)
    with workplace() as folder, databases(given.database) as made, Processes(folder) as processes:
        installation = Installation(folder / "post", made.make())
        installation.data.mkdir(parents=True)
        with processes.helper("measuring.post", variables=installation.variables()) as post:
            figures = _measure(post, people, rounds)
    figures["database"] = "postgresql" if given.database else "sqlite"
    print(json.dumps(figures, indent=2) if given.json else _table(figures))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./groundswell bench mail", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--database", default="", help="postgresql, or postgresql://…; default: SQLite")
    parser.add_argument("--quick", action="store_true", help="only see that it runs: the figures mean nothing")
    return parser


def _measure(post: Helper, people: int, rounds: int) -> dict[str, object]:
    _say("making people")
    post.ask("make", people)
    ours, limits, theirs = [], [], []
    for number in range(rounds):
        _say(f"sending, round {number + 1} of {rounds}")
        with sink() as port:
            sent = post.ask("ours", port, 8)
            ours.append(sent["per_second"])
            limits.append(post.ask("limit", port, people))
            theirs.append(post.ask("django", port, max(people // 40, 20)))
    _say("sending to a server that answers late")
    with sink("--delay", LATE) as port:
        late_8 = post.ask("ours", port, 8, people // 10)["per_second"]
        late_64 = post.ask("ours", port, 64, people)["per_second"]
    _say("signing")
    post.ask("sign", True)
    with sink() as port:
        signed = post.ask("ours", port, 8, people // 4)["per_second"]
    alone = post.ask("signatures", 3.0)
    return {
        "vs_django_one_connection": _ratio(ours, theirs),
        "vs_limit": _ratio(ours, limits),
        "per_second": round(median(ours)),
        "per_second_django": round(median(theirs)),
        "per_second_limit": round(median(limits)),
        "per_second_20ms_8": round(late_8),
        "per_second_20ms_64": round(late_64),
        "dkim_vs_openssl": round(signed / alone, 2),
        "bytes": sent["bytes"],
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
