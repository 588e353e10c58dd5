"""``/desk/events/new`` and ``…/edit``: an event on one page. What was typed stays, whatever was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.attendances.queries import answers_to, is_together
from groundswell.events import programme, questions, templates
from groundswell.events.access import event_for, template_for
from groundswell.events.details import AUDIENCES, KINDS, KNOWN
from groundswell.events.errors import ChangedMeanwhile, InThePast, NotOpen
from groundswell.events.operations import announce, change
from groundswell.events.operations import publish as publish_event
from groundswell.events.queries import series_of
from groundswell.events.series import begin_series
from groundswell.events.timing import zones
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields, NotAllowed
from groundswell.groups.queries import campaigns_of, working_groups
from groundswell.kit.clock import now
from groundswell.web.desk import event_form
from groundswell.web.desk.event_form import BLANK, EMPTY, NEW_SERIES, Typed, Wanted
from groundswell.web.desk.event_meanwhile import Difference, fingerprint, merged
from groundswell.web.desk.lines import numbered
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event, Series
    from groundswell.groups.models import Campaign, Group

Options = list[tuple[str, str]]

PARTS = {
    "access": ("step_free", "seats", "bsl", "quiet_space", "access"),
    "online": ("online_url", "latitude", "longitude"),
    "who": ("audience", "capacity", "count_hidden", "expected", "target"),
    "contact": ("contact_name", "contact_how"),
}
"""The parts of the form that are folded away until something stands in them."""


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_new(request: DeskRequest) -> HttpResponse:
    """Announce an event, perhaps from a template (8 queries, and 1 for it; saved and published 13)."""
    # What was opened before another organisation was chosen is saved all the same.
    who = request.actor if request.method == "POST" else request.here
    groups = working_groups(who.groups(ORGANISER))
    if not groups:
        raise NotAllowed
    if request.method == "POST":
        return _save(request, None, groups)
    return _form(request, None, groups, _begun(request, groups), {})


def _begun(request: DeskRequest, groups: Sequence[Group]) -> Typed:
    """What a new event begins with: what the template says that ``?template=`` names, all but the day."""
    chosen = cursor(request, "template")
    if chosen is None:
        return Typed({**BLANK.values, "zone": "Europe/London", "group": str(groups[0].id)})
    template = template_for(request.actor, chosen)
    typed = event_form.as_typed(templates.details_from(template, now().date()))
    return Typed(
        {**BLANK.values, **typed, **templates.belongs_to(template), "date": "", "group": str(template.group_id)},
        [asdict(one) for one in templates.speakers_from(template)],
        [event_form.question_row(one) for one in templates.questions_from(template)],
    )


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Change an event (10 queries; saved 12, and 6 more where who speaks changes, 7 where the questions do)."""
    found = event_for(request.actor, event_id, ORGANISER)
    if request.method == "POST":
        return _save(request, found, [found.group])
    now = event_form.as_it_is(found)
    typed = Typed({**now.values, "base": fingerprint(now)}, now.speakers, now.questions)
    return _form(request, found, [found.group], typed, {})


def _save(request: DeskRequest, found: Event | None, groups: list[Group]) -> HttpResponse:
    before = event_form.as_it_is(found) if found else BLANK
    typed = event_form.taken(request.POST, before)
    stepped = event_form.stepped(typed, request.POST.get("then", ""))
    if stepped:
        return _form(request, found, groups, stepped, {})
    try:
        wanted = event_form.read(groups, typed)
        if lost := _answers_lost(request, found, before, wanted):
            return _form(request, found, groups, typed, {}, status=409, lost=lost)
        event = _saved(request, found, before, wanted, typed.values["version"])
    except InvalidFields as invalid:
        return _form(request, found, groups, typed, invalid.errors, status=422)
    except InThePast as refusal:
        return _form(request, found, groups, typed, {"date": refusal.sentence}, status=422)
    except NotOpen as refusal:
        return _form(request, found, groups, typed, {"": refusal.sentence}, status=409)
    except ChangedMeanwhile:
        return _meanwhile(request, found, groups, typed)  # type: ignore[arg-type]
    public = event.status == "published"
    say(request, _("Saved, and public.") if public else _("Saved as a draft: nobody sees it yet."))
    return see("event", event.id)


class Lost(NamedTuple):
    """What goes with questions that were taken out: so many answers of one's own people, and perhaps others'."""

    own: int
    elsewhere: bool


def _answers_lost(request: DeskRequest, found: Event | None, before: Typed, wanted: Wanted) -> Lost | None:
    """What goes with questions that were taken out; None once it is agreed to (none, or 2 queries).

    How much others' people have answered is not for the host to know, nor whether they have.
    """
    kept = {(one.id, one.kind) for one in wanted.questions}
    gone = [one.id for one in event_form.lines_of(before).questions if one.id and (one.id, one.kind) not in kept]
    if found is None or not gone or request.POST.get("answers_go") == "yes":
        return None
    lost = Lost(answers_to(gone, found.organisation_id), is_together(found.id))
    return lost if any(lost) else None


def _meanwhile(request: DeskRequest, found: Event, groups: list[Group], typed: Typed) -> HttpResponse:
    """Show the second of two what the first has saved; the next press on "Save" goes over it."""
    found = event_for(request.actor, found.id, ORGANISER)
    form, differences = merged(event_form.as_it_is(found), typed)
    return _form(request, found, groups, form, {}, status=409, differences=differences)


