"""A fresh sign-in: before something grave, somebody who is signed in proves once more that it is them.

What they had typed travels along in the page that asks, and is carried out once the proof holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from groundswell.groups.codes import CODE_LASTS, ask_to_sign_in, digits_of, try_code
from groundswell.groups.errors import CodeGone, TooManyGuesses
from groundswell.groups.factors import APP, PASSKEY, factors_of
from groundswell.groups.freshness import FRESH, fresh_until
from groundswell.web.desk import passkeys
from groundswell.web.desk.pages import DeskRequest, page
from groundswell.web.desk.sign_in import DigitsForm, renew
from groundswell.web.public.pages import patience

OWN = frozenset({"csrfmiddlewaretoken", "again", "again_look", "again_code", "credential"})
"""The fields of the page that asks; all others are what was typed before."""

CODE = "again"
"""In the session: the id of the code that was mailed to prove it once more."""

View = Callable[..., HttpResponse]


def fresh(view: View) -> View:
    """Mark a view, below :func:`desk` or :func:`own_account`, for which the sign-in must be fresh."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return asked_again(request) or view(request, *args, **kwargs)

    return guarded


def fresh_to_send(view: View) -> View:
    """The same for a view that anybody may look at; only to send its form, the sign-in must be fresh."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = asked_again(request) if request.method == "POST" else None
        return asked or view(request, *args, **kwargs)

    return guarded


def asked_again(request: DeskRequest) -> HttpResponse | None:
    """What stands between somebody and what they asked for; None where their sign-in is fresh (0 queries then).

    A form that is sent from the page that asks proves it; then the view is called with what was typed before.
    """
    errors: dict[str, str] = {}
    if not _is_fresh(request):
        errors = _proved(request)
        if not _is_fresh(request):
            return _page(request, errors)
        renew(request)
    if request.POST.get("again_look"):
        return HttpResponseRedirect(request.get_full_path())
    if "again" in request.POST:
        # The view's own names are its own again.
        typed = request.POST.copy()
        for name in OWN:
            typed.pop(name, None)
        request.POST = typed  # type: ignore[assignment]
    return None


def fresh_for(request: DeskRequest) -> datetime | None:
    """Until when the sign-in of this session is fresh; None where it is not (0 queries)."""
    return fresh_until(get_authentication_records(request, request.account))


def _is_fresh(request: DeskRequest) -> bool:
    return fresh_for(request) is not None


def _proved(request: DeskRequest) -> dict[str, str]:
    """Look at what was sent to prove it; what is wrong with it, by field."""
    how = request.POST.get("again", "")
    second = bool(factors_of(request.account))
    ways = {"digits": _by_digits, "passkey": _by_passkey} if second else {"mail": _ask_by_mail, "code": _by_code}
    try:
        return ways[how](request) if how in ways else {}
    except (CodeGone, TooManyGuesses) as refusal:
        return {"again_code": refusal.sentence}


def _by_digits(request: DeskRequest) -> dict[str, str]:
    form = DigitsForm(data={"code": request.POST.get("again_code", "")}, user=request.account)
    if not form.is_valid():
        return {"again_code": _("This is not it. The app shows new digits every half minute.")}
    form.save()
    return {}


def _by_passkey(request: DeskRequest) -> dict[str, str]:
    form = passkeys.of(request.account, request)
    if form is None:
        return {"": _("This passkey is not one of yours.")}
    form.save()  # type: ignore[attr-defined]
    return {}


def _ask_by_mail(request: DeskRequest) -> dict[str, str]:
    patience(request)
    request.session[CODE] = str(ask_to_sign_in(email=request.account.email))
    return {}


def _by_code(request: DeskRequest) -> dict[str, str]:
    digits = digits_of(request.POST.get("again_code", ""))
    if digits is None:
        return {"again_code": _("The code has eight digits.")}
    if CODE not in request.session:
        raise CodeGone
    account = try_code(code_id=UUID(request.session[CODE]), email=request.account.email, typed=digits)
    if account is None:
        return {
            "again_code": _("This is not the code. Look at the newest mail; each code may be typed three times.")
        }
    del request.session[CODE]
    record_authentication(request, request.account, method="code")
    return {}


def _page(request: DeskRequest, errors: dict[str, str]) -> HttpResponse:
    kinds = {each.type for each in factors_of(request.account)}
    context: dict[str, object] = {
        "form": {"values": {}, "errors": errors},
        "typed": _typed(request),
        "minutes": int(FRESH.total_seconds()) // 60,
        "second": bool(kinds),
        "app": APP in kinds,
        "passkey": passkeys.question_to(request.account) if PASSKEY in kinds else "",
        "mailed": CODE in request.session,
        "code_minutes": int(CODE_LASTS.total_seconds()) // 60,
    }
    return page(request, "again", "", context, status=422 if errors else 403)


def _typed(request: DeskRequest) -> list[tuple[str, str]]:
    """What is sent along; or, where somebody only wanted to look, that they did."""
    if request.method != "POST" or request.POST.get("again_look"):
        return [("again_look", "yes")]
    return [(name, value) for name, values in request.POST.lists() if name not in OWN for value in values]
