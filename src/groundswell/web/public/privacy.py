"""``/privacy/<organisation>``: who keeps what, why, for how long, and what anybody can do about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groundswell.groups.queries import organisation_by_slug
from groundswell.web.public.pages import keep, public


@public
@require_safe
def privacy(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation's privacy notice (1 query)."""
    organisation = organisation_by_slug(slug)
    keep(request, tags=(f"organisation:{organisation.id}",))
    context = {
        "organisation": organisation,
        "noindex": bool(organisation.demonstration_note),
        "purposes": _purposes(),
    }
    return render(request, "public/privacy.html", context)


def _purposes() -> list[tuple[str, str, str]]:
    return [
        (
            _("Your answer to an event: name, e-mail address, how many come with you"),
            _("To know how many people come, and to tell you if something changes. You agreed to it in the form."),
            _("48 hours if you do not confirm it; otherwise until 30 days after the event."),
        ),
        (
            _("The first part of your postcode, if you gave one"),
            _("To see from where people travel. The rest of it is never stored."),
            _("As long as your answer."),
        ),
        (
            _("News of the campaign, and other events near you, if you ticked their boxes"),
            _("To write to you about them. You agreed to each on its own, and can take it back at any time."),
            _("Until you take it back."),
        ),
        (
            _("How many people came"),
            _("To report honestly. These are totals, nobody's name is in them."),
            _("They stay."),
        ),
    ]
