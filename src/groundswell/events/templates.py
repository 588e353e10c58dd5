"""An event kept as a template, to begin the next one with."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.events.details import Details, as_json, details_of, from_json
from groundswell.events.models import Event, Template
from groundswell.events.programme import Speaking, checked_programme
from groundswell.events.queries import programme_of, questions_of
from groundswell.events.questions import Asking, checked_questions
from groundswell.events.timing import COMES_BACK
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.kit.clock import now
from groundswell.kit.text import NotText, one_line, too_long
from groundswell.ledger.operations import record

PROGRAMME, QUESTIONS, CAMPAIGN, SERIES = "programme", "questions", "campaign", "series"
"""Beside the details in what is kept; a template of a version before this one has none of them."""

ASKED = ("text", "kind", "choices", "purpose", "days")


@transaction.atomic
def keep_as_template(actor: Actor, *, event: Event, name: str) -> Template:
    """Keep what an event says, who speaks, what it asks and belongs to, under a name (5 queries).

    The same name in the same group replaces what it held.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises InvalidFields: if the name is none.
    """
    actor.require(ORGANISER, event.group_id, event.id)
    template, _made = Template.objects.update_or_create(
        organisation_id=event.organisation_id,
        group_id=event.group_id,
        name=_checked(name),
        defaults={"details": _as_json(event), "dropped_at": None},
    )
    _record(actor, template, "events.keep_template")
    return template


@transaction.atomic
def drop_template(actor: Actor, *, template: Template) -> None:
    """Throw a template away; for a day it can be brought back (2 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    """
    actor.require(ORGANISER, template.group_id)
    if Template.objects.filter(id=template.id, dropped_at=None).update(dropped_at=now()):
        _record(actor, template, "events.drop_template")


@transaction.atomic
def bring_template_back(actor: Actor, *, template: Template) -> None:
    """Have a template again that was thrown away (2 queries).

    :raises NotFound: if it is none of the actor's, or was thrown away more than a day ago.
    :raises NotAllowed: unless the actor is an organiser of its group.
    """
    actor.require(ORGANISER, template.group_id)
    dropped = Template.objects.filter(id=template.id, dropped_at__gt=now() - COMES_BACK)
    if not dropped.update(dropped_at=None):
        raise NotFound
    _record(actor, template, "events.bring_template_back")


def details_from(template: Template, day: date) -> Details:
    """What an event made from the template says on a day (0 queries)."""
    return from_json(template.details, day)


def speakers_from(template: Template) -> list[Speaking]:
    """Who is invited to speak at an event made from the template (0 queries)."""
    kept: list[Any] = template.details.get(PROGRAMME, [])
    return checked_programme([Speaking(name=one["name"], line=one["line"]) for one in kept])


def questions_from(template: Template) -> list[Asking]:
    """What an event made from the template asks (0 queries)."""
    kept: list[Any] = template.details.get(QUESTIONS, [])
    return checked_questions([Asking(**one) for one in kept])


def belongs_to(template: Template) -> dict[str, str]:
    """The ids of the campaign and the series that the event was part of, or empty ones (0 queries).

    They may be gone by now.
    """
    return {name: template.details.get(name, "") for name in (CAMPAIGN, SERIES)}


def _as_json(event: Event) -> dict[str, object]:
    # Who spoke at one event has not promised to speak at the next: their standing is not kept.
    return {
        **as_json(details_of(event)),
        PROGRAMME: [{"name": one.name, "line": one.line} for one in programme_of(event.id)],
        CAMPAIGN: str(event.campaign_id or ""),
        SERIES: str(event.series_id or ""),
        QUESTIONS: [{name: getattr(one, name) for name in ASKED} for one in questions_of(event.id)],
    }


def _checked(typed: str) -> str:
    try:
        name = one_line(typed)
    except NotText as error:
        raise InvalidFields({"name": str(error)}) from None
    if not name or too_long(name, 80):
        raise InvalidFields({"name": _("Give the template a name of at most 80 characters.")})
    return name


def _record(actor: Actor, template: Template, verb: str) -> None:
    record(organisation_id=template.organisation_id, actor=actor.id, verb=verb, object_id=template.id)
