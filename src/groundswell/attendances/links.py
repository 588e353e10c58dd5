"""The links in a mail: signed, good for one purpose, without a name in them."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from groundswell.kit import crypto

PURPOSES = ("confirm", "cancel", "change", "forget")


def link(purpose: str, organisation_id: UUID, subject: UUID) -> str:
    """The whole address behind which somebody confirms or cancels an attendance, or is forgotten as a person."""
    token = crypto.sign(settings.SECRETS.links, f"attendance:{purpose}", organisation_id, subject)
    return settings.PUBLIC_URL + reverse("link", args=[purpose, token])


def opened(purpose: str, token: str) -> tuple[UUID, UUID]:
    """The organisation, and the attendance (to be forgotten: the person) of a token.

    :raises BadLink: if it was not made here for this purpose.
    """
    ids = crypto.verify(settings.SECRETS.links, f"attendance:{purpose}", token)
    if len(ids) != 2:
        raise crypto.BadLink
    return ids[0], ids[1]
