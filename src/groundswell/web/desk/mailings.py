"""``/desk/mailings``: messages to many, from the first word to what became of every copy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh, reselect, retarget

from groundswell.attendances.by_two import MANY
from groundswell.events.queries import events_for
from groundswell.groups.access import SEND, group_for
from groundswell.groups.errors import ApprovalRefused, InvalidFields, NotAllowed, NotFound
from groundswell.groups.queries import groups_by_id
from groundswell.kit.clock import now
from groundswell.kit.text import whole_number
from groundswell.mailings.access import mailing_for, mailings_for
from groundswell.mailings.checks import warnings
from groundswell.mailings.domains import COLUMNS, by_domain
from groundswell.mailings.errors import NeedsTwo, Nobody, NoPostalAddress, NotADraft, TooLate
from groundswell.mailings.letters import preview
from groundswell.mailings.operations import (
    EVERYBODY,
    Draft,
    ask_for_it,
    change,
    compose,
    decide,
    move,
    moves,
    reached,
    release,
)
from groundswell.mailings.queries import WARN, in_line, is_unwanted, progress, subject_of
from groundswell.mailings.quiet import waits
from groundswell.mailings.trial import send_trial
from groundswell.mailings.visits import visits_of
from groundswell.mailings.warming import days_for, may_begin, today
from groundswell.mailings.words import FURTHER
from groundswell.people.queries import segments_of
from groundswell.people.segments import parse, sentence
from groundswell.web.desk.fresh import asked_again, fresh_for
from groundswell.web.desk.mailing_look import AROUND, language_of, reader_of, readers_found
from groundswell.web.desk.mailing_subjects import tested
from groundswell.web.desk.pages import DeskRequest, attempt, desk, id_from, page, part_named, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Group, Organisation
    from groundswell.mailings.models import Mailing
    from groundswell.people.models import Segment

AT_ONCE = 50
MOST_EVENTS = 200
MOST_DOMAINS = 20
DAYS_AHEAD = 5
LATELY = timedelta(days=30)
KEPT = "kept"
"""What is chosen where a draft means somebody by a segment that is not saved any more."""

PARTS = ("subject", "preheader", "text")
TYPED = (*PARTS, *FURTHER)
REFUSALS = (ApprovalRefused, NeedsTwo, Nobody, NoPostalAddress, NotADraft, TooLate)
SUBJECTS = (
    ("subject2", gettext_lazy("Second subject")),
    ("subject3", gettext_lazy("Third subject")),
    ("subject4", gettext_lazy("Fourth subject")),
)
TEST = {"share": "20", "hours": "4"}
"""How further subjects are tested until somebody says otherwise."""

TICKED = ("archived", "counted")

KINDS = (
    ("announcement", gettext_lazy("Announcement")),
    ("invitation", gettext_lazy("Invitation to an event")),
    ("thanks", gettext_lazy("Thanks and report")),
    ("update", gettext_lazy("Update on the day")),
)
PURPOSES = (
    ("updates", gettext_lazy("Who allows news of the campaign")),
    ("nearby", gettext_lazy("Who allows other events near them")),
)
BUTTONS: Mapping[str, Any] = {
    "stop": gettext_lazy("Stop it: it is a draft again"),
    "pause": gettext_lazy("Pause"),
    "resume": gettext_lazy("Go on"),
    "cancel": gettext_lazy("Cancel the rest"),
}


@desk
@require_safe
def mailings(request: DeskRequest) -> HttpResponse:
    """What was written, is on its way and was sent, the latest first, fifty at once (6 queries).

    Below them is how those of the last 30 days arrived.
    """
    if not request.here.groups(SEND):
        raise NotAllowed
    rows, more = part_named(request, "page", mailings_for(request.here, request.here.organisations[0]), AT_ONCE)
    lately = mailings_for(request.here, request.here.organisations[0]).filter(frozen_at__gt=now() - LATELY)
    lines = [
        {
            "subject": subject_of(one),
            "group": one.group.name,
            "state": one.get_state_display(),
            "copies": one.copies,
            "at": one.finished_at or one.starts_at or one.created_at,
            "url": reverse("desk:mailing", args=[one.id]),
        }
        for one in rows
    ]
    return page(
        request,
        "mailings",
        "mailings",
        {"mailings": lines, "more_url": more, "domains": _domains(by_domain(lately))},
    )


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def mailing_new(request: DeskRequest) -> HttpResponse:
    """Write one (8 queries); on POST keep it as a draft."""
    groups = groups_by_id(request.here.groups(SEND))
    if not groups:
        raise NotAllowed
    if request.method == "POST":
        group = group_for(request.actor, _id(request.POST.get("group", "")), SEND)
        return _take(request, groups, group, None)
    values = {"group": str(groups[0].id), "kind": "announcement", "purpose": "updates", **TEST}
    return _form(request, groups, groups[0].organisation, values, {})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def mailing_edit(request: DeskRequest, mailing_id: UUID) -> HttpResponse:
    """Write a draft anew (9 queries)."""
    found = mailing_for(request.actor, mailing_id)
    if request.method == "POST":
        return _take(request, [found.group], found.group, found)
    return _form(request, [found.group], found.organisation, _as_typed(found), {})


def _take(request: DeskRequest, groups: list[Group], group: Group, found: Mailing | None) -> HttpResponse:
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    try:
        draft = _draft(request, group, typed, found)
        if found is None:
            kept = compose(request.actor, group=group, draft=draft)
        else:
            kept = change(request.actor, mailing=found, draft=draft)
    except InvalidFields as invalid:
        return _form(request, groups, group.organisation, typed, invalid.errors, status=422)
    except NotADraft as refusal:
        return _form(request, groups, group.organisation, typed, {"": refusal.sentence}, status=409)
    say(request, _("Kept as a draft. Look at it, and let it go."))
    return see("mailing", kept.id)


def _draft(request: DeskRequest, group: Group, typed: Mapping[str, str], found: Mailing | None) -> Draft:
    """What was typed, of things that are this organisation's (2 queries)."""
    kept = found.audience if found and typed.get("audience") == KEPT else None
    organisation = group.organisation
    own = organisation.offered[0]
    words = {
        code: {part: typed.get(part if code == own else f"{part}_{code}", "") for part in TYPED}
        for code in organisation.offered
    }
    return Draft(
        words=words,
        audience=EVERYBODY if kept is None else kept,
        segment=None if kept is not None else _segment(group.organisation_id, typed.get("audience", "")),
        kind=_one_of(KINDS, typed.get("kind", "")),
        purpose=_one_of(PURPOSES, typed.get("purpose", "")),
        event=_event(request, typed.get("event", "")),
        **{name: whole_number(typed.get(name) or usual, 3) or 0 for name, usual in TEST.items()},
        archived=bool(typed.get("archived")),
        counted=bool(typed.get("counted")),
    )


