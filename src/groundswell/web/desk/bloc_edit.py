"""``/desk/blocs/new`` and ``…/edit``: a bloc on one page. What was typed stays, whatever was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.blocs.access import bloc_for
from groundswell.blocs.details import Held
from groundswell.blocs.errors import BlocCancelled, ChangedMeanwhile, EventCancelled, EventNotPublished, EventOver
from groundswell.blocs.operations import call, call_elsewhere, change
from groundswell.blocs.operations import publish as publish_bloc
from groundswell.events.details import Details as EventDetails
from groundswell.events.errors import InThePast
from groundswell.events.queries import ahead_for, upcoming
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields, NotAllowed
from groundswell.groups.queries import groups_by_id
from groundswell.web.desk import bloc_form
from groundswell.web.desk.bloc_form import BLANK, EMPTY, Typed
from groundswell.web.desk.event_form import clock_from, day_from
from groundswell.web.desk.event_meanwhile import Difference
from groundswell.web.desk.lines import numbered
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc
    from groundswell.events.models import Event
    from groundswell.groups.models import Group

ELSEWHERE = "elsewhere"
MOST_EVENTS = 200
AT_FIELD = {"title": "other_title", "day": "other_date", "starts": "other_start", "venue_name": "other_venue"}
STANDS = (BlocCancelled, EventCancelled, EventOver, EventNotPublished)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def bloc_new(request: DeskRequest) -> HttpResponse:
    """Call a bloc in an event that lies ahead; ``?event=`` and ``?name=`` fill the form.

    8 queries; saved and published 18.
    """
    groups = groups_by_id(request.actor.groups(ORGANISER))
    if not groups:
        raise NotAllowed
    events = _events(request)
    if request.method == "POST":
        return _save(request, None, groups, events)
    asked = {name: request.GET.get(name, "")[:140] for name in ("event", "name")}
    values = {"group": str(groups[0].id), **asked}
    return _form(request, None, groups, events, Typed(values, BLANK.rows), {})


def _events(request: DeskRequest) -> list[Event]:
    """What a bloc may be called in: what is public and lies ahead, and one's own drafts (2 queries)."""
    mine = [event for event in ahead_for(request.actor)[:MOST_EVENTS] if event.status != "cancelled"]
    others = [event for event in upcoming(MOST_EVENTS) if event.status == "published"]
    return list({event.id: event for event in [*mine, *others]}.values())


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def bloc_edit(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """Change a bloc (8 queries; saved 10, and 2 more for stewards or 3 for coaches that change)."""
    found = bloc_for(request.actor, bloc_id, ORGANISER)
    if request.method == "POST":
        return _save(request, found, [found.group], [])
    return _form(request, found, [found.group], [], bloc_form.as_it_is(found), {})


def _save(
    request: DeskRequest, found: Bloc | None, groups: Sequence[Group], events: Sequence[Event]
) -> HttpResponse:
    typed = bloc_form.taken(request.POST)

    def again(typed: Typed, errors: Mapping[str, str], **more: object) -> HttpResponse:
        return _form(request, found, groups, events, typed, errors, **more)  # type: ignore[arg-type]

    if stepped := bloc_form.stepped(typed, request.POST.get("then", "")):
        return again(stepped, {})
    try:
        bloc = _saved(request, found, groups, events, typed)
    except InvalidFields as invalid:
        return again(typed, invalid.errors, status=422)
    except InThePast as refusal:
        return again(typed, {"other_date": refusal.sentence}, status=422)
    except STANDS as refusal:
        return again(typed, {"": refusal.sentence}, status=409)
    except ChangedMeanwhile:
        now = bloc_form.as_it_is(bloc_for(request.actor, found.id, ORGANISER))  # type: ignore[union-attr]
        form, differences = bloc_form.merged(now, typed)
        return again(form, {}, status=409, differences=differences)
    public = bloc.status == "published"
    say(request, _("Saved, and public.") if public else _("Saved as a draft: nobody sees it yet."))
    return see("bloc", bloc.id)


@transaction.atomic
def _saved(
    request: DeskRequest, found: Bloc | None, groups: Sequence[Group], events: Sequence[Event], typed: Typed
) -> Bloc:
    """All or nothing: a bloc that cannot be published is not left behind as a draft."""
    actor = request.actor
    if found is not None:
        version = typed.values["version"]
        seen = int(version) if version.isdecimal() else None
        bloc = change(actor, bloc=found, details=bloc_form.read(typed), seen=seen)
    else:
        bloc = _called(request, groups, events, typed)
    if request.POST.get("then") == "publish" and bloc.status == "draft":
        bloc = publish_bloc(actor, bloc=bloc)
    return bloc


def _called(request: DeskRequest, groups: Sequence[Group], events: Sequence[Event], typed: Typed) -> Bloc:
    errors: dict[str, str] = {}
    group = next((one for one in groups if str(one.id) == typed.values["group"]), None)
    event = next((one for one in events if str(one.id) == typed.values["event"]), None)
    elsewhere = typed.values["event"] == ELSEWHERE
    if group is None:
        errors["group"] = _("Choose one of your groups.")
    if event is None and not elsewhere:
        errors["event"] = _("Choose an event, or say that it is announced elsewhere.")
    there = _there(typed.values, errors) if elsewhere else None
    try:
        details = bloc_form.read(typed)
    except InvalidFields as invalid:
        raise InvalidFields({**errors, **invalid.errors}) from None
    if errors or group is None:
        raise InvalidFields(errors)
    if event is not None:
        return call(request.actor, group=group, event=event, details=details)
    held = Held(host=typed.values["host"], url=typed.values["url"])
    try:
        return call_elsewhere(request.actor, group=group, event=there, held=held, details=details)  # type: ignore[arg-type]
    except InvalidFields as invalid:
        raise InvalidFields({AT_FIELD.get(name, name): said for name, said in invalid.errors.items()}) from None


def _there(values: Mapping[str, str], errors: dict[str, str]) -> EventDetails:
    wrong: dict[str, str] = {}
    details = EventDetails(
        title=values["other_title"],
        kind="demonstration",
        day=day_from(values["other_date"], wrong),
        starts=clock_from("starts", values["other_start"], wrong),
        venue_name=values["other_venue"],
    )
    errors |= {AT_FIELD[name]: sentence for name, sentence in wrong.items()}
    return details


def _form(
    request: DeskRequest,
    found: Bloc | None,
    groups: Sequence[Group],
    events: Sequence[Event],
    typed: Typed,
    errors: Mapping[str, str],
    status: int = 200,
    differences: Sequence[Difference] = (),
) -> HttpResponse:
    context: dict[str, object] = {
        "bloc": {"name": found.name, "url": reverse("desk:bloc", args=[found.id])} if found else None,
        "around": found.event.title if found else "",
        "form": {
            "values": typed.values,
            "errors": errors,
            **{f"{kind}s": numbered(kind, typed.rows[kind] or [empty], errors) for kind, empty in EMPTY.items()},
            "unsaved": request.method == "POST",
        },
        "differences": differences,
        "published": found is not None and found.status == "published",
        "groups": [(str(group.id), group.name) for group in groups],
        "events": [
            ("", _("Choose one")),
            *((str(event.id), f"{event.title}, {event.day:%d.%m.%Y}") for event in events),
            (ELSEWHERE, _("An event that is announced elsewhere")),
        ],
    }
    return page(request, "bloc_edit", "blocs", context, status=status)
