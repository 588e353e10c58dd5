"""The mails about a complaint, written at the moment they are sent: who was forgotten gets none."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from groundswell.outbox.delivery import Share
from groundswell.outbox.mail import Mail, plain
from groundswell.outbox.models import Effect
from groundswell.people.models import Complaint

SHARE = Share(3, timedelta(hours=24))
"""How many of each kind a mailbox gets in a day, since anybody may type its address."""


def received(effect: Effect) -> Mail | None:
    """That the complaint is here, and what happens next; None where it is gone or answered."""
    found = _of(effect)
    return None if found is None or found.answered_at else _written("complaint_received", found)


def answered(effect: Effect) -> Mail | None:
    """What came of it; None where it is gone."""
    found = _of(effect)
    return None if found is None else _written("complaint_answered", found)


def _of(effect: Effect) -> Complaint | None:
    return Complaint.objects.select_related("organisation").filter(id=effect.subject).exclude(email="").first()


def _written(template: str, found: Complaint) -> Mail:
    ours = found.organisation
    context = {
        "note": ours.demonstration_note,
        "organisation": ours.name,
        "name": found.name,
        "day": date_format(localtime(found.received_at), "DATE_FORMAT"),
        "said": found.text,
        "answer": found.answer,
        "contact": ours.contact_email,
        "office": "https://ico.org.uk/make-a-complaint/",
        "privacy": settings.PUBLIC_URL + reverse("privacy", args=[ours.slug]),
    }
    mail = plain(f"people/mail/{template}.txt", found.email, context)
    return replace(mail, sender_name=ours.name, reply_to=ours.contact_email)
