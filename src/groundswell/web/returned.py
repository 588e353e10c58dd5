"""``/mail/returned/<provider>``: what the provider reports of copies that it was handed; it is told to call here.

It has to show the secret of this installation, and its signature where it gives one. No cookie is looked at, so
there is nothing that a page of somebody else's could make use of.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from groundswell.mailings.links import CALLER, reports_address, reports_secret
from groundswell.mailings.reported import understood
from groundswell.mailings.returns import take_in

log = logging.getLogger(__name__)

LARGEST = 2 * 1024 * 1024
"""Bytes of one call: some providers report a thousand mails at once."""

SIGNED_ALONE = {"postal"}
"""Who signs, and knows no user and password."""

SILENT = {"scaleway"}
"""Who reports nothing that django-anymail understands."""


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def returned(request: HttpRequest, name: str) -> HttpResponse:
    """Take in what is reported, each once (1 query for each report, and up to 25 for what has not counted yet)."""
    provider = settings.ENVIRONMENT.provider
    if provider is None or provider.name != name or name in SILENT:
        raise Http404
    # Some look whether there is anything before they call.
    if request.method == "HEAD":
        return HttpResponse()
    if name == "amazon-ses" and "Authorization" not in request.headers:
        # It shows the secret only where it is asked for it.
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="reports"'})
    # Past Django's limit for forms; the gate has its own for this address (``largest_body``).
    request._body = request.read(LARGEST)
    status, events = _read(request, name, dict(provider.options))
    for said in filter(None, map(understood, events)):
        take_in(said)
    return HttpResponse(status=status)


returned.largest_body = LARGEST  # type: ignore[attr-defined]


def _read(request: HttpRequest, name: str, options: dict[str, str]) -> tuple[int, list[Any]]:
    """What the call says, if it is the provider's, and how it is answered."""
    # Imported here, like the provider's part: most installations need neither.
    from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure

    try:
        view = _view(name, options)
        view.run_validators(request)
        return 200, view.parse_events(request)
    except AnymailWebhookValidationFailure:
        return 403, []
    except ImproperlyConfigured:
        log.error("Reports of %s are not believed: what it signs them with is not in --mail-provider.", name)
        return 403, []
    except (AnymailError, ValueError, LookupError, TypeError, AttributeError):
        return 400, []


def _view(name: str, options: dict[str, str]) -> Any:
    """What django-anymail has for the reports of a provider."""
    module = import_module(f"anymail.webhooks.{name.replace('-', '_')}")
    if name == "amazon-ses":
        keys = {key: options[key] for key in options if key.startswith("aws_") or key == "region_name"}
        options = {"client_params": keys}  # type: ignore[dict-item]
    if name == "mandrill":
        # It signs the address as it was told it.
        options["webhook_url"] = reports_address(name)
    shown = [] if name in SIGNED_ALONE else [f"{CALLER}:{reports_secret()}"]
    ends = ("TrackingWebhookView", "CombinedWebhookView")
    found = next(vars(module)[each] for each in vars(module) if each.endswith(ends))
    return found(**options, webhook_secret=shown)
