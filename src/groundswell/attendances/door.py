"""At the door and at the stall: adding somebody by hand, a tally, and the list that checks people off."""

from django.db import transaction

from groundswell.attendances.answers import parse_answer, read_answer
from groundswell.attendances.errors import NoDoorList, NotAgreed
from groundswell.attendances.models import Attendance, Tally
from groundswell.attendances.operations import attend, locked_events
from groundswell.events.errors import NotOpen
from groundswell.events.models import Event
from groundswell.events.queries import is_open
from groundswell.groups.access import STAND, STEWARD, Actor
from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Form
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.operations import record
from groundswell.people.finding import address_of

STALL = "stall"
"""How answers came that somebody typed in for others."""


@transaction.atomic
def add_by_hand(actor: Actor, *, event: Event, form: Form) -> Attendance:
    """Write down what somebody said at the stall; as everywhere, it counts once their mailbox says yes.

    Who answered before gets no second answer: what was typed waits at theirs.
    Queries: 3, and those of :func:`groundswell.attendances.operations.attend`.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is a steward there.
    :raises NotOpen: if the event takes no answers.
    :raises NotAgreed: where the organisation has no words for the required box in the form's language.
    :raises groundswell.intake.kinds.Invalid: with a sentence for each field that is wrong.
    """
    actor.require(STAND, event.group_id, event.id)
    if not is_open(event):
        raise NotOpen
    payload = parse_answer(form)
    action = Action(
        id=uuid7(),
        kind="attend",
        organisation_id=event.organisation_id,
        subject=event.id,
        payload=payload,
        received_at=now(),
        via=STALL,
    )
    for refused in attend(event.organisation_id, [action]):
        raise NotAgreed if refused.code == NotAgreed.code else NotOpen
    record(
        organisation_id=event.organisation_id, actor=actor.id, verb="attendances.add_by_hand", object_id=event.id
    )
    person = address_of(event.organisation_id, read_answer(payload).email)
    return Attendance.objects.get(event=event, person_id__in=person)


@transaction.atomic
def count_at_door(actor: Actor, *, event: Event, people: int) -> int:
    """Move the tally at the door by so many people, never below zero; returns where it stands (6 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is a steward there.
    """
    actor.require(STAND, event.group_id, event.id)
    locked_events([event.id])
    tally = Tally.objects.get(event_id=event.id)
    stands = max(0, tally.door + max(-100, min(100, people)))
    Tally.objects.filter(event_id=event.id).update(door=stands)
    return stands


@transaction.atomic
def check_off(actor: Actor, *, attendance: Attendance, here: bool) -> None:
    """Say that somebody on the door list is here, or take that back (2 queries).

    :raises NotFound: if the event is none of the actor's, or the answer has no place.
    :raises NotAllowed: unless the actor is a steward there.
    :raises NoDoorList: where the door list is switched off.
    """
    actor.require(STEWARD, attendance.event.group_id, attendance.event.id)
    if not attendance.event.door_list:
        raise NoDoorList
    if not attendance.has_place:
        raise NotFound
    Attendance.objects.filter(id=attendance.id).update(attended=True if here else None)
