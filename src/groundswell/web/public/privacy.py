"""``/privacy/<organisation>``: who keeps what, why, for how long, and what anybody can do about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groundswell.groups.queries import organisation_by_slug
from groundswell.kit.privacy import Words, purposes
from groundswell.web.languages import speak
from groundswell.web.public.pages import keep, public


@public
@require_safe
def privacy(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation's privacy notice (1 query)."""
    organisation = organisation_by_slug(slug)
    speak(request, organisation.offered)
    keep(request, tags=(f"organisation:{organisation.id}",))
    context = {
        "organisation": organisation,
        "noindex": bool(organisation.demonstration_note),
        "purposes": _purposes(),
    }
    return render(request, "public/privacy.html", context)


def _purposes() -> list[tuple[Words, Words, Words]]:
    """What the privacy registry says of supporters, and what is left when they are gone."""
    totals = (
        _("How many people came"),
        _("To report honestly. These are totals, nobody's name is in them."),
        _("They stay."),
    )
    return [*((purpose.what, purpose.why, purpose.kept) for purpose in purposes()), totals]
