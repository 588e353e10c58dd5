"""``/me/complain/<token>``: complain about how one's data is handled, behind the link in a mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.groups.errors import NotFound
from groundswell.people.links import PREFERENCES
from groundswell.web.me.opening import open_link
from groundswell.web.public.complain import take_complaint
from groundswell.web.public.pages import public


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def complain_by_link(request: HttpRequest, given: str) -> HttpResponse:
    """Ask what is wrong (1 query); on POST, take it down.

    :raises NotFound: if the link was not made here, or whom it names is forgotten.
    """
    organisation, person_id = open_link(request, PREFERENCES, given)
    if organisation is None:
        raise NotFound
    return take_complaint(request, organisation, "complain-by-link", person_id)
