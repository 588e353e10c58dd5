"""What happens inside an installation while it is measured: a process with Django in it, told line by line.

``python -m measuring.scene LIFELINE`` reads lines such as ``["fill", 10000]`` and prints one JSON value for each.
The lines are the names of :data:`VERBS`.
"""

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from measuring.listening import listen

SLUG = "stand-in-unity"
ORGANISATION = "benchmark"
CHUNK = 100_000


def make() -> dict[str, Any]:
    """Migrate, and announce the event that everybody wants to go to: its page, its tag, and its form's boxes."""
    from groundswell.events.operations import announce, publish
    from groundswell.groups.access import SYSTEM
    from groundswell.groups.models import Group
    from groundswell.groups.operations import create_organisation
    from groundswell.ops.prepare import migrate
    from groundswell.people.models import Purpose
    from groundswell.people.operations import publish_wording

    migrate()
    organisation = create_organisation(SYSTEM, slug=ORGANISATION, name="Benchmark Assembly")
    for purpose in Purpose:
        publish_wording(SYSTEM, organisation=organisation, purpose=purpose, text=f"I agree to {purpose.label}.")
    group = Group.objects.get(organisation=organisation)
    event = publish(SYSTEM, event=announce(SYSTEM, group=group, details=_details()))
    return {"path": f"/e/{event.slug}", "tag": f"event:{event.id}", "boxes": _boxes()}


def _boxes() -> dict[str, str]:
    from groundswell.attendances.answers import BOXES
    from groundswell.people.queries import current_wordings

    wordings = current_wordings(_event().organisation_id)
    return {box: str(wordings[purpose].id) for box, purpose in BOXES.items() if box != "nearby"}


def _details() -> Any:
    from groundswell.events.details import Details

    day = datetime.now(UTC).date() + timedelta(days=30)
    text = "We stand together.\n\n" + "Bring friends, drums and banners, and tell your branch about it. " * 12
    return Details(title="Stand in unity", day=day, text=text, venue_name="Town Hall", venue_postcode="M1 1AE")


