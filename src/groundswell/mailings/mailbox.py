"""Reading the mailbox into which mailings come back, where there is one (IMAP, RFC 3501).

A message is deleted there only when what it says is written here; read twice it counts once. One that is no report
of ours is flagged and stays, for somebody to look at.
"""

import imaplib
import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from groundswell.mailings.returns import Taken, take_back

log = logging.getLogger(__name__)

AT_ONCE = 100
LARGEST = 2_000_000
"""Bytes of a message that are read: a report with a whole copy in it is much shorter."""

TIMEOUT = 30.0
PAUSE = 300.0
"""Seconds in which a mailbox is left alone that could not be read."""


class Mailbox:
    """One worker's reading, for as long as its process lives."""

    def __init__(self) -> None:
        self._closed_until = 0.0

    def read(self) -> int:
        """Take in what lies there, some hundred messages at most; returns how many were looked at."""
        url = settings.ENVIRONMENT.bounces_mailbox
        if not url or time.monotonic() < self._closed_until:
            return 0
        try:
            with _opened(url) as mailbox:
                return sum(_look_at(mailbox, number) for number in _waiting(mailbox))
        except (OSError, imaplib.IMAP4.error) as error:
            # The server's own words are not repeated: a name or a password may be in them.
            log.error("The mailbox for what comes back cannot be read: %s", type(error).__name__)
            self._closed_until = time.monotonic() + PAUSE
            return 0


@contextmanager
def _opened(url: str) -> Iterator[imaplib.IMAP4]:
    """The mailbox that an address names, to be read and changed until the block ends."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    if parts.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    if parts.scheme == "imap+starttls":
        _encrypt(server, context)
    with server:
        _sign_in(server, unquote(parts.username or ""), unquote(parts.password or ""))
        name = unquote(parts.path.strip("/")) or "INBOX"
        _done(server.select(f'"{name}"'))
        yield server


def _encrypt(server: imaplib.IMAP4, context: ssl.SSLContext) -> None:
    try:
        server.starttls(context)
    except OSError:
        # To say goodbye would fail as well, and hide why.
        with suppress(OSError):
            server.shutdown()
        raise


def _sign_in(server: imaplib.IMAP4, user: str, password: str) -> None:
    if "AUTH=PLAIN" in server.capabilities:
        server.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
    else:
        server.login(user, password)


def _waiting(server: imaplib.IMAP4) -> list[str]:
    """The messages that nobody has looked at yet, by their lasting numbers."""
    found = _done(server.uid("SEARCH", "UNFLAGGED", "UNDELETED"))
    return (found[0] or b"").decode("ascii").split()[:AT_ONCE]


def _look_at(server: imaplib.IMAP4, number: str) -> int:
    """Take one message in, and then only delete it, or flag it where it is none of ours."""
    told = _done(server.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)"))
    raw = next((part[1] for part in told if isinstance(part, tuple)), None)
    # Another worker may have been quicker.
    if raw is None:
        return 0
    if take_back(raw) == Taken.NOTHING:
        _done(server.uid("STORE", number, "+FLAGS.SILENT", r"(\Flagged)"))
        return 1
    _done(server.uid("STORE", number, "+FLAGS.SILENT", r"(\Deleted)"))
    # What a server can do it may say in full only to whom it has let in.
    if b"UIDPLUS" in _done(server.capability())[-1].split():
        _done(server.uid("EXPUNGE", number))
    else:
        _done(server.expunge())
    return 1


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server answered.

    :raises IMAP4.error: if it would not.
    """
    if answer[0] != "OK":
        raise imaplib.IMAP4.error
    return answer[1]
