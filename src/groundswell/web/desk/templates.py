"""``/desk/templates``: what an event can begin with."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.events.access import template_for
from groundswell.events.queries import templates_for
from groundswell.events.templates import drop_template
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import NotAllowed
from groundswell.web.desk.pages import DeskRequest, desk, page, page_number, say, see

AT_ONCE = 50


@desk
@require_safe
def templates(request: DeskRequest) -> HttpResponse:
    """The templates of one's groups by name, fifty at once (6 queries)."""
    if not request.here.groups(ORGANISER):
        raise NotAllowed
    number = page_number(request, "page")
    rows = list(templates_for(request.here)[number * AT_ONCE : (number + 1) * AT_ONCE + 1])
    lines = [
        {
            "name": one.name,
            "group_name": one.group.name,
            "url": f"{reverse('desk:event-new')}?template={one.id}",
            "drop_url": reverse("desk:template-drop", args=[one.id]),
        }
        for one in rows[:AT_ONCE]
    ]
    more = f"?page={number + 1}" if len(rows) > AT_ONCE else ""
    return page(request, "templates", "events", {"templates": lines, "more_url": more})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def template_drop(request: DeskRequest, template_id: UUID) -> HttpResponse:
    """Ask once more, then throw a template away (6 queries; done 7)."""
    template = template_for(request.actor, template_id)
    if request.method == "POST":
        drop_template(request.actor, template=template)
        say(request, _("“%(name)s” is thrown away.") % {"name": template.name})
        return see("templates")
    context: dict[str, object] = {
        "heading": _("Throw “%(name)s” away?") % {"name": template.name},
        "sentences": [_("Events that began with it stay as they are. The template does not come back.")],
        "button": _("Throw it away"),
        "danger": True,
        "back": reverse("desk:templates"),
    }
    return page(request, "confirm", "events", context)
