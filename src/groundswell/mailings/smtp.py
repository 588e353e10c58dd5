"""Many mails over one connection without a pause between them: pipelined SMTP (RFC 5321, RFC 2920).

While the server takes a body, the commands of the next mail are on their way behind it, so that each mail costs
one turn instead of four. A server that does not offer PIPELINING is spoken to step by step by the same code.
"""

import asyncio
import base64
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Protocol, cast
from urllib.parse import SplitResult, unquote

TIMEOUT = 60.0
"""Seconds that a server may be silent while it owes an answer."""

LONGEST_LINE = 8192


class NoServer(Exception):
    """There is no server, it went away, or it does not let us in; no mail is to blame. The reason names nobody."""


@dataclass(slots=True)
class Envelope:
    """One mail on its way: whose it is to the caller, from and to where, and its bytes without the last dot."""

    number: int
    sender: str
    to: str
    body: bytes
    sent: bool = False
    """Whether the body has begun to go out: from here on only an answer says whether it was taken."""


class Source(Protocol):
    """Where a connection gets mails, and whom it tells what became of them; called in the loop's thread."""

    def take(self) -> Envelope | None:
        """The next mail to send, or None if there is none at the moment."""

    def begins(self, envelope: Envelope) -> bool:
        """Its body goes out after this returns, unless it says no."""

    def answered(self, envelope: Envelope, code: int, said: bytes) -> None:
        """The server said what it does with it: 2xx is taken, 4xx not now, 5xx never; and in its own words."""

    def heard(self) -> None:
        """All that has arrived was told: what was not written down yet must be."""

    def lost(self, envelope: Envelope) -> None:
        """The connection ended without an answer; ``envelope.sent`` says whether it may have been taken."""


Answer = asyncio.Future[tuple[int, bytes]]


def _hear(answer: Answer, code: int, text: bytes) -> None:
    if not answer.done():
        answer.set_result((code, text))


