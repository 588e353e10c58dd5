"""An IMAP server of one's own, in threads of the test: as much of RFC 3501 as whoever reads a mailbox needs."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "bounces", "säcret/word"


@dataclass
class Message:
    """One message of the mailbox."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class ImapServer:
    """What lies there; ``plain`` is whether it takes AUTH=PLAIN, ``uidplus`` whether it expunges one by one."""

    messages: list[Message] = field(default_factory=list)
    plain: bool = True
    uidplus: bool = True
    refused: str = ""
    """A command to which it says no."""
    port: int = 0

    def put(self, *raw: bytes) -> None:
        for each in raw:
            self.messages.append(Message(len(self.messages) + 100, each))

    @property
    def left(self) -> list[set[str]]:
        """The flags of what lies there still."""
        return [message.flags for message in self.messages]


class _Session(socketserver.StreamRequestHandler):
    box: ImapServer

    def handle(self) -> None:
        self._say("* OK ready")
        for line in self.rfile:
            tag, _, rest = line.decode().strip().partition(" ")
            verb = rest.split()[0].upper() if rest else ""
            name = rest.split()[1].upper() if verb == "UID" else verb
            if name == self.box.refused:
                self._say(f"{tag} NO not now")
                continue
            getattr(self, f"_{name.lower()}")(tag, rest)
            if verb == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _ok(self, tag: str, well: bool = True) -> None:
        self._say(f"{tag} {'OK' if well else 'NO'} done")

    def _capability(self, tag: str, _rest: str) -> None:
        more = " AUTH=PLAIN" * self.box.plain + " UIDPLUS" * self.box.uidplus
        self._say(f"* CAPABILITY IMAP4rev1{more}")
        self._ok(tag)

    def _authenticate(self, tag: str, _rest: str) -> None:
        self._say("+ ")
        given = base64.b64decode(self.rfile.readline()).decode().split("\0")
        self._ok(tag, given == ["", USER, PASSWORD])

    def _login(self, tag: str, rest: str) -> None:
        self._ok(tag, rest == f'LOGIN {USER} "plain word"')

    def _select(self, tag: str, rest: str) -> None:
        self._say(f"* {len(self.box.messages)} EXISTS")
        self._ok(tag, rest == 'SELECT "INBOX/Back"')

    def _search(self, tag: str, rest: str) -> None:
        assert rest == "UID SEARCH UNFLAGGED UNDELETED"
        found = [message for message in self.box.messages if not message.flags & {r"\Flagged", r"\Deleted"}]
        self._say(" ".join(["* SEARCH", *(str(message.uid) for message in found)]))
        self._ok(tag)

    def _fetch(self, tag: str, rest: str) -> None:
        wanted = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        assert wanted
        message = self._message(wanted[1])
        if message:
            raw = message.raw[: int(wanted[2])]
            self.wfile.write(
                f"* 1 FETCH (UID {message.uid} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
            )
        self._ok(tag)

    def _store(self, tag: str, rest: str) -> None:
        wanted = re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \((\\\w+)\)", rest)
        assert wanted
        if message := self._message(wanted[1]):
            message.flags.add(wanted[2])
        self._ok(tag)

    def _expunge(self, tag: str, rest: str) -> None:
        only = rest.removeprefix("UID EXPUNGE ") if rest.startswith("UID") else ""
        assert bool(only) is self.box.uidplus
        gone = [
            message
            for message in self.box.messages
            if r"\Deleted" in message.flags and (not only or message.uid == int(only))
        ]
        for message in gone:
            self._say(f"* {self.box.messages.index(message) + 1} EXPUNGE")
            self.box.messages.remove(message)
        self._ok(tag)

    def _logout(self, tag: str, _rest: str) -> None:
        self._say("* BYE")
        self._ok(tag)

    def _message(self, uid: str) -> Message | None:
        return next((message for message in self.box.messages if message.uid == int(uid)), None)


class _Listening(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def imap_server(box: ImapServer) -> Iterator[ImapServer]:
    """Run it on a free port of this machine until the block ends."""
    with _Listening(("127.0.0.1", 0), type("Session", (_Session,), {"box": box})) as listening:
        box.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, name="IMAP")
        thread.start()
        try:
            yield box
        finally:
            listening.shutdown()
            thread.join()
