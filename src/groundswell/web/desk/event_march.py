"""``/desk/events/<id>/march``: the order of march, arranged by the event's host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from groundswell.blocs.march import grant_place, move, refuse_place
from groundswell.blocs.queries import shown_in
from groundswell.blocs.words import gathers
from groundswell.events.access import event_for
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import Refusal
from groundswell.kit.text import whole_number
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see
from groundswell.web.public import shown

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc
    from groundswell.events.models import Event

LABELS = {
    "grant": gettext_lazy("Give %(name)s a place"),
    "refuse": gettext_lazy("Refuse %(name)s a place"),
    "place": gettext_lazy("Place of %(name)s"),
    "to": gettext_lazy("Move %(name)s to the place that is typed"),
    "up": gettext_lazy("Move %(name)s one up"),
    "down": gettext_lazy("Move %(name)s one down"),
    "out": gettext_lazy("Take %(name)s out of the march"),
}
"""What the fields and buttons of a bloc are called, each by itself: there are five for each of many blocs."""


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_march(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The march and who asks for a place in it (8 queries for any number of blocs); on POST, one step of it.

    With script, a step answers with the list as it is then, and says what has changed.
    """
    if request.method != "POST":
        return _page(request, event_for(request.actor, event_id))
    found = event_for(request.actor, event_id, ORGANISER)
    try:
        said, kind = _step(request, found), "done"
    except Refusal as refusal:
        said, kind = refusal.sentence, "wrong"
    if "HX-Request" in request.headers:
        return _page(request, found, said)
    say(request, said, kind)
    return see("event-march", event_id)


def _step(request: DeskRequest, found: Event) -> str:
    """Carry out what the button says; returns what has happened."""
    verb, typed = request.POST.get("then", ""), request.POST.get("bloc", "")
    bloc_id = _id(typed)
    if verb == "grant":
        granted = grant_place(request.actor, event=found, bloc_id=bloc_id)
        return _("“%(name)s” walks at the end; move it where it belongs.") % {"name": granted.name}
    if verb == "refuse":
        reason = request.POST.get("reason", "")
        refused = refuse_place(request.actor, event=found, bloc_id=bloc_id, reason=reason)
        return _("“%(name)s” has no place in the march.") % {"name": refused.name}
    now = [bloc.id for bloc in shown_in(found.id) if bloc.position is not None]
    order = move(request.actor, event=found, bloc_id=bloc_id, to=_wanted(request, now, bloc_id))
    return _("Moved to place %(number)s of %(of)s.") % {"number": order.index(bloc_id) + 1, "of": len(order)}


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return UUID(int=0)


def _wanted(request: DeskRequest, now: list[UUID], bloc_id: UUID) -> int:
    """The place that the button means: one up, one down, before another bloc, or the one that was typed."""
    verb, here = request.POST.get("then", ""), now.index(bloc_id) + 1 if bloc_id in now else 0
    if verb in {"up", "down"}:
        return here + (1 if verb == "down" else -1)
    before = _id(request.POST.get("before", ""))
    if verb == "before":
        there = now.index(before) + 1 if before in now else len(now) + 1
        # Taken out of the file first, it leaves those behind it one further on.
        return there - 1 if there > here else there
    typed = whole_number(request.POST.get("to", "").strip(), 5)
    return here if typed is None else typed


def _page(request: DeskRequest, found: Event, said: str = "") -> HttpResponse:
    blocs = shown_in(found.id)
    march = [bloc for bloc in blocs if bloc.position is not None]
    labels = {key: str(text) for key, text in LABELS.items()}
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "public_url": reverse("march", args=[found.slug]) if found.status != "draft" else "",
        "march": [_line(bloc, labels) for bloc in march],
        "asking": [_line(bloc, labels) for bloc in blocs if bloc.place == "asked"],
        "others": [_line(bloc, labels) for bloc in blocs if bloc.place in {"none", "refused"}],
        "may": request.actor.may(ORGANISER, found.group_id, found.id) and found.status in {"draft", "published"},
        "said": said,
    }
    return page(request, "event_march", "events", context)


def _line(bloc: Bloc, labels: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": str(bloc.id),
        "name": bloc.name,
        "url": shown.bloc_url(bloc.slug),
        "callers": ", ".join(bloc.called_by),  # type: ignore[attr-defined]
        "where": bloc.landmark,
        "gathers": gathers(bloc) if bloc.gathers else "",
        "reason": bloc.place_reason,
        "labels": {key: text % {"name": bloc.name} for key, text in labels.items()},
    }
