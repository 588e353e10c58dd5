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
from groundswell.people.asking import BOXES, BY_FURTHER_WAYS, BY_MAIL, BY_NUMBER, objected_at
from groundswell.people.merged import locked, together
from groundswell.people.models import Channel, Consent, Person, Suppression
from groundswell.people.operations import Granted, append_entries, grant
from groundswell.people.queries import granted
from groundswell.people.reach import lift_since, suppress
from groundswell.people.stricter import last_words

BOX = "allow-"
SHOWN = "shown"


class Choices(msgspec.Struct, frozen=True):
    """The boxes that somebody ticked, each with the words beside it, and which of those for further ways they saw.

    What was kept before there were further ways names none of them.
    """

    allowed: dict[str, UUID | None]
    shown: tuple[str, ...] = ()


def parse_nothing(_form: Form) -> bytes:
    """Whatever a mail program sends along (RFC 8058), the request itself says it all."""
    return b"{}"


def parse_choices(form: Form) -> bytes:
    """Read the boxes: ``allow-updates`` with the id of the words beside it, and so on; no others.

    Those for e-mail are shown to everybody. Of the others ``shown`` names those that were: by a box that was not
    there nobody has said no.
    """
    ticked = {name: _wording(form[f"{BOX}{name}"]) for name in BOXES if f"{BOX}{name}" in form}
    shown = form.get(SHOWN, "").split()
    return msgspec.json.encode(Choices(ticked, tuple(name for name in BY_FURTHER_WAYS if name in shown)))


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
        for purpose, channel in BY_MAIL.values()
        if _must_say(are_one[who], state.get(person, set()), (purpose, channel))
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


_EVERYTHING = {(str(purpose), str(channel), None) for purpose, _ in BY_MAIL.values() for channel in Channel}
"""What a no is written to even where nothing was said: no list that is brought here makes a yes of it."""


def shut(organisation_id: UUID, people: Iterable[UUID], channels: Iterable[str]) -> None:
    """Let nothing go to these people any more, as they wish (1 query, and up to 4 for each channel)."""
    rows = Person.objects.filter(organisation_id=organisation_id, id__in=list(people))
    reached = list(rows.values_list("email", "phone"))
    for channel in channels:
        addresses = {email if channel == Channel.EMAIL else phone for email, phone in reached} - {""}
        suppress(organisation_id, channel, dict.fromkeys(addresses, Suppression.Reason.UNSUBSCRIBED))


def _must_say(are_one: Sequence[UUID], state: set[tuple[str, str]], key: tuple[str, str]) -> bool:
    """Whether a no is to be written down: to what is allowed; and to all where it must outlive a merge."""
    return len(are_one) > 1 or key in state


@transaction.atomic
def choose(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take down what people allow from now on; what they allowed already, and still do, is not said again.

    A yes is for the address that the page has shown, a no for all that are one with them. A yes by a number is
    none where no number is known; it lets go what they had shut themselves by an objection, and nothing else.
    Refuses (NotFound) who is not known any more. Queries: 2, 4 to 6 for each of them, and up to 6 more for whoever
    says yes to a number.
    """
    known = locked(organisation_id, {action.subject for action in actions})
    are_one = together(known)
    for action in actions:
        if action.subject in known:
            who = known[action.subject]
            _choose(organisation_id, action, who, are_one[who])
    return unknown(actions, known)


def _choose(organisation_id: UUID, action: Action, who: UUID, are_one: Sequence[UUID]) -> None:
    said = msgspec.json.decode(action.payload, type=Choices)
    state = granted(organisation_id, are_one)
    append_entries(
        organisation_id,
        [
            _entry(organisation_id, action, person, purpose, channel, said=Consent.Action.WITHDRAW)
            for person in are_one
            for name, (purpose, channel) in BOXES.items()
            if name not in said.allowed
            and (name in BY_MAIL or name in said.shown)
            and _must_say(are_one, state.get(person, set()), (purpose, channel))
        ],
    )
    allowed = state.get(who, set())
    boxes = [
        Granted(
            person=who,
            purpose=BOXES[name][0],
            channel=BOXES[name][1],
            wording=wording,
            asked_at=action.received_at,
            source=action.id,
        )
        for name, wording in said.allowed.items()
        if BOXES[name] not in allowed
    ]
    _say_yes(organisation_id, who, boxes)


def _say_yes(organisation_id: UUID, who: UUID, boxes: Sequence[Granted]) -> None:
    if not any(one.channel in BY_NUMBER for one in boxes):
        grant(organisation_id, boxes)
        return
    person = Person.objects.get(organisation_id=organisation_id, id=who)
    before = last_words(organisation_id, [who])[who]
    for one in grant(organisation_id, [one for one in boxes if person.phone or one.channel not in BY_NUMBER]):
        if one.channel in BY_NUMBER and (since := objected_at(before, one.channel)):
            lift_since(person, one.channel, since)


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
