"""What all pages of the desk share: somebody signed in, nothing cached on the way, refusals in plain words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib.auth import logout
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from groundswell.groups.access import CONTACT, ORGANISER, OWNER, SEND, Actor, actor_for, own_organisations
from groundswell.groups.errors import NotFound, Refusal
from groundswell.groups.factors import has_factor, needs_factor, needs_passkey
from groundswell.kit.scope import confine
from groundswell.kit.text import whole_number
from groundswell.web import errors
from groundswell.web.desk.chosen import here

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from groundswell.groups.models import Account, Organisation


log = logging.getLogger(__name__)


class DeskRequest(HttpRequest):
    """A request of somebody who is signed in, as :func:`desk` hands it to a view.

    ``actor`` may whatever they may; ``here`` only in the organisation that the desk shows: for lists and choices.
    """

    account: Account
    actor: Actor
    here: Actor


def threshold[View: Callable[..., HttpResponse]](view: View) -> View:
    """Mark a view of the desk for which nobody needs to be signed in: the way in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            response = _refused(request, refusal)
        except OperationalError as error:
            if request.method != "POST":
                raise
            response = _not_saved(request, error)
        response["Cache-Control"] = "no-store, private"
        # Under the public pages' policy, no-referrer, browsers post with "Origin: null", which Django's
        # protection against forged forms must refuse.
        response["Referrer-Policy"] = "same-origin"
        return response

    return cast(View, guarded)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if refusal.status == 404:
        # What is missing, what is somebody else's and what never was an address: one page for all.
        return errors.page(request, 404)
    context = {"heading": HEADINGS.get(refusal.status, _("That cannot be done")), "sentences": [refusal.sentence]}
    return render(request, "desk/error.html", context, status=refusal.status)


def _not_saved(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The database could not write, on a full disk perhaps: what was typed waits in a form that sends it again."""
    log.error("Not saved", exc_info=error)
    typed = [
        (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
    ]
    context = {"typed": typed, "files": bool(request.FILES), "path": request.get_full_path()}
    response = render(request, "desk/not_saved.html", context, status=503)
    response["Retry-After"] = "10"
    return response


HEADINGS = {
    403: gettext_lazy("Your role does not allow this"),
    409: gettext_lazy("That cannot be done yet"),
    410: gettext_lazy("This is no longer good"),
    429: gettext_lazy("Too many tries"),
}


BY_MAIL = "by_mail"
"""In the session of somebody who came in by a mailed code, and by nothing else."""


BY_DIGITS = "by_digits"
"""In the session of somebody whose second step were digits, where browsers allow passkeys."""


def desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view of the desk: whoever is not signed in is led to the way in.

    Whoever came in by a mailed code alone, or by digits where a passkey could be, and has rights for which that is
    too little is led to where they set up the other. Costs 4 queries before the view's own: the session, the
    account, and its roles (2).
    """

    @wraps(view)
    def sure(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_too_little(request):
            return _lead(request, reverse("desk:account"))
        return view(request, *args, **kwargs)

    return _signed_in(sure)


def is_too_little(request: DeskRequest) -> bool:
    """Whether the way in which somebody signed in is too little for what they may see (0 queries)."""
    alone = request.session.get(BY_MAIL) and needs_factor(request.actor)
    return bool(alone or (request.session.get(BY_DIGITS) and needs_passkey(request.actor)))


def own_account(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view in which somebody looks after how they sign in; like :func:`desk`, before the second step.

    Whoever has a second step meanwhile, and did not take it in this session, takes it first.
    """

    @wraps(view)
    def own(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.session.get(BY_MAIL) and has_factor(request.account):
            logout(request)
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    return _signed_in(own)


def _signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def signed_in(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        request.account = request.user
        request.actor = actor_for(request.account)
        confine(request.actor.organisations)
        request.here = here(request, kwargs)
        return view(request, *args, **kwargs)

    return threshold(signed_in)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    where = reverse("desk:sign-in")
    if request.method == "GET" and request.path != reverse("desk:waits") and "HX-Request" not in request.headers:
        where += "?" + urlencode({"next": request.get_full_path()})
    return _lead(request, where)


def _lead(request: HttpRequest, where: str) -> HttpResponse:
    # A part of a page that fetches itself takes the whole page along.
    asks_for_itself = "HX-Request" in request.headers
    return HttpResponseClientRedirect(where) if asks_for_itself else HttpResponseRedirect(where)


def page(
    request: DeskRequest, name: str, word: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    """A page in the frame of the desk; ``word`` is its own in the navigation (1 query)."""
    mine, shown = own_organisations(request.actor), request.here.organisations
    frame = {
        "account": request.account,
        "organisation": _masthead([one for one in mine if one.id in shown]),
        "others": [one for one in mine if one.id not in shown],
        "here": word,
        "sees_people": bool(request.here.groups(CONTACT)),
        "sends": bool(request.here.groups(SEND)),
        "organises": bool(request.here.groups(ORGANISER)),
        "owns": bool(request.here.groups(OWNER)),
        "messages": request.session.pop("messages", []),
    }
    return render(request, f"desk/{name}.html", {**frame, **context}, status=status)


def _masthead(shown: list[Organisation]) -> dict[str, str]:
    if not shown:
        return {"name": _("Desk"), "demonstration_note": ""}
    return {"name": shown[0].name, "demonstration_note": shown[0].demonstration_note}


def cursor(request: HttpRequest, name: str) -> UUID | None:
    """An id from the query string, or None where there is none."""
    return id_from(request.GET.get(name, ""))


def id_from(typed: str) -> UUID | None:
    """An id as it was sent, or None where it is none."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def needed_id(typed: str) -> UUID:
    """An id as it was sent.

    :raises NotFound: if it is none.
    """
    found = id_from(typed)
    if found is None:
        raise NotFound
    return found


def page_number(request: HttpRequest, name: str) -> int:
    """A number from the query string: 0 where there is none, or where it is none."""
    return whole_number(request.GET.get(name, ""), 5) or 0


def part_named[Row](
    request: HttpRequest, name: str, found: QuerySet[Any, Row] | Sequence[Row], at_once: int
) -> tuple[list[Row], str]:
    """The part of a list that the query string names by a number, and where the next one is, if any (1 query)."""
    number = page_number(request, name)
    rows = list(found[number * at_once : (number + 1) * at_once + 1])
    query = request.GET.copy()
    query[name] = str(number + 1)
    return rows[:at_once], f"?{query.urlencode()}" if len(rows) > at_once else ""


def say(request: HttpRequest, text: str, kind: str = "done") -> None:
    """Show a sentence on the next page."""
    request.session["messages"] = [*request.session.get("messages", []), {"text": text, "kind": kind}]


def attempt(
    request: HttpRequest,
    verb: Callable[[], object],
    done: str,
    but: type[Refusal] | tuple[type[Refusal], ...] = Refusal,
) -> None:
    """Carry something out; the next page says that it is done, or why not where it is refused like ``but``."""
    try:
        verb()
    except but as refusal:
        say(request, refusal.sentence, "wrong")
    else:
        say(request, done)


def see(name: str, *args: object) -> HttpResponse:
    """Lead on to a page of the desk after a form was carried out: reloading it sends nothing again."""
    response = HttpResponseRedirect(reverse(f"desk:{name}", args=args))
    response.status_code = 303
    return response
