"""A real mailbox: Debian's Dovecot, which keeps it in a folder of the test and speaks IMAP, encrypted."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from groundswell.ops.testing.ports import free_port
from tests.certificates import Certificate, certificate
from tests.real_servers import program, wait_for

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
def dovecot() -> Iterator[Mailbox]:
    """Run it in a folder of its own, into which whose mailbox it is may go: pytest's are their owner's alone."""
    opened = _program()
    with TemporaryDirectory(prefix="dovecot-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        with _running(opened, folder) as box:
            yield box


@contextmanager
def _running(opened: str, folder: Path) -> Iterator[Mailbox]:
    ports, shown = [free_port(), free_port()], certificate(folder)
    box = Mailbox(folder / "mail", dict(zip(("imap+starttls", "imaps"), ports, strict=True)), shown)
    for part in ("cur", "new", "tmp"):
        (box.folder / part).mkdir(parents=True)
    for path in (box.folder, *box.folder.iterdir()):
        shutil.chown(path, "nobody", "nogroup")
    configuration = folder / "dovecot.conf"
    said = {"folder": folder, "shown": shown, "password": PASSWORD, "ports": ports}
    configuration.write_text(CONFIGURATION.format(**said))
    server = subprocess.Popen([opened, "-F", "-c", str(configuration)])
    try:
        for port in ports:
            wait_for(port, server)
        yield box
    finally:
        server.terminate()
        server.wait(20)


def _program() -> str:
    found = program("dovecot", "dovecot-imapd")
    version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
    if not version.startswith("2.3"):
        pytest.skip(f"Dovecot {version.strip()} reads other settings.")
    return found
