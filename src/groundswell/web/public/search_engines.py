"""``/robots.txt`` and ``/sitemap.xml``: what search engines may look at, and where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.events.queries import listed
from groundswell.web.public.pages import keep, public

if TYPE_CHECKING:
    from groundswell.events.models import Event

MOST = 10_000
"""Events in the sitemap; the format allows 50,000 addresses in all."""


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What no search engine should spend its time on. No SQL."""
    keep(request)
    lines = [
        "User-agent: *",
        "Disallow: /desk/",
        "Disallow: /api/",
        "Disallow: /a/",
        f"Sitemap: {settings.PUBLIC_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The addresses of all that is for everybody and real (1 query)."""
    keep(request, tags=("events", "organisations"))
    real = [] if settings.ENVIRONMENT.demo else [event for event in listed(limit=MOST) if _is_real(event)]
    paths = dict.fromkeys([reverse("home"), *(path for event in real for path in _pages(event))])
    context = {"addresses": [settings.PUBLIC_URL + path for path in paths]}
    return render(request, "public/sitemap.xml", context, content_type="application/xml")


def _is_real(event: Event) -> bool:
    return not event.organisation.demonstration_note


def _pages(event: Event) -> list[str]:
    series = [reverse("series", args=[event.series.slug])] if event.series else []
    return [reverse("group", args=[event.group.slug]), *series, reverse("event", args=[event.slug])]
