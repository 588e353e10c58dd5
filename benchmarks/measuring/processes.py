"""The processes of a measurement: none of them outlives it, whatever ends it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from measuring.client import Job, Outcome

BENCHMARKS = Path(__file__).resolve().parents[1]
LONGEST_START = 60.0


class Failed(RuntimeError):
    """A process of the measurement did not do its part; the text says which, and what it printed last."""


@dataclass(frozen=True)
class Server:
    """A web process that is being measured."""

    port: int
    process: int


class Processes:
    """Starts processes, each with the read end of a pipe that breaks when this one is gone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lifeline, self._end = os.pipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end)
        os.close(self.lifeline)

    @contextmanager
    def server(self, module: str, *arguments: str, variables: Mapping[str, str] | None = None) -> Iterator[Server]:
        """Run ``python -m module LIFELINE LISTENER arguments`` until the block ends."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(1024)
            files = (self.lifeline, listener.fileno())
            process = self._start(module, [*map(str, files), *arguments], files, variables or {})
            port = listener.getsockname()[1]
        with _stopped_in_the_end(process):
            self._wait_for_answer(port)
            yield Server(port, process.pid)

    @contextmanager
    def worker(self, *, variables: Mapping[str, str]) -> Iterator[int]:
        """Run an installation's worker until the block ends; gives the process's number."""
        process = self._start("groundswell.ops.worker", [str(self.lifeline)], (self.lifeline,), variables)
        with _stopped_in_the_end(process):
            yield process.pid

    @contextmanager
    def helper(self, module: str, *arguments: str, variables: Mapping[str, str]) -> Iterator["Helper"]:
        """Run a module that is told what to do line by line, until the block ends."""
        process = self._start(
            module,
            [str(self.lifeline), *arguments],
            (self.lifeline,),
            variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with _stopped_in_the_end(process):
            yield Helper(process, self.folder / "log")

    def _start(
        self,
        module: str,
        arguments: Sequence[str],
        files: tuple[int, ...],
        variables: Mapping[str, str],
        **streams: Any,
    ) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", module, *arguments],
                env={**_environment(), **variables},
                pass_fds=files,
                stderr=log,
                process_group=0,
                **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **streams},
            )

    def _wait_for_answer(self, port: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_START) as probe:
                probe.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if probe.recv(1):
                    return
        except OSError:
            pass
        raise Failed(f"A server did not start: {last_words(self.folder / 'log')}")


class Helper:
    """A process that takes one JSON value per line and answers with one."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self._process = process
        self._log = log

    def tell(self, *words: object) -> None:
        """Tell it something and do not wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words).encode() + b"\n")
        self._process.stdin.flush()

    def ask(self, *words: object) -> Any:
        """Tell it something and return its answer.

        :raises Failed: if it ended instead.
        """
        self.tell(*words)
        return self.hear(str(words[0]))

    def hear(self, what: str = "it") -> Any:
        """Its next answer to something it was told.

        :raises Failed: if it ended instead.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Failed(f"{what} failed: {last_words(self._log)}")
        return json.loads(line)


def load(job: Job) -> Outcome:
    """Carry out a job in a process of its own."""
    return finish(start_load(job))


def start_load(job: Job) -> "subprocess.Popen[bytes]":
    """Begin a job; :func:`finish` waits for its end."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "measuring.client"],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(job)).encode())
    process.stdin.close()
    process.stdin = None
    return process


def finish(process: "subprocess.Popen[bytes]") -> Outcome:
    """What came of a job."""
    printed, _ = process.communicate(timeout=120)
    if process.returncode:
        raise Failed("The client failed; the lines above say why.")
    return Outcome(**json.loads(printed))


@contextmanager
def _stopped_in_the_end(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def last_words(log: Path) -> str:
    """The end of what the processes wrote into their common log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:]) if log.exists() else ""


def _environment() -> dict[str, str]:
    """Nothing of the developer's own installation, and this folder to import from."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GROUNDSWELL_")}
    return {**ours, "PYTHONPATH": str(BENCHMARKS)}
