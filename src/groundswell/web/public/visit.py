"""``/v/<id>``: a button of a mailing whose visits are counted; leads on to where it was written for."""

from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from groundswell.intake.journal import NotKept
from groundswell.mailings.visits import link_of
from groundswell.web.public.pages import act


@never_cache
@require_safe
def visit(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Take a visit down, and lead on, also where it cannot be taken down (1 query).

    It leads only where an organiser wrote that it does. Who merely looks what is there (HEAD) does not count. Not
    marked as the same for everybody: front would render it once for all who come at the same moment.
    """
    found = link_of(link_id)
    if found is None:
        raise Http404
    if request.method == "GET":
        # Without it a figure is lost, and no reader.
        with suppress(NotKept):
            act(request, kind="visit", organisation_id=found.organisation_id, subject=found.id, payload=b"{}")
    return HttpResponseRedirect(found.url)
