"""``/desk/organisation``: choose which of one's organisations the desk shows."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groundswell.groups.access import own_organisations
from groundswell.groups.errors import NotFound
from groundswell.web.desk.chosen import choose
from groundswell.web.desk.pages import DeskRequest, desk, say, see


@desk
@require_POST
def organisation(request: DeskRequest) -> HttpResponse:
    """Choose one of those in which somebody has a role (5 queries)."""
    wanted = request.POST.get("organisation", "")
    chosen = next((one for one in own_organisations(request.actor) if one.slug == wanted), None)
    if chosen is None:
        raise NotFound
    choose(request, chosen.id)
    say(request, _("You work for %(name)s now.") % {"name": chosen.name})
    return see("waits")
