"""The mails about an answer, written at the moment they are sent: who was forgotten gets none."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import translation

from groundswell.attendances.links import link
from groundswell.attendances.models import Attendance, Notice
from groundswell.events.calendar import calendar
from groundswell.events.models import Event, Status
from groundswell.events.words import place, when
from groundswell.outbox.delivery import Share
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect


def confirm(effect: Effect) -> Mail | None:
    """Ask the mailbox whether the answer is its owner's, with the event for their calendar."""
    return _ask(effect, "confirm")


def reminder(effect: Effect) -> Mail | None:
    """Ask once more, the day after; then nothing more comes."""
    return _ask(effect, "reminder")


def _ask(effect: Effect, template: str) -> Mail | None:
    attendance = _of(effect)
    if attendance is None or not attendance.pending or attendance.event.status != Status.PUBLISHED:
        return None
    answer, event = attendance.answer(), attendance.event
    with _speaking(event, answer.language or attendance.person.language):
        links = {
            "confirm": link("confirm", attendance.organisation_id, attendance.id),
            "cancel": link("cancel", attendance.organisation_id, attendance.id),
            "forget": link("forget", attendance.organisation_id, attendance.person_id),
        }
        context = {"answer": answer, **_common(event), **links}
        return _mail(event, answer.email, template, context, calendar(event))


def refused(effect: Effect) -> Mail | None:
    """Say that an answer came too late, to somebody of whom nothing is kept."""
    event = Event.objects.select_related("organisation").filter(id=effect.subject).first()
    if event is None or event.status == Status.DRAFT or not effect.address:
        return None
    with _speaking(event, effect.language):
        return _mail(event, effect.address, "refused", _common(event), b"")


ABOUT_A_PLACE = Share(10, timedelta(hours=24))
NOTICES = Share(20, timedelta(hours=24))
"""How many of each kind a mailbox gets in a day; both go only to mailboxes that said yes."""


def placed(effect: Effect) -> Mail | None:
    """Say whether there is a place, and where it is online; nothing to who is not coming any more."""
    attendance = _of(effect)
    if attendance is None or attendance.status != Attendance.Status.ACCEPTED or attendance.confirmed_at is None:
        return None
    event = attendance.event
    if event.status != Status.PUBLISHED:
        return None
    with _speaking(event, attendance.person.language):
        context = {
            **_common(event),
            **_own_links(attendance),
            "answer": attendance.answer(),
            "waiting": attendance.waiting_since is not None,
            "moved_up": effect.kind == "attendances.moved_up",
            "online_url": event.online_url if attendance.has_place else "",
        }
        return _mail(event, attendance.person.email, "placed", context, calendar(event))


def notice(effect: Effect) -> Mail | None:
    """The organisers' words; nothing to who is not coming any more."""
    attendance = _of(effect)
    written = Notice.objects.filter(id=effect.about or effect.id, withdrawn_at=None).first()
    if attendance is None or written is None or attendance.status == Attendance.Status.DECLINED:
        return None
    event = attendance.event
    with _speaking(event, attendance.person.language):
        context = {
            **_common(event),
            **_own_links(attendance),
            "answer": attendance.answer(),
            "subject": written.subject,
            "words": written.text,
            "kind": written.kind,
            "online_url": event.online_url if attendance.has_place and event.status == Status.PUBLISHED else "",
        }
        attached = calendar(event) if written.kind in {Notice.Kind.CANCELLED, Notice.Kind.MOVED} else b""
        return _mail(event, attendance.person.email, "notice", context, attached)


@contextmanager
def _speaking(event: Event, language: str) -> Iterator[None]:
    """Write in this language, or else the organisation's own; where it has several, links lead to pages in it."""
    offered, before = event.organisation.offered, get_script_prefix()
    spoken = language if language in offered else offered[0]
    if len(offered) > 1:
        set_script_prefix(f"/{spoken}/")
    try:
        with translation.override(spoken):
            yield
    finally:
        set_script_prefix(before)


def _of(effect: Effect) -> Attendance | None:
    related = ("person", "event__organisation")
    return Attendance.objects.select_related(*related).filter(id=effect.subject).first()


def _own_links(attendance: Attendance) -> dict[str, str]:
    return {
        "change": link("change", attendance.organisation_id, attendance.id),
        "cancel": link("cancel", attendance.organisation_id, attendance.id),
        "forget": link("forget", attendance.organisation_id, attendance.person_id),
    }


def _common(event: Event) -> dict[str, object]:
    return {
        "event": event,
        "organisation": event.organisation,
        "when": when(event),
        "place": place(event),
        "url": settings.PUBLIC_URL + reverse("event", args=[event.slug]),
        "privacy": settings.PUBLIC_URL + reverse("privacy", args=[event.organisation.slug]),
    }


def _mail(event: Event, to: str, template: str, context: dict[str, object], attached: bytes) -> Mail:
    lines = render_to_string(f"attendances/mail/{template}.txt", context).strip().split("\n", 1)
    return Mail(
        to=to,
        subject=lines[0].removeprefix("Subject: "),
        text=lines[1].strip() + "\n",
        html=render_to_string(f"attendances/mail/{template}.html", context),
        calendar=attached,
        sender_name=event.organisation.name,
        reply_to=event.organisation.contact_email,
    )
