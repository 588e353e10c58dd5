"""Mails to those who let a mailing go, about what happens to it by itself while nobody is in front of its page.

That no mail can be sent at all is told by none: it would have to go the same way.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from groundswell.groups.access import SEND, actor_for
from groundswell.groups.models import Account, Group
from groundswell.groups.queries import organisers_of
from groundswell.kit.clock import now
from groundswell.mailings.domains import unwanted
from groundswell.mailings.doubts import in_doubt
from groundswell.mailings.models import Mailing, Result
from groundswell.mailings.operations import reached
from groundswell.mailings.queries import progress, subject_of
from groundswell.outbox import operations as outbox
from groundswell.outbox.mail import Mail, plain
from groundswell.outbox.models import Effect

STOPPED, WARNED, PUT_BACK = "mailings.stopped", "mailings.warned", "mailings.put_back"
IN_DOUBT = "mailings.in_doubt"

ALERTS = {
    STOPPED: _("A mailing has stopped by itself"),
    WARNED: _("A mailing is called unwanted"),
    PUT_BACK: _("A mailing did not begin"),
    IN_DOUBT: _("Copies of a mailing are in doubt"),
}
"""The kinds of mail, and what each is called."""

UNSETTLED = timedelta(hours=1)
"""How long a copy is in doubt before somebody is asked: the mail server's log may say what became of it."""

OVER = timedelta(days=30)
"""How long after its beginning a mailing is looked at for doubts."""


def alert(mailing: Mailing, kind: str) -> None:
    """Write to whoever let it go and whoever agreed, in the caller's transaction (up to 9 queries).

    Where neither is known or may send there any more, to those who organise its group. The caller holds its row
    and has changed it, so that of two workers who notice the same only one gets here.
    """
    group = Group.objects.select_related("organisation").get(id=mailing.group_id)
    known = Account.objects.filter(id__in=[mailing.released_by_id, mailing.agreed_by_id], is_active=True)
    readers = [account.email for account in known if actor_for(account).may(SEND, group.id)]
    with translation.override(group.organisation.offered[0]):
        outbox.write_to(readers or organisers_of(group), kind=kind, subject=mailing.id)


def tell_of_doubts() -> int:
    """Write about each mailing with doubts that nobody settled and nobody heard of; returns how many.

    What is in doubt later is told of once more. Queries: 1, and up to 13 for each.
    """
    until = now() - UNSETTLED
    return sum(
        _tell_of_doubts(mailing_id, until) for mailing_id in _with_doubts(until).values_list("id", flat=True)
    )


@transaction.atomic
def _tell_of_doubts(mailing_id: UUID, until: datetime) -> bool:
    mailing = _with_doubts(until).select_for_update().filter(id=mailing_id).first()
    if mailing is None:
        return False
    mailing.doubts_told = until
    mailing.save(update_fields=["doubts_told"])
    alert(mailing, IN_DOUBT)
    return True


def _with_doubts(until: datetime) -> QuerySet[Mailing]:
    """The mailings of which copies are in doubt since before then, and nobody was told of it; lazy."""
    theirs = {"organisation_id": OuterRef("organisation_id"), "mailing_id": OuterRef("id")}
    doubts = Result.objects.filter(**theirs, state=Result.State.DOUBT, at__lte=until)
    news = Q(doubts_told=None) & Exists(doubts) | Exists(doubts.filter(at__gt=OuterRef("doubts_told")))
    return Mailing.objects.filter(news, frozen_at__gt=now() - OVER)


def write_alert(effect: Effect) -> Mail | None:
    """The mail; None where the mailing is gone, or somebody has decided about it by now (up to 4 queries)."""
    mailing = Mailing.objects.select_related("group", "event__organisation").filter(id=effect.subject).first()
    if mailing is None or not effect.address or not _stands(mailing, effect.kind):
        return None
    figures = _FIGURES[effect.kind](mailing)
    context = {
        "what": effect.kind,
        "subject": subject_of(mailing),
        "state": mailing.state,
        "link": settings.PUBLIC_URL + reverse("desk:mailing", args=[mailing.id]),
        **{name: number_format(many, force_grouping=True) for name, many in figures.items()},
    }
    return plain("mailings/mail/alert.txt", effect.address, context)


def _stands(mailing: Mailing, kind: str) -> bool:
    """Whether it still is as it was when somebody had to know."""
    if kind == WARNED:
        return mailing.warned and not mailing.note
    if kind == IN_DOUBT:
        return in_doubt(mailing).exists()
    return mailing.note == (Mailing.Note.UNWANTED if kind == STOPPED else Mailing.Note.GREW)


def _in_doubt(mailing: Mailing) -> dict[str, int]:
    return {"doubts": in_doubt(mailing).count()}


def _would_reach(mailing: Mailing) -> dict[str, int]:
    return {"people": reached(mailing)}


def _has_reached(mailing: Mailing) -> dict[str, int]:
    far, (complaints, taken) = progress(mailing), unwanted(mailing)
    return {"complaints": complaints, "sent": taken, "waiting": far["waiting"] + far["later"]}


_FIGURES = {STOPPED: _has_reached, WARNED: _has_reached, PUT_BACK: _would_reach, IN_DOUBT: _in_doubt}
