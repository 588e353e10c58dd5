"""``/me/come/<token>``: one tap in an invitation and one button, and somebody is coming."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.events.errors import NotOpen
from groundswell.events.queries import is_open, published
from groundswell.groups.errors import IncompleteLink
from groundswell.intake import kinds
from groundswell.intake.journal import NotKept
from groundswell.kit.crypto import BadLink
from groundswell.kit.scope import confine
from groundswell.mailings.links import invited
from groundswell.mailings.subjects import via
from groundswell.people.queries import current_wordings, in_records
from groundswell.web.languages import speak
from groundswell.web.public.button import ask, done, event_facts, nothing_here
from groundswell.web.public.pages import act, public, typed_again

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Organisation


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def come(request: HttpRequest, given: str) -> HttpResponse:
    """Say what the button does (3 queries); on POST take down that they come. A GET changes nothing."""
    try:
        organisation_id, event_id, person_id, mark = invited(given)
    except BadLink:
        raise IncompleteLink from None
    confine([organisation_id])
    person, event = in_records(organisation_id, person_id), published(event_id)
    if person is None or event is None:
        return nothing_here(request)
    organisation = person.organisation
    speak(request, organisation.offered)
    if not is_open(event):
        raise NotOpen
    if request.method == "POST":
        return _come(request, organisation, event, person.id, via(mark) if mark else "")
    return _ask(request, organisation, event)


def _come(
    request: HttpRequest, organisation: Organisation, event: Event, person_id: UUID, came_by: str
) -> HttpResponse:
    form = {
        "person": str(person_id),
        "wording": request.POST.get("wording", ""),
        "language": get_language() or "",
    }
    try:
        payload = kinds.named("come").parse(form)
    except kinds.Invalid:
        return _ask(request, organisation, event)
    try:
        act(
            request,
            kind="come",
            organisation_id=organisation.id,
            subject=event.id,
            payload=payload,
            came_by=came_by,
        )
    except NotKept:
        return typed_again(lambda sentence: _ask(request, organisation, event, sentence))
    said = _("We have your answer. Thank you, and see you there.")
    if event.capacity is not None:
        said = _("A mail tells you in a minute whether you have a place or are on the waiting list.")
    back = {"url": reverse("event", args=[event.slug]), "label": event.title}
    return done(request, organisation, _("You are coming"), [said], back)


def _ask(request: HttpRequest, organisation: Organisation, event: Event, error: str = "") -> HttpResponse:
    wording = current_wordings(organisation.id, get_language() or "")["event"]
    facts = [*event_facts(event), (_("What you agree to"), wording.text)]
    words = (_("Are you coming?"), [_("Press the button, and your answer counts.")], _("Yes, I’m coming"))
    return ask(request, organisation, words, facts=facts, hidden=[("wording", str(wording.id))], error=error)