def _one_of(choices: tuple[tuple[str, Any], ...], typed: str) -> str:
    """The choice that was made, or the first one."""
    return typed if typed in dict(choices) else choices[0][0]


def _segment(organisation_id: UUID, typed: str) -> Segment | None:
    if not typed:
        return None
    saved = segments_of(organisation_id).filter(id=_id(typed)).first()
    if saved is None:
        raise InvalidFields({"audience": _("This segment is not there any more. Choose again.")})
    return saved


def _event(request: DeskRequest, typed: str) -> Event | None:
    if not typed:
        return None
    found = events_for(request.here).filter(id=_id(typed)).first()
    if found is None:
        raise InvalidFields({"event": _("This event is not there any more. Choose again.")})
    return found


def _id(typed: str) -> UUID:
    found = id_from(typed)
    if found is None:
        raise NotFound
    return found


def _as_typed(found: Mailing) -> dict[str, str]:
    own = found.organisation.offered[0]
    values = {
        "group": str(found.group_id),
        "kind": found.kind,
        "purpose": found.purpose,
        "event": str(found.event_id or ""),
        "audience": _audience_of(found),
        "share": str(found.share),
        "hours": str(found.hours),
        **{name: "yes" for name in TICKED if getattr(found, name)},
    }
    for code, said in found.words.items():
        parts = said | dict(zip(FURTHER, said.get("further", ()), strict=False))
        values |= {part if code == own else f"{part}_{code}": parts.get(part, "") for part in TYPED}
    return values


def _audience_of(found: Mailing) -> str:
    """What is chosen of whom one may mean: the saved segment, everybody, or what is kept and saved no more."""
    if found.segment_id or found.audience == EVERYBODY:
        return str(found.segment_id or "")
    same = (str(one.id) for one in segments_of(found.organisation_id) if one.definition == found.audience)
    return next(same, KEPT)


