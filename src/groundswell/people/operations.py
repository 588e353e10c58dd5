"""Recognising people, keeping their consent, and forgetting them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from groundswell.groups.access import Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.intake.touches import touch
from groundswell.kit.bulk import insert
from groundswell.kit.clock import now
from groundswell.kit.crypto import keyed_hash
from groundswell.kit.ids import uuid7
from groundswell.kit.many import among
from groundswell.kit.privacy import held_about
from groundswell.kit.text import mailbox_key, paragraphs
from groundswell.ledger.operations import record
from groundswell.people.erasures import Erased, erasure_digest, remember
from groundswell.people.finding import index, index_anew
from groundswell.people.making import New, make
from groundswell.people.merged import all_of, stands_for, together, trace_of
from groundswell.people.models import Channel, Complaint, Consent, Person, Purpose, Wording
from groundswell.people.queries import wordings
from groundswell.people.reach import lift, mark, suppressed

_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What somebody said of themselves; for a known address it counts only once confirmed."""

    name: str
    email: str
    sector: str = ""
    language: str = ""
    """Empty where nobody said."""


def recognise(organisation_id: UUID, typed: Sequence[Typed]) -> dict[str, UUID]:
    """The person behind each address, made where there is none; nothing about a known one changes.

    An address that was merged with another one is that other one's person's. Returns ids by :func:`mailbox_key`.
    Queries: 1, or 5 if somebody is new, and 6 if one of them is suppressed.
    """
    by_key = {mailbox_key(one.email): one for one in typed}
    known = _ids(organisation_id, by_key)
    # In one order everywhere, so that two workers who make the same people never wait for each other.
    fresh = {key: one for key, one in by_key.items() if key not in known}
    if fresh:
        known |= _make(organisation_id, fresh)
        if shut := suppressed(organisation_id, Channel.EMAIL, [one.email for one in fresh.values()]):
            mark(organisation_id, Channel.EMAIL, shut)
    return known


def _ids(organisation_id: UUID, keys: Iterable[str]) -> dict[str, UUID]:
    people = Person.objects.filter(among("email_key", keys), organisation_id=organisation_id)
    rows = people.values_list("email_key", "id", "merged_into_id")
    return {email_key: merged or one for email_key, one, merged in rows}


def _make(organisation_id: UUID, fresh: Mapping[str, Typed]) -> dict[str, UUID]:
    made_at = now()
    new = {
        key: New.known_as(
            key,
            organisation_id=organisation_id,
            at=made_at,
            name=one.name,
            email=one.email,
            sector=one.sector,
            language=one.language or settings.LANGUAGE_CODE,
        )
        for key, one in fresh.items()
    }
    make(new.values())
    # Another worker may have made one of them in this moment: its row stays, ours is not written.
    known = _ids(organisation_id, fresh)
    index(organisation_id, {one.id: one.name for key, one in new.items() if known.get(key) == one.id})
    return known


def confirm(people: Mapping[UUID, Typed]) -> dict[UUID, str]:
    """Take over what people of one organisation said of themselves and confirmed by mail (2 queries, or 4).

    An address that was merged with theirs does not become theirs by it. Returns the key of each one's mailbox.
    """
    rows = list(Person.objects.filter(id__in=people))
    renamed = {person.id: people[person.id].name for person in rows if person.name != people[person.id].name}
    for person in rows:
        typed = people[person.id]
        person.name = typed.name
        if mailbox_key(typed.email) == person.email_key:
            person.email, person.confirmed_at = typed.email, person.confirmed_at or now()
        person.sector = typed.sector or person.sector
        person.language = typed.language or person.language
    Person.objects.bulk_update(rows, ["name", "email", "sector", "language", "confirmed_at"])
    if renamed:
        index_anew(rows[0].organisation_id, renamed)
    return {person.id: person.email_key for person in rows}


@transaction.atomic
def publish_wording(
    actor: Actor,
    *,
    organisation: Organisation,
    purpose: Purpose,
    text: str,
    channel: Channel = Channel.EMAIL,
    language: str = settings.LANGUAGE_CODE,
    partner: UUID | None = None,
) -> Wording:
    """Put a new wording into force; the ones before stay for those who agreed to them (3 queries).

    ``partner`` is the organisation that it is about, where that is another one.

    :raises NotAllowed: unless the system asks; editing wordings in the desk comes with its review.
    """
    if not actor.everything:
        raise NotAllowed
    words = paragraphs(text)
    wording = Wording.objects.create(
        organisation=organisation,
        purpose=purpose,
        channel=channel,
        language=language,
        partner=partner,
        text=words,
        sha256=hashlib.sha256(words.encode()).hexdigest(),
    )
    record(organisation_id=organisation.id, actor=actor.id, verb="people.publish_wording", object_id=wording.id)
    touch(f"organisation:{organisation.id}")
    return wording


