"""``/o/<organisation>/logo-<id>.webp``: an organisation's logo. Another one has another id: kept for ever."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from groundswell.groups.logos import public_logo
from groundswell.web.fingerprints import FOR_EVER
from groundswell.web.public.pages import keep, public


@public
@require_safe
def logo(request: HttpRequest, slug: str, logo_id: UUID) -> HttpResponse:
    """A logo's bytes (1 query), until its organisation has another one."""
    organisation, image = public_logo(slug, logo_id)
    keep(request, tags=(f"organisation:{organisation.id}",))
    return HttpResponse(image, content_type="image/webp", headers={"Cache-Control": FOR_EVER})
