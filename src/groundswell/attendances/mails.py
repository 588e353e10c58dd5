"""The mails about an answer, written at the moment they are sent: who was forgotten gets none."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import translation

from groundswell.attendances.links import link
from groundswell.attendances.models import Attendance, Notice
from groundswell.blocs.models import Bloc, PickUp
from groundswell.blocs.queries import calls_to, is_off, standing_bloc
from groundswell.blocs.words import gathers
from groundswell.events.calendar import calendar
from groundswell.events.cohosts import holds
from groundswell.events.models import Event, Status
from groundswell.events.words import clock, place, when
from groundswell.groups.models import Organisation
from groundswell.kit.text import shortened
from groundswell.outbox.delivery import Share
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect
from groundswell.people.links import MUTE, PREFERENCES, address, token
from groundswell.people.models import Channel
from groundswell.people.reach import suppressed


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
    answer, event, ours = attendance.answer(), attendance.event, attendance.organisation
    with _speaking(ours, answer.language or attendance.person.language):
        links = {
            "confirm": link("confirm", attendance.organisation_id, attendance.id),
            "cancel": link("cancel", attendance.organisation_id, attendance.id),
            "forget": link("forget", attendance.organisation_id, attendance.person_id),
        }
        context = {"answer": answer, **_common(event, ours, answer.bloc), **links}
        return _mail(ours, answer.email, template, context, calendar(event, str(context["url"])))


def refused(effect: Effect) -> Mail | None:
    """Say that an answer came too late, to somebody of whom nothing is kept."""
    event = Event.objects.filter(id=effect.subject).first()
    ours = Organisation.objects.filter(id=effect.organisation_id).first()
    if event is None or ours is None or event.status == Status.DRAFT or not effect.address:
        return None
    with _speaking(ours, effect.language):
        off = effect.about is not None and event.status != Status.CANCELLED and is_off(effect.about)
        return _mail(ours, effect.address, "refused", {**_common(event, ours, effect.about), "off": off}, b"")


ABOUT_A_PLACE = Share(10, timedelta(hours=24))
NOTICES = Share(20, timedelta(hours=24))
"""How many of each kind a mailbox gets in a day; both go only to mailboxes that said yes."""


def placed(effect: Effect) -> Mail | None:
    """Say whether there is a place, and where it is online; nothing to who is not coming any more."""
    attendance = _of(effect)
    if attendance is None or attendance.status != Attendance.Status.ACCEPTED or attendance.confirmed_at is None:
        return None
    event, ours = attendance.event, attendance.organisation
    if event.status != Status.PUBLISHED:
        return None
    with _speaking(ours, attendance.person.language):
        context = {
            **_common(event, ours, attendance.bloc_id),
            **_own_links(attendance),
            "answer": attendance.answer(),
            "waiting": attendance.waiting_since is not None,
            "coach": _coach(attendance, effect.about),
            "moved_up": effect.kind == "attendances.moved_up",
            "online_url": event.online_url if attendance.has_place else "",
        }
        return _mail(ours, attendance.person.email, "placed", context, calendar(event, str(context["url"])))


def _coach(attendance: Attendance, wanted: UUID | None) -> dict[str, object] | None:
    """The coach that was asked for, and how many seats there are on it for who asked (none, or 1 query)."""
    found = PickUp.objects.filter(id=wanted).first() if wanted else None
    if found is None:
        return None
    return {
        "where": found.where,
        "leaves": clock(found.leaves) if found.leaves else "",
        "seats": attendance.seats if attendance.pick_up_id == found.id else 0,
        "people": 1 + attendance.guests,
    }


def notice(effect: Effect) -> Mail | None:
    """The organisers' words, from the organisation whose people they are; nothing to who is not coming any more.

    A note and a thank you are the host's own, to others only where they allowed it to write: it speaks itself.
    """
    attendance = _of(effect)
    written = (
        Notice.objects.select_related("organisation")
        .filter(id=effect.about or effect.id, withdrawn_at=None)
        .first()
    )
    if attendance is None or written is None or attendance.status == Attendance.Status.DECLINED:
        return None
    if written.bloc_id not in {None, attendance.bloc_id}:
        return None
    event = attendance.event
    if written.kind == Notice.Kind.REMINDER and not (event.status == Status.PUBLISHED and attendance.has_place):
        return None
    if not written.makes_sense(event):
        return None
    can_be_done_without = written.kind not in Notice.MUST_BE_TOLD
    if can_be_done_without and _is_suppressed(attendance):
        return None
    ours = written.organisation if written.kind in Notice.HOSTS_OWN else attendance.organisation
    with _speaking(ours, attendance.person.language):
        subject, text = written.said_in(translation.get_language() or "")
        context = {
            **_common(event, ours, attendance.bloc_id),
            **_own_links(attendance),
            "answer": attendance.answer(),
            "subject": subject,
            "words": text,
            # Who walks in no bloc may still come: the links to change and cancel stay.
            "kind": "bloc" if written.bloc_id else written.kind,
            "online_url": event.online_url if attendance.has_place and event.status == Status.PUBLISHED else "",
            **(_unasked_for(attendance) if can_be_done_without else {}),
        }
        dated = not written.bloc_id and written.kind in {Notice.Kind.CANCELLED, Notice.Kind.MOVED}
        attached = calendar(event, str(context["url"])) if dated else b""
        mail = _mail(ours, attendance.person.email, "notice", context, attached)
        return replace(mail, headers=_to_many(written, ours, context)) if can_be_done_without else mail


def _unasked_for(attendance: Attendance) -> dict[str, str]:
    """Where somebody says that they want no more of it, and what they allow."""
    organisation, person = attendance.organisation_id, attendance.person_id
    return {
        "mute_url": address(MUTE) + token(MUTE, organisation, person),
        "preferences_url": address(PREFERENCES) + token(PREFERENCES, organisation, person),
    }


def _to_many(written: Notice, ours: Organisation, context: Mapping[str, object]) -> dict[str, str]:
    """By what a mailbox knows mail to many, and ends it with one click (RFC 2919, 2369 and 8058)."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return {
        "List-Id": f"<events.{ours.slug}.{host}>",
        "List-Unsubscribe": f"<{context['mute_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": f"{written.id.hex[-12:]}:{written.kind}:{shortened(ours.slug, 30)}:groundswell",
    }


