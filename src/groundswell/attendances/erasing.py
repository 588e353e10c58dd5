"""Forgetting a person on request: everything of theirs in one organisation, and the totals fall with it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from groundswell.attendances.models import Attendance
from groundswell.attendances.operations import Deltas, locked_attendances
from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Refused
from groundswell.intake.touches import touch
from groundswell.intake.upkeep import blank_settled_payloads
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.outbox.transports import delete_kept
from groundswell.people import operations as people


def forget(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Forget the people behind these attendances in their organisation.

    Until an event ends this is a withdrawal, so its totals fall; those of events that are over stay. Rows go
    in the caller's transaction; kept copies of mails and what the journal still holds go after its commit.
    Refuses (NotFound) what is gone.
    """
    subjects = [action.subject for action in actions]
    chosen = Attendance.objects.filter(organisation_id=organisation_id, id__in=subjects)
    found = dict(chosen.values_list("id", "person_id"))
    if found:
        erase(organisation_id, set(found.values()), on_request=True)
        record(organisation_id=organisation_id, actor=None, verb="people.forget", people=len(set(found.values())))
    gone = [action for action in actions if action.subject not in found]
    return [Refused(action.id, NotFound.code, NotFound.sentence) for action in gone]


def erase(organisation_id: UUID, persons: set[UUID], *, on_request: bool) -> int:
    """Delete people with their attendances, mails and consents, and mend the totals; returns how many."""
    own = Attendance.objects.filter(organisation_id=organisation_id, person_id__in=persons)
    attendances = locked_attendances(organisation_id, list(own.values_list("id", flat=True)))
    withdraw(attendances.values())
    mails = outbox.forget(organisation_id, attendances)
    erased = people.erase(organisation_id, persons, on_request=on_request)
    transaction.on_commit(lambda: _clean_up(organisation_id, mails))
    return erased


def withdraw(attendances: Collection[Attendance]) -> None:
    """Take attendances out of the totals of events that are not over."""
    deltas = Deltas()
    for attendance in attendances:
        deltas.leave(attendance)
    deltas.store()
    touch(*(f"event:{event}:count" for event in sorted({attendance.event_id for attendance in attendances})))


def _clean_up(organisation_id: UUID, mails: list[UUID]) -> None:
    for mail in mails:
        delete_kept(organisation_id, mail)
    blank_settled_payloads(organisation_id)
