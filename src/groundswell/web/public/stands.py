"""Who stands with something, as its page lists them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groundswell.endorsements.queries import shown_with
from groundswell.events.words import day_in_full

if TYPE_CHECKING:
    from collections.abc import Iterable

    from groundswell.endorsements.models import Endorsement
    from groundswell.endorsements.subjects import Subject

PAGE = 50
"""Bodies on a page at once: each may say 600 characters, and with fifty of them a page stays within its 60 KB."""

HEADINGS = {
    "union": gettext_lazy("Unions"),
    "union-branch": gettext_lazy("Union branches"),
    "party-branch": gettext_lazy("Party branches"),
    "community": gettext_lazy("Community groups"),
    "faith": gettext_lazy("Faith groups"),
    "students": gettext_lazy("Student bodies"),
    "other": gettext_lazy("Others"),
}


def stands(subject: Subject) -> dict[str, object]:
    """The first who stand with it, the page of all where there are more, and as :func:`by_sort` (1 query)."""
    found = list(shown_with(subject)[: PAGE + 1])
    where_all = reverse("stand-all", args=[subject.kind, subject.about.slug])
    return {**by_sort(subject, found[:PAGE]), "all": where_all if len(found) > PAGE else ""}


def by_sort(subject: Subject, found: Iterable[Endorsement]) -> dict[str, object]:
    """Those who stand with it, sort by sort, and where others say that they do as well (0 queries)."""
    rows = groupby(found, key=lambda one: one.kind)
    return {
        "kinds": [{"name": HEADINGS[kind], "bodies": [_body(one) for one in bodies]} for kind, bodies in rows],
        "url": reverse("stand", args=[subject.kind, subject.about.slug]) if subject.is_open else "",
    }


def _body(one: Endorsement) -> dict[str, object]:
    return {
        "name": one.body,
        "url": reverse("group", args=[one.by.slug]) if one.by else "",
        "how": how(one),
        "text": one.text,
    }


def how(one: Endorsement) -> str:
    """How it was decided, and when where that is known (0 queries)."""
    if one.decided_on is None:
        return str(one.get_decided_display())
    words = {"how": one.get_decided_display(), "day": day_in_full(one.decided_on)}
    return _("%(how)s, %(day)s") % words
