"""``/a/<purpose>/<token>``: behind the links of a mail. A GET shows a button; only the button does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.attendances.links import PURPOSES, opened
from groundswell.attendances.queries import standing
from groundswell.events.words import place, when
from groundswell.groups.errors import NotFound
from groundswell.intake import kinds
from groundswell.intake.kinds import Invalid
from groundswell.kit.crypto import BadLink
from groundswell.web.public.event import common
from groundswell.web.public.pages import act, public

if TYPE_CHECKING:
    from groundswell.attendances.models import Attendance


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
    """Show what a link is about and its one button (3 queries); on POST, take the choice down.

    Never kept by front: the page is about one person, and only who has their mail can open it.
    """
    if purpose not in PURPOSES:
        raise NotFound
    try:
        organisation_id, attendance_id = opened(purpose, token)
    except BadLink:
        raise NotFound(_("This link is not complete. Please copy it from your mail as a whole.")) from None
    found = standing(organisation_id, attendance_id)
    if found is None:
        return _done(
            request, _("There is nothing here any more"), [_("We hold nothing about you for this event.")]
        )
    if request.method == "POST":
        return _chosen(request, purpose, found)
    return render(request, "public/link.html", {**common(found.event), **_words(purpose, found)})


def _chosen(request: HttpRequest, purpose: str, found: Attendance) -> HttpResponse:
    try:
        payload = kinds.named(purpose).parse({"answer": request.POST.get("answer", "")})
    except Invalid as invalid:
        raise NotFound(str(invalid)) from None
    act(request, kind=purpose, organisation_id=found.organisation_id, subject=found.id, payload=payload)
    heading, sentences = _afterwards(purpose, found)
    return _done(request, heading, sentences, **common(found.event))


def _done(request: HttpRequest, heading: str, sentences: list[str], **context: object) -> HttpResponse:
    return render(request, "public/link_done.html", {**context, "heading": heading, "sentences": sentences})


def _words(purpose: str, found: Attendance) -> dict[str, object]:
    heading, sentences, button = _WORDS[purpose]
    return {
        "heading": str(heading),
        "sentences": [str(sentence) for sentence in sentences],
        "facts": _facts(purpose, found),
        "button": str(button),
        "danger": purpose == "forget",
        "hidden": [("answer", str(found.action))] if purpose == "confirm" and found.action else [],
    }


def _facts(purpose: str, found: Attendance) -> list[tuple[str, str]]:
    date = when(found.event)
    facts = [
        (_("Event"), found.event.title),
        (_("When"), f"{date.date_long}, {date.time}"),
        (_("Where"), str(place(found.event))),
    ]
    if purpose == "confirm":
        answer = found.answer()
        facts += [(_("Your name"), answer.name), (_("With you"), str(answer.guests))]
    return facts


_WORDS = {
    "confirm": (
        gettext_lazy("Are you coming?"),
        [gettext_lazy("Press the button, and your answer counts.")],
        gettext_lazy("Yes, I’m coming"),
    ),
    "cancel": (
        gettext_lazy("You cannot come?"),
        [gettext_lazy("Press the button, and we no longer count on you. Thank you for telling us.")],
        gettext_lazy("I’m not coming"),
    ),
    "forget": (
        gettext_lazy("Forget me"),
        [
            gettext_lazy(
                "Press the button, and we delete your name, your address and all else that we hold about you."
            ),
            gettext_lazy("This cannot be undone. You are welcome again at any time."),
        ],
        gettext_lazy("Delete everything about me"),
    ),
}


def _afterwards(purpose: str, found: Attendance) -> tuple[str, list[str]]:
    if purpose == "confirm":
        return _("You are coming"), [_("We have your answer. Thank you, and see you there.")]
    if purpose == "cancel":
        return _("You are not coming"), [_("We have your answer. Thank you for telling us.")]
    name = found.event.organisation.name
    return _("You are forgotten"), [
        _("%(name)s deletes what it holds about you, within the next minutes.") % {"name": name}
    ]
