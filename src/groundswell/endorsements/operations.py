"""Saying that a body stands with something, confirming it, showing it, and withdrawing it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from groundswell.endorsements.access import endorsement_for
from groundswell.endorsements.contacts import require_not_own, require_of_body
from groundswell.endorsements.details import Details, checked
from groundswell.endorsements.errors import Closed, ConfirmedAlready, ShownAlready, StandsAlready
from groundswell.endorsements.models import Endorsement
from groundswell.endorsements.queries import endorsement_of, exactly, subject_of
from groundswell.endorsements.subjects import Subject
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import IncompleteLink, NotFound
from groundswell.groups.models import Group
from groundswell.intake.touches import touch
from groundswell.kit import crypto
from groundswell.kit.clock import now
from groundswell.kit.scope import within
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.outbox.transports import delete_kept

CONFIRM_MAIL = "endorsements.confirm"


@transaction.atomic
def enter(actor: Actor, *, subject: Subject, details: Details) -> Endorsement:
    """Write down that a body stands with something, and ask its contact by mail whether it is so (4 queries).

    :raises NotFound: if what it stands with is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser there.
    :raises Closed: if nobody can come to stand with it any more.
    :raises InvalidFields: with a sentence for each field that is wrong, and for a contact who belongs to those
        whom it stands with.
    """
    actor.require(ORGANISER, subject.group.id)
    values = checked(details, by_mail=True)
    require_of_body(subject.group.organisation, values.contact_email)
    made = _made(subject, values, accepted_at=now(), language=values.language or get_language() or "")
    outbox.enqueue([mail_to_contact(made, now())])
    _record(actor, made, "endorsements.enter")
    return made


@transaction.atomic
def stand(actor: Actor, *, group: Group, subject: Subject, details: Details) -> Endorsement:
    """Say for a group that works here that it stands with something, of anybody's (5 queries).

    It is shown at once where the actor organises both, else once an organiser of the other side lets it.

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group.
    :raises Closed, StandsAlready: if nobody can come to stand with it any more, or the group does.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(ORGANISER, group.id)
    # The group's row is the lock: of two who say the same at once, the second finds what the first wrote.
    Group.objects.select_for_update().get(pk=group.pk)
    if Endorsement.objects.filter(by=group, **exactly(subject)).exists():
        raise StandsAlready
    said = Details(
        body=group.name,
        kind=details.kind,
        decided=details.decided,
        decided_on=details.decided_on,
        text=details.text,
    )
    accepted_at = now() if actor.may(ORGANISER, subject.group.id) else None
    made = _made(subject, checked(said, by_mail=False), by=group, confirmed_at=now(), accepted_at=accepted_at)
    _record(actor, made, "endorsements.stand", organisation_id=group.organisation_id)
    _renew(made)
    return made


def _made(subject: Subject, values: Details, **more: object) -> Endorsement:
    if not subject.is_open:
        raise Closed
    own = {name: getattr(values, name) for name in ("body", "kind", "decided", "decided_on", "text")}
    row = {**subject.links, **own, "contact_email": values.contact_email, **more}
    made = Endorsement.objects.create(**row)
    return endorsement_of(made.id) or made


@transaction.atomic
def accept(actor: Actor, *, endorsement: Endorsement) -> Endorsement:
    """Let an endorsement that was confirmed onto the page (4 queries).

    :raises NotFound: if what it stands with is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser there.
    :raises ShownAlready: if it was let already.
    """
    actor.require(ORGANISER, endorsement.group_id)
    waiting = Endorsement.objects.filter(id=endorsement.id, accepted_at=None)
    if waiting.update(accepted_at=now()) != 1:
        raise ShownAlready
    _record(actor, endorsement, "endorsements.accept")
    _renew(endorsement)
    return endorsement


@transaction.atomic
def remove(actor: Actor, *, endorsement: Endorsement) -> None:
    """Take an endorsement back for the body, or off the page for those it stands with; no row stays (5 queries).

    :raises NotFound: if it is none of the actor's, or gone by now.
    :raises NotAllowed: unless the actor is an organiser of either.
    """
    found = endorsement_for(actor, endorsement.id)
    _record(actor, found, "endorsements.remove")
    _delete(found)


@transaction.atomic
def confirm(*, token: str) -> Endorsement:
    """Say for a body, by the link in its mail, that it is so: once (5 queries).

    :raises IncompleteLink: if the link was not made here.
    :raises NotFound: if it was withdrawn, or never confirmed in time.
    :raises ConfirmedAlready: if the button was pressed before.
    :raises OwnMailbox: if the mail went to those whom the body stands with: the public form asks no database.
    """
    found = by_link(token)
    require_not_own(found.organisation, found.contact_email)
    # The guarded update decides between two who press at the same moment.
    unconfirmed = Endorsement.objects.filter(id=found.id, confirmed_at=None)
    if unconfirmed.update(confirmed_at=now()) != 1:
        raise ConfirmedAlready
    _record(None, found, "endorsements.confirm")
    _renew(found)
    return found


@transaction.atomic
def withdraw(*, token: str) -> None:
    """Take it back for a body, by the link in its mail; no row stays (5 queries).

    :raises IncompleteLink: if the link was not made here.
    :raises NotFound: if it is gone by now.
    """
    found = by_link(token)
    _record(None, found, "endorsements.withdraw")
    _delete(found)


def by_link(token: str) -> Endorsement:
    """The endorsement behind a mail's link (1 query).

    :raises IncompleteLink: if the link was not made here.
    :raises NotFound: if it was withdrawn, or never confirmed in time.
    """
    try:
        [endorsement_id] = crypto.verify(settings.SECRETS.links, "endorsement", token)
    except ValueError:
        raise IncompleteLink from None
    found = endorsement_of(endorsement_id)
    if found is None:
        raise NotFound
    return found


def token_of(endorsement_id: UUID) -> str:
    """What stands in the link of the mail; it is stored nowhere."""
    return crypto.sign(settings.SECRETS.links, "endorsement", endorsement_id)


def mail_to_contact(made: Endorsement, due_at: datetime) -> outbox.Draft:
    """The mail that asks a contact; of no organisation, so that no outbox at the desk shows its link."""
    return outbox.Draft(
        kind=CONFIRM_MAIL,
        organisation_id=outbox.INSTALLATION,
        subject=made.id,
        email=made.contact_email,
        language=made.language,
        due_at=due_at,
    )


def _delete(found: Endorsement) -> None:
    forget_mails([found.id])
    _renew(found)
    found.delete()


def forget_mails(ids: Sequence[UUID]) -> None:
    """Delete the mails about these endorsements, with their kept copies (2 queries)."""
    # Whoever opens a link acts for no organisation; these mails are of none.
    with within(outbox.INSTALLATION):
        mails = outbox.forget(outbox.INSTALLATION, subjects=ids)
    for mail in mails:
        delete_kept(outbox.INSTALLATION, mail)


def _renew(found: Endorsement) -> None:
    touch(subject_of(found).tag)


def _record(actor: Actor | None, found: Endorsement, verb: str, organisation_id: UUID | None = None) -> None:
    record(
        organisation_id=organisation_id or found.organisation_id,
        actor=actor.id if actor else None,
        verb=verb,
        object_id=subject_of(found).about.id,
        endorsement=str(found.id),
    )
