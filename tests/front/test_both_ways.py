"""With front and without it: the same pages, the same rows, the same mails. Only the speed differs."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db.models import Model
from pytest_django import Settings

from groundswell.attendances.models import Attendance, Shared, Tally
from groundswell.blocs import operations as blocs
from groundswell.blocs.models import Bloc
from groundswell.config.asgi import compose
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.front.messages import App
from groundswell.groups.models import Organisation
from groundswell.intake import touches
from groundswell.intake.models import Entry, Floor, Position, SetAside, Touch
from groundswell.intake.settling import settle
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry as LedgerEntry
from groundswell.outbox import delivery
from groundswell.outbox.models import Effect
from groundswell.people.models import Consent, Person, Wording
from tests import made_up
from tests.front.asgi import FORM, Lifespan, Response, call, in_a_thread, scope_of, send

pytestmark = pytest.mark.django_db(transaction=True)

VALID = {"name": "Ada", "email": "ada@example.org", "postcode": "M1 1AE", "guests": "2", "agree": "yes"}
ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TOKEN = re.compile(r"/a/(confirm|cancel|forget)/[\w-]+")


@dataclass
class World:
    """What stands before anybody calls: events in every state."""

    organisation: Organisation
    open: Event
    closed: Event
    cancelled: Event
    draft: Event
    over: Event
    ally: Organisation
    bloc: Bloc
    off: Bloc
    ids: set[bytes] = field(default_factory=set)


@pytest.fixture
def world() -> World:
    organisation = made_up.organisation(contact_email="office@example.org")
    root = made_up.root(organisation)
    closed, over = made_up.event(root, title="Closed"), made_up.event(root, title="Over")
    a_second_ago = now() - timedelta(seconds=1)
    Event.objects.filter(id=over.id).update(closes_at=a_second_ago)
    events.close_over()
    Event.objects.filter(id=closed.id).update(closes_at=a_second_ago)
    cancelled = events.cancel(made_up.SYSTEM, event=made_up.event(root, title="Cancelled"))
    ally = made_up.organisation("allies", "Allies")
    around = made_up.event(root)
    off = blocs.cancel(made_up.SYSTEM, bloc=made_up.bloc(root, around, name="Off"))
    draft, bloc = made_up.draft(root, title="Draft"), made_up.bloc(root, around)
    made = World(organisation, around, closed, cancelled, draft, over, ally, bloc, off)
    made_up.cohost(made.open, ally)
    made_up.call_together(bloc, ally)
    made.ids = {str(wording.id).encode() for wording in Wording.objects.all()}
    return made


@dataclass
class Outcome:
    """What one way gave: each answer under its name, the rows, the mails."""

    answers: dict[str, Response] = field(default_factory=dict)
    rows: dict[str, object] = field(default_factory=dict)
    mails: list[tuple[str, str, str]] = field(default_factory=list)


class Readings:
    """Counts how often front has read what was touched."""

    def __init__(self) -> None:
        self.count = 0
        self._read = touches.recent

    def read(self) -> dict[object, str]:
        found = self._read()
        self.count += 1
        return found

    async def pass_by(self) -> None:
        """Wait until front knows what was touched up to now: of the readings, the second begins after it."""
        enough = self.count + 3
        async with asyncio.timeout(60):
            while self.count < enough:
                await asyncio.sleep(0.02)


class Play:
    """The scripted calls, made to one application; ``readings`` are those of its front, where it has one."""

    def __init__(self, app: App, world: World, outbox: Path, readings: Readings | None) -> None:
        self.app = app
        self.world = world
        self.outbox = outbox
        self.readings = readings
        self.outcome = Outcome()

    def note(self, name: str, response: Response) -> Response:
        assert name not in self.outcome.answers, name
        # A link in a page is another one in each of the two worlds, since its answer has another id.
        body = re.sub(rb"/a/change/[\w-]+", b"/a/change", response.body)
        self.outcome.answers[name] = replace(response, body=body)
        return response

    async def get(self, name: str, address: str, method: str = "GET", **headers: str) -> Response:
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.note(name, await call(self.app, method, address, headers=given))

    async def post(self, label: str, address: str, /, **form: str) -> Response:
        return self.note(label, await call(self.app, "POST", address, form=form))

    async def raw(self, name: str, address: str, content_type: str, body: bytes | list[bytes]) -> Response:
        headers = {"content-type": content_type}
        if isinstance(body, list):
            headers["transfer-encoding"] = "chunked"
        return self.note(name, await call(self.app, "POST", address, headers=headers, body=body))

    async def run(self) -> Outcome:
        async with Lifespan(self.app):
            # Else making the world would count as a change of its pages, somewhere in the middle of the play.
            await self.renewed()
            await self.pages()
            await self.answers()
            await self.unusual()
            await self.joins()
            await self.settle()
            await self.links()
            await self.settle()
            await self.renewed()
            await self.get("event after all", f"/e/{self.world.open.slug}")
        await in_a_thread(Play.collect)(self)
        return self.outcome

    async def renewed(self) -> None:
        if self.readings:
            await self.readings.pass_by()

    async def pages(self) -> None:
        world = self.world
        for each in (world.open, world.closed, world.cancelled, world.over, world.draft):
            await self.get(f"event {each.title}", f"/e/{each.slug}")
        page = await self.get("event again", f"/e/{world.open.slug}?via=friend-1", cookie=f"session={'x' * 32}")
        await self.get("event gzip", f"/e/{world.open.slug}", accept_encoding="gzip, br")
        await self.get("event head", f"/e/{world.open.slug}", "HEAD")
        await self.get("event unchanged", f"/e/{world.open.slug}", if_none_match=page["etag"] or '"x"')
        await self.get("event with an unknown query", f"/e/{world.open.slug}?utm_source=x")
        await self.get("unknown event", "/e/unknown")
        await self.get("unknown address", "/nothing/here")
        await self.get("home", "/")
        await self.get("group", f"/g/{world.organisation.slug}")
        await self.get("privacy", f"/privacy/{world.organisation.slug}")
        await self.get("thanks", f"/e/{world.open.slug}/thanks")
        await self.get("another host", "/", host="evil.example.com")
        style = re.search(r'"(/static/[^"]+\.css)"', page.text)
        assert style
        await self.get("style sheet", style[1])
        await self.get("style sheet gzip", style[1], accept_encoding="gzip")
        await self.get("old style sheet", re.sub(r"/static/\w+/", "/static/00000000/", style[1]))
        await self.get("unknown static", "/static/00000000/nothing.css")
        await self.get("another method", f"/e/{world.open.slug}", "DELETE")

    async def answers(self) -> None:
        address = f"/e/{self.world.open.slug}"
        await self.post("valid", f"{address}?via=friend-1", **VALID)
        await self.post("double click", f"{address}?via=friend-1", **VALID)
        await self.post(
            "somebody else", address, **{**VALID, "name": "Bo", "email": "bo@example.org", "guests": ""}
        )
        await self.post("a third", f"{address}?utm_source=x&via=friend-2", **{**VALID, "email": "cy@example.org"})
        wrong = {
            "name": "",
            "email": "ada@",
            "postcode": "nowhere",
            "guests": "12",
            "agree": "",
        }
        for name, typed in wrong.items():
            await self.post(f"wrong {name}", f"{address}?via=friend-1", **{**VALID, name: typed})
        await self.post("all wrong", address, postcode="x", guests="x")
        await self.post("header injection", address, **{**VALID, "name": "Ada\r\nBcc: eve@example.org"})
        await self.post("injected address", address, **{**VALID, "email": "ada@example.org\nBcc: eve@example.org"})
        await self.post("null", address, **{**VALID, "name": "Ada\0"})
        await self.post("script", address, **{**VALID, "name": "<script>alert(1)</script>", "email": "x"})
        other = await self.other_wording()
        await self.post("other words", address, **{**VALID, "email": "dee@example.org", "agree": other})
        boxes = {f"ally-{self.world.ally.id}": "yes", f"ally-{UUID(int=1)}": "yes", "ally-nobody": "yes"}
        await self.post("lets others see", address, **{**VALID, "email": "flo@example.org", **boxes})
        await self.post("on the other side", f"{address}/allies", **{**VALID, "email": "gus@example.org"})
        for each in (self.world.closed, self.world.cancelled, self.world.over, self.world.draft):
            await self.post(f"to {each.title}", f"/e/{each.slug}", **VALID)
        await self.post("to an unknown event", "/e/unknown", **VALID)
        await self.post("to thanks", f"{address}/thanks", **VALID)
        await self.post("to home", "/", **VALID)

    async def joins(self) -> None:
        address = f"/b/{self.world.bloc.slug}"
        await self.get("bloc", address)
        await self.get("bloc again", f"{address}?via=friend-1")
        await self.get("bloc thanks", f"{address}/thanks")
        await self.get("bloc of an ally", f"{address}/allies")
        await self.get("bloc thanks of an ally", f"{address}/allies/thanks")
        await self.get("bloc of nobody", f"{address}/nobody")
        await self.get("bloc off", f"/b/{self.world.off.slug}")
        await self.post("join", f"{address}?via=friend-3", **{**VALID, "email": "fay@example.org"})
        await self.post("join an ally", f"{address}/allies", **{**VALID, "email": "gus@example.org"})
        await self.post("join, wrong", address, **{**VALID, "email": "x", "agree": ""})
        await self.post("join what is off", f"/b/{self.world.off.slug}", **VALID)

    @in_a_thread
    def other_wording(self) -> str:
        return str(Wording.objects.get(organisation=self.world.organisation, purpose="updates").id)

    async def unusual(self) -> None:
        address, valid = f"/e/{self.world.open.slug}", {**VALID, "email": "eli@example.org"}
        body = urlencode(valid).encode()
        await self.raw("empty", address, FORM, b"")
        await self.raw("10 MB", address, FORM, b"name=" + b"x" * (10 * 1024 * 1024))
        await self.raw("10 MB in parts", address, FORM, [b"x" * 65_536] * 160)
        await self.raw("20 KB", address, FORM, b"x=" + b"x" * 20_000 + b"&" + body)
        await self.raw("in parts", address, FORM, [body[:20], body[20:]])
        await self.raw("broken utf-8, quoted", address, FORM, body.replace(b"Ada", b"Ad%FF"))
        await self.raw("broken utf-8, raw", address, FORM, body.replace(b"Ada", b"Ad\xff"))
        await self.raw("another coding", address, f"{FORM}; charset=iso-8859-1", body)
        await self.raw("no form", address, "application/json", b'{"name": "Ada"}')
        await self.raw("text", address, "text/plain", body)
        await self.raw("many fields", address, FORM, b"&".join(b"x=1" for _ in range(100)) + b"&" + body)
        await self.raw("far too many fields", address, FORM, b"&".join(b"x=1" for _ in range(1000)))
        boundary = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        parts = b"".join(boundary % (name.encode(), typed.encode()) for name, typed in valid.items())
        await self.raw("multipart", address, "multipart/form-data; boundary=b", parts + b"--b--\r\n")
        await self.raw("broken multipart", address, "multipart/form-data", parts)
        scope = scope_of(
            "POST", f"{address}?via=%FF\xff", {"content-type": FORM, "content-length": str(len(body))}
        )
        scope["query_string"] = b"via=\xff"
        self.note("broken query", await send(self.app, scope, [body]))

    async def links(self) -> None:
        tokens = await self.tokens()
        for purpose in ("confirm", "cancel", "forget"):
            address = tokens["ada@example.org"][purpose]
            await self.get(f"{purpose} page", address)
            await self.get(f"{purpose} head", address, "HEAD")
            await self.get(f"{purpose} with a query", f"{address}?utm=1")
            await self.get(f"{purpose} broken", address[:-1])
        await self.get("another purpose", tokens["ada@example.org"]["confirm"].replace("confirm", "cancel"))
        await self.get("no purpose", "/a/nothing/x")
        await self.post(
            "confirm", tokens["ada@example.org"]["confirm"], answer=await self.answer("ada@example.org")
        )
        await self.post(
            "let others see", tokens["flo@example.org"]["confirm"], answer=await self.answer("flo@example.org")
        )
        await self.post("confirm an older answer", tokens["bo@example.org"]["confirm"], answer=str(UUID(int=1)))
        await self.post("confirm nothing", tokens["bo@example.org"]["confirm"], answer="x")
        await self.post("confirm for another", tokens["bo@example.org"]["confirm"])
        await self.post("cancel", tokens["bo@example.org"]["cancel"])
        await self.post("cancel again", tokens["bo@example.org"]["cancel"])
        await self.post("forget", tokens["cy@example.org"]["forget"])
        await self.settle()
        await self.post("forget again", tokens["cy@example.org"]["forget"])
        await self.get("forgotten", tokens["cy@example.org"]["forget"])
        await self.get("forgotten answer", tokens["cy@example.org"]["confirm"])

    @in_a_thread
    def tokens(self) -> dict[str, dict[str, str]]:
        """The links in each mailbox."""
        return {str(mail["To"]): {m[1]: m[0] for m in TOKEN.finditer(text(mail))} for mail in self.sent()}

    @in_a_thread
    def answer(self, email: str) -> str:
        return str(Attendance.objects.get(person__email=email).action)

    def sent(self) -> list[EmailMessage]:
        files = sorted(self.outbox.rglob("*.eml"))
        return [cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default)) for file in files]

    @in_a_thread
    def settle(self) -> None:
        while settle():
            pass
        self.outcome.mails += [
            (str(mail["To"]), str(mail["Subject"]), TOKEN.sub(r"/a/\1", text(mail))) for mail in self.deliver()
        ]

    def deliver(self) -> list[EmailMessage]:
        before = set(self.outbox.rglob("*.eml"))
        while delivery.deliver():
            pass
        new = sorted(set(self.outbox.rglob("*.eml")) - before)
        return [cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default)) for file in new]

    def collect(self) -> None:
        self.outcome.mails.sort()
        kept: dict[str, Any] = {
            "people": ((p.name, p.email, p.sector, p.confirmed_at is None) for p in Person.objects.all()),
            "attendances": (
                (
                    a.person.email,
                    a.event_id,
                    a.bloc_id,
                    a.status,
                    a.guests,
                    a.via,
                    a.pending,
                    a.confirmed_at is None,
                )
                for a in Attendance.objects.select_related("person")
            ),
            "consents": Consent.objects.values_list("person__email", "purpose", "action", "wording_id"),
            "shared": Shared.objects.values_list("attendance__person__email", "organisation__slug"),
            "totals": Tally.objects.values_list("event__slug", "confirmed", "guests", "unconfirmed"),
            "set aside": SetAside.objects.values_list("kind", "code", "sentence"),
            "journal": (
                (e.kind, e.organisation_id, bytes(e.payload), e.via, e.patience) for e in Entry.objects.all()
            ),
            "effects": Effect.objects.values_list("kind", "state", "attempts", "note"),
        }
        self.outcome.rows = {name: Counter(map(str, rows)) for name, rows in kept.items()}


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return cast(str, body.get_content())


FOLLOWS: list[type[Model]] = [
    Attendance,
    Consent,
    Person,
    Tally,
    Effect,
    Entry,
    Position,
    Floor,
    SetAside,
    Touch,
]


@pytest.fixture
def play(
    settings: Settings, tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> Callable[[bool], Outcome]:
    """Play the script with front or without it, and leave the world as it was."""
    readings = Readings()
    monkeypatch.setattr(touches, "recent", readings.read)

    def played(front: bool) -> Outcome:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, front=front)
        settings.DATA = tmp_path / ("front" if front else "django")
        settings.DATA.mkdir()
        it = Play(compose(), world, settings.DATA / "outbox", readings if front else None)
        outcome = asyncio.run(it.run())
        for model in FOLLOWS:
            model.objects.all().delete()  # type: ignore[attr-defined]
        return outcome

    return played


def same(body: bytes, ids: set[bytes]) -> bytes:
    """A page's bytes, with keys that were made in the course of the play taken out."""
    return ID.sub(lambda found: found[0] if found[0] in ids else b"<new>", body)


