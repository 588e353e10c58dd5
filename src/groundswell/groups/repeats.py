"""Requests that a program sends again because it saw no answer: carried out once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from groundswell.groups.errors import KeyTaken
from groundswell.groups.models import Carried
from groundswell.groups.operations import digest
from groundswell.kit.clock import now

REPEATS_COUNT = timedelta(days=1)
"""So long a key stands for the request that it came with."""


@transaction.atomic
def once(*, organisation_id: UUID, token_id: UUID, key: str, sent: str, deed: Callable[[], UUID]) -> UUID:
    """Do a deed unless this token did it under this key within a day; returns what it was done to, then or now.

    The key is stored in the deed's own transaction: either both are there or neither, and of two at the same
    moment the second waits for the first (7 queries beside the deed's, 4 the second time).

    :raises KeyTaken: if the key came with another request.
    """
    Carried.objects.filter(token_id=token_id, key=digest(key), created_at__lte=now() - REPEATS_COUNT).delete()
    carried, fresh = Carried.objects.get_or_create(
        token_id=token_id, key=digest(key), defaults={"organisation_id": organisation_id, "sent": digest(sent)}
    )
    if carried.sent != digest(sent):
        raise KeyTaken
    if fresh:
        carried.subject = deed()
        carried.save(update_fields=["subject"])
    assert carried.subject
    return carried.subject


def forget_repeats() -> int:
    """Delete the keys that stand for nothing any more; returns how many (1 query)."""
    return Carried.objects.filter(created_at__lte=now() - REPEATS_COUNT).delete()[0]
