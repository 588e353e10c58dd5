"""An event as it would be shown, before it is saved: for previews. Nothing here asks the database."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace

from django.utils.translation import gettext as _

from groundswell.events.details import Details, checked, slug_of
from groundswell.events.models import Event, Question, Speaker, Status
from groundswell.events.programme import Speaking
from groundswell.events.questions import Asking
from groundswell.events.timing import span
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Campaign, Group
from groundswell.kit.clock import now

TOGETHER = ({"starts", "ends"}, {"latitude", "longitude"})
"""Fields that say nothing without each other."""


def presentable(details: Details, wrong: Collection[str] = ()) -> Details:
    """The same with what is wrong left out, so that the rest can be shown already (0 queries).

    ``wrong`` names fields of which the caller knows already that what was typed says nothing.
    """
    plain = Details(title=_("No title yet"), day=now().date())
    try:
        checked(details)
    except InvalidFields as invalid:
        wrong = {*wrong, *invalid.errors}
    left_out = {name for each in TOGETHER if each & set(wrong) for name in each} | set(wrong)
    known = {name: getattr(plain, name) for name in left_out if hasattr(plain, name)}
    return checked(replace(details, **known))


def sketch(group: Group, details: Details, *, of: Event | None = None, campaign: Campaign | None = None) -> Event:
    """An event that says this, as if it were published; not saved, and never to be (0 queries)."""
    when = span(details.day, details.starts, details.ends, details.zone)
    event = Event(
        organisation=group.organisation,
        group=group,
        campaign=campaign,
        slug=of.slug if of else slug_of(details.title),
        status=Status.PUBLISHED,
        opens_at=when.opens_at,
        closes_at=when.closes_at,
        **asdict(details),
    )
    if of:
        event.id = of.id
    return event


def sketched_programme(speakers: Sequence[Speaking]) -> list[Speaker]:
    """Those who would stand on the page, not saved (0 queries)."""
    announced = [one for one in speakers if one.name.strip() and one.standing == Speaker.Standing.ANNOUNCED]
    return [Speaker(name=one.name, line=one.line) for one in announced]


def sketched_questions(questions: Sequence[Asking]) -> list[Question]:
    """What the form would ask, not saved (0 queries)."""
    return [
        Question(text=one.text, kind=one.kind, choices=list(one.choices), purpose=one.purpose, days=one.days)
        for one in questions
        if one.text.strip()
    ]
