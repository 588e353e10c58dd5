"""Loading the demo through the operations that everybody uses; what is there already stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from groundswell.attendances.queries import attendances_of
from groundswell.config.environment import BadSetting, refuse_unsafe_demo
from groundswell.events import operations as events
from groundswell.events.details import Details, slug_of
from groundswell.events.queries import ahead_for
from groundswell.groups import operations as groups
from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import NotFound
from groundswell.groups.queries import campaigns_of, demonstration_notes, organisation_by_slug, root_group
from groundswell.kit.clock import now
from groundswell.ops.demo.acting import act
from groundswell.ops.demo.coalition import ALLY, FOUNDING, call_blocs, put_question, tie
from groundswell.ops.demo.facts import ANNOUNCEMENTS, BODIES, DEMONSTRATION, Announcement, Body
from groundswell.ops.demo.fictions import COMPLAINED, COMPLAINT, COMPLAINT_IN, DAYS_AGO, SECOND_ADDRESS
from groundswell.ops.demo.letters import keep_draft, send_one
from groundswell.ops.demo.supporters import Supporter, supporters
from groundswell.ops.errors import Refusal
from groundswell.outbox.delivery import deliver
from groundswell.people.complaints import Brought, enter_complaint
from groundswell.people.queries import current_wordings
from groundswell.people.standard import publish_standard_wordings

if TYPE_CHECKING:
    from groundswell.attendances.models import Attendance
    from groundswell.blocs.models import Bloc
    from groundswell.events.models import Event
    from groundswell.groups.models import Organisation

LONDON = ZoneInfo("Europe/London")


class DemoRefused(Refusal):
    """The demo names living people, and would get among the public or among real records."""


def load() -> bool:
    """Make what is missing of the demo; returns whether anything was.

    An event whose day is past is announced anew, so that the demo always has something that lies ahead.

    :raises DemoRefused: where mail would be sent, others could see it, or real organisations are kept.
    """
    _refuse_unsafe()
    if demonstration_notes() - {settings.DEMONSTRATION_NOTE}:
        raise DemoRefused(
            "There are organisations of your own in this installation. "
            "Give the demo a folder of its own, for example --data ./demo (and on PostgreSQL another --database)."
        )
    founded = [_found(body) for body in BODIES]
    if any(founded):
        tie()
        put_question()
        _complain()
    return any([*founded, *[_announced(announcement) for announcement in ANNOUNCEMENTS]])


def guard() -> None:
    """Let the demo stay on this machine also where ``--demo`` is left out at a later start (1 query).

    :raises DemoRefused: where it is in the database, and mail would be sent or others could see it.
    """
    if settings.DEMONSTRATION_NOTE in demonstration_notes():
        _refuse_unsafe("What is kept here is the demo. ")


def _refuse_unsafe(why: str = "") -> None:
    try:
        refuse_unsafe_demo(replace(settings.ENVIRONMENT, demo=True))
    except BadSetting as error:
        raise DemoRefused(f"{why}{error}") from None


@transaction.atomic
def _found(body: Body) -> bool:
    try:
        organisation_by_slug(body.slug)
    except NotFound:
        organisation = groups.create_organisation(
            SYSTEM,
            slug=body.slug,
            name=body.name,
            description=body.description,
            accent=body.accent,
            contact_email=f"{body.slug}@example.org",
            demonstration_note=settings.DEMONSTRATION_NOTE,
            postal_address="1 Example Street, London",
        )
        publish_standard_wordings(SYSTEM, organisation=organisation)
        groups.create_campaign(SYSTEM, organisation=organisation, name=body.campaign, purpose=body.purpose)
        return True
    return False


def _announced(announcement: Announcement) -> bool:
    organisation = organisation_by_slug(announcement.body)
    ahead = ahead_for(SYSTEM).filter(organisation_id=organisation.id)
    # Its address stays where somebody has given it another title in the desk.
    if ahead.filter(slug__startswith=slug_of(announcement.title)).exists():
        return False
    coming = supporters(announcement.supporters)
    with transaction.atomic():
        event = _event(organisation, announcement)
        _answer("attend", organisation, event.id, coming)
        joining = _join(call_blocs(event)) if announcement.title == DEMONSTRATION else {}
        if announcement.title == DEMONSTRATION:
            keep_draft(event)
            _answer_again(organisation, event, coming[0])
    # Asked by mail first, as people are; the mails go into the folder.
    while deliver():
        pass
    with transaction.atomic():
        for side, people in {organisation: coming, **joining}.items():
            _confirm(event, side, {supporter.email for supporter in people if supporter.confirms})
    if announcement.title == DEMONSTRATION:
        send_one(event)
    return True


def _complain() -> None:
    """Somebody wrote a letter about a message; it has its days, and nobody has said yet that it is here."""
    day = now().astimezone(LONDON).date() - timedelta(days=DAYS_AGO)
    brought = Brought(text=COMPLAINT, way="post", received_on=day, name=COMPLAINED)
    enter_complaint(SYSTEM, organisation=organisation_by_slug(COMPLAINT_IN), brought=brought)


def _answer_again(organisation: Organisation, event: Event, one: Supporter) -> None:
    """Somebody answers at a second address of theirs, and never confirms it."""
    form = {**one.form(current_wordings(organisation.id)), "email": SECOND_ADDRESS}
    act("attend", organisation.id, [(event.id, form, "")])


def _join(bloc: Bloc) -> dict[Organisation, list[Supporter]]:
    """Let people come to the bloc by each organisation that calls to it; some of them come by both."""
    everybody = supporters(52)
    joining = {organisation_by_slug(FOUNDING): everybody[20:42], organisation_by_slug(ALLY): everybody[26:]}
    for organisation, people in joining.items():
        _answer("join", organisation, bloc.id, people)
    return joining


def _event(organisation: Organisation, announcement: Announcement) -> Event:
    event = events.announce(
        SYSTEM,
        group=root_group(organisation.id),
        campaign=campaigns_of([organisation.id])[0],
        details=Details(
            title=announcement.title,
            kind=announcement.kind,
            text=announcement.text,
            day=day_of(announcement, now().astimezone(LONDON).date()),
        ),
    )
    return events.publish(SYSTEM, event=event) if announcement.published else event


def day_of(announcement: Announcement, today: date) -> date:
    """The first day of the announcement's weekday that is far enough ahead."""
    earliest = today + timedelta(days=announcement.ahead)
    return earliest + timedelta(days=(announcement.weekday - earliest.weekday()) % 7)


def _answer(kind: str, organisation: Organisation, subject: UUID, coming: list[Supporter]) -> None:
    wordings = current_wordings(organisation.id)
    act(kind, organisation.id, [(subject, supporter.form(wordings), supporter.via) for supporter in coming])


def _confirm(event: Event, organisation: Organisation, emails: set[str]) -> None:
    waiting: list[Attendance] = [
        each for each in attendances_of(event, organisation.id) if each.person.email in emails
    ]
    act("confirm", organisation.id, [(each.id, {"answer": str(each.action)}, "") for each in waiting])
