"""A flood moves no count and fills no mailbox; a whole hall behind one address is no flood."""

import asyncio
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from groundswell.attendances.models import Attendance
from groundswell.attendances.queries import coming, tally_of
from groundswell.config.asgi import compose
from groundswell.events.models import Event
from groundswell.front.limits import BURST, LONGEST_WAIT
from groundswell.front.messages import App
from groundswell.intake.models import Entry
from groundswell.intake.settling import settle
from groundswell.kit.clock import now
from groundswell.kit.text import inbox_key
from groundswell.outbox.delivery import deliver
from groundswell.outbox.models import Effect
from tests import made_up
from tests.front.asgi import call

pytestmark = pytest.mark.django_db(transaction=True)

PROXY = "127.0.0.1"
SPELLINGS = (
    "victim{}@example.org",
    "Victim{}@Example.org",
    "victim{}+x{}@example.org",
    "VICTIM{}+y{}@example.org",
)


@pytest.fixture
def event(settings: Settings, tmp_path: Path) -> Event:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, proxies=(PROXY,), front=True)
    settings.DATA = tmp_path
    return made_up.event(made_up.root(made_up.organisation()))


async def answer(app: App, event: Event, number: int, email: str, address: str) -> int:
    """One answer, through a proxy that says for whom it asks; the status of what comes back."""
    form = {"name": f"Person {number}", "email": email, "guests": "9", "agree": "yes"}
    headers = {"x-forwarded-for": address}
    return (await call(app, "POST", f"/e/{event.slug}", form=form, headers=headers, client=PROXY)).status


async def opened(event: Event) -> App:
    app = compose()
    assert (await call(app, "GET", f"/e/{event.slug}")).status == 200
    return app


def mailed(folder: Path) -> Counter[str]:
    """How many mails went to each inbox."""
    files = (folder / "outbox").rglob("*.eml")
    return Counter(inbox_key(str(message_from_bytes(file.read_bytes())["To"])) for file in files)


def test_a_flood_moves_no_count_and_sends_no_mailbox_more_than_three_mails(
    event: Event, settings: Settings, request: pytest.FixtureRequest
) -> None:
    addresses, each = (50, 200) if request.config.getoption("--full") else (10, BURST + 10)
    made_up.confirmed(event, "real@example.org")
    before = coming(event.id)

    async def flood() -> Counter[int]:
        app = await opened(event)
        fakes = [
            answer(
                app,
                event,
                number,
                SPELLINGS[number % 4].format(number % 23, number),
                f"10.0.0.{number % addresses}",
            )
            for number in range(addresses * each)
        ]
        return Counter(await asyncio.gather(*fakes))

    began = time.monotonic()
    assert asyncio.run(flood()) == {303: addresses * each}
    assert time.monotonic() - began > 1, "over the limit, answers are slow"
    assert Entry.objects.count() == addresses * each
    while settle():
        pass
    assert coming(event.id) == before == 1
    assert tally_of(event.id).unconfirmed == Attendance.objects.filter(confirmed_at=None).count() > 0
    # However long the mails of the flood were made to wait, and whoever writes more meanwhile.
    with time_machine.travel(now() + timedelta(hours=2)):
        while deliver():
            pass
    counted = mailed(settings.DATA)
    assert max(counted.values()) <= 3
    assert len(counted) == 23
    assert not Effect.objects.filter(state=Effect.State.WAITING).exists()
    assert coming(event.id) == before


def test_a_whole_hall_behind_one_address_is_slowed_and_never_refused(event: Event, settings: Settings) -> None:
    people = BURST + 30

    async def hall() -> tuple[list[int], list[float]]:
        app, took = await opened(event), []

        async def one(number: int) -> int:
            began = time.monotonic()
            status = await answer(app, event, number, f"p{number}@example.org", "203.0.113.77")
            took.append(time.monotonic() - began)
            return status

        return await asyncio.gather(*(one(number) for number in range(people))), took

    statuses, took = asyncio.run(hall())
    assert set(statuses) == {303}
    assert LONGEST_WAIT <= max(took) < LONGEST_WAIT + 10
    while settle():
        pass
    assert Attendance.objects.count() == people
    waits = sorted(effect.due_at - effect.created_at for effect in Effect.objects.all())
    assert waits[BURST - 1] < timedelta(seconds=1)
    assert timedelta(minutes=1) < waits[-1] <= timedelta(hours=1)
    with time_machine.travel(now() + timedelta(hours=1)):
        while deliver():
            pass
    assert sum(mailed(settings.DATA).values()) == people, "and everybody gets their mail"


@pytest.mark.parametrize(("proxies", "slowed"), [((PROXY,), True), (("0.0.0.0/0",), False)])
def test_one_machine_cannot_pass_for_many(
    event: Event, settings: Settings, proxies: tuple[str, ...], slowed: bool
) -> None:
    """Nobody but a named proxy is believed; the twin believes everybody, and slows nobody."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, proxies=proxies)

    async def pretend() -> None:
        app = await opened(event)
        form = {"name": "Eve", "email": "eve@example.org", "agree": "yes"}
        pretended = (
            call(
                app, "POST", f"/e/{event.slug}", form=form, headers={"x-forwarded-for": hop}, client="203.0.113.9"
            )
            for hop in (f"198.51.100.{number}" for number in range(BURST + 40))
        )
        await asyncio.gather(*pretended)

    asyncio.run(pretend())
    assert (max(Entry.objects.values_list("patience", flat=True)) > 0) is slowed
