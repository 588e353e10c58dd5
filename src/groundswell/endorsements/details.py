"""What is said of an endorsement, checked field by field; front reads it without a database."""

from datetime import date

import msgspec
from django.utils.translation import gettext as _

from groundswell.endorsements.models import Decided, Kind
from groundswell.groups.errors import InvalidFields
from groundswell.kit.clock import now
from groundswell.kit.text import bounded, mailbox, one_line, paragraphs

LONGEST_TEXT = 600
KINDS = list(Kind.choices)
"""The sorts of bodies, each with its label."""
WAYS = list(Decided.choices)
"""The ways to decide, each with its label."""


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """One body's endorsement; no ``contact_email`` where it works here and speaks for itself."""

    body: str
    kind: str
    decided: str
    decided_on: date | None = None
    text: str = ""
    contact_email: str = ""
    language: str = ""


def checked(details: Details, *, by_mail: bool) -> Details:
    """The same, made safe to store.

    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    body = bounded("body", details.body, 140, one_line, errors)
    text = bounded("text", details.text, LONGEST_TEXT, paragraphs, errors)
    email = bounded("contact_email", details.contact_email, 254, mailbox, errors) if by_mail else ""
    if not body:
        errors.setdefault("body", _("Write what the body is called, with its branch."))
    if details.kind not in Kind:
        errors["kind"] = _("Choose what sort of body it is.")
    if details.decided not in Decided:
        errors["decided"] = _("Choose how it was decided.")
    if details.decided_on and not date(1900, 1, 1) <= details.decided_on <= now().date():
        errors["decided_on"] = _("Enter the day on which it was decided, today at the latest.")
    if errors:
        raise InvalidFields(errors)
    return msgspec.structs.replace(details, body=body, text=text, contact_email=email)


def day_of(typed: str, errors: dict[str, str]) -> date | None:
    """A day as it was typed, or None; where it is none, that is noted."""
    try:
        return date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError:
        errors["decided_on"] = _("Enter a day, for example 2016-07-20.")
        return None