def _is_suppressed(attendance: Attendance) -> bool:
    email = attendance.person.email
    return bool(suppressed(attendance.organisation_id, Channel.EMAIL, [email]))


@contextmanager
def _speaking(ours: Organisation, language: str) -> Iterator[None]:
    """Write in this language, or else the organisation's own; where it has several, links lead to pages in it."""
    before = get_script_prefix()
    spoken = language if language in ours.offered else ours.offered[0]
    if len(ours.offered) > 1:
        set_script_prefix(f"/{spoken}/")
    try:
        with translation.override(spoken):
            yield
    finally:
        set_script_prefix(before)


def _of(effect: Effect) -> Attendance | None:
    related = ("person", "organisation", "event__organisation")
    return Attendance.objects.select_related(*related).filter(id=effect.subject).first()


def _own_links(attendance: Attendance) -> dict[str, str]:
    return {
        "change": link("change", attendance.organisation_id, attendance.id),
        "cancel": link("cancel", attendance.organisation_id, attendance.id),
        "forget": link("forget", attendance.organisation_id, attendance.person_id),
    }


def _common(event: Event, ours: Organisation, bloc_id: UUID | None) -> dict[str, object]:
    bloc = standing_bloc(bloc_id) if bloc_id else None
    return {
        "event": event,
        "bloc": {"name": bloc.name, "gathers": gathers(bloc), "landmark": bloc.landmark} if bloc else None,
        "organisation": ours,
        "when": when(event),
        "place": place(event),
        "url": settings.PUBLIC_URL + _page(event, ours, bloc),
        "privacy": settings.PUBLIC_URL + reverse("privacy", args=[ours.slug]),
    }


def _page(event: Event, ours: Organisation, bloc: Bloc | None) -> str:
    """The organisation's own page of the bloc or the event; once it has none any more, the host's of the event."""
    if bloc and ours.id == bloc.organisation_id:
        return reverse("bloc", args=[bloc.slug])
    if bloc and calls_to(ours.id, bloc.id):
        return reverse("bloc-called", args=[bloc.slug, ours.slug])
    if ours.id != event.organisation_id and holds(event.id, ours.id):
        return reverse("cohosted", args=[event.slug, ours.slug])
    return reverse("event", args=[event.slug])


def _mail(ours: Organisation, to: str, template: str, context: dict[str, object], attached: bytes) -> Mail:
    lines = render_to_string(f"attendances/mail/{template}.txt", context).strip().split("\n", 1)
    return Mail(
        to=to,
        subject=lines[0].removeprefix("Subject: "),
        text=lines[1].strip() + "\n",
        html=render_to_string(f"attendances/mail/{template}.html", context),
        calendar=attached,
        sender_name=ours.name,
        reply_to=ours.contact_email,
    )
