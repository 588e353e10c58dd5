"""The bits by which a person's row in :class:`.models.Reach` says what they allow.

The triggers of migration 0006 write these very bits, so a new purpose or channel needs new triggers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet

from groundswell.kit.clock import now
from groundswell.kit.crypto import framed, keyed
from groundswell.kit.many import among
from groundswell.kit.text import mailbox_key
from groundswell.people.models import Channel, Person, Purpose, Reach, Suppression
from groundswell.people.queries import granted

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
    found = own.filter(among("digest", by_digest))
    return {by_digest[digest] for digest in found.values_list("digest", flat=True)}


def _digests(organisation_id: UUID, channel: str, addresses: Iterable[str]) -> dict[str, str]:
    """The addresses by the keyed hash by which each is suppressed: mail by :func:`mailbox_key`, the rest as it is.

    What all of them have in common is put together once.
    """
    digest = keyed(settings.SECRETS.mailboxes, framed("suppressed", str(organisation_id), channel))
    plain = channel == Channel.EMAIL
    return {digest(framed(mailbox_key(one) if plain else one)).hex(): one for one in addresses}


def suppress(organisation_id: UUID, channel: str, reasons: Mapping[str, str]) -> None:
    """Let nothing go to these addresses any more, each with its reason; one that is known stays as it is.

    What somebody wants holds for all addresses that are one with theirs. In the caller's transaction; 3 queries
    for any number, and 1 more where somebody wants it so.
    """
    all_reasons = _with_those_merged(organisation_id, channel, reasons)
    by_digest = _digests(organisation_id, channel, sorted(all_reasons))
    rows = [
        Suppression(organisation_id=organisation_id, channel=channel, digest=digest, reason=all_reasons[address])
        for digest, address in by_digest.items()
    ]
    own = Suppression.objects.filter(organisation_id=organisation_id, channel=channel)
    # What was said by itself outlives the merge for which it was written before.
    own.filter(among("digest", by_digest), reason=Suppression.Reason.MERGED).delete()
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    mark(organisation_id, channel, all_reasons)


def _with_those_merged(organisation_id: UUID, channel: str, reasons: Mapping[str, str]) -> dict[str, str]:
    """The same addresses, and those that are one with them where somebody wants it so (none, or 1 query)."""
    plain = channel == Channel.EMAIL
    wishes = {mailbox_key(one) if plain else one: why for one, why in reasons.items() if why in Suppression.WISHES}
    if not wishes:
        return dict(reasons)
    also = {
        one: wishes[other]
        for pair in _merged_pairs(organisation_id, _ADDRESS[channel], list(wishes))
        for one, other in (pair, pair[::-1])
        if one and other in wishes
    }
    return {**also, **reasons}


def _merged_pairs(organisation_id: UUID, column: str, addresses: list[str]) -> QuerySet[Person, tuple[str, str]]:
    """What two people who were merged were reached by, where one of both is among these; lazy."""
    reached = Person.objects.filter(among(column, addresses), organisation_id=organisation_id)
    reached = reached.exclude(**{column: ""})
    pairs = Person.objects.values_list(column, f"merged_into__{column}")
    # Each by its own index: by "or", or by their organisation, SQLite would go through everybody in it.
    away = pairs.filter(merged_into__in=reached.values("id"))
    return reached.filter(merged_into__isnull=False).values_list(column, f"merged_into__{column}").union(away)


def wishes(person: Person, channel: str) -> bool:
    """Whether somebody wants no more of it by this channel, whatever else stands in the way (1 query, or none)."""
    digests = _own_digests(person, channel)
    own = Suppression.objects.filter(organisation_id=person.organisation_id, channel=channel)
    return bool(digests) and own.filter(digest__in=digests, reason__in=Suppression.WISHES).exists()


def _own_digests(person: Person, channel: str) -> list[str]:
    address = getattr(person, _ADDRESS[channel])
    return list(_digests(person.organisation_id, channel, [address] if address else []))


def suppress_for_another(person: Person, channel: str) -> bool:
    """Let nothing go to somebody by what was wanted at an address that was merged with theirs (1 query, or none).

    Returns whether it is so by nothing else; then :func:`unsuppress` ends it.
    """
    merged = Suppression.Reason.MERGED
    own = {"organisation_id": person.organisation_id, "channel": channel}
    made = [
        Suppression.objects.get_or_create(**own, digest=digest, defaults={"reason": merged})[1]
        for digest in _own_digests(person, channel)
    ]
    return any(made)


def unsuppress(person: Person, channels: Iterable[str]) -> None:
    """End what :func:`suppress_for_another` has begun, where nothing was said since (1 query for each channel)."""
    own = Suppression.objects.filter(organisation_id=person.organisation_id, reason=Suppression.Reason.MERGED)
    for channel in channels:
        own.filter(channel=channel, digest__in=_own_digests(person, channel)).delete()


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


def shut_before(person: Person, channel: str, since: datetime | None) -> bool:
    """Whether somebody's address was shut by anything but what they said themselves since then (1 query, or none).

    Nothing proves that a number is theirs: whoever had it before may have wanted no more of it.
    """
    digests = _own_digests(person, channel)
    own = Suppression.objects.filter(organisation_id=person.organisation_id, channel=channel, digest__in=digests)
    before = own.filter(at__lt=since) if since else own
    return bool(digests) and before.exists()


def lift_since(person: Person, channel: str, since: datetime) -> None:
    """Let somebody be reached again who had shut it themselves, not before that moment (1 query, or 2)."""
    digests = _own_digests(person, channel)
    own = Suppression.objects.filter(organisation_id=person.organisation_id, channel=channel, digest__in=digests)
    if own.filter(at__gte=since).delete()[0]:
        row = Reach.objects.filter(organisation_id=person.organisation_id, person=person)
        row.update(allows=F("allows").bitand(~SUPPRESSED[channel]))


def write_anew(people: Sequence[Person], contacted_on: Mapping[UUID, int]) -> None:
    """Write the rows of people of one organisation as persons, ledger and suppressions have it now (5 queries)."""
    organisation_id = people[0].organisation_id
    allowed = granted(organisation_id, [one.id for one in people])
    bits = {one.id: sum(BITS.get(said, 0) for said in allowed.get(one.id, ())) for one in people}
    for channel, bit in SUPPRESSED.items():
        address = {one.id: getattr(one, _ADDRESS[channel]) for one in people}
        shut = suppressed(organisation_id, channel, filter(None, address.values()))
        for one in people:
            bits[one.id] |= bit if address[one.id] in shut else 0
    rows = [
        Reach(
            organisation_id=organisation_id,
            person=one,
            sector=one.sector,
            language=one.language,
            allows=bits[one.id],
            contacted_on=contacted_on[one.id],
        )
        for one in people
    ]
    Reach.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organisation_id", "person_id"],
        update_fields=["sector", "language", "allows", "contacted_on"],
    )


def contacted(organisation_id: UUID, people: Sequence[UUID]) -> None:
    """Note that people got a message today (1 query, or none for nobody)."""
    if not people:
        return
    rows = Reach.objects.filter(among("person_id", people), organisation_id=organisation_id)
    rows.update(contacted_on=(now().date() - EPOCH).days)


def contacted_since(organisation_id: UUID, people: Collection[UUID], day: date) -> set[UUID]:
    """Those of these people who got a message on that day or later (1 query)."""
    rows = Reach.objects.filter(among("person_id", people), organisation_id=organisation_id)
    return set(rows.filter(contacted_on__gte=(day - EPOCH).days).values_list("person_id", flat=True))


EPOCH = date(1970, 1, 1)
_ADDRESS = {"email": "email_key", "sms": "phone", "phone": "phone"}


def _having(organisation_id: UUID, channel: str, addresses: Iterable[str]) -> QuerySet[Reach]:
    keys = [mailbox_key(address) if channel == Channel.EMAIL else address for address in addresses]
    people = Person.objects.filter(among(_ADDRESS[channel], keys), organisation_id=organisation_id)
    return Reach.objects.filter(organisation_id=organisation_id, person_id__in=people.values("id"))
