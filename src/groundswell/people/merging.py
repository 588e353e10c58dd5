"""Taking two people for one, and taking them apart again for thirty days (decision 0057).

The row of whoever goes stays behind, out of all lists: by its id and its address whatever still comes from them
reaches the one who was kept, and what they allowed stays as it was said.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from groundswell.groups.access import CONTACT, ORGANISER, Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.people import handing
from groundswell.people.access import require_everybody
from groundswell.people.errors import MergedSince, SamePerson
from groundswell.people.finding import index_anew
from groundswell.people.models import Belonging, Consent, Merge, NameWord, Person, Reach, Tagged
from groundswell.people.operations import append_entries
from groundswell.people.reach import SUPPRESSED, suppress_for_another, unsuppress, wishes, write_anew
from groundswell.people.stricter import Becomes, Key, last_words, to_say, together, whose_address_stays

STAY = timedelta(days=30)
"""How long two people can be taken apart again."""

FIELDS = ("name", "phone", "sector")
"""What can be taken from whoever goes; the address is that of the one who is kept."""

AT_ONCE = 250


def may_merge(actor: Actor, root: UUID) -> bool:
    """Whether an actor may say of people of this root group that they are one: organising, with addresses."""
    return actor.contact_data and actor.may(ORGANISER, root) and actor.may(CONTACT, root)


def require_merging(actor: Actor, organisation: Organisation) -> None:
    """Refuse whoever may not say of people that they are one (1 query).

    :raises NotFound: if the organisation's root group is none of the actor's.
    :raises NotAllowed: unless they organise there and see everybody's address.
    """
    require_everybody(actor, organisation, ORGANISER)
    require_everybody(actor, organisation, CONTACT)
    if not actor.contact_data:
        raise NotAllowed


@transaction.atomic
def merge(actor: Actor, *, kept: Person, away: Person, taken: Collection[str] = ()) -> Merge:
    """Let one person stand for two; ``taken`` are the fields whose value is that of whoever goes.

    All that is about the other goes along, and of their consents the stricter holds. Queries: about 30, and those
    of each noun that goes along.

    :raises NotFound: if they are none of the actor's, or stand for themselves no more.
    :raises NotAllowed: unless the actor organises there and sees everybody's address.
    :raises SamePerson: if they are one.
    """
    organisation = kept.organisation
    require_merging(actor, organisation)
    if kept.id == away.id:
        raise SamePerson
    one, other = _locked(organisation.id, kept.id, away.id)
    row = Merge.objects.create(organisation=organisation, kept=one, away=other, account=actor.id, at=now())
    words = last_words(organisation.id, [one.id, other.id])
    stays = whose_address_stays(one, other, taken)
    wished = {channel: wishes(one, channel) | wishes(other, channel) for channel in SUPPRESSED}
    days = _days_of(one, other)
    before: dict[str, Any] = {"person": _take(one, other, taken), "days": days, **_sort(one, other)}
    before["merged"] = _stand_for(one, other)
    _say(row, to_say(words[one.id], together(words[one.id], words[other.id], stays)))
    before["shut"] = [channel for channel, why in wished.items() if why and suppress_for_another(one, channel)]
    write_anew([one], {one.id: max(days.values())})
    before["parts"] = {name: holder.hand_over(row) for name, holder in handing.holders().items()}
    row.before = before
    row.save(update_fields=["before"])
    record(organisation_id=organisation.id, actor=actor.id, verb="people.merge", object_id=row.id, people=2)
    return row


def _locked(organisation_id: UUID, *ids: UUID) -> list[Person]:
    """These people, after what they hold; each stands for themselves.

    :raises NotFound: if one of them does not.
    """
    for holder in handing.holders().values():
        holder.lock(organisation_id, list(ids))
    own = Person.objects.filter(organisation_id=organisation_id, merged_into=None, id__in=ids)
    found = {one.id: one for one in own.select_for_update().order_by("id")}
    if found.keys() != set(ids):
        raise NotFound
    return [found[one] for one in ids]


def _take(one: Person, other: Person, taken: Collection[str]) -> dict[str, list[str]]:
    """Let somebody have what is taken from the other; returns each field as it was and as it is now."""
    changed = {}
    for name in FIELDS:
        if name in taken and getattr(one, name) != getattr(other, name):
            changed[name] = [getattr(one, name), getattr(other, name)]
            setattr(one, name, getattr(other, name))
    one.save(update_fields=FIELDS)
    index_anew(one.organisation_id, {one.id: one.name})
    return changed


def _days_of(one: Person, other: Person) -> dict[str, int]:
    rows = Reach.objects.filter(organisation_id=one.organisation_id, person_id__in=[one.id, other.id])
    days = dict(rows.values_list("person_id", "contacted_on"))
    return {"kept": days[one.id], "away": days[other.id]}


def _sort(one: Person, other: Person) -> dict[str, list[str]]:
    """Give somebody the tags and groups of the other that they have not; returns which.

    The other's own stay with the row that is left behind, where nothing finds them.
    """
    tags = _lacking(Tagged, "tag_id", one, other)
    groups = _lacking(Belonging, "group_id", one, other)
    organisation_id = one.organisation_id
    Tagged.objects.bulk_create(Tagged(organisation_id=organisation_id, tag_id=tag, person=one) for tag in tags)
    since = dict(Belonging.objects.filter(person=other).values_list("group_id", "since"))
    Belonging.objects.bulk_create(
        Belonging(organisation_id=organisation_id, group_id=group, person=one, since=since[group])
        for group in groups
    )
    return {"tags": [str(tag) for tag in tags], "groups": [str(group) for group in groups]}


def _lacking(model: type[Tagged | Belonging], name: str, one: Person, other: Person) -> list[UUID]:
    rows = model._default_manager.filter(organisation_id=one.organisation_id)
    have = set(rows.filter(person=one).values_list(name, flat=True))
    return sorted(set(rows.filter(person=other).values_list(name, flat=True)) - have)


def _stand_for(one: Person, other: Person) -> list[str]:
    """Let somebody stand for the other and for all for whom that one stood; returns these."""
    behind = list(Person.objects.filter(merged_into=other).values_list("id", flat=True))
    Person.objects.filter(Q(id=other.id) | Q(id__in=behind)).update(merged_into=one)
    NameWord.objects.filter(person=other).delete()
    Reach.objects.filter(organisation_id=other.organisation_id, person=other).delete()
    other.merged_into = one
    return [str(each) for each in behind]


def _say(row: Merge, becomes: Iterable[Becomes]) -> None:
    """Write the outcome behind what was said before: the ledger takes nothing back."""
    append_entries(
        row.organisation_id,
        [
            Consent(
                organisation_id=row.organisation_id,
                person_id=row.kept_id,
                purpose=one.key[0],
                channel=one.key[1],
                partner=one.key[2],
                action=one.action,
                wording=one.by.wording if one.action == Consent.Action.GRANT else None,
                source=row.id,
                asked_at=one.by.asked_at,
            )
            for one in becomes
        ],
    )


@transaction.atomic
def take_apart(actor: Actor, *, merge_id: UUID) -> Person:
    """Let two people stand for themselves again; returns the one who had gone.

    What happened since stays with the one who was kept, and a no of theirs since holds for both. Queries: about
    30, and those of each noun that went along.

    :raises NotFound: if there is no such merge, its time is over, or it is none of the actor's.
    :raises NotAllowed: unless the actor organises there and sees everybody's address.
    :raises MergedSince: if the one who was kept was merged once more since: the last goes first.
    """
    found = Merge.objects.select_related("organisation").filter(id=merge_id, at__gt=now() - STAY).first()
    if found is None:
        raise NotFound
    require_merging(actor, found.organisation)
    row = _locked_merge(found)
    before = row.before
    _part(row, before)
    _unsay(row)
    unsuppress(row.kept, before["shut"])
    _give_back(row.kept, before["person"])
    _unsort(row.kept, before)
    _write_both(row, before["days"])
    for name, kept in before["parts"].items():
        handing.holders()[name].take_back(row, kept)
    row.delete()
    record(
        organisation_id=found.organisation_id,
        actor=actor.id,
        verb="people.take_apart",
        object_id=merge_id,
        people=2,
    )
    return row.away


def _locked_merge(found: Merge) -> Merge:
    """The merge with both of its people, locked after what they hold.

    :raises NotFound: if somebody else has taken them apart meanwhile.
    :raises MergedSince: if it is not the last one of the one who was kept.
    """
    for holder in handing.holders().values():
        holder.lock(found.organisation_id, [found.kept_id, found.away_id])
    people = Person.objects.select_for_update().filter(id__in=[found.kept_id, found.away_id])
    list(people.order_by("id").values_list("id"))
    row = Merge.objects.select_related("kept", "away").filter(id=found.id).first()
    if row is None:
        raise NotFound
    later = Merge.objects.filter(kept=row.kept_id, id__gt=row.id)
    if row.kept.merged_into_id or later.exists():
        raise MergedSince
    return row


def _part(row: Merge, before: Mapping[str, list[str]]) -> None:
    Person.objects.filter(id__in=before["merged"]).update(merged_into=row.away)
    Person.objects.filter(id=row.away_id).update(merged_into=None)
    row.away.merged_into = None
    index_anew(row.organisation_id, {row.away_id: row.away.name})


def _unsay(row: Merge) -> None:
    """Write behind what the merge has written what stood before it, where nothing was said since."""
    said = Consent.objects.filter(organisation_id=row.organisation_id, person_id=row.kept_id).order_by("at", "id")
    ledger: dict[Key, list[Consent]] = {}
    for entry in said:
        ledger.setdefault((entry.purpose, entry.channel, entry.partner), []).append(entry)
    lasting = [entries for entries in ledger.values() if entries[-1].source == row.id]
    append_entries(
        row.organisation_id,
        [again for entries in lasting if (again := _again(row, entries[-1], entries[-2:-1])) is not None],
    )


def _again(row: Merge, last: Consent, before: list[Consent]) -> Consent | None:
    stood = before[0] if before else None
    action = stood.action if stood else Consent.Action.WITHDRAW
    # To take back what is not allowed anyway says nothing, and a no that was said after one stays.
    if Consent.Action.GRANT not in {action, last.action}:
        return None
    return Consent(
        organisation_id=row.organisation_id,
        person_id=row.kept_id,
        purpose=last.purpose,
        channel=last.channel,
        partner=last.partner,
        action=action,
        wording_id=stood.wording_id if stood else None,
        source=row.id,
        asked_at=stood.asked_at if stood else now(),
    )


def _give_back(kept: Person, changed: Mapping[str, list[str]]) -> None:
    """Let somebody have what was theirs before, where it is still what it became by the merge."""
    for name, (before, after) in changed.items():
        if getattr(kept, name) == after:
            setattr(kept, name, before)
    kept.save(update_fields=FIELDS)
    index_anew(kept.organisation_id, {kept.id: kept.name})


def _unsort(kept: Person, before: Mapping[str, list[str]]) -> None:
    Tagged.objects.filter(person=kept, tag_id__in=before["tags"]).delete()
    Belonging.objects.filter(person=kept, group_id__in=before["groups"]).delete()


def _write_both(row: Merge, days: Mapping[str, int]) -> None:
    """Let both be chosen again, each by what holds of them now."""
    now_on = Reach.objects.get(organisation_id=row.organisation_id, person=row.kept).contacted_on
    kept_on = days["kept"] if now_on == max(days.values()) else now_on
    write_anew([row.kept, row.away], {row.kept_id: kept_on, row.away_id: days["away"]})


def merges_of(person: Person) -> list[Merge]:
    """Whom somebody was merged with and can be taken apart from, the last first (1 query)."""
    own = Merge.objects.filter(organisation_id=person.organisation_id, kept=person, at__gt=now() - STAY)
    return list(own.select_related("away").order_by("-id"))


@transaction.atomic
def forget_merges() -> int:
    """After thirty days delete what would be needed to take people apart; returns of how many (5 queries).

    What stays of whoever went is an address that leads to the one who was kept, and what they allowed by it.
    """
    over = list(Merge.objects.filter(at__lte=now() - STAY).values_list("id", "away_id")[:AT_ONCE])
    away = [one for _merge, one in over]
    Person.objects.filter(id__in=away).update(name="", phone="", sector="")
    Tagged.objects.filter(person_id__in=away).delete()
    Belonging.objects.filter(person_id__in=away).delete()
    Merge.objects.filter(id__in=[one for one, _away in over]).delete()
    return len(over)
