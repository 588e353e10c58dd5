"""A test: what a mailing says, sent to whoever writes it, as a mail to one of those who work here."""

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.groups.access import SEND, Actor
from groundswell.groups.errors import NotAllowed
from groundswell.groups.models import Account
from groundswell.kit.clock import now
from groundswell.mailings.letters import preview
from groundswell.mailings.models import Mailing
from groundswell.mailings.subjects import many
from groundswell.mailings.words import FURTHER
from groundswell.outbox import operations as outbox
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect

TRIAL_MAIL = "mailings.trial"
TRIAL_MAILS = (TRIAL_MAIL, *(f"{TRIAL_MAIL}_{which}" for which in range(2, 2 + len(FURTHER))))
"""One for each subject."""


@transaction.atomic
def send_trial(actor: Actor, *, mailing: Mailing, language: str) -> None:
    """Send a mailing as it is now to the actor's own address, in a language, once with each subject (3 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they may send in its group, and have an account.
    """
    actor.require(SEND, mailing.group_id)
    if actor.id is None:
        raise NotAllowed
    account = Account.objects.get(id=actor.id)
    outbox.enqueue(
        outbox.Draft(
            kind=kind,
            organisation_id=mailing.organisation_id,
            subject=mailing.id,
            about=account.id,
            email=account.email,
            language=language,
            due_at=now(),
        )
        for kind in TRIAL_MAILS[: many(mailing)]
    )


def write_trial(effect: Effect) -> Mail | None:
    """The mail; None where the mailing, that subject of it or the account is gone."""
    mailing = (
        Mailing.objects.select_related("organisation", "event__organisation").filter(id=effect.subject).first()
    )
    account = Account.objects.filter(id__in=[effect.about], is_active=True).first()
    which = TRIAL_MAILS.index(effect.kind)
    if mailing is None or account is None or which >= many(mailing):
        return None
    said = preview(mailing, effect.language, account.email.partition("@")[0], which)
    return Mail(
        to=account.email,
        subject=_("Test: %(subject)s") % {"subject": said["subject"]},
        text=said["text"],
        html=said["html"],
        sender_name=mailing.organisation.name,
        reply_to=mailing.organisation.contact_email,
    )
