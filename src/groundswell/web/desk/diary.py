"""``/desk/diary``: who did what, and when, in the words of whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groundswell.blocs.queries import blocs_within, names_of_blocs
from groundswell.discussions.queries import discussions_within, names_of_discussions
from groundswell.events.queries import objects_within, titles_of
from groundswell.groups.access import ORGANISER, OWNER, organisations_led_by, organisations_of
from groundswell.groups.errors import NotAllowed
from groundswell.groups.queries import actors_named, memberships_in, names_of, role_names
from groundswell.kit.ids import first_key
from groundswell.ledger.queries import entries_about, entries_between
from groundswell.web.desk.diary_words import KINDS, OTHER, SENTENCES, VERBS
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from groundswell.ledger.models import Entry

AT_ONCE = 50

COUNTS = ("people", "changed", "made", "moved", "attendances", "entries")
"""What entries call the number in their sentence."""


@dataclass(frozen=True)
class Names:
    """What is called how, of all that stands on a page."""

    actors: Mapping[UUID, str]
    groups: Mapping[UUID, str]
    events: Mapping[UUID, tuple[str, str]]
    roles: Mapping[str, str]


@desk
@require_safe
def diary(request: DeskRequest) -> HttpResponse:
    """Fifty entries by day, the latest first (14 queries): an owner's of all, an organiser's of their groups."""
    visible, with_address = _visible(request)
    found, chosen = _chosen(request, visible)
    before = cursor(request, "before")
    rows = list((found.filter(id__lt=before) if before else found)[: AT_ONCE + 1])
    shown = rows[:AT_ONCE]
    older = urlencode({**chosen, "before": str(shown[-1].id)}) if len(rows) > AT_ONCE else ""
    context = {
        "days": _by_day(shown, _names(shown, with_address=with_address)),
        "who_options": _colleagues(request, with_address=with_address),
        "kind_options": [(kind, str(label)) for kind, label in KINDS.items()],
        "chosen": chosen,
        "older_url": f"?{older}" if older else "",
    }
    return page(request, "diary", "diary", context)


def _visible(request: DeskRequest) -> tuple[QuerySet[Entry], bool]:
    """What somebody may read, and whether addresses of accounts are theirs to see: those of owners only."""
    groups = request.here.groups(ORGANISER)
    if not groups:
        raise NotAllowed
    owned = [each.id for each in organisations_led_by(request.here, OWNER)]
    others = [each.id for each in organisations_of(request.here, ORGANISER) if each.id not in owned]
    return entries_about(
        owned, others, [groups, *objects_within(groups), blocs_within(groups), discussions_within(groups)]
    ), not others


def _chosen(request: DeskRequest, found: QuerySet[Entry]) -> tuple[QuerySet[Entry], dict[str, str]]:
    chosen: dict[str, str] = {}
    if who := cursor(request, "who"):
        found, chosen["who"] = found.filter(actor=who), str(who)
    if (kind := request.GET.get("kind", "")) in VERBS:
        found, chosen["kind"] = found.filter(verb__in=list(VERBS[kind])), kind
    if day := _day(request.GET.get("day", "")):
        found, chosen["day"] = entries_between(found, *_bounds(day)), day.isoformat()
    return found, chosen


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 1970 < day.year < 9999 else None


def _bounds(day: date) -> tuple[UUID, UUID]:
    begins = timezone.make_aware(datetime.combine(day, time()))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return first_key(int(begins.timestamp() * 1000)), first_key(int(ends.timestamp() * 1000))


def _colleagues(request: DeskRequest, *, with_address: bool) -> list[tuple[str, str]]:
    accounts = {each.account_id: each.account for each in memberships_in(request.here.groups(ORGANISER))}
    named = [
        (str(id), account.name or (account.email if with_address else "")) for id, account in accounts.items()
    ]
    return sorted(((id, name) for id, name in named if name), key=lambda each: each[1].casefold())


def _names(entries: Sequence[Entry], *, with_address: bool) -> Names:
    told = [UUID(entry.detail["account"]) for entry in entries if "account" in entry.detail]
    objects = [entry.object_id for entry in entries if entry.object_id]
    # What is another organisation's has its page at their desk.
    own = {entry.organisation_id for entry in entries}
    return Names(
        actors=actors_named(
            [*(entry.actor for entry in entries if entry.actor), *told], with_address=with_address
        ),
        groups=names_of(objects),
        events={
            **titles_of(objects, own),
            **names_of_blocs(objects, own),
            **names_of_discussions(objects, own),
        },
        roles=role_names(),
    )


def _by_day(entries: Sequence[Entry], names: Names) -> list[dict[str, Any]]:
    latest_first = sorted(entries, key=lambda entry: entry.at, reverse=True)
    days = groupby(latest_first, key=lambda entry: timezone.localtime(entry.at).date())
    return [{"day": day, "lines": [_line(entry, names) for entry in of_day]} for day, of_day in days]


def _line(entry: Entry, names: Names) -> dict[str, object]:
    people = abs(sum(_counts(entry.detail)))
    words = SENTENCES.get(entry.verb, OTHER)
    values = {
        "who": _who(entry.actor, names),
        "what": _what(entry.object_id, names),
        "account": _who(_account(entry), names),
        "role": names.roles.get(entry.detail.get("role", ""), ""),
        "verb": entry.verb,
        "people": people,
    }
    return {"at": entry.at, "sentence": words % values, "url": _url(entry.object_id, names)}


def _counts(detail: Mapping[str, Any]) -> Iterator[int]:
    return (detail[name] for name in COUNTS if isinstance(detail.get(name), int))


def _account(entry: Entry) -> UUID | None:
    return UUID(entry.detail["account"]) if "account" in entry.detail else None


def _who(actor: UUID | None, names: Names) -> str:
    if actor is None:
        return "Groundswell"
    return names.actors.get(actor) or _("Somebody whose account is gone")


def _what(about: UUID | None, names: Names) -> str:
    if about and about in names.events:
        return names.events[about][0]
    return (names.groups.get(about) if about else None) or _("something that is gone")


def _url(about: UUID | None, names: Names) -> str:
    kind = names.events[about][1] if about and about in names.events else ""
    return reverse(f"desk:{kind}", args=[about]) if kind else ""
