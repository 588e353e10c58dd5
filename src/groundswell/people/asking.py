"""By which ways besides e-mail an organisation asks whether it may send news, on the preference page only.

Groundswell itself sends e-mail. Whom it may reach by another way it counts in segments and hands over in exports.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.groups import operations as groups
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Organisation
from groundswell.people.models import Channel, Person, Purpose
from groundswell.people.queries import words_in_force
from groundswell.people.reach import shut_before
from groundswell.people.standard import publish_further_wordings
from groundswell.people.stricter import GRANT, OBJECT, Words, last_words

FURTHER = (Channel.SMS, Channel.PHONE, Channel.POST)
BY_NUMBER = (Channel.SMS, Channel.PHONE)
WAYS = {str(way): way for way in (Channel.EMAIL, *FURTHER)}
"""All ways by their codes, as a form or a command names them."""

BY_MAIL = {str(purpose): (purpose, Channel.EMAIL) for purpose in (Purpose.UPDATES, Purpose.NEARBY)}
"""What somebody may allow by e-mail beside their answer to one event, by the name of its box."""

BY_FURTHER_WAYS = {f"{Purpose.UPDATES}-{way}": (Purpose.UPDATES, way) for way in FURTHER}
BOXES = BY_MAIL | BY_FURTHER_WAYS


@dataclass(frozen=True, kw_only=True)
class Box:
    """What somebody may allow, with the words beside it, and whether they do."""

    name: str
    wording: UUID
    text: str
    checked: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """All that somebody is asked; ``wants_number`` where more would be asked if a number of theirs were known.

    ``shut`` are the ways by which nothing goes to their number any more, whatever they say here.
    """

    boxes: list[Box]
    wants_number: bool
    shut: list[Channel]


def asked(organisation: Organisation, person_id: UUID, language: str) -> Asked:
    """What somebody is asked on their preference page, in a language (2 queries, or 5 where it asks by numbers).

    What they allow is among it whether they would still be asked or not, so that they can take it back.
    """
    in_force = words_in_force(organisation.id, language)
    said = last_words(organisation.id, [person_id])[person_id]
    ways = [way for way in FURTHER if way in organisation.ways]
    numberless, shut = _not_open(organisation.id, person_id, [way for way in ways if way in BY_NUMBER], said)
    open_ways = {Channel.EMAIL, *ways}.difference(numberless, shut)
    boxes = []
    for name, (purpose, way) in BOXES.items():
        before = said.get((purpose, way, None))
        checked = before is not None and before.action == GRANT
        words = in_force.get((purpose, way)) or (before and before.wording)
        if words and (checked or way in open_ways):
            boxes.append(Box(name=name, wording=words.id, text=words.text, checked=checked))
    return Asked(boxes=boxes, wants_number=bool(numberless), shut=shut)


def _not_open(
    organisation_id: UUID, person_id: UUID, ways: list[Channel], said: Words
) -> tuple[list[Channel], list[Channel]]:
    """Of the ways by a number those for which none is known, and those by which nothing goes to it any more."""
    if not ways:
        return [], []
    person = Person.objects.get(organisation_id=organisation_id, id=person_id)
    if not person.phone:
        return ways, []
    return [], [way for way in ways if shut_before(person, way, objected_at(said, way))]


def objected_at(said: Words, way: str) -> datetime | None:
    """When somebody objected to news by this way, if that is the last they said of it (0 queries)."""
    last = said.get((Purpose.UPDATES, way, None))
    return last.asked_at if last and last.action == OBJECT else None


@transaction.atomic
def ask_by(actor: Actor, *, organisation: Organisation, ways: Collection[str]) -> Organisation:
    """Ask people from now on by these ways besides e-mail, and by no others.

    Where an organisation has no words for one of them, the standard ones come into force in each of its languages.
    What somebody allowed by a way by which nobody is asked any more stays until they take it back. Queries: 4, and
    1 to 3 for each language, and 3 for each new wording.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: for what is no such way.
    """
    if not set(ways) <= set(FURTHER):
        raise InvalidFields({"ways": _("Choose among these ways.")})
    wanted = [str(way) for way in FURTHER if way in ways]
    publish_further_wordings(actor, organisation=organisation, ways=wanted, languages=organisation.offered)
    return groups.ask_by(actor, organisation=organisation, ways=wanted)