@pytest.mark.slow
def test_the_same_pages_rows_and_mails_with_front_and_without_it(
    play: Callable[[bool], Outcome], world: World
) -> None:
    fast, slow = play(True), play(False)
    assert set(fast.answers) == set(slow.answers)
    for name, answer in fast.answers.items():
        other = slow.answers[name]
        if name == "event unchanged":
            assert (answer.status, answer.body, other.status) == (304, b"", 200)
            continue
        assert (answer.status, answer["location"]) == (other.status, other["location"]), name
        if answer.status != 303 and not name.endswith("head"):
            assert same(answer.body, world.ids) == same(other.body, world.ids), name
            for header in ("content-type", "content-security-policy", "referrer-policy", "x-content-type-options"):
                assert answer[header] == other[header], (name, header)
        assert not answer["set-cookie"]
        # A cookie that means nothing any more may be taken back, none is ever given.
        assert not other["set-cookie"] or "Max-Age=0" in other["set-cookie"]
    assert fast.rows == slow.rows
    assert fast.mails == slow.mails
    statuses = {name: answer.status for name, answer in slow.answers.items()}
    assert {name: status for name, status in statuses.items() if status != EXPECTED.get(name, 200)} == {}
    # That front answered by itself is seen by what Django adds to every answer of its own.
    taken = {
        name for name, answer in fast.answers.items() if answer.status == 303 and not answer["x-frame-options"]
    }
    own = {"valid", "double click", "somebody else", "other words", "lets others see", "join", "join an ally"}
    assert taken == own
    assert not any(a.status == 303 and not a["x-frame-options"] for a in slow.answers.values())
    assert not LedgerEntry.objects.filter(verb="attendances.attend", detail__made=0, detail__changed=0).exists()


