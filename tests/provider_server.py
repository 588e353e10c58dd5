"""A provider of one's own, in threads of the test: it writes down what it took, and misbehaves when told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TAKES = {
    "postmark": lambda said: {"ErrorCode": 0, "Message": "OK", "MessageID": "m", "To": said["To"]},
    "resend": lambda _said: {"id": "49a3999c"},
    "mailgun": lambda _said: {"id": "<m@mg.example.org>", "message": "Queued."},
}


@dataclass(frozen=True)
class Reply:
    """What it answers: a status with headers; whether it takes the mail; whether it hangs up in place of that."""

    status: int = 200
    said: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    takes: bool = True
    hangs_up: bool = False
    delay: float = 0.0


OK = Reply()


@dataclass
class ProviderServer:
    """What it took, and how it answers the request for an address (``reply``)."""

    plays: str = "postmark"
    reply: Callable[[str], Reply] = lambda _to: OK
    taken: list[dict[str, Any]] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    """Where it is asked with a key: how often by each, of which it takes the first only."""
    requests: int = 0
    at_once: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def setting(self) -> str:
        """How an installation names it."""
        key = "server_token" if self.plays == "postmark" else "api_key"
        return f"{self.plays} {key}=VERY-SECRET api_url={self.url}"

    def take(self, said: dict[str, Any], key: str) -> None:
        """Write a mail down, unless it has one by the same key."""
        self.keys[key] = self.keys.get(key, 0) + 1
        if not key or self.keys[key] == 1:
            self.taken.append(said)
            self.to.append(recipient(said))


def recipient(said: dict[str, Any]) -> str:
    """To whom a request is, whatever the provider calls it."""
    to = said.get("To") or said.get("to")
    return str(to[0] if isinstance(to, list) else to)


@contextmanager
def provider_server(plays: str = "postmark", **behaviour: Any) -> Iterator[ProviderServer]:
    """Run one on a free port of this machine until the block ends."""
    answers, lock, here = ProviderServer(plays, **behaviour), threading.Lock(), [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_json = "json" in self.headers["Content-Type"]
            said = json.loads(body) if is_json else {name: all_[0] for name, all_ in parse_qs(body).items()}
            with lock:
                answers.requests += 1
                here[0] += 1
                answers.at_once = max(answers.at_once, here[0])
                reply = answers.reply(recipient(said))
                if reply.takes and reply.status < 300:
                    answers.take(said, self.headers.get("Idempotency-Key", ""))
            time.sleep(reply.delay)
            with lock:
                here[0] -= 1
            self.close_connection = reply.hangs_up
            if not reply.hangs_up:
                self._answer(reply, said)

        def _answer(self, reply: Reply, said: dict[str, Any]) -> None:
            content = reply.said if reply.said is not None else TAKES[plays](said)
            written = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(written)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    answers.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, name="provider", daemon=True).start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