@dataclass(frozen=True, kw_only=True)
class Granted:
    """One ticked box, confirmed: who, by which wording, asked when, by which action.

    ``channel`` is the way by which they would be reached. ``partner`` is the other organisation that it is for,
    where there is one. ``email`` is the mailbox by which it was confirmed, where another one than theirs can have
    been.
    """

    person: UUID
    purpose: str
    wording: UUID | None
    language: str = ""
    asked_at: datetime
    source: UUID
    channel: str = Channel.EMAIL
    partner: UUID | None = None
    email: str = ""


def by_mailbox(organisation_id: UUID, granted: Sequence[Granted], mailboxes: Mapping[UUID, str]) -> list[Granted]:
    """The same boxes, each with the one whose mailbox confirmed it: a yes to mail is for no other address.

    ``mailboxes`` are those of the people as they stand now. What belongs to an answer stays with whoever stands
    for them (none, or 1 query).
    """
    by_others = {
        (one.person, mailbox_key(one.email))
        for one in granted
        if one.purpose != Purpose.EVENT and mailbox_key(one.email) != mailboxes.get(one.person)
    }
    if not by_others:
        return list(granted)
    keys = [key for _person, key in by_others]
    merged = Person.objects.filter(organisation_id=organisation_id, email_key__in=keys)
    whose = {(one.merged_into_id, one.email_key): one.id for one in merged}
    return [one if one.purpose == Purpose.EVENT else replace(one, person=_whose(one, whose)) for one in granted]


def _whose(one: Granted, merged: Mapping[tuple[UUID | None, str], UUID]) -> UUID:
    return merged.get((one.person, mailbox_key(one.email)), one.person)


def grant(organisation_id: UUID, granted: Sequence[Granted]) -> list[Granted]:
    """Write grants into the ledger of consent; returns those that are by words of this organisation's.

    A box that names another organisation's wording, or one of another purpose or channel, is no consent; one that
    names none is by the wording that was in force when it was asked. Who had been suppressed and allows something
    by e-mail is no longer: it was confirmed by a mail that reached them. Of a number nothing proves whose it is.
    The caller has these people locked, as :func:`confirm` leaves them. Queries: 4 for any number, and 3 if
    somebody was suppressed.
    """
    known = wordings(organisation_id)
    found = [
        (one, wording_of(one.purpose, one.wording, one.asked_at, known, one.language, one.partner, one.channel))
        for one in granted
    ]
    entries = [_entry(organisation_id, one, wording) for one, wording in found if wording]
    append_entries(organisation_id, entries)
    if by_mail := {entry.person_id for entry in entries if entry.channel == Channel.EMAIL}:
        lift(organisation_id, Channel.EMAIL, by_mail)
    return [one for one, wording in found if wording]


_GRANTED = (
    *("organisation_id", "id", "person_id", "purpose", "channel"),
    *("action", "wording_id", "source", "asked_at", "at"),
)


def grant_elsewhere(organisation_id: UUID, people: Iterable[UUID], wording: Wording, source: UUID) -> int:
    """Write down that people agreed to these words elsewhere, as an owner stated; returns how many are new to it.

    Whoever has said anything of it to us, a yes or a no, said more than a list can; and nothing is lifted that
    stands in the way of mail to them. The caller has these people locked. Queries: 3 at most.
    """
    last = _last_said(people)
    said = Consent.objects.filter(
        organisation_id=organisation_id,
        person_id__in=list(last),
        purpose=wording.purpose,
        channel=wording.channel,
        partner=None,
    )
    # Of those who have said nothing at all, which are nearly all, nothing more is asked.
    silent = sorted(set(people) - set(said.values_list("person_id", flat=True)))
    rows = [
        (
            organisation_id,
            uuid7(),
            person,
            wording.purpose,
            wording.channel,
            Consent.Action.GRANT.value,
            wording.id,
            source,
            wording.valid_from,
            _behind(last.get(person)),
        )
        for person in silent
    ]
    insert(Consent, _GRANTED, rows)
    return len(silent)


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """What somebody takes back that they allowed: for which other organisation, when, by which action."""

    person: UUID
    partner: UUID
    asked_at: datetime
    source: UUID


def withdraw_from_allies(organisation_id: UUID, withdrawn: Sequence[Withdrawn]) -> None:
    """Write into the ledger of consent that other organisations may see people no longer (3 queries, or none).

    It holds for all that are one with them. The caller has these people locked.
    """
    if withdrawn:
        stand = stands_for(all_of(organisation_id, [one.person for one in withdrawn]))
        are_one = together(stand)
        append_entries(
            organisation_id,
            [
                Consent(
                    organisation_id=organisation_id,
                    person_id=person,
                    purpose=Purpose.ALLY,
                    action=Consent.Action.WITHDRAW,
                    partner=one.partner,
                    source=one.source,
                    asked_at=one.asked_at,
                )
                for one in withdrawn
                for person in are_one[one.person]
            ],
        )


