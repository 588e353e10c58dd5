"""Holding a ledger against its seals: what was changed, what is missing, and what was put in."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from groundswell.ledger.models import Entry, Head, Seal
from groundswell.ledger.operations import START, chained, signature


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written; ``seal`` is the number of the seal at which it shows."""

    code: str
    seal: int
    sentence: str


@dataclass(frozen=True)
class Chain:
    """An organisation's ledger as it was found: how long it is, where it ends, and what is wrong with it.

    ``unsealed`` entries are too young to have a seal: those of the last seconds.
    """

    seals: int
    entries: int
    sha256: str
    unsealed: int
    faults: list[Fault]


@dataclass(frozen=True)
class _Link:
    number: int
    seal: Seal | None
    entries: list[Entry]


def check_chain(organisation_id: UUID) -> Chain:
    """Hold every entry of an organisation against its seal, and every seal against the one before (4 queries)."""
    faults: list[Fault] = []
    last = _Link(0, None, [])
    sealed, before = 0, START
    for link in _links(organisation_id):
        faults += _gap(last, link)
        if link.seal is None:
            faults.append(
                Fault("missing", link.number, _LOOSE.format(number=link.number, count=len(link.entries)))
            )
            before = ""
        else:
            faults += _at_seal(link.seal, link.entries, before if link.number == last.number + 1 else "")
            sealed, before = sealed + link.seal.entries, link.seal.sha256
        last = link
    unsealed = Entry.objects.filter(organisation_id=organisation_id, seal=None).count()
    head = Head.objects.filter(organisation_id=organisation_id).first()
    faults += _at_end(last.number, sealed, before, head) if last.number or head else _empty(unsealed)
    return Chain(last.number, sealed, before, unsealed, faults)


def _links(organisation_id: UUID) -> Iterator[_Link]:
    """Each number that a seal has or an entry names, with what is there of it."""
    seals = Seal.objects.filter(organisation_id=organisation_id).order_by("number")
    entries = Entry.objects.filter(organisation_id=organisation_id, seal__isnull=False).order_by("seal", "id")
    stream = merge(
        ((seal.number, 0, seal) for seal in seals.iterator()),
        ((entry.seal, 1, entry) for entry in entries.iterator()),
        key=itemgetter(0, 1),
    )
    for number, found in groupby(stream, key=itemgetter(0)):
        rows = [row for _, _, row in found]
        seal = next((row for row in rows if isinstance(row, Seal)), None)
        yield _Link(number, seal, [row for row in rows if isinstance(row, Entry)])


def _gap(last: _Link, link: _Link) -> Iterator[Fault]:
    missing = link.number - last.number - 1
    if missing:
        yield Fault("missing", last.number + 1, _GAP.format(first=last.number + 1, count=missing))


def _at_seal(seal: Seal, entries: list[Entry], before: str) -> Iterator[Fault]:
    words = {
        "number": seal.number,
        "at": f"{seal.at:%Y-%m-%d %H:%M:%S} UTC",
        "count": abs(len(entries) - seal.entries),
    }
    if len(entries) < seal.entries:
        yield Fault("missing", seal.number, _MISSING.format(**words))
    elif len(entries) > seal.entries:
        yield Fault("added", seal.number, _ADDED.format(**words))
    elif before and chained(before, entries) != seal.sha256:
        yield Fault("altered", seal.number, _ALTERED.format(**words))


def _at_end(seals: int, entries: int, sha256: str, head: Head | None) -> Iterator[Fault]:
    if head is None:
        yield Fault("head", seals, "The record of where the chain ends is missing.")
    elif head.signature != signature(head.organisation_id, head.seals, head.entries, head.sha256):
        yield Fault("head", seals, "The record of where the chain ends was not written by this installation.")
    elif head.seals > seals:
        words = {"seals": seals, "should": head.seals, "count": head.entries - entries}
        yield Fault("cut", seals, _CUT.format(**words))
    elif head.seals < seals:
        yield Fault(
            "added", head.seals + 1, f"What stands after seal {head.seals} was put in behind the chain's end."
        )
    elif (head.entries, head.sha256) != (entries, sha256):
        yield Fault("altered", seals, f"Seal {seals}, the last one, is not the one with which the chain ended.")


def _empty(unsealed: int) -> Iterator[Fault]:
    if not unsealed:
        yield Fault("cut", 0, "There is no entry at all: not even that the organisation was made.")


_LOOSE = "Seal {number} is missing; entries that it covered, {count}, stand without it."
_GAP = "Missing with all entries that they covered: seals, {count}, from number {first} on."
_MISSING = "Entries are missing from seal {number} of {at}: {count}."
_ADDED = "Entries were put in under seal {number} of {at}: {count}."
_ALTERED = "An entry under seal {number} of {at} was altered or replaced, or the seal itself was."
_CUT = "The end is missing: the chain stops at seal {seals} and should go on to {should}; entries lost: {count}."
