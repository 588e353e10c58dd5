"""``/desk/people/imports``: the files from which people were brought, how far each is, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.people.access import import_for, imports_seen_by
from groundswell.people.left_out import left_out_file
from groundswell.people.seeing import see_left_out
from groundswell.people.sources import SOURCES
from groundswell.web.desk.file import table
from groundswell.web.desk.pages import DeskRequest, desk, page, part_named

if TYPE_CHECKING:
    from groundswell.people.models import Import

AT_ONCE = 50
STATES = {
    "waiting": gettext_lazy("is being taken in"),
    "done": gettext_lazy("taken in"),
    "refused": gettext_lazy("refused"),
}


@desk
@require_safe
def imports(request: DeskRequest) -> HttpResponse:
    """The newest fifty (7 queries)."""
    if not request.here.organisations:
        raise NotAllowed
    found = imports_seen_by(request.here, request.here.organisations[0])
    rows, more = part_named(request, "page", found, AT_ONCE)
    return page(request, "imports", "people", {"imports": [_facts(one) for one in rows], "more_url": more})


@desk
@require_safe
def import_one(request: DeskRequest, import_id: UUID) -> HttpResponse:
    """How far one is, or what came of it (7 queries, or 8); it fetches itself while it is on its way."""
    found = import_for(request.actor, import_id)
    context: dict[str, object] = {
        "brought": _facts(found),
        "by": found.wording.get_channel_display() if found.wording and found.wording.channel != "email" else "",
        "going": found.state == found.State.WAITING,
        "elsewhere": found.state == found.State.WAITING and not found.kept_here,
        "left_out_url": reverse("desk:import-left-out", args=[found.id]) if _has_left_out(found) else "",
    }
    return page(request, "import", "people", context)


@desk
@require_safe
def import_left_out(request: DeskRequest, import_id: UUID) -> HttpResponse:
    """The rows that were left out, each with the reason in its last column (8 queries)."""
    found = import_for(request.actor, import_id)
    if not _has_left_out(found):
        raise NotFound
    see_left_out(request.actor, brought=found)
    return table(left_out_file(found.id).open("rb"), "left-out")


def _has_left_out(found: Import) -> bool:
    """Not before its end: until then the file grows."""
    ended = found.state != found.State.WAITING
    return bool(ended and found.left_out and left_out_file(found.id).exists())


def _facts(found: Import) -> dict[str, object]:
    label = next((source.label for source in SOURCES if source.name == found.source), "")
    rows = max(found.lines - 1, 0)
    return {
        "url": reverse("desk:import", args=[found.id]),
        "name": found.file_name,
        "source": label or _("a table of another kind"),
        "group": found.group.name if found.group else "",
        "at": found.made_at,
        "ended_at": found.ended_at,
        "state": found.state,
        "state_label": STATES[found.state],
        "reason": found.reason,
        "rows": rows,
        "read": min(found.read - 1, rows) if rows else found.read - 1,
        "new": found.new,
        "known": found.known,
        "left_out": found.left_out,
        "shut": found.shut,
        "agreed": found.agreed,
    }
