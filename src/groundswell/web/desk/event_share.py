"""``/desk/events/<id>/share``, ``…/poster``, ``…/leaflet``: words, links and sheets that bring more people.

Nothing is posted from here: somebody copies the words, changes them, and sends them from their own account.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groundswell.events.access import event_for
from groundswell.events.words import place, when
from groundswell.web.desk.pages import DeskRequest, desk, page
from groundswell.web.public import shown

if TYPE_CHECKING:
    from groundswell.events.models import Event

WAYS = ("poster", "leaflet", "mail", "chat")
"""Names of links that are offered; the page shows later how many came by each."""

SMS = 160
"""Characters of one text message, as long as all of them are in its alphabet."""

SIZES = ("a4", "a5")


@desk
@require_safe
def event_share(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Links, ready words and sheets of one event (6 queries); ``?via=`` names one link more."""
    found = event_for(request.actor, event_id)
    typed = request.GET.get("via", "").strip()
    wrong = _("Use letters, digits, - and _ only, at most 64.") if typed and not _is_name(typed) else ""
    own = [typed] if typed and not wrong else []
    words = _words(found, _link(found, own[0] if own else ""))
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "public": found.status != "draft",
        "links": [{"name": name, "url": _link(found, name)} for name in dict.fromkeys([*own, *WAYS])],
        "words": [{**each, "length": len(str(each["text"]))} for each in words],
        "sheets": {
            "poster": reverse("desk:event-poster", args=[found.id]),
            "leaflet": reverse("desk:event-leaflet", args=[found.id]),
        },
        "form": {"values": {"via": typed}, "errors": {"via": wrong} if wrong else {}},
    }
    return page(request, "event_share", "events", context, status=422 if wrong else 200)


def _is_name(typed: str) -> bool:
    """Whether front would count it; see :func:`groundswell.front.requests.via`."""
    return re.fullmatch(r"(?=.*[A-Za-z0-9])[A-Za-z0-9_-]{1,64}", typed) is not None


def _link(event: Event, name: str) -> str:
    return shown.event_url(event.slug) + (f"?via={name}" if name else "")


def _words(event: Event, link: str) -> list[dict[str, object]]:
    """What people can send, from the shortest to the longest."""
    at = when(event)
    facts = {
        "title": event.title,
        "when": f"{at.date_long}, {at.time}",
        "where": str(place(event)),
        "link": link,
    }
    lead = event.text.split("\n\n")[0].strip()
    short = _("%(title)s. %(when)s, %(where)s. %(link)s") % facts
    long = _("%(when)s, %(where)s.\n\nSay that you are coming: %(link)s") % facts
    return [
        {"id": "words-sms", "name": _("For a text message"), "text": _text_message(event, link), "rows": 3},
        {"id": "words-short", "name": _("Short"), "text": short, "rows": 3},
        {
            "id": "words-long",
            "name": _("Long"),
            "text": "\n\n".join(filter(None, [event.title, lead, long])),
            "rows": 9,
        },
    ]


def _text_message(event: Event, link: str) -> str:
    """At most one message long where the link allows it: the title gives way first."""
    at = when(event)
    rest = f"{at.date_long}, {at.time}. {link}"
    room = max(SMS - len(rest) - 2, 20)
    title = event.title if len(event.title) <= room else event.title[: room - 1].rstrip() + "…"
    return f"{title}: {rest}"


@desk
@require_safe
def poster(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """A sheet for a wall (5 queries); ``?size=`` a4 or a5, ``?via=`` the name of its link."""
    return _sheet(request, event_id, "poster", "a4")


@desk
@require_safe
def leaflet(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """A sheet for a hand, with the text (5 queries); ``?size=`` and ``?via=`` as with the poster."""
    return _sheet(request, event_id, "leaflet", "a5")


def _sheet(request: DeskRequest, event_id: UUID, kind: str, usual: str) -> HttpResponse:
    found = event_for(request.actor, event_id)
    size, name = request.GET.get("size", usual), request.GET.get("via", kind)
    name = name if _is_name(name) else kind
    context = {
        "kind": kind,
        "size": size if size in SIZES else usual,
        "via": name,
        "event": {
            "title": found.title,
            "kind_label": found.get_kind_display(),
            "organisation_name": found.organisation.name,
            "when": when(found),
            "place": place(found),
            "text_html": shown.prose(found.text),
            "short_url": shown.event_url(found.slug).partition("://")[2],
            "link": _link(found, name),
        },
        "back": reverse("desk:event-share", args=[found.id]),
        "imprint": found.organisation.imprint,
        "organisation": {"demonstration_note": found.organisation.demonstration_note},
    }
    return render(request, "desk/sheet.html", context)
