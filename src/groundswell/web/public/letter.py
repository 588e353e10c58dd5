"""``/m/<id>``: what an organisation wrote to many, for whoever has the address."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from groundswell.events.words import day_in_full
from groundswell.mailings.letters import as_page
from groundswell.mailings.queries import archived_mailing
from groundswell.mailings.quiet import ZONE
from groundswell.web.languages import speak
from groundswell.web.public.home import count_tags, lines
from groundswell.web.public.pages import keep, public
from groundswell.web.public.sides import frame


@public
@require_safe
def letter(request: HttpRequest, mailing_id: UUID) -> HttpResponse:
    """Show a mailing as everybody may read it (3 queries at most); search engines leave it out."""
    found = archived_mailing(mailing_id)
    speak(request, found.organisation.offered)
    assert found.frozen_at
    language = get_language()
    written_in = language if language in found.words else next(iter(found.words))
    said = as_page(found, written_in)
    about = (f"event:{found.event_id}", *count_tags([found.event])) if found.event else ()
    keep(request, tags=(f"organisation:{found.organisation_id}", "organisations", *about))
    context = {
        **frame(found.organisation),
        **said,
        "events": lines([said["event"]], {}) if said["event"] else [],
        # The clock of those whom it went to: the organisation's own is London's, as for quiet hours.
        "date": day_in_full(found.frozen_at.astimezone(ZONE).date()),
        "written_in": "" if written_in == language else written_in,
        "noindex": True,
    }
    return render(request, "public/letter.html", context)
