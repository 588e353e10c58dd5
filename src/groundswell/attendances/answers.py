"""What somebody types when they say "I'm coming": read on the hot path, without a database."""

from functools import lru_cache
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from groundswell.intake.kinds import Form, Invalid
from groundswell.kit.places import NotAPostcode, sector
from groundswell.kit.text import NotText, mailbox, one_line

LONGEST_NAME = 120
MOST_GUESTS = 9
BOXES = {"agree": "event", "updates": "updates", "nearby": "nearby"}
"""The boxes of the form, and the purpose of consent that each one is for."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A form that was read. ``ticked`` says for each purpose which wording's box was ticked.

    None means: the wording in force when it was asked (a client that ticks without naming the words).
    """

    name: str
    email: str
    sector: str = ""
    guests: int = 0
    ticked: dict[str, UUID | None] = {}


class Choice(msgspec.Struct, frozen=True):
    """A press on a button behind a mail's link; ``action`` names the answer that was shown."""

    action: UUID | None = None


_encode = msgspec.json.Encoder().encode
_answer = msgspec.json.Decoder(Answer).decode
_choice = msgspec.json.Decoder(Choice).decode


def read_answer(payload: bytes | str) -> Answer:
    """The answer in a payload."""
    return _answer(payload)


def read_choice(payload: bytes) -> Choice:
    """The choice in a payload."""
    return _choice(payload)


def parse_answer(form: Form) -> bytes:
    """Read the form of an event's page.

    :raises Invalid: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    name = _name(form.get("name", ""), errors)
    email = _email(form.get("email", ""), errors)
    place = _sector(form.get("postcode", ""), errors)
    guests = _guests(form.get("guests", ""), errors)
    ticked = {purpose: _wording(form[box]) for box, purpose in BOXES.items() if form.get(box)}
    if BOXES["agree"] not in ticked:
        errors["agree"] = _("Tick this box if you agree. Without it we may not record that you plan to come.")
    if errors:
        raise Invalid(errors)
    return _encode(Answer(name=name, email=email, sector=place, guests=guests, ticked=ticked))


def parse_choice(form: Form) -> bytes:
    """Read the form behind a mail's link: a button, and which answer stood above it.

    :raises Invalid: if the answer's id is not one.
    """
    try:
        return _encode(Choice(UUID(form["answer"]) if form.get("answer") else None))
    except ValueError:
        raise Invalid({"answer": _("Open the link in your mail again.")}) from None


def _name(typed: str, errors: dict[str, str]) -> str:
    try:
        name = one_line(typed)
    except NotText as error:
        errors["name"] = str(error)
        return ""
    if not name:
        errors["name"] = _("Tell us what to call you. A first name is enough.")
    elif len(name) > LONGEST_NAME:
        errors["name"] = _("Please use at most %(longest)s characters.") % {"longest": LONGEST_NAME}
    return name


def _email(typed: str, errors: dict[str, str]) -> str:
    try:
        return mailbox(typed)
    except NotText:
        errors["email"] = _("Enter an e-mail address that we can write to, for example ada@example.org.")
        return ""


def _sector(typed: str, errors: dict[str, str]) -> str:
    if not typed.strip():
        return ""
    try:
        return sector(typed)
    except NotAPostcode:
        errors["postcode"] = _("Enter a UK postcode, for example M1 1AE, or leave this empty.")
        return ""


def _guests(typed: str, errors: dict[str, str]) -> int:
    typed = typed.strip() or "0"
    if typed.isascii() and typed.isdigit():
        significant = typed.lstrip("0") or "0"
        # Measured before it is read: a number of many digits takes long, or fits no column.
        if len(significant) == 1 and int(significant) <= MOST_GUESTS:
            return int(significant)
    errors["guests"] = _("Enter a number from 0 to %(most)s.") % {"most": MOST_GUESTS}
    return 0


@lru_cache(maxsize=1024)
def _wording(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
