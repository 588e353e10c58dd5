"""``/desk/sign-in``: the way in, by a code in a mail, or by a link that the machine itself gave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from groundswell.groups.codes import CODE_LASTS, ask_to_sign_in, count_guess, digits_of, try_code
from groundswell.groups.factors import APP, PASSKEY, factors_of
from groundswell.groups.operations import use_sign_in_link
from groundswell.groups.queries import account_of_link
from groundswell.groups.sessions import renew_session
from groundswell.kit.text import NotText, mailbox
from groundswell.web.desk import passkeys
from groundswell.web.desk.adapters import Accounts, SecondStep, is_ours
from groundswell.web.desk.pages import BY_DIGITS, BY_MAIL, see, threshold
from groundswell.web.public.pages import patience

if TYPE_CHECKING:
    from groundswell.groups.models import Account

FORM_LASTS = 1800
"""Seconds for which somebody who is not signed in has a session: as long as it takes to fill in a form."""


@threshold
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address; say the same and do the same whether it is an account's or not.

    ``?next=`` is where one wanted to go, if that is a page of the desk.
    """
    keep_briefly(request)
    if request.method == "POST":
        return _asked(request, request.POST.get("email", ""))
    wanted = request.GET.get("next", "")
    request.session["next"] = wanted if is_ours(wanted) else ""
    return _form(request, {}, {})


@threshold
@require_POST
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Let in whoever holds a passkey, without a mail: it is both steps in one."""
    form = passkeys.of_anybody(request)
    if form is None:
        keep_briefly(request)
        return _form(request, {}, {"": _("This passkey opens nothing here. Sign in by mail instead.")}, status=422)
    factor = form.cleaned_data["credential"]
    wanted = request.session.get("next") or reverse("desk:waits")
    logout(request)
    led_on: HttpResponse = perform_passwordless_login(request, factor, Login(factor.user, redirect_url=wanted))
    return led_on


def _asked(request: HttpRequest, typed: str) -> HttpResponse:
    try:
        email = mailbox(typed)
    except NotText:
        sentence = _("Enter your e-mail address, for example ada@example.org.")
        return _form(request, {"email": typed}, {"email": sentence}, status=422)
    # Only the answer slows down where much comes from one address: a late code would be too old to use.
    patience(request)
    request.session["asked"] = {"code": str(ask_to_sign_in(email=email)), "email": email}
    return see("sign-in-code")


def _form(request: HttpRequest, values: dict[str, str], errors: dict[str, str], status: int = 200) -> HttpResponse:
    context = {
        "form": {"values": values, "errors": errors},
        "keeps": not settings.ENVIRONMENT.sends_mail,
        "passkey": passkeys.question_to_anybody(),
    }
    return render(request, "desk/sign_in.html", context, status=status)


@threshold
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that was mailed, in the browser that asked for it.

    What is answered to a wrong code, and what is done for it, does not depend on whether there is an account.
    """
    asked = request.session.get("asked")
    if asked is None:
        return see("sign-in")
    if request.method != "POST":
        return _code_form(request, {}, {})
    typed = request.POST.get("code", "")
    digits = digits_of(typed)
    if digits is None:
        return _code_form(request, {"code": typed}, {"code": _("The code has eight digits.")}, status=422)
    account = try_code(code_id=UUID(asked["code"]), email=asked["email"], typed=digits)
    if account is None:
        sentence = _("This is not the code. Look at the newest mail; each code may be typed three times.")
        return _code_form(request, {}, {"code": sentence}, status=422)
    return let_in(request, account)


def let_in(request: HttpRequest, account: Account) -> HttpResponse:
    """Begin a session for somebody who typed the right code, after a second step where they have one."""
    wanted = request.session.get("next") or reverse("desk:waits")
    # Nothing of a session that this browser had before comes along.
    logout(request)
    keep_briefly(request)
    record_authentication(request, account, method="code")
    led_on: HttpResponse = perform_login(request, Login(account, redirect_url=wanted))
    if request.user.is_authenticated:
        request.session[BY_MAIL] = True
    return led_on


