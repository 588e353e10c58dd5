"""Speaking with a mail server: encrypted where the address says so, and with nobody who only pretends to be it."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvloop

from groundswell.mailings.smtp import Connection, Envelope, NoServer, Server
from tests.certificates import Certificate, certificate
from tests.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.enable_socket, pytest.mark.filterwarnings("ignore:Requiring AUTH")]

MAIL = b"Message-ID: <1@example.org>\r\nSubject: Come\r\n\r\nCome.\r\n"


class Some:
    """Mails for whoever asks, and what became of each."""

    def __init__(self, many: int) -> None:
        self.waiting = [
            Envelope(number, "us@example.org", f"p{number}@example.org", MAIL) for number in range(many)
        ]
        self.codes: list[int] = []

    def take(self) -> Envelope | None:
        return self.waiting.pop() if self.waiting else None

    def begins(self, _envelope: Envelope) -> bool:
        return True

    def answered(self, _envelope: Envelope, code: int, _said: bytes) -> None:
        self.codes.append(code)

    def heard(self) -> None:
        """There is nothing to write down."""

    def lost(self, envelope: Envelope) -> None:
        raise AssertionError(envelope)


def send(url: str, context: ssl.SSLContext, many: int = 5, connections: int = 1) -> list[int]:
    """Send so many mails there, and hang up; the server's answers."""
    some = Some(many)

    async def run() -> None:
        server = Server(urlsplit(url), "localhost", 5.0, context)
        opened: list[Connection] = await asyncio.gather(*(server.connect(some) for _ in range(connections)))
        for one in opened:
            one.finish()
        await asyncio.wait_for(asyncio.gather(*(one.closed for one in opened)), 10)

    asyncio.run(run(), loop_factory=uvloop.new_event_loop)
    return some.codes


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


def encrypted(shown: Certificate, scheme: str, **more: Any) -> dict[str, Any]:
    return {"tls": shown.server(), "implicit": scheme == "smtps", **more}


SCHEMES = pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])


@SCHEMES
@pytest.mark.parametrize("password", ["", "p@ss word"], ids=["", "signed in"])
def test_mails_go_out_encrypted(shown: Certificate, scheme: str, password: str) -> None:
    user = "ada:p%40ss%20word@" if password else ""
    with mail_server(**encrypted(shown, scheme, password=password)) as server:
        codes = send(f"{scheme}://{user}127.0.0.1:{server.port}", shown.client(), many=9, connections=3)
    # What was begun when it was told to hang up is finished, and no more than that.
    assert set(codes) == {250}
    assert len(server.ids) == len(codes) == server.encrypted


@SCHEMES
def test_nobody_is_trusted_whom_no_authority_knows(shown: Certificate, scheme: str) -> None:
    trusting = ssl.create_default_context()
    with mail_server(**encrypted(shown, scheme)) as server, pytest.raises(NoServer) as refused:
        send(f"{scheme}://127.0.0.1:{server.port}", trusting)
    assert "unable to get local issuer" in str(refused.value.__cause__)
    assert server.ids == []


@SCHEMES
def test_a_certificate_is_good_for_its_own_server(tmp_path: Path, scheme: str) -> None:
    of_another = certificate(tmp_path, "127.0.0.2")
    with mail_server(**encrypted(of_another, scheme)) as server, pytest.raises(NoServer) as refused:
        send(f"{scheme}://127.0.0.1:{server.port}", of_another.client())
    assert "IP address mismatch" in str(refused.value.__cause__)


@SCHEMES
def test_without_that_check_anybody_gets_the_mails(tmp_path: Path, scheme: str) -> None:
    """The twin: a context that asks nobody."""
    of_another = certificate(tmp_path, "127.0.0.2")
    credulous = ssl._create_unverified_context()
    with mail_server(**encrypted(of_another, scheme)) as server:
        assert send(f"{scheme}://127.0.0.1:{server.port}", credulous)
    assert server.ids


def test_where_encryption_is_wanted_nothing_goes_without(shown: Certificate) -> None:
    with mail_server(password="right") as server, pytest.raises(NoServer, match="does not let us in"):
        send(f"smtp+starttls://ada:right@127.0.0.1:{server.port}", shown.client())
    assert server.ids == []


@contextmanager
def one_in_between(go_on: bytes) -> Iterator[int]:
    """Who offers encryption and answers the wish for it with these bytes; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            with listening.accept()[0] as peer:
                for said in (b"220 mail\r\n", b"250-mail\r\n250 STARTTLS\r\n", go_on):
                    peer.sendall(said)
                    if not peer.recv(1024):
                        return

        thread = threading.Thread(target=speak)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    "more", [b"250-AUTH ", b"250-AUTH PLAIN\r\n", b"250 AUTH PLAIN\r\n"], ids=["a part", "a line", "an answer"]
)
def test_what_is_said_in_the_open_behind_the_wish_for_encryption_ends_it(shown: Certificate, more: bytes) -> None:
    with one_in_between(b"220 go on\r\n" + more) as port, pytest.raises(NoServer, match="said more"):
        send(f"smtp+starttls://127.0.0.1:{port}", shown.client())


def test_without_that_check_it_would_be_encrypted_behind_it(
    shown: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: what was said in the open is left lying there, to count as said by the server."""
    monkeypatch.setattr(Connection, "said_more", False)
    with one_in_between(b"220 go on\r\n250-AUTH ") as port, pytest.raises(NoServer, match="encrypted"):
        send(f"smtp+starttls://127.0.0.1:{port}", shown.client())


def test_in_the_open_it_is_not_encrypted() -> None:
    """So that the figure above says something."""
    server: MailServer
    with mail_server() as server:
        assert set(send(f"smtp://127.0.0.1:{server.port}", ssl.create_default_context())) == {250}
    assert server.encrypted == 0
