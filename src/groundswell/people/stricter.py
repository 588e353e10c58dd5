"""What becomes of the consents of two people who are merged: a no of either beats a yes of the other.

A yes was given for an address: it stands where that address stays, or where both said it. That an answer to an
event be recorded is no matter of an address, so this yes goes along with the answer.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from groundswell.people.models import Channel, Consent, Person, Purpose

Key = tuple[str, str, UUID | None]
"""For what, by what, and for which other organisation."""

Words = Mapping[Key, Consent]
"""What somebody said last, by what it is about."""

GRANT, WITHDRAW, OBJECT = Consent.Action.GRANT, Consent.Action.WITHDRAW, Consent.Action.OBJECT


class Why(StrEnum):
    """Why it becomes what it becomes."""

    NO = "no"
    BOTH = "both"
    ANSWER = "answer"
    ADDRESS = "address"
    OTHER_ADDRESS = "other-address"


@dataclass(frozen=True, kw_only=True)
class Becomes:
    """What is allowed by both together: a yes if ``action`` is a grant, and by which entry, and why."""

    key: Key
    action: str
    by: Consent
    why: Why


def last_words(organisation_id: UUID, people: Iterable[UUID]) -> dict[UUID, dict[Key, Consent]]:
    """What each of these people said last of everything that they ever said something of (1 query)."""
    wanted = list(people)
    found: dict[UUID, dict[Key, Consent]] = {one: {} for one in wanted}
    entries = Consent.objects.filter(organisation_id=organisation_id, person_id__in=wanted)
    for entry in entries.select_related("wording").order_by("at", "id"):
        found[entry.person_id][entry.purpose, entry.channel, entry.partner] = entry
    return found


def together(kept: Words, away: Words, stays: Mapping[str, frozenset[str]]) -> list[Becomes]:
    """What two people allow as one (0 queries).

    ``stays`` says for each channel whose address stays: ``kept``, ``away``, or both where they are the same.
    """
    keys = sorted(kept.keys() | away.keys(), key=str)
    return [_becomes(key, kept.get(key), away.get(key), stays[key[1]]) for key in keys]


def _becomes(key: Key, kept: Consent | None, away: Consent | None, stays: frozenset[str]) -> Becomes:
    said = {name: one for name, one in (("kept", kept), ("away", away)) if one is not None}
    noes = [one for one in said.values() if one.action != GRANT]
    if noes:
        strictest = next((one for one in noes if one.action == OBJECT), noes[0])
        return Becomes(key=key, action=strictest.action, by=strictest, why=Why.NO)
    entry = next(iter(said.values()))
    if len(said) == 2:
        return Becomes(key=key, action=GRANT, by=entry, why=Why.BOTH)
    if key[0] == Purpose.EVENT:
        return Becomes(key=key, action=GRANT, by=entry, why=Why.ANSWER)
    if said.keys() <= stays:
        return Becomes(key=key, action=GRANT, by=entry, why=Why.ADDRESS)
    return Becomes(key=key, action=WITHDRAW, by=entry, why=Why.OTHER_ADDRESS)


def to_say(kept: Words, becomes: Iterable[Becomes]) -> list[Becomes]:
    """What has to be written down of it behind what the one who stays has said (0 queries).

    Of what they never spoke of and do not allow, nothing: that another yes does not hold is no word of theirs.
    """
    return [one for one in becomes if _is_news(kept.get(one.key), one)]


def _is_news(before: Consent | None, becomes: Becomes) -> bool:
    if before is None:
        return becomes.why != Why.OTHER_ADDRESS
    return before.action != becomes.action


_ADDRESS_OF = {Channel.EMAIL: "email", Channel.SMS: "phone", Channel.PHONE: "phone", Channel.POST: "sector"}


def whose_address_stays(kept: Person, away: Person, taken: Collection[str]) -> dict[str, frozenset[str]]:
    """For each channel whose address stays, where these fields are taken from the other (0 queries)."""
    return {str(channel): _whose(kept, away, name, taken) for channel, name in _ADDRESS_OF.items()}


def _whose(kept: Person, away: Person, name: str, taken: Collection[str]) -> frozenset[str]:
    if getattr(kept, name) == getattr(away, name):
        return frozenset({"kept", "away"})
    return frozenset({"away" if name in taken else "kept"})
