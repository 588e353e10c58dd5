"""``/desk/people/imports/new``: choose a file, look at what would become of it, and let it be taken in.

Between the two steps the file lies in the data folder, and the session says whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.groups.access import ORGANISER, OWNER, group_for
from groundswell.groups.errors import GroupRetired, InvalidFields, NotAllowed
from groundswell.groups.queries import groups_by_id, root_group
from groundswell.kit.ids import uuid7
from groundswell.people.errors import ColumnsUnknown, NotATable
from groundswell.people.imports import import_people, open_table, preview
from groundswell.people.left_out import keep, upload_file
from groundswell.web.desk import import_form
from groundswell.web.desk.pages import DeskRequest, desk, needed_id, page, say, see

if TYPE_CHECKING:
    from collections.abc import Mapping

    from groundswell.groups.models import Group
    from groundswell.people.imports import Agreed, Table

CHOSEN = "import"
"""In the session: id and name of the file that is looked at, and into which organisation it is to go."""

LARGEST = 10
"""Megabytes that a file may have here; see the setting by which the server takes so much."""


@dataclass(frozen=True)
class Chosen:
    """The file that somebody looks at."""

    id: UUID
    name: str

    def table(self, root: Group, columns: Mapping[str, list[str]] | None = None) -> Table:
        """The table in it.

        :raises NotATable: if it is none.
        """
        return open_table(root.organisation_id, upload_file(self.id), self.name, columns)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: DeskRequest) -> HttpResponse:
    """Choose a file; see its columns and first rows (10 queries at most); let it be taken in (20 at most)."""
    if not request.here.organisations or not request.here.groups(ORGANISER):
        raise NotAllowed
    root = root_group(request.here.organisations[0])
    then = request.POST.get("then", "")
    if then == "upload":
        return _take(request, root)
    chosen = _chosen(request, root)
    if then == "leave":
        _forget(request)
        return see("imports")
    if chosen is None:
        if request.method == "POST":
            say(request, _("The file is not there any more. Choose it once more."), "wrong")
            return see("import-new")
        return _ask_for_file(request, {})
    try:
        return _look(request, root, chosen, start=then == "start")
    except NotATable as refusal:
        _forget(request)
        return _ask_for_file(request, {"file": str(refusal)}, refusal.status)


# More than is taken: of what is a little too large, this page itself says so.
import_new.largest_body = 3 * settings.FILE_UPLOAD_MAX_MEMORY_SIZE  # type: ignore[attr-defined]


def _take(request: DeskRequest, root: Group) -> HttpResponse:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        too_large = int(request.headers.get("Content-Length") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        return _ask_for_file(request, {"file": _too_large() if too_large else _("Choose a file.")}, 422)
    _forget(request)
    chosen = Chosen(uuid7(), (upload.name or "")[:200])
    keep(upload_file(chosen.id), upload.read())
    try:
        chosen.table(root)
    except NotATable as refusal:
        upload_file(chosen.id).unlink()
        return _ask_for_file(request, {"file": str(refusal)}, refusal.status)
    request.session[CHOSEN] = [str(chosen.id), chosen.name, str(root.organisation_id)]
    return see("import-new")


def _too_large() -> str:
    return _(
        "This file is too large to be sent by a browser: %(most)s MB at most. Whoever looks after the server "
        "takes in larger ones, of any size, by ./groundswell import people."
    ) % {"most": LARGEST}


def _chosen(request: DeskRequest, root: Group) -> Chosen | None:
    kept = request.session.get(CHOSEN)
    if not kept or kept[2] != str(root.organisation_id) or not upload_file(UUID(kept[0])).exists():
        return None
    return Chosen(UUID(kept[0]), kept[1])


def _forget(request: DeskRequest) -> None:
    kept = request.session.pop(CHOSEN, None)
    if kept:
        upload_file(UUID(kept[0])).unlink(missing_ok=True)


def _ask_for_file(request: DeskRequest, errors: dict[str, str], status: int = 200) -> HttpResponse:
    return page(request, "import_new", "people", {"form": {"errors": errors}, "most": LARGEST}, status=status)


def _look(request: DeskRequest, root: Group, chosen: Chosen, *, start: bool) -> HttpResponse:
    table = chosen.table(root)
    errors: dict[str, str] = {}
    stated: Agreed | None = None
    if request.method == "POST":
        table = chosen.table(root, import_form.mapping(table, request.POST))
        try:
            stated = import_form.agreed(request.POST)
            if start:
                return _start(request, root, table, stated)
        except InvalidFields as invalid:
            errors = {import_form.STATED.get(name, name): said for name, said in invalid.errors.items()}
        except (ColumnsUnknown, GroupRetired) as refusal:
            errors = {"": refusal.sentence}
    return _page(request, root, table, stated, errors)


def _start(request: DeskRequest, root: Group, table: Table, stated: Agreed | None) -> HttpResponse:
    typed = request.POST.get("group", "")
    group = group_for(request.actor, needed_id(typed), ORGANISER) if typed else None
    brought = import_people(
        request.actor, organisation=root.organisation, table=table, group=group, agreed=stated, keep_file=True
    )
    _forget(request)
    return see("import", brought.id)


def _page(
    request: DeskRequest, root: Group, table: Table, stated: Agreed | None, errors: dict[str, str]
) -> HttpResponse:
    try:
        seen, unclear = import_form.seen(preview(table), stated), ""
    except ColumnsUnknown as refusal:
        seen, unclear = {}, refusal.sentence
    post = cast("Mapping[str, str]", request.POST)
    everybody = [("", _("no group: those who see everybody"))] if request.actor.may(ORGANISER, root.id) else []
    groups = [(str(one.id), one.name) for one in groups_by_id(request.here.groups(ORGANISER)) if one.id != root.id]
    context: dict[str, object] = {
        "name": table.name,
        "source": table.label,
        "columns": import_form.fields(table),
        "groups": [*everybody, *groups],
        "ways": import_form.ways(),
        "states": request.actor.may(OWNER, root.id),
        "form": {"values": {name: post.get(name, "") for name in import_form.FIELDS}, "errors": errors},
        "seen": seen,
        "unclear": unclear,
    }
    return page(request, "import_look", "people", context, status=422 if errors else 200)
