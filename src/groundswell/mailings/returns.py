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
from groundswell.ledger.operations import record
from groundswell.mailings.alerts import STOPPED, WARNED, alert
from groundswell.mailings.domains import OTHERS, add, domain_of
from groundswell.mailings.models import Delivery, Mailing, Return
from groundswell.mailings.queries import STOP, WARN, is_unwanted
from groundswell.mailings.reports import Report, read
from groundswell.mailings.traces import copies_named
from groundswell.people.choices import stop_mail
from groundswell.people.models import Channel, Suppression
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
    """Take in one message that came back, as it is (1 query, and up to 33 for what has not counted yet).

    Whose copy it was is believed only by its trace, which nobody else can make. An address that takes no mail is
    suppressed at once, one that took none three times within 30 days and more than a week as well; whoever called
    a copy unwanted objects to any more mail.
    """
    said = read(raw)
    return Taken.NOTHING if said is None else take_in(said)


def take_in(said: Report) -> Taken:
    """Let what was said of a copy count, by mail or by a provider (1 query, and up to 33 if it has not yet)."""
    found = next(copies_named(said.named), None)
    if found is None:
        return Taken.NOTHING
    with within(found[0].organisation_id):
        return Taken.COUNTED if _count(*found, said) else Taken.KNOWN


@transaction.atomic
def _count(mailing: Mailing, number: int, said: Report) -> bool:
    """Let a report have its effects, unless it had."""
    # One at a time for a mailing, so that of two that say the same only one counts.
    locked = Mailing.objects.select_for_update().get(id=mailing.id)
    own = {"organisation_id": mailing.organisation_id, "mailing_id": mailing.id, "number": number}
    _row, new = Return.objects.get_or_create(**own, kind=said.kind, defaults={"status": said.status})
    if not new:
        return False
    copy = Delivery.objects.filter(**own).values_list("person_id", "person__email").first()
    # Whoever was forgotten in the meantime counts, and has nothing that could be shut.
    add(mailing, {(domain_of(copy[1]) if copy else OTHERS, said.kind): 1})
    if copy is not None:
        _shut(mailing.organisation_id, *copy, said.kind)
    if said.kind == Return.Kind.COMPLAINT:
        _stop_or_warn(locked)
    return True


def _stop_or_warn(mailing: Mailing) -> None:
    """Pause a mailing that too many call unwanted, until somebody lets it go on; warn once of fewer than these.

    Those who let it go hear of both (up to 12 queries).
    """
    if mailing.state == Mailing.State.SENDING and is_unwanted(mailing, STOP):
        mailing.state, mailing.note = Mailing.State.PAUSED, Mailing.Note.UNWANTED
        mailing.save(update_fields=["state", "note"])
        own = {"organisation_id": mailing.organisation_id, "object_id": mailing.id}
        record(**own, actor=None, verb="mailings.stop_itself")
        alert(mailing, STOPPED)
    elif not mailing.note and not mailing.warned and is_unwanted(mailing, WARN):
        mailing.warned = True
        mailing.save(update_fields=["warned"])
        alert(mailing, WARNED)


def _shut(organisation_id: UUID, person: UUID, email: str, kind: str) -> None:
    if kind == Return.Kind.COMPLAINT:
        stop_mail(organisation_id, [Action(uuid7(), "stop", organisation_id, person, b"{}", now())])
    elif kind == Return.Kind.SOFT and not _is_dead(organisation_id, person):
        return
    reason = Suppression.Reason.COMPLAINED if kind == Return.Kind.COMPLAINT else Suppression.Reason.BOUNCED
    suppress(organisation_id, Channel.EMAIL, {email: reason})


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
