"""``./groundswell up``: starts web and worker, starts again whichever goes, and stops them together.

It imports neither Django nor anything of the house that does: it stays small, starts at once and cannot fall
with them.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from groundswell.config.environment import Environment, without_password
from groundswell.ops.claims import claim_data, claim_port
from groundswell.ops.remembered import remember

GRACE = 10.0
"""Seconds that a child has for a clean stop before it is killed."""

STEADY = 20.0
"""Seconds after which a child that goes counts as having run well: it is started again at once."""

LONGEST_PAUSE = 5.0


PREPARED = b"prepared\n"
"""What the worker reports when web may begin; sign-in links may follow, one on a line."""


class NotPrepared(Exception):
    """The worker could not prepare the installation; it has said why."""


@dataclass(kw_only=True)
class Child:
    """One of the processes that are kept running, and the files that it inherits."""

    name: str
    files: tuple[int, ...]
    claim: int
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0

    def start(self, variables: Mapping[str, str], *more: int) -> None:
        """Start it; its arguments are the numbers of its files."""
        self.started = time.monotonic()
        given = (*self.files, *more)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"groundswell.ops.{self.name}", *map(str, given)],
            pass_fds=(*given, self.claim),
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            # A process group of its own: Ctrl-C reaches the supervisor alone, which then stops the children.
            process_group=0,
        )

    def note_end(self) -> None:
        """Decide when to start again: at once after a good run, later and later when it keeps failing."""
        now = time.monotonic()
        self.failures = 1 if now - self.started > STEADY else self.failures + 1
        pause = 0.0 if self.failures == 1 else min(0.25 * 2**self.failures, LONGEST_PAUSE)
        self.process, self.due = None, now + pause


def up(environment: Environment) -> int:
    """Run the installation until SIGINT or SIGTERM; return the exit status.

    :raises Taken: when the data folder or the port belongs to somebody else.
    """
    claim = claim_data(environment.data)
    _undo_interrupted_restore(environment)
    with claim_port(environment) as listener:
        environment = replace(environment, port=listener.getsockname()[1])
        return Supervisor(environment, listener, claim).run()


def _undo_interrupted_restore(environment: Environment) -> None:
    if (environment.data / "restore.json").exists():
        from groundswell.ops.restore import undo

        undo(environment.owned)
        say("A restore had been interrupted: everything is as it was before it.")


class Supervisor:
    def __init__(self, environment: Environment, listener: socket.socket, claim: int) -> None:
        self.environment = environment
        self.variables = {
            "DJANGO_SETTINGS_MODULE": "groundswell.config.settings",
            **os.environ,
            **environment.in_use.as_variables(),
        }
        lifeline, self._lifeline_end = os.pipe()
        self.stopping = False
        self.web = Child(name="web", files=(lifeline, listener.fileno()), claim=claim)
        self.worker = Child(name="worker", files=(lifeline,), claim=claim)
        self.children = [self.worker, self.web]

    def run(self) -> int:
        with self._signals() as wakeup:
            remember(self.environment)
            try:
                links = self.start(wakeup)
            except NotPrepared:
                self.stop()
                return 0 if self.stopping else 1
            self.announce(links)
            while not self.stopping:
                self.wait(wakeup)
                self.note_ended()
                self.start_what_is_due()
            self.stop()
        return 0

    def start(self, wakeup: int) -> str:
        """Start both at once: the worker migrates while web loads its code; return the sign-in links that are due.

        :raises NotPrepared: when the worker could not, or when it was interrupted.
        """
        if self.environment.database_owner and not self.owner_prepares():
            raise NotPrepared
        report, report_end = os.pipe()
        gate, gate_end = os.pipe()
        self.worker.start(self.variables, report_end)
        self.web.start(self.variables, gate)
        os.close(report_end)
        os.close(gate)
        told = b""
        try:
            while (part := self._read(report, wakeup)) and not self.stopping:
                told += part
            if self.stopping or not told.startswith(PREPARED):
                raise NotPrepared
            with suppress(BrokenPipeError):
                os.write(gate_end, PREPARED)
        finally:
            os.close(report)
            os.close(gate_end)
        return told.removeprefix(PREPARED).decode().strip()

    def owner_prepares(self) -> bool:
        """Let the owner of the tables bring them up to date, in a process that alone knows the way."""
        variables = {**self.variables, **self.environment.owned.as_variables()}
        role = urlsplit(self.environment.database).username or ""
        command = [sys.executable, "-P", "-m", "groundswell.ops.owning", role]
        return subprocess.run(command, env=variables, stdin=subprocess.DEVNULL).returncode == 0

    def _read(self, report: int, wakeup: int) -> bytes:
        readable: list[int] = []
        while report not in readable and not self.stopping:
            readable, _, _ = select.select([wakeup, report], [], [])
            _drain(wakeup)
        return b"" if self.stopping else os.read(report, 4096)

    def announce(self, links: str) -> None:
        say(f"Groundswell is running at {self.environment.public_url} (Ctrl-C stops it).")
        places = [str(self.environment.data), without_password(self.environment.database)]
        say(f"Everything is kept in {' and '.join(filter(None, places))}.")
        for line in links.splitlines():
            name, _, link = line.rpartition(": ")
            say(f"Sign in as {name or 'the organiser'}, once, with this link:\n  {link}")

    def wait(self, wakeup: int) -> None:
        """Sleep until a child ends, a signal comes, or a child is due to be started again."""
        dues = [child.due for child in self.children if child.process is None]
        timeout = max(0.0, min(dues) - time.monotonic()) if dues else 60.0
        select.select([wakeup], [], [], timeout)
        _drain(wakeup)

    def note_ended(self) -> None:
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            if not self.stopping:
                say(f"The {child.name} process ended ({_how(child.process.returncode)}); starting it again.")
            child.note_end()

    def start_what_is_due(self) -> None:
        for child in self.children:
            if child.process is None and child.due <= time.monotonic() and not self.stopping:
                child.start(self.variables)

    def stop(self) -> None:
        """Let every child finish what it is doing; kill what has not ended after ten seconds."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @contextmanager
    def _signals(self) -> Iterator[int]:
        """Note a wish to stop; every signal makes the file readable that this yields."""
        wakeup, wakeup_end = os.pipe()
        for end in (wakeup, wakeup_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wakeup_end, warn_on_full_buffer=False)
        handlers = {
            signal.SIGINT: self._note_stop,
            signal.SIGTERM: self._note_stop,
            signal.SIGHUP: self._note_stop,
            signal.SIGCHLD: lambda *_: None,
        }
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield wakeup
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(-1)
            os.close(wakeup)
            os.close(wakeup_end)

    def _note_stop(self, *_: object) -> None:
        self.stopping = True


def say(sentence: str) -> None:
    print(sentence, flush=True)


def _drain(wakeup: int) -> None:
    try:
        os.read(wakeup, 4096)
    except BlockingIOError:
        return


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
