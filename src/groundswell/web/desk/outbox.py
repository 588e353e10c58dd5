"""``/desk/outbox``: the mails of an organisation, and their text where they are kept instead of being sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from groundswell.groups.access import ORGANISER, organisations_led_by
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.ledger.operations import record_read
from groundswell.mailings.kept import numbers
from groundswell.mailings.queries import kept_copy, subject_of, with_copies
from groundswell.outbox.delivery import called
from groundswell.outbox.queries import STATES, Kept, keeps_mail, kept_mail, mails_of
from groundswell.web.desk.chosen import choose
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page

if TYPE_CHECKING:
    from groundswell.groups.access import Actor
    from groundswell.mailings.models import Mailing
    from groundswell.outbox.models import Effect

AT_ONCE = 50


@desk
@require_safe
def outbox(request: DeskRequest) -> HttpResponse:
    """Mails, fifty at once, and the mailings of which copies are kept.

    Queries: 7, and 1 for each organisation whose readers are shown, and 1 where mail is kept.
    """
    organisations = _organisations(request.here)
    found = mails_of(organisations)
    before = cursor(request, "before")
    rows = list((found.filter(id__lt=before) if before else found)[: AT_ONCE + 1])
    mails = [_line(effect) for effect in rows[:AT_ONCE]]
    shown = Counter(effect.organisation_id for effect, mail in zip(rows, mails, strict=False) if mail["to"])
    for organisation, people in shown.items():
        _write_down(request, "outbox.see_mails", organisation, people=people, part=str(before or ""))
    context = {
        "mails": mails,
        "keeps": keeps_mail(),
        "mailings": [_kept(*each) for each in with_copies(organisations)] if keeps_mail() and not before else [],
        "older_url": f"?before={rows[AT_ONCE - 1].id}" if len(rows) > AT_ONCE else "",
    }
    return page(request, "outbox", "outbox", context)


@desk
@require_safe
def outbox_mail(request: DeskRequest, mail_id: UUID) -> HttpResponse:
    """One kept mail as text (8 queries). Its HTML part is never shown: it was written for a mail program."""
    effect = mails_of(_organisations(request.actor)).filter(id=mail_id).first()
    kept = kept_mail(effect) if effect else None
    if effect is None or kept is None:
        raise NotFound
    _write_down(request, "outbox.see_mail", effect.organisation_id, people=1, object_id=effect.id)
    choose(request, effect.organisation_id)
    return page(request, "outbox_mail", "outbox", {"mail": {**_in_words(effect, kept), **_inside(kept)}})


@desk
@require_safe
def outbox_copy(request: DeskRequest, mailing_id: UUID, number: int) -> HttpResponse:
    """One kept copy of a mailing as text, and the way to the next one (7 queries)."""
    found = kept_copy(_organisations(request.actor), mailing_id, number)
    if found is None:
        raise NotFound
    mailing, kept = found
    _write_down(request, "outbox.see_mail", mailing.organisation_id, people=1, object_id=mailing.id)
    later = [each for each in numbers(mailing.organisation_id, mailing.id) if each > number]
    mail = {
        "to": kept.to,
        "subject": kept.subject,
        "created_at": kept.written_at,
        "state": "kept",
        "state_label": _("Kept here"),
        "trouble": "",
        "next_url": reverse("desk:outbox-copy", args=[mailing.id, later[0]]) if later else "",
    }
    return page(request, "outbox_mail", "outbox", {"mail": {**mail, **_inside(kept)}})


def _inside(kept: Kept) -> dict[str, Any]:
    return {
        "sender": kept.sender,
        "text": kept.text,
        "attachments": [(name, "") for name in kept.attachments],
        "source_url": "",
    }


def _kept(mailing: Mailing, copies: list[int]) -> dict[str, Any]:
    return {
        "subject": subject_of(mailing),
        "copies": len(copies),
        "of": mailing.copies,
        "at": mailing.starts_at or mailing.created_at,
        "url": reverse("desk:outbox-copy", args=[mailing.id, copies[0]]),
    }


def _write_down(request: DeskRequest, verb: str, organisation: UUID, **what: Any) -> None:
    record_read(organisation_id=organisation, actor=request.actor.id, verb=verb, **what)


def _organisations(actor: Actor) -> list[UUID]:
    """Those whose root group the actor organises: mails are the whole organisation's, not one branch's."""
    organisations = organisations_led_by(actor, ORGANISER)
    if not organisations:
        raise NotAllowed
    return [organisation.id for organisation in organisations]


def _line(effect: Effect) -> dict[str, Any]:
    kept = kept_mail(effect) if effect.state == "done" and keeps_mail() else None
    url = reverse("desk:outbox-mail", args=[effect.id]) if kept else ""
    return {**_in_words(effect, kept), "url": url}


def _in_words(effect: Effect, kept: Kept | None) -> dict[str, Any]:
    state, label = ("kept", _("Kept here")) if kept else STATES[effect.state]
    return {
        "to": kept.to if kept else "",
        "subject": kept.subject if kept else called(effect.kind),
        "created_at": effect.created_at,
        "state": state,
        "state_label": label,
        "trouble": effect.note,
    }
