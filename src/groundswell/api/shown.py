"""Nouns as the contract shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from pydantic import BaseModel

from groundswell.api import schemas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Model

    from groundswell.attendances.models import Attendance
    from groundswell.endorsements.models import Endorsement
    from groundswell.events.models import Event, Question, Series, Speaker
    from groundswell.groups.models import Campaign, Group, Organisation


def shown_organisation(organisation: Organisation, campaigns: Sequence[Campaign]) -> schemas.Organisation:
    """An organisation with its campaigns (0 queries)."""
    facts = {
        **_as_they_are(organisation, schemas.Organisation),
        "languages": organisation.offered,
        "campaigns": [campaign.name for campaign in campaigns],
    }
    return schemas.Organisation.model_validate(facts)


def shown_group(group: Group) -> schemas.Group:
    """A group with its organisation and the one above (0 queries)."""
    facts = {
        **_as_they_are(group, schemas.Group),
        "url": settings.PUBLIC_URL + reverse("group", args=[group.slug]),
        "organisation": group.organisation.slug,
        "parent": group.parent.slug if group.parent else None,
    }
    return schemas.Group.model_validate(facts)


def shown_series(series: Series) -> schemas.Series:
    """A series with its organisation and group (0 queries)."""
    facts = {
        **_as_they_are(series, schemas.Series),
        "url": settings.PUBLIC_URL + reverse("series", args=[series.slug]),
        "organisation": series.organisation.slug,
        "group": series.group.slug,
    }
    return schemas.Series.model_validate(facts)


def shown_endorsement(found: Endorsement) -> schemas.Endorsement:
    """An endorsement with the group that calls to what it stands with (0 queries)."""
    facts = {
        **_as_they_are(found, schemas.Endorsement),
        "group": found.group.slug,
        "event": found.event_id,
        "bloc": found.bloc_id,
        "series": found.series_id,
    }
    return schemas.Endorsement.model_validate(facts)


def shown_event(
    event: Event, coming: int, programme: Sequence[Speaker], questions: Sequence[Question]
) -> schemas.Event:
    """An event with what it belongs to, its public count, who speaks and what its form asks (0 queries)."""
    facts = {
        **_as_they_are(event, schemas.Event),
        "url": settings.PUBLIC_URL + reverse("event", args=[event.slug]),
        "organisation": event.organisation.slug,
        "group": event.group.slug,
        "series": event.series.slug if event.series else "",
        "campaign": event.campaign.name if event.campaign else "",
        "programme": [_as_they_are(speaker, schemas.Speaker) for speaker in programme],
        "questions": [_as_they_are(question, schemas.Question) for question in questions],
        "coming": coming,
        "demonstration_note": event.organisation.demonstration_note,
    }
    return schemas.Event.model_validate(facts)


def shown_attendance(attendance: Attendance, said: Mapping[str, str] | None) -> schemas.Attendance:
    """An answer with its person and what they said to each question; without that nobody is named (0 queries).

    What they need is left out: only stewards are told.
    """
    person, named = attendance.person, said is not None
    facts = {
        **_as_they_are(attendance, schemas.Attendance),
        "person": {"name": person.name, "email": person.email} if named else {"name": None, "email": None},
        "confirmed": attendance.confirmed_at is not None,
        "waiting": attendance.waiting_since is not None,
        "offers": [offer for offer in attendance.offers.split(",") if offer],
        "responses": None if said is None else [{"question": to, "text": text} for to, text in said.items()],
    }
    return schemas.Attendance.model_validate(facts)


def _as_they_are(row: Model, schema: type[BaseModel]) -> dict[str, object]:
    """The fields that the noun stores under the contract's own name."""
    return {name: row.__dict__[name] for name in schema.model_fields if name in row.__dict__}
