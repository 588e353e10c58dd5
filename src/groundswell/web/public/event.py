"""``/e/<slug>``: an event, and the form with which somebody says that they are coming."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.attendances.answers import BOXES
from groundswell.attendances.queries import is_full, tally_of
from groundswell.events.queries import is_open, public_event, questions_of
from groundswell.front.handover import Door
from groundswell.intake import kinds
from groundswell.intake.journal import NotKept
from groundswell.intake.kinds import Invalid
from groundswell.people.queries import current_wordings
from groundswell.web.languages import speak
from groundswell.web.public import asked
from groundswell.web.public.facts import Facts, facts, headline
from groundswell.web.public.linked import linked_data
from groundswell.web.public.pages import act, keep, public, sent_form

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Organisation

FIELDS = ("name", "email", "postcode", "guests", "language", "answer", *BOXES)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an event (6 queries); on POST, take an answer down."""
    found = public_event(slug)
    speak(request, found.organisation.offered)
    if request.method == "POST" and is_open(found):
        return _answer(request, found)
    keep(request, **_handed_over(found))
    return _page(request, found, {}, {}, status=409 if request.method == "POST" else 200)


@public
@require_http_methods(["GET", "HEAD"])
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that the answer is kept, and what happens next (1 query)."""
    found = public_event(slug)
    speak(request, found.organisation.offered)
    keep(request, tags=_tags(found))
    return render(request, "public/thanks.html", {**frame_of(found), "event": headline(found)})


def _answer(request: HttpRequest, found: Event) -> HttpResponse:
    sent = sent_form(request)
    typed = {name: sent.get(name, "") for name in (*FIELDS, *asked.names(questions_of(found.id)))}
    try:
        payload = kinds.named("attend").parse(typed)
    except Invalid as invalid:
        return _page(request, found, typed, invalid.errors, status=422)
    try:
        act(request, kind="attend", organisation_id=found.organisation_id, subject=found.id, payload=payload)
    except NotKept:
        return _not_kept(request, found, typed)
    response = HttpResponseRedirect(reverse("thanks", args=[found.slug]))
    response.status_code = 303
    return response


def _not_kept(request: HttpRequest, found: Event, typed: Mapping[str, str]) -> HttpResponse:
    sentence = _("Your answer could not be kept. Nothing was stored. Please send it again in a minute.")
    response = _page(request, found, typed, {"answer": sentence}, status=503)
    response["Retry-After"] = "10"
    return response


def _tags(found: Event) -> tuple[str, ...]:
    return (f"event:{found.id}", f"organisation:{found.organisation_id}")


def _handed_over(found: Event) -> dict[str, object]:
    door = Door(
        kind="attend",
        organisation_id=found.organisation_id,
        subject=found.id,
        closes_at=found.closes_at.timestamp(),
        then=reverse("thanks", args=[found.slug]),
        tags=_tags(found),
    )
    return {"tags": (*_tags(found), f"event:{found.id}:count"), "door": door if is_open(found) else None}


def _page(
    request: HttpRequest, found: Event, typed: Mapping[str, str], errors: Mapping[str, str], status: int
) -> HttpResponse:
    return render(request, "public/event.html", page_context(found, typed, errors), status=status)


def page_context(found: Event, typed: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, object]:
    """What the page shows, of an event that is saved or of a sketch of one (5 queries)."""
    tally = tally_of(found.id)
    form = {
        "values": typed,
        "errors": errors,
        "open": is_open(found),
        "full": is_full(found, tally),
        "count_url": reverse("count", args=[found.slug]),
        "closed_reason": _closed_reason(found),
        **_boxes(found),
    }
    return {
        **frame_of(found),
        **_shared(found, facts(found, tally.confirmed + tally.guests)),
        "form": form,
        "asked": asked.asked(questions_of(found.id), typed, errors),
    }


def _shared(found: Event, told: Facts) -> dict[str, object]:
    """What the page says, and what others show of it."""
    card = settings.PUBLIC_URL + reverse("card", args=[found.slug])
    picture = told["picture"]
    images = [card] if picture is None else [settings.PUBLIC_URL + picture.url, card]
    is_listed = found.audience == "everybody"
    linked = linked_data(found, told["programme"], images) if is_listed else ""
    return {"event": told, "card": card, "canonical": told["url"], "linked_data": linked}


def _boxes(found: Event) -> dict[str, object]:
    wordings = current_wordings(found.organisation_id, get_language() or found.organisation.offered[0])
    texts: dict[str, object] = {}
    for box, purpose in BOXES.items():
        wording = wordings.get(purpose)
        texts[f"{box}_text"] = wording.text if wording else ""
        texts[f"{box}_wording"] = wording.id if wording else ""
    return texts


def frame(organisation: Organisation | None) -> dict[str, object]:
    """What the frame around a page needs of its organisation."""
    return {"organisation": organisation, "noindex": bool(organisation and organisation.demonstration_note)}


def frame_of(found: Event) -> dict[str, object]:
    """The same for an event: search engines leave out what is not for everybody."""
    common = frame(found.organisation)
    return {**common, "noindex": common["noindex"] or found.audience != "everybody"}


def _closed_reason(found: Event) -> str:
    if found.status == "cancelled":
        return _("It will not take place. If you said that you were coming: please tell your friends.")
    return _("Thank you to everybody who came.")
