"""What an organisation is to others, in the words of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groundswell.groups.affiliations import Kind
from groundswell.web.public.shown import Link

if TYPE_CHECKING:
    from groundswell.groups.affiliations import Standing

WORDS = {
    (Kind.WING, True): _("A wing of"),
    (Kind.BRANCH, True): _("A branch of"),
    (Kind.AFFILIATE, True): _("Affiliated to"),
    (Kind.ALLY, True): _("Allied with"),
    (Kind.WING, False): _("Its wings"),
    (Kind.BRANCH, False): _("Its branches"),
    (Kind.AFFILIATE, False): _("Affiliated to it"),
    (Kind.ALLY, False): _("Allied with"),
}
"""By kind, and by whether the organisation of the page stands in the other one: in the order of the page."""


@dataclass(frozen=True)
class Line:
    """Some words, and the organisations that they are said of."""

    words: str
    others: list[Link]


def lines(standings: Sequence[Standing]) -> list[Line]:
    """The others, gathered under what they are (0 queries)."""
    gathered: dict[str, list[Link]] = {}
    for (kind, ours), words in WORDS.items():
        found = [one.other for one in standings if (one.kind, one.ours) == (kind, ours)]
        links = [Link(other.name, reverse("group", args=[other.slug])) for other in found]
        gathered.setdefault(str(words), []).extend(links)
    return [Line(words, others) for words, others in gathered.items() if others]
