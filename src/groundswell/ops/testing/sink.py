"""A mail server of one's own in a process of its own: takes mail as fast as it comes, and misbehaves when told.

Run as a program it prints its port and serves until its standard input ends. Whom it took something for is written
to a file before it says so: one line for each mail, recipient and Message-ID.
"""

import argparse
import asyncio
import os
import random
import sys
from collections.abc import Callable
from typing import cast

import uvloop

_END = b"\r\n.\r\n"
_KEPT = 4096
"""Bytes of a mail in which its Message-ID stands."""


class Session(asyncio.Protocol):
    """One connection. ``faults`` are chances by name: 421, 450 and 550 as answers, drop, hang; ``most`` mails."""

    def __init__(self, ledger: int, delay: float, faults: dict[str, float], pipelining: bool, most: int) -> None:
        self._ledger, self._delay, self._faults, self._pipelining = ledger, delay, faults, pipelining
        self._left = most
        self._buffer = b""
        self._body = False
        self._searched = 0
        self._to = b""
        self._replies: list[bytes] = []
        self._transport: asyncio.Transport
        self._hanging = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        if self._hanging:
            return
        self._buffer += data
        while self._take():
            pass
        if self._replies:
            replies, self._replies = b"".join(self._replies), []
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._say, replies)
            else:
                self._say(replies)

    def _say(self, replies: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(replies)

    def _take(self) -> bool:
        """One command or one body; whether there was a whole one."""
        if self._hanging or self._transport.is_closing():
            return False
        if self._body:
            return self._take_body()
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return False
        self._buffer = rest
        self._obey(line)
        return True

    def _take_body(self) -> bool:
        end = self._buffer.find(_END, max(self._searched - 4, 0))
        if end < 0:
            self._searched = len(self._buffer)
            return False
        mail, self._buffer = self._buffer[:end], self._buffer[end + len(_END) :]
        self._body, self._searched = False, 0
        self._accept(mail)
        return True

    def _accept(self, mail: bytes) -> None:
        fault = self._fault()
        if fault in {"421", "450", "550"}:
            self._refuse(fault)
            return
        if fault == "drop" and random.random() < 0.5:  # noqa: S311
            # Before it is taken; the other half hangs up after.
            self._transport.abort()
            return
        head = mail[:_KEPT].lower()
        at = head.find(b"message-id:")
        name = mail[at + 11 : mail.find(b"\r\n", at)].strip() if at >= 0 else b"-"
        os.write(self._ledger, self._to + b" " + name + b"\n")
        self._left -= 1
        if fault == "drop":
            self._transport.abort()
        elif fault == "hang":
            self._hanging = True
        else:
            self._replies.append(b"250 2.0.0 taken\r\n")

    def _fault(self) -> str:
        if not self._faults:
            return ""
        drawn = random.random()  # noqa: S311 (chance, no secret)
        for name, chance in self._faults.items():
            drawn -= chance
            if drawn < 0:
                return name
        return ""

    def _refuse(self, code: str) -> None:
        self._replies.append(f"{code} {code[0]}.0.0 not so\r\n".encode())
        if code == "421":
            self._say(b"".join(self._replies))
            self._replies.clear()
            self._transport.close()

    def _obey(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"MAIL" and not self._left:
            # As OpenSMTPD says it, and it goes on to say so until one hangs up.
            self._to = b""
            self._replies.append(b"452 4.5.3 enough for one connection\r\n")
        elif verb == b"RCPT" and not self._left:
            self._replies.append(b"503 5.5.1 no sender\r\n")
        elif verb == b"RCPT":
            fault = self._fault()
            if fault in {"421", "450", "550"}:
                self._to = b""
                self._refuse(fault)
                return
            self._to = line[line.find(b"<") + 1 : line.rfind(b">")]
            self._replies.append(b"250 2.1.5 ok\r\n")
        elif verb == b"DATA":
            if not self._to:
                self._replies.append(b"554 5.5.1 nobody\r\n")
                return
            self._body = True
            # So that a body which is empty ends like every other.
            self._buffer = b"\r\n" + self._buffer if self._buffer.startswith(b".") else self._buffer
            self._replies.append(b"354 go on\r\n")
        elif verb == b"EHLO":
            offered = b"250-sink\r\n250-SIZE\r\n"
            self._replies.append(offered + (b"250 PIPELINING\r\n" if self._pipelining else b"250 HELP\r\n"))
        elif verb == b"QUIT":
            self._say(b"221 2.0.0 bye\r\n")
            self._transport.close()
        else:
            if verb in {b"MAIL", b"RSET"}:
                self._to = b""
            self._replies.append(b"250 2.0.0 ok\r\n")


async def serve(make: Callable[[], Session], port: int) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", port, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    watching = asyncio.ensure_future(reader.read())
    watching.add_done_callback(lambda _: ended.set())
    await ended.wait()
    server.close()


def main() -> None:
    """Read what is asked for and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", default=os.devnull)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--fault", action="append", default=[], help="NAME=CHANCE")
    parser.add_argument("--step-by-step", action="store_true")
    parser.add_argument("--most", type=int, default=-1, help="mails over one connection")
    said = parser.parse_args()
    ledger = os.open(said.ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    faults = {name: float(chance) for name, chance in (one.split("=") for one in said.fault)}
    make = lambda: Session(ledger, said.delay, faults, not said.step_by_step, said.most)  # noqa: E731
    asyncio.run(serve(make, said.port), loop_factory=uvloop.new_event_loop)


if __name__ == "__main__":
    main()
