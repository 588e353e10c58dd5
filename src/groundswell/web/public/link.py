"""``/a/<purpose>/<token>``: behind the links of a mail. A GET shows a button; only the button does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.attendances.errors import Superseded
from groundswell.attendances.links import PURPOSES, opened
from groundswell.attendances.queries import standing
from groundswell.events.words import place, when
from groundswell.groups.errors import NotFound
from groundswell.intake import kinds
from groundswell.intake.kinds import Invalid
from groundswell.kit.crypto import BadLink
from groundswell.people.queries import organisation_of
from groundswell.web.languages import speak
from groundswell.web.public.event import frame
from groundswell.web.public.pages import act, public

if TYPE_CHECKING:
    from groundswell.attendances.models import Attendance
    from groundswell.groups.models import Organisation


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
    """Show what a link is about and its one button (1 query); on POST, take the choice down.

    Never kept by front: the page is about one person, and only who has their mail can open it.
    """
    if purpose not in PURPOSES:
        raise NotFound
    try:
        organisation_id, subject = opened(purpose, token)
    except BadLink:
        raise NotFound(_("This link is not complete. Please copy it from your mail as a whole.")) from None
    view = _forget if purpose == "forget" else _attendance
    return view(request, purpose, organisation_id, subject)


def _attendance(request: HttpRequest, purpose: str, organisation_id: UUID, subject: UUID) -> HttpResponse:
    found = standing(organisation_id, subject)
    if found is None:
        return _nothing_here(request)
    organisation = found.event.organisation
    speak(request, organisation.offered)
    if request.method == "POST":
        if purpose == "confirm" and found.pending and request.POST.get("answer") != str(found.action):
            raise Superseded
        _act(request, purpose, organisation_id, subject)
        return _done(request, organisation, *_afterwards(purpose))
    hidden = [("answer", str(found.action))] if purpose == "confirm" and found.action else []
    return _ask(request, organisation, purpose, facts=_facts(purpose, found), hidden=hidden)


def _forget(request: HttpRequest, purpose: str, organisation_id: UUID, subject: UUID) -> HttpResponse:
    organisation = organisation_of(organisation_id, subject)
    if organisation is None:
        return _nothing_here(request)
    speak(request, organisation.offered)
    if request.method == "POST":
        _act(request, purpose, organisation_id, subject)
        sentence = _("%(name)s deletes what it holds about you, within the next minutes.")
        return _done(request, organisation, _("You are forgotten"), [sentence % {"name": organisation.name}])
    return _ask(request, organisation, purpose, facts=[(_("Kept by"), organisation.name)], hidden=[])


def _act(request: HttpRequest, purpose: str, organisation_id: UUID, subject: UUID) -> None:
    try:
        payload = kinds.named(purpose).parse({"answer": request.POST.get("answer", "")})
    except Invalid as invalid:
        raise NotFound(str(invalid)) from None
    act(request, kind=purpose, organisation_id=organisation_id, subject=subject, payload=payload)


def _nothing_here(request: HttpRequest) -> HttpResponse:
    sentences = [
        _("We hold nothing behind this link any more: it was deleted, by you or because its time was over.")
    ]
    return _done(request, None, _("There is nothing here any more"), sentences)


def _done(
    request: HttpRequest, organisation: Organisation | None, heading: str, sentences: list[str]
) -> HttpResponse:
    context = {**frame(organisation), "heading": heading, "sentences": sentences}
    return render(request, "public/link_done.html", context)


def _ask(
    request: HttpRequest,
    organisation: Organisation,
    purpose: str,
    *,
    facts: list[tuple[str, str]],
    hidden: list[tuple[str, str]],
) -> HttpResponse:
    heading, sentences, button = _words(purpose)
    context = {
        **frame(organisation),
        "heading": heading,
        "sentences": sentences,
        "facts": facts,
        "button": button,
        "danger": purpose == "forget",
        "hidden": hidden,
    }
    return render(request, "public/link.html", context)


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


def _words(purpose: str) -> tuple[str, list[str], str]:
    if purpose == "confirm":
        sentence = _("Press the button, and your answer counts.")
        return _("Are you coming?"), [sentence], _("Yes, I’m coming")
    if purpose == "cancel":
        sentence = _("Press the button, and we no longer count on you. Thank you for telling us.")
        return _("You cannot come?"), [sentence], _("I’m not coming")
    sentences = [
        _("Press the button, and we delete your name, your address and all else that we hold about you."),
        _("This cannot be undone. You are welcome again at any time."),
    ]
    return _("Forget me"), sentences, _("Delete everything about me")


def _afterwards(purpose: str) -> tuple[str, list[str]]:
    if purpose == "confirm":
        return _("You are coming"), [_("We have your answer. Thank you, and see you there.")]
    return _("You are not coming"), [_("We have your answer. Thank you for telling us.")]
