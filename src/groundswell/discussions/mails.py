"""The mails to those who organise, about who puts a question too; written at the moment they are sent."""

from django.conf import settings
from django.urls import reverse

from groundswell.discussions.models import Caller
from groundswell.discussions.operations import ACCEPTED_MAIL, DECLINED_MAIL, ENDED_MAIL, LEFT_MAIL
from groundswell.discussions.queries import any_call, waiting_call
from groundswell.outbox.mail import Mail, plain
from groundswell.outbox.models import Effect

ANSWERS = {
    ACCEPTED_MAIL: Caller.Status.ACCEPTED,
    DECLINED_MAIL: Caller.Status.ENDED,
    LEFT_MAIL: Caller.Status.ENDED,
    ENDED_MAIL: Caller.Status.ENDED,
}
"""The mails about an answer, or an end, and as what the organisation stands while there is a reason for them."""


def asked(effect: Effect) -> Mail | None:
    """Whose question one is asked to put, and where to answer; None once nobody waits for it (1 query)."""
    caller = waiting_call(effect.subject)
    return _written("asked", effect, caller, reverse("desk:discussions")) if caller else None


def answered(effect: Effect) -> Mail | None:
    """What the other side answered, or that it ended; None once they stand otherwise (1 query)."""
    caller = any_call(effect.subject)
    if caller is None or caller.status != ANSWERS[effect.kind]:
        return None
    to_host = effect.kind != ENDED_MAIL
    path = reverse("desk:discussion", args=[caller.discussion_id]) if to_host else reverse("desk:discussions")
    return _written("answered", effect, caller, path)


def _written(name: str, effect: Effect, caller: Caller, path: str) -> Mail | None:
    if not effect.address:
        return None
    context = {
        "what": effect.kind.rpartition(".")[2],
        "host": caller.discussion.organisation.name,
        "organisation": caller.organisation.name,
        "question": caller.discussion.question,
        "link": settings.PUBLIC_URL + path,
    }
    return plain(f"discussions/mail/{name}.txt", effect.address, context)
