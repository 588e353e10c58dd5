"""What allauth asks of us: how somebody is let in, and where they may be led."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from groundswell.groups.models import Account


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Lets accounts in for a day's work, and leads them nowhere but to the desk."""

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin a session under a new key, so that nobody holds one who had it before."""
        super().login(request, user)
        request.session.set_expiry(None)

    def is_safe_url(self, url: str) -> bool:
        """Whether a page may lead on to this address: a path of the desk, and no other."""
        return is_ours(url)


def is_ours(url: str) -> bool:
    """Whether an address is a path of the desk, in every browser's reading of it."""
    # Without a host that is allowed, only paths are left; those that name one otherwise ("//", "/\") are refused.
    return url.startswith("/desk/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
