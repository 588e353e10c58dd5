"""What allauth asks of us: how somebody is let in, where they may be led, and how its secrets are stored."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from groundswell.groups.sessions import note_session
from groundswell.kit.crypto import keyed_hash
from groundswell.web.desk.devices import device

if TYPE_CHECKING:
    from groundswell.groups.models import Account


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Lets accounts in for a day's work, and leads them nowhere but to the desk."""

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin a session under a new key, so that nobody holds one who had it before."""
        super().login(request, user)
        request.session.set_expiry(None)
        note_session(
            account=user,
            key=request.session.session_key or "",
            device=device(request.headers.get("User-Agent", "")),
        )

    def is_safe_url(self, url: str) -> bool:
        """Whether a page may lead on to this address: a path of the desk, and no other."""
        return is_ours(url)

    def get_login_stages(self) -> list[str]:
        """What comes between a right code and the desk."""
        return [f"{SecondStep.__module__}.{SecondStep.__name__}"]

    def is_reauthentication_required(self, *, app: str, **more: object) -> bool:
        """Never: the views ask for a fresh sign-in themselves."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:
        """Lead a closed account to where everybody begins, without a word more than to others."""
        led: HttpResponse = headed_redirect_response("desk:sign-in")
        return led


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """Asks for the second step of those who have one, on our page."""

    urlname = "desk:second-step"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Where to go on, and that the sign-in goes on there."""
        asks = self._should_handle(self.request)
        return (headed_redirect_response(self.urlname) if asks else None), True


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Stores the secrets of apps and written-down codes encrypted, under a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose passkeys they are: of the address that is set for this installation, not of the one asked for."""
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": "Groundswell"}

    def get_totp_issuer(self) -> str:
        """What an authenticator app calls this installation."""
        return f"Groundswell ({urlsplit(settings.PUBLIC_URL).netloc})"


def _box() -> Fernet:
    key = bytes.fromhex(keyed_hash(settings.SECRETS.django, "second steps"))
    return Fernet(urlsafe_b64encode(key))


def is_ours(url: str) -> bool:
    """Whether an address is a path of the desk, in every browser's reading of it."""
    # Without a host that is allowed, only paths are left; those that name one otherwise ("//", "/\") are refused.
    return url.startswith("/desk/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