class Connection(asyncio.Protocol):
    """One connection to a server, opened by :func:`connect`."""

    def __init__(self, source: Source, timeout: float = TIMEOUT) -> None:
        self._source = source
        self._timeout = timeout
        self._received = b""
        self._reply: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self._greeting: Answer = self._loop.create_future()
        # It may speak before anybody asks for what it said.
        self._expected: deque[Callable[[int, bytes], None]] = deque([partial(_hear, self._greeting)])
        self._current: Envelope | None = None
        self._next: Envelope | None = None
        self._refused, self._why = 0, b""
        self._took = self._had_enough = False
        self._pipelining = False
        self._draining = False
        self._timer: asyncio.TimerHandle | None = None
        self._heard = self._loop.time()
        self.transport: asyncio.Transport
        self.reason = "it hung up"
        self.closed: asyncio.Future[None] = self._loop.create_future()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        lines = (self._received + data).split(b"\r\n")
        self._received = lines.pop()
        if len(self._received) > LONGEST_LINE:
            self._end("it sent a line without an end")
            return
        for line in lines:
            if not self._reply and line[3:4] == b" " and line[:3].isdigit():
                self._heed(int(line[:3]), line[4:])
                continue
            if not (line[:3].isdigit() and len(line) >= 3):
                self._end("it does not speak SMTP")
                return
            self._reply.append(line[4:])
            if line[3:4] != b"-":
                text, self._reply = b"\n".join(self._reply), []
                self._heed(int(line[:3]), text)
        self._source.heard()

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()
        for envelope in (self._current, self._next):
            if envelope is not None:
                self._source.lost(envelope)
        self._current = self._next = None
        self._expected.clear()
        if not self.closed.done():
            self.closed.set_result(None)

    # Step by step: greeting, encryption, sign-in.

    @property
    def said_more(self) -> bool:
        """Whether something has arrived behind the answers that were asked for."""
        # A whole answer that nobody waited for has ended the connection (:meth:`_heed`).
        return bool(self._received or self._reply) or self.transport.is_closing()

    async def greeted(self) -> int:
        """The code of the server's greeting.

        :raises NoServer: if the connection ends before.
        """
        return (await self._told(self._greeting))[0]

    async def ask(self, command: bytes) -> tuple[int, bytes]:
        """Send a command and wait for its answer.

        :raises NoServer: if the connection ends before.
        """
        answer: Answer = self._loop.create_future()
        self._expected.append(partial(_hear, answer))
        self.transport.write(command + b"\r\n")
        return await self._told(answer)

    async def _told(self, answer: Answer) -> tuple[int, bytes]:
        waited_for: set[asyncio.Future[Any]] = {answer, self.closed}
        await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            raise NoServer(self.reason)
        return answer.result()

    # Mail after mail.

    def start(self, *, pipelining: bool) -> None:
        """Begin to take mails from the source."""
        self._pipelining = pipelining
        self.pump()

    def pump(self) -> None:
        """Look for a mail, if the connection has none: to be called when the source has some again."""
        if self._current is None and not self._draining and not self.transport.is_closing():
            self._current = self._source.take()
            if self._current:
                self._announce(self._current)

    def finish(self) -> None:
        """Take no more mails; hang up when those that were begun are answered."""
        self._draining = True
        if self._current is None:
            self._say_goodbye()

    def _announce(self, envelope: Envelope) -> None:
        self.transport.write(self._announcement(envelope))

    def _announcement(self, envelope: Envelope) -> bytes:
        """The commands before a body: all at once, or the first of them."""
        self._refused, self._why = 0, b""
        mail = f"MAIL FROM:<{envelope.sender}>\r\n".encode()
        if not self._pipelining:
            self._expected.append(self._after_mail)
            return mail
        self._expected.extend((self._after_sender, self._noted, self._after_data))
        return mail + f"RCPT TO:<{envelope.to}>\r\nDATA\r\n".encode()

    def _after_mail(self, code: int, text: bytes) -> None:
        self._after_sender(code, text)
        if self._refused:
            self._give_up()
            return
        assert self._current
        self._expected.append(self._after_rcpt)
        self.transport.write(f"RCPT TO:<{self._current.to}>\r\n".encode())

    def _after_rcpt(self, code: int, text: bytes) -> None:
        self._noted(code, text)
        if self._refused:
            self._give_up()
            return
        self._expected.append(self._after_data)
        self.transport.write(b"DATA\r\n")

    def _after_sender(self, code: int, text: bytes) -> None:
        # It took others over this connection: this is about how many those may be, and not about this one.
        self._had_enough = self._took and 400 <= code < 500
        self._noted(code, text)

    def _noted(self, code: int, text: bytes) -> None:
        # The first refusal is the one that says why; those behind it follow from it.
        if code >= 400 and not self._refused:
            self._refused, self._why = code, text

    def _after_data(self, code: int, text: bytes) -> None:
        if code != 354:
            self._noted(code, text)
            self._give_up()
        elif self._refused:
            # It goes on although it takes nobody: an empty body ends it, and its answer says nothing new.
            self._expected.append(lambda _code, _text: self._give_up())
            self.transport.write(b".\r\n")
        else:
            self._send_body()

    def _give_up(self) -> None:
        done, self._current = self._current, None
        code, self._refused = self._refused, 0
        assert done
        if self._had_enough:
            self._source.lost(done)
            self.finish()
            return
        self._source.answered(done, code, self._why)
        if code == 421:
            self._end("it closed the connection (421)")
        elif self._draining:
            self._say_goodbye()
        else:
            # The server may still have the sender of a mail that it did not take.
            self._expected.append(lambda _code, _text: self.pump())
            self.transport.write(b"RSET\r\n")

    def _send_body(self) -> None:
        envelope = self._current
        assert envelope
        if not self._source.begins(envelope):
            # Where a body is awaited, nothing but hanging up says that there is none.
            self._end("we had nothing to send any more")
            return
        envelope.sent = True
        self._expected.append(self._after_body)
        end = b".\r\n" if envelope.body.endswith(b"\r\n") else b"\r\n.\r\n"
        behind = b""
        if self._pipelining and not self._draining:
            self._next = self._source.take()
            if self._next:
                behind = self._announcement(self._next)
        self.transport.write(envelope.body + end + behind)

    def _after_body(self, code: int, text: bytes) -> None:
        done, self._current, self._next = self._current, self._next, None
        assert done
        self._took = self._took or code < 300
        self._source.answered(done, code, text)
        if code == 421:
            self._end("it closed the connection (421)")
        elif self._current is None:
            if self._draining:
                self._say_goodbye()
            else:
                self.pump()

    def _heed(self, code: int, text: bytes) -> None:
        if not self._expected:
            self._end(f"it closed the connection ({code})")
            return
        self._expected.popleft()(code, text)

    def _say_goodbye(self) -> None:
        if not self.transport.is_closing():
            self._expected.append(lambda _code, _text: self.transport.close())
            self.transport.write(b"QUIT\r\n")

    def _end(self, reason: str) -> None:
        self.reason = reason
        self.transport.abort()

    def _watch(self) -> None:
        """Hang up on a server that owes an answer for too long."""
        now = self._loop.time()
        if self._expected and now - self._heard > self._timeout:
            self._end("it did not answer")
            return
        if not self._expected:
            self._heard = now
        self._timer = self._loop.call_later(self._timeout / 4, self._watch)


