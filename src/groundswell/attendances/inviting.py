"""Saying yes by the link in an invitation: whoever opens it has the mailbox, so nothing is typed or confirmed."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _
from msgspec.structs import replace

from groundswell.attendances.answers import Answer, parse_choice, payload_of
from groundswell.attendances.models import Attendance
from groundswell.attendances.operations import confirm, take
from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Form, Invalid, Refused
from groundswell.people.models import Person, Purpose


class Invited(msgspec.Struct, frozen=True, omit_defaults=True):
    """A press on the button: whose link it was, which words stood above it, and the language of the page."""

    person: UUID
    wording: UUID
    language: str = ""


_encode = msgspec.json.Encoder().encode
_invited = msgspec.json.Decoder(Invited).decode


def parse_invited(form: Form) -> bytes:
    """Read what the page of an invitation sends; whose it is, the door says and no form.

    :raises Invalid: if the words above the button are not named.
    """
    try:
        return _encode(Invited(UUID(form["person"]), UUID(form["wording"]), form.get("language", "")))
    except (KeyError, ValueError):
        raise Invalid({"answer": _("Open the link in your mail again.")}) from None


def accept(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Let those come who were invited and said yes: an answer that counts at once, by what is known of them.

    Joins the caller's transaction. Refuses (NotFound) whoever is not known any more, and all that
    :func:`.operations.take` refuses. Queries: 2, and those of it and of :func:`.operations.confirm`.
    """
    said = {action.id: _invited(action.payload) for action in actions}
    ids = {one.person for one in said.values()}
    own = Person.objects.filter(organisation_id=organisation_id, id__in=ids).select_related("merged_into")
    people = {person.id: person.merged_into or person for person in own}
    refused: list[Refused] = []
    answers: list[tuple[Action, Answer]] = []
    for action in actions:
        person = people.get(said[action.id].person)
        if person is None:
            refused.append(Refused.because(action, NotFound))
        else:
            answer = _answer(person, said[action.id])
            answers.append((replace(action, payload=payload_of(answer)), answer))
    if answers:
        refused += take(organisation_id, answers, by_mail=False)
        refused += _let_count(organisation_id, [action for action, _answer in answers])
    return refused


def _answer(person: Person, said: Invited) -> Answer:
    return Answer(
        name=person.name,
        email=person.email,
        sector=person.sector,
        ticked={Purpose.EVENT: said.wording},
        language=said.language,
    )


def _let_count(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Confirm what these actions have just left to be confirmed."""
    made = Attendance.objects.filter(organisation_id=organisation_id, action__in=[action.id for action in actions])
    waiting = dict(made.exclude(pending="").values_list("action", "id"))
    yes = [
        replace(action, subject=waiting[action.id], payload=parse_choice({"answer": str(action.id)}))
        for action in actions
        if action.id in waiting
    ]
    return confirm(organisation_id, yes) if yes else []
