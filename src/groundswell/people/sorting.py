"""Sorting people by words and by groups, so that somebody can be written to whom something concerns."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.models import Group, Organisation
from groundswell.groups.queries import root_group
from groundswell.kit.text import one_line
from groundswell.ledger.operations import record
from groundswell.people.models import Belonging, Person, Tag, Tagged

LONGEST_TAG = 60


def tags_named(organisation_id: UUID, names: Iterable[str]) -> dict[str, Tag]:
    """The tags of these names, by :func:`tag_key`, made where there is none (2 queries, or 1).

    :raises NotText: for what is no text.
    """
    wanted = {tag_key(name): one_line(name)[:LONGEST_TAG] for name in names if one_line(name)}
    known = _tags(organisation_id, wanted)
    missing = [Tag(organisation_id=organisation_id, name=wanted[key], key=key) for key in wanted.keys() - known]
    if missing:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        known = _tags(organisation_id, wanted)
    return known


def tag_key(name: str) -> str:
    """What two spellings of a tag have in common."""
    return one_line(name).casefold()[:LONGEST_TAG]


def _tags(organisation_id: UUID, keys: Iterable[str]) -> dict[str, Tag]:
    found = Tag.objects.filter(organisation_id=organisation_id, key__in=list(keys))
    return {tag.key: tag for tag in found}


@transaction.atomic
def tag_people(actor: Actor, *, organisation: Organisation, people: Iterable[UUID], name: str) -> Tag | None:
    """Give people of an organisation a tag, made where there is none; None for an empty name (up to 7 queries).

    :raises NotFound: if its root group is none of the actor's.
    :raises NotAllowed: if their role is too low.
    :raises NotText: if the name is no text.
    """
    root = root_group(organisation.id)
    actor.require(ORGANISER, root.id)
    tag = next(iter(tags_named(organisation.id, [name]).values()), None)
    if tag is None:
        return None
    own = _own(organisation.id, people)
    rows = [Tagged(organisation_id=organisation.id, tag=tag, person_id=person) for person in own]
    Tagged.objects.bulk_create(rows, ignore_conflicts=True)
    record(organisation_id=organisation.id, actor=actor.id, verb="people.tag", object_id=tag.id, people=len(own))
    return tag


@transaction.atomic
def untag_people(actor: Actor, *, organisation: Organisation, people: Iterable[UUID], tag_id: UUID) -> int:
    """Take a tag off people; returns of how many (5 queries).

    :raises NotFound: if its root group is none of the actor's.
    :raises NotAllowed: if their role is too low.
    """
    actor.require(ORGANISER, root_group(organisation.id).id)
    tagged = Tagged.objects.filter(organisation_id=organisation.id, tag_id=tag_id, person_id__in=list(people))
    taken = tagged.delete()[0]
    record(organisation_id=organisation.id, actor=actor.id, verb="people.untag", object_id=tag_id, people=taken)
    return taken


@transaction.atomic
def put_into_group(actor: Actor, *, group: Group, people: Iterable[UUID]) -> int:
    """Let people belong to a group, whose organisers see them then; returns how many they are (4 queries).

    :raises NotFound: if the organisation's root group is none of the actor's.
    :raises NotAllowed: unless they organise there: whoever is shown somebody new is not the one to say so.
    """
    actor.require(ORGANISER, root_group(group.organisation_id).id)
    own = _own(group.organisation_id, people)
    rows = [
        Belonging(organisation_id=group.organisation_id, group=group, person_id=person) for person in sorted(own)
    ]
    Belonging.objects.bulk_create(rows, ignore_conflicts=True)
    record(
        organisation_id=group.organisation_id,
        actor=actor.id,
        verb="people.put_into_group",
        object_id=group.id,
        people=len(own),
    )
    return len(own)


@transaction.atomic
def take_out_of_group(actor: Actor, *, group: Group, people: Iterable[UUID]) -> int:
    """Let people belong to a group no more; returns how many they were (3 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: if their role is too low.
    """
    actor.require(ORGANISER, group.id)
    taken = Belonging.objects.filter(group=group, person_id__in=list(people)).delete()[0]
    record(
        organisation_id=group.organisation_id,
        actor=actor.id,
        verb="people.take_out_of_group",
        object_id=group.id,
        people=taken,
    )
    return taken


def _own(organisation_id: UUID, people: Iterable[UUID]) -> list[UUID]:
    found = Person.objects.filter(organisation_id=organisation_id, id__in=list(people))
    return list(found.values_list("id", flat=True))
