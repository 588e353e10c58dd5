"""What somebody types when they say "I'm coming": read on the hot path, without a database."""

from functools import cache, lru_cache
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from groundswell.intake.kinds import Form, Invalid
from groundswell.kit.places import NotAPostcode, sector
from groundswell.kit.text import NotText, bounded, mailbox, one_line

LONGEST_NAME = 120
MOST_GUESTS = 9
LONGEST_NEEDS = 500
LONGEST_RESPONSE = 500
MOST_RESPONSES = 8
MOST_COUNTED = 10
ANSWERS = ("accepted", "tentative")
"""What a public form may say; "declined" comes by the link in a mail."""

OFFERS = ("steward", "drive", "banner")
QUESTION = "question-"
"""What the fields of an event's own questions begin with; the question's id follows."""
ALLY = "ally-"
"""What the boxes for other organisations that hold an event begin with; the organisation's id follows."""

MOST_ALLIES = 60
STOP = "stop-"
"""What the fields with which somebody takes that back begin with; the organisation's id follows."""

BOXES = {"agree": "event", "updates": "updates", "nearby": "nearby"}
"""The boxes of the form, and the purpose of consent that each one is for."""

_USUAL = frozenset({"name", "email", "postcode", "guests", "answer", "needs", "language", "coach", *BOXES})


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A form that was read. ``ticked`` says for each purpose which wording's box was ticked.

    None means: the wording in force when it was asked (a client that ticks without naming the words). ``language``
    is that of the page, empty where nobody said. ``allies`` says the same as ``ticked`` for each other
    organisation that may see the answer. ``bloc`` is the one whose page it is: no field of a form says that.
    ``coach`` is the pick-up of that bloc from which they want seats.
    """

    name: str
    email: str
    sector: str = ""
    guests: int = 0
    ticked: dict[str, UUID | None] = {}
    status: str = "accepted"
    needs: str = ""
    offers: tuple[str, ...] = ()
    responses: dict[UUID, str] = {}
    language: str = ""
    allies: dict[UUID, UUID | None] = {}
    bloc: UUID | None = None
    coach: UUID | None = None


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody changes of their answer, by the link in a mail.

    ``stops`` are other organisations that may see it no longer.
    """

    status: str
    guests: int = 0
    needs: str = ""
    offers: tuple[str, ...] = ()
    responses: dict[UUID, str] = {}
    stops: tuple[UUID, ...] = ()


class Headcount(msgspec.Struct, frozen=True):
    """People who want to be counted and nothing else: by which token, and the hash of their cancel code."""

    token: UUID
    people: int
    digest: str


class Uncount(msgspec.Struct, frozen=True):
    """The hash of the code of somebody who is not coming after all."""

    digest: str


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """A press on a button behind a mail's link; ``action`` names the answer that was shown.

    ``allies`` are boxes that were ticked there, as in :class:`Answer`.
    """

    action: UUID | None = None
    allies: dict[UUID, UUID | None] = {}


_encode = msgspec.json.Encoder().encode
_answer = msgspec.json.Decoder(Answer).decode
_choice = msgspec.json.Decoder(Choice).decode
_change = msgspec.json.Decoder(Change).decode
_headcount = msgspec.json.Decoder(Headcount).decode
_uncount = msgspec.json.Decoder(Uncount).decode


def read_answer(payload: bytes | str) -> Answer:
    """The answer in a payload."""
    return _answer(payload)


def within(answer: Answer, bloc: UUID) -> Answer:
    """The same answer, given on the page of a bloc."""
    return msgspec.structs.replace(answer, bloc=bloc)


def payload_of(answer: Answer) -> bytes:
    """An answer as a payload."""
    return _encode(answer)


def read_choice(payload: bytes) -> Choice:
    """The choice in a payload."""
    return _choice(payload)


def read_change(payload: bytes) -> Change:
    """The change in a payload."""
    return _change(payload)


def read_headcount(payload: bytes) -> Headcount:
    """The people in a payload."""
    return _headcount(payload)


def read_uncount(payload: bytes) -> Uncount:
    """The code's hash in a payload."""
    return _uncount(payload)


