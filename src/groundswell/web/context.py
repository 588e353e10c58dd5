"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest


def demonstration(_request: HttpRequest | None = None) -> dict[str, object]:
    """In the demo, every page says that it is one, and no search engine keeps it. No SQL."""
    if not settings.ENVIRONMENT.demo:
        return {}
    return {"demonstration_note": settings.DEMONSTRATION_NOTE, "noindex": True}
