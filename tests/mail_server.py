"""A mail server of one's own, in a thread of the test: it writes down what it took, and misbehaves when told."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"
Reply = Callable[[], str]


@dataclass
class MailServer:
    """What it took, and what it answers: ``rcpt``, ``sender`` and ``data`` give the reply to each step of a mail.

    What it took stands in ``taken`` as it reads it, and in ``raw`` byte for byte. An empty reply hangs up. With
    ``tls`` it offers encryption, or begins with it if ``implicit``; ``encrypted`` is how many mails came that way.
    """

    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    came_from: list[str] = field(default_factory=list)
    connections: int = 0
    sender: Reply = lambda: OK
    rcpt: Reply = lambda: OK
    data: Reply = lambda: OK
    password: str = ""
    port: int = 0
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    encrypted: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs, in the order in which the mails came."""
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def handle_EHLO(
        self, server: SMTP, session: Session, _: Envelope, name: str, replies: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return replies

    async def handle_MAIL(
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.sender()
        if reply == OK:
            envelope.mail_from = address
        return reply

    async def handle_RCPT(
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.rcpt()
        if reply == OK:
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:
        reply = self.data()
        if not reply:
            server.transport.close()
            return OK
        if reply == OK:
            parsed = message_from_bytes(cast(bytes, envelope.content), policy=default)
            self.taken.append(cast(EmailMessage, parsed))
            self.raw.append(cast(bytes, envelope.content))
            self.to += envelope.rcpt_tos
            self.encrypted += server.transport.get_extra_info("sslcontext") is not None
            self.came_from.append(str(envelope.mail_from))
        return reply

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any
    ) -> AuthResult:
        well = isinstance(given, LoginPassword) and given.password.decode() == self.password
        return AuthResult(success=well, handled=False)

    def _smtp(self) -> SMTP:
        return SMTP(
            self,
            hostname="mail.example.org",
            authenticator=self.authenticate,
            auth_require_tls=False,
            auth_required=bool(self.password),
            tls_context=None if self.implicit else self.tls,
        )


@contextmanager
def mail_server(**behaviour: Any) -> Iterator[MailServer]:
    """Run a server on a free port of this machine until the block ends."""
    answers = MailServer(**behaviour)
    loop = asyncio.new_event_loop()
    begins_with = answers.tls if answers.implicit else None
    opening = loop.create_server(answers._smtp, "127.0.0.1", answers.port, ssl=begins_with)
    listening = loop.run_until_complete(opening)
    answers.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="mail server")
    thread.start()
    try:
        yield answers
    finally:
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
