"""The mail to those who organise, that their organisation is asked to put a question; written when it is sent."""

from django.conf import settings
from django.urls import reverse

from groundswell.discussions.queries import waiting_call
from groundswell.outbox.mail import Mail, plain
from groundswell.outbox.models import Effect


def asked(effect: Effect) -> Mail | None:
    """Whose question one is asked to put, and where to answer; None once nobody waits for it (1 query)."""
    caller = waiting_call(effect.subject)
    if caller is None or not effect.address:
        return None
    context = {
        "host": caller.discussion.organisation.name,
        "organisation": caller.organisation.name,
        "question": caller.discussion.question,
        "link": settings.PUBLIC_URL + reverse("desk:discussions"),
    }
    return plain("discussions/mail/asked.txt", effect.address, context)
