"""Counting how often a mailing's buttons are followed: visits, never people.

Such a button leads here first and on to where it was written for. Its address is the same in every copy, so that
nothing tells one reader from another, and what is taken down is that somebody came.
"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from groundswell.intake.kinds import Action, Refused
from groundswell.mailings.models import Link, Mailing
from groundswell.mailings.words import Words, blocks


def make_links(mailing: Mailing) -> None:
    """Write down where the buttons of a counted mailing lead, of all its languages (1 query, or none)."""
    if not mailing.counted:
        return
    said = (Words(**words) for words in mailing.words.values())
    urls = dict.fromkeys(block.url for words in said for block in blocks(words.text) if block.kind == "button")
    Link.objects.bulk_create(
        Link(organisation_id=mailing.organisation_id, mailing=mailing, url=url) for url in urls
    )


def counted_addresses(mailing: Mailing) -> dict[str, str]:
    """By where a button leads, the whole address that stands for it in copies that are counted (up to 1 query)."""
    return {
        url: settings.PUBLIC_URL + reverse("visit", args=[link]) for url, link in mailing.counted_links.items()
    }


def link_of(link_id: UUID) -> Link | None:
    """Where a counted button leads, if there is one (1 query)."""
    return Link.objects.filter(id=link_id).first()


def visits_of(mailing: Mailing) -> list[Link]:
    """Where the buttons of a counted mailing lead, the one with the most visits first (1 query)."""
    return list(Link.objects.filter(mailing=mailing).order_by("-visits", "url"))


def settle_visits(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Add visits up (1 query for each button); what is to a button that is gone counts nowhere."""
    for link, many in Counter(action.subject for action in actions).items():
        Link.objects.filter(organisation_id=organisation_id, id=link).update(visits=F("visits") + many)
    return []
