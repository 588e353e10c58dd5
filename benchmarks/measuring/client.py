"""The load: a process of its own that keeps some connections busy and times the answers.

It reads one :class:`Job` as JSON from its standard input and prints one :class:`Outcome` as JSON. It talks to its
sockets directly, because on a small machine a comfortable client would be slower than the server it measures.
"""

import json
import os
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from urllib.parse import urlencode

BUFFER = bytearray(64 * 1024)
"""Into which every line reads: a fresh buffer for each answer would cost more than all the rest."""
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to send. ``kind`` is a key of :data:`MAKERS`; ``rate`` is requests a second, 0 as fast as answers come.

    Every request comes from another one of ``addresses`` addresses, as a proxy would forward them. ``process`` is
    the server's, whose CPU time is told; a ``status`` of 0 accepts every answer. ``boxes`` are ticked in a form.
    """

    port: int
    process: int
    path: str
    kind: str = "page"
    status: int = 200
    seconds: float = 1.0
    warm_up: float = 0.2
    connections: int = 64
    addresses: int = 20_000
    rate: float = 0.0
    seed: int = 0
    boxes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came back, the warm-up left out. Latencies in milliseconds.

    ``ceiling`` is how many answers the client handles in a second of its own CPU time: where the server reaches
    that, the client is measured and not the server. ``cpu`` is the server's, in microseconds for each answer.
    """

    answers: int
    per_second: float
    failed: int
    failure: str
    p50: float
    p99: float
    ceiling: float
    cpu: float


HEADERS = (
    "Host: localhost\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0\r\n"
    "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.7\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
)


def requests(job: Job) -> Iterator[bytes]:
    """The requests, for ever; one for each address is made before the first is sent."""
    random = Random(job.seed)
    make = MAKERS[job.kind]
    return cycle([make(job, number, _address(number), random) for number in range(job.addresses)])


def _address(number: int) -> str:
    return f"X-Forwarded-For: 10.{number >> 16}.{number >> 8 & 255}.{number & 255}\r\n"


def _page(job: Job, number: int, address: str, random: Random) -> bytes:
    return f"GET {job.path} HTTP/1.1\r\n{HEADERS}{address}\r\n".encode()


def _unkept(job: Job, number: int, address: str, random: Random) -> bytes:
    # Half of them render the public page anew, half of them want a page that is nobody else's.
    path = f"{job.path}?unknown={random.getrandbits(48):x}" if number % 2 else f"/desk/{random.getrandbits(48):x}"
    return f"GET {path} HTTP/1.1\r\n{HEADERS}{address}\r\n".encode()


def _attend(job: Job, number: int, address: str, random: Random) -> bytes:
    body = urlencode(form(random, job.boxes))
    head = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return f"POST {job.path} HTTP/1.1\r\n{HEADERS}{address}{head}\r\n{body}".encode()


def form(random: Random, boxes: Mapping[str, str]) -> dict[str, str]:
    """What one made-up person types and ticks."""
    name = f"{random.getrandbits(60):015x}"
    typed = {"name": f"Person {name[:6]}", "email": f"{name}@example.org", "postcode": "M1 1AE", "guests": "1"}
    return {**typed, **boxes}


MAKERS = {"page": _page, "unkept": _unkept, "attend": _attend}


