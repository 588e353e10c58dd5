"""The mails about an answer, written at the moment they are sent: who was forgotten gets none."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from groundswell.attendances.calendar import calendar
from groundswell.attendances.links import link
from groundswell.attendances.models import Attendance
from groundswell.events.models import Event, Status
from groundswell.events.words import place, when
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect


def confirm(effect: Effect) -> Mail | None:
    """Ask the mailbox whether the answer is its owner's, with the event for their calendar."""
    return _ask(effect, "confirm")


def reminder(effect: Effect) -> Mail | None:
    """Ask once more, the day after; then nothing more comes."""
    return _ask(effect, "reminder")


def _ask(effect: Effect, template: str) -> Mail | None:
    related = ("person", "event__organisation")
    attendance = Attendance.objects.select_related(*related).filter(id=effect.subject).first()
    if attendance is None or not attendance.pending or attendance.event.status != Status.PUBLISHED:
        return None
    answer, event = attendance.answer(), attendance.event
    links = {
        "confirm": link("confirm", attendance.organisation_id, attendance.id),
        "cancel": link("cancel", attendance.organisation_id, attendance.id),
        "forget": link("forget", attendance.organisation_id, attendance.person_id),
    }
    with translation.override(attendance.person.language):
        context = {"answer": answer, **_common(event), **links}
        return _mail(event, answer.email, template, context, calendar(event))


def refused(effect: Effect) -> Mail | None:
    """Say that an answer came too late, to somebody of whom nothing is kept."""
    event = Event.objects.select_related("organisation").filter(id=effect.subject).first()
    if event is None or event.status == Status.DRAFT or not effect.address:
        return None
    return _mail(event, effect.address, "refused", _common(event), b"")


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
