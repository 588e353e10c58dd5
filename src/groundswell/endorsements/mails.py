"""The mail that asks a body's contact, written at the moment it is sent."""

from django.conf import settings
from django.urls import reverse

from groundswell.endorsements.operations import token_of
from groundswell.endorsements.queries import endorsement_of, subject_of
from groundswell.endorsements.upkeep import CONTACT_STAYS
from groundswell.outbox.mail import Mail, plain
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
    return plain("endorsements/mail/confirm.txt", found.contact_email, context)
