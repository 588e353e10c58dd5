"""Stand-ins for what lies around front: an application in Django's place, a journal in memory, a clock."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from groundswell.front.addresses import Addresses
from groundswell.front.front import Front
from groundswell.front.gate import LARGEST_BODY, Gate
from groundswell.front.handover import SLOT, WAIT, Door, hand_over
from groundswell.front.kept import Kept
from groundswell.front.languages import Languages
from groundswell.front.limits import Limits
from groundswell.front.messages import Receive, Scope, Send, read
from groundswell.front.refusals import Refusals
from groundswell.front.touched import Poller
from groundswell.intake import kinds
from groundswell.intake.journal import NotKept
from groundswell.intake.kinds import Action, Invalid, Kind

ORGANISATION, EVENT = UUID(int=1), UUID(int=2)
FAR = 4e9


def door(closes_at: float = FAR, kind: str = "test") -> Door:
    return Door(
        kind=kind,
        organisation_id=ORGANISATION,
        subject=EVENT,
        closes_at=closes_at,
        then="/e/rally/thanks",
        tags=("event:2",),
    )


@dataclass
class Django:
    """An application that answers every path with its number of times asked, and hands over what it is told to."""

    asked: list[Scope] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    handed: dict[str, object] | None = None
    status: int = 200
    text: str = ""
    acts: bool = False
    running: int = 0
    most_running: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    fails: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope)
        self.bodies.append(await read(receive, 1 << 30))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self.hold:
                await self.hold.wait()
            if self.fails:
                raise self.fails
            if self.handed is not None:
                hand_over(scope, **self.handed)  # type: ignore[arg-type]
            patience = scope[WAIT]() if self.acts and scope["method"] == "POST" else 0
            text = self.text or f"{scope['method']} {scope['path']} {len(self.asked)} {patience}"
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await send({"type": "http.response.body", "body": text.encode()})
        finally:
            self.running -= 1

    @property
    def renders(self) -> int:
        """How often it was asked for a page that may be kept."""
        return sum(SLOT in scope for scope in self.asked)


@dataclass
class Memory:
    """A journal that writes at once, or never."""

    actions: list[Action] = field(default_factory=list)
    fails: bool = False
    waiting: list[Callable[[], None]] = field(default_factory=list)
    holds: bool = False

    def submit(self, action: Action, done: Callable[[BaseException | None], None]) -> None:
        def write() -> None:
            if not self.fails:
                self.actions.append(action)
            done(NotKept("no") if self.fails else None)

        if self.holds:
            self.waiting.append(write)
        else:
            write()


LANGUAGES = Languages(["en", "cy"])


def _draw(heading: str, sentence: str, language: str) -> bytes:
    return f"{heading}. {sentence}{' (cy)' if language == 'cy' else ''}".encode()


@dataclass
class House:
    """Front, gate and what stands behind them."""

    django: Django = field(default_factory=Django)
    journal: Memory = field(default_factory=Memory)
    kept: Kept = field(default_factory=Kept)
    limits: Limits = field(default_factory=Limits)
    proxies: tuple[str, ...] = ("127.0.0.1",)
    at_once: int = 4
    largest: Callable[[str], int] = lambda _path: LARGEST_BODY

    def __post_init__(self) -> None:
        self.gate = Gate(
            self.django,
            addresses=Addresses(self.proxies),
            limits=self.limits,
            refusals=Refusals(_draw, LANGUAGES, [(b"x-house", b"1")]),
            at_once=self.at_once,
            largest=self.largest,
        )
        self.front = Front(
            self.gate,
            self.django,
            journal=lambda: self.journal,  # type: ignore[arg-type, return-value]
            is_public=lambda path: not path.startswith("/desk"),
            languages=LANGUAGES,
            kept=self.kept,
            poll=lambda kept, loop: Poller(dict, kept, loop, every=0.01),
        )


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(form: Mapping[str, str]) -> bytes:
        if not form.get("name"):
            raise Invalid({"name": "Your name, please."})
        return form["name"].encode()

    monkeypatch.setitem(kinds._kinds, "test", Kind("test", parse, lambda _organisation, _actions: []))
