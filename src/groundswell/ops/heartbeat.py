"""The worker's sign of life, and whether it is fresh."""

from datetime import timedelta

from django.utils import timezone

from groundswell.ops.models import Heartbeat

EVERY = 2.0
"""Seconds from one sign of life to the next."""

FRESH = timedelta(seconds=15)


def beat(name: str) -> None:
    """Say that the process of this name is well. One query."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=timezone.now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def is_beating(name: str) -> bool:
    """Whether the process of this name said so within the last 15 seconds. One query.

    A sign of life from the future is none: the clock was set back, and its process may be gone since.
    """
    now = timezone.now()
    return Heartbeat.objects.filter(name=name, at__gt=now - FRESH, at__lt=now + FRESH).exists()
