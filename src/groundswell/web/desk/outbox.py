"""``/desk/outbox``: the mails of an organisation, and their text where they are kept instead of being sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from groundswell.groups.access import ORGANISER, organisations_led_by
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.outbox.queries import Kept, keeps_mail, kept_mail, mails_of
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page

if TYPE_CHECKING:
    from groundswell.outbox.models import Effect

AT_ONCE = 50

SUBJECTS = {
    "attendances.confirm": _("Please confirm"),
    "attendances.reminder": _("Still to confirm"),
    "attendances.refused": _("Not possible any more"),
}
"""What a mail is called whose text is not here."""

STATES = {
    "waiting": ("waiting", _("Waiting")),
    "held": ("held", _("Held back")),
    "void": ("void", _("Not needed any more")),
    "failed": ("failed", _("Not delivered")),
}


@desk
@require_safe
def outbox(request: DeskRequest) -> HttpResponse:
    """Mails, fifty at once (7 queries)."""
    found = mails_of(_organisations(request))
    before = cursor(request, "before")
    rows = list((found.filter(id__lt=before) if before else found)[: AT_ONCE + 1])
    context = {
        "mails": [_line(effect) for effect in rows[:AT_ONCE]],
        "keeps": keeps_mail(),
        "older_url": f"?before={rows[AT_ONCE - 1].id}" if len(rows) > AT_ONCE else "",
    }
    return page(request, "outbox", "outbox", context)


@desk
@require_safe
def outbox_mail(request: DeskRequest, mail_id: UUID) -> HttpResponse:
    """One kept mail as text (7 queries). Its HTML part is never shown: it was written for a mail program."""
    effect = mails_of(_organisations(request)).filter(id=mail_id).first()
    kept = kept_mail(effect) if effect else None
    if effect is None or kept is None:
        raise NotFound
    details = {
        "sender": kept.sender,
        "text": kept.text,
        "attachments": [(name, "") for name in kept.attachments],
        "source_url": "",
    }
    return page(request, "outbox_mail", "outbox", {"mail": {**_in_words(effect, kept), **details}})


def _organisations(request: DeskRequest) -> list[UUID]:
    """Those whose root group the actor organises: mails are the whole organisation's, not one branch's."""
    organisations = organisations_led_by(request.actor, ORGANISER)
    if not organisations:
        raise NotAllowed
    return [organisation.id for organisation in organisations]


def _line(effect: Effect) -> dict[str, Any]:
    kept = kept_mail(effect) if effect.state == "done" and keeps_mail() else None
    url = reverse("desk:outbox-mail", args=[effect.id]) if kept else ""
    return {**_in_words(effect, kept), "url": url}


def _in_words(effect: Effect, kept: Kept | None) -> dict[str, Any]:
    state, label = STATES.get(effect.state) or (("kept", _("Kept here")) if kept else ("sent", _("Sent")))
    return {
        "to": kept.to if kept else "",
        "subject": kept.subject if kept else SUBJECTS.get(effect.kind, effect.kind),
        "created_at": effect.created_at,
        "state": state,
        "state_label": label,
        "trouble": effect.note,
    }
