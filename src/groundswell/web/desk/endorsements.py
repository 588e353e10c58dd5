"""``/desk/endorsements``: who stands with what one calls to, and what one's own groups stand with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groundswell.endorsements import operations
from groundswell.endorsements.access import endorsement_for
from groundswell.endorsements.details import KINDS, WAYS, Details, day_of
from groundswell.endorsements.errors import Closed, StandsAlready
from groundswell.endorsements.queries import endorsements_for, stands_of, subject_of
from groundswell.endorsements.subjects import Subject, subject_at
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.queries import working_groups
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, part_named, say, see
from groundswell.web.public.stands import how

if TYPE_CHECKING:
    from groundswell.endorsements.models import Endorsement

AT_ONCE = 50
FIELDS = ("page", "who", "body", "kind", "decided", "decided_on", "text", "contact_email")


@desk
@require_safe
def endorsements(request: DeskRequest) -> HttpResponse:
    """Who stands with what one's groups call to, and what these stand with, fifty of each at once (7 queries)."""
    rows, more = part_named(request, "page", endorsements_for(request.here), AT_ONCE)
    stands, more_stands = part_named(request, "stands", stands_of(request.here), AT_ONCE)
    context: dict[str, object] = {
        "endorsements": [_line(request.actor, one) for one in rows],
        "more_url": more,
        "stands": [_line(request.actor, one) for one in stands],
        "more_stands_url": more_stands,
        "may_enter": bool(request.actor.groups(ORGANISER)),
    }
    return page(request, "endorsements", "endorsements", context)


def _line(actor: Actor, one: Endorsement) -> dict[str, object]:
    subject = subject_of(one)
    ours = actor.may(ORGANISER, one.group_id)
    theirs = one.by_id is not None and actor.may(ORGANISER, one.by_id)
    state = "shown" if one.confirmed_at and one.accepted_at else "confirmed" if one.confirmed_at else "asked"
    return {
        "body": one.body,
        "kind": one.get_kind_display(),
        "how": how(one),
        "text": one.text,
        "subject": subject.name,
        "subject_url": _url(subject),
        "from": one.contact_email.partition("@")[2] if ours else "",
        "state": state,
        "state_label": STATES[state](),
        "url": reverse("desk:endorsement", args=[one.id]) if ours or theirs else "",
        "may_accept": ours and state == "confirmed",
    }


STATES = {
    "shown": lambda: _("Shown"),
    "confirmed": lambda: _("Waits to be shown"),
    "asked": lambda: _("Waits for its contact"),
}


def _url(subject: Subject) -> str:
    return reverse(subject.kind, args=[subject.about.slug])


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def endorsement_new(request: DeskRequest) -> HttpResponse:
    """Enter that a body stands with something, or that one's own group does (5 queries; saved 10 at most)."""
    groups = [(str(group.id), group.name) for group in working_groups(request.actor.groups(ORGANISER))]
    if not groups:
        raise NotAllowed
    if request.method != "POST":
        typed = {"page": request.GET.get("page", "")[:300]}
        return _form(request, groups, typed, {})
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        made = _entered(request.actor, typed)
    except InvalidFields as invalid:
        return _form(request, groups, typed, invalid.errors, status=422)
    except (Closed, StandsAlready) as refusal:
        return _form(request, groups, typed, {"page": refusal.sentence}, status=409)
    say(request, _SAID[made.by_id is not None, made.accepted_at is not None]())
    return see("endorsements")


_SAID = {
    (False, True): lambda: _("Written down. It is shown as soon as their contact confirms it by mail."),
    (True, True): lambda: _("It stands on the page now."),
    (True, False): lambda: _("Said. It is shown as soon as those who call to it let it."),
}


def _entered(actor: Actor, typed: Mapping[str, str]) -> Endorsement:
    errors: dict[str, str] = {}
    details = Details(
        decided_on=day_of(typed["decided_on"], errors),
        **{name: typed[name] for name in ("body", "kind", "decided", "text", "contact_email")},
    )
    subject = _subject(typed["page"], errors)
    if errors or subject is None:
        raise InvalidFields(errors)
    if not typed["who"]:
        return operations.enter(actor, subject=subject, details=details)
    by = next((one for one in working_groups(actor.groups(ORGANISER)) if str(one.id) == typed["who"]), None)
    if by is None:
        raise InvalidFields({"who": _("Choose one of your groups, or another body.")})
    return operations.stand(actor, group=by, subject=subject, details=details)


def _subject(address: str, errors: dict[str, str]) -> Subject | None:
    try:
        return subject_at(address)
    except NotFound:
        errors["page"] = _("Copy the address of a page here: of an event, a bloc, a series or a group.")
        return None


def _form(
    request: DeskRequest,
    groups: list[tuple[str, str]],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {
        "form": {"values": typed, "errors": errors},
        "who": [("", _("Another body: its contact is asked by mail")), *groups],
        "kinds": [("", _("Choose one")), *KINDS],
        "ways": [("", _("Choose one")), *WAYS],
        "example": f"{settings.PUBLIC_URL}/e/…",
    }
    return page(request, "endorsement_new", "endorsements", context, status=status)


@desk
@require_POST
def endorsement(request: DeskRequest, endorsement_id: UUID) -> HttpResponse:
    """Let one onto the page, or take it off or back (9 queries)."""
    found = endorsement_for(request.actor, endorsement_id)
    if request.POST.get("then") == "accept":
        done = _("It stands on the page now.")
        attempt(request, lambda: operations.accept(request.actor, endorsement=found), done)
    else:
        done = _("It stands on no page any more.")
        attempt(request, lambda: operations.remove(request.actor, endorsement=found), done)
    return see("endorsements")
