"""The blocks of segments that say something of people themselves."""

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.lookups import Exact
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from groundswell.groups.access import line_up
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.kit.many import among
from groundswell.kit.places import KM_PER_MILE, NotAPostcode, Point, locate, near_sectors, postcode, sector
from groundswell.kit.text import one_line
from groundswell.people.models import Belonging, Channel, Tagged
from groundswell.people.reach import BITS, EPOCH
from groundswell.people.segments import Block
from groundswell.people.sorting import LONGEST_TAG, tag_key

Distance = Annotated[int, Meta(gt=0, le=1000)]
Unit = Literal["miles", "km"]


def within(point: Point | None, distance: int, unit: Unit) -> Q:
    """True of those the middle of whose area is at most so far away; of nobody where there is no such place."""
    if point is None:
        return Q(person_id__in=[])
    near = near_sectors(point, distance * KM_PER_MILE if unit == "miles" else distance)
    return Q(among("sector", [name for name, _point in near]))


def how_far(distance: int, unit: Unit) -> str:
    """A distance in words."""
    if unit == "miles":
        return ngettext("%(number)s mile", "%(number)s miles", distance) % {"number": distance}
    return ngettext("%(number)s kilometre", "%(number)s kilometres", distance) % {"number": distance}


class Near(Block, frozen=True, kw_only=True, tag="near"):
    """Who lives at most so far from a postcode, by the middle of their own area."""

    label: ClassVar = _("live near a postcode")
    postcode: str
    distance: Distance
    unit: Unit = "miles"

    def __post_init__(self) -> None:
        """Read the postcode as it is printed; no other is a place."""
        if locate(sector(self.postcode)) is None:
            raise NotAPostcode(gettext("We do not know where this postcode is."))
        msgspec.structs.force_setattr(self, "postcode", postcode(self.postcode))

    def where(self, organisation_id: UUID) -> Q:
        """By the area, which is all that is kept of a postcode (0 queries)."""
        return within(locate(sector(self.postcode)), self.distance, self.unit)

    def words(self, organisation_id: UUID | None) -> str:
        """How far, and from where (0 queries)."""
        said = {"distance": how_far(self.distance, self.unit), "place": self.postcode}
        return gettext("live within %(distance)s of %(place)s") % said


class InGroup(Block, frozen=True, kw_only=True, tag="group"):
    """Who belongs to a group, or to one below it."""

    label: ClassVar = _("belong to a group")
    group: UUID

    def rows(self, organisation_id: UUID) -> QuerySet[Any]:
        """By the group and all below it (1 query)."""
        parents = dict(Group.objects.filter(organisation_id=organisation_id).values_list("id", "parent_id"))
        inside = [group for group in parents if self.group in line_up(group, parents)]
        return Belonging.objects.filter(organisation_id=organisation_id, group_id__in=inside)

    def words(self, organisation_id: UUID | None) -> str:
        """Which group (1 query)."""
        found = organisation_id and Group.objects.filter(organisation_id=organisation_id, id=self.group).first()
        return gettext("belong to %(group)s") % {"group": found.name if found else gettext("a group")}


class HasTag(Block, frozen=True, kw_only=True, tag="tag"):
    """Who has a tag, by its name: so it can be said before anybody has it."""

    label: ClassVar = _("have a tag")
    name: Annotated[str, Meta(min_length=1, max_length=LONGEST_TAG)]

    def __post_init__(self) -> None:
        """Keep the name as one that can be a tag's."""
        one_line(self.name)

    def rows(self, organisation_id: UUID) -> QuerySet[Any]:
        """By any spelling of it (0 queries)."""
        key = tag_key(self.name)
        return Tagged.objects.filter(organisation_id=organisation_id, tag__key=key)

    def words(self, organisation_id: UUID | None) -> str:
        """Which tag (0 queries)."""
        return gettext("have the tag “%(tag)s”") % {"tag": self.name}


class Speaks(Block, frozen=True, kw_only=True, tag="language"):
    """Who reads a language: that of the page on which they answered, or that they chose."""

    label: ClassVar = _("read a language")
    language: Annotated[str, Meta(min_length=2, max_length=12)]

    def where(self, organisation_id: UUID) -> Q:
        """By the person's language (0 queries)."""
        return Q(language=self.language)

    def words(self, organisation_id: UUID | None) -> str:
        """Which language, by its own name (0 queries)."""
        name = dict(settings.LANGUAGES).get(self.language, self.language)
        return gettext("read %(language)s") % {"language": name}


class NotContacted(Block, frozen=True, kw_only=True, tag="not_contacted"):
    """Who got no message in the last days."""

    label: ClassVar = _("were not written to lately")
    days: Annotated[int, Meta(gt=0, le=3650)]

    def where(self, organisation_id: UUID) -> Q:
        """By the day of the last message (0 queries)."""
        return Q(contacted_on__lte=(now().date() - EPOCH).days - self.days)

    def words(self, organisation_id: UUID | None) -> str:
        """In how many days (0 queries)."""
        return ngettext(
            "were not written to in the last %(days)s day",
            "were not written to in the last %(days)s days",
            self.days,
        ) % {"days": self.days}


class Allows(Block, frozen=True, kw_only=True, tag="allows"):
    """Who allows something more than what they are written to about."""

    label: ClassVar = _("allow something more")
    purpose: Literal["event", "updates", "nearby"]
    channel: Literal["email", "sms", "phone", "post"] = "email"

    def where(self, organisation_id: UUID) -> Q:
        """By what the copy says of the ledger of consent (0 queries)."""
        bit = BITS[self.purpose, self.channel]
        return Q(Exact(F("allows").bitand(bit), bit))

    def words(self, organisation_id: UUID | None) -> str:
        """What, and by which channel (0 queries)."""
        return gettext("allow %(purpose)s by %(channel)s") % {
            "purpose": PURPOSE_WORDS[self.purpose],
            "channel": Channel(self.channel).label,
        }


PURPOSE_WORDS = {
    "event": _("to be told about an event they plan to come to"),
    "updates": _("to be sent news of the campaign"),
    "nearby": _("to be told of events near them"),
}
"""What somebody allows, behind "allow" and before "by e-mail"."""


BLOCKS = (Near, InGroup, HasTag, Speaks, NotContacted, Allows)
