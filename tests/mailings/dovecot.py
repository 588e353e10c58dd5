"""A real mailbox: Debian's Dovecot, which keeps it in a folder of the test and speaks IMAP, encrypted."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from groundswell.ops.testing.packages import install_debian
from tests.certificates import Certificate, certificate

USER, PASSWORD = "bounces", "p@ss:w0rd"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{shown.file}
ssl_key = <{shown.key}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {ports[0]}
  }}
  inet_listener imaps {{
    port = {ports[1]}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Mailbox:
    """The mailbox of one user, and where it is reached by each scheme."""

    folder: Path
    ports: dict[str, int]
    shown: Certificate

    def put(self, *messages: bytes) -> None:
        """Deliver messages, as a mail server does."""
        for raw in messages:
            name = f"{time.time_ns()}.{uuid4().hex}.here"
            written = self.folder / "tmp" / name
            written.write_bytes(raw)
            shutil.chown(written, "nobody")
            written.rename(self.folder / "new" / name)

    def flags(self) -> list[str]:
        """The flags of each message that is there."""
        return sorted(path.name.rpartition(",")[2] for path in (self.folder / "cur").iterdir())


@contextmanager
def dovecot(folder: Path) -> Iterator[Mailbox]:
    """Run it; it wants to be started by root, and the folder to be one that others may enter."""
    program = _program()
    ports, shown = _free_ports(), certificate(folder)
    box = Mailbox(folder / "mail", dict(zip(("imap+starttls", "imaps"), ports, strict=True)), shown)
    for part in ("cur", "new", "tmp"):
        (box.folder / part).mkdir(parents=True)
    for path in (box.folder, *box.folder.iterdir()):
        shutil.chown(path, "nobody", "nogroup")
    configuration = folder / "dovecot.conf"
    said = {"folder": folder, "shown": shown, "password": PASSWORD, "ports": ports}
    configuration.write_text(CONFIGURATION.format(**said))
    server = subprocess.Popen([program, "-F", "-c", str(configuration)])
    try:
        _wait_for(ports, server)
        yield box
    finally:
        server.terminate()
        server.wait(20)


def _program() -> str:
    if os.geteuid():
        pytest.skip("Dovecot wants to be started by root.")
    if _found() is None and not install_debian("dovecot-imapd"):
        pytest.skip("Dovecot is not on this machine, and cannot be installed.")
    program = _found()
    assert program
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    if not version.startswith("2.3"):
        pytest.skip(f"Dovecot {version.strip()} reads other settings.")
    return program


def _found() -> str | None:
    return shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def _free_ports() -> list[int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return [one.getsockname()[1], other.getsockname()[1]]


def _wait_for(ports: list[int], server: "subprocess.Popen[bytes]", seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert server.poll() is None, "Dovecot ended."
                assert time.monotonic() < deadline, "Dovecot did not start."
                time.sleep(0.05)
