"""``/e/<slug>/count`` and ``…/uncount``: to be counted without saying who one is, and to take it back.

Both pages are made for one person each, with a token of one use, so front never keeps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.attendances.counting import code_digest, code_for, is_code, opened_token, token_for
from groundswell.events.errors import NotOpen
from groundswell.events.queries import is_open, public_event
from groundswell.intake import kinds
from groundswell.intake.journal import NotKept
from groundswell.intake.kinds import Invalid
from groundswell.kit.crypto import BadLink
from groundswell.web.languages import speak
from groundswell.web.public.button import done
from groundswell.web.public.facts import headline
from groundswell.web.public.pages import act, public, sent_form, typed_again
from groundswell.web.public.sides import frame_of

if TYPE_CHECKING:
    from groundswell.events.models import Event


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask how many, and count them once for each token (1 query).

    :raises NotOpen: where the event takes no answers.
    """
    found = public_event(slug)
    speak(request, found.organisation.offered)
    if not is_open(found):
        raise NotOpen
    if request.method == "POST":
        return _count(request, found)
    return _page(request, found, token=token_for(found.id))


def _count(request: HttpRequest, found: Event) -> HttpResponse:
    sent = sent_form(request)
    people, token = sent.get("people", ""), sent.get("token", "")
    try:
        opened = opened_token(found.id, token)
    except BadLink:
        errors = {"token": _("This page was open for too long. Please press the button once more.")}
        return _page(request, found, token=token_for(found.id), people=people, errors=errors, status=422)
    code = code_for(opened)
    try:
        form = {"people": people, "token": str(opened), "digest": code_digest(found.id, code)}
        payload = kinds.named("count").parse(form)
    except Invalid as invalid:
        return _page(request, found, token=token, people=people, errors=invalid.errors, status=422)
    try:
        act(request, kind="count", organisation_id=found.organisation_id, subject=found.id, payload=payload)
    except NotKept:
        return typed_again(
            lambda sentence: _page(request, found, token=token, people=people, errors={"token": sentence})
        )
    return _page(request, found, code=code)


def _page(
    request: HttpRequest,
    found: Event,
    *,
    token: str = "",
    code: str = "",
    people: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame_of(found),
        "event": headline(found),
        "token": token,
        "code": code,
        "people": people,
        "errors": errors or {},
        "uncount_url": reverse("uncount", args=[found.slug]),
        "noindex": True,
    }
    return render(request, "public/count.html", context, status=status)


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def uncount(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a code down; whether anybody was counted by it is not said (1 query)."""
    found = public_event(slug)
    speak(request, found.organisation.offered)
    if request.method != "POST":
        return _code_page(request, found, "", "")
    code = sent_form(request).get("code", "")
    if not is_code(code):
        error = _("This is no code: it has twelve letters and figures.")
        return _code_page(request, found, code, error, status=422)
    payload = kinds.named("uncount").parse({"digest": code_digest(found.id, code)})
    try:
        act(request, kind="uncount", organisation_id=found.organisation_id, subject=found.id, payload=payload)
    except NotKept:
        return typed_again(lambda sentence: _code_page(request, found, code, sentence))
    return _taken_out(request, found)


def _code_page(request: HttpRequest, found: Event, code: str, error: str, status: int = 200) -> HttpResponse:
    context = {**frame_of(found), "event": headline(found), "code": code, "error": error, "noindex": True}
    return render(request, "public/uncount.html", context, status=status)


def _taken_out(request: HttpRequest, found: Event) -> HttpResponse:
    sentences = [_("If you were counted by this code, you are not any more.")]
    back = {"url": reverse("event", args=[found.slug]), "label": _("Back to the event")}
    return done(request, found.organisation, _("Thank you for telling us"), sentences, back, noindex=True)
