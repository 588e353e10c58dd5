"""``/desk/account``: how somebody signs in, looked after by themselves."""

from __future__ import annotations

from uuid import UUID

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.webauthn.internal.flows import add_authenticator
from django.db import transaction
from django.http import HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.factors import (
    APP,
    PASSKEY,
    codes_left,
    factors_of,
    has_factor,
    needs_factor,
    needs_passkey,
    take_factor_away,
    tell_of_change,
)
from groundswell.groups.sessions import end_session, end_sessions, sessions_of
from groundswell.web.desk import passkeys
from groundswell.web.desk.fresh import fresh, fresh_to_send
from groundswell.web.desk.pages import BY_DIGITS, BY_MAIL, DeskRequest, is_too_little, own_account, page, say, see
from groundswell.web.desk.sign_in import note_digits


@own_account
@require_safe
def account(request: DeskRequest) -> HttpResponse:
    """What one signs in with, and where one is signed in (8 queries)."""
    factors = factors_of(request.account)
    here = request.session.session_key
    context: dict[str, object] = {
        "needed": needs_factor(request.actor) and not factors,
        "passkey_needed": is_too_little(request) and passkeys.possible() and needs_passkey(request.actor),
        "app": next((each for each in factors if each.type == APP), None),
        "passkeys": [
            {
                "id": each.id,
                "name": each.wrap().name,
                "created_at": each.created_at,
                "last_used_at": each.last_used_at,
            }
            for each in factors
            if each.type == PASSKEY
        ],
        "passkeys_possible": passkeys.possible(),
        "sessions": [
            {"id": each.id, "device": each.device, "began_at": each.began_at, "here": each.session_key == here}
            for each in sessions_of(request.account)
        ],
        "codes_left": codes_left(request.account),
        "any": bool(factors),
    }
    return page(request, "account", "account", context)


@own_account
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: DeskRequest) -> HttpResponse:
    """Add a passkey: one's browser, telephone or key makes it, and proves whose finger or PIN it is.

    :raises NotAllowed: where browsers allow none: on a bare address, or without https.
    """
    if not passkeys.possible():
        raise NotAllowed(_("At this address browsers allow no passkeys. Set up an authenticator app."))
    if request.method == "POST":
        form = passkeys.newly_made(request, request.account)
        if form is not None:
            with transaction.atomic():
                add_authenticator(request, form.cleaned_data["name"], form.cleaned_data["credential"])
                tell_of_change([request.account])
            request.session.pop(BY_DIGITS, None)
            return _has_one_now(request, _("The passkey is added. With it you come in without a mail."))
    errors = {"": _("That did not arrive as a new passkey. Please try once more.")} if request.POST else {}
    context: dict[str, object] = {
        "form": {"values": {}, "errors": errors},
        "passkey": passkeys.new_for(request.account),
        "longest": passkeys.NAME,
    }
    return page(request, "passkey", "account", context, status=422 if errors else 200)


@own_account
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: DeskRequest) -> HttpResponse:
    """Set up an authenticator app: a picture to scan, and its first digits to prove that it works."""
    if any(each.type == APP for each in factors_of(request.account)):
        return see("account")
    form = ActivateTOTPForm(data=request.POST or None, user=request.account)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            activate_totp(request, form)
            tell_of_change([request.account])
        note_digits(request)
        return _has_one_now(request, _("The app is set up. From now on you are asked for its digits."))
    address = get_adapter().build_totp_url(request.account, form.secret)
    errors = {"code": _("These are not the digits. Try the next ones that the app shows.")} if form.errors else {}
    context: dict[str, object] = {
        "form": {"values": {}, "errors": errors},
        "picture": mark_safe(segno.make(address).svg_inline(border=4, light="#fff", omitsize=True)),  # noqa: S308
        "secret": " ".join(form.secret[start : start + 4] for start in range(0, len(form.secret), 4)),
    }
    return page(request, "app", "account", context, status=422 if errors else 200)


def _has_one_now(request: DeskRequest, sentence: str) -> HttpResponse:
    """Go on as somebody with a second step, who has it in hand: to the codes for the day it is lost."""
    request.session.pop(BY_MAIL, None)
    say(request, sentence)
    return see("account" if len(factors_of(request.account)) > 1 else "account-recovery")


@own_account
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: DeskRequest) -> HttpResponse:
    """Make ten codes to write down; they are shown once, and those before them end.

    :raises NotAllowed: to somebody without a second step, for which they would stand in.
    """
    if not has_factor(request.account):
        raise NotAllowed(_("Set up a second step first."))
    codes: list[str] = []
    if request.method == "POST":
        with transaction.atomic():
            codes = generate_recovery_codes(request).wrap().get_unused_codes()
            tell_of_change([request.account])
    context: dict[str, object] = {
        "codes": [f"{code[:4]} {code[4:]}" for code in codes],
        "left": codes_left(request.account),
    }
    return page(request, "recovery", "account", context)


@own_account
@fresh_to_send
@require_POST
def factor(request: DeskRequest, factor_id: int) -> HttpResponse:
    """Take an app or a passkey away."""
    take_factor_away(request.actor, account=request.account, factor_id=factor_id)
    say(request, _("It is taken away. A mail tells you so."))
    return see("account")


@own_account
@require_POST
def sessions(request: DeskRequest) -> HttpResponse:
    """End one session, or all but this one.

    :raises NotFound: if the one that is named is none of one's own.
    """
    which = request.POST.get("session", "")
    if which == "others":
        end_sessions(account=request.account, but=request.session.session_key or "")
        say(request, _("You are signed out everywhere else."))
        return see("account")
    try:
        end_session(account=request.account, session_id=UUID(which))
    except ValueError:
        raise NotFound from None
    say(request, _("That session has ended."))
    return see("account")