@transaction.atomic
def _saved(request: DeskRequest, found: Event | None, before: Typed, wanted: Wanted, version: str) -> Event:
    """All or nothing: an event that cannot be published is not left behind as a draft."""
    actor, series = request.actor, _series(request, wanted)
    if found is None:
        event = announce(
            actor, group=wanted.group, details=wanted.details, campaign=wanted.campaign, series=series
        )
    else:
        seen = int(version) if version.isdecimal() else None
        event = change(
            actor, event=found, details=wanted.details, campaign=wanted.campaign, series=series, seen=seen
        )
    _save_lines(request, event, before, wanted)
    if request.POST.get("then") == "publish" and event.status == "draft":
        event = publish_event(actor, event=event)
    return event


def _series(request: DeskRequest, wanted: Wanted) -> Series | None:
    if request.POST.get("series") != NEW_SERIES:
        return wanted.series
    try:
        return begin_series(request.actor, group=wanted.group, title=wanted.series_title)
    except InvalidFields as invalid:
        raise InvalidFields({"series_title": invalid.errors["title"]}) from None


def _save_lines(request: DeskRequest, event: Event, before: Typed, wanted: Wanted) -> None:
    """Who speaks and what is asked, each only where it is not what it was."""
    old = event_form.lines_of(before)
    if wanted.speakers != old.speakers:
        programme.set_programme(request.actor, event=event, speakers=wanted.speakers)
    if wanted.questions != old.questions:
        questions.set_questions(request.actor, event=event, questions=wanted.questions)


def _form(
    request: DeskRequest,
    found: Event | None,
    groups: list[Group],
    typed: Typed,
    errors: Mapping[str, str],
    status: int = 200,
    differences: Sequence[Difference] = (),
    lost: Lost | None = None,
) -> HttpResponse:
    options = _options(groups)
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])} if found else None,
        "form": {
            "values": typed.values,
            "errors": errors,
            "speakers": numbered("speaker", typed.speakers or [EMPTY["speaker"]], errors),
            "questions": numbered("question", typed.questions or [EMPTY["question"]], errors),
            "open": _open(request, typed, errors),
            "unsaved": request.method == "POST",
        },
        "lost": lost,
        "differences": [_in_words(one, options) for one in differences],
        "preview_url": reverse("desk:event-preview", args=[found.id]) if found else reverse("desk:preview-new"),
        "published": found is not None and found.status == "published",
        **options,
    }
    return page(request, "event_edit", "events", context, status=status)


def _open(request: DeskRequest, typed: Typed, errors: Mapping[str, str]) -> list[str]:
    """The parts that are not folded away: something stands there, is wrong there, or was just done there."""
    usual = {"unknown", "everybody", ""}
    parts = [
        part
        for part, names in PARTS.items()
        if any(typed.values.get(name, "") not in usual or name in errors for name in names)
    ]
    step = request.POST.get("then", "")
    for kind, rows in (("speaker", typed.speakers), ("question", typed.questions)):
        if rows or step.startswith(f"{kind}-") or any(name.startswith(f"{kind}-") for name in errors):
            parts.append(kind)
    return parts


def _options(groups: Sequence[Group]) -> dict[str, Options]:
    """What can be chosen in each of the form's fields (2 queries)."""
    names = {group.organisation_id: group.organisation.name for group in groups}
    chosen = [("", _("None"))]
    return {
        "kinds": _pairs(KINDS),
        "zones": [(name, name.replace("_", " ")) for name in sorted(zones())],
        "groups": [(str(group.id), group.name) for group in groups],
        "campaigns": chosen + _of_several(campaigns_of(list(names)), names, "name"),
        "all_series": [
            *chosen,
            (NEW_SERIES, _("Begin a new series")),
            *_of_several(series_of(list(names)), names, "title"),
        ],
        "known": _pairs(KNOWN),
        "audiences": _pairs(AUDIENCES),
        "standings": _pairs(programme.STANDINGS),
        "question_kinds": _pairs(questions.KINDS),
    }


def _pairs(choices: Sequence[tuple[str, object]]) -> Options:
    return [(value, str(label)) for value, label in choices]


def _of_several(things: Sequence[Campaign] | Sequence[Series], names: Mapping[UUID, str], name: str) -> Options:
    """Things of organisations, with the organisation's name where there are several."""
    several = len(names) > 1
    return [
        (str(one.id), f"{getattr(one, name)} ({names[one.organisation_id]})" if several else getattr(one, name))
        for one in things
    ]


CHOSEN_FROM = {"kind": "kinds", "campaign": "campaigns", "series": "all_series", "audience": "audiences"}
CHOSEN_FROM |= dict.fromkeys(("step_free", "seats", "bsl", "quiet_space"), "known")


def _in_words(one: Difference, options: Mapping[str, Options]) -> dict[str, object]:
    """A difference as people read it: the labels of what was chosen, and nothing as "empty"."""
    labels = dict(options.get(CHOSEN_FROM.get(one.field, ""), []))
    labels |= {"": _("empty")}
    if one.field in event_form.TICKS:
        labels = {"": _("no"), "yes": _("yes")}
    return {
        "label": one.label,
        "theirs": labels.get(one.theirs, one.theirs),
        "mine": labels.get(one.mine, one.mine),
        "taken": one.taken,
    }