@dataclass(frozen=True)
class Server:
    """Where mail is handed over: an address as ``smtp://``, ``smtps://`` or ``smtp+starttls://``, and our name."""

    url: SplitResult
    ours: str
    timeout: float = TIMEOUT
    context: ssl.SSLContext = field(default_factory=cache(ssl.create_default_context))

    async def connect(self, source: Source) -> Connection:
        """Open a connection (:func:`connect`).

        :raises NoServer: if there is no way.
        """
        return await connect(self, source)


async def connect(server: Server, source: Source) -> Connection:
    """Open a connection, sign in where the address says as whom, and begin to send.

    :raises NoServer: if there is no way.
    """
    loop, url = asyncio.get_running_loop(), server.url
    implicit = url.scheme == "smtps"
    try:
        opening = loop.create_connection(
            lambda: Connection(source, server.timeout),
            url.hostname or "",
            url.port or (465 if implicit else 587),
            ssl=server.context if implicit else None,
        )
        _transport, connection = await asyncio.wait_for(opening, server.timeout)
    except (OSError, TimeoutError) as error:
        raise NoServer(f"it cannot be reached ({type(error).__name__})") from error
    try:
        await _greet(connection, server)
    except NoServer:
        connection.transport.abort()
        raise
    return connection


async def _greet(connection: Connection, server: Server) -> None:
    _require(await connection.greeted(), 220)
    offered = await _hello(connection, server)
    if server.url.scheme == "smtp+starttls":
        _require((await connection.ask(b"STARTTLS"))[0], 220)
        if connection.said_more:
            # In the open, where somebody in between could have put it: it must not count as said by the server.
            raise NoServer("it said more than it was asked")
        loop = asyncio.get_running_loop()
        try:
            encrypting = loop.start_tls(
                connection.transport, connection, server.context, server_hostname=server.url.hostname
            )
            encrypted = await asyncio.wait_for(encrypting, server.timeout)
        except (OSError, TimeoutError) as error:
            raise NoServer(f"it cannot be encrypted ({type(error).__name__})") from error
        assert encrypted
        connection.transport = encrypted
        offered = await _hello(connection, server)
    if server.url.username:
        await _sign_in(connection, unquote(server.url.username), unquote(server.url.password or ""))
    connection.start(pipelining=b"PIPELINING" in offered)


async def _hello(connection: Connection, server: Server) -> list[bytes]:
    code, text = await connection.ask(f"EHLO {server.ours}".encode())
    if code != 250:
        _require((await connection.ask(f"HELO {server.ours}".encode()))[0], 250)
        return []
    return text.upper().split(b"\n")


async def _sign_in(connection: Connection, user: str, password: str) -> None:
    # RFC 4616, section 2.
    said = base64.b64encode(f"\0{user}\0{password}".encode())
    _require((await connection.ask(b"AUTH PLAIN " + said))[0], 235)


def _require(code: int, wanted: int) -> None:
    if code != wanted:
        raise NoServer(f"it does not let us in ({code})")