def fill(people: int, consents: bool = False, words: bool = False) -> int:
    """Bring the number of people who are coming up to this one, each with an address that looks like no other.

    Where asked for, each has the newest consent of the first one as well, or a word of their own in the search.
    """
    from django.db import connection, transaction

    from groundswell.attendances.models import Attendance, Tally
    from groundswell.people.models import Consent, NameWord, Person

    if not Person.objects.exists():
        _first_person()
    copied: dict[Any, Any] = {Person: PERSON_VALUES, Attendance: ATTENDANCE_VALUES}
    if consents:
        copied[Consent] = CONSENT_VALUES
    if words:
        copied[NameWord] = WORD_VALUES
    there = Person.objects.count()
    for begin in range(there, people, CHUNK):
        with transaction.atomic(), connection.cursor() as cursor:
            for model, values in copied.items():
                cursor.execute(_copies(model, values), [begin, min(begin + CHUNK, people)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
    Tally.objects.update(confirmed=people)
    # What was filled in is written back now, not while something is measured.
    os.sync()
    return Person.objects.count()


def _first_person() -> None:
    from django.db import transaction

    from groundswell.attendances.models import Attendance
    from groundswell.attendances.operations import attend, confirm

    (action,) = _actions(1, seed=0)
    with transaction.atomic():
        attend(action.organisation_id, [action])
        attendance = Attendance.objects.get()
        choice = {"id": action.id, "kind": "confirm", "subject": attendance.id}
        confirm(action.organisation_id, [_action(**choice, payload=b'{"action":"%s"}' % str(action.id).encode())])


# Scattered like real addresses: an odd factor gives every number below 2^32 another one.
_SCATTERED = {
    "sqlite": "printf('%%08x@example.org', (series.value * 2654435761) %% 4294967296)",
    "postgresql": "to_hex((series.value * 2654435761) %% 4294967296) || '@example.org'",
}
_KEY = {
    "sqlite": "printf('0190000000007000{}%%015x', series.value)",
    "postgresql": "('0190000000007000{}' || lpad(to_hex(series.value), 15, '0'))::uuid",
}
_WORD = {
    "sqlite": "printf('%%08x', (series.value * 2654435761) %% 4294967296)",
    "postgresql": "lpad(to_hex((series.value * 2654435761) %% 4294967296), 8, '0')",
}
_SERIES = {
    "sqlite": """
        WITH RECURSIVE series(value) AS (
            SELECT %s UNION ALL SELECT value + 1 FROM series WHERE value + 1 < %s
        )
    """,
    "postgresql": "WITH series(value) AS (SELECT generate_series(%s::bigint, %s::bigint - 1))",
}
PERSON_VALUES = {"id": ("key", "8"), "email": ("scattered", ""), "email_key": ("scattered", "")}
ATTENDANCE_VALUES = {"id": ("key", "9"), "person_id": ("key", "8")}
WORD_VALUES = {"word": ("word", ""), "person_id": ("key", "8")}
CONSENT_VALUES = {"id": ("key", "a"), "person_id": ("key", "8")}


def _copies(model: Any, values: dict[str, tuple[str, str]]) -> str:
    """A statement that copies a table's first row many times, other values in some of its columns."""
    from django.db import connection

    vendor = connection.vendor
    made = {"key": _KEY[vendor], "scattered": _SCATTERED[vendor], "word": _WORD[vendor]}
    columns = [field.column for field in model._meta.concrete_fields]
    newest = next(column for column in ("created_at", "at", "word") if column in columns)
    values_of = {column: made[kind].format(mark) for column, (kind, mark) in values.items()}
    selected = ", ".join(values_of.get(column, f"first.{column}") for column in columns)
    table = model._meta.db_table
    first = f"(SELECT * FROM {table} ORDER BY {newest} DESC LIMIT 1)"
    insert = f"INSERT INTO {table} ({', '.join(columns)})"
    select = f"SELECT {selected} FROM series, {first} AS first"
    return f"{_SERIES[vendor]} {insert} {select}"


def write(number: int, seed: int) -> int:
    """Write answers of people who are all new into the journal, as front would."""
    from groundswell.intake.journal import journal

    written = threading.Semaphore(0)
    for action in _actions(number, seed):
        journal().submit(action, lambda error: None if error else written.release())
    for _ in range(number):
        if not written.acquire(timeout=60):
            raise RuntimeError("The journal could not be written.")
    return number


def _actions(number: int, seed: int) -> list[Any]:
    from groundswell.attendances.answers import parse_answer
    from groundswell.kit.ids import uuid7
    from measuring.client import form

    random, boxes = Random(seed), _boxes()
    payloads = [parse_answer(form(random, boxes)) for _ in range(number)]
    event = _event()
    return [_action(id=uuid7(), kind="attend", subject=event.id, payload=payload) for payload in payloads]


def _action(**values: Any) -> Any:
    from groundswell.intake.kinds import Action

    return Action(organisation_id=_event().organisation_id, received_at=datetime.now(UTC), **values)


def _event() -> Any:
    from groundswell.events.models import Event

    global _found
    _found = _found or Event.objects.get(slug=SLUG)
    return _found


_found: Any = None


def settle() -> dict[str, float]:
    """Settle all that is waiting; when it began and ended, on the clock that all processes share."""
    from groundswell.intake.settling import settle

    began, settled = time.monotonic(), 0
    while done := settle():
        settled += done
    return {"began": began, "ended": time.monotonic(), "settled": settled}


def touch(*tags: str) -> int:
    """Touch these tags ten times a second from now on; none to stop."""
    _touched[:] = tags
    return len(tags)


_touched: list[str] = []


def _keep_touching() -> None:
    from django.db import transaction

    from groundswell.intake.touches import touch

    while True:
        time.sleep(0.1)
        if _touched:
            with transaction.atomic():
                touch(*_touched)


def save(wanted: bool) -> list[tuple[float, float]]:
    """Begin to save the event in the desk again and again, or stop: when each save began, and how long it took."""
    if wanted:
        _saving.set()
        return []
    _saving.clear()
    saves, _saves[:] = list(_saves), []
    return saves


_saving = threading.Event()
_saves: list[tuple[float, float]] = []


def _keep_saving() -> None:
    from groundswell.events.operations import change
    from groundswell.groups.access import SYSTEM

    while _saving.wait():
        began = time.monotonic()
        change(SYSTEM, event=_event(), details=_details())
        _saves.append((began, time.monotonic() - began))
        time.sleep(0.02)


def announce_many(number: int) -> int:
    """Announce and publish so many more events, some of which fill and some of which are empty."""
    from groundswell.attendances.models import Tally
    from groundswell.events.models import Event

    first = _event()
    for each in range(number):
        values = {field.attname: getattr(first, field.attname) for field in Event._meta.concrete_fields}
        values |= {"id": None, "slug": f"event-{each}", "title": f"Event {each}", "target": 100}
        del values["id"]
        event = Event.objects.create(**values)
        Tally.objects.create(event=event, organisation_id=event.organisation_id, confirmed=each % 101)
    return Event.objects.count()


def call_blocs(number: int) -> dict[str, Any]:
    """Call so many blocs to the event, all in the order of march: the first one's page, and the event's tag."""
    from groundswell.blocs.details import Coach, Details
    from groundswell.blocs.march import ask_for_place
    from groundswell.blocs.operations import call, publish
    from groundswell.groups.access import SYSTEM

    event = _event()
    text = "Behind one banner, with drums. " * 12
    blocs = []
    for each in range(number):
        details = Details(name=f"Bloc {each}", text=text, pick_ups=(Coach(where="Station", seats=49),))
        bloc = publish(SYSTEM, bloc=call(SYSTEM, group=event.group, event=event, details=details))
        blocs.append(ask_for_place(SYSTEM, bloc=bloc))
    return {"path": f"/b/{blocs[0].slug}", "tag": f"event:{event.id}"}


def sit(rounds: int) -> dict[str, list[float]]:
    """Ask for pages of the desk as an organiser does: the milliseconds of each, and how many queries it took.

    Through the whole of Django, without the network: what is measured is the server's own time.
    """
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(_organiser())
    event, part = _event(), "a1b"
    pages = {
        "event": f"/desk/events/{event.id}",
        "overview": "/desk/",
        "search": f"/desk/events/{event.id}/find?q={part}",
        "list": "/desk/events",
        "march": f"/desk/events/{event.id}/march",
    }
    measured: dict[str, list[float]] = {}
    for name, path in pages.items():
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        measured[f"{name}_queries"] = [len(captured)]
        measured[name] = [_milliseconds(lambda path=path: client.get(path)) for _ in range(rounds)]
    return measured


def session() -> dict[str, str]:
    """An organiser who is signed in: the cookie, and where their page of the event asks for what is new."""
    from django.test import Client

    client = Client()
    client.force_login(_organiser())
    return {"cookie": client.cookies["session"].value, "answers": f"/desk/events/{_event().id}/answers"}


def unconfirmed() -> int:
    """How many answers wait to be confirmed, once everything is settled."""
    from groundswell.attendances.queries import tally_of

    settle()
    return int(tally_of(_event().id).unconfirmed)


def _milliseconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return 1000 * (time.perf_counter() - began)


def _organiser() -> Any:
    from groundswell.groups.access import ORGANISER, SYSTEM
    from groundswell.groups.granting import Terms, grant
    from groundswell.groups.models import Account
    from groundswell.groups.queries import root_group

    known = Account.objects.first()
    if known is None:
        group = root_group(_event().organisation_id)
        known = grant(
            SYSTEM, group=group, email="olu@example.org", terms=Terms(role=ORGANISER), name="Olu"
        ).account
    return known


VERBS: dict[str, Callable[..., object]] = {
    "make": make,
    "fill": fill,
    "write": write,
    "settle": settle,
    "touch": touch,
    "save": save,
    "announce_many": announce_many,
    "call_blocs": call_blocs,
    "sit": sit,
    "session": session,
    "unconfirmed": unconfirmed,
}


def begin() -> None:
    """Start what goes on beside the lines."""
    for work in (_keep_touching, _keep_saving):
        threading.Thread(target=work, name=work.__name__, daemon=True).start()


if __name__ == "__main__":
    listen(VERBS, begin)
