"""What people choose on the page that a mail leads to: get no more mail, or say anew what they allow.

Both are actions like every other one: acknowledged when they are on disk, and settled a moment later.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from django.db import transaction

from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Form, Refused
from groundswell.people.models import Channel, Consent, Person, Purpose
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
    """Take down that people object to any more mail, for whatever they had allowed (4 queries).

    Refuses (NotFound) who is not known any more.
    """
    known = _locked(organisation_id, {action.subject for action in actions})
    state = granted(organisation_id, known)
    entries = [
        _entry(organisation_id, action, purpose, Consent.Action.OBJECT)
        for action in _first_of_each(actions)
        for purpose in BY_MAIL
        if (purpose, Channel.EMAIL) in state.get(action.subject, set())
    ]
    append_entries(organisation_id, entries)
    return _unknown(actions, known)


@transaction.atomic
def choose(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take down what people allow from now on; what they allowed already, and still do, is not said again.

    Refuses (NotFound) who is not known any more. Queries: 9 for any number.
    """
    known = _locked(organisation_id, {action.subject for action in actions})
    for action in actions:
        if action.subject in known:
            _choose(organisation_id, action)
    return _unknown(actions, known)


def _choose(organisation_id: UUID, action: Action) -> None:
    said = msgspec.json.decode(action.payload, type=Choices).allowed
    before = granted(organisation_id, [action.subject]).get(action.subject, set())
    have = {purpose for purpose in BY_MAIL if (purpose, Channel.EMAIL) in before}
    append_entries(
        organisation_id,
        [_entry(organisation_id, action, purpose, Consent.Action.WITHDRAW) for purpose in have - said.keys()],
    )
    grant(
        organisation_id,
        [
            Granted(
                person=action.subject,
                purpose=purpose,
                wording=wording,
                asked_at=action.received_at,
                source=action.id,
            )
            for purpose, wording in said.items()
            if purpose not in have
        ],
    )


def _locked(organisation_id: UUID, people: Iterable[UUID]) -> set[UUID]:
    rows = Person.objects.select_for_update().filter(organisation_id=organisation_id, id__in=list(people))
    return set(rows.order_by("id").values_list("id", flat=True))


def _first_of_each(actions: Sequence[Action]) -> list[Action]:
    return list({action.subject: action for action in reversed(actions)}.values())


def _entry(organisation_id: UUID, action: Action, purpose: str, said: str) -> Consent:
    return Consent(
        organisation_id=organisation_id,
        person_id=action.subject,
        purpose=purpose,
        channel=Channel.EMAIL,
        action=said,
        source=action.id,
        asked_at=action.received_at,
    )


def _unknown(actions: Sequence[Action], known: set[UUID]) -> list[Refused]:
    return [Refused.because(action, NotFound) for action in actions if action.subject not in known]
