"""Reading people's consent."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from groundswell.groups.models import Group, Organisation
from groundswell.people.merged import all_of, stands_for
from groundswell.people.models import Channel, Consent, Person, Purpose, Segment, Tag, Wording


def words_in_force(organisation_id: UUID, language: str) -> dict[tuple[str, str], Wording]:
    """The wordings now in force that are the organisation's own, by purpose and channel (1 query)."""
    wordings = Wording.objects.filter(
        organisation_id=organisation_id, language=language, partner=None, elsewhere=None
    )
    return {(wording.purpose, wording.channel): wording for wording in wordings.order_by("valid_from", "id")}


def current_wordings(organisation_id: UUID, language: str = "en") -> dict[str, Wording]:
    """Those by which a form asks, for each purpose: none for another channel than e-mail (1 query)."""
    in_force = words_in_force(organisation_id, language)
    return {purpose: wording for (purpose, channel), wording in in_force.items() if channel == Channel.EMAIL}


def ally_wordings(organisation_id: UUID, partners: Collection[UUID], language: str) -> dict[UUID, Wording]:
    """The words now in force by which an organisation's people let each partner see them (1 query)."""
    wordings = Wording.objects.filter(
        organisation_id=organisation_id, purpose=Purpose.ALLY, language=language, partner__in=partners
    )
    return {wording.partner: wording for wording in wordings.order_by("valid_from", "id") if wording.partner}


def wordings(organisation_id: UUID) -> list[Wording]:
    """Every wording that the organisation ever asked people by, the oldest first (1 query)."""
    return list(
        Wording.objects.filter(organisation_id=organisation_id, elsewhere=None).order_by("valid_from", "id")
    )


def granted(organisation_id: UUID, people: Iterable[UUID]) -> dict[UUID, set[tuple[str, str]]]:
    """What each person allows now, as (purpose, channel): the fold of their ledger (1 query).

    What lets another organisation see them stands under ``ally-`` and that one's id.

    Each entry's ``at`` lies behind those that were written before it, whatever the clock said.
    """
    entries = Consent.objects.filter(organisation_id=organisation_id, person_id__in=list(people)).order_by(
        "at", "id"
    )
    state: dict[UUID, set[tuple[str, str]]] = {}
    for entry in entries:
        allowed = state.setdefault(entry.person_id, set())
        purpose = f"{entry.purpose}-{entry.partner}" if entry.partner else entry.purpose
        if entry.action == Consent.Action.GRANT:
            allowed.add((purpose, entry.channel))
        else:
            allowed.discard((purpose, entry.channel))
    return state


def last_said(organisation_id: UUID, purpose: str, channel: str) -> Subquery:
    """The last entry of somebody's ledger about this: ``grant`` where they allow it at this moment.

    For a query of rows that have a ``person_id`` (no query of its own).
    """
    entries = Consent.objects.filter(
        organisation_id=organisation_id,
        person_id=OuterRef("person_id"),
        purpose=purpose,
        channel=channel,
        partner=None,
    )
    return Subquery(entries.order_by("-at", "-id").values("action")[:1])


def keep_in_touch(organisation_id: UUID, people: Iterable[UUID]) -> set[UUID]:
    """Those who allow more than their answer to one event, so whose record stays after it (2 queries).

    By whichever of their addresses.
    """
    more = {Purpose.UPDATES, Purpose.NEARBY}
    stand = stands_for(all_of(organisation_id, people))
    state = granted(organisation_id, stand)
    return {stand[person] for person, allowed in state.items() if any(purpose in more for purpose, _ in allowed)}


def organisation_of(organisation_id: UUID, person_id: UUID) -> Organisation | None:
    """The organisation that has somebody in its records; None if it has not, or no longer (1 query)."""
    found = in_records(organisation_id, person_id)
    return found.organisation if found else None


def in_records(organisation_id: UUID, person_id: UUID) -> Person | None:
    """Somebody or whoever stands for them, with their organisation; None if it has forgotten them (1 query)."""
    related = ("organisation", "merged_into__organisation")
    found = Person.objects.select_related(*related).filter(organisation_id=organisation_id, id=person_id).first()
    return found and (found.merged_into or found)


def segments_of(organisation_id: UUID) -> QuerySet[Segment]:
    """The segments that an organisation has saved, by name; lazy."""
    return Segment.objects.filter(organisation_id=organisation_id).order_by("name", "id")


def tags_of(organisation_id: UUID) -> list[Tag]:
    """The words by which an organisation sorts its people, by name, two thousand at most (1 query)."""
    return list(Tag.objects.filter(organisation_id=organisation_id).order_by("name", "id")[:2000])


def group_of_segment(segment_id: UUID) -> UUID | None:
    """The group at the top of the organisation that saved it (1 query)."""
    roots = Group.objects.filter(organisation__segments=segment_id, parent=None)
    return roots.values_list("id", flat=True).first()


def tags_of_person(person: Person) -> list[Tag]:
    """The words by which somebody is sorted, by name (1 query)."""
    return list(Tag.objects.filter(tagged__person=person, organisation_id=person.organisation_id).order_by("name"))


def groups_of_person(person: Person) -> list[Group]:
    """The groups to which somebody belongs, by name (1 query)."""
    groups = Group.objects.filter(belonging__person=person, organisation_id=person.organisation_id)
    return list(groups.order_by("name", "id"))


def consents_of(organisation_id: UUID, person_id: UUID) -> list[Consent]:
    """All that somebody ever allowed or took back, with its words, the latest first (1 query).

    What they said by an address that was merged with theirs is among it.
    """
    one = Q(person_id=person_id) | Q(person_id__in=Person.objects.filter(merged_into=person_id).values("id"))
    said = Consent.objects.filter(one, organisation_id=organisation_id)
    return list(said.select_related("wording", "person").order_by("-at", "-id"))


def group_of_import(import_id: UUID) -> UUID | None:
    """The group at the top of the organisation into which it brings people (1 query)."""
    roots = Group.objects.filter(organisation__imports=import_id, parent=None)
    return roots.values_list("id", flat=True).first()


def group_of_person(person_id: UUID) -> UUID | None:
    """The group at the top of the organisation in whose records somebody is (1 query)."""
    roots = Group.objects.filter(organisation__people=person_id, parent=None)
    return roots.values_list("id", flat=True).first()


def group_of_complaint(complaint_id: UUID) -> UUID | None:
    """The group at the top of the organisation that it was made to (1 query)."""
    roots = Group.objects.filter(organisation__complaints=complaint_id, parent=None)
    return roots.values_list("id", flat=True).first()
