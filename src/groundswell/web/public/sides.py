"""Whose page of an event it is: its host's, or that of one of those who hold it together with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import get_language

from groundswell.attendances.answers import ALLY
from groundswell.events.cohosts import arrangement_of
from groundswell.people.queries import ally_wordings
from groundswell.web.public.shown import Link, prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from groundswell.events.models import Event
    from groundswell.groups.models import Organisation


ON_THE_FORM = 5
"""With more others than this, the boxes about them are on a second page, behind the link in the mail."""


@dataclass(frozen=True)
class Box:
    """One box to tick: its field's name, the id of its words, and the words."""

    name: str
    wording: str
    text: str


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


def asked_allies(side: Side, holders: Sequence[Organisation]) -> tuple[list[Box], bool]:
    """The boxes on the form, and whether there are too many for it (none, or 1 query)."""
    others = [one for one in holders if one.id != side.organisation.id]
    if len(others) > ON_THE_FORM:
        return [], True
    return (allies(side.organisation, others) if others else []), False


def allies(ours: Organisation, others: Sequence[Organisation]) -> list[Box]:
    """A box for each other organisation that holds the event, never ticked beforehand (1 query).

    None for one about which there are no words in the language of the page.
    """
    language = get_language() or ours.offered[0]
    wordings = ally_wordings(ours.id, [one.id for one in others], language)
    return [
        Box(f"{ALLY}{one.id}", str(wordings[one.id].id), wordings[one.id].text)
        for one in others
        if one.id in wordings
    ]


def together(side: Side, holders: Sequence[Organisation]) -> dict[str, object]:
    """Who holds the event, each with its own page of it, and who answers for what (none, or 1 query)."""
    if len(holders) == 1:
        return {"hosts": [], "arrangement": None}
    hosts = [Link(each.name, Side(side.event, each).url()) for each in holders]
    found = arrangement_of(side.event.id)
    arranged = {"duties": prose(found.duties), "contact": found.contact, "days": found.days} if found else None
    return {"hosts": hosts, "arrangement": arranged}
