"""What is ticked in the settings: in which languages people are spoken to, and by which ways they are asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from groundswell.people.asking import FURTHER

LABELS = {
    "sms": _("Text messages, of those who gave a number"),
    "phone": _("Telephone calls, of those who gave a number"),
    "post": _("Letters by post"),
}

Fields = list[tuple[str, str, bool]]
"""Each to tick: name, label, ticked."""


def languages(typed: Mapping[str, str]) -> list[str]:
    """The codes of the languages that a form ticks, the organisation's own first."""
    first = typed.get("languages_own", "")
    return [
        first,
        *(code for code, _name in settings.LANGUAGES if typed.get(f"languages_{code}") and code != first),
    ]


def language_fields(offered: Collection[str]) -> Fields:
    """A box for each language of the installation."""
    return [(f"languages_{code}", name, code in offered) for code, name in settings.LANGUAGES]


def ways(typed: Mapping[str, str]) -> list[str]:
    """The codes of the ways besides e-mail that a form ticks."""
    return [way for way in FURTHER if typed.get(f"ways_{way}")]


def way_fields(chosen: Collection[str]) -> Fields:
    """A box for each way besides e-mail."""
    return [(f"ways_{way}", str(LABELS[way]), way in chosen) for way in FURTHER]
