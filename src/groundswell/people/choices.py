"""What people choose on the page that a mail leads to: get no more mail, say anew what they allow, or object.

All are actions like every other one: acknowledged when they are on disk, and settled a moment later.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from django.db import transaction

from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Form, Refused
from groundswell.ledger.operations import record
from groundswell.people.merged import locked, together
from groundswell.people.models import Channel, Consent, Person, Purpose, Suppression
from groundswell.people.operations import Granted, append_entries, grant
from groundswell.people.queries import granted
from groundswell.people.reach import suppress
from groundswell.people.stricter import last_words

BY_MAIL = (Purpose.UPDATES, Purpose.NEARBY)
"""What somebody may allow or not beside their answer to one event."""

BOX = "allow-"


class Choices(msgspec.Struct, frozen=True):
    """The purposes that somebody allows by e-mail, and which words stood beside each box."""

    allowed: dict[str, UUID | None]


def parse_nothing(_form: Form) -> bytes:
    """Whatever a mail program sends along (RFC 8058), the request itself says it all."""
    return b"{}"


def parse_choices(form: Form) -> bytes:
    """Read the boxes: ``allow-updates`` with the id of the words beside it, and so on; no others."""
    ticked = {str(purpose): _wording(form[f"{BOX}{purpose}"]) for purpose in BY_MAIL if f"{BOX}{purpose}" in form}
    return msgspec.json.encode(Choices(ticked))


def _wording(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@transaction.atomic
def stop_mail(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take down that people object to any more mail, for whatever they had allowed (5 queries).

    It holds for all that are one with them, by whichever address it was said. Refuses (NotFound) who is not known
    any more.
    """
    known = locked(organisation_id, {action.subject for action in actions})
    are_one, state = together(known), granted(organisation_id, known)
    entries = [
        _entry(organisation_id, action, person, purpose)
        for who, action in _first_of_each(actions, known).items()
        for person in are_one[who]
        for purpose in BY_MAIL
        if _must_say(are_one[who], state.get(person, set()), purpose)
    ]
    append_entries(organisation_id, entries)
    return unknown(actions, known)


@transaction.atomic
def mute(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take down that people want no mail any more that can be done without, also about what they come to.

    Their answers stay, and what must be told of an event still goes to them. Refuses (NotFound) who is not known
    any more. Queries: those of :func:`stop_mail`, and 7 at most.
    """
    refused = stop_mail(organisation_id, actions)
    known = locked(organisation_id, {action.subject for action in actions})
    shut(organisation_id, known, [Channel.EMAIL])
    return refused


@transaction.atomic
def object_to_all(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take down that people object to whatever is done with what is known of them, for everything and by any way.

    It holds for all that are one with them. What they object to already is not said again; and nothing goes to
    their addresses and numbers, until they agree to something anew by a mail that reaches them. Refuses (NotFound)
    who is not known any more. Queries: 6, 1 for each who had not objected, and 4 for each channel.
    """
    known = locked(organisation_id, {action.subject for action in actions})
    are_one, said = together(known), last_words(organisation_id, known)
    for who, action in _first_of_each(actions, known).items():
        entries = [
            _entry(organisation_id, action, person, *key)
            for person in are_one[who]
            for key in sorted(_EVERYTHING | said[person].keys(), key=str)
            if key not in said[person] or said[person][key].action != Consent.Action.OBJECT
        ]
        append_entries(organisation_id, entries)
        if entries:
            record(organisation_id=organisation_id, actor=None, verb="people.object", people=1)
    shut(organisation_id, known, (Channel.EMAIL, Channel.SMS, Channel.PHONE))
    return unknown(actions, known)


_EVERYTHING = {(str(purpose), str(channel), None) for purpose in BY_MAIL for channel in Channel}
"""What a no is written to even where nothing was said: no list that is brought here makes a yes of it."""


def shut(organisation_id: UUID, people: Iterable[UUID], channels: Iterable[str]) -> None:
    """Let nothing go to these people any more, as they wish (1 query, and up to 4 for each channel)."""
    rows = Person.objects.filter(organisation_id=organisation_id, id__in=list(people))
    reached = list(rows.values_list("email", "phone"))
    for channel in channels:
        addresses = {email if channel == Channel.EMAIL else phone for email, phone in reached} - {""}
        suppress(organisation_id, channel, dict.fromkeys(addresses, Suppression.Reason.UNSUBSCRIBED))


def _must_say(are_one: Sequence[UUID], state: set[tuple[str, str]], purpose: str) -> bool:
    """Whether a no is to be written down: to what is allowed; and to all where it must outlive a merge."""
    return len(are_one) > 1 or (purpose, Channel.EMAIL) in state


@transaction.atomic
def choose(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take down what people allow from now on; what they allowed already, and still do, is not said again.

    A yes is for the address that the page has shown, a no for all that are one with them. Refuses (NotFound) who
    is not known any more. Queries: 10 for any number.
    """
    known = locked(organisation_id, {action.subject for action in actions})
    are_one = together(known)
    for action in actions:
        if action.subject in known:
            who = known[action.subject]
            _choose(organisation_id, action, who, are_one[who])
    return unknown(actions, known)


def _choose(organisation_id: UUID, action: Action, who: UUID, are_one: Sequence[UUID]) -> None:
    said = msgspec.json.decode(action.payload, type=Choices).allowed
    state = granted(organisation_id, are_one)
    have = {purpose for purpose in BY_MAIL if (purpose, Channel.EMAIL) in state.get(who, set())}
    append_entries(
        organisation_id,
        [
            _entry(organisation_id, action, person, purpose, said=Consent.Action.WITHDRAW)
            for person in are_one
            for purpose in BY_MAIL
            if purpose not in said and _must_say(are_one, state.get(person, set()), purpose)
        ],
    )
    grant(
        organisation_id,
        [
            Granted(
                person=who,
                purpose=purpose,
                wording=wording,
                asked_at=action.received_at,
                source=action.id,
            )
            for purpose, wording in said.items()
            if purpose not in have
        ],
    )


def _first_of_each(actions: Sequence[Action], known: Mapping[UUID, UUID]) -> dict[UUID, Action]:
    return {known[action.subject]: action for action in reversed(actions) if action.subject in known}


def _entry(
    organisation_id: UUID,
    action: Action,
    person: UUID,
    purpose: str,
    channel: str = Channel.EMAIL,
    partner: UUID | None = None,
    said: str = Consent.Action.OBJECT,
) -> Consent:
    return Consent(
        organisation_id=organisation_id,
        person_id=person,
        purpose=purpose,
        channel=channel,
        partner=partner,
        action=said,
        source=action.id,
        asked_at=action.received_at,
    )


def unknown(actions: Sequence[Action], known: Mapping[UUID, UUID]) -> list[Refused]:
    """The actions of those who are not known any more, refused."""
    return [Refused.because(action, NotFound) for action in actions if action.subject not in known]
