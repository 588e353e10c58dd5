"""``/desk/mailings/…/look``: a mailing as most programs show it, alone in a frame in which nothing runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from groundswell.mailings.access import mailing_for
from groundswell.mailings.letters import preview
from groundswell.web.desk.pages import DeskRequest, desk

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation

SOMEBODY = "Ada Lovelace"
"""As whom a mailing is shown until somebody else is named."""

ALONE = {
    "default-src": [CSP.NONE],
    # A letter brings its own looks along, as mail programs ask for it.
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": "",
}
"""The policy of a letter, in its frame and where somebody opens it alone: no script, nothing from elsewhere."""

AROUND = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
"""The policy of the page around it."""


@desk
@csp_override(ALONE)
@xframe_options_sameorigin
@require_safe
def mailing_look(request: DeskRequest, mailing_id: UUID) -> HttpResponse:
    """The HTML of a mailing, for somebody called ``?as=`` and ``?in=`` a language (4 queries)."""
    found = mailing_for(request.actor, mailing_id)
    language = language_of(request, found.organisation)
    return HttpResponse(preview(found, language, called(request))["html"])


def called(request: DeskRequest) -> str:
    """As whom it is looked at."""
    return request.GET.get("as", "")[:120] or SOMEBODY


def language_of(request: DeskRequest, organisation: Organisation) -> str:
    """In which of its organisation's languages it is looked at: the one that is named, or else the reader's."""
    offered, typed = organisation.offered, request.GET.get("in") or request.POST.get("in")
    return next((one for one in (typed, get_language()) if one in offered), offered[0])