@threshold
@login_stage_required(stage=SecondStep.key, redirect_urlname="desk:sign-in")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the second step: a passkey, the app's digits, or one of the written-down codes."""
    stage = request._login_stage  # type: ignore[attr-defined]
    account = stage.login.user
    errors = {}
    if request.method == "POST":
        form, wrong = _step_taken(request, account)
        if form is not None:
            form.save()
            led_on: HttpResponse = stage.exit()
            if request.user.is_authenticated and "credential" not in request.POST:
                note_digits(request)
            return led_on
        errors = wrong
    kinds = {each.type for each in factors_of(account)}
    context = {
        "form": {"values": {}, "errors": errors},
        "app": APP in kinds,
        "passkey": passkeys.question_to(account) if PASSKEY in kinds else "",
    }
    return render(request, "desk/second_step.html", context, status=422 if errors else 200)


def note_digits(request: HttpRequest) -> None:
    """Remember that the second step were digits, if it could have been a passkey."""
    if passkeys.possible():
        request.session[BY_DIGITS] = True


def _step_taken(request: HttpRequest, account: Account) -> tuple[Any, dict[str, str]]:
    if "credential" in request.POST:
        return passkeys.of(account, request), {"": _("This passkey is not one of yours.")}
    form = DigitsForm(data=request.POST, user=account)
    sentence = _("This is not it. The app shows new digits every half minute.")
    return (form if form.is_valid() else None), {"code": sentence}


class DigitsForm(AuthenticateForm):  # type: ignore[misc]
    """The digits of an app or of a written-down code; each guess is counted before it is looked at."""

    def clean_code(self) -> str:
        """The digits, if they are right.

        :raises TooManyGuesses: if ten were looked at within the last hour.
        """
        count_guess("account", str(self.user.pk))
        digits: str = super().clean_code()
        return digits


def _code_form(
    request: HttpRequest, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> HttpResponse:
    context = {
        "form": {"values": values, "errors": errors},
        "email": request.session["asked"]["email"],
        "minutes": int(CODE_LASTS.total_seconds()) // 60,
    }
    return render(request, "desk/sign_in_code.html", context, status=status)


@threshold
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Behind a link from the command line: a GET shows a button and changes nothing (1 query).

    Only the button signs in (5 queries). Whoever holds the link may use it, in whichever browser: it was given
    out by the machine, and asks for no second step.
    """
    if request.method == "POST":
        account = use_sign_in_link(secret=secret)
        if request.user == account:
            # They prove once more that it is them, perhaps in the middle of something: the session goes on.
            record_authentication(request, account, method="link")
            for little in (BY_MAIL, BY_DIGITS):
                request.session.pop(little, None)
            renew(request)
            return see("waits")
        # Gives the session a new key, so that nobody holds one who had it before.
        logout(request)
        Accounts().login(request, account)
        record_authentication(request, account, method="link")
        return see("waits")
    account = account_of_link(secret)
    keep_briefly(request)
    sentence = _("You come in as %(email)s.") % {"email": account.email}
    context = {"heading": _("Sign in to the desk"), "sentences": [sentence], "button": _("Sign in")}
    return render(request, "desk/ask.html", context)


@threshold
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, here and on the server (2 queries)."""
    logout(request)
    return see("sign-in")


def renew(request: HttpRequest) -> None:
    """Give a session another key: whoever had got hold of the old one has nothing of what was proved since."""
    former = request.session.session_key or ""
    request.session.cycle_key()
    renew_session(former=former, key=request.session.session_key or "")


def keep_briefly(request: HttpRequest) -> None:
    """Give somebody who is not signed in a session for as long as a form takes."""
    if not request.user.is_authenticated:
        request.session.set_expiry(FORM_LASTS)
