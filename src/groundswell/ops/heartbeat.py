"""The worker's sign of life, whether it is fresh, and what the worker had seen of the clocks by then."""

from datetime import timedelta

from django.utils import timezone

from groundswell.kit.clock import boot
from groundswell.ops.clocks import Clocks
from groundswell.ops.models import Heartbeat

EVERY = 2.0
"""Seconds from one sign of life to the next."""

FRESH = timedelta(seconds=15)


def beat(name: str, clocks: Clocks | None = None) -> None:
    """Say that the process of this name is well, and what it has seen of the clocks. One query."""
    seen = clocks or Clocks()
    row = Heartbeat(name=name, at=timezone.now(), boot=boot(), ahead=seen.ahead, set_at=seen.set_at)
    Heartbeat.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "boot", "ahead", "set_at"],
    )


def seen_before(name: str) -> Clocks | None:
    """What the process of this name had seen of the clocks when it last said that it was well. One query.

    None where the machine was started since, for then its own clock began anew; or where nobody can know that.
    """
    found = Heartbeat.objects.filter(name=name, boot=boot()).exclude(boot="")
    row = found.values_list("ahead", "set_at").first()
    return Clocks(*row) if row else None


def is_beating(name: str) -> bool:
    """Whether the process of this name said so within the last 15 seconds. One query.

    A sign of life from the future is none: the clock was set back, and its process may be gone since.
    """
    now = timezone.now()
    return Heartbeat.objects.filter(name=name, at__gt=now - FRESH, at__lt=now + FRESH).exists()