def _form(
    request: DeskRequest,
    groups: list[Group],
    organisation: Organisation,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    own = organisation.offered[0]
    events = events_for(request.here)[:MOST_EVENTS]
    context: dict[str, object] = {
        "form": {"values": values, "errors": errors},
        "groups": [(str(one.id), one.name) for one in groups],
        "kinds": KINDS,
        "purposes": PURPOSES,
        "events": [("", "–"), *((str(one.id), f"{one.title}, {one.day:%d.%m.%Y}") for one in events)],
        "audiences": [
            ("", _("Everybody who allows it")),
            *((str(one.id), one.name) for one in segments_of(organisation.id)),
            *([(KEPT, _("As it was kept"))] if values.get("audience") == KEPT else []),
        ],
        "languages": [_language(code, own, values, errors) for code in organisation.offered],
    }
    return page(request, "mailing_edit", "mailings", context, status=status)


def _language(code: str, own: str, values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, object]:
    """The fields of one language, with what was typed and what was wrong with it."""
    fields = {}
    for part in TYPED:
        name = part if code == own else f"{part}_{code}"
        error = errors.get(name.replace("_", "-"), "") or errors.get(name, "")
        fields[part] = {"name": name, "value": values.get(name, ""), "error": error}
    further = [{**fields[part], "label": label} for part, label in SUBJECTS]
    is_open = any(field["value"] or field["error"] for field in further)
    return {"name": str(dict(settings.LANGUAGES)[code]), **fields, "further": further, "open": is_open}


@desk
@csp_override(AROUND)
@require_http_methods(["GET", "HEAD", "POST"])
def mailing(request: DeskRequest, mailing_id: UUID) -> HttpResponse:
    """How a draft looks and whom it reaches, or how far it is; on POST let it go, or ask a second.

    Queries: 11, and 2 where a provider's mail is limited, 3 where the sender is new, 4 where subjects are tested,
    1 where visits are counted, up to 6 to find somebody as whom to look at it, up to 5 to look at it as them.
    """
    found = mailing_for(request.actor, mailing_id)
    if request.method == "POST":
        if request.POST.get("then") == "trial":
            return _try_it(request, found, language_of(request, found.organisation.offered))
        if asked := asked_again(request):
            return asked
        return _let_go(request, found)
    reader = reader_of(request, found)
    is_draft = found.state == "draft"
    people = reached(found) if is_draft else found.copies
    far = None if is_draft else progress(found)
    context: dict[str, object] = {
        "mailing": {
            "subject": subject_of(found),
            "state": found.get_state_display(),
            "stands": found.state,
            "kind": found.get_kind_display(),
            "group": found.group.name,
            "event": found.event.title if found.event else "",
            "starts_at": found.starts_at,
            "note": found.get_note_display() if found.note else "",
            "edit_url": reverse("desk:mailing-edit", args=[found.id]) if is_draft else "",
        },
        "whom": sentence(parse(found.meant), organisation_id=found.organisation_id),
        "people": people,
        "needs_two": is_draft and people > MANY,
        "many": MANY,
        "shown": preview(found, reader.language, reader.name),
        "look_url": f"{reverse('desk:mailing-look', args=[found.id])}?{reader.query}",
        "as": reader.name,
        "of": reader.person_id,
        "readers": readers_found(request, found),
        "test": tested(found, people, reader.language, reader.name),
        "language": reader.language,
        **_beside(found),
        "languages": [(code, dict(settings.LANGUAGES)[code]) for code in found.organisation.offered],
        "warnings": warnings(found) if is_draft else [],
        "progress": far,
        "given_up": far["given-up"] if far else 0,
        "unwanted": not is_draft and not found.note and is_unwanted(found, WARN),
        "domains": [] if is_draft else _domains(by_domain([found])),
        "can_send_again": found.state != "cancelled",
        "decide_url": reverse("desk:mailing-decide", args=[found.id]),
        "buttons": [(how, BUTTONS[how]) for how in moves(found)],
        "move_url": reverse("desk:mailing-move", args=[found.id]),
        "warming": _warming(found, people) if found.state in {"draft", "waiting", "sending", "paused"} else None,
        "in_line": in_line(found) if found.state == "sending" else [],
        "sleeps": found.state == "sending" and waits(found),
        "going": found.state in {"waiting", "sending"},
    }
    return _as_it_stands(request, found, page(request, "mailing", "mailings", context))


def _as_it_stands(request: DeskRequest, found: Mailing, answer: HttpResponse) -> HttpResponse:
    """The page; where its figures ask for themselves and it has moved on since, with what can be done with it."""
    # Else the buttons stay as they are, and whoever is about to press one still has it under their fingers.
    if "HX-Request" not in request.headers or request.GET.get("was", found.state) == found.state:
        return answer
    return HttpResponseClientRefresh() if found.state == "draft" else reselect(retarget(answer, "#far"), "#far")


def _beside(found: Mailing) -> dict[str, object]:
    """The page on which everybody reads it, and how often its buttons were followed (0 queries, or 1)."""
    began = found.frozen_at is not None
    return {
        "page_url": reverse("letter", args=[found.id]) if found.archived and began else "",
        "visits": visits_of(found) if found.counted and began else [],
    }


def _warming(found: Mailing, copies: int) -> dict[str, object] | None:
    """Where the plan for a new sender is, if there is one (1 query, and 2 for one that is being sent)."""
    plan = today()
    if plan is None:
        return None
    left = progress(found)["waiting"] if found.frozen_at else copies
    return {
        "step": plan.step + 1,
        "most": plan.most,
        "left": plan.left,
        "then": plan.ahead[:DAYS_AHEAD],
        "waits": found.state == "sending" and left > 0 and not may_begin(found, plan),
        "days": days_for(found, left, plan),
    }


def _try_it(request: DeskRequest, found: Mailing, language: str) -> HttpResponse:
    send_trial(request.actor, mailing=found, language=language)
    say(request, _("A test is on its way to your own address."))
    return see("mailing", found.id)


def _let_go(request: DeskRequest, found: Mailing) -> HttpResponse:
    if request.POST.get("then") == "ask":
        done = _("It is asked for. Those who may agree get a mail.")
        attempt(request, lambda: ask_for_it(request.actor, mailing=found), done, REFUSALS)
        return see("mailing", found.id)
    until = fresh_for(request)
    done = _("It goes out in ten minutes. Until then it can be stopped.")
    attempt(request, lambda: release(request.actor, mailing=found, fresh_until=until), done, REFUSALS)
    return see("mailing", found.id)


@desk
@require_POST
def mailing_move(request: DeskRequest, mailing_id: UUID) -> HttpResponse:
    """Stop, pause, resume or cancel it (9 queries): in a hurry perhaps, so without a fresh sign-in."""
    found, how = mailing_for(request.actor, mailing_id), request.POST.get("how", "")
    if how not in BUTTONS:
        raise NotFound
    attempt(request, lambda: move(request.actor, mailing=found, how=how), _("Done."), TooLate)
    return see("mailing", found.id)


@desk
@require_POST
def mailing_decide(request: DeskRequest, mailing_id: UUID) -> HttpResponse:
    """Send the copies in doubt again, or leave them (up to 16 queries)."""
    found, what = mailing_for(request.actor, mailing_id), request.POST.get("what", "")
    if what not in {"again", "leave"}:
        raise NotFound
    done = _("They are sent again.") if what == "again" else _("They are left as they are.")
    attempt(request, lambda: decide(request.actor, mailing=found, again=what == "again"), done, TooLate)
    return see("mailing", found.id)


def _domains(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The largest of them, and all others in one line."""
    shown = [line for line in lines if line["domain"]][:MOST_DOMAINS]
    rest = [line for line in lines if line not in shown]
    others = {name: sum(line[name] for line in rest) for name in ("copies", *COLUMNS)}
    return [*shown, *([{"domain": "", **others}] if rest else [])]


def carried_out(request: DeskRequest, mailing_id: UUID, approval: Any) -> HttpResponse:
    """Let go what a second person has agreed to, from the page of approvals."""
    found = mailing_for(request.actor, mailing_id)
    until = fresh_for(request)
    done = _("It goes out in ten minutes. Until then it can be stopped.")
    attempt(
        request,
        lambda: release(request.actor, mailing=found, fresh_until=until, approval=approval),
        done,
        REFUSALS,
    )
    return see("mailing", found.id)
