"""Passkeys at the desk: whether there can be any, what a browser is asked, and how its answer is judged."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication, begin_registration
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import Form
from django.http import HttpRequest

if TYPE_CHECKING:
    from groundswell.groups.models import Account

NAME = 60
"""Characters of what somebody calls a passkey."""


def possible() -> bool:
    """Whether browsers allow passkeys here: for a name, not a bare address, and over https or on this machine."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return settings.SECURE or host == "localhost"
    return False


def question_to_anybody() -> str:
    """What a browser is asked before anybody knows who is there, as JSON; empty where passkeys are impossible."""
    return _json(begin_authentication()) if possible() else ""


def question_to(account: Account) -> str:
    """What a browser is asked at the second step of an account, as JSON."""
    return _json(begin_authentication(account))


def new_for(account: Account) -> str:
    """What a browser is asked for a new passkey, as JSON."""
    return _json(begin_registration(account, passwordless=True))


def _json(options: dict[str, object]) -> str:
    return json.dumps(options, cls=DjangoJSONEncoder)


def newly_made(request: HttpRequest, account: Account) -> Form | None:
    """The form with the new passkey that a browser sent; None unless it is one that was asked for."""
    name = " ".join(request.POST.get("name", "").split())[:NAME]
    sent = {"name": name, "credential": request.POST.get("credential", ""), "passwordless": "on"}
    return _if_it_holds(AddWebAuthnForm(sent, user=account))


def of_anybody(request: HttpRequest) -> Form | None:
    """The form with the passkey by which somebody signs in; None unless it holds."""
    return _if_it_holds(LoginWebAuthnForm(request.POST))


def of(account: Account, request: HttpRequest) -> Form | None:
    """The form with the passkey that is the account's second step; None unless it holds."""
    return _if_it_holds(AuthenticateWebAuthnForm(request.POST, user=account))


def _if_it_holds(form: Form) -> Form | None:
    # What a stranger sends can be of any shape, and the readers of it stumble in many ways.
    try:
        return form if form.is_valid() else None
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