class Line:
    """One connection that is kept alive, with at most one request under way."""

    __slots__ = ("_buffer", "_expected", "_receive", "_socket", "_usual", "began", "fd")

    def __init__(self, port: int, status: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fd = self._socket.fileno()
        self._receive = self._socket.recv_into
        self._expected = b"HTTP/1.1 %d" % status if status else b"HTTP/1.1 "
        self._usual = 0
        self._buffer = b""
        self.began = 0.0

    def ask(self, request: bytes, began: float) -> None:
        """Send a request; ``began`` is when it was due."""
        self.began = began
        self._socket.sendall(request)

    def read(self) -> bool | str:
        """Read what has come: True if that was the expected answer, False if more must come, or what is wrong."""
        size = self._receive(BUFFER)
        # Nearly every answer comes in one piece and is as long as the one before it.
        if size == self._usual and not self._buffer and BUFFER.startswith(self._expected):
            return True
        if not size:
            return "closed"
        self._buffer += BUFFER[:size]
        length = whole_length(self._buffer)
        if length is None or len(self._buffer) < length:
            return False
        answer, self._buffer = self._buffer, b""
        self._usual = length
        return True if answer.startswith(self._expected) else answer[:200].decode("latin-1")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def whole_length(answer: bytes) -> int | None:
    """How long an answer is, its head included; None while the head is not complete."""
    end = answer.find(HEAD_END)
    if end < 0:
        return None
    for line in answer[:end].lower().split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return end + len(HEAD_END) + int(value)
    return end + len(HEAD_END)


@dataclass
class Load:
    """Carries out a job."""

    job: Job
    latencies: list[float] = field(default_factory=list)
    failed: int = 0
    failure: str = ""

    def run(self) -> Outcome:
        """Keep the lines busy for as long as the job says."""
        self._requests = requests(self.job)
        self._lines = {line.fd: line for line in self._connect(self.job.connections)}
        self._idle = deque(self._lines.values())
        self._poll = select.epoll()
        for fd in self._lines:
            self._poll.register(fd, select.EPOLLIN)
        self._work(time.perf_counter() + self.job.warm_up)
        self.latencies, self.failed, self.failure = [], 0, ""
        began = self._clocks()
        self._work(began[0] + self.job.seconds)
        spent = [after - before for before, after in zip(began, self._clocks(), strict=True)]
        for line in self._lines.values():
            line.close()
        return self._outcome(*spent)

    def _clocks(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), cpu_of(self.job.process)

    def _connect(self, number: int) -> list[Line]:
        return [Line(self.job.port, self.job.status) for _ in range(number)]

    def _work(self, until: float) -> None:
        ask = self._ask_in_time if self.job.rate else self._ask_at_once
        now = self._due = time.perf_counter()
        while now < until:
            pause = ask(now)
            for fd, _ in self._poll.poll(pause):
                line = self._lines[fd]
                well = line.read()
                if well is False:
                    continue
                self.latencies.append(time.perf_counter() - line.began)
                self._idle.append(line if well is True else self._mend(line, str(well)))
            now = time.perf_counter()

    def _ask_at_once(self, now: float) -> float:
        while self._idle:
            self._idle.popleft().ask(next(self._requests), now)
        return 0.05

    def _ask_in_time(self, now: float) -> float:
        """Send what is due. A request that finds every line busy is late from the moment it was due."""
        while self._idle and self._due <= now:
            self._idle.popleft().ask(next(self._requests), self._due)
            self._due += 1 / self.job.rate
        return min(0.05, max(0.0, self._due - now)) if self._idle else 0.05

    def _mend(self, line: Line, failure: str) -> Line:
        self.failed += 1
        self.failure = self.failure or failure
        if failure != "closed":
            return line
        self._poll.unregister(line.fd)
        del self._lines[line.fd]
        line.close()
        (fresh,) = self._connect(1)
        self._lines[fresh.fd] = fresh
        self._poll.register(fresh.fd, select.EPOLLIN)
        return fresh

    def _outcome(self, elapsed: float, own: float, server: float) -> Outcome:
        read = max(1, len(self.latencies))
        return Outcome(
            answers=read - self.failed,
            per_second=(len(self.latencies) - self.failed) / elapsed,
            failed=self.failed,
            failure=self.failure,
            p50=1000 * percentile(self.latencies, 50),
            p99=1000 * percentile(self.latencies, 99),
            ceiling=read / max(own, 1e-6),
            cpu=1e6 * server / read,
        )


def cpu_of(process: int) -> float:
    """Seconds of CPU time that a process has used, by its user's code and by the kernel for it."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that this share of them does not exceed; 0 of none."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)] if ordered else 0.0


def main() -> None:
    """Read a job, carry it out, print what came of it."""
    job = Job(**json.load(sys.stdin))
    print(json.dumps(asdict(Load(job).run())))


if __name__ == "__main__":
    main()
