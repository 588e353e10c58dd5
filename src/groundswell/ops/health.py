"""``GET /health``: for load balancers, container platforms and people who wonder whether all is well."""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from groundswell import __version__
from groundswell.ops.heartbeat import is_beating


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 with the version once web, database and worker are well, else 503 with the reason. One query."""
    reason = _what_is_wrong()
    if reason:
        return JsonResponse({"status": "unwell", "version": __version__, "reason": reason}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})


def _what_is_wrong() -> str:
    try:
        if is_beating("worker"):
            return ""
    except DatabaseError:
        return "The database does not answer."
    return "The worker has shown no sign of life for 15 seconds."
