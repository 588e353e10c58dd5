"""``/desk/templates``: what an event can begin with."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groundswell.events.access import template_for
from groundswell.events.queries import dropped_templates_for, templates_for
from groundswell.events.templates import bring_template_back, drop_template
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import NotAllowed
from groundswell.web.desk.pages import DeskRequest, desk, page, part_named, say, see

AT_ONCE = 50


@desk
@require_safe
def templates(request: DeskRequest) -> HttpResponse:
    """The templates of one's groups by name, fifty at once, and what was thrown away today (7 queries)."""
    if not request.here.groups(ORGANISER):
        raise NotAllowed
    rows, more = part_named(request, "page", templates_for(request.here), AT_ONCE)
    removed, more_removed = part_named(request, "dropped", dropped_templates_for(request.here), AT_ONCE)
    lines = [
        {
            "name": one.name,
            "group_name": one.group.name,
            "url": f"{reverse('desk:event-new')}?template={one.id}",
            "drop_url": reverse("desk:template-drop", args=[one.id]),
        }
        for one in rows
    ]
    dropped = [{"name": one.name, "back_url": reverse("desk:template-back", args=[one.id])} for one in removed]
    context: dict[str, object] = {
        "templates": lines,
        "dropped": dropped,
        "more_url": more,
        "more_dropped_url": more_removed,
    }
    return page(request, "templates", "events", context)


@desk
@require_POST
def template_drop(request: DeskRequest, template_id: UUID) -> HttpResponse:
    """Throw a template away; the page says for a day how it comes back (7 queries)."""
    template = template_for(request.actor, template_id)
    drop_template(request.actor, template=template)
    say(request, _("“%(name)s” is thrown away.") % {"name": template.name})
    return see("templates")


@desk
@require_POST
def template_back(request: DeskRequest, template_id: UUID) -> HttpResponse:
    """Have a template again that was thrown away (7 queries)."""
    template = template_for(request.actor, template_id)
    bring_template_back(request.actor, template=template)
    say(request, _("“%(name)s” is back.") % {"name": template.name})
    return see("templates")
