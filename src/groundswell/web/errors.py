"""What Django shows where no view answers: what happened, what was kept, what to do. No SQL."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

PAGES = {
    400: (_("That did not arrive whole"), _("Nothing was kept. Please go back and try again.")),
    403: (
        _("That is not allowed"),
        _("Nothing was changed. Please go back, load the page again, and try once more."),
    ),
    404: (_("There is nothing here"), _("Perhaps the address has a slip in it, or what was here is gone.")),
    500: (_("Something broke on our side"), _("We have written it down. Please try again in a few minutes.")),
    503: (_("That does not work at this moment"), _("Nothing was changed. Please try again in a minute.")),
}


def page(request: HttpRequest, status: int) -> HttpResponse:
    """The page for a status, at the desk in the desk's looks."""
    heading, sentence = PAGES[status]
    door = "desk" if request.path.startswith("/desk") else "public"
    context = {"heading": heading, "sentences": [sentence], "noindex": True}
    return render(request, f"{door}/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Broken input that no view could read."""
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something that nobody may do."""
    return page(request, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of the desk without its token: from another site, or older than the sign-in."""
    return page(request, 403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere."""
    return page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A mistake of ours, or a database that cannot be used or cannot write because its disk is full."""
    if isinstance(sys.exception(), OperationalError):
        response = page(request, 503)
        response["Retry-After"] = "10"
        return response
    return page(request, 500)
