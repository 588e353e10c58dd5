"""``/desk/settings/<organisation>/logo``: the logo on an organisation's pages. For owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.groups.errors import InvalidFields
from groundswell.groups.logos import describe_logo, remove_logo, set_logo
from groundswell.web.desk.chosen import owned
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation

SURELY = "remove-surely"


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def logo(request: DeskRequest, slug: str) -> HttpResponse:
    """Show the logo and take another (6 queries; 12 where a new one is saved)."""
    ours = owned(request, slug)
    if request.method != "POST":
        return _form(request, ours, ours.logo_alt, {})
    then = request.POST.get("then")
    if then == "remove":
        return page(request, "confirm", "settings", _before_removing(ours))
    if then == SURELY:
        remove_logo(request.actor, organisation=ours)
        say(request, _("The logo is taken away."))
        return see("logo", slug)
    return _save(request, ours)


logo.largest_body = settings.FILE_UPLOAD_MAX_MEMORY_SIZE  # type: ignore[attr-defined]


def _before_removing(ours: Organisation) -> dict[str, object]:
    return {
        "heading": _("Take the logo of “%(name)s” away?") % {"name": ours.name},
        "sentences": [_("It is not kept anywhere else. To have it again, you choose the file anew.")],
        "button": _("Take it away"),
        "danger": True,
        "hidden": [("then", SURELY)],
        "back": reverse("desk:logo", args=[ours.slug]),
    }


def _save(request: DeskRequest, ours: Organisation) -> HttpResponse:
    alt, upload = request.POST.get("logo_alt", ""), request.FILES.get("logo")
    try:
        if upload:
            set_logo(request.actor, organisation=ours, upload=upload.read(), alt=alt)
        elif ours.logo:
            describe_logo(request.actor, organisation=ours, alt=alt)
        else:
            raise InvalidFields({"logo": _("Choose a file with a picture.")})
    except InvalidFields as invalid:
        return _form(request, ours, alt, invalid.errors, status=422)
    say(request, _("The logo is saved."))
    return see("logo", ours.slug)


def _form(
    request: DeskRequest, ours: Organisation, alt: str, errors: dict[str, str], status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "subject": ours.name,
        "settings_url": reverse("desk:settings-of", args=[ours.slug]),
        "logo": ours if ours.logo else None,
        "logo_url": reverse("logo", args=[ours.slug, ours.logo]) if ours.logo else "",
        "form": {"values": {"logo_alt": alt}, "errors": errors},
    }
    return page(request, "logo", "settings", context, status=status)
