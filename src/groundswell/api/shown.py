"""Nouns as the contract shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from groundswell.api import schemas

if TYPE_CHECKING:
    from groundswell.attendances.models import Attendance
    from groundswell.events.models import Event


def shown_event(event: Event, coming: int) -> schemas.Event:
    """An event with its organisation and group, and its public count (0 queries)."""
    facts = {
        **_as_they_are(event, schemas.Event),
        "url": settings.PUBLIC_URL + reverse("event", args=[event.slug]),
        "organisation": event.organisation.slug,
        "group": event.group.slug,
        "coming": coming,
        "demonstration_note": event.organisation.demonstration_note,
    }
    return schemas.Event.model_validate(facts)


def shown_attendance(attendance: Attendance, *, contact_data: bool) -> schemas.Attendance:
    """An answer with its person, who stays unnamed without ``contact_data`` (0 queries)."""
    person = attendance.person
    facts = {
        **_as_they_are(attendance, schemas.Attendance),
        "person": {"name": person.name, "email": person.email} if contact_data else {"name": None, "email": None},
        "confirmed": attendance.confirmed_at is not None,
    }
    return schemas.Attendance.model_validate(facts)


def _as_they_are(row: Event | Attendance, schema: type[schemas.Event | schemas.Attendance]) -> dict[str, object]:
    """The fields that the noun stores under the contract's own name."""
    return {name: row.__dict__[name] for name in schema.model_fields if name in row.__dict__}
