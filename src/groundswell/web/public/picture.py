"""``/p/<id>.webp``: an event's picture. Another picture has another id, so it may be kept for ever."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from groundswell.events.queries import public_picture
from groundswell.web.fingerprints import FOR_EVER
from groundswell.web.public.pages import keep, public


@public
@require_safe
def picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """A picture's bytes (1 query), until its event has another one."""
    image = public_picture(picture_id)
    keep(request, tags=("events",))
    return HttpResponse(image, content_type="image/webp", headers={"Cache-Control": FOR_EVER})
