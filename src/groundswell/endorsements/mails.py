"""The mail that asks a body's contact, written at the moment it is sent."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from groundswell.endorsements.operations import token_of
from groundswell.endorsements.queries import endorsement_of, subject_of
from groundswell.endorsements.upkeep import CONTACT_STAYS
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect


def confirm(effect: Effect) -> Mail | None:
    """Whether it is so, with the link that says yes and later takes it back; None where it is gone."""
    found = endorsement_of(effect.subject)
    if found is None or not found.contact_email or found.confirmed_at:
        return None
    context = {
        "note": found.organisation.demonstration_note,
        "body": found.body,
        "name": subject_of(found).name,
        "organisation": found.organisation.name,
        "decided": found.get_decided_display(),
        "said": found.text,
        "days": CONTACT_STAYS.days,
        "link": settings.PUBLIC_URL + reverse("stand-link", args=[token_of(found.id)]),
    }
    text = render_to_string("endorsements/mail/confirm.txt", context)
    subject, _, body = text.strip().partition("\n")
    return Mail(
        to=found.contact_email, subject=subject.removeprefix("Subject: ").strip(), text=body.strip() + "\n"
    )
