"""What all public pages share: the same for everybody, without cookies, kept by front."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from groundswell.front import handover
from groundswell.front.handover import Door
from groundswell.front.requests import via
from groundswell.groups.errors import Refusal
from groundswell.intake import kinds
from groundswell.intake.journal import NotKept, journal
from groundswell.intake.kinds import Action, Invalid
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.logs import note


def public[View: Callable[..., HttpResponse]](view: View) -> View:
    """Mark a view as the same for everybody: front renders it bare and may keep it.

    It takes no cookie, so it needs no protection against a forged one: whatever another site could send in
    somebody's name, it could send without them.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return refused(request, refusal)
        except NotKept:
            return not_kept(request)

    guarded.is_public = True  # type: ignore[attr-defined]
    return cast(View, csrf_exempt(guarded))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says why something is not done."""
    context = {
        "heading": HEADINGS.get(refusal.status, _("This cannot be done")),
        "sentences": [refusal.sentence],
    }
    return render(request, "public/error.html", context, status=refusal.status)


def not_kept(request: HttpRequest) -> HttpResponse:
    """The page that says that nothing was stored."""
    sentences = [_("Your answer could not be kept. Nothing was stored. Please try again in a minute.")]
    response = render(request, "public/error.html", {"heading": _("Not kept"), "sentences": sentences}, status=503)
    response["Retry-After"] = "10"
    return response


HEADINGS = {
    404: gettext_lazy("There is nothing here"),
    410: gettext_lazy("This link is no longer good"),
    409: gettext_lazy("Something has changed"),
}


def keep(request: HttpRequest, **handed_over: Any) -> None:
    """Let front keep the response to this request; see :func:`groundswell.front.handover.hand_over`."""
    scope = getattr(request, "scope", None)
    if scope is not None and request.method in {"GET", "HEAD"}:
        handover.hand_over(scope, **handed_over)


def patience(request: HttpRequest) -> int:
    """How many seconds the mail for this request waits: 0 unless much comes from its address."""
    wait = getattr(request, "scope", {}).get(handover.WAIT)
    return int(wait()) if wait else 0


def sent_form(request: HttpRequest) -> QueryDict:
    """The form as it was sent; what was no UTF-8 shows as such, where Django would take it for Latin-1."""
    if request.content_type == "application/x-www-form-urlencoded":
        return QueryDict(request.body.decode(errors="replace"))
    return request.POST


def typed_again(page: Callable[[str], HttpResponse], sentence: str = "") -> HttpResponse:
    """The same page once more, as an honest 503: with what was typed, and the sentence that it is given."""
    usual = _("Your answer could not be kept. Nothing was stored. Please send it again in a minute.")
    response = page(sentence or usual)
    response.status_code = 503
    response["Retry-After"] = "10"
    return response


def take_down(
    request: HttpRequest, door: Door, typed: Mapping[str, str], page: Callable[..., HttpResponse]
) -> HttpResponse:
    """Take a form down as the action that front would make of it, and lead on to where its door says.

    Where something is wrong, ``page`` is shown again with what was typed, the errors and the status.
    """
    whose = {"organisation_id": door.organisation_id, "subject": door.subject}
    if again := not_taken(request, typed, page, kind=door.kind, **whose):
        return again
    response = HttpResponseRedirect(door.then)
    response.status_code = 303
    return response


def not_taken(
    request: HttpRequest,
    typed: Mapping[str, str],
    page: Callable[..., HttpResponse],
    *,
    kind: str,
    organisation_id: UUID,
    subject: UUID,
) -> HttpResponse | None:
    """Take a form down as an action; where that cannot be, ``page`` as :func:`take_down` shows it again."""
    try:
        payload = kinds.named(kind).parse(typed)
        act(request, kind=kind, organisation_id=organisation_id, subject=subject, payload=payload)
    except Invalid as invalid:
        return page(typed, invalid.errors, status=422)
    except NotKept:
        return typed_again(lambda sentence: page(typed, {"answer": sentence}, status=503))
    return None


def act(
    request: HttpRequest, *, kind: str, organisation_id: UUID, subject: UUID, payload: bytes, came_by: str = ""
) -> None:
    """Take an action down the slow way: into the same journal as front's, on disk when this returns.

    ``came_by`` is what brought them, where the path says that and not the query.

    :raises NotKept: if it could not be written; nothing was acknowledged then.
    """
    note(organisation=organisation_id)
    action = Action(
        id=uuid7(),
        kind=kind,
        organisation_id=organisation_id,
        subject=subject,
        payload=payload,
        received_at=now(),
        via=came_by or via(request.META.get("QUERY_STRING", "").encode()),
        patience=patience(request),
    )
    journal().append(action)
