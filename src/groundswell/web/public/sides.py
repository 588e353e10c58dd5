"""Whose page of an event it is: its host's, or that of one of those who hold it together with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from groundswell.events.cohosts import arrangement_of, cohosts_of
from groundswell.web.public.shown import Link, prose

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Organisation


@dataclass(frozen=True)
class Side:
    """An event as one organisation shows it; who answers there is among its people."""

    event: Event
    organisation: Organisation

    @classmethod
    def of_host(cls, event: Event) -> Side:
        """The host's own page."""
        return cls(event, event.organisation)

    @property
    def is_hosts(self) -> bool:
        """Whether it is the host's own page."""
        return self.organisation.id == self.event.organisation_id

    @property
    def tags(self) -> tuple[str, ...]:
        """What the page depends on, without its count."""
        hosts = dict.fromkeys((self.event.organisation_id, self.organisation.id))
        return (f"event:{self.event.id}", *(f"organisation:{host}" for host in hosts))

    def url(self, page: str = "event") -> str:
        """The path of the ``event``, or of its ``thanks``, on this side."""
        if self.is_hosts:
            return reverse(page, args=[self.event.slug])
        names = {"event": "cohosted", "thanks": "cohosted-thanks"}
        return reverse(names[page], args=[self.event.slug, self.organisation.slug])

    def frame(self) -> dict[str, object]:
        """What the frame around the page needs: search engines leave out what is not for everybody."""
        common = frame(self.organisation)
        return {**common, "noindex": common["noindex"] or self.event.audience != "everybody"}


def frame(organisation: Organisation | None) -> dict[str, object]:
    """What the frame around a page needs of its organisation."""
    return {"organisation": organisation, "noindex": bool(organisation and organisation.demonstration_note)}


def frame_of(event: Event) -> dict[str, object]:
    """The same for an event, on its host's side."""
    return Side.of_host(event).frame()


def together(side: Side) -> dict[str, object]:
    """Who holds the event, each with its own page of it, and who answers for what (1 query, or 2)."""
    cohosts = cohosts_of(side.event.id)
    if not cohosts:
        return {"hosts": [], "arrangement": None}
    every = [side.event.organisation, *(cohost.organisation for cohost in cohosts)]
    hosts = [Link(each.name, Side(side.event, each).url()) for each in every]
    found = arrangement_of(side.event.id)
    arranged = {"duties": prose(found.duties), "contact": found.contact, "days": found.days} if found else None
    return {"hosts": hosts, "arrangement": arranged}
