"""Forgetting a person on request: everything of theirs in one organisation, and the totals fall with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from groundswell.attendances.models import Attendance, Doubled
from groundswell.attendances.operations import locked_attendances
from groundswell.attendances.totals import Deltas
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.intake.kinds import Action, Refused
from groundswell.intake.settling import settle
from groundswell.intake.touches import touch
from groundswell.intake.upkeep import blank_settled_payloads
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.outbox.transports import delete_kept
from groundswell.people import erasures
from groundswell.people import operations as people
from groundswell.people.erasures import Erased
from groundswell.people.merged import standing

AT_ONCE = 250


def forget(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Forget people in one organisation.

    Until an event ends this is a withdrawal, so its totals fall; those of events that are over stay. Rows go
    in the caller's transaction; kept copies of mails and what the journal still holds go after its commit.
    Refuses (NotFound) who is not known any more.
    """
    known = standing(organisation_id, [action.subject for action in actions])
    if known:
        asked = {known[action.subject]: action.received_at for action in actions if action.subject in known}
        erase(organisation_id, set(asked), asked)
        record(organisation_id=organisation_id, actor=None, verb="people.forget", people=len(asked))
    gone = [action for action in actions if action.subject not in known]
    return [Refused.because(action, NotFound) for action in gone]


@transaction.atomic
def forget_address(actor: Actor, *, organisation: Organisation, email: str) -> None:
    """Forget somebody who asked for it otherwise than by the link in a mail.

    :raises NotAllowed: unless the system asks.
    :raises NotFound: if nobody of this address is in the organisation's records.
    """
    if not actor.everything:
        raise NotAllowed
    person = people.person_of(organisation.id, email)
    erase(organisation.id, {person.id}, {person.id: now()})
    record(organisation_id=organisation.id, actor=actor.id, verb="people.forget", people=1)


def erase(organisation_id: UUID, persons: set[UUID], asked: Mapping[UUID, datetime] | None = None) -> int:
    """Delete people with their attendances, mails and consents, and mend the totals; returns how many.

    ``asked`` says when those who asked for it did: they are remembered for the next restore.
    """
    own = Attendance.objects.filter(organisation_id=organisation_id, person_id__in=persons)
    attendances = locked_attendances(organisation_id, list(own.values_list("id", flat=True)))
    withdraw(attendances.values())
    doubled = Doubled.objects.filter(attendance__in=list(attendances)).values_list("id", flat=True)
    subjects = [*attendances, *doubled]
    mails = outbox.forget(organisation_id, subjects=subjects, emails=people.emails(organisation_id, persons))
    erased = people.erase(organisation_id, persons, asked)
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


def reapply_erasures(path: Path) -> int:
    """Forget again, after a restore, everybody whom the backup brought back; returns how many.

    First settles what the restored journal still holds, since somebody who was forgotten may be in there. Who
    answered again after being forgotten stays. Queries: those of settling, and for each organisation in the
    list 3 and those of each erasure of up to 250 people.
    """
    while settle():
        pass
    by_organisation: dict[UUID, list[Erased]] = defaultdict(list)
    for one in erasures.read(path):
        by_organisation[one.organisation_id].append(one)
    return sum(_forget_again(organisation, listed) for organisation, listed in by_organisation.items())


def _forget_again(organisation_id: UUID, listed: Sequence[Erased]) -> int:
    digests = {one.digest: one.at for one in sorted(listed, key=lambda one: one.at)}
    found = erasures.forgotten_people(organisation_id, digests)
    answered = _last_answers(organisation_id, found)
    again = [person for person, (made, asked) in found.items() if answered.get(person, made) <= asked]
    for persons in batched(again, AT_ONCE):
        with transaction.atomic():
            erase(organisation_id, set(persons))
            record(organisation_id=organisation_id, actor=None, verb="people.forget_again", people=len(persons))
    erasures.remember(listed)
    return len(again)


def _last_answers(organisation_id: UUID, persons: Collection[UUID]) -> dict[UUID, datetime]:
    # By the moment when an answer came in, not when it became a row: that may be just now.
    answers = Attendance.objects.filter(organisation_id=organisation_id, person_id__in=list(persons))
    return dict(answers.values_list("person_id").annotate(Max("created_at")))
