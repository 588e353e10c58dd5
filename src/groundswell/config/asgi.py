"""The web process: front before the gate before Django, composed here and nowhere else."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.config.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.csp import build_policy
from django.utils.translation import gettext

from groundswell.front.addresses import Addresses
from groundswell.front.front import Front
from groundswell.front.gate import LARGEST_BODY, Gate
from groundswell.front.kept import Kept
from groundswell.front.limits import Limits
from groundswell.front.messages import App
from groundswell.front.refusals import Refusals
from groundswell.front.touched import Poller
from groundswell.web.languages import is_public, ours


def largest_body(path: str) -> int:
    """How many bytes a request to a path may have (``web.desk`` marks the views that take a file)."""
    try:
        return int(getattr(resolve(path).func, "largest_body", LARGEST_BODY))
    except Resolver404:
        return LARGEST_BODY


def error_page(heading: str, sentence: str, language: str) -> bytes:
    """A page that says what happened, in the looks of the public pages."""
    with translation.override(language):
        context = {"heading": gettext(heading), "sentences": [gettext(sentence)], "noindex": True}
        return render_to_string("public/error.html", context, HttpRequest()).encode()


def compose() -> App:
    """The application as the settings want it: with front, or with the gate alone."""
    django: App = get_asgi_application()  # type: ignore[assignment]
    # Models can only be loaded once Django is.
    from groundswell.api.problems import below_api
    from groundswell.intake.journal import journal
    from groundswell.intake.touches import let_go, recent

    gate = Gate(
        django,
        addresses=Addresses(settings.ENVIRONMENT.proxies),
        limits=Limits(),
        largest=largest_body,
        refusals=Refusals(
            error_page, ours(), [(b"content-security-policy", build_policy(settings.SECURE_CSP).encode())]
        ),
    )
    if not settings.ENVIRONMENT.front:
        return below_api(gate)
    front = Front(
        gate,
        django,
        journal=journal,
        is_public=is_public,
        languages=ours(),
        kept=Kept(),
        poll=lambda kept, loop: Poller(recent, kept, loop, let_go=let_go),
    )
    return below_api(front)


application = compose()
