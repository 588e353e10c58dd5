"""Forgetting a person on request: everything of theirs in one organisation, and the totals fall with it."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import transaction

from groundswell.attendances.models import Attendance
from groundswell.attendances.operations import Deltas, locked_attendances
from groundswell.events.models import Event
from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Refused
from groundswell.intake.touches import touch
from groundswell.intake.upkeep import blank_settled_payloads
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.outbox.transports import delete_kept
from groundswell.people import operations as people


def forget(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Forget people in one organisation.

    Until an event ends this is a withdrawal, so its totals fall; those of events that are over stay. Rows go
    in the caller's transaction; kept copies of mails and what the journal still holds go after its commit.
    Refuses (NotFound) who is not known any more.
    """
    known = people.known(organisation_id, [action.subject for action in actions])
    if known:
        erase(organisation_id, known, on_request=True)
        record(organisation_id=organisation_id, actor=None, verb="people.forget", people=len(known))
    gone = [action for action in actions if action.subject not in known]
    return [Refused(action.id, NotFound.code, NotFound.sentence) for action in gone]


def erase(organisation_id: UUID, persons: set[UUID], *, on_request: bool) -> int:
    """Delete people with their attendances, mails and consents, and mend the totals; returns how many."""
    own = Attendance.objects.filter(organisation_id=organisation_id, person_id__in=persons)
    attendances = locked_attendances(organisation_id, list(own.values_list("id", flat=True)))
    withdraw(attendances.values())
    mails = outbox.forget(organisation_id, subjects=attendances, emails=people.emails(organisation_id, persons))
    erased = people.erase(organisation_id, persons, on_request=on_request)
    transaction.on_commit(lambda: clean_up(organisation_id, mails))
    return erased


def withdraw(attendances: Collection[Attendance]) -> None:
    """Take attendances out of the totals of events that have not ended; what came before stays counted."""
    events = {attendance.event_id for attendance in attendances}
    ahead = set(Event.objects.filter(id__in=events, closes_at__gt=now()).values_list("id", flat=True))
    deltas = Deltas()
    for attendance in attendances:
        if attendance.event_id in ahead:
            deltas.leave(attendance)
    deltas.store()
    touch(*(f"event:{event}:count" for event in sorted(ahead)))


def clean_up(organisation_id: UUID, mails: Iterable[UUID]) -> None:
    """Delete what lies outside of the main database: kept copies of mails, and what the journal holds."""
    for mail in mails:
        delete_kept(organisation_id, mail)
    blank_settled_payloads(organisation_id)
