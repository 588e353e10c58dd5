"""``/a/<purpose>/<token>``: behind the links of a mail. A GET shows a button; only the button does anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.attendances.answers import ALLY, QUESTION, STOP
from groundswell.attendances.errors import Superseded
from groundswell.attendances.links import PURPOSES, opened
from groundswell.attendances.links import link as link_to
from groundswell.attendances.queries import responses_of, standing
from groundswell.attendances.sharing import allowed_by
from groundswell.events.cohosts import holders_of
from groundswell.events.errors import NotOpen
from groundswell.events.queries import is_open, questions_of
from groundswell.groups.errors import IncompleteLink, NotFound
from groundswell.intake import kinds
from groundswell.intake.journal import NotKept
from groundswell.intake.kinds import Invalid
from groundswell.kit.crypto import BadLink
from groundswell.kit.scope import confine
from groundswell.people.queries import organisation_of
from groundswell.web.languages import speak
from groundswell.web.public import asked
from groundswell.web.public.button import ask, done, event_facts, nothing_here
from groundswell.web.public.facts import headline
from groundswell.web.public.pages import act, public, sent_form, typed_again
from groundswell.web.public.sides import ON_THE_FORM, Box, Side, allies

if TYPE_CHECKING:
    from groundswell.attendances.models import Attendance
    from groundswell.events.models import Question


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
        raise IncompleteLink from None
    # Whose answer it is stands in the link, which nobody but that organisation could have signed.
    confine([organisation_id])
    view = _forget if purpose == "forget" else _attendance
    return view(request, purpose, organisation_id, subject)


def _attendance(request: HttpRequest, purpose: str, organisation_id: UUID, subject: UUID) -> HttpResponse:
    found = standing(organisation_id, subject)
    if found is None:
        return nothing_here(request)
    organisation = found.organisation
    speak(request, organisation.offered)
    if purpose == "change":
        return _change(request, found)
    if request.method == "POST":
        if purpose == "confirm" and found.pending and request.POST.get("answer") != str(found.action):
            raise Superseded
        try:
            _act(request, purpose, organisation_id, subject)
        except NotKept:
            return typed_again(lambda sentence: _ask_about(request, purpose, found, sentence), _not_kept(purpose))
        return done(request, organisation, *_afterwards(purpose, found), back=_to_change(purpose, found))
    return _ask_about(request, purpose, found)


def _ask_about(request: HttpRequest, purpose: str, found: Attendance, error: str = "") -> HttpResponse:
    """The button to confirm or to cancel; after one that could not be kept, with the boxes as they were ticked."""
    hidden = [("answer", str(found.action))] if purpose == "confirm" and found.action else []
    boxes = _boxes(found) if purpose == "confirm" and found.pending else []
    ticked = {box.name for box in boxes if request.POST.get(box.name) == box.wording}
    words = _words(purpose, may=_may_come(found))
    facts = _facts(purpose, found)
    return ask(
        request, found.organisation, words, facts=facts, hidden=hidden, boxes=boxes, ticked=ticked, error=error
    )


def _boxes(found: Attendance) -> list[Box]:
    """The second page of the form, where too many organisations hold the event for the first (1 query, or 2)."""
    others = [one for one in holders_of(found.event) if one.id != found.organisation_id]
    return allies(found.organisation, others) if len(others) > ON_THE_FORM else []


def _change(request: HttpRequest, found: Attendance) -> HttpResponse:
    """Show what somebody said, to be changed (3 queries); on POST, take it down."""
    event = found.event
    if found.confirmed_at is None:
        return done(request, found.organisation, _("Please confirm first"), [_("Your mail has a button for it.")])
    if not is_open(event):
        raise NotOpen
    questions = questions_of(event.id)
    if request.method == "GET":
        return _change_page(request, found, questions, _said(found), {})
    sent = sent_form(request)
    stops = [name for name in sent if name.startswith(STOP)]
    typed = {name: sent.get(name, "") for name in ("answer", "guests", *asked.names(questions), *stops)}
    try:
        payload = kinds.named("change").parse(typed)
    except Invalid as invalid:
        return _change_page(request, found, questions, typed, invalid.errors)
    try:
        act(request, kind="change", organisation_id=found.organisation_id, subject=found.id, payload=payload)
    except NotKept:
        return typed_again(lambda sentence: _change_page(request, found, questions, typed, {"answer": sentence}))
    sentences = [_("We have your answer.")]
    if event.capacity is not None and typed["answer"] == "accepted":
        sentences.append(_("A mail tells you in a minute whether there is room for all of you."))
    return done(request, found.organisation, _("Changed"), sentences, back=_to_change("change", found))


def _said(found: Attendance) -> dict[str, str]:
    """An answer as it would be typed (1 query)."""
    offers = {f"offer-{offer}": "yes" for offer in found.offers.split(",") if offer}
    responses = responses_of([found.id]).get(found.id, {})
    said = {f"{QUESTION}{question}": text for question, text in responses.items()}
    return {"answer": found.status, "guests": str(found.guests), "needs": found.needs, **offers, **said}


def _change_page(
    request: HttpRequest,
    found: Attendance,
    questions: Sequence[Question],
    values: Mapping[str, str],
    errors: Mapping[str, str],
) -> HttpResponse:
    context = {
        **Side(found.event, found.organisation).frame(),
        "heading": _("Your answer"),
        "event": headline(found.event),
        "has_place": found.has_place,
        "may_come": _may_come(found),
        "waiting": found.waiting_since is not None,
        "online_url": found.event.online_url if found.has_place else "",
        "form": {
            "values": values,
            "errors": errors,
            "choices": [(value, label, value == values.get("answer")) for value, label in _labels().items()],
        },
        "asked": asked.asked(questions, values, errors),
        "stops": [(f"{STOP}{one}", name, bool(values.get(f"{STOP}{one}"))) for one, name in allowed_by(found)],
        "noindex": True,
    }
    return render(request, "public/link_change.html", context, status=422 if errors else 200)


def _to_change(purpose: str, found: Attendance) -> dict[str, str] | None:
    if purpose == "cancel":
        return None
    url = link_to("change", found.organisation_id, found.id)
    return {"url": url, "label": _("Change your answer")}


def _forget(request: HttpRequest, purpose: str, organisation_id: UUID, subject: UUID) -> HttpResponse:
    organisation = organisation_of(organisation_id, subject)
    if organisation is None:
        return nothing_here(request)
    speak(request, organisation.offered)
    kept = [(_("Kept by"), organisation.name)]
    asked_again = partial(ask, request, organisation, _words(purpose), facts=kept, danger=True)
    if request.method == "POST":
        try:
            _act(request, purpose, organisation_id, subject)
        except NotKept:
            return typed_again(lambda sentence: asked_again(error=sentence), _not_kept(purpose))
        sentence = _("%(name)s deletes what it holds about you, within the next minutes.")
        return done(request, organisation, _("You are forgotten"), [sentence % {"name": organisation.name}])
    return asked_again()


def _not_kept(purpose: str) -> str:
    """What happened where the journal could not be written, what stands as it was, and what to do."""
    if purpose == "confirm":
        return _("This could not be kept, so your answer does not count yet. Press the button again in a minute.")
    if purpose == "cancel":
        return _("This could not be kept, so your answer stands as it was. Press the button again in a minute.")
    return _("This could not be kept, so nothing is deleted yet. Press the button again in a minute.")


def _act(request: HttpRequest, purpose: str, organisation_id: UUID, subject: UUID) -> None:
    try:
        ticked = {name: request.POST[name] for name in request.POST if name.startswith(ALLY)}
        payload = kinds.named(purpose).parse({**ticked, "answer": request.POST.get("answer", "")})
    except Invalid as invalid:
        raise NotFound(str(invalid)) from None
    act(request, kind=purpose, organisation_id=organisation_id, subject=subject, payload=payload)


def _facts(purpose: str, found: Attendance) -> list[tuple[str, str]]:
    facts = event_facts(found.event)
    if purpose == "confirm":
        answer = found.answer()
        said = _labels()[answer.status]
        facts += [(_("Your name"), answer.name), (_("Your answer"), said), (_("With you"), str(answer.guests))]
    return facts


def _labels() -> dict[str, str]:
    return {"accepted": _("Yes, I’m coming"), "tentative": _("Maybe"), "declined": _("No, I cannot come")}


def _may_come(found: Attendance) -> bool:
    return found.answer().status == "tentative"


def _words(purpose: str, *, may: bool = False) -> tuple[str, list[str], str]:
    if purpose == "confirm" and may:
        return _("You may come?"), [_("Press the button, and we know that you may come.")], _("Yes, maybe")
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


def _afterwards(purpose: str, found: Attendance) -> tuple[str, list[str]]:
    limited = found.event.capacity is not None
    if purpose == "confirm" and _may_come(found):
        holds_none = [_("A “maybe” holds no place.")] if limited else []
        known = _("We have your answer. Once you know whether you are coming, change it here.")
        return _("You may come"), [known, *holds_none]
    if purpose == "confirm" and limited:
        sentence = _("A mail tells you in a minute whether you have a place or are on the waiting list.")
        return _("We have your answer"), [sentence]
    if purpose == "confirm":
        return _("You are coming"), [_("We have your answer. Thank you, and see you there.")]
    return _("You are not coming"), [_("We have your answer. Thank you for telling us.")]