EXPECTED = {
    **dict.fromkeys(["event Draft", "unknown event", "unknown address", "unknown static"], 404),
    **dict.fromkeys(["confirm broken", "cancel broken", "forget broken", "another purpose", "no purpose"], 404),
    **dict.fromkeys(["to Draft", "to an unknown event"], 404),
    **dict.fromkeys(
        ["valid", "double click", "somebody else", "a third", "other words", "20 KB", "in parts"], 303
    ),
    **dict.fromkeys(["many fields", "multipart", "lets others see", "on the other side"], 303),
    **dict.fromkeys(["join", "join an ally"], 303),
    "bloc of nobody": 404,
    "join what is off": 409,
    "join, wrong": 422,
    **dict.fromkeys(["to Closed", "to Cancelled", "to Over"], 409),
    **dict.fromkeys(["confirm an older answer", "confirm nothing", "confirm for another"], 409),
    **dict.fromkeys(["to thanks", "another method"], 405),
    **dict.fromkeys(["10 MB", "10 MB in parts"], 413),
    **dict.fromkeys([f"wrong {name}" for name in ("name", "email", "postcode", "guests", "agree")], 422),
    **dict.fromkeys(["all wrong", "header injection", "injected address", "null", "script", "empty"], 422),
    **dict.fromkeys(["broken utf-8, quoted", "no form", "text"], 422),
    "broken utf-8, raw": 422,
    # It is no answer that home takes: the postcode goes into another field.
    "to home": 422,
    "another coding": 303,
    "far too many fields": 400,
    "broken multipart": 400,
    "broken query": 400,
    "another host": 400,
    "old style sheet": 302,
}
"""What each call comes to; all others are answered with their page."""
