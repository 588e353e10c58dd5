"""``/desk/sign-in``: the way in, by a link in a mail that works once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from groundswell.groups.operations import ask_to_sign_in, use_sign_in_link
from groundswell.groups.queries import account_of_link
from groundswell.kit.text import NotText, mailbox
from groundswell.web.desk.pages import see, threshold
from groundswell.web.public.pages import patience

FORM_LASTS = 1800
"""Seconds for which somebody who is not signed in has a session: as long as it takes to fill in a form."""


@threshold
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address; say the same and do the same whether it is an account's or not (1 query)."""
    if request.method == "POST":
        return _asked(request, request.POST.get("email", ""))
    return _form(request, {}, {})


def _asked(request: HttpRequest, typed: str) -> HttpResponse:
    try:
        email = mailbox(typed)
    except NotText:
        sentence = _("Enter your e-mail address, for example ada@example.org.")
        return _form(request, {"email": typed}, {"email": sentence}, status=422)
    # Only the answer slows down where much comes from one address: a late link would be too old to use.
    patience(request)
    ask_to_sign_in(email=email)
    sentences = [
        _("If this address belongs to an account, a mail with a link is on its way. It works for 15 minutes."),
        _("Nothing came? Look among the unwanted mail, or ask an owner of your group for an account."),
    ]
    return render(request, "desk/ask.html", {"heading": _("Look into your mail"), "sentences": sentences})


def _form(request: HttpRequest, values: dict[str, str], errors: dict[str, str], status: int = 200) -> HttpResponse:
    _keep_briefly(request)
    context = {"form": {"values": values, "errors": errors}, "keeps": not settings.ENVIRONMENT.smtp}
    return render(request, "desk/sign_in.html", context, status=status)


@threshold
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Behind the link: a GET shows a button and changes nothing, since mail scanners follow links (1 query).

    Only the button signs in (5 queries). Whoever holds the link may use it, in whichever browser.
    """
    if request.method == "POST":
        # Gives the session a new key, so that nobody holds one who had it before.
        login(request, use_sign_in_link(secret=secret))
        request.session.set_expiry(None)
        return see("waits")
    account = account_of_link(secret)
    _keep_briefly(request)
    sentence = _("You come in as %(email)s.") % {"email": account.email}
    context = {"heading": _("Sign in to the desk"), "sentences": [sentence], "button": _("Sign in")}
    return render(request, "desk/ask.html", context)


@threshold
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, here and on the server (2 queries)."""
    logout(request)
    return see("sign-in")


def _keep_briefly(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        request.session.set_expiry(FORM_LASTS)
