"""The mails to those who organise, about who calls to a bloc; written at the moment they are sent."""

from django.conf import settings
from django.urls import reverse

from groundswell.blocs.callers import ACCEPTED_MAIL, DECLINED_MAIL, LEFT_MAIL, REMOVED_MAIL
from groundswell.blocs.models import Caller
from groundswell.blocs.queries import any_call, waiting_call
from groundswell.events.words import when
from groundswell.outbox.mail import Mail, plain
from groundswell.outbox.models import Effect

ANSWERS = {
    ACCEPTED_MAIL: Caller.Status.ACCEPTED,
    DECLINED_MAIL: Caller.Status.WITHDRAWN,
    LEFT_MAIL: Caller.Status.WITHDRAWN,
    REMOVED_MAIL: Caller.Status.REMOVED,
}
"""The mails about an answer, or an end, and as what the organisation stands while there is a reason for them."""


def asked(effect: Effect) -> Mail | None:
    """Whose bloc one is asked to call to, and where to answer; None once nobody waits for it (1 query)."""
    caller = waiting_call(effect.subject)
    return _written("asked", effect, caller, reverse("desk:blocs")) if caller else None


def answered(effect: Effect) -> Mail | None:
    """What the other side answered, or that it ended; None once they stand otherwise (1 query)."""
    caller = any_call(effect.subject)
    if caller is None or caller.status != ANSWERS[effect.kind]:
        return None
    to_host = effect.kind != REMOVED_MAIL
    path = reverse("desk:bloc", args=[caller.bloc_id]) if to_host else reverse("desk:blocs")
    return _written("answered", effect, caller, path)


def _written(name: str, effect: Effect, caller: Caller, path: str) -> Mail | None:
    if not effect.address:
        return None
    bloc = caller.bloc
    date = when(bloc.event)
    context = {
        "what": effect.kind.rpartition(".")[2],
        "host": bloc.organisation.name,
        "organisation": caller.organisation.name,
        "name": bloc.name,
        "title": bloc.event.title,
        "when": f"{date.date_long}, {date.time}",
        "link": settings.PUBLIC_URL + path,
    }
    return plain(f"blocs/mail/{name}.txt", effect.address, context)
