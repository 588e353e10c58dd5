"""What people choose on the page that a mail leads to: get no more mail, or say anew what they allow.

Both are actions like every other one: acknowledged when they are on disk, and settled a moment later.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from django.db import transaction

from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Form, Refused
from groundswell.people.merged import locked, together
from groundswell.people.models import Channel, Consent, Purpose
from groundswell.people.operations import Granted, append_entries, grant
from groundswell.people.queries import granted

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
        _entry(organisation_id, action, person, purpose, Consent.Action.OBJECT)
        for who, action in _first_of_each(actions, known).items()
        for person in are_one[who]
        for purpose in BY_MAIL
        if _must_say(are_one[who], state.get(person, set()), purpose)
    ]
    append_entries(organisation_id, entries)
    return _unknown(actions, known)


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
    return _unknown(actions, known)


def _choose(organisation_id: UUID, action: Action, who: UUID, are_one: Sequence[UUID]) -> None:
    said = msgspec.json.decode(action.payload, type=Choices).allowed
    state = granted(organisation_id, are_one)
    have = {purpose for purpose in BY_MAIL if (purpose, Channel.EMAIL) in state.get(who, set())}
    append_entries(
        organisation_id,
        [
            _entry(organisation_id, action, person, purpose, Consent.Action.WITHDRAW)
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


def _entry(organisation_id: UUID, action: Action, person: UUID, purpose: str, said: str) -> Consent:
    return Consent(
        organisation_id=organisation_id,
        person_id=person,
        purpose=purpose,
        channel=Channel.EMAIL,
        action=said,
        source=action.id,
        asked_at=action.received_at,
    )


def _unknown(actions: Sequence[Action], known: Mapping[UUID, UUID]) -> list[Refused]:
    return [Refused.because(action, NotFound) for action in actions if action.subject not in known]
