"""The bare servers that ours is held against: the same granian with the same options, and nothing behind it.

``python -m measuring.bare LIFELINE LISTENER FILE`` reads from a file what to answer: an :class:`.Answer`. Where
that names a store, every body is appended to it first, by the same group commit as the journal's, and the answer
waits until it is on disk. Both ways show what a server in Python could reach at most on this machine.
"""

import asyncio
import json
import queue
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from groundswell.ops.lifeline import leave_with_parent
from groundswell.ops.web import serve

LARGEST_COMMIT = 1000

App = Callable[[Any, Any, Any], Awaitable[None]]
Append = Callable[[Sequence[tuple[int, bytes]]], None]


def answering(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> App:
    """An application that gives every request the same answer."""
    start = {"type": "http.response.start", "status": status, "headers": list(headers)}
    rest = {"type": "http.response.body", "body": body, "more_body": False}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        await send(start)
        await send(rest)

    return application


async def _live(receive: Any, send: Any) -> None:
    for moment in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{moment}.complete"})


def appending(append: Append, answer: App) -> App:
    """An application that gives every request its answer as soon as its body is in the store."""
    waiting: queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]] = queue.SimpleQueue()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            loop = asyncio.get_running_loop()
            threading.Thread(target=_write, args=(waiting, append, loop), daemon=True).start()
            await _live(receive, send)
            return
        message = await receive()
        body = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        written = asyncio.get_running_loop().create_future()
        waiting.put((body, written))
        await written
        await answer(scope, receive, send)

    return application


def _write(
    waiting: "queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]]",
    append: Append,
    loop: asyncio.AbstractEventLoop,
) -> None:
    number = 0
    while True:
        batch = [waiting.get()]
        while len(batch) < LARGEST_COMMIT and not waiting.empty():
            batch.append(waiting.get())
        append([(number + place, body) for place, (body, _) in enumerate(batch)])
        number += len(batch)
        loop.call_soon_threadsafe(_wake, [written for _, written in batch])


def _wake(written: Sequence[asyncio.Future[None]]) -> None:
    for future in written:
        if not future.done():
            future.set_result(None)


def sqlite(path: str) -> Append:
    """Appends to a SQLite file, on disk with every commit."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE entry (number INTEGER PRIMARY KEY, body BLOB)")

    def append(rows: Sequence[tuple[int, bytes]]) -> None:
        values = [value for row in rows for value in row]
        connection.execute("INSERT INTO entry VALUES " + ", ".join(["(?, ?)"] * len(rows)), values)

    return append


def postgresql(url: str) -> Append:
    """Appends to a table in PostgreSQL, on disk with every commit."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET synchronous_commit = on")
    connection.execute("CREATE TABLE entry (number bigint PRIMARY KEY, body bytea)")

    def append(rows: Sequence[tuple[int, bytes]]) -> None:
        with connection.cursor().copy("COPY entry FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    return append


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a bare server says; ``body`` in hex. ``store`` is a SQLite file to make, or PostgreSQL's URL."""

    status: int
    headers: list[tuple[str, str]]
    body: str = ""
    store: str = ""

    def application(self) -> App:
        """The application that says it."""
        headers = [(name.encode(), value.encode()) for name, value in self.headers]
        answer = answering(self.status, headers, bytes.fromhex(self.body))
        if not self.store:
            return answer
        return appending(postgresql(self.store) if "://" in self.store else sqlite(self.store), answer)


def main(lifeline: int, listener: int, file: str) -> None:
    """Serve until SIGTERM."""
    leave_with_parent(lifeline)
    serve(Answer(**json.loads(Path(file).read_text())).application(), listener)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
