"""Requests with an ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header), which may be sent again."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Header

from groundswell.api.tokens import caller
from groundswell.groups import repeats

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description=(
            "A string of your own, new for each deed, such as a UUID. The same request with the same key within a "
            "day is carried out once, and answered each time; with another request the key is refused."
        ),
    ),
]


def once(request: HttpRequest, key: str | None, deed: Callable[[], UUID]) -> UUID:
    """Do the deed, under a key only once; returns what it was done to (0 queries without a key, else up to 7).

    :raises KeyTaken: if the key came with another request.
    """
    if key is None:
        return deed()
    who = caller(request)
    sent = f"{request.method} {request.path}\n{request.body.hex()}"
    assert who.actor.id
    return repeats.once(
        organisation_id=who.organisation_id, token_id=who.actor.id, key=key.strip('"'), sent=sent, deed=deed
    )
