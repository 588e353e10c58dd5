"""Four organisations that hold an event together, with overlapping lists: told line by line, as :mod:`.scene`."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from measuring.listening import listen
from measuring.scene import _event, make

LISTS = 4
EXISTING = 195_122
"""Of so many who exist each of the lists has a hundred thousand: put one below the other, they are 2.05 times as
many, as real lists of one movement were."""


def prepare() -> int:
    """Make the installation, the event, and three more organisations that hold it."""
    from groundswell.events import cohosts
    from groundswell.groups.access import SYSTEM
    from groundswell.groups.models import Group
    from groundswell.groups.operations import create_organisation

    make()
    event = _event()
    agreed = cohosts.arrange(SYSTEM, event=event, duties="All.", contact="office@example.org")
    for number in range(1, LISTS):
        organisation = create_organisation(SYSTEM, slug=f"list-{number}", name=f"List {number}")
        asked = cohosts.invite(SYSTEM, event=event, organisation=organisation)
        group = Group.objects.get(organisation=organisation)
        cohosts.accept(SYSTEM, cohost=asked, group=group, version=agreed.version)
    return LISTS


def fill(each: int) -> int:
    """Give each organisation so many who are coming, marked as the worker does it; returns how many exist."""
    from groundswell.attendances.marks import mark_those_there
    from groundswell.attendances.models import Attendance, Tally
    from groundswell.people.models import Person

    exist = EXISTING * each // 100_000
    for people, answers in _lists(each, exist):
        Person.objects.bulk_create(people, batch_size=5000)
        Attendance.objects.bulk_create(answers, batch_size=5000)
    # As the first answer on another one's page does.
    own = _event().organisation
    Tally.objects.update_or_create(event=_event(), defaults={"organisation": own, "together": True})
    while mark_those_there():
        pass
    return exist


def _lists(each: int, exist: int) -> Iterator[tuple[list[Any], list[Any]]]:
    from groundswell.attendances.models import Attendance
    from groundswell.events.cohosts import holders_of
    from groundswell.kit.clock import now
    from groundswell.people.models import Person

    event, at = _event(), now()
    for number, organisation in enumerate(holders_of(event)):
        addresses = [f"person-{(number * exist // LISTS + place) % exist}@example.org" for place in range(each)]
        people = [
            Person(organisation=organisation, name="Somebody", email=one, email_key=one, ledger_key="k")
            for one in addresses
        ]
        yield (
            people,
            [
                Attendance(organisation=organisation, event=event, person=one, status="accepted", confirmed_at=at)
                for one in people
            ],
        )


def settle_down() -> int:
    """Leave the database as it is some time after so many came: what PostgreSQL does by itself is done now."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE) attendances_mark")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return 0


def count(rounds: int) -> dict[str, list[float]]:
    """Count the union so many times: what it is, and the milliseconds of each."""
    from groundswell.attendances.marks import union_of

    event, taken = _event().id, []
    for _ in range(rounds):
        began = time.perf_counter()
        people = union_of(event)
        taken.append(1000 * (time.perf_counter() - began))
    return {"people": [people or 0], "union": taken}


VERBS: dict[str, Callable[..., object]] = {
    "prepare": prepare,
    "fill": fill,
    "settle_down": settle_down,
    "count": count,
}


if __name__ == "__main__":
    listen(VERBS)