def parse_answer(form: Form) -> bytes:
    """Read the form of an event's page.

    :raises Invalid: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    name = _name(form.get("name", ""), errors)
    email = _email(form.get("email", ""), errors)
    place = _sector(form.get("postcode", ""), errors)
    guests = _guests(form.get("guests", ""), errors)
    status = _status(form.get("answer", ""), ANSWERS, errors)
    needs = _line("needs", form.get("needs", ""), LONGEST_NEEDS, errors)
    # Only a form with fields beyond the usual ones is searched for those that an event has added.
    added: Form = {} if form.keys() <= _USUAL else form
    responses = _responses(added, errors)
    ticked = {purpose: _wording(form[box]) for box, purpose in BOXES.items() if form.get(box)}
    if BOXES["agree"] not in ticked:
        errors["agree"] = _("Tick this box if you agree. Without it we may not record that you plan to come.")
    if errors:
        raise Invalid(errors)
    language = form.get("language", "")
    answer = Answer(
        name=name,
        email=email,
        sector=place,
        guests=guests,
        ticked=ticked,
        status=status,
        needs=needs,
        offers=_offers(added) if added else (),
        responses=responses,
        language=language if language in _languages() else "",
        allies=_allies(added),
        coach=_wording(form.get("coach", "")),
    )
    return payload_of(answer)


def parse_change(form: Form) -> bytes:
    """Read the form behind a mail's link with which an answer is changed.

    :raises Invalid: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    change = Change(
        status=_status(form.get("answer", ""), (*ANSWERS, "declined"), errors),
        guests=_guests(form.get("guests", ""), errors),
        needs=_line("needs", form.get("needs", ""), LONGEST_NEEDS, errors),
        offers=_offers(form),
        responses=_responses(form, errors),
        stops=tuple(_ids(form, STOP)),
    )
    if errors:
        raise Invalid(errors)
    return _encode(change)


def parse_count(form: Form) -> bytes:
    """Read "count us": a token's id and a code's hash, which the door has made, and how many people.

    :raises Invalid: if the number is none from 1 to 10, or the token is none.
    """
    people = form.get("people", "").strip()
    if people not in {str(number) for number in range(1, MOST_COUNTED + 1)}:
        raise Invalid({"people": _("Enter a number from 1 to %(most)s.") % {"most": MOST_COUNTED}})
    try:
        return _encode(Headcount(UUID(form.get("token", "")), int(people), form.get("digest", "")))
    except ValueError:
        raise Invalid({"token": _("Open the page again.")}) from None


def parse_uncount(form: Form) -> bytes:
    """Read the hash of a cancel code, which the door has made (nothing is refused here)."""
    return _encode(Uncount(form.get("digest", "")))


def _status(typed: str, allowed: tuple[str, ...], errors: dict[str, str]) -> str:
    if not typed:
        return "accepted"
    if typed not in allowed:
        errors["answer"] = _("Choose one of the answers.")
    return typed


def _offers(form: Form) -> tuple[str, ...]:
    return tuple(offer for offer in OFFERS if form.get(f"offer-{offer}"))


def _responses(form: Form, errors: dict[str, str]) -> dict[UUID, str]:
    responses = {}
    for name in [name for name in form if name.startswith(QUESTION)][:MOST_RESPONSES]:
        text = _line(name, form[name], LONGEST_RESPONSE, errors)
        question = _wording(name.removeprefix(QUESTION))
        if text and question:
            responses[question] = text
    return responses


def _allies(form: Form) -> dict[UUID, UUID | None]:
    return {organisation: _wording(form[name]) for organisation, name in _ids(form, ALLY).items() if form[name]}


def _ids(form: Form, beginning: str) -> dict[UUID, str]:
    """The fields that begin like this, by the id that follows."""
    names = [name for name in form if name.startswith(beginning)][:MOST_ALLIES]
    found = {_wording(name.removeprefix(beginning)): name for name in names}
    return {key: name for key, name in found.items() if key is not None}


def _line(field: str, typed: str, longest: int, errors: dict[str, str]) -> str:
    if not typed:
        return ""
    return bounded(field, typed.replace("\r", " ").replace("\n", " "), longest, one_line, errors)


def parse_choice(form: Form) -> bytes:
    """Read the form behind a mail's link: a button, and which answer stood above it.

    :raises Invalid: if the answer's id is not one.
    """
    try:
        return _encode(Choice(UUID(form["answer"]) if form.get("answer") else None, _allies(form)))
    except ValueError:
        raise Invalid({"answer": _("Open the link in your mail again.")}) from None


def _name(typed: str, errors: dict[str, str]) -> str:
    name = bounded("name", typed, LONGEST_NAME, one_line, errors)
    if not name:
        errors.setdefault("name", _("Tell us what to call you. A first name is enough."))
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


@cache
def _languages() -> frozenset[str]:
    return frozenset(code for code, _name in settings.LANGUAGES)


@lru_cache(maxsize=1024)
def _wording(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
