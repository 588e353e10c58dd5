"""The mails to those who organise, about holding an event together; written at the moment they are sent."""

from django.conf import settings
from django.urls import reverse

from groundswell.events.cohosting import MAILS
from groundswell.events.models import CoHost
from groundswell.events.words import when
from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail, plain
from groundswell.outbox.models import Effect


def cohosting(effect: Effect) -> Mail | None:
    """How things stand between a host and whom it asked to hold an event; None once they stand otherwise."""
    cohost = CoHost.objects.select_related("organisation", "event__organisation").filter(id=effect.subject).first()
    if cohost is None or not effect.address or MAILS[cohost.standing] != effect.kind:
        return None
    if cohost.standing == CoHost.Standing.INVITED and cohost.expires_at <= now():
        return None
    event = cohost.event
    date = when(event)
    context = {
        "title": event.title,
        "when": f"{date.date_long}, {date.time}",
        "host": event.organisation.name,
        "organisation": cohost.organisation.name,
        "standing": str(cohost.standing),
        "link": settings.PUBLIC_URL + _path(cohost, effect.kind),
    }
    return plain("events/mail/cohosting.txt", effect.address, context)


def _path(cohost: CoHost, kind: str) -> str:
    if kind == MAILS[CoHost.Standing.INVITED]:
        return reverse("desk:cohosting", args=[cohost.id])
    if kind == MAILS[CoHost.Standing.REMOVED]:
        return reverse("desk:ours", args=[cohost.event_id])
    return reverse("desk:event-together", args=[cohost.event_id])
