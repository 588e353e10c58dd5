"""The links in a mailing: signed, good for one purpose, without a name in them."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from groundswell.kit import crypto

COME = "come"

CALLER = "groundswell"
"""As whom a provider calls here."""


def invitations(organisation_id: UUID, event_id: UUID, mark: UUID | None = None) -> Callable[[UUID], str]:
    """What stands in the links by which people say that they come to an event.

    In copies that test a subject it carries a ``mark`` that says which.
    """
    key, more = settings.SECRETS.links, [mark] if mark else []
    return lambda person: crypto.sign(key, f"mailings:{COME}", organisation_id, event_id, person, *more)


def invited(given: str) -> tuple[UUID, UUID, UUID, UUID | None]:
    """The organisation, the event and the person of such a token, and its mark.

    :raises BadLink: if it was not made here for this purpose.
    """
    ids = crypto.verify(settings.SECRETS.links, f"mailings:{COME}", given)
    if len(ids) not in {3, 4}:
        raise crypto.BadLink
    return ids[0], ids[1], ids[2], ids[3] if len(ids) == 4 else None


def reports_secret() -> str:
    """What a provider has to show that calls here with reports, as the password of :data:`CALLER`."""
    return crypto.keyed_hash(settings.SECRETS.links, "mailings:reports")[:32]


def reports_address(provider: str) -> str:
    """Where a provider is told to call, with what it has to show."""
    scheme, _, host = settings.PUBLIC_URL.partition("://")
    return f"{scheme}://{CALLER}:{reports_secret()}@{host}" + reverse("mail-returned", args=[provider])
