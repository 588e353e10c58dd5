"""What people correct of themselves, on the page that a mail leads to: name, telephone and area.

Their address is not among it: a new mailbox would have to confirm that it is theirs.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.intake.kinds import Action, Form, Invalid, Refused
from groundswell.kit.places import NotAPostcode, sector
from groundswell.kit.text import bounded, one_line
from groundswell.ledger.operations import record
from groundswell.people.asking import BY_NUMBER
from groundswell.people.choices import unknown
from groundswell.people.finding import index_anew
from groundswell.people.incoming import dialled
from groundswell.people.merged import locked
from groundswell.people.models import Person, Reach, Suppression
from groundswell.people.operations import ledger_name
from groundswell.people.reach import suppress, wishes, write_anew

LONGEST_NAME = 120
FIELDS = ("name", "phone", "sector")


class Correction(msgspec.Struct, frozen=True):
    """What holds from now on; a telephone and an area are empty where there is none."""

    name: str
    phone: str
    sector: str


def parse_correction(form: Form) -> bytes:
    """Read ``name``, ``phone`` and ``postcode``; the area that is known already is as good as a postcode.

    :raises Invalid: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    said = Correction(
        name=bounded("name", form.get("name", ""), LONGEST_NAME, one_line, errors),
        phone=_phone(form.get("phone", "").strip(), errors),
        sector=_area(form.get("postcode", "").strip(), errors),
    )
    if not said.name:
        errors.setdefault("name", _("Tell us what to call you. A first name is enough."))
    if errors:
        raise Invalid(errors)
    return msgspec.json.encode(said)


def _phone(typed: str, errors: dict[str, str]) -> str:
    number = dialled(typed)
    if typed and not number:
        errors["phone"] = _("Enter a telephone number, for example 0113 496 0000, or leave this empty.")
    return number


def _area(typed: str, errors: dict[str, str]) -> str:
    # What is shown is the area alone, to which any end makes a postcode.
    for possible in (typed, f"{typed}AA") if typed else ():
        try:
            return sector(possible)
        except NotAPostcode:
            continue
    if typed:
        errors["postcode"] = _("Enter a UK postcode, for example M1 1AE, or leave this empty.")
    return ""


@transaction.atomic
def correct(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take over what people say of themselves, for whoever stands for them; what is so already is no change.

    Refuses (NotFound) who is not known any more. Queries: 3, and 2 for each that changes anything; 2 more for a
    new name, and up to 16 for a new number.
    """
    known = locked(organisation_id, {action.subject for action in actions})
    people = Person.objects.filter(organisation_id=organisation_id).in_bulk(set(known.values()))
    for action in actions:
        if action.subject in known:
            _correct(people[known[action.subject]], msgspec.json.decode(action.payload, type=Correction))
    return unknown(actions, known)


def _correct(person: Person, said: Correction) -> None:
    changed = [name for name in FIELDS if getattr(person, name) != getattr(said, name)]
    if not changed:
        return
    wished = [channel for channel in BY_NUMBER if "phone" in changed and wishes(person, channel)]
    for name in changed:
        setattr(person, name, getattr(said, name))
    person.save(update_fields=changed)
    if "name" in changed:
        index_anew(person.organisation_id, {person.id: person.name})
    if "phone" in changed:
        _reach_anew(person, wished)
    record(organisation_id=person.organisation_id, actor=None, verb="people.correct", subject=ledger_name(person))


def _reach_anew(person: Person, wished: Collection[str]) -> None:
    """Let what they wanted of the number before hold of this one, and what is shut for it show."""
    for channel in wished if person.phone else ():
        suppress(person.organisation_id, channel, {person.phone: Suppression.Reason.UNSUBSCRIBED})
    row = Reach.objects.get(organisation_id=person.organisation_id, person=person)
    write_anew([person], {person.id: row.contacted_on})