def append_entries(organisation_id: UUID, entries: Sequence[Consent]) -> None:
    """Write entries behind all that the same people said before, whatever the clock says now (2 queries, or none).

    The caller has these people locked.
    """
    if not entries:
        return
    last = _last_said({entry.person_id for entry in entries})
    for entry in entries:
        entry.at = last[entry.person_id] = _behind(last.get(entry.person_id))
    Consent.objects.bulk_create(entries)


def _last_said(people: Iterable[UUID]) -> dict[UUID, datetime]:
    # By their organisation as well, SQLite would read all that was ever said to it.
    said = Consent.objects.filter(among("person_id", people))
    return dict(said.values_list("person_id").annotate(Max("at")))


def _behind(before: datetime | None) -> datetime:
    """The moment of an entry, by which the fold reads what was said last."""
    return max(now(), before + _A_MOMENT) if before else now()


def wording_of(
    purpose: str,
    named: UUID | None,
    asked_at: datetime,
    known: Sequence[Wording],
    language: str = "",
    partner: UUID | None = None,
    channel: str = Channel.EMAIL,
) -> Wording | None:
    """The words by which a box was ticked: those it names, or else those in force when it was asked.

    Where nobody said in which ``language``, in any. ``known`` are one organisation's wordings, the oldest first;
    others are none of its (0 queries).
    """
    asked = (purpose, channel, partner)
    of_purpose = [one for one in known if (one.purpose, one.channel, one.partner) == asked]
    if named is not None:
        return next((wording for wording in of_purpose if wording.id == named), None)
    spoken = [wording for wording in of_purpose if language in {"", wording.language}]
    in_force = [wording for wording in spoken if wording.valid_from <= asked_at]
    return in_force[-1] if in_force else None


def _entry(organisation_id: UUID, granted: Granted, wording: Wording) -> Consent:
    return Consent(
        organisation_id=organisation_id,
        person_id=granted.person,
        purpose=wording.purpose,
        channel=wording.channel,
        action=Consent.Action.GRANT,
        partner=wording.partner,
        wording=wording,
        source=granted.source,
        asked_at=granted.asked_at,
    )


def emails(organisation_id: UUID, ids: Iterable[UUID]) -> list[str]:
    """The addresses of people, and those that were merged with them (1 query)."""
    return list(all_of(organisation_id, ids).values_list("email", flat=True))


@transaction.atomic
def show_held(actor: Actor, *, organisation: Organisation, email: str) -> dict[str, list[dict[str, object]]]:
    """All that is held about somebody in an organisation and theirs to have, by table; the ledger says so.

    Queries: 3, and those of :func:`groundswell.kit.privacy.held_about`.

    :raises NotAllowed: unless the system asks: who asks for it in a letter is looked up on the command line.
    :raises NotFound: if nobody of this address is in its records.
    """
    if not actor.everything:
        raise NotAllowed
    person = person_of(organisation.id, email)
    held = held_about(trace_of(organisation.id, person.id, person.email))
    record(organisation_id=organisation.id, actor=actor.id, verb="people.show_held", subject=ledger_name(person))
    return held


def person_of(organisation_id: UUID, email: str) -> Person:
    """Who has this address in an organisation's records, or stands for whoever had it (1 query).

    :raises NotFound: if nobody has.
    """
    own = Person.objects.filter(organisation_id=organisation_id).select_related("merged_into")
    person = own.filter(email_key=mailbox_key(email.strip())).first()
    if person is None:
        raise NotFound
    return person.merged_into or person


def erase(organisation_id: UUID, people: Iterable[UUID], asked: Mapping[UUID, datetime] | None = None) -> int:
    """Delete people of one organisation with all that hangs on them; returns how many there were.

    All that are one with them go as well, by all of their addresses. Totals are the caller's to mend first.
    ``asked`` says when those who asked for it did: they are remembered by a keyed hash, so that a restore can
    repeat it, and their complaints go as well, which outlive a record that ends by itself. Queries: 3 and one for
    each table that hangs on a person; 1 more if somebody asked.
    """
    rows = list(all_of(organisation_id, people))
    stand = {person.id: person.merged_into_id or person.id for person in rows}
    remember(
        Erased(
            organisation_id, uuid7(), erasure_digest(organisation_id, person.email_key), asked[stand[person.id]]
        )
        for person in rows
        if asked and stand[person.id] in asked
    )
    if asked:
        gone = {person.id: person.email_key for person in rows if stand[person.id] in asked}
        theirs = Q(person__in=gone) | Q(email_key__in=[key for key in gone.values() if key])
        Complaint.objects.filter(theirs, organisation_id=organisation_id).delete()
    Person.objects.filter(id__in=[person.id for person in rows]).delete()
    return len(set(stand.values()))


def ledger_name(person: Person) -> str:
    """What the ledger calls a person: meaningless once their row and its key are gone."""
    return keyed_hash(person.ledger_key, str(person.id))
