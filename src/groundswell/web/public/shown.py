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


@dataclass(frozen=True)
class Feed:
    """A calendar to subscribe to, under its whole address; phones know what to do with ``webcal``."""

    name: str
    url: str

    @property
    def webcal(self) -> str:
        return f"webcal{self.url[self.url.index(':') :]}"


def feed(name: str, kind: str, slug: str) -> Feed:
    """The calendar of an ``organisation``, a ``group`` or a ``series``."""
    return Feed(name, settings.PUBLIC_URL + reverse(f"{kind}-calendar", args=[slug]))


def prose(text: str) -> SafeString:
    """Plain text as paragraphs; what looks like HTML in it is shown, not run."""
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 (escaped just here)


def bloc_url(slug: str) -> str:
    """The whole address of a bloc's page."""
    return settings.PUBLIC_URL + reverse("bloc", args=[slug])


def event_url(slug: str) -> str:
    """The whole address of an event's page."""
    return settings.PUBLIC_URL + reverse("event", args=[slug])
