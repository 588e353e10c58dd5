"""``/desk/people/segments``: whom one means, line by line, with how many they are and where they live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.events.queries import events_for
from groundswell.groups.access import CONTACT, EXPORT, SEE, SEND
from groundswell.groups.errors import InvalidFields, NotAllowed, Refusal
from groundswell.groups.queries import groups_by_id, root_group
from groundswell.people.access import require_everybody, segment_for
from groundswell.people.errors import SegmentNameTaken, SegmentUnclear
from groundswell.people.queries import segments_of, tags_of
from groundswell.people.saved import delete_segment, rename_segment, save_segment
from groundswell.people.segments import Segmentation, count, parse, sentence, where_they_live
from groundswell.web.desk import segment_form
from groundswell.web.desk.areas import by_letters, on_a_map
from groundswell.web.desk.charts import bars
from groundswell.web.desk.pages import DeskRequest, desk, page, part_named, say, see
from groundswell.web.desk.segment_form import ASKED, EMPTY, OPTIONS, Options, Typed

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation
    from groundswell.people.models import Segment

AT_ONCE = 50
MOST_EVENTS = 200


def shown_organisation(request: DeskRequest) -> Organisation:
    """The organisation that the desk shows, to whose people the account may write (1 query).

    :raises NotAllowed: where it may not, or has no role anywhere.
    """
    if not request.here.organisations:
        raise NotAllowed
    root = root_group(request.here.organisations[0])
    if not request.actor.may(SEND, root.id):
        raise NotAllowed
    return root.organisation


@desk
@require_safe
def segments(request: DeskRequest) -> HttpResponse:
    """What is saved, by name, fifty at once (5 queries)."""
    ours = shown_organisation(request)
    rows, more = part_named(request, "page", segments_of(ours.id), AT_ONCE)
    saved = [
        {"name": one.name, "changed_at": one.changed_at, "url": reverse("desk:segment", args=[one.id])}
        for one in rows
    ]
    return page(request, "segments", "people", {"segments": saved, "more_url": more})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def segment_new(request: DeskRequest) -> HttpResponse:
    """Say whom one means (9 queries, and one for each line that looks something up); on POST save it, too."""
    ours = shown_organisation(request)
    if request.method == "POST":
        return _take(request, ours, None)
    return _page(request, ours, None, Typed({**ASKED, "name": "", "sample": ""}, [EMPTY]), {})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def segment(request: DeskRequest, segment_id: UUID) -> HttpResponse:
    """A saved segment (11 queries, and one for each line that looks something up); on POST change or delete it."""
    found = segment_for(request.actor, segment_id)
    if request.method == "POST":
        return _take(request, found.organisation, found)
    said = parse(found.definition)
    typed = segment_form.as_it_is(found.name, said)
    if typed is None:
        return _page(request, found.organisation, found, None, {}, said)
    return _page(request, found.organisation, found, typed, {})


def _take(request: DeskRequest, ours: Organisation, found: Segment | None) -> HttpResponse:
    then = request.POST.get("then", "")
    if then == "delete" and found:
        delete_segment(request.actor, segment=found)
        say(request, _("It is deleted. Nobody whom it meant is touched."))
        return see("segments")
    typed = segment_form.stepped(segment_form.taken(request.POST), then)
    if then != "save":
        return _page(request, ours, found, typed, {})
    try:
        kept = _save(request, ours, found, typed)
    except InvalidFields as invalid:
        return _page(request, ours, found, typed, invalid.errors, status=invalid.status)
    except (SegmentUnclear, SegmentNameTaken) as refusal:
        return _page(request, ours, found, typed, {"": refusal.sentence}, status=refusal.status)
    say(request, _("Saved. Whoever it means from now on is in it by themselves."))
    return see("segment", kept.id)


def _save(request: DeskRequest, ours: Organisation, found: Segment | None, typed: Typed) -> Segment:
    said, name = segment_form.read(typed), typed.values["name"]
    if found and found.name != name:
        rename_segment(request.actor, segment=found, name=name)
    return save_segment(request.actor, organisation=ours, name=name, segmentation=said)


def _page(
    request: DeskRequest,
    ours: Organisation,
    found: Segment | None,
    typed: Typed | None,
    errors: dict[str, str],
    said: Segmentation | None = None,
    status: int = 200,
) -> HttpResponse:
    values = typed.values if typed else ASKED
    context: dict[str, object] = {
        "segment": {"name": found.name} if found else None,
        "export_url": _export_url(request, found) if found else "",
        "form": {"values": values, "errors": errors},
        "lines": segment_form.shown(typed, _to_choose_from(request, ours)) if typed else None,
        "tags": [tag.name for tag in tags_of(ours.id)] if typed else [],
        "purposes": [(value, label) for value, label in OPTIONS["purpose"] if value != "event"],
        "channels": OPTIONS["channel"],
        "result": _result(request, ours, typed, said, values),
    }
    return page(request, "segment", "people", context, status=status)


def _export_url(request: DeskRequest, found: Segment) -> str:
    may = request.actor.may(EXPORT, root_group(found.organisation_id).id)
    return reverse("desk:segment-export", args=[found.id]) if may else ""


def _to_choose_from(request: DeskRequest, ours: Organisation) -> dict[str, Options]:
    events = events_for(request.here)[:MOST_EVENTS]
    return {
        "event": [(str(one.id), f"{one.title} ({one.day:%d.%m.%Y})") for one in events],
        "group": [(str(one.id), one.name) for one in groups_by_id(request.here.groups(SEE))],
        "language": [(code, name) for code, name in settings.LANGUAGES if code in ours.offered],
    }


def _result(
    request: DeskRequest, ours: Organisation, typed: Typed | None, said: Segmentation | None, values: Any
) -> dict[str, object]:
    """Whom it means in a sentence, how many, and where they live; or what is not clear yet."""
    try:
        read = said or segment_form.read(typed or Typed({}, []))
    except SegmentUnclear as refusal:
        return {"unclear": refusal.sentence}
    asked = {"purpose": values["purpose"], "channel": values["channel"]}
    words = sentence(read, organisation_id=ours.id)
    try:
        require_everybody(request.actor, ours, CONTACT)
    except Refusal:
        return {"sentence": words, "people": count(ours.id, read, **asked)}
    sectors = where_they_live(ours.id, read, **asked)
    areas = by_letters(sectors)
    return {
        "sentence": words,
        "people": sum(sectors.values()),
        "areas": bars({area: people for area, (people, _points) in areas.items()}, _("no postcode")),
        "map": on_a_map(areas),
    }
