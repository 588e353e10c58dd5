"""What the forms ask beyond name and address: needs, offers, and an event's own questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groundswell.attendances.answers import OFFERS, QUESTION

if TYPE_CHECKING:
    from groundswell.events.models import Question


def names(questions: Sequence[Question]) -> list[str]:
    """The names of the fields."""
    return ["needs", *(f"offer-{offer}" for offer in OFFERS), *(f"{QUESTION}{one.id}" for one in questions)]


def asked(
    questions: Sequence[Question], values: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, object]:
    """The fields as ``public/asked.html`` shows them, with what was typed (0 queries)."""
    labels = {
        "steward": _("I can steward"),
        "drive": _("I can drive people"),
        "banner": _("I can bring a banner"),
    }
    return {
        "needs": values.get("needs", ""),
        "needs_error": errors.get("needs", ""),
        "offers": [(f"offer-{name}", labels[name], bool(values.get(f"offer-{name}"))) for name in OFFERS],
        "questions": [_question(one, values, errors) for one in questions],
        "open": any(
            name in errors or values.get(name) for name in ("needs", *(f"offer-{each}" for each in OFFERS))
        ),
    }


def _question(question: Question, values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, object]:
    name = f"{QUESTION}{question.id}"
    value = values.get(name, "")
    return {
        "name": name,
        "text": question.text,
        "why": f"{question.purpose}. {_kept(question.days)}",
        "value": value,
        "error": errors.get(name, ""),
        "choices": [(answer, label, answer == value) for answer, label in _choices(question)],
    }


def _choices(question: Question) -> list[tuple[str, str]]:
    if question.kind == "yes-no":
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(choice, choice) for choice in question.choices]


def _kept(days: int) -> str:
    if not days:
        return _("Deleted when the event is over.")
    sentence = ngettext("Deleted %(days)s day after the event.", "Deleted %(days)s days after the event.", days)
    return sentence % {"days": days}
