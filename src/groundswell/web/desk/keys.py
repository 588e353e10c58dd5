"""``/desk/keys``: what the keyboard does."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groundswell.web.desk.pages import DeskRequest, desk, page


@desk
@require_safe
def keys(request: DeskRequest) -> HttpResponse:
    """The list of keys (5 queries)."""
    return page(request, "keys", "keys", {"always": _always(), "single": _single()})


def _always() -> list[tuple[list[str], str]]:
    return [
        ([_("Ctrl"), "S"], _("Save the form of an event")),
        ([_("Tab")], _("Go to the next field or button; with Shift to the one before")),
        ([_("Enter")], _("Press the button, follow the link, send the form")),
    ]


def _single() -> list[tuple[list[str], str]]:
    return [
        (["g", "w"], _("Go to what waits")),
        (["g", "e"], _("Go to the events")),
        (["g", "b"], _("Go to the blocs")),
        (["g", "q"], _("Go to the discussions")),
        (["g", "n"], _("Go to who stands with us")),
        (["g", "m"], _("Go to the mailings")),
        (["g", "p"], _("Go to the people")),
        (["g", "o"], _("Go to the outbox")),
        (["g", "d"], _("Go to the diary")),
        (["g", "s"], _("Go to the settings")),
        (["n"], _("Announce an event, where that is offered")),
        (["e"], _("Change the event that is open")),
        (["s"], _("Share the event that is open")),
        (["/"], _("Search, where there is something to search")),
        (["?"], _("Come to this page")),
    ]
