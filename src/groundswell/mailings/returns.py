"""What comes back: each report counts once, and who cannot or will not be written to is not written to again."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.scope import within
from groundswell.mailings.models import Delivery, Mailing, Return
from groundswell.mailings.reports import Report, read
from groundswell.mailings.traces import copies_named
from groundswell.people.choices import stop_mail
from groundswell.people.models import Channel, Suppression
from groundswell.people.operations import emails
from groundswell.people.reach import suppress

SOFT = 3
"""So many copies that came back for now say that nobody reads there, ..."""

WITHIN = timedelta(days=30)
APART = timedelta(days=7)
"""... if the first and the last lie so far apart: a mailbox may be full, or a server away, for some days."""


class Taken(StrEnum):
    """What came of a message: it counted, had counted before, or is none that counts."""

    COUNTED = "counted"
    KNOWN = "known"
    NOTHING = "nothing"


def take_back(raw: bytes) -> Taken:
    """Take in one message that came back, as it is (1 query, and up to 25 for what has not counted yet).

    Whose copy it was is believed only by its trace, which nobody else can make. An address that takes no mail is
    suppressed at once, one that took none three times within 30 days and more than a week as well; whoever called
    a copy unwanted objects to any more mail.
    """
    said = read(raw)
    if said is None:
        return Taken.NOTHING
    found = next(copies_named(said.named), None)
    if found is None:
        return Taken.NOTHING
    with within(found[0].organisation_id):
        return Taken.COUNTED if _count(*found, said) else Taken.KNOWN


@transaction.atomic
def _count(mailing: Mailing, number: int, said: Report) -> bool:
    """Let a report have its effects, unless it had."""
    # One at a time for a mailing, so that of two that say the same only one counts.
    Mailing.objects.select_for_update().get(id=mailing.id)
    own = {"organisation_id": mailing.organisation_id, "mailing_id": mailing.id, "number": number}
    _row, new = Return.objects.get_or_create(**own, kind=said.kind, defaults={"status": said.status})
    if not new:
        return False
    person = Delivery.objects.filter(**own).values_list("person_id", flat=True).first()
    # Whoever was forgotten in the meantime has nothing that could be shut.
    if person is not None:
        _shut(mailing.organisation_id, person, said.kind)
    return True


def _shut(organisation_id: UUID, person: UUID, kind: str) -> None:
    if kind == Return.Kind.COMPLAINT:
        stop_mail(organisation_id, [Action(uuid7(), "stop", organisation_id, person, b"{}", now())])
    elif kind == Return.Kind.SOFT and not _is_dead(organisation_id, person):
        return
    reason = Suppression.Reason.COMPLAINED if kind == Return.Kind.COMPLAINT else Suppression.Reason.BOUNCED
    suppress(organisation_id, Channel.EMAIL, dict.fromkeys(emails(organisation_id, [person]), reason))


def _is_dead(organisation_id: UUID, person: UUID) -> bool:
    """Whether what came back for now from somebody is enough to give their address up (1 query)."""
    soft = Return.objects.filter(
        organisation_id=organisation_id,
        mailing_id=OuterRef("mailing_id"),
        number=OuterRef("number"),
        kind=Return.Kind.SOFT,
        at__gt=now() - WITHIN,
    )
    # From their copies to what came back of each, by its key: else all that came back from anybody is read.
    theirs = Delivery.objects.filter(organisation_id=organisation_id, person_id=person)
    back = theirs.annotate(back=Subquery(soft.values("at"))).exclude(back=None)
    times = list(back.values_list("back", flat=True))
    return len(times) >= SOFT and max(times) - min(times) >= APART
