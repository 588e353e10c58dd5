"""The mail to those who organise, that their organisation is asked to call to a bloc; written when it is sent."""

from django.conf import settings
from django.urls import reverse

from groundswell.blocs.queries import waiting_call
from groundswell.events.words import when
from groundswell.outbox.mail import Mail, plain
from groundswell.outbox.models import Effect


def asked(effect: Effect) -> Mail | None:
    """Whose bloc one is asked to call to, and where to answer; None once nobody waits for it (1 query)."""
    caller = waiting_call(effect.subject)
    if caller is None or not effect.address:
        return None
    bloc = caller.bloc
    date = when(bloc.event)
    context = {
        "host": bloc.organisation.name,
        "organisation": caller.organisation.name,
        "name": bloc.name,
        "title": bloc.event.title,
        "when": f"{date.date_long}, {date.time}",
        "link": settings.PUBLIC_URL + reverse("desk:blocs"),
    }
    return plain("blocs/mail/asked.txt", effect.address, context)
