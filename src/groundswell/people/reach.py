"""The bits by which a person's row in :class:`.models.Reach` says what they allow.

The triggers of migration 0006 write these very bits, so a new purpose or channel needs new triggers.
"""

import hmac
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

from groundswell.kit.clock import now
from groundswell.kit.crypto import framed
from groundswell.kit.text import mailbox_key
from groundswell.people.models import Channel, Person, Purpose, Reach, Suppression

CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.PHONE, Channel.POST)
PURPOSES = (Purpose.EVENT, Purpose.UPDATES, Purpose.NEARBY)
"""What is for another organisation has no bit: nobody is chosen by it."""

BITS = {
    (str(purpose), str(channel)): 1 << (len(CHANNELS) * row + column)
    for row, purpose in enumerate(PURPOSES)
    for column, channel in enumerate(CHANNELS)
}
SUPPRESSED = {str(channel): 1 << (16 + column) for column, channel in enumerate(CHANNELS[:3])}
"""By post nobody is suppressed: a postcode's sector is no address. What they allow by it stands in the ledger."""


def allowing(organisation_id: UUID, purpose: str, channel: str = Channel.EMAIL) -> QuerySet[Reach]:
    """Who allows this and is not suppressed, to be counted and chosen from; lazy.

    Whoever hands something over reads :func:`.queries.granted` and :func:`suppressed` in that moment.
    """
    bit = BITS[purpose, channel]
    rows = Reach.objects.filter(organisation_id=organisation_id)
    return rows.alias(said=F("allows").bitand(bit | SUPPRESSED.get(channel, 0))).filter(said=bit)


def suppressed(organisation_id: UUID, channel: str, addresses: Iterable[str]) -> set[str]:
    """Those of these addresses to which nothing goes any more, as they were given (1 query)."""
    by_digest = _digests(organisation_id, channel, addresses)
    own = Suppression.objects.filter(organisation_id=organisation_id, channel=channel)
    found = own.filter(digest__in=_many(list(by_digest)))
    return {by_digest[digest] for digest in found.values_list("digest", flat=True)}


def _digests(organisation_id: UUID, channel: str, addresses: Iterable[str]) -> dict[str, str]:
    """The addresses by the keyed hash by which each is suppressed: mail by :func:`mailbox_key`, the rest as it is.

    What all of them have in common is put together once.
    """
    key = settings.SECRETS.mailboxes.encode()
    begun = framed("suppressed", str(organisation_id), channel)
    plain = channel == Channel.EMAIL
    return {
        hmac.digest(key, begun + framed(mailbox_key(one) if plain else one), sha256).hex(): one
        for one in addresses
    }


def _many(texts: list[str]) -> RawSQL:
    """Many texts as one parameter, since each of a thousand would cost more than to look it up."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [texts])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(texts)])


def suppress(organisation_id: UUID, channel: str, reasons: Mapping[str, str]) -> None:
    """Let nothing go to these addresses any more, each with its reason; one that is known stays as it is.

    In the caller's transaction; 2 queries for any number.
    """
    rows = [
        Suppression(organisation_id=organisation_id, channel=channel, digest=digest, reason=reasons[address])
        for digest, address in _digests(organisation_id, channel, sorted(reasons)).items()
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    mark(organisation_id, channel, reasons)


def mark(organisation_id: UUID, channel: str, addresses: Iterable[str]) -> None:
    """Say in their rows that these addresses are suppressed, where they are anybody's (1 query)."""
    _having(organisation_id, channel, addresses).update(allows=F("allows").bitor(SUPPRESSED[channel]))


def lift(organisation_id: UUID, channel: str, people: Iterable[UUID]) -> int:
    """Let people be written to again who asked for it themselves, by mail that reached them (1 query, or 4).

    Returns for how many something had stood in the way.
    """
    bit = SUPPRESSED[channel]
    rows = Reach.objects.filter(organisation_id=organisation_id, person_id__in=list(people))
    shut = list(rows.alias(said=F("allows").bitand(bit)).filter(said=bit).values_list("person_id", flat=True))
    if shut:
        addresses = Person.objects.filter(id__in=shut).values_list(_ADDRESS[channel], flat=True)
        digests = list(_digests(organisation_id, channel, addresses))
        Suppression.objects.filter(organisation_id=organisation_id, channel=channel, digest__in=digests).delete()
        rows.filter(person_id__in=shut).update(allows=F("allows").bitand(~bit))
    return len(shut)


def contacted(organisation_id: UUID, people: Sequence[UUID]) -> None:
    """Note that people got a message today (1 query, or none for nobody)."""
    if not people:
        return
    rows = Reach.objects.filter(organisation_id=organisation_id, person_id__in=_ids(people))
    rows.update(contacted_on=(now().date() - EPOCH).days)


def contacted_since(organisation_id: UUID, people: Collection[UUID], day: date) -> set[UUID]:
    """Those of these people who got a message on that day or later (1 query)."""
    rows = Reach.objects.filter(organisation_id=organisation_id, person_id__in=_ids([*people]))
    return set(rows.filter(contacted_on__gte=(day - EPOCH).days).values_list("person_id", flat=True))


def _ids(people: Sequence[UUID]) -> Sequence[UUID] | RawSQL:
    """Many ids, on SQLite as one parameter, as with :func:`_many`.

    PostgreSQL counts those in a list, and would take a subquery of a thousand for one that has no index.
    """
    if connection.vendor == "postgresql":
        return people
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps([one.hex for one in people])])


EPOCH = date(1970, 1, 1)
_ADDRESS = {"email": "email_key", "sms": "phone", "phone": "phone"}


def _having(organisation_id: UUID, channel: str, addresses: Iterable[str]) -> QuerySet[Reach]:
    keys = [mailbox_key(address) if channel == Channel.EMAIL else address for address in addresses]
    people = Person.objects.filter(organisation_id=organisation_id, **{f"{_ADDRESS[channel]}__in": keys})
    return Reach.objects.filter(organisation_id=organisation_id, person_id__in=people.values("id"))
