"""The links by which somebody says what is sent to them: signed, good for one purpose, without a name in them."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from groundswell.kit import crypto

STOP, MUTE, PREFERENCES = "stop", "mute", "me"
"""No more news; no more mail of any kind that can be done without; and the page of all that is known."""


def token(purpose: str, organisation_id: UUID, person_id: UUID) -> str:
    """What stands in the link of one person."""
    return crypto.sign(settings.SECRETS.links, f"mailings:{purpose}", organisation_id, person_id)


def tokens(purpose: str, organisation_id: UUID) -> Callable[[UUID], str]:
    """The same for many people of one organisation."""
    return crypto.signer(settings.SECRETS.links, f"mailings:{purpose}", organisation_id)


def opened(purpose: str, given: str) -> tuple[UUID, UUID]:
    """The organisation and the person of a token.

    :raises BadLink: if it was not made here for this purpose.
    """
    ids = crypto.verify(settings.SECRETS.links, f"mailings:{purpose}", given)
    if len(ids) != 2:
        raise crypto.BadLink
    return ids[0], ids[1]


def address(purpose: str) -> str:
    """What stands before a token in the whole address; to be asked for once, not for each recipient."""
    return settings.PUBLIC_URL + reverse(f"mailings-{purpose}", args=["x"])[:-1]
