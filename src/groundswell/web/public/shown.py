"""Small things that public pages show."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Link:
    """Something with a page."""

    name: str
    url: str


def prose(text: str) -> SafeString:
    """Plain text as paragraphs; what looks like HTML in it is shown, not run."""
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 (escaped just here)


def event_url(slug: str) -> str:
    """The whole address of an event's page."""
    return settings.PUBLIC_URL + reverse("event", args=[slug])
