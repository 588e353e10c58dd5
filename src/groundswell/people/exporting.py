"""Taking the people of a segment out of the house: as a file, by two people if they are many, and page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from groundswell.groups.access import EXPORT, Actor
from groundswell.groups.approvals import MANY, Content, ask, outgrows, spend
from groundswell.groups.errors import AudienceChanged, NotAllowed, NotFound, SecondPersonNeeded
from groundswell.groups.models import Approval
from groundswell.groups.queries import root_group
from groundswell.ledger.operations import record
from groundswell.people.access import require_everybody
from groundswell.people.models import Belonging, Channel, Person, Segment, Tagged
from groundswell.people.queries import granted
from groundswell.people.reach import BITS, suppressed
from groundswell.people.segments import chosen, count, parse, written

EXPORT_OF_SEGMENT = "people.export"
"""What a second person agrees to."""

AT_ONCE = 1000

_ADDRESS = {Channel.EMAIL: "email", Channel.SMS: "phone", Channel.PHONE: "phone"}


@dataclass(frozen=True)
class Exported:
    """Somebody in a segment; ``allows`` is what they allow at this moment, as (purpose, channel).

    The telephone number is empty for whoever allows neither calls nor text messages.
    """

    id: UUID
    email: str
    name: str
    phone: str
    sector: str
    language: str
    tags: Sequence[str]
    groups: Sequence[str]
    allows: Sequence[tuple[str, str]]


@transaction.atomic
def export_segment(actor: Actor, *, segment: Segment, purpose: str, channel: str) -> Iterator[list[Exported]]:
    """Its people, a thousand at a time; the ledger says who took how many (4 queries, and 5 for each thousand).

    :raises NotFound: if it is none of the actor's, or there is no such purpose or channel.
    :raises NotAllowed: unless the actor may take all of the organisation's people out.
    :raises SecondPersonNeeded: if more than fifty people are in it; see :func:`ask_to_export_segment`.
    """
    require_export(actor, segment, purpose, channel)
    people = _ids(segment, purpose, channel)
    if not actor.everything and len(people) > MANY:
        raise SecondPersonNeeded
    return _take(actor, segment, people, purpose, channel)


def ask_to_export_segment(actor: Actor, *, segment: Segment, purpose: str, channel: str) -> Approval:
    """Ask for whoever is in it when the file is made, who may be a few more than now.

    :raises NotFound: if it is none of the actor's, or there is no such purpose or channel.
    :raises NotAllowed: unless the actor may take all of the organisation's people out.
    """
    require_export(actor, segment, purpose, channel)
    people = count(segment.organisation_id, parse(segment.definition), purpose=purpose, channel=channel)
    return ask(
        actor,
        kind=EXPORT_OF_SEGMENT,
        group=root_group(segment.organisation_id),
        subject=segment.id,
        title=segment.name,
        said={"purpose": purpose, "channel": channel, "people": str(people)},
    )


@transaction.atomic
def export_segment_approved(actor: Actor, *, approval: Approval) -> tuple[Segment, Iterator[list[Exported]]]:
    """The segment to which a second person agreed and who is in it now, once.

    :raises NotFound: unless the actor asked for it, and the segment is still theirs.
    :raises NotAllowed: unless the actor may still take all of the organisation's people out.
    :raises AudienceChanged: if there are many more people in it by now.
    :raises ApprovalRefused: if it cannot be used, each reason by its own name; see
        :func:`groundswell.groups.approvals.spend`.
    """
    segment, purpose, channel = _segment_of(approval), approval.said["purpose"], approval.said["channel"]
    require_export(actor, segment, purpose, channel)
    people = _ids(segment, purpose, channel)
    # A segment is live: a few more may be in it than when it was asked for.
    if outgrows(len(people), int(approval.said["people"])):
        raise AudienceChanged
    spend(actor, approval=approval, kind=EXPORT_OF_SEGMENT)
    return segment, _take(actor, segment, people, purpose, channel)


def in_an_export(approval: Approval) -> Content:
    """What the segment says, for what and by what; the people may come and go until it is taken out (1 query)."""
    segment = _segment_of(approval)
    parts = [repr(written(parse(segment.definition))), approval.said["purpose"], approval.said["channel"]]
    return Content(parts=[*parts, *Exported.__dataclass_fields__])


def export_in_words(approval: Approval) -> str:
    """What somebody asks for who wants the people of a segment as a file (0 queries)."""
    said = {"title": approval.title, "people": approval.said["people"]}
    return _("Take the names and addresses of “%(title)s” out as a file, of about %(people)s people") % said


def require_export(actor: Actor, segment: Segment, purpose: str, channel: str) -> None:
    """Refuse whoever may not take its people out, for this and by this (1 query).

    :raises NotFound: if it is none of the actor's, or there is no such purpose or channel.
    :raises NotAllowed: unless the actor may take all of the organisation's people out.
    """
    if (purpose, channel) not in BITS:
        raise NotFound
    require_everybody(actor, segment.organisation, EXPORT)
    if not actor.contact_data:
        raise NotAllowed


def members(segment: Segment, *, purpose: str, channel: str) -> QuerySet[Person]:
    """Those whom a segment means, the newest first, to be turned into :func:`facts_of` page by page; lazy."""
    meant = chosen(segment.organisation_id, parse(segment.definition), purpose=purpose, channel=channel)
    own = Person.objects.filter(organisation_id=segment.organisation_id, id__in=meant.values("person_id"))
    return own.order_by("-id")


def facts_of(organisation_id: UUID, people: Sequence[Person], *, purpose: str, channel: str) -> list[Exported]:
    """Those of these people who allow this at this moment by the ledger and are not suppressed (4 queries)."""
    ids = [person.id for person in people]
    allows = granted(organisation_id, ids)
    address = _ADDRESS.get(Channel(channel))
    shut = suppressed(organisation_id, channel, [getattr(one, address) for one in people]) if address else set()
    tags = _by_person(Tagged.objects.filter(organisation_id=organisation_id, person_id__in=ids), "tag__name")
    groups = _by_person(
        Belonging.objects.filter(organisation_id=organisation_id, person_id__in=ids), "group__name"
    )
    return [
        _exported(one, tags.get(one.id, ()), groups.get(one.id, ()), allows[one.id])
        for one in people
        if (purpose, channel) in allows.get(one.id, ()) and not (address and getattr(one, address) in shut)
    ]


def _exported(one: Person, tags: Sequence[str], groups: Sequence[str], allows: set[tuple[str, str]]) -> Exported:
    may_call = any(channel in {Channel.SMS, Channel.PHONE} for _purpose, channel in allows)
    return Exported(
        id=one.id,
        email=one.email,
        name=one.name,
        phone=one.phone if may_call else "",
        sector=one.sector,
        language=one.language,
        tags=tags,
        groups=groups,
        # What lets an ally see them is between the two of them.
        allows=sorted(pair for pair in allows if pair in BITS),
    )


def _by_person(rows: QuerySet[Tagged] | QuerySet[Belonging], name: str) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for person, called in rows.order_by(name).values_list("person_id", name):
        found.setdefault(person, []).append(called)
    return found


def _segment_of(approval: Approval) -> Segment:
    own = Segment.objects.select_related("organisation").filter(organisation_id=approval.organisation_id)
    found = own.filter(id=approval.subject).first()
    if found is None:
        raise NotFound
    return found


def _ids(segment: Segment, purpose: str, channel: str) -> list[UUID]:
    meant = chosen(segment.organisation_id, parse(segment.definition), purpose=purpose, channel=channel)
    return sorted(meant.values_list("person_id", flat=True))


def _take(
    actor: Actor, segment: Segment, people: Sequence[UUID], purpose: str, channel: str
) -> Iterator[list[Exported]]:
    organisation_id = segment.organisation_id
    record(
        organisation_id=organisation_id,
        actor=actor.id,
        verb="people.export",
        object_id=segment.id,
        people=len(people),
    )
    rows = Person.objects.filter(organisation_id=organisation_id)
    return (
        facts_of(organisation_id, list(rows.filter(id__in=ids).order_by("id")), purpose=purpose, channel=channel)
        for ids in batched(people, AT_ONCE)
    )
