"""A real mail server in place of the sink: Debian's OpenSMTPD, which takes in whatever comes."""

import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from groundswell.ops.testing.ports import free_port
from tests.real_servers import program, wait_for

CONFIGURATION = """listen on 127.0.0.1 port {port} no-dsn
table everybody {{ "@" = nobody }}
action "away" mda "true" virtual <everybody>
match from any for any action "away"
"""


@dataclass
class Relay:
    """The server at work."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]
    program: str

    def accepted(self) -> Counter[str]:
        """How often it took something in for each address."""
        return Counter(re.findall(r"smtp envelope .* to=<([^>]*)>", self.log.read_text()))

    def empty(self) -> None:
        """Take out of its queue what it has not delivered: the next one to start would."""
        log = self.log.read_text()
        done = set(re.findall(r"mda delivery evpid=(\w{8})\w* .* result=Ok", log))
        for message in set(re.findall(r"smtp message msgid=(\w+)", log)) - done:
            subprocess.run(
                [f"{self.program.removesuffix('smtpd')}smtpctl", "remove", message], capture_output=True
            )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let it and all its processes stand still, as on a machine that has too much to do."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)


@contextmanager
def opensmtpd(folder: Path) -> Iterator[Relay]:
    """Run it, where nobody else does: its queue is the machine's, and it wants to be started by root."""
    if Path("/var/run/smtpd.sock").exists():
        pytest.skip("This machine's own OpenSMTPD is at work.")
    opened = program("smtpd", "opensmtpd")
    port, log, configuration = free_port(), folder / "relay.log", folder / "smtpd.conf"
    configuration.write_text(CONFIGURATION.format(port=port))
    with log.open("wb") as written:
        # In a group of its own, since it starts others that outlive a signal to it alone.
        server = subprocess.Popen([opened, "-d", "-f", str(configuration)], stderr=written, start_new_session=True)
    try:
        wait_for(port, server)
        relay = Relay(port, log, server, opened)
        yield relay
        relay.empty()
    finally:
        server.terminate()
        server.wait(20)
