"""What tests of reminders have in common: the worker's rounds at a moment, and who has a reminder by then."""

from datetime import datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings

from groundswell.attendances.models import Attendance
from groundswell.attendances.notices import mail_kind, send_notices
from groundswell.attendances.reminders import remind_those_coming
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.outbox import delivery
from groundswell.outbox.models import Effect
from tests import made_up

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)
A_SECOND = timedelta(seconds=1)
WORDS = {"en": {"subject": "Tomorrow", "text": "Bring a friend."}}


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(delivery, "_closed_until", 0.0)


@pytest.fixture
def event(db: None) -> Event:
    return made_up.event(made_up.root(made_up.organisation()), capacity=4)


@pytest.fixture
def organiser(event: Event) -> Actor:
    return made_up.actor(event.group)


def do_the_rounds(at: datetime) -> None:
    """What the worker does about reminders, more than once."""
    with time_machine.travel(at):
        for _ in range(3):
            remind_those_coming()
            send_notices()


def reminded() -> list[str]:
    """Who has a reminder in the outbox, by the first part of their address."""
    subjects = Effect.objects.filter(kind=mail_kind("reminder")).values_list("subject", flat=True)
    names = dict(Attendance.objects.values_list("id", "person__email"))
    return sorted(names[subject].partition("@")[0] for subject in subjects)


def moved(event: Event, days: int, **more: object) -> Event:
    """The event on another day."""
    details = made_up.details(day=event.day + timedelta(days=days), capacity=4, **more)
    return events.change(made_up.SYSTEM, event=event, details=details)
