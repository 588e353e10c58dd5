"""What a body can stand with: an event, a bloc, a series, or a group and all that it calls to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from groundswell.blocs.models import Bloc
from groundswell.blocs.models import Status as BlocStatus
from groundswell.blocs.queries import public_bloc
from groundswell.events.models import Event
from groundswell.events.queries import is_open, public_event, public_series
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Group
from groundswell.groups.queries import public_group
from groundswell.kit.clock import now

if TYPE_CHECKING:
    from groundswell.events.models import Series

KINDS = {"e": "event", "b": "bloc", "series": "series", "g": "group"}
"""The first word of a page's address, and what the page is about."""

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Subject:
    """What is stood with: ``about`` is it, ``kind`` one of :data:`KINDS`."""

    kind: str
    about: Event | Bloc | Series | Group

    @property
    def group(self) -> Group:
        """Whose it is."""
        return self.about if isinstance(self.about, Group) else self.about.group

    @property
    def event(self) -> Event | None:
        """The event that it is, or in which it is a bloc."""
        if isinstance(self.about, Bloc):
            return self.about.event
        return self.about if isinstance(self.about, Event) else None

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.about)

    @property
    def tag(self) -> str:
        """What is touched when another body comes to stand with it."""
        return f"{self.kind}:{self.about.id}:stands"

    @property
    def tags(self) -> tuple[str, ...]:
        """What is touched when it changes itself, or what is around it."""
        inside = (f"event:{self.about.event_id}",) if isinstance(self.about, Bloc) else ()
        return (f"{self.kind}:{self.about.id}", *inside)

    @property
    def links(self) -> dict[str, UUID]:
        """The columns by which a row is found, or to which it points."""
        own = {} if self.kind == "group" else {f"{self.kind}_id": self.about.id}
        return {"organisation_id": self.about.organisation_id, "group_id": self.group.id, **own}

    @property
    def is_open(self) -> bool:
        """Whether anybody can come to stand with it."""
        if isinstance(self.about, Event):
            return is_open(self.about)
        if isinstance(self.about, Bloc):
            return self.about.status == BlocStatus.PUBLISHED and is_open(self.about.event)
        return self.group.retired_at is None

    @property
    def closes_at(self) -> datetime:
        """Until when that holds; tomorrow where no end is known."""
        if isinstance(self.about, Event):
            return self.about.closes_at
        return self.about.event.closes_at if isinstance(self.about, Bloc) else now() + A_DAY


def subject_named(kind: str, slug: str) -> Subject:
    """What has a public page of this kind under this name (1 query, or 2).

    :raises NotFound: if there is none, or nobody sees it yet.
    """
    found: dict[str, Callable[[str], Any]] = {
        "event": public_event,
        "bloc": public_bloc,
        "series": public_series,
        "group": public_group,
    }
    if kind not in found:
        raise NotFound
    return Subject(kind, found[kind](slug))


def subject_at(address: str) -> Subject:
    """The same by the address of its page, typed or copied (1 query, or 2).

    :raises NotFound: if there is none, or nobody sees it yet.
    """
    path = address.strip().removeprefix(settings.PUBLIC_URL)
    match = re.fullmatch(r"/?(e|b|series|g)/([-\w]+)(?:[/?#].*)?", path)
    if match is None:
        raise NotFound
    return subject_named(KINDS[match[1]], match[2])
